"""One condition over one chart: the answer, what it rests on, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from unloop.facts import (
    BASIC,
    DICTIONARY,
    Absence,
    Chart,
    Fact,
    Infusion,
    Person,
    Phase,
    Value,
    View,
)
from unloop.quantity import Duration
from unloop.rules import Context, Gap, Judgement, RaisedPrompt, Truth, Use, check, evaluate, parse

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def fact(code: str, value: Value | None, *, ago: timedelta = timedelta(0), **fields: object) -> Fact:
    at = NOW - ago
    fields.setdefault("id", f"{code}@{at.isoformat()}={value}")
    return Fact(**{"code": code, "value": value, "at": at, "recorded_at": at, **fields})


def reading(code: str, value: Value, *, ago: timedelta = timedelta(0), **fields: object) -> Fact:
    return fact(code, value, ago=ago, **{"session": "S1", "phase": Phase.INFUSION, **fields})


def judge(
    text: str,
    facts: Iterable[Fact] = (),
    *,
    now: datetime = NOW,
    prompts: tuple[RaisedPrompt, ...] | None = None,
    max_gap: Duration | None = None,
    **view: object,
) -> Judgement:
    condition = parse(text)
    check(condition, DICTIONARY)
    own = view.pop("own_infusions", None)
    chart = Chart(view.pop("person", Person(date(1990, 4, 30))), tuple(facts), own)
    fields = {"known_at": now, "dictionary": DICTIONARY, "derivations": BASIC, "session": "S1", **view}
    context = Context(View(chart=chart, now=now, **fields), prompts)
    if max_gap is not None:
        context = Context(context.view, prompts, max_gap)
    return evaluate(condition, context)


# --- Values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        ("==", FALSE, TRUE, FALSE),
        ("!=", TRUE, FALSE, TRUE),
        ("<", TRUE, FALSE, FALSE),
        ("<=", TRUE, TRUE, FALSE),
        (">", FALSE, FALSE, TRUE),
        (">=", FALSE, TRUE, TRUE),
    ],
)
def test_every_operator_below_at_and_above_the_limit(
    operator: str, below: Truth, equal: Truth, above: Truth
) -> None:
    for value, expected in ((179.9, below), (180.0, equal), (180.1, above)):
        assert judge(f"sbp {operator} 180", [reading("sbp", value)]).answer is expected
    assert judge(f"sbp {operator} 180").answer is UNKNOWN


@pytest.mark.parametrize(("alt", "limit"), [(123.3, 41.1), (0.3, 0.1), (126.6, 42.2)])
def test_what_is_three_times_the_limit_is_not_more_than_three_times_the_limit(
    alt: float, limit: float
) -> None:
    """Binary fractions make 3.0000000000000004 of the first and 2.9999999999999996 of the second."""
    facts = [fact("alt", alt), fact("alt_upper_limit", limit)]
    assert judge("alt_over_limit > 3", facts).answer is FALSE
    assert judge("alt_over_limit >= 3", facts).answer is TRUE


@pytest.mark.parametrize("value", [180, 180.0])
def test_a_whole_number_is_a_number(value: float) -> None:
    for text in ("sbp >= 180", "sbp == 180", "sbp > 179.5", "not sbp < 180", "not sbp > 180"):
        assert judge(text, [reading("sbp", value)]).answer is TRUE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("psychosis_now", "yes"),
        ("psychosis_now", 1),
        ("weight > 60", "70"),
        ("phq9 == 1", True),
        ("ecg == normal", 0.0),
    ],
)
def test_a_value_of_another_type_than_the_rule_was_checked_for_answers_nothing(
    text: str, value: Value
) -> None:
    """Such as one that was stored before the dictionary changed."""
    judged = judge(text, [fact(text.split(maxsplit=1)[0], value)])
    assert judged.answer is UNKNOWN
    assert judged.missing


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("ecg == limiting", "limiting", TRUE),
        ("ecg == limiting", "normal", FALSE),
        ("ecg != limiting", "normal", TRUE),
        ("ecg != limiting", "limiting", FALSE),
        ("ecg in [normal, abnormal-not-limiting]", "abnormal-not-limiting", TRUE),
        ("ecg in [normal, abnormal-not-limiting]", "limiting", FALSE),
        ("not ecg in [limiting]", "normal", TRUE),
    ],
)
def test_a_choice_is_one_or_another(text: str, value: str, expected: Truth) -> None:
    assert judge(text, [fact("ecg", value)]).answer is expected
    assert judge(text).answer is UNKNOWN


def test_a_stale_choice_is_not_the_other_choice() -> None:
    assert judge("ecg != limiting", [fact("ecg", "limiting", ago=400 * DAY)]).answer is UNKNOWN


@pytest.mark.parametrize(
    ("names", "stated", "expected"),
    [
        (("phenelzine", "zinc"), False, TRUE),
        (("zinc",), False, UNKNOWN),
        (("zinc",), True, FALSE),
        ((), True, FALSE),
        ((), False, UNKNOWN),
    ],
)
def test_a_list_proves_absence_only_when_it_is_stated_to_be_complete(names, stated, expected) -> None:
    facts = [fact("medicines", names, ago=HOUR), fact("medicines_complete", stated)]
    assert judge("medicines in [phenelzine, selegiline]", facts).answer is expected
    opposite = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[expected]
    assert judge("not medicines in [phenelzine, selegiline]", facts).answer is opposite


def test_a_later_diagnosis_does_not_hide_an_earlier_one_of_the_same_list() -> None:
    assert judge("diagnoses in [F42.2]", [fact("diagnoses", ("F42.2", "F33.1"))]).answer is TRUE


def test_known_asks_for_an_answer_whatever_it_is() -> None:
    assert judge("known(psychosis_now)", [fact("psychosis_now", value=True)]).answer is TRUE
    assert judge("known(psychosis_now)", [fact("psychosis_now", value=True, ago=31 * DAY)]).answer is FALSE
    assert judge("known(psychosis_now)").answer is FALSE


def test_known_is_never_unknown_and_lacks_nothing() -> None:
    assert judge("known(ecg)") == Judgement(FALSE)
    assert judge("not known(ecg)") == Judgement(TRUE)


def test_known_of_a_derived_fact_asks_for_all_of_its_inputs() -> None:
    weight, height = fact("weight", 70.0), fact("height", 170.0)
    assert judge("known(bmi)", [weight, height]).answer is TRUE
    assert judge("known(bmi)", [weight]).answer is FALSE


# --- Ages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "younger", "equal", "older"),
    [
        ("<", TRUE, FALSE, FALSE),
        ("<=", TRUE, TRUE, FALSE),
        (">", FALSE, FALSE, TRUE),
        (">=", FALSE, TRUE, TRUE),
    ],
)
def test_an_age_is_judged_to_the_second(operator: str, younger: Truth, equal: Truth, older: Truth) -> None:
    for ago, expected in ((7 * DAY - SECOND, younger), (7 * DAY, equal), (7 * DAY + SECOND, older)):
        assert judge(f"age_of(weight) {operator} P7D", [fact("weight", 70.0, ago=ago)]).answer is expected


def test_an_age_in_months_follows_the_calendar() -> None:
    entry = fact("alt", 30.0, at=datetime(2026, 1, 31, 8, tzinfo=UTC))
    for at, expected in (("2026-02-28T08:00:00+00:00", TRUE), ("2026-02-28T08:00:01+00:00", FALSE)):
        seen = Fact(**{**{name: getattr(entry, name) for name in entry.__slots__}, "recorded_at": entry.at})
        moment = datetime.fromisoformat(at)
        assert judge("age_of(alt) <= P1M", [seen], now=moment, known_at=moment).answer is expected


def test_the_age_of_a_derived_fact_is_that_of_its_oldest_input() -> None:
    facts = [fact("weight", 70.0), fact("height", 170.0, ago=10 * DAY)]
    assert judge("age_of(bmi) <= P7D", facts).answer is FALSE
    assert judge("age_of(bmi) <= P10D", facts).answer is TRUE


def test_the_age_of_an_old_excluding_ever_finding_is_known() -> None:
    assert (
        judge("age_of(psychosis_ever) > P1Y", [fact("psychosis_ever", value=True, ago=800 * DAY)]).answer
        is TRUE
    )


# --- Changes ---------------------------------------------------------------------------------------------


def test_a_change_without_a_baseline_is_unknown_and_says_so() -> None:
    judged = judge("delta(sbp) >= 40", [reading("sbp", 190.0)])
    assert judged.answer is UNKNOWN
    assert judged.missing == (Gap("baseline of sbp", Absence.MISSING),)
    assert judged.used == (Use("sbp", 190.0, NOW),)


def test_a_change_without_a_latest_value_lacks_that_value() -> None:
    before = reading("sbp", 120.0, ago=HOUR, phase=Phase.BEFORE)
    judged = judge("delta(sbp) >= 40", [before])
    assert judged == Judgement(UNKNOWN, (), (Gap("sbp", Absence.STALE),))


@pytest.mark.parametrize("baseline", [0.0, -1.0])
def test_a_percentage_of_nothing_or_less_is_unknown(baseline: float) -> None:
    facts = [reading("rass", baseline, ago=MINUTE, phase=Phase.BEFORE), reading("rass", 2.0)]
    judged = judge("pct(rass) >= 50", facts)
    assert (judged.answer, judged.missing) == (UNKNOWN, (Gap("baseline of rass", Absence.MISSING),))
    assert judge("delta(rass) >= 2", facts).answer is TRUE


@pytest.mark.parametrize("baseline", [0.5, 1.0])
def test_a_percentage_of_little_is_still_a_percentage(baseline: float) -> None:
    facts = [reading("rass", baseline, ago=MINUTE, phase=Phase.BEFORE), reading("rass", 2 * baseline)]
    assert judge("pct(rass) >= 100", facts).answer is TRUE
    assert judge("pct(rass) > 100", facts).answer is FALSE


def test_the_baseline_of_the_course_is_before_the_first_infusion_however_many_follow() -> None:
    facts = [
        fact("ybocs", 32.0, ago=60 * DAY),
        fact("ybocs", 28.0, ago=30 * DAY),
        fact("ybocs", 14.0, ago=20 * DAY),
        fact("ybocs", 18.2),
    ]
    own = tuple(Infusion(NOW - days * DAY, 35.0) for days in (10, 29, 22))
    assert judge("pct(ybocs) <= -35", facts, own_infusions=own).answer is TRUE
    assert judge("pct(ybocs) < -35", facts, own_infusions=own).answer is FALSE
    assert judge("delta(ybocs) <= -9.8", facts, own_infusions=own).answer is TRUE


def test_the_baseline_may_be_old_but_the_latest_value_may_not() -> None:
    own = (Infusion(NOW - 29 * DAY, 35.0),)
    old = fact("ybocs", 28.0, ago=30 * DAY)
    assert (
        judge("pct(ybocs) <= -35", [old, fact("ybocs", 18.0, ago=15 * DAY)], own_infusions=own).answer
        is UNKNOWN
    )


# --- Prompts ---------------------------------------------------------------------------------------------

RAISED = (
    RaisedPrompt("MON-01", "orange"),
    RaisedPrompt("MON-02", "orange"),
    RaisedPrompt("MON-01", "orange"),
    RaisedPrompt("MON-03", "red"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count_prompts(orange) == 3", TRUE),
        ("count_prompts(orange, same) == 2", TRUE),
        ("count_prompts(red) == 1", TRUE),
        ("count_prompts(red, same) >= 2", FALSE),
        ("count_prompts(yellow) == 0", TRUE),
        ("count_prompts(yellow, same) >= 1", FALSE),
    ],
)
def test_prompts_are_counted_by_level_and_by_rule(text: str, expected: Truth) -> None:
    assert judge(text, prompts=RAISED).answer is expected


def test_outside_a_session_the_count_of_prompts_is_unknown() -> None:
    judged = judge("count_prompts(red) == 0")
    assert judged == Judgement(UNKNOWN, (), (Gap("prompts of this session", Absence.MISSING),))
    assert judge("count_prompts(red) == 0", prompts=()).answer is TRUE


# --- Rows ------------------------------------------------------------------------------------------------


def beats(*pairs: tuple[int, float], **fields: object) -> list[Fact]:
    return [reading("hr", rate, ago=minutes * MINUTE, **fields) for minutes, rate in pairs]


def test_readings_of_another_session_are_in_no_row() -> None:
    facts = [*beats((0, 130)), *beats((5, 130), (10, 130), session="S0")]
    assert judge("repeat(hr > 120, 2, PT5M)", facts).answer is UNKNOWN
    assert judge("sustained(hr > 120, PT5M)", facts).answer is UNKNOWN


def test_readings_of_a_part_that_is_not_seen_are_in_no_row() -> None:
    facts = [*beats((0, 130)), *beats((5, 130), phase=Phase.BEFORE)]
    assert judge("repeat(hr > 120, 2, PT5M)", facts).answer is TRUE
    infusion = frozenset({Phase.INFUSION})
    assert judge("repeat(hr > 120, 2, PT5M)", facts, phases=infusion).answer is UNKNOWN


def test_how_far_readings_may_lie_apart_is_the_contexts_word() -> None:
    facts = beats((0, 130), (20, 130))
    assert judge("repeat(hr > 120, 2, PT5M)", facts).answer is UNKNOWN
    assert judge("repeat(hr > 120, 2, PT5M)", facts, max_gap=Duration.parse("PT20M")).answer is TRUE


def test_a_corrected_reading_breaks_no_row() -> None:
    wrong = reading("hr", 13.0, ago=5 * MINUTE, id="wrong")
    right = reading("hr", 130.0, ago=5 * MINUTE, recorded_at=NOW, supersedes="wrong")
    facts = beats((0, 130), (10, 130))
    assert judge("sustained(hr > 120, PT10M)", [*facts, wrong]).answer is FALSE
    assert judge("sustained(hr > 120, PT10M)", [*facts, wrong, right]).answer is TRUE


def test_two_facts_read_in_turn_make_one_row() -> None:
    """At each reading the other fact counts as it was last read."""
    facts = [
        reading("sbp", 185.0, ago=10 * MINUTE),
        reading("dbp", 115.0, ago=5 * MINUTE),
        reading("sbp", 150.0),
    ]
    assert judge("repeat(sbp >= 180 or dbp >= 110, 3, PT5M)", facts).answer is TRUE
    assert judge("repeat(sbp >= 180, 2, PT5M)", facts).answer is FALSE


def test_a_fact_that_was_never_read_leaves_a_broken_row_open() -> None:
    facts = [reading("hr", 100.0, ago=5 * MINUTE), *beats((0, 130))]
    assert judge("repeat(hr > 120, 2, PT5M)", facts).answer is FALSE
    open_row = judge("repeat(hr > 120 and (hr > 120 or vomiting), 2, PT5M)", facts)
    assert open_row.answer is UNKNOWN
    assert open_row.missing == (Gap("hr", Absence.MISSING), Gap("vomiting", Absence.MISSING))


def test_a_row_of_changes_counts_from_the_reading_before_the_infusion() -> None:
    before = reading("sbp", 120.0, ago=20 * MINUTE, phase=Phase.BEFORE)
    high = [reading("sbp", value, ago=ago * MINUTE) for ago, value in ((10, 165.0), (5, 162.0), (0, 170.0))]
    assert judge("repeat(delta(sbp) >= 40, 3, PT5M)", [before, *high]).answer is TRUE
    assert judge("repeat(delta(sbp) >= 40, 3, PT5M)", high).answer is UNKNOWN


def test_an_absence_is_never_read_and_so_never_sustained() -> None:
    assert judge("sustained(not known(hr), PT10M)").answer is UNKNOWN
    assert judge("repeat(not known(hr), 2, PT10M)").answer is UNKNOWN


def test_a_reading_that_is_known_only_now_was_not_known_then() -> None:
    """hr goes stale after 30 minutes; at its own moment it was known, so the row is broken there."""
    facts = beats((40, 100))
    assert judge("not known(hr)", facts).answer is TRUE
    assert judge("repeat(not known(hr), 2, PT1M)", facts).answer is FALSE


def test_sustained_for_no_time_is_the_reading_now() -> None:
    assert judge("sustained(hr > 120, PT0S)", beats((0, 130))).answer is TRUE
    assert judge("sustained(hr > 120, PT0S)", beats((0, 100))).answer is FALSE


def test_readings_at_the_edge_of_the_calendar_break_nothing() -> None:
    first = datetime(1, 1, 1, tzinfo=UTC)
    facts = [Fact("a", "hr", 130.0, first, first, session="S1", phase=Phase.INFUSION)]
    assert judge("sustained(hr > 120, P1Y)", facts, now=first).answer is UNKNOWN
    assert judge("age_of(hr) <= P200Y", facts, now=first).answer is TRUE


# --- The trace -------------------------------------------------------------------------------------------


def test_the_trace_holds_every_fact_read_with_value_and_time() -> None:
    facts = [fact("psychosis_now", value=False, ago=DAY), fact("ecg", "normal", ago=2 * DAY)]
    judged = judge("not psychosis_now and ecg == normal and not psychosis_now", facts)
    assert judged.answer is TRUE
    assert judged.used == (Use("psychosis_now", False, NOW - DAY), Use("ecg", "normal", NOW - 2 * DAY))
    assert judged.missing == ()


def test_what_could_not_change_the_answer_is_not_missing() -> None:
    judged = judge("psychosis_now and mania_now", [fact("psychosis_now", value=False)])
    assert judged.answer is FALSE
    assert judged.missing == ()


def test_an_unknown_answer_names_all_that_would_have_to_be_answered_once_each_with_its_reason() -> None:
    facts = [
        fact("psychosis_now", value=False, ago=31 * DAY),
        fact("ecg", "normal", id="a"),
        fact("ecg", "limiting"),
    ]
    judged = judge("psychosis_now or mania_now or ecg == limiting or not psychosis_now", facts)
    assert judged.answer is UNKNOWN
    assert judged.missing == (
        Gap("psychosis_now", Absence.STALE),
        Gap("mania_now", Absence.MISSING),
        Gap("ecg", Absence.CONTRADICTED),
    )


def test_a_derived_gap_names_the_inputs_that_can_be_answered() -> None:
    assert judge("bmi >= 40", [fact("weight", 130.0)]).missing == (Gap("height", Absence.MISSING),)
    assert judge("alt_over_limit > 3").missing == (
        Gap("alt", Absence.MISSING),
        Gap("alt_upper_limit", Absence.MISSING),
    )


def test_an_incomplete_list_lacks_its_statement() -> None:
    judged = judge("medicines in [phenelzine]", [fact("medicines", ("zinc",))])
    assert judged.missing == (Gap("medicines_complete", Absence.MISSING),)
    assert judged.used == (Use("medicines", ("zinc",), NOW),)


def test_the_deepest_rule_is_judged() -> None:
    text = "not (" * 50 + "psychosis_now" + ")" * 50
    assert judge(text, [fact("psychosis_now", value=True)]).answer is TRUE
