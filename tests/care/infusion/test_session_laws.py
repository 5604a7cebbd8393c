"""Laws that hold for any record: of corrections, of facts, and of the way home."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.care.infusion import (
    CHANGES_NOTHING_GIVEN,
    SessionState,
    given_infusion,
    going_home,
    replay,
    session_facts,
    sort_out,
    watch,
)
from unloop.facts import Phase
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")
ABSENT = ("end_organ_symptom", "vomiting", "stridor", "seizure", "anaphylaxis")
ANSWERS = {
    "aldrete": 10,
    "mpadss": 10,
    "oriented": True,
    "rass": 0,
    "cadss6": 1,
    "suicide_risk_today": "low",
    "escort": True,
    "aftercare_sheet_given": True,
}
pressures = st.integers(100, 180)
minutes = st.integers(-20, 120)


def answers(bedside, minute):
    yield bedside.vitals(minute)
    for code, value in ANSWERS.items():
        yield bedside.score(minute, code, value)
    for code in ABSENT:
        yield bedside.symptom(minute, code, "none")


@given(st.lists(pressures, min_size=1, max_size=4))
def test_the_last_correction_of_a_field_stands_in_whatever_order_they_arrive(bedside, values):
    wrong = bedside.vitals(10, sbp=199)
    fixes = [bedside.corrected(11 + n, wrong, sbp=value) for n, value in enumerate(values)]
    for arrived in permutations((wrong, *fixes)):
        (entry,) = sort_out(arrived).entries
        assert entry.now is not None
        assert entry.now.sbp.mm_hg == values[-1]
        assert entry.original == wrong
        assert len(entry.corrections) == len(fixes)


@given(st.lists(pressures, min_size=1, max_size=5))
def test_a_chain_of_corrections_is_the_same_as_correcting_the_event_each_time(bedside, values):
    wrong = bedside.vitals(10, sbp=199)
    chain, target = [], wrong
    for n, value in enumerate(values):
        target = bedside.corrected(11 + n, target, sbp=value)
        chain.append(target)
    (entry,) = sort_out((wrong, *chain)).entries
    assert entry.now is not None
    assert entry.now.sbp.mm_hg == values[-1]


@given(minutes, minutes)
def test_moving_an_event_is_the_same_as_charting_it_there(bedside, charted, real):
    wrong = bedside.paused(charted)
    moved = bedside.corrected(130, wrong, true_at=bedside.time(real).isoformat())
    running = (bedside.checked(-30), bedside.started(-25))
    at = bedside.time(125)
    after = replay(bedside.order, (*running, wrong, moved), at=at)
    there = replay(bedside.order, (*running, bedside.paused(real)), at=at)
    assert (after.state, after.given_mg, after.paused_at) == (there.state, there.given_mg, there.paused_at)


@given(st.lists(st.tuples(minutes, pressures), max_size=8), st.data())
def test_an_event_entered_in_error_leaves_the_record_as_if_it_had_not_been(bedside, readings, data):
    events = [
        bedside.vitals(minute, sbp=sbp, dbp=80, by=f"nurse-{n}") for n, (minute, sbp) in enumerate(readings)
    ]
    slip = bedside.vitals(data.draw(minutes), sbp=181, by="nurse-9")
    void = bedside.corrected(125, slip, entered_in_error=True)
    at = bedside.time(126)
    assert replay(bedside.order, (*events, slip, void), at=at) == replay(bedside.order, events, at=at)
    found = session_facts(bedside.order, (*events, slip, void), session="S1", at=at)
    assert 181 not in {fact.value for fact in found}


@tried(40)
@given(st.floats(1, 39), st.floats(0, 60))
def test_answers_from_before_the_end_never_make_anybody_ready(bedside, before_end, late):
    events = [*bedside.course(), *answers(bedside, before_end)]
    found = going_home(PROTOCOL, bedside.order, events, session="S1", at=bedside.time(100 + late))
    assert not found.ready
    assert set(ANSWERS) <= {*found.missing, "rass"}


@tried(40)
@given(st.floats(100.1, 109))
def test_all_answers_within_the_hour_after_the_watch_make_ready(bedside, minute):
    found = going_home(PROTOCOL, bedside.order, [*bedside.course(), *answers(bedside, minute)], session="S1")
    assert found.ready


@tried(60)
@given(st.data())
def test_ready_needs_every_answer_the_start_and_the_confirmed_end_and_nothing_else(bedside, data):
    events = [*bedside.course(), *answers(bedside, 101)]
    left_out = data.draw(st.sets(st.sampled_from(range(len(events))), min_size=1, max_size=6))
    kept = [event for n, event in enumerate(events) if n not in left_out]
    found = going_home(PROTOCOL, bedside.order, kept, session="S1", at=bedside.time(102))
    # Without the stop the confirmation that the pump is off still says when the infusion was over at the latest.
    needed = {"started", "pump_confirmed_off"}
    lost = [events[n] for n in left_out]
    if any(event.kind in needed or event.at == bedside.time(101) for event in lost):
        assert not found.ready
    else:
        assert found.ready


@given(st.lists(st.tuples(minutes, st.sampled_from(["sbp", "rass", "aldrete", "oriented"])), max_size=8))
def test_every_fact_of_a_session_stands_in_the_phase_of_its_time(bedside, rows):
    values = {"rass": 0, "aldrete": 9, "oriented": True}
    events = [
        bedside.vitals(minute, by=f"nurse-{n}")
        if code == "sbp"
        else bedside.score(minute, code, values[code], by=f"nurse-{n}")
        for n, (minute, code) in enumerate(rows)
    ]
    for fact in session_facts(bedside.order, (*bedside.course(), *events), session="S1"):
        if fact.code in {"second_check", "infusion_ended"}:
            continue
        minute = (fact.at - bedside.time(0)).total_seconds() / 60
        expected = Phase.BEFORE if minute <= 0 else Phase.INFUSION if minute <= 40 else Phase.RECOVERY
        assert fact.phase is expected


@tried(40)
@given(st.lists(st.tuples(st.integers(1, 39), pressures), max_size=6), st.randoms(use_true_random=False))
def test_prompts_do_not_depend_on_the_order_of_arrival(bedside, readings, chance):
    events = [
        bedside.vitals(minute, sbp=sbp, dbp=80, by=f"nurse-{n}") for n, (minute, sbp) in enumerate(readings)
    ]
    events = [bedside.checked(), bedside.started(), *events]
    arrived = list(events)
    chance.shuffle(arrived)
    one = watch(PROTOCOL, bedside.order, events, session="S1", at=bedside.time(40))
    other = watch(PROTOCOL, bedside.order, arrived, session="S1", at=bedside.time(40))
    assert (one.prompts, one.stops, one.raised) == (other.prompts, other.stops, other.raised)


@tried(40)
@given(st.lists(st.tuples(st.integers(1, 39), st.integers(100, 230)), max_size=6))
def test_whatever_is_read_the_pump_of_the_record_goes_on(bedside, readings):
    """No reading stops, slows or pauses anything: only a person's entry does."""
    events = [
        bedside.vitals(minute, sbp=sbp, dbp=80, by=f"nurse-{n}") for n, (minute, sbp) in enumerate(readings)
    ]
    found = watch(
        PROTOCOL,
        bedside.order,
        [bedside.checked(), bedside.started(), *events],
        session="S1",
        at=bedside.time(39),
    )
    assert found.state.state is SessionState.RUNNING
    assert found.state.rate.ml_per_h == 75


@given(st.data())
def test_what_was_given_follows_from_the_events_that_can_change_it(bedside, data):
    """Whatever is charted, in whatever order, possible or not, corrected or not."""
    when = st.integers(0, 60)
    makers = {
        "checked": bedside.checked,
        "started": bedside.started,
        "rate_changed": lambda minute: bedside.rate_changed(minute, 40),
        "paused": bedside.paused,
        "resumed": bedside.resumed,
        "stopped": bedside.stopped,
        "pump_confirmed_off": bedside.pump_off,
        "discharged": bedside.discharged,
        "signed": bedside.signed,
        "vitals": bedside.vitals,
        "score": lambda minute: bedside.score(minute, "rass", 0),
        "symptom": lambda minute: bedside.symptom(minute, "vomiting"),
    }
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(sorted(makers)), when), max_size=12, unique=True))
    events = [makers[kind](minute) for kind, minute in drawn]
    moved = data.draw(st.lists(st.tuples(st.sampled_from(range(12)), when), max_size=3))
    events += [
        bedside.corrected(61 + n, events[index], true_at=bedside.time(minute).isoformat())
        for n, (index, minute) in enumerate(moved)
        if index < len(drawn)
    ]
    kept = [event for event in events if event.kind not in CHANGES_NOTHING_GIVEN]
    at = bedside.time(70)
    whole, part = (replay(bedside.order, some, at=at) for some in (events, kept))
    assert given_infusion(whole, session="S1") == given_infusion(part, session="S1")
