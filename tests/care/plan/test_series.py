"""A series: how many infusions, how close, and what is due in between."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.plan import NextInfusion, SeriesComplete, SeriesRule, check_start, next_infusion
from unloop.quantity import Duration, InputRefused

RULE = SeriesRule(infusions=6, per_week=2, min_gap=Duration.parse("PT48H"), assess_after=(1, 3, 6))
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def days(*numbers: float) -> tuple[datetime, ...]:
    return tuple(MONDAY + timedelta(days=number) for number in numbers)


def test_the_first_infusion_waits_for_nothing() -> None:
    assert next_infusion(RULE, ()) == NextInfusion(1, None, assess_first=False)


def test_the_second_waits_48_hours_and_for_the_first_assessment() -> None:
    assert next_infusion(RULE, days(0)) == NextInfusion(2, days(2)[0], assess_first=True)


def test_the_third_waits_until_a_week_after_the_first() -> None:
    following = next_infusion(RULE, days(0, 3))
    assert following == NextInfusion(3, days(7)[0], assess_first=False)


def test_the_order_in_which_infusions_are_listed_does_not_matter() -> None:
    assert next_infusion(RULE, days(3, 0)) == next_infusion(RULE, days(0, 3))


def test_after_six_the_series_is_complete() -> None:
    assert next_infusion(RULE, days(0, 3, 7, 10, 14, 17)) == SeriesComplete(6)


def test_a_start_on_the_hour_is_taken_and_a_second_before_is_refused() -> None:
    assert check_start(RULE, days(0), at=days(2)[0]).number == 2
    with pytest.raises(InputRefused, match="keep 2 days between infusions"):
        check_start(RULE, days(0), at=days(2)[0] - timedelta(seconds=1))


def test_a_seventh_infusion_is_refused_until_the_outcome_is_assessed() -> None:
    with pytest.raises(InputRefused, match="assess the outcome"):
        check_start(RULE, days(0, 3, 7, 10, 14, 17), at=days(30)[0])


@given(st.lists(st.floats(0, 60), max_size=6))
def test_starts_that_are_checked_one_by_one_keep_gap_and_weekly_count(offsets: list[float]) -> None:
    taken: tuple[datetime, ...] = ()
    for start in sorted(days(*offsets)):
        try:
            check_start(RULE, taken, at=start)
        except InputRefused:
            continue
        taken = (*taken, start)
    for earlier, later in itertools.pairwise(taken):
        assert later - earlier >= timedelta(hours=48)
    for first, third in zip(taken, taken[2:], strict=False):
        assert third - first >= timedelta(days=7)


@pytest.mark.parametrize(
    "broken", [{"infusions": 0}, {"per_week": 0}, {"assess_after": (7,)}, {"assess_after": (0,)}]
)
def test_a_series_that_makes_no_sense_cannot_be_made(broken: dict[str, int]) -> None:
    with pytest.raises(InputRefused):
        replace(RULE, **broken)  # type: ignore[arg-type]


def test_the_gap_is_a_duration_that_a_protocol_can_set() -> None:
    weekly = SeriesRule(infusions=3, per_week=1, min_gap=Duration.parse("P7D"), assess_after=(3,))
    assert next_infusion(weekly, days(0)) == NextInfusion(2, days(7)[0], assess_first=False)
