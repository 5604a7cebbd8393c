"""The only place that reads the time. Everything else asks here, so that a test or the demo can hold it still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

YEARS = range(1970, 2200)
"""Years whose days have a midnight before and after them in every zone; a day that is typed lies in one of them."""

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The present moment in UTC, or the moment at which the clock is held."""
    return _held.get() or timezone.now()


def today() -> date:
    """The day it is now in the zone of the clinic (the one active for this request)."""
    return timezone.localdate(now())


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock at `at` (aware) inside the block, for this context only."""
    if at.tzinfo is None:
        raise ValueError("the clock is held at an aware time; give it an offset")
    token = _held.set(at)
    try:
        yield at
    finally:
        _held.reset(token)
