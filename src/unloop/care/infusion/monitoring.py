"""When the next readings are due. The bedside monitor keeps the alarms; this only keeps the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from unloop.care.infusion.events import InfusionEvent, Vitals
from unloop.care.infusion.standing import sort_out
from unloop.care.infusion.state import MINUTE, InfusionState, SessionState
from unloop.facts import Phase
from unloop.protocol import Protocol
from unloop.quantity import Duration

NO_TIME = Duration()


@dataclass(frozen=True, slots=True)
class Interval:
    """How often readings are due in one part of a session.

    Attributes:
        every: from one set to the next.
        late_after: this much after they are due, readings count as late.
        measure: the codes that belong to one set.
    """

    every: Duration
    late_after: Duration = NO_TIME
    measure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonitoringClock:
    """How often a protocol wants readings.

    Attributes:
        infusion: from the start until the end, pauses included; None where the protocol sets no interval.
        recovery: from the end until the person leaves.
        recovery_least: the shortest watch after the end.
    """

    infusion: Interval | None
    recovery: Interval | None
    recovery_least: Duration = NO_TIME

    def interval(self, phase: Phase) -> Interval | None:
        """The interval of one part of the session; before the start nothing recurs."""
        match phase:
            case Phase.BEFORE:
                return None
            case Phase.INFUSION:
                return self.infusion
            case Phase.RECOVERY:
                return self.recovery


@dataclass(frozen=True, slots=True)
class ReadingDue:
    """The next set of readings.

    Attributes:
        at: when it is due.
        phase: the part of the session it belongs to.
        measure: the codes that belong to it.
        overdue_min: minutes since it was due, negative before.
        late: whether it is later than the protocol tolerates.
    """

    at: datetime
    phase: Phase
    measure: tuple[str, ...]
    overdue_min: float
    late: bool


WATCHED = frozenset(
    {SessionState.RUNNING, SessionState.PAUSED, SessionState.STOPPED, SessionState.RECOVERING}
)


def monitoring_clock(protocol: Protocol) -> MonitoringClock:
    """The clock of a protocol; where it names two intervals for one part, the shorter one holds."""
    found: dict[str, Interval] = {}
    least = NO_TIME
    for monitor in protocol.document.monitor:
        if monitor.minimum is not None and monitor.phase == "recovery":
            least = max(least, monitor.minimum, key=lambda length: length.minutes)
        if monitor.every is None:
            continue
        known = found.get(monitor.phase)
        if known is None or monitor.every.minutes < known.every.minutes:
            found[monitor.phase] = Interval(monitor.every, monitor.late_after or NO_TIME, monitor.measure)
    return MonitoringClock(found.get("infusion"), found.get("recovery"), least)


def next_reading(
    state: InfusionState, events: tuple[InfusionEvent, ...], clock: MonitoringClock
) -> ReadingDue | None:
    """When vital signs are due next; None before the start and after the person has left.

    Counted from the last set in this part of the session, or from its beginning: a reading taken before the end does
    not put off the first one of recovery.
    """
    begun = state.ended_at or state.started_at
    if state.state not in WATCHED or begun is None or state.at is None:
        return None
    phase = Phase.RECOVERY if state.ended_at is not None else Phase.INFUSION
    interval = clock.interval(phase)
    if interval is None:
        return None
    taken = [
        event.at
        for event in sort_out(events).standing
        if isinstance(event, Vitals) and begun <= event.at <= state.at
    ]
    due = interval.every.after(max(taken, default=begun))
    overdue: timedelta = state.at - due
    late = state.at > interval.late_after.after(due)
    return ReadingDue(due, phase, interval.measure, overdue / MINUTE, late)
