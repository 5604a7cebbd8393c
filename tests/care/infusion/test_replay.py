"""What is true is replayed from what happened."""

from __future__ import annotations

import inspect
from itertools import permutations

import pytest

from unloop.care.infusion import SessionState, transitions
from unloop.facts import Phase


def test_a_session_without_events_is_ordered(bedside):
    state = bedside.state()
    assert (state.state, state.given_mg, state.elapsed_min, state.rate.ml_per_h) == (
        SessionState.ORDERED,
        0,
        0,
        0,
    )
    assert (state.at, state.infusing_min, state.readings, state.bag_empty_at) == (None, 0, (), None)


def test_a_bag_that_runs_forty_minutes_gives_the_ordered_dose(bedside):
    state = bedside.state(*bedside.course())
    assert state.state is SessionState.RECOVERING
    assert state.given_mg == 35
    assert state.elapsed_min == 40
    assert state.infusing_min == 40
    assert state.rate.ml_per_h == 0


@pytest.mark.parametrize(("minute", "mg"), [(0, 0), (10, 8.75), (20, 17.5), (30, 26.25), (40, 35), (55, 35)])
def test_milligrams_follow_rate_and_time_until_the_bag_is_empty(bedside, minute, mg):
    state = bedside.state(bedside.checked(), bedside.started(), at=minute)
    assert state.given_mg == pytest.approx(mg, abs=1e-9)
    assert state.rate.ml_per_h == 75
    assert state.bag_empty_at == bedside.time(40)


def test_a_bag_that_has_run_empty_says_so_and_waits_for_somebody_to_chart_the_end(bedside):
    state = bedside.state(bedside.checked(), bedside.started(), at=45)
    assert state.bag_is_empty
    assert state.state is SessionState.RUNNING
    assert (state.infusing_min, state.elapsed_min) == (40, 45)


def test_slowing_down_changes_milligrams_and_the_end_of_the_bag(bedside):
    """As on the infusion screen: 75 mL/h for 14 minutes, then 50 mL/h."""
    state = bedside.state(bedside.checked(), bedside.started(), bedside.rate_changed(14, 50), at=24)
    assert state.given_mg == pytest.approx((75 * 14 / 60 + 50 * 10 / 60) * 0.7)
    assert state.rate.ml_per_h == 50
    assert state.bag_empty_at == bedside.time(14 + (50 - 17.5) / 50 * 60)


def test_a_pause_stops_the_milligrams_and_not_the_clock(bedside):
    events = (bedside.checked(), bedside.started(), bedside.paused(20))
    state = bedside.state(*events, at=30)
    assert (state.state, state.rate.ml_per_h, state.given_mg) == (SessionState.PAUSED, 0, 17.5)
    assert (state.elapsed_min, state.infusing_min) == (30, 20)
    assert state.paused_at == bedside.time(20)
    assert state.bag_empty_at is None


def test_after_a_pause_the_pump_goes_on_at_the_rate_that_was_charted(bedside):
    events = (bedside.checked(), bedside.started(), bedside.paused(20), bedside.resumed(30, rate=50))
    state = bedside.state(*events, at=42)
    assert state.state is SessionState.RUNNING
    assert state.paused_at is None
    assert state.given_mg == pytest.approx(17.5 + 50 * 0.2 * 0.7)
    assert state.bag_empty_at == bedside.time(60)


def test_a_stop_is_amber_until_somebody_confirms_that_the_pump_is_off(bedside):
    events = (bedside.checked(), bedside.started(), bedside.stopped(12))
    assert bedside.state(*events).state is SessionState.STOPPED
    assert bedside.state(*events, bedside.pump_off(13)).state is SessionState.RECOVERING
    assert bedside.state(*events, bedside.pump_off(13)).pump_off_at == bedside.time(13)


def test_after_the_end_the_elapsed_time_is_the_length_of_the_infusion(bedside):
    state = bedside.state(*bedside.course(), at=100)
    assert (state.elapsed_min, state.recovery_min) == (40, 60)


def test_the_state_before_an_event_is_not_changed_by_it(bedside):
    assert bedside.state(*bedside.course(), at=15).state is SessionState.RUNNING
    assert bedside.state(*bedside.course(), at=-6).state is SessionState.ORDERED


def test_the_person_leaves_and_the_record_is_signed_by_everybody_who_signs(bedside):
    events = (
        *bedside.course(),
        bedside.discharged(105),
        bedside.signed(106),
        bedside.signed(120, by="doctor-1"),
    )
    state = bedside.state(*events)
    assert state.state is SessionState.SIGNED
    assert state.signed_by == ("nurse-1", "doctor-1")
    assert state.discharged_at == bedside.time(105)


def test_a_start_without_a_check_counts_every_milligram_and_is_named(bedside):
    state = bedside.state(bedside.started(), at=20)
    assert state.given_mg == 17.5
    assert [anomaly.why for anomaly in state.anomalies] == ["started: no second person had checked"]


def test_readings_carry_their_age(bedside):
    events = (
        bedside.checked(),
        bedside.started(),
        bedside.vitals(10, sbp=140),
        bedside.vitals(20, sbp=146, rr=None),
    )
    readings = {reading.code: reading for reading in bedside.state(*events, at=24).readings}
    assert (readings["sbp"].value, readings["sbp"].unit, readings["sbp"].age_min) == (146, "mm[Hg]", 4)
    assert (readings["rr"].value, readings["rr"].age_min) == (14, 14)
    assert list(readings) == sorted(readings)


def test_scores_and_symptoms_are_readings_too(bedside):
    events = (bedside.score(20, "cadss6", 9), bedside.score(22, "pain", 2), bedside.symptom(21, "floating"))
    readings = {reading.code: (reading.value, reading.unit) for reading in bedside.state(*events).readings}
    assert readings == {"cadss6": (9, "{score}"), "pain": (2, ""), "floating": ("mild", "")}


def test_notes_and_medicines_change_no_state(bedside):
    events = (bedside.checked(), bedside.started())
    more = (
        bedside.event("note", 5, text="asked for music"),
        bedside.event("medicine_given", 6, name="ondansetron", dose=4, unit="mg", route="intravenous"),
    )
    assert bedside.state(*events, *more, at=10) == bedside.state(*events, at=10)


def test_a_reading_charted_late_takes_its_place_in_time(bedside):
    late = bedside.vitals(10, sbp=171, charted=35)
    state = bedside.state(bedside.checked(), bedside.started(), bedside.vitals(20, sbp=140), late)
    assert {reading.code: reading.value for reading in state.readings}["sbp"] == 140
    earlier = bedside.state(bedside.checked(), bedside.started(), late, at=15)
    assert {reading.code: reading.value for reading in earlier.readings}["sbp"] == 171


def test_a_pause_charted_late_takes_back_the_milligrams_it_saved(bedside):
    running = (bedside.checked(), bedside.started(), bedside.resumed(30))
    with_pause = (*running, bedside.paused(20, charted=35))
    assert bedside.state(*with_pause, at=35).given_mg == pytest.approx(17.5 + 5 * 0.875)
    assert bedside.state(*with_pause, at=35).anomalies == ()


def test_the_order_in_which_events_arrive_plays_no_part(bedside):
    events = (
        bedside.checked(),
        bedside.started(),
        bedside.paused(20),
        bedside.resumed(25, rate=50),
        bedside.stopped(45),
    )
    states = [bedside.state(*arrived) for arrived in permutations(events)]
    assert all(state == states[0] for state in states)


def test_of_two_events_at_one_moment_the_one_charted_later_comes_later(bedside):
    first = bedside.rate_changed(10, 50, charted=11)
    second = bedside.rate_changed(10, 60, charted=12)
    for pair in ((first, second), (second, first)):
        assert bedside.state(bedside.checked(), bedside.started(), *pair).rate.ml_per_h == 60


def test_a_check_and_a_start_in_the_same_minute_are_a_check_and_then_a_start(bedside):
    for pair in permutations((bedside.checked(0), bedside.started(0))):
        assert bedside.state(*pair).anomalies == ()


def test_the_same_event_twice_counts_once(bedside):
    events = bedside.course()
    assert bedside.state(*events, *events) == bedside.state(*events)


def test_two_stops_by_two_people_end_the_infusion_at_the_first(bedside):
    events = (bedside.checked(), bedside.started(), bedside.stopped(12), bedside.stopped(13, by="nurse-2"))
    state = bedside.state(*events)
    assert state.ended_at == bedside.time(12)
    assert state.anomalies == ()


def test_a_pump_confirmed_off_without_a_stop_ends_the_infusion_and_is_named(bedside):
    state = bedside.state(bedside.checked(), bedside.started(), bedside.pump_off(12))
    assert (state.state, state.ended_at, state.rate.ml_per_h) == (
        SessionState.RECOVERING,
        bedside.time(12),
        0,
    )
    assert "no stop had been charted" in state.anomalies[0].why


def test_the_phase_of_a_reading_follows_from_start_and_end(bedside):
    state = bedside.state(*bedside.course())
    phases = {minute: state.phase_of(bedside.time(minute)) for minute in (-5, 0, 0.1, 40, 40.1)}
    assert phases == {
        -5: Phase.BEFORE,
        0: Phase.BEFORE,
        0.1: Phase.INFUSION,
        40: Phase.INFUSION,
        40.1: Phase.RECOVERY,
    }


def test_no_reading_is_of_recovery_while_nobody_has_charted_an_end(bedside):
    state = bedside.state(bedside.checked(), bedside.started(), at=300)
    assert state.phase_of(bedside.time(299)) is Phase.INFUSION


HOW_TO_REACH = {
    "ordered": (),
    "checked": ("checked",),
    "running": ("checked", "started"),
    "paused": ("checked", "started", "paused"),
    "stopped": ("checked", "started", "stopped"),
    "recovering": ("checked", "started", "stopped", "pump_confirmed_off"),
    "discharged": ("checked", "started", "stopped", "pump_confirmed_off", "discharged"),
    "signed": ("checked", "started", "stopped", "pump_confirmed_off", "discharged", "signed"),
}


def transition_table() -> list[tuple[str, str, str]]:
    """Event, state before and what the table in the module's own description says."""
    rows = [
        line.strip("| \n").split("|")
        for line in inspect.getdoc(transitions).splitlines()
        if line.startswith("|")
    ]
    states = [cell.strip() for cell in rows[0][1:]]
    return [
        (row[0].strip(), state, cell.strip())
        for row in rows[2:]
        for state, cell in zip(states, row[1:], strict=True)
    ]


@pytest.mark.parametrize(("kind", "before", "after"), transition_table())
def test_the_table_of_transitions_is_what_the_replay_does(bedside, kind, before, after):
    payload = {"checked": {"second": "nurse-2"}, "started": {"rate_ml_per_h": 75}}
    with_rate = {"rate_changed": {"rate_ml_per_h": 60}, "resumed": {"rate_ml_per_h": 60}}
    payloads = payload | with_rate
    events = [
        bedside.event(step, minute, **payloads.get(step, {}))
        for minute, step in enumerate(HOW_TO_REACH[before])
    ]
    assert bedside.state(*events).state == before
    state = bedside.state(*events, bedside.event(kind, 30, by="nurse-9", **payloads.get(kind, {})))
    named = after.endswith("*") or after == "-"
    assert bool(state.anomalies) == named
    assert state.state == (before if after in {"-", "same"} else after.rstrip("*"))


def test_the_table_names_every_event_and_every_state():
    events = {event for event, _, _ in transition_table()}
    assert len(events) == 9
    assert {state for _, state, _ in transition_table()} == {state.value for state in SessionState}
