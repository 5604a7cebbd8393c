"""Minutes: the length of an infusion, a pause, a watch afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from unloop.quantity.measured import Quantity, is_a


@dataclass(frozen=True, slots=True, order=True)
class Minutes(Quantity):
    """A length of time within one day; months and days are `unloop.quantity.duration`."""

    minutes: float

    what = "minutes"
    unit = "min"
    low = 0.0
    high = 1440.0
    check = "check whether it was entered in seconds or hours; give minutes"

    @classmethod
    def between(cls, length: timedelta) -> Minutes:
        """The length of a `timedelta` in minutes."""
        return cls(minutes=length / timedelta(minutes=1))

    def as_timedelta(self) -> timedelta:
        """The same length for arithmetic with times."""
        return timedelta(minutes=self.minutes)

    @property
    def hours(self) -> float:
        """The same length in hours."""
        return self.minutes / 60.0

    def __add__(self, other: Minutes) -> Minutes:
        if not is_a(other, Minutes):
            return NotImplemented
        return Minutes(minutes=self.minutes + other.minutes)

    def __sub__(self, other: Minutes) -> Minutes:
        if not is_a(other, Minutes):
            return NotImplemented
        return Minutes(minutes=self.minutes - other.minutes)
