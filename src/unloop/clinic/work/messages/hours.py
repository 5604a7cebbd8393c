"""When a message may reach a person: never at night, in the clinic's zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""No message reaches a person from nine in the evening to eight in the morning (policy)."""


def sending_time(at: datetime, zone: tzinfo) -> datetime:
    """The first moment from `at` on at which a message may go out to a person.

    Args:
        at: with an offset.
        zone: the clinic's, in which the hours are meant; a day on which clocks change keeps its eight o'clock.

    Returns:
        `at` itself outside the quiet hours; else the end of the quiet hours, in the zone of `at`.
    """
    local = at.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=zone).astimezone(at.tzinfo)
