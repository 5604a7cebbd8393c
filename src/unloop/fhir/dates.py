"""FHIR dates as precise as they were written: a year stays a year, and a moment without an offset is none."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from unloop.fhir.notes import Unread

EARLIEST_YEAR = 1880
LATEST_YEAR = 2200
"""Nobody alive was born before 1880, and no prescription runs beyond 2200: other years are slips or fillers."""

_DATE_TIME = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?)?(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?)?)?"
)
_FORM = "a FHIR date such as 1993, 1993-01, 1993-01-09 or 1993-01-09T06:38:03+00:00"


class Precision(StrEnum):
    """How exactly a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date that may be known only to the year or the month.

    Attributes:
        first, last: the days between which it lies, both included.
        at: the moment, aware, when it is known.
    """

    precision: Precision
    first: date
    last: date
    at: datetime | None = None

    @property
    def text(self) -> str:
        """As FHIR writes it: 1993, 1993-01, 1993-01-09 or the moment in ISO 8601."""
        match self.precision:
            case Precision.YEAR:
                return f"{self.first.year:04}"
            case Precision.MONTH:
                return f"{self.first.year:04}-{self.first.month:02}"
            case Precision.DAY:
                return self.first.isoformat()
            case Precision.MOMENT:
                return (self.at or self.first).isoformat()

    def begins(self, zone: tzinfo) -> datetime:
        """The first moment that it can mean; a bare day begins at midnight of `zone`."""
        return self.at or datetime.combine(self.first, time.min, zone)

    def ends(self, zone: tzinfo) -> datetime:
        """The last moment that it can mean."""
        return self.at or datetime.combine(self.last, time.max, zone)


def read_date(text: str, *, path: str) -> PartialDate:
    """Read a FHIR date or dateTime.

    Raises:
        Unread: not in FHIR's form, no such day, a moment without an offset from UTC, or a year that cannot be right.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise Unread(path, f"this is not {_FORM}")
    if match["time"] and not match["offset"]:
        raise Unread(path, "a time without an offset from UTC; write it as 2026-03-02T09:30:00+00:00")
    if match["offset"] and not match["time"]:
        raise Unread(path, f"this is not {_FORM}")
    if not EARLIEST_YEAR <= int(match["year"]) <= LATEST_YEAR:
        raise Unread(path, f"the year is not between {EARLIEST_YEAR} and {LATEST_YEAR}; check the date")
    try:
        return _dated(match)
    except ValueError:
        raise Unread(path, "there is no such day or time; check the date") from None


def _dated(match: re.Match[str]) -> PartialDate:
    year, month, day = int(match["year"]), match["month"], match["day"]
    if month is None:
        return PartialDate(Precision.YEAR, date(year, 1, 1), date(year, 12, 31))
    if day is None:
        last = calendar.monthrange(year, int(month))[1]
        return PartialDate(Precision.MONTH, date(year, int(month), 1), date(year, int(month), last))
    on = date(year, int(month), int(day))
    if match["time"] is None:
        return PartialDate(Precision.DAY, on, on)
    at = datetime.fromisoformat(match[0])
    return PartialDate(Precision.MOMENT, on, on, at)
