"""What stands around the dose: days, ERP windows, the medicine that goes on, goals and rules for stopping."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.care.plan import SeriesRule, Sri, Tailoring, course_days, read_tailoring, series_rule
from unloop.protocol import bundled
from unloop.quantity import Duration, InputRefused

WITHIN = Duration.parse("PT72H")


def rule(infusions: int = 6, per_week: int = 2, gap: str = "PT48H") -> SeriesRule:
    return SeriesRule(
        infusions=infusions, per_week=per_week, min_gap=Duration.parse(gap), assess_after=(1, infusions)
    )


def test_six_infusions_twice_a_week_fall_on_evenly_spread_days() -> None:
    days = course_days(rule(), erp_within=WITHIN, erp_sessions=0)
    assert [one.day for one in days] == [1, 4, 8, 11, 15, 18]
    assert [one.infusion for one in days if one.assess] == [1, 6]


def test_erp_stands_on_the_days_after_an_infusion_and_never_on_its_day() -> None:
    first, *_rest, last = course_days(rule(), erp_within=WITHIN, erp_sessions=2)
    assert (first.window, first.erp) == ((2, 3), (2, 3))
    assert (last.window, last.erp) == ((19, 21), (19, 20))


def test_more_sessions_than_the_window_has_days_are_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        course_days(rule(), erp_within=WITHIN, erp_sessions=3)
    assert "0-2" in str(refused.value)


def test_a_gap_longer_than_the_week_lets_spreads_the_course_further() -> None:
    assert [one.day for one in course_days(rule(3, 2, "P10D"), erp_within=WITHIN, erp_sessions=1)] == [
        1,
        11,
        21,
    ]


def test_daily_infusions_leave_no_day_for_erp_but_the_last() -> None:
    days = course_days(rule(3, 7, "PT24H"), erp_within=WITHIN, erp_sessions=0)
    assert [one.window for one in days] == [None, None, (4, 6)]


def test_the_bundled_protocol_has_room_for_two_sessions() -> None:
    protocol = bundled("ocd-ivket")
    within = protocol.document.schedule.erp_within
    assert len(course_days(series_rule(protocol), erp_within=within, erp_sessions=2)) == 6


@tried(200)
@given(
    infusions=st.integers(1, 12),
    per_week=st.integers(1, 7),
    hours=st.integers(1, 240),
    within=st.integers(24, 240),
)
def test_no_course_is_closer_than_its_rule_and_no_session_outside_its_window(
    infusions: int, per_week: int, hours: int, within: int
) -> None:
    one_rule = rule(infusions, per_week, f"PT{hours}H")
    course = course_days(one_rule, erp_within=Duration.parse(f"PT{within}H"), erp_sessions=0)
    days = [one.day for one in course]
    assert len(days) == infusions
    assert all((later - day) * 24 >= hours for day, later in pairwise(days))
    assert all(sum(day <= other < day + 7 for other in days) <= per_week for day in days)
    for one, following in zip(course, [*days[1:], None], strict=True):
        if one.window is not None:
            assert one.day < one.window[0] <= one.window[1] <= one.day + within // 24
            assert following is None or one.window[1] < following


def test_terms_are_read_back_as_they_were_said() -> None:
    said = Tailoring(erp_sessions=2, sri=Sri.CHANGE, sri_words="sertraline to 200 mg", goals=("cook again",),
                     stop_rules=("if I cannot sleep",))  # fmt: skip
    assert read_tailoring(said.terms()) == said
    assert read_tailoring({"mg_per_kg": 0.5}) == Tailoring()


@pytest.mark.parametrize(
    "wrong",
    [
        {"erp_sessions": -1},
        {"sri": Sri.CHANGE},
        {"sri": Sri.START, "sri_words": "  "},
        {"goals": ("x" * 401,)},
        {"stop_rules": ("x",) * 13},
    ],
    ids=["fewer than none", "a change without words", "a start with blanks", "a long goal", "many rules"],
)
def test_a_tailoring_that_says_too_little_or_too_much_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputRefused):
        Tailoring(**wrong)
