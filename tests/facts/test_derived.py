"""Derived facts: computed on reading, as old as their oldest input, unknown rather than guessed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

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
    Sex,
    Unknown,
    Value,
    View,
    both,
    completed_years,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))


def fact(code: str, value: Value | None, *, ago: timedelta = timedelta(0), **fields: object) -> Fact:
    at = NOW - ago
    id_ = f"{code}@{at.isoformat()}"
    return Fact(**{"id": id_, "code": code, "value": value, "at": at, "recorded_at": at, **fields})


def see(
    facts: Iterable[Fact] = (),
    *,
    person: Person | None = None,
    own: tuple[Infusion, ...] | None = None,
    now: datetime = NOW,
    session: str | None = None,
) -> View:
    chart = Chart(person or Person(), tuple(facts), own)
    return View(chart=chart, now=now, known_at=now, dictionary=DICTIONARY, derivations=BASIC, session=session)


def value_of(finding: Finding) -> Value | Absence:
    return finding.value if isinstance(finding, Known) else finding.absence


def missing(finding: Finding) -> tuple[str, ...]:
    assert isinstance(finding, Unknown)
    return finding.missing


# --- Age -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        pytest.param("2008-03-02", "2026-03-01", 17, id="the day before the eighteenth birthday"),
        pytest.param("2008-03-02", "2026-03-02", 18, id="the eighteenth birthday"),
        pytest.param("2008-02-29", "2026-02-28", 17, id="born on 29 February, 28 February"),
        pytest.param("2008-02-29", "2026-03-01", 18, id="born on 29 February, 1 March"),
        pytest.param("2008-02-29", "2028-02-28", 19, id="born on 29 February, day before a leap day"),
        pytest.param("2008-02-29", "2028-02-29", 20, id="born on 29 February, leap day"),
        pytest.param("1955-12-31", "2026-01-01", 70, id="New Year"),
        pytest.param("2026-03-02", "2026-03-02", 0, id="born today"),
    ],
)
def test_age_counts_birthdays_that_have_passed(born: str, today: str, years: int) -> None:
    day = date.fromisoformat(today)
    assert completed_years(date.fromisoformat(born), day) == years
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    seen = see(person=Person(date.fromisoformat(born)), now=noon).find("age")
    assert seen == Known(float(years), noon)


def test_a_birthday_begins_at_midnight_of_the_offset_that_is_given() -> None:
    person = Person(date(2008, 3, 2))
    for at, years in (("2026-03-01T23:59:59-08:00", 17), ("2026-03-02T00:00:00-08:00", 18)):
        assert value_of(see(person=person, now=datetime.fromisoformat(at)).find("age")) == years


@pytest.mark.parametrize("born", [None, date(2026, 3, 3)])
def test_without_a_birth_date_or_with_one_to_come_the_age_is_unknown(born: date | None) -> None:
    assert see(person=Person(born)).find("age") == Unknown(Absence.MISSING, ("age",))


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_age_never_falls_and_grows_by_one_a_year(born: date, days: int) -> None:
    today = born + timedelta(days=days)
    tomorrow = today + timedelta(days=1)
    years = completed_years(born, today)
    assert 0 <= completed_years(born, tomorrow) - years <= 1
    assert abs(years - days / 365.2425) < 1.01


@pytest.mark.parametrize(("sex", "answer"), [(Sex.FEMALE, True), (Sex.MALE, False), (Sex.UNKNOWN, None)])
def test_cut_offs_for_women_hold_for_women_and_are_unknown_where_sex_is(
    sex: Sex, answer: Value | None
) -> None:
    finding = see(person=Person(sex=sex)).find("sex_female")
    assert (finding.value if isinstance(finding, Known) else None) is answer


# --- What is computed from recorded facts ----------------------------------------------------------------


def test_body_mass_index_is_weight_over_height_squared() -> None:
    finding = see([fact("weight", 80.0), fact("height", 200.0)]).find("bmi")
    assert value_of(finding) == 20.0


@given(st.integers(0, 29), st.integers(0, 1000))
def test_body_mass_index_is_as_old_as_its_oldest_input(weighed: int, measured: int) -> None:
    facts = [fact("weight", 80.0, ago=weighed * DAY), fact("height", 180.0, ago=measured * DAY)]
    finding = see(facts).find("bmi")
    assert isinstance(finding, Known)
    assert finding.at == NOW - max(weighed, measured) * DAY
    assert {one.code for one in finding.facts} == {"weight", "height"}


@pytest.mark.parametrize(
    ("facts", "gaps"),
    [
        pytest.param([], ("weight", "height"), id="neither"),
        pytest.param([fact("weight", 80.0)], ("height",), id="no height"),
        pytest.param([fact("height", 180.0)], ("weight",), id="no weight"),
        pytest.param([fact("weight", 80.0, ago=31 * DAY), fact("height", 180.0)], ("weight",), id="stale"),
    ],
)
def test_body_mass_index_names_the_input_that_is_missing(facts: list[Fact], gaps: tuple[str, ...]) -> None:
    assert missing(see(facts).find("bmi")) == gaps


@pytest.mark.parametrize("analyte", ["alt", "alp"])
def test_a_liver_value_counts_in_multiples_of_its_own_laboratorys_limit(analyte: str) -> None:
    value, limit = fact(analyte, 120.0), fact(f"{analyte}_upper_limit", 40.0)
    assert value_of(see([value, limit]).find(f"{analyte}_over_limit")) == 3.0
    assert missing(see([value]).find(f"{analyte}_over_limit")) == (f"{analyte}_upper_limit",)
    assert missing(see([limit]).find(f"{analyte}_over_limit")) == (analyte,)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_limit_from_before_the_value_stood_on_another_report_and_gives_no_multiple(
    measured: int, said: int
) -> None:
    value, limit = fact("alt", 130.0, ago=measured * DAY), fact("alt_upper_limit", 40.0, ago=said * DAY)
    finding = see([value, limit]).find("alt_over_limit")
    if said > measured:
        assert finding == Unknown(Absence.MISSING, ("alt_upper_limit",), limit)
    else:
        assert value_of(finding) == 3.25


def test_the_reason_of_a_derived_absence_is_that_of_its_first_gap() -> None:
    old = fact("weight", 80.0, ago=31 * DAY)
    finding = see([old, fact("height", 180.0)]).find("bmi")
    assert finding == Unknown(Absence.STALE, ("weight",), old)


def test_nothing_is_derived_from_a_list_that_may_be_incomplete() -> None:
    listed = fact("medicines", ("sertraline",))
    view = see([listed])
    finding = both(view, "medicines", value=lambda names: float(len(names)))
    assert finding == Unknown(Absence.MISSING, ("medicines_complete",))
    stated = see([listed, fact("medicines_complete", value=True)])
    assert value_of(both(stated, "medicines", value=lambda names: float(len(names)))) == 1.0


def test_every_derived_code_of_the_chart_alone_has_a_derivation_and_inputs_that_exist() -> None:
    derived = {code for code, one in DICTIONARY.items() if one.derived}
    assert set(BASIC) <= derived
    assert {code for code in derived if not set(DICTIONARY[code].inputs) <= set(DICTIONARY)} == set()


# --- Infusions -------------------------------------------------------------------------------------------


def given_(days_ago: float, mg: float = 35.0) -> Fact:
    return fact("infusion_given", mg, ago=days_ago * DAY)


NONE_ELSEWHERE = fact("no_ketamine_elsewhere", value=True, ago=HOUR)


def test_no_infusion_facts_in_a_chart_file_means_unknown() -> None:
    view = see([NONE_ELSEWHERE])
    for code in ("infusions_total", "infusions_30d", "hours_since_last_infusion"):
        assert missing(view.find(code)) == ("infusion_given",)


def test_a_zero_in_a_chart_file_says_that_there_were_none() -> None:
    view = see([given_(1, mg=0.0), NONE_ELSEWHERE])
    assert value_of(view.find("infusions_total")) == 0
    assert value_of(view.find("infusions_30d")) == 0
    assert value_of(view.find("hours_since_last_infusion")) is Absence.MISSING


def test_infusions_after_a_zero_are_counted() -> None:
    view = see([given_(20, mg=0.0), given_(10), given_(3), NONE_ELSEWHERE])
    assert value_of(view.find("infusions_total")) == 2
    assert value_of(view.find("infusions_30d")) == 2
    assert value_of(view.find("hours_since_last_infusion")) == 72


def test_a_withdrawn_infusion_is_not_counted() -> None:
    wrong = fact("infusion_given", 35.0, ago=5 * DAY, id="wrong")
    view = see([given_(10), wrong, fact("infusion_given", None, supersedes="wrong")])
    assert value_of(view.find("infusions_total")) == 1


def test_infusions_of_the_future_are_not_counted_yet() -> None:
    assert value_of(see([given_(10), given_(-1)]).find("infusions_total")) == 1
    own = (Infusion(NOW + HOUR, 35.0),)
    assert value_of(see(own=own).find("infusions_total")) == 0


@pytest.mark.parametrize(
    ("ago", "count"),
    [(30 * DAY - SECOND, 1), (30 * DAY, 0), (30 * DAY + SECOND, 0), (timedelta(0), 1)],
)
def test_the_last_thirty_days_end_after_thirty_days(ago: timedelta, count: int) -> None:
    view = see([fact("infusion_given", 35.0, ago=ago), NONE_ELSEWHERE])
    assert value_of(view.find("infusions_30d")) == count
    assert value_of(view.find("infusions_total")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param([], id="nothing said"),
        pytest.param([fact("no_ketamine_elsewhere", value=False)], id="there was some elsewhere"),
        pytest.param([fact("no_ketamine_elsewhere", value=True, ago=8 * DAY)], id="said too long ago"),
    ],
)
def test_infusions_in_30_days_are_unknown_unless_there_were_none_elsewhere(statement: list[Fact]) -> None:
    assert isinstance(see([given_(3), *statement]).find("infusions_30d"), Unknown)
    own = (Infusion(NOW - 3 * DAY, 35.0),)
    assert isinstance(see(statement, own=own).find("infusions_30d"), Unknown)


def test_the_count_of_30_days_is_as_old_as_the_statement_that_it_needs() -> None:
    finding = see([given_(3), NONE_ELSEWHERE]).find("infusions_30d")
    assert finding == Known(1.0, NONE_ELSEWHERE.at, (NONE_ELSEWHERE,))


@given(st.lists(st.integers(0, 60), max_size=12), st.lists(st.integers(0, 60), max_size=4))
def test_no_missing_or_added_fact_changes_the_count_of_the_clinics_own_sessions(
    own_days: list[int], fact_days: list[int]
) -> None:
    own = tuple(Infusion(NOW - days * DAY, 35.0) for days in own_days)
    facts = [fact("infusion_given", 35.0, ago=days * DAY, id=f"{n}") for n, days in enumerate(fact_days)]
    for entries in ([], facts):
        view = see([*entries, NONE_ELSEWHERE], own=own)
        assert value_of(view.find("infusions_total")) == len(own)
        assert value_of(view.find("infusions_30d")) == sum(days < 30 for days in own_days)


def test_a_clinic_without_sessions_knows_that_it_gave_none() -> None:
    view = see([NONE_ELSEWHERE], own=())
    assert value_of(view.find("infusions_total")) == 0
    assert value_of(view.find("infusions_30d")) == 0


def test_hours_are_counted_from_the_start_of_the_last_infusion() -> None:
    own = (Infusion(NOW - 3 * DAY, 35.0), Infusion(NOW - 47 * HOUR, 35.0), Infusion(NOW - 9 * DAY, 35.0))
    assert see(own=own).find("hours_since_last_infusion") == Known(47.0, NOW - 47 * HOUR)


def test_minutes_since_the_end_are_those_of_this_session() -> None:
    ends = [
        fact("infusion_ended", value=True, ago=minutes * MINUTE, session=session, phase=Phase.RECOVERY)
        for session, minutes in (("S1", 10_000), ("S2", 45))
    ]
    assert see(ends, session="S2").find("minutes_since_end") == Known(45.0, NOW - 45 * MINUTE)
    assert isinstance(see(ends, session="S3").find("minutes_since_end"), Unknown)
    assert isinstance(see(ends).find("minutes_since_end"), Unknown)


# --- Consent ---------------------------------------------------------------------------------------------

PLAN_HASH, TEXT_HASH, OTHER_HASH = "a" * 64, "b" * 64, "c" * 64


def consented(*, given: bool = True, plan: str = PLAN_HASH, text: str = TEXT_HASH, **fields: object) -> Fact:
    return fact("consent", ({"given": given, "plan_sha256": plan, "text_sha256": text},), **fields)


def planned(*, sha256: str = PLAN_HASH, text: str = TEXT_HASH, **fields: object) -> Fact:
    return fact("plan", ({"sha256": sha256, "consent_text_sha256": text},), **fields)


def test_consent_holds_for_the_plan_and_the_text_that_it_was_given_to() -> None:
    finding = see([planned(ago=2 * DAY), consented(ago=DAY)]).find("consent_to_this_plan")
    assert value_of(finding) is True
    assert finding.at == NOW - 2 * DAY


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([planned(), consented(given=False)], id="refused"),
        pytest.param([planned(), consented(plan=OTHER_HASH)], id="to another plan"),
        pytest.param([planned(), consented(text=OTHER_HASH)], id="to another text"),
        pytest.param([planned(ago=DAY), consented(ago=DAY), planned(sha256=OTHER_HASH)], id="plan changed"),
        pytest.param([planned(), consented(ago=DAY), consented(given=False)], id="taken back"),
        pytest.param([planned(sha256=""), consented(plan="")], id="empty hashes"),
        pytest.param([planned(sha256="abc"), consented(plan="abc")], id="hashes too short"),
        pytest.param([planned(), fact("consent", ({},))], id="empty record"),
    ],
)
def test_any_difference_between_consent_and_plan_is_no_consent(facts: list[Fact]) -> None:
    assert value_of(see(facts).find("consent_to_this_plan")) is False


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        pytest.param([consented()], ("plan",), id="no plan"),
        pytest.param([planned()], ("consent",), id="no consent"),
        pytest.param([planned(), consented(ago=181 * DAY)], ("consent",), id="consent expired"),
        pytest.param([planned(ago=91 * DAY), consented()], ("plan",), id="plan expired"),
        pytest.param([planned(), fact("consent", ())], ("consent", "plan"), id="empty list"),
    ],
)
def test_without_a_valid_consent_and_a_valid_plan_it_is_unknown(
    facts: list[Fact], gap: tuple[str, ...]
) -> None:
    assert missing(see(facts).find("consent_to_this_plan")) == gap
