"""Dates as people remember them: a year is an answer, and what it leaves open is kept open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatment_histories import COURSE, ERP, SERTRALINE, SRI, without
from unloop.care.treatment_history import judge_erp, judge_sri, read_partial_date, weeks_between
from unloop.care.treatment_history.spans import span_of
from unloop.quantity import InputRefused
from unloop.rules import Truth

days = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-06", date(2021, 6, 1), date(2021, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2021-06-15 ", date(2021, 6, 15), date(2021, 6, 15)),
    ],
)
def test_a_date_stands_for_every_day_that_it_can_mean(text: str, earliest: date, latest: date) -> None:
    found = read_partial_date(text, where="start")
    assert (found.text, found.earliest, found.latest) == (text.strip(), earliest, latest)


@pytest.mark.parametrize(
    "text", ["", "21", "2021-13", "2021-02-30", "0000", "06/2021", "June 2021", "2021-6", "2021-06-15T10:00", "２０２１-06x"]
)  # fmt: skip
def test_another_way_of_writing_a_date_is_refused_with_its_mend(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_partial_date(text, where="medicines[0], start")
    assert refused.value.where == "medicines[0], start"
    assert "the year first" in refused.value.mend


def test_two_years_leave_open_how_long_it_was() -> None:
    found = weeks_between(read_partial_date("2020", where=""), read_partial_date("2021", where=""))
    assert found is not None
    assert (found.least, found.most) == (pytest.approx(2 / 7), pytest.approx(731 / 7))


def test_an_end_before_its_start_is_no_time_at_all() -> None:
    assert (
        weeks_between(read_partial_date("2021-06", where=""), read_partial_date("2021-05", where="")) is None
    )


@given(days, days)
def test_full_dates_give_one_length(one: date, other: date) -> None:
    start, end = sorted((one, other))
    found = span_of({"start": start.isoformat(), "end": end.isoformat()})
    assert found is not None
    assert found.least == found.most == ((end - start).days + 1) / 7


@given(days, days, st.sampled_from([4, 7]), st.sampled_from([4, 7]))
def test_a_shorter_date_never_narrows_what_is_possible(
    one: date, other: date, cut: int, cut_too: int
) -> None:
    start, end = sorted((one, other))
    whole = span_of({"start": start.isoformat(), "end": end.isoformat()})
    partly = span_of({"start": start.isoformat()[:cut], "end": end.isoformat()[:cut_too]})
    assert whole is not None
    assert partly is not None
    assert partly.least <= whole.least <= whole.most <= partly.most


class TestInPlaceOfWeeks:
    @pytest.mark.parametrize(
        ("last_day", "answer"),
        [(84, Truth.TRUE), (83, Truth.FALSE)],
        ids=["twelve weeks to the day", "one day less"],
    )
    def test_dates_count_where_no_duration_was_said(self, last_day: int, answer: Truth) -> None:
        end = date(2021, 3, 1) + timedelta(days=last_day - 1)
        dated = {**without(SERTRALINE, "weeks_total"), "start": "2021-03-01", "end": end.isoformat()}
        assert judge_sri(dated, SRI).answer is answer

    @pytest.mark.parametrize(
        ("start", "end", "answer"),
        [
            ("2019", "2021", Truth.TRUE),
            ("2020", "2021", Truth.UNKNOWN),
            ("2021-03", "2021-06", Truth.UNKNOWN),
            ("2021-03", "2021-04", Truth.FALSE),
            ("2021-01", "2021-05", Truth.TRUE),
        ],
    )
    def test_partial_dates_settle_it_as_far_as_they_reach(self, start: str, end: str, answer: Truth) -> None:
        found = judge_sri({**without(SERTRALINE, "weeks_total"), "start": start, "end": end}, SRI)
        assert found.answer is answer
        assert ("weeks_total" in found.missing) is (answer is Truth.UNKNOWN)

    @pytest.mark.parametrize(
        ("start", "end", "answer"),
        [
            ("2021-01", "2021-05", Truth.TRUE),
            ("2021-01", "2021-07", Truth.UNKNOWN),
            ("2020", "2022", Truth.FALSE),
        ],
    )
    def test_sessions_are_spread_between_their_dates(self, start: str, end: str, answer: Truth) -> None:
        dated = {**without(COURSE, "weeks_total"), "start": start, "end": end}
        assert judge_erp(dated, ERP).answer is answer

    def test_a_start_alone_says_nothing_of_the_duration(self) -> None:
        assert judge_sri({**without(SERTRALINE, "weeks_total"), "start": "2019"}, SRI).missing == (
            "weeks_total",
        )


class TestAgainstWeeks:
    def test_weeks_that_do_not_fit_between_the_dates_are_to_be_checked(self) -> None:
        found = judge_sri({**SERTRALINE, "start": "2021-03", "end": "2021-04"}, SRI)
        assert found.answer is Truth.UNKNOWN
        assert found.reasons[-1] == "12 weeks do not fit between 2021-03 and 2021-04; check them"

    def test_a_break_between_the_dates_is_no_contradiction(self) -> None:
        assert judge_sri({**SERTRALINE, "start": "2015", "end": "2021"}, SRI).answer is Truth.TRUE

    def test_a_duration_rounded_up_to_the_week_is_no_contradiction(self) -> None:
        dated = {**SERTRALINE, "weeks_total": 13, "start": "2021-03-01", "end": "2021-05-28"}
        assert judge_sri(dated, SRI).answer is Truth.TRUE

    def test_dates_the_wrong_way_round_are_to_be_checked(self) -> None:
        found = judge_sri({**SERTRALINE, "start": "2021", "end": "2020"}, SRI)
        assert (found.answer, found.missing) == (Truth.UNKNOWN, ("end",))

    @pytest.mark.parametrize("unread", ["last spring", "", 2021])
    def test_a_date_that_nobody_can_read_says_nothing(self, unread: object) -> None:
        assert judge_sri({**SERTRALINE, "start": unread, "end": "2021"}, SRI) == judge_sri(SERTRALINE, SRI)
