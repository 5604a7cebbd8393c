"""Dates as people remember them: a year, a month of a year, or a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from unloop.quantity.refusal import InputRefused

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which at least the year is known.

    Attributes:
        text: as it was written: `2021`, `2021-06` or `2021-06-15`.
        earliest, latest: the first and the last day that it can mean.
    """

    text: str
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class WeeksBetween:
    """How long something lasted between two partial dates: at least and at most, in weeks."""

    least: float
    most: float


def read_partial_date(text: str, *, where: str) -> PartialDate:
    """Read `2021`, `2021-06` or `2021-06-15`.

    Raises:
        InputRefused: anything else, and days that no calendar has.
    """
    found = _WRITTEN.fullmatch(text.strip())
    try:
        if found is not None:
            return _placed(found[0], *(int(part) for part in found.groups() if part))
    except ValueError:
        pass
    raise InputRefused(
        where, given=text, allowed="a year, a month or a day: 2021, 2021-06 or 2021-06-15",
        mend="write as much of the date as is known, the year first",
    )  # fmt: skip


def weeks_between(start: PartialDate, end: PartialDate) -> WeeksBetween | None:
    """The shortest and the longest time that two dates allow; None where the end lies before the start.

    Both days count, so that a week from Monday to Sunday is one.
    """
    most = (end.latest - start.earliest).days + 1
    least = max((end.earliest - start.latest).days + 1, 0)
    return WeeksBetween(least / 7, most / 7) if most > 0 else None


def _placed(text: str, year: int, *rest: int) -> PartialDate:
    match rest:
        case ():
            return PartialDate(text, date(year, 1, 1), date(year, 12, 31))
        case (month,):
            last = calendar.monthrange(year, month)[1]
            return PartialDate(text, date(year, month, 1), date(year, month, last))
        case _:
            exact = date(year, *rest)
            return PartialDate(text, exact, exact)
