"""When the next readings are due. The bedside monitor keeps the alarms; this only keeps the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from unloop.care.infusion.events import InfusionEvent, Vitals
from unloop.care.infusion.standing import sort_out
from unloop.care.infusion.state import MINUTE, InfusionState, SessionState
from unloop.facts import Phase
from unloop.quantity import Minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringClock:
    """How often a protocol wants readings.

    Attributes:
        infusion_every: from the start until the end, pauses included.
        recovery_every: from the end until the person leaves.
        late_after: this much after they are due, readings count as late.
        recovery_least: the shortest watch after the end.
    """

    infusion_every: Minutes
    recovery_every: Minutes
    late_after: Minutes
    recovery_least: Minutes


@dataclass(frozen=True, slots=True)
class ReadingDue:
    """The next set of readings.

    Attributes:
        at: when it is due.
        phase: the part of the session it belongs to.
        overdue_min: minutes since it was due, negative before.
        late: whether it is later than the protocol tolerates.
    """

    at: datetime
    phase: Phase
    overdue_min: float
    late: bool


WATCHED = frozenset(
    {SessionState.RUNNING, SessionState.PAUSED, SessionState.STOPPED, SessionState.RECOVERING}
)


def next_reading(
    state: InfusionState, events: tuple[InfusionEvent, ...], clock: MonitoringClock
) -> ReadingDue | None:
    """When vital signs are due next; None before the start and after the person has left.

    Counted from the last complete set in this part of the session, or from its beginning: a reading taken before
    the end does not put off the first one of recovery.
    """
    begun = state.ended_at or state.started_at
    if state.state not in WATCHED or begun is None or state.at is None:
        return None
    phase = Phase.RECOVERY if state.ended_at is not None else Phase.INFUSION
    every = clock.recovery_every if phase is Phase.RECOVERY else clock.infusion_every
    taken = [
        event.at
        for event in sort_out(events).standing
        if isinstance(event, Vitals) and begun <= event.at <= state.at
    ]
    due = max(taken, default=begun) + every.as_timedelta()
    overdue: timedelta = state.at - due
    return ReadingDue(due, phase, overdue / MINUTE, overdue > clock.late_after.as_timedelta())
