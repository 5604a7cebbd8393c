"""Durations: months are calendar months, hours are hours, and an expiry never moves back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import Duration, InputRefused

moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2150, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
durations = st.builds(Duration, months=st.integers(0, 600), seconds=st.integers(0, 10 * 366 * 86400))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "months", "seconds"),
    [
        ("P30D", 0, 30 * 86400),
        ("P12M", 12, 0),
        ("P1Y", 12, 0),
        ("P2Y6M", 30, 0),
        ("P2W", 0, 14 * 86400),
        ("PT10M", 0, 600),
        ("PT48H", 0, 48 * 3600),
        ("PT90S", 0, 90),
        ("P1DT12H", 0, 36 * 3600),
        ("P1Y2M3W4DT5H6M7S", 14, 25 * 86400 + 5 * 3600 + 6 * 60 + 7),
        ("PT0S", 0, 0),
        ("P200Y", 2400, 0),
    ],
)
def test_a_duration_is_read_part_by_part(text: str, months: int, seconds: int) -> None:
    assert Duration.parse(text) == Duration(months=months, seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("P", id="no part"),
        pytest.param("PT", id="no part after T"),
        pytest.param("P1DT", id="T without a time"),
        pytest.param("30D", id="no P"),
        pytest.param("P30", id="no letter"),
        pytest.param("p30d", id="small letters"),
        pytest.param("P-1D", id="negative"),
        pytest.param("P1.5D", id="decimal point"),
        pytest.param("P1,5D", id="decimal comma"),
        pytest.param("P1D2M", id="parts out of order"),
        pytest.param("PT1D", id="days after T"),
        pytest.param("P30D ", id="space behind"),
        pytest.param("P30D\n", id="line break behind"),
        pytest.param("P٣D", id="digits of another script"),
        pytest.param("P" + "9" * 5000 + "D", id="five thousand digits"),
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        Duration.parse(text, where="facts.ecg.max_age")
    assert refused.value.where == "facts.ecg.max_age"
    assert "P30D" in refused.value.allowed


@pytest.mark.parametrize("text", ["P201Y", "P999999999D", "P2401M", "PT999999999H", "P199Y400D"])
def test_a_duration_longer_than_any_chart_is_a_slip(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        Duration.parse(text)
    assert refused.value.allowed == "at most 200 years"


@given(st.text(max_size=30))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        duration = Duration.parse(text)
    except InputRefused:
        return
    assert Duration.parse(str(duration)) == duration


@given(durations)
def test_what_is_written_is_read_back(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        pytest.param("P1M", "2026-01-31T08:00", "2026-02-28T08:00", id="a day that February lacks"),
        pytest.param("P1M", "2028-01-31T08:00", "2028-02-29T08:00", id="a leap year has it"),
        pytest.param("P12M", "2024-02-29T00:00", "2025-02-28T00:00", id="a year from 29 February"),
        pytest.param("P5Y", "2020-02-29T00:00", "2025-02-28T00:00", id="five years from 29 February"),
        pytest.param("P4Y", "2020-02-29T00:00", "2024-02-29T00:00", id="four years from 29 February"),
        pytest.param("P1M", "2026-12-15T23:59", "2027-01-15T23:59", id="over New Year"),
        pytest.param("P30D", "2026-01-31T08:00", "2026-03-02T08:00", id="thirty days are no month"),
        pytest.param("P1M1D", "2026-01-31T08:00", "2026-03-01T08:00", id="months first, then days"),
    ],
)
def test_months_follow_the_calendar_and_days_do_not(text: str, start: str, end: str) -> None:
    assert Duration.parse(text).after(utc(start)) == utc(end)


@pytest.mark.parametrize(
    ("text", "end", "start"),
    [
        ("P1M", "2026-03-31T08:00", "2026-02-28T08:00"),
        ("P12M", "2024-02-29T08:00", "2023-02-28T08:00"),
        ("P1M", "2026-01-15T08:00", "2025-12-15T08:00"),
        ("PT30M", "2026-01-01T00:10", "2025-12-31T23:40"),
    ],
)
def test_the_moment_before_is_found_by_the_same_calendar(text: str, end: str, start: str) -> None:
    assert Duration.parse(text).before(utc(end)) == utc(start)


@given(moments, st.integers(0, 10**8))
def test_without_months_before_undoes_after(moment: datetime, seconds: int) -> None:
    duration = Duration(seconds=seconds)
    assert duration.before(duration.after(moment)) == moment
    assert duration.after(moment) - moment == timedelta(seconds=seconds)


@given(durations, moments)
def test_after_is_never_before(duration: Duration, moment: datetime) -> None:
    assert duration.before(moment) <= moment <= duration.after(moment)


def test_an_expiry_counted_back_from_now_would_run_backwards_after_a_short_month() -> None:
    """Why the age of an answer is counted from the answer: the later moment reaches further back."""
    month = Duration.parse("P1M")
    evening, next_day = utc("2026-03-30T23:00"), utc("2026-03-31T01:00")
    assert month.before(next_day) < month.before(evening)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        pytest.param("Europe/Berlin", "2026-03-29T00:30", id="clocks put forward"),
        pytest.param("Europe/Berlin", "2026-10-25T00:30", id="clocks put back"),
        pytest.param("America/New_York", "2026-11-01T00:30", id="clocks put back in the west"),
    ],
)
def test_four_hours_are_four_hours_when_clocks_change(zone: str, moment: str) -> None:
    here = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    later = Duration.parse("PT4H").after(here)
    assert later.astimezone(UTC) - here.astimezone(UTC) == timedelta(hours=4)
    assert Duration.parse("PT4H").before(later).astimezone(UTC) == here.astimezone(UTC)


def test_the_zone_of_the_moment_is_kept() -> None:
    here = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=-8)))
    assert Duration.parse("P1D").after(here).utcoffset() == timedelta(hours=-8)


@pytest.mark.parametrize("text", ["P100Y", "PT24H"])
def test_the_ends_of_the_calendar_stop_the_reckoning_and_break_nothing(text: str) -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert Duration.parse(text).before(first) == datetime.min.replace(tzinfo=UTC)
    assert Duration.parse(text).after(last) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P90D", "90 days"),
        ("P1D", "1 day"),
        ("P12M", "1 year"),
        ("P5Y", "5 years"),
        ("P18M", "18 months"),
        ("P1Y6M", "18 months"),
        ("P1M", "1 month"),
        ("PT10M", "10 minutes"),
        ("PT1H", "1 hour"),
        ("PT90M", "1 hour 30 minutes"),
        ("P1DT12H", "1 day 12 hours"),
        ("PT45S", "45 seconds"),
        ("PT0S", "no time"),
    ],
)
def test_a_duration_is_said_as_people_say_it(text: str, words: str) -> None:
    assert Duration.parse(text).words() == words


def test_minutes_are_known_only_without_months() -> None:
    assert Duration.parse("PT1H30M").minutes == 90
    with pytest.raises(InputRefused) as refused:
        _ = Duration.parse("P1M").minutes
    assert refused.value.mend == "write days instead of months"
