"""What a chart says at a moment: a value, or unknown because it is missing, stale or contradicted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import (
    BASIC,
    DICTIONARY,
    Absence,
    Chart,
    Fact,
    Finding,
    Infusion,
    Known,
    Person,
    Phase,
    Unknown,
    Value,
    View,
)
from unloop.quantity import Duration

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
WITH_MAX_AGE = sorted(code for code, one in DICTIONARY.items() if one.max_age and not one.in_session)
IN_SESSION = sorted(code for code, one in DICTIONARY.items() if one.in_session and code != "infusion_ended")
COMPUTED_ABOVE = {code for code, one in DICTIONARY.items() if one.derived and code not in BASIC}
EVER = sorted(code for code, one in DICTIONARY.items() if one.ever)


def fact(code: str, value: Value | None, *, ago: timedelta = timedelta(0), **fields: object) -> Fact:
    at = NOW - ago
    id_ = f"{code}@{at.isoformat()}"
    return Fact(**{"id": id_, "code": code, "value": value, "at": at, "recorded_at": at, **fields})


def reading(code: str, value: Value, phase: Phase, *, session: str = "S2", **fields: object) -> Fact:
    return fact(code, value, session=session, phase=phase, **fields)


def see(facts: Iterable[Fact], **fields: object) -> View:
    own = fields.pop("own_infusions", None)
    chart = Chart(Person(), tuple(facts), own)
    return View(
        **{
            "chart": chart,
            "now": NOW,
            "known_at": fields.get("now", NOW),
            "dictionary": DICTIONARY,
            "derivations": BASIC,
            **fields,
        }
    )


def value_of(finding: Finding) -> Value | Absence:
    return finding.value if isinstance(finding, Known) else finding.absence


def a_value(code: str) -> Value:
    """Some answer to the code that does not stand against treatment."""
    one = DICTIONARY[code]
    match one.type:
        case "number":
            return float(one.low)
        case "bool":
            return True not in one.bad
        case "enum":
            return next(value for value in one.values if value not in one.bad)
        case _:
            return ()


# --- Missing and stale -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(code for code in DICTIONARY if code not in COMPUTED_ABOVE))
def test_silence_is_unknown_for_every_code(code: str) -> None:
    finding = see((), session="S2").find(code)
    assert isinstance(finding, Unknown)
    assert finding.absence is Absence.MISSING
    assert finding.missing


@pytest.mark.parametrize("code", WITH_MAX_AGE)
def test_an_answer_counts_to_the_last_second_of_its_maximum_age(code: str) -> None:
    given_at = NOW - 400 * DAY
    entry = fact(code, a_value(code), at=given_at, recorded_at=given_at)
    last = DICTIONARY[code].max_age.after(given_at)
    assert isinstance(see([entry], now=last - SECOND).find(code), Known)
    assert isinstance(see([entry], now=last).find(code), Known)
    finding = see([entry], now=last + SECOND).find(code)
    assert finding == Unknown(Absence.STALE, (code,), entry)


@pytest.mark.parametrize("code", IN_SESSION)
def test_a_session_answer_expires_within_the_session_too(code: str) -> None:
    one = DICTIONARY[code]
    entry = reading(code, a_value(code), one.phases[0], ago=DAY)
    last = one.max_age.after(entry.at)
    phases = frozenset(one.phases) | {Phase.INFUSION}
    assert isinstance(see([entry], now=last, session="S2", phases=phases).find(code), Known)
    stale = see([entry], now=last + SECOND, session="S2", phases=phases).find(code)
    assert value_of(stale) is Absence.STALE


@given(st.integers(0, 3 * 366 * 24), st.integers(0, 3 * 366 * 24))
def test_a_stale_answer_never_comes_back_to_life(hours: int, more: int) -> None:
    """Also with ages in calendar months, whose length changes under the feet."""
    entry = fact("weight", 70.0, ago=400 * DAY)
    ages = {"weight": Duration.parse("P1M")}
    first = see([entry], now=entry.at + hours * HOUR, max_ages=ages).find("weight")
    later = see([entry], now=entry.at + (hours + more) * HOUR, max_ages=ages).find("weight")
    assert isinstance(first, Known) or isinstance(later, Unknown)


def test_a_protocol_may_shorten_the_maximum_age() -> None:
    entry = fact("weight", 70.0, ago=8 * DAY)
    assert isinstance(see([entry]).find("weight"), Known)
    shorter = see([entry], max_ages={"weight": Duration.parse("P7D")})
    assert value_of(shorter.find("weight")) is Absence.STALE


def test_a_protocol_cannot_lengthen_the_maximum_age() -> None:
    entry = fact("weight", 70.0, ago=31 * DAY)
    longer = see([entry], max_ages={"weight": Duration.parse("P60D")})
    assert value_of(longer.find("weight")) is Absence.STALE


def test_a_newer_answer_of_the_same_code_hides_the_older_one() -> None:
    facts = [fact("can_be_pregnant", value=False, ago=2 * DAY), fact("can_be_pregnant", value=True, ago=DAY)]
    assert value_of(see(facts).find("can_be_pregnant")) is True


def test_of_a_stale_answer_the_entry_is_still_named_so_that_it_can_be_shown() -> None:
    entry = fact("ecg", "normal", ago=500 * DAY)
    finding = see([entry]).find("ecg")
    assert isinstance(finding, Unknown)
    assert finding.last == entry


def test_an_answer_names_the_entry_that_it_rests_on() -> None:
    old, new = fact("ecg", "limiting", ago=2 * DAY), fact("ecg", "normal", ago=DAY)
    assert see([old, new]).find("ecg") == Known("normal", new.at, (new,))


# --- Contradictions --------------------------------------------------------------------------------------


def test_two_different_answers_of_one_moment_are_unknown() -> None:
    facts = [fact("ecg", "normal", id="a"), fact("ecg", "limiting", id="b")]
    assert value_of(see(facts).find("ecg")) is Absence.CONTRADICTED
    assert value_of(see(reversed(facts)).find("ecg")) is Absence.CONTRADICTED


def test_who_wrote_last_does_not_settle_a_contradiction() -> None:
    """Only a correction says which of the two is wrong."""
    first = fact("pregnancy_test", "positive", ago=HOUR, id="a")
    second = fact("pregnancy_test", "negative", ago=HOUR, id="b", recorded_at=NOW)
    assert value_of(see([first, second]).find("pregnancy_test")) is Absence.CONTRADICTED
    corrected = fact("pregnancy_test", "negative", ago=HOUR, id="b", recorded_at=NOW, supersedes="a")
    assert value_of(see([first, corrected]).find("pregnancy_test")) == "negative"


def test_the_same_answer_twice_is_no_contradiction() -> None:
    facts = [fact("ecg", "normal", id="a"), fact("ecg", "normal", id="b")]
    assert value_of(see(facts).find("ecg")) == "normal"


def test_a_later_answer_ends_a_contradiction() -> None:
    facts = [fact("ecg", "normal", id="a", ago=DAY), fact("ecg", "limiting", id="b", ago=DAY)]
    assert value_of(see([*facts, fact("ecg", "normal")]).find("ecg")) == "normal"


# --- "Ever" findings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", EVER)
def test_an_excluding_ever_finding_never_expires(code: str) -> None:
    bad = DICTIONARY[code].bad[0]
    entry = fact(code, bad, ago=30 * 365 * DAY)
    assert see([entry]).find(code) == Known(bad, entry.at, (entry,))


@pytest.mark.parametrize("code", EVER)
def test_a_clearing_answer_to_an_ever_question_expires(code: str) -> None:
    given_at = NOW - 400 * DAY
    entry = fact(code, a_value(code), at=given_at, recorded_at=given_at)
    last = DICTIONARY[code].max_age.after(given_at)
    assert isinstance(see([entry], now=last).find(code), Known)
    assert value_of(see([entry], now=last + SECOND).find(code)) is Absence.STALE


@pytest.mark.parametrize("code", EVER)
def test_an_excluding_ever_finding_is_not_undone_by_a_later_denial(code: str) -> None:
    bad = DICTIONARY[code].bad[0]
    facts = [fact(code, bad, ago=300 * DAY), fact(code, a_value(code), ago=DAY), fact(code, a_value(code))]
    assert value_of(see(facts).find(code)) == bad


@pytest.mark.parametrize("code", EVER)
def test_an_excluding_ever_finding_is_undone_by_a_correction_of_that_entry(code: str) -> None:
    wrong = fact(code, DICTIONARY[code].bad[0], ago=300 * DAY, id="wrong")
    right = fact(code, a_value(code), ago=DAY, id="right", supersedes="wrong")
    assert value_of(see([wrong, right]).find(code)) == a_value(code)
    withdrawn = fact(code, None, ago=DAY, id="right", supersedes="wrong")
    assert value_of(see([wrong, withdrawn]).find(code)) is Absence.MISSING


def test_yes_and_no_at_one_moment_to_an_ever_question_is_a_yes() -> None:
    facts = [fact("psychosis_ever", value=True, id="a"), fact("psychosis_ever", value=False, id="b")]
    assert value_of(see(facts).find("psychosis_ever")) is True


def test_what_is_not_asked_as_ever_expires_whatever_the_answer() -> None:
    for value in (True, False):
        entry = fact("psychosis_now", value=value, ago=31 * DAY)
        assert value_of(see([entry]).find("psychosis_now")) is Absence.STALE


# --- Session and phase -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", IN_SESSION)
def test_the_answers_of_another_session_are_unseen(code: str) -> None:
    phase = DICTIONARY[code].phases[0]
    last_week = reading(code, a_value(code), phase, session="S1")
    phases = frozenset({phase, Phase.INFUSION})
    assert isinstance(see([last_week], session="S1", phases=phases).find(code), Known)
    assert value_of(see([last_week], session="S2", phases=phases).find(code)) is Absence.MISSING


@pytest.mark.parametrize("code", IN_SESSION)
def test_without_a_session_every_session_fact_is_unknown(code: str) -> None:
    entry = reading(code, a_value(code), DICTIONARY[code].phases[0])
    assert value_of(see([entry]).find(code)) is Absence.MISSING


def test_a_session_fact_that_names_no_session_is_unseen_by_all() -> None:
    stray = fact("escort", value=True, phase=Phase.BEFORE)
    assert value_of(see([stray], session="S2").find("escort")) is Absence.MISSING
    assert value_of(see([stray]).find("escort")) is Absence.MISSING


@pytest.mark.parametrize("seen", list(Phase))
@pytest.mark.parametrize("read_in", list(Phase))
def test_a_reading_is_seen_only_by_the_part_of_the_session_that_it_belongs_to(
    read_in: Phase, seen: Phase
) -> None:
    ended = reading("infusion_ended", value=True, phase=Phase.RECOVERY, ago=10 * MINUTE)
    entry = reading("sbp", 128.0, read_in, ago=5 * MINUTE)
    finding = see([entry, ended], session="S2", phases=frozenset({seen})).find("sbp")
    assert isinstance(finding, Known) == (read_in is seen)


def test_facts_of_the_course_are_seen_in_every_part_of_every_session() -> None:
    entry = fact("weight", 70.0)
    for phases in ({Phase.BEFORE}, {Phase.RECOVERY}, set()):
        assert value_of(see([entry], session="S2", phases=frozenset(phases)).find("weight")) == 70.0


RECOVERY = {"session": "S2", "phases": frozenset({Phase.RECOVERY})}


def ended(ago: timedelta, *, value: bool = True, **fields: object) -> Fact:
    return reading("infusion_ended", value, Phase.RECOVERY, ago=ago, **fields)


def test_recovery_readings_count_only_from_the_end_of_the_infusion() -> None:
    """Whoever charts "recovery" a second too early has charted the infusion."""
    for late, expected in ((-1, Absence.MISSING), (0, 128.0), (1, 128.0)):
        entry = reading("sbp", 128.0, Phase.RECOVERY, ago=10 * MINUTE - late * SECOND)
        assert value_of(see([entry, ended(10 * MINUTE)], **RECOVERY).find("sbp")) == expected


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param([], id="no end"),
        pytest.param([reading("infusion_ended", value=False, phase=Phase.RECOVERY, ago=HOUR)], id="end: no"),
        pytest.param([ended(HOUR, session="S1")], id="end of another session"),
        pytest.param([ended(-HOUR)], id="end in the future"),
        pytest.param([ended(HOUR, recorded_at=NOW + HOUR)], id="end written down later"),
        pytest.param([ended(HOUR), ended(30 * MINUTE, value=False)], id="ended, then running again"),
        pytest.param([ended(HOUR, id="a"), ended(HOUR, id="b", value=False)], id="contradicted"),
        pytest.param(
            [ended(HOUR, id="a"), fact("infusion_ended", None, id="b", session="S2", supersedes="a")],
            id="withdrawn",
        ),
    ],
)
def test_without_an_end_there_is_no_recovery(ends: list[Fact]) -> None:
    entry = reading("sbp", 128.0, Phase.RECOVERY, ago=5 * MINUTE)
    view = see([entry, *ends], **RECOVERY)
    assert view.ended_at() is None
    assert value_of(view.find("sbp")) is Absence.MISSING
    assert value_of(view.find("minutes_since_end")) is Absence.MISSING


def test_after_a_second_end_the_readings_between_the_two_do_not_count() -> None:
    between = reading("sbp", 128.0, Phase.RECOVERY, ago=40 * MINUTE)
    facts = [between, ended(HOUR), ended(50 * MINUTE, value=False), ended(30 * MINUTE)]
    assert value_of(see(facts, **RECOVERY).find("sbp")) is Absence.MISSING
    after = reading("sbp", 124.0, Phase.RECOVERY, ago=20 * MINUTE)
    assert value_of(see([*facts, after], **RECOVERY).find("sbp")) == 124.0


def test_a_view_before_and_after_without_the_infusion_sees_nothing_until_the_end() -> None:
    """Else taking the end away would let the answer from before the infusion shine through."""
    phases = frozenset({Phase.BEFORE, Phase.RECOVERY})
    before = reading("escort", value=True, phase=Phase.BEFORE, ago=HOUR)
    after = reading("escort", value=False, phase=Phase.RECOVERY, ago=5 * MINUTE)
    facts = [before, after, ended(10 * MINUTE)]
    assert value_of(see(facts, session="S2", phases=phases).find("escort")) is False
    assert value_of(see(facts[:2], session="S2", phases=phases).find("escort")) is Absence.MISSING


def test_a_view_of_the_whole_session_sees_recovery_readings_with_and_without_an_end() -> None:
    """A prompt must not be blind to a high pressure because the end was not written down."""
    high = reading("sbp", 190.0, Phase.RECOVERY, ago=5 * MINUTE)
    low = reading("sbp", 128.0, Phase.INFUSION, ago=15 * MINUTE)
    assert value_of(see([low, high], session="S2").find("sbp")) == 190.0
    assert value_of(see([low, high, ended(10 * MINUTE)], session="S2").find("sbp")) == 190.0


# --- Sets ------------------------------------------------------------------------------------------------


def completeness(*facts: Fact) -> bool:
    finding = see(facts).find("medicines")
    assert isinstance(finding, Known)
    return finding.complete


@pytest.mark.parametrize(
    ("ago", "stated", "complete"),
    [
        pytest.param(DAY, True, True, id="stated with the list"),
        pytest.param(HOUR, True, True, id="stated after the list"),
        pytest.param(DAY + SECOND, True, False, id="stated a second before the list"),
        pytest.param(HOUR, False, False, id="stated to be incomplete"),
    ],
)
def test_a_list_is_complete_only_by_a_statement_not_older_than_itself(ago, stated, complete) -> None:
    listed = fact("medicines", ("sertraline",), ago=DAY)
    assert completeness(listed, fact("medicines_complete", stated, ago=ago)) is complete


def test_a_list_without_a_statement_is_incomplete() -> None:
    assert not completeness(fact("medicines", ("sertraline",), ago=DAY))


def test_a_stale_or_withdrawn_statement_completes_nothing() -> None:
    listed = fact("diagnoses", ("F42.2",), ago=DAY)
    stated = fact("diagnoses_complete", value=True, ago=HOUR, id="statement")
    seen = see([listed, stated], max_ages={"diagnoses_complete": Duration.parse("PT30M")}).find("diagnoses")
    assert isinstance(seen, Known)
    assert not seen.complete
    withdrawn = see([listed, stated, fact("diagnoses_complete", None, supersedes="statement")])
    assert not withdrawn.find("diagnoses").complete


def test_a_complete_list_rests_on_its_statement_too() -> None:
    listed = fact("medicines", ("sertraline",), ago=DAY)
    stated = fact("medicines_complete", value=True, ago=HOUR)
    assert see([listed, stated]).find("medicines") == Known(("sertraline",), listed.at, (listed, stated))


def test_a_new_list_needs_a_new_statement() -> None:
    facts = [fact("medicines", (), ago=2 * DAY), fact("medicines_complete", value=True, ago=2 * DAY)]
    assert completeness(*facts)
    assert not completeness(*facts, fact("medicines", ("sertraline",), ago=DAY))


def test_a_list_that_needs_no_statement_is_complete_by_itself() -> None:
    finding = see([fact("allergies", ("latex",))]).find("allergies")
    assert isinstance(finding, Known)
    assert finding.complete


# --- Baselines -------------------------------------------------------------------------------------------


def score(value: float, *, days_ago: float, **fields: object) -> Fact:
    return fact("ybocs", value, ago=days_ago * DAY, **fields)


def infusion(*, days_ago: float, mg: float = 35.0) -> Fact:
    return fact("infusion_given", mg, ago=days_ago * DAY)


def test_the_baseline_of_the_course_is_the_last_value_before_the_first_infusion() -> None:
    facts = [score(30, days_ago=40), score(28, days_ago=21), infusion(days_ago=20), score(20, days_ago=10)]
    more = [*facts, infusion(days_ago=9), score(15, days_ago=1)]
    for entries in (facts, more, more[::-1]):
        assert value_of(see(entries).baseline("ybocs")) == 28


def test_a_score_at_the_very_start_of_the_first_infusion_is_baseline() -> None:
    assert value_of(see([score(28, days_ago=20), infusion(days_ago=20)]).baseline("ybocs")) == 28


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([score(28, days_ago=21)], id="nothing is known of infusions"),
        pytest.param([score(28, days_ago=21), infusion(days_ago=22, mg=0.0)], id="no infusion yet"),
        pytest.param([score(28, days_ago=19), infusion(days_ago=20)], id="first scored after it"),
        pytest.param([infusion(days_ago=20)], id="never scored"),
        pytest.param([score(28, days_ago=21), infusion(days_ago=-1)], id="infusion in the future"),
    ],
)
def test_without_a_score_before_a_first_infusion_there_is_no_baseline(facts: list[Fact]) -> None:
    assert see(facts).baseline("ybocs") == Unknown(Absence.MISSING, ("ybocs",))


def test_contradictory_baselines_are_no_baseline() -> None:
    facts = [score(28, days_ago=21, id="a"), score(20, days_ago=21, id="b"), infusion(days_ago=20)]
    assert value_of(see(facts).baseline("ybocs")) is Absence.CONTRADICTED


def test_the_clinics_own_sessions_say_when_the_first_infusion_was() -> None:
    own = (Infusion(NOW - 5 * DAY, 35.0), Infusion(NOW - 12 * DAY, 35.0))
    facts = [score(30, days_ago=13), score(20, days_ago=6)]
    assert value_of(see(facts, own_infusions=own).baseline("ybocs")) == 30


def test_the_baseline_of_a_session_is_the_last_reading_before_its_infusion() -> None:
    facts = [
        reading("sbp", 118.0, Phase.BEFORE, ago=50 * MINUTE),
        reading("sbp", 122.0, Phase.BEFORE, ago=45 * MINUTE),
        reading("sbp", 150.0, Phase.INFUSION, ago=10 * MINUTE),
        reading("sbp", 190.0, Phase.BEFORE, session="S1", ago=40 * MINUTE),
    ]
    assert value_of(see(facts, session="S2").baseline("sbp")) == 122.0
    assert value_of(see(facts[2:], session="S2").baseline("sbp")) is Absence.MISSING


def test_looking_back_answers_as_of_then() -> None:
    facts = [reading("sbp", 118.0, Phase.INFUSION, ago=20 * MINUTE), reading("sbp", 150.0, Phase.INFUSION)]
    view = see(facts, session="S2")
    assert value_of(view.find("sbp")) == 150.0
    assert value_of(view.looking_back(NOW - MINUTE).find("sbp")) == 118.0
