"""Dates stay as precise as they were written."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.fhir.dates import EARLIEST_YEAR, LATEST_YEAR, Precision, read_date
from unloop.fhir.notes import Unread

zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def unread(text):
    with pytest.raises(Unread) as given:
        read_date(text, path="entry[0].resource.onsetDateTime")
    assert given.value.path == "entry[0].resource.onsetDateTime"
    return given.value.why


def test_a_year_stays_a_year():
    when = read_date("1993", path="x")
    assert (when.precision, when.first, when.last) == (Precision.YEAR, date(1993, 1, 1), date(1993, 12, 31))
    assert when.text == "1993"


def test_a_month_ends_with_its_own_last_day():
    when = read_date("2024-02", path="x")
    assert (when.precision, when.last, when.text) == (Precision.MONTH, date(2024, 2, 29), "2024-02")


def test_a_day_begins_at_midnight_of_the_zone_and_ends_before_the_next():
    when = read_date("2026-03-02", path="x")
    zone = ZoneInfo("America/New_York")
    assert when.begins(zone) == datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert when.ends(zone) == datetime(2026, 3, 3, 5, tzinfo=UTC) - timedelta(microseconds=1)


def test_a_moment_needs_no_zone():
    when = read_date("1993-01-09T06:38:03-05:00", path="x")
    assert when.precision is Precision.MOMENT
    assert when.begins(UTC) == when.ends(UTC) == datetime(1993, 1, 9, 11, 38, 3, tzinfo=UTC)


def test_fractions_of_seconds_and_zulu_are_read():
    assert read_date("2022-03-29T22:38:59.084Z", path="x").at == datetime(
        2022, 3, 29, 22, 38, 59, 84_000, tzinfo=UTC
    )


def test_a_time_without_an_offset_says_what_is_missing():
    assert "offset" in unread("2026-03-02T09:30:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "93",
        "09/01/1993",
        "1993-1-9",
        "1993-01-09T06:38",
        "1993-01-09T06:38+00:00",
        "1993-01-09Z",
        "1993-01-09 06:38:03+00:00",
        "yesterday",
        "1993-01-09T06:38:03+00:00 ",
        "١٩٩٣-٠١-٠٩",
    ],
)
def test_what_fhir_does_not_write_is_not_guessed(text):
    assert "FHIR date" in unread(text)


@pytest.mark.parametrize(
    "text",
    [
        "1993-13",
        "1993-02-30",
        "2023-02-29",
        "1993-01-09T25:00:00Z",
        "1993-01-09T06:60:00Z",
        "2026-01-01T00:00:00+99:00",
    ],
)
def test_days_and_times_that_do_not_exist_are_refused(text):
    assert "no such day" in unread(text)


@pytest.mark.parametrize("text", ["0001-01-01", "1799", "9999-12-31T23:59:59-12:00"])
def test_fillers_for_unknown_dates_are_refused(text):
    assert str(EARLIEST_YEAR) in unread(text)


@given(st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)), zones)
def test_a_coarser_date_contains_the_finer_one(day, zone):
    exact = read_date(day.isoformat(), path="x")
    month = read_date(day.isoformat()[:7], path="x")
    year = read_date(day.isoformat()[:4], path="x")
    assert year.begins(zone) <= month.begins(zone) <= exact.begins(zone)
    assert exact.ends(zone) <= month.ends(zone) <= year.ends(zone)


@given(
    st.datetimes(datetime(EARLIEST_YEAR, 1, 2), datetime(LATEST_YEAR, 12, 30), timezones=zones)  # noqa: DTZ001
)
def test_a_moment_is_read_back_as_it_was_written(moment):
    assert read_date(moment.isoformat(timespec="microseconds"), path="x").at == moment


@given(st.text(max_size=40))
def test_any_other_text_is_unread_and_nothing_worse(text):
    with contextlib.suppress(Unread):
        read_date(text, path="x")
