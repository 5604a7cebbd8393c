"""The discharge gate lists what is missing; a person decides and signs."""

from __future__ import annotations

import pytest

from unloop.care.infusion import Watch, going_home, judge_discharge, watch
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")
SCORES = {
    "aldrete": 10,
    "mpadss": 10,
    "oriented": True,
    "rass": 0,
    "cadss6": 1,
    "suicide_risk_today": "low",
    "escort": True,
    "aftercare_sheet_given": True,
}
ABSENT = ("end_organ_symptom", "vomiting", "stridor", "seizure", "anaphylaxis")


def last_look(bedside, minute=101, **scores):
    """Everything that discharge asks for, at one moment."""
    said = SCORES | scores
    return (
        bedside.vitals(minute),
        *(bedside.score(minute, code, value) for code, value in said.items() if value is not None),
        *(bedside.symptom(minute, code, "none") for code in ABSENT),
    )


@pytest.fixture
def leaving(bedside):
    def _leaving(*events, at=None):
        moment = None if at is None else bedside.time(at)
        return going_home(PROTOCOL, bedside.order, events, session="S1", at=moment)

    return _leaving


def test_everything_answered_an_hour_after_the_end_is_ready(bedside, leaving):
    found = leaving(*bedside.course(), *last_look(bedside))
    assert (found.ready, found.missing, found.not_met) == (True, (), ())


@pytest.mark.parametrize(("minute", "ready"), [(99.9, False), (100, True)])
def test_an_hour_is_counted_from_the_end(bedside, leaving, minute, ready):
    found = leaving(*bedside.course(), *last_look(bedside, minute))
    assert found.ready == ready
    assert ("DIS-01" in found.not_met) == (not ready)


@pytest.mark.parametrize("code", SCORES)
def test_each_answer_is_needed(bedside, leaving, code):
    found = leaving(*bedside.course(), *last_look(bedside, **{code: None}))
    assert not found.ready
    assert found.missing[0] == code


@pytest.mark.parametrize("code", ABSENT)
def test_each_symptom_is_asked_for_once_more(bedside, leaving, code):
    events = [event for event in last_look(bedside) if getattr(event, "code", "") != code]
    assert leaving(*bedside.course(), *events).missing == (code,)


def test_readings_from_before_the_end_never_open_the_discharge(bedside, leaving):
    early = leaving(*bedside.course(), *last_look(bedside, 39.9), at=101)
    assert not early.ready
    assert {"sbp", "cadss6", "escort"} <= set(early.missing)


def test_readings_from_before_the_end_that_are_charted_after_it_never_open_the_discharge(bedside, leaving):
    early = [bedside.score(39, code, value, charted=102) for code, value in SCORES.items()]
    assert not leaving(*bedside.course(), *early, bedside.vitals(101)).ready


def test_a_bad_answer_is_not_met_and_not_missing(bedside, leaving):
    found = leaving(*bedside.course(), *last_look(bedside, aldrete=8))
    assert (found.ready, found.missing, found.not_met) == (False, (), ("DIS-02",))


def test_while_the_pump_is_not_confirmed_off_nobody_is_ready(bedside, leaving):
    events = [event for event in bedside.course() if event.kind != "pump_confirmed_off"]
    found = leaving(*events, *last_look(bedside))
    assert not found.ready
    assert found.missing == ("pump_confirmed_off",)


def test_before_the_end_everything_is_missing(bedside, leaving):
    found = leaving(bedside.checked(), bedside.started(), *last_look(bedside, 30))
    assert not found.ready
    assert found.missing[0] == "pump_confirmed_off"


def test_after_leaving_the_moment_of_leaving_is_judged(bedside, leaving):
    events = (*bedside.course(), *last_look(bedside), bedside.discharged(105))
    assert leaving(*events, at=600).ready
    assert leaving(*events, bedside.signed(500)).ready


def test_an_answer_charted_later_counts_for_the_moment_it_was_given(bedside, leaving):
    late = [bedside.score(101, code, value, charted=130) for code, value in SCORES.items()]
    absent = [bedside.symptom(101, code, "none", charted=131) for code in ABSENT]
    assert leaving(*bedside.course(), bedside.vitals(101), *late, *absent).ready


def test_a_session_without_events_has_no_moment_to_judge(bedside):
    empty = watch(PROTOCOL, bedside.order, (), session="S1")
    assert isinstance(empty, Watch)
    with pytest.raises(ValueError, match="no moment"):
        judge_discharge(PROTOCOL, empty, session="S1")
