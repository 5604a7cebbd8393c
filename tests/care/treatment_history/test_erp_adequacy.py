"""When a course of exposure with response prevention was adequate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.treatment_history import ErpCriteria, judge_erp
from unloop.rules import Truth

# RES-ERP of the bundled protocol: 12 sessions, 15 hours within half a year, half of the exercises, a trained therapist.
CRITERIA = ErpCriteria(
    sessions_min=12, hours_min=15, within_weeks=26, homework_min_percent=50, therapist_trained=True
)
JUST_ENOUGH = {
    "kind": "erp",
    "sessions": 12,
    "hours": 15,
    "weeks_total": 26,
    "homework_percent": 50,
    "therapist_trained": True,
}
numbers = st.one_of(st.none(), st.integers(-3, 120), st.floats(-3, 120, allow_nan=False))
courses = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["erp", "erp", "erp", "cbt", "other", None]),
        "sessions": numbers,
        "hours": numbers,
        "weeks_total": numbers,
        "homework_percent": numbers,
        "therapist_trained": st.sampled_from([True, False, None]),
        "completed": st.booleans(),
        "outcome": st.sampled_from(["none", "partial", "response", "intolerance", "unknown"]),
    },
)


def without(record: dict[str, object], *keys: str) -> dict[str, object]:
    return {key: value for key, value in record.items() if key not in keys}


def test_a_course_at_every_limit_is_adequate() -> None:
    answer = judge_erp(JUST_ENOUGH, CRITERIA)
    assert (answer.answer, answer.missing) == (Truth.TRUE, ())
    assert answer.reasons == (
        "sessions 12, enough: at least 12 is asked",
        "hours in all 15 h, enough: at least 15 h is asked",
        "spread over 26 weeks, close enough: at most 26 weeks is asked",
        "exercises done 50%, enough: at least 50% is asked",
        "the therapist was trained in it",
    )


@pytest.mark.parametrize(
    ("key", "short"),
    [
        ("sessions", 11),
        ("hours", 14.9),
        ("weeks_total", 26.1),
        ("homework_percent", 49.9),
        ("therapist_trained", False),
    ],
)
def test_a_little_less_of_any_one_is_not_adequate(key: str, short: object) -> None:
    assert judge_erp({**JUST_ENOUGH, key: short}, CRITERIA).answer is Truth.FALSE


@pytest.mark.parametrize("key", list(JUST_ENOUGH))
def test_silence_on_any_one_leaves_it_unknown(key: str) -> None:
    answer = judge_erp(without(JUST_ENOUGH, key), CRITERIA)
    assert (answer.answer, answer.missing) == (Truth.UNKNOWN, (key,))


@pytest.mark.parametrize(
    ("key", "impossible"), [("sessions", -12), ("hours", 1e7), ("homework_percent", 120), ("weeks_total", -1)]
)
def test_an_impossible_number_is_unknown(key: str, impossible: float) -> None:
    answer = judge_erp({**JUST_ENOUGH, key: impossible}, CRITERIA)
    assert (answer.answer, answer.missing) == (Truth.UNKNOWN, (key,))


@pytest.mark.parametrize("kind", ["cbt", "other"])
def test_another_therapy_is_not_erp_however_long(kind: str) -> None:
    answer = judge_erp({**JUST_ENOUGH, "kind": kind, "sessions": 60}, CRITERIA)
    assert answer.answer is Truth.FALSE
    assert answer.reasons == (f"{kind} is not exposure with response prevention",)


def test_the_therapists_training_is_left_alone_where_the_protocol_does_not_ask_for_it() -> None:
    lenient = replace(CRITERIA, therapist_trained=False)
    assert judge_erp(without(JUST_ENOUGH, "therapist_trained"), lenient).answer is Truth.TRUE
    assert judge_erp({**JUST_ENOUGH, "therapist_trained": False}, lenient).answer is Truth.TRUE


def test_a_yes_written_as_a_word_is_no_answer() -> None:
    assert judge_erp({**JUST_ENOUGH, "therapist_trained": "yes"}, CRITERIA).answer is Truth.UNKNOWN


@given(courses, st.data())
def test_taking_any_key_away_never_makes_a_course_adequate(course, data) -> None:
    taken = data.draw(st.sets(st.sampled_from(sorted(course))) if course else st.just(set()))
    before, after = judge_erp(course, CRITERIA).answer, judge_erp(without(course, *taken), CRITERIA).answer
    assert after is not Truth.TRUE or before is Truth.TRUE


@given(courses, st.sampled_from(["none", "partial", "response", "intolerance"]), st.booleans())
def test_neither_the_outcome_nor_the_ending_matters(course, outcome, completed) -> None:
    other = {**course, "outcome": outcome, "completed": completed}
    assert judge_erp(other, CRITERIA) == judge_erp(course, CRITERIA)


@given(courses)
def test_unknown_always_says_what_is_missing(course) -> None:
    answer = judge_erp(course, CRITERIA)
    assert answer.missing if answer.answer is Truth.UNKNOWN else True
