"""ISO 8601 durations with calendar months, for maximum ages, intervals and schedules."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from unloop.quantity.refusal import InputRefused

_WHOLE = "[0-9]{1,9}"
_PATTERN = re.compile(
    rf"P(?!$)(?:(?P<years>{_WHOLE})Y)?(?:(?P<months>{_WHOLE})M)?(?:(?P<weeks>{_WHOLE})W)?(?:(?P<days>{_WHOLE})D)?"
    rf"(?:T(?!$)(?:(?P<hours>{_WHOLE})H)?(?:(?P<minutes>{_WHOLE})M)?(?:(?P<seconds>{_WHOLE})S)?)?"
)
_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LONGEST_YEARS = 200  # nobody's chart reaches further; longer ones are slips of the keyboard
_NAMES = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; months are calendar months, days are 24 hours.

    A month has no fixed length, so two durations are compared only through the moments they lead to.
    """

    months: int = 0
    seconds: int = 0

    @classmethod
    def parse(cls, text: str, *, where: str = "duration") -> Duration:
        """Read `P30D`, `PT10M`, `P12M`, `P1Y` or a mixture of these.

        Raises:
            InputRefused: the text is not an ISO 8601 duration of whole, non-negative parts, or is too long.
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise InputRefused(
                where,
                given=text,
                allowed="an ISO 8601 duration such as P30D, P12M or PT10M",
                mend="write P, then years Y, months M, days D, then T and hours H, minutes M, seconds S",
            )
        years, months, weeks, days, hours, minutes, seconds = (int(match[name] or 0) for name in _NAMES)
        duration = cls(
            months=12 * years + months,
            seconds=(weeks * 7 + days) * 86400 + hours * 3600 + minutes * 60 + seconds,
        )
        if duration.months / 12 + duration.seconds / (366 * 86400) > _LONGEST_YEARS:
            raise InputRefused(
                where,
                given=text,
                allowed=f"at most {_LONGEST_YEARS} years",
                mend="check the number and its letter",
            )
        return duration

    def after(self, moment: datetime) -> datetime:
        """The moment this long after `moment`; a day that the month lacks becomes its last day.

        Hours are hours also where clocks are put forward or back. The result stops at the ends of the calendar.
        """
        return _shift(moment, self, sign=1)

    def before(self, moment: datetime) -> datetime:
        """The moment this long before `moment`, by the rules of `after`."""
        return _shift(moment, self, sign=-1)

    @property
    def minutes(self) -> float:
        """Minutes, for durations without calendar months.

        Raises:
            InputRefused: the duration has months, which have no fixed number of minutes.
        """
        if self.months:
            raise InputRefused(
                "duration",
                given=str(self),
                allowed="a duration in days, hours, minutes or seconds",
                mend="write days instead of months",
            )
        return self.seconds / 60

    def words(self) -> str:
        """The duration as a person says it: "90 days", "1 year", "18 months", "10 minutes"."""
        years, months = divmod(self.months, 12)
        days, rest = divmod(self.seconds, 86400)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        if months:
            years, months = 0, self.months
        named = (
            (years, "year"),
            (months, "month"),
            (days, "day"),
            (hours, "hour"),
            (minutes, "minute"),
            (seconds, "second"),
        )
        parts = [f"{count} {name}" + ("" if count == 1 else "s") for count, name in named if count]
        return " ".join(parts) or "no time"

    def __str__(self) -> str:
        days, rest = divmod(self.seconds, 86400)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        date = "".join(f"{count}{letter}" for count, letter in ((self.months, "M"), (days, "D")) if count)
        time = "".join(
            f"{count}{letter}" for count, letter in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count
        )
        if not date and not time:
            return "PT0S"
        return f"P{date}" + (f"T{time}" if time else "")


def _shift(moment: datetime, duration: Duration, *, sign: Literal[1, -1]) -> datetime:
    try:
        shifted = _shift_months(moment, sign * duration.months).astimezone(UTC)
        return (shifted + timedelta(seconds=sign * duration.seconds)).astimezone(moment.tzinfo)
    except (ValueError, OverflowError):
        return _BEGINNING if sign < 0 else _END


def _shift_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    years, month_index = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month_index + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
