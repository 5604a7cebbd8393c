"""What contradicts the record is refused when it is charted; nothing is refused for being late."""

from __future__ import annotations

import pytest

from unloop.care.infusion import ImpossibleTransition, append, check_append, read_event
from unloop.quantity import InputRefused, PumpRate


@pytest.fixture
def running(bedside):
    return (bedside.checked(), bedside.started())


def test_an_event_is_added_at_the_end_and_nothing_else_changes(bedside, running):
    pause = bedside.paused(10)
    assert append(bedside.order, running, pause) == (*running, pause)


def test_sending_an_event_again_changes_nothing(bedside, running):
    assert append(bedside.order, running, bedside.started()) == running


def test_an_event_sent_again_later_is_the_same_event(bedside, running):
    resent = read_event(
        bedside.document("started", 0, rate_ml_per_h=75) | {"recorded_at": bedside.time(9).isoformat()}
    )
    assert append(bedside.order, running, resent) == running


def test_another_event_under_a_known_id_is_refused(bedside, running):
    forged = bedside.document("started", 0, rate_ml_per_h=75) | {"rate_ml_per_h": 60}
    with pytest.raises(InputRefused, match="to correct an event, chart a correction"):
        append(bedside.order, running, read_event(forged))


@pytest.mark.parametrize(
    ("late", "why"),
    [
        ("resumed", "the infusion is running"),
        ("pump_confirmed_off", "no stop had been charted"),
        ("discharged", "the infusion is running"),
        ("signed", "the infusion is running"),
        ("started", "the infusion is running"),
        ("checked", "the infusion is running"),
    ],
)
def test_an_impossible_change_of_state_says_what_stands_against_it(bedside, running, late, why):
    payload = {
        "checked": {"second": "nurse-2"},
        "started": {"rate_ml_per_h": 75},
        "resumed": {"rate_ml_per_h": 75},
    }
    new = bedside.event(late, 10, by="nurse-7", **payload.get(late, {}))
    with pytest.raises(ImpossibleTransition) as refused:
        check_append(bedside.order, running, new)
    assert why in refused.value.mend
    assert refused.value.given.startswith(late)


def test_a_start_before_the_second_check_is_refused(bedside):
    with pytest.raises(ImpossibleTransition, match="no second person had checked"):
        append(bedside.order, (), bedside.started())


def test_a_start_after_a_stop_is_refused(bedside):
    with pytest.raises(ImpossibleTransition, match="the infusion has ended"):
        append(bedside.order, bedside.course(), bedside.started(50))


def test_going_home_before_the_pump_is_confirmed_off_is_refused(bedside, running):
    events = (*running, bedside.stopped(40))
    with pytest.raises(ImpossibleTransition, match="nobody has confirmed that the pump is off"):
        append(bedside.order, events, bedside.discharged(101))


def test_a_pause_charted_after_the_stop_is_taken_where_the_pump_ran(bedside, running):
    events = (*running, bedside.stopped(40), bedside.pump_off(41))
    more = append(bedside.order, events, bedside.paused(20, charted=60))
    more = append(bedside.order, more, bedside.resumed(25, charted=61))
    assert bedside.state(*more).infusing_min == 35


def test_a_stop_that_would_leave_a_later_entry_impossible_is_refused(bedside, running):
    events = (*running, bedside.rate_changed(30, 50))
    with pytest.raises(ImpossibleTransition, match="rate_changed: the infusion was stopped"):
        append(bedside.order, events, bedside.stopped(20, charted=45))


def test_two_tablets_may_both_send_a_stop(bedside, running):
    events = append(bedside.order, running, bedside.stopped(20, by="nurse-2"))
    assert len(append(bedside.order, events, bedside.stopped(19.9, charted=30))) == len(events) + 1


@pytest.mark.parametrize("minute", [-60, 0, 20, 41, 200])
def test_an_observation_is_never_refused_for_its_time(bedside, minute):
    events = (*bedside.course(), bedside.discharged(105), bedside.signed(110))
    for observation in (
        bedside.vitals(minute, charted=300),
        bedside.score(minute, "rass", 0, charted=300),
        bedside.symptom(minute, "nausea", charted=300),
        bedside.event("note", minute, text="found on paper", charted=300),
        bedside.event(
            "medicine_given", minute, name="ondansetron", dose=4, unit="mg", route="iv", charted=300
        ),
    ):
        assert append(bedside.order, events, observation)[-1] == observation


def test_a_rate_over_the_plan_is_refused_at_start_change_and_resume(bedside, running):
    fastest = PumpRate(ml_per_h=100)
    paused = (*running, bedside.paused(10))
    for events, new in (
        ((bedside.checked(),), bedside.started(rate=100.1)),
        (running, bedside.rate_changed(10, 100.1)),
        (paused, bedside.resumed(12, rate=100.1)),
    ):
        with pytest.raises(InputRefused, match="set a slower rate"):
            append(bedside.order, events, new, fastest=fastest)
    assert append(bedside.order, running, bedside.rate_changed(10, 100), fastest=fastest)


def test_an_anomaly_that_was_stored_does_not_stand_in_the_way_of_what_follows(bedside):
    stored = (bedside.started(),)
    assert len(append(bedside.order, stored, bedside.paused(10))) == 2
