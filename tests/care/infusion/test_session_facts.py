"""Events as facts: bound to the session, and to the part of it in which they were true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unloop.care.infusion import given_infusion, session_facts
from unloop.facts import DICTIONARY, Chart, Person, Phase, check_corrections


def facts(bedside, *events, at=None):
    moment = None if at is None else bedside.time(at)
    return session_facts(bedside.order, events, session="S1", at=moment)


def by_code(found):
    return {(fact.code, fact.phase): fact.value for fact in found}


def test_vitals_become_five_facts_with_the_units_of_the_dictionary(bedside):
    found = facts(bedside, bedside.vitals(-5))
    assert {fact.code: (fact.value, fact.unit) for fact in found} == {
        "sbp": (128, "mm[Hg]"),
        "dbp": (78, "mm[Hg]"),
        "hr": (72, "/min"),
        "spo2": (98, "%"),
        "rr": (14, "/min"),
    }
    assert {(fact.session, fact.phase, fact.by) for fact in found} == {("S1", Phase.BEFORE, "nurse-1")}


def test_the_phase_follows_from_start_and_end(bedside):
    readings = {minute: bedside.vitals(minute, sbp=100 + minute) for minute in (-5, 20, 50)}
    found = facts(bedside, *bedside.course(), *readings.values())
    phases = {fact.value: fact.phase for fact in found if fact.code == "sbp"}
    assert phases[95] is Phase.BEFORE
    assert phases[120] is Phase.INFUSION
    assert phases[150] is Phase.RECOVERY


def test_a_reading_of_the_minute_of_the_end_is_not_of_recovery(bedside):
    found = facts(bedside, *bedside.course(), bedside.score(40, "cadss6", 2))
    assert [fact.phase for fact in found if fact.code == "cadss6"] == [Phase.INFUSION]


def test_a_reading_from_before_the_end_that_is_charted_after_it_is_not_of_recovery(bedside):
    found = facts(bedside, *bedside.course(), bedside.score(30, "cadss6", 0, charted=90))
    assert [fact.phase for fact in found if fact.code == "cadss6"] == [Phase.INFUSION]


@given(st.lists(st.tuples(st.floats(-30, 200), st.floats(0, 100)), max_size=12), st.floats(1, 120))
def test_no_reading_from_before_the_end_is_ever_of_recovery(bedside, readings, end):
    events = [bedside.score(minute, "rass", 0, charted=minute + late) for minute, late in readings]
    found = facts(bedside, bedside.checked(-60), bedside.started(), bedside.stopped(end), *events)
    for fact in found:
        if fact.code == "rass":
            assert (fact.phase is Phase.RECOVERY) == (fact.at > bedside.time(end))


def test_a_score_that_belongs_to_another_part_of_the_session_says_no_fact(bedside):
    """An Aldrete score taken while the pump ran opens no discharge."""
    found = facts(
        bedside, *bedside.course(), bedside.score(20, "aldrete", 10), bedside.score(60, "aldrete", 9)
    )
    assert [fact.value for fact in found if fact.code == "aldrete"] == [9]


def test_a_symptom_of_the_dictionary_is_answered_and_others_are_only_charted(bedside):
    events = (
        bedside.symptom(20, "vomiting", "severe"),
        bedside.symptom(60, "vomiting", "none"),
        bedside.symptom(20, "floating"),
    )
    found = by_code(facts(bedside, *bedside.course(), *events))
    assert found["vomiting", Phase.INFUSION] is True
    assert found["vomiting", Phase.RECOVERY] is False
    assert not any(code == "floating" for code, _ in found)


def test_the_second_check_and_the_end_are_facts(bedside):
    found = by_code(facts(bedside, *bedside.course()))
    assert found["second_check", Phase.BEFORE] is True
    assert found["infusion_ended", Phase.RECOVERY] is True


def test_no_end_is_a_fact_before_it_is_charted(bedside):
    codes = {fact.code for fact in facts(bedside, *bedside.course(), at=39)}
    assert "infusion_ended" not in codes


def test_later_events_are_not_seen(bedside):
    found = facts(bedside, *bedside.course(), at=15)
    assert max(fact.at for fact in found) == bedside.time(10)


def test_a_corrected_reading_says_its_corrected_value_and_when_it_was_corrected(bedside):
    wrong = bedside.vitals(10, sbp=246)
    found = facts(bedside, *bedside.course(), wrong, bedside.corrected(25, wrong, sbp=146))
    (fact,) = [fact for fact in found if fact.id == f"{wrong.id}:sbp"]
    assert (fact.value, fact.at, fact.recorded_at) == (146, bedside.time(10), bedside.time(25))


def test_what_was_entered_in_error_says_nothing(bedside):
    wrong = bedside.vitals(10, sbp=246)
    found = facts(bedside, *bedside.course(), wrong, bedside.corrected(25, wrong, entered_in_error=True))
    assert 246 not in {fact.value for fact in found}


def test_the_facts_are_ones_that_a_chart_takes(bedside):
    events = (
        *bedside.course(),
        bedside.score(60, "suicide_risk_today", "low"),
        bedside.score(61, "oriented", value=True),
    )
    found = facts(bedside, *events)
    check_corrections(found)
    assert Chart(Person(), found).latest_session(at=bedside.time(200)) == "S1"
    for fact in found:
        definition = DICTIONARY[fact.code]
        assert definition.check(fact.value, fact.unit, where=fact.code) == fact.value
        assert fact.phase in definition.phases
        assert fact.recorded_at >= fact.at


def test_an_infusion_that_was_begun_counts_with_what_was_given(bedside):
    assert given_infusion(bedside.state(bedside.checked()), session="S1") is None
    begun = given_infusion(bedside.state(bedside.checked(), bedside.started(), at=20), session="S1")
    assert begun is not None
    assert (begun.at, begun.mg, begun.session) == (bedside.time(0), 17.5, "S1")
