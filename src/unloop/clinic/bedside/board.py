"""The chair board, worst first, and lists of sessions for other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from unloop.care.infusion import InfusionEvent, SessionState, replay
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.bedside.ordering import ORDER_COUNTS_FOR
from unloop.clinic.bedside.screen import Screen, screen_of
from unloop.clinic.chart.services import Person, load_charts

LOOK_BACK = timedelta(hours=24)
OPEN_STATES = frozenset(
    {SessionState.RUNNING, SessionState.PAUSED, SessionState.STOPPED, SessionState.RECOVERING}
)
_LEVELS = {"red": 0, "orange": 1, "yellow": 2}


@dataclass(frozen=True, slots=True)
class EndedSession:
    """An infusion that has ended.

    Attributes:
        session: which.
        ended_at: when the pump was stopped for good.
        discharged_at: when the person left, if that is charted.
    """

    session: InfusionSession
    ended_at: datetime
    discharged_at: datetime | None


def running_sessions() -> tuple[InfusionSession, ...]:
    """Sessions that have begun and whose person has not left yet, the longest first."""
    begun = _begun(since=clock.now() - LOOK_BACK)
    return tuple(one for one in begun if _state(one) in OPEN_STATES)


def ended_sessions(since: datetime) -> tuple[EndedSession, ...]:
    """Infusions that ended at `since` or later, in the order in which they ended."""
    found = []
    for session in _begun(since=since - LOOK_BACK):
        state = replay(session.order, _events(session), at=clock.now())
        if state.ended_at is not None and state.ended_at >= since:
            found.append(EndedSession(session, state.ended_at, state.discharged_at))
    return tuple(sorted(found, key=lambda one: one.ended_at))


def board() -> tuple[Screen, ...]:
    """Every session under way, worst first: prompts without an answer, overdue readings, then time."""
    sessions = running_sessions()
    charts = load_charts([one.person for one in sessions])
    if sessions:
        record("bedside.board.read", detail={"sessions": len(sessions)})
    screens = [screen_of(one, chart=charts[one.person_id], events=_events(one)) for one in sessions]
    return tuple(sorted(screens, key=_worst_first))


def waiting_sessions() -> tuple[InfusionSession, ...]:
    """Ordered within the last day and not begun; of several orders of one person, the last."""
    ordered = InfusionSession.objects.filter(ordered_at__gt=clock.now() - ORDER_COUNTS_FOR)
    latest: dict[object, InfusionSession] = {}
    for session in ordered.select_related("person", "chair").order_by("ordered_at"):
        latest[session.person_id] = session
    begun = set(ChartedEvent.objects.filter(session__in=latest.values(), type="started").values_list("session_id", flat=True))  # fmt: skip
    return tuple(one for one in latest.values() if one.id not in begun)


def chair_is_taken(session: InfusionSession) -> bool:
    """Whether the record has another session that began in this chair within the day and whose person has not left."""
    if session.chair_id is None:
        return False
    begun = _begun(since=clock.now() - LOOK_BACK).filter(chair_id=session.chair_id).exclude(pk=session.pk)
    return any(_state(one) in OPEN_STATES for one in begun)


def sessions_of(person: Person) -> tuple[tuple[InfusionSession, SessionState], ...]:
    """A person's sessions with their states, the latest first."""
    rows = InfusionSession.objects.filter(person=person).select_related("chair").prefetch_related("events")
    return tuple((one, _state(one)) for one in rows)


def _begun(*, since: datetime) -> QuerySet[InfusionSession]:
    begun = InfusionSession.objects.filter(events__type="started", events__at__gte=since)
    return (
        begun.select_related("person", "chair", "protocol").prefetch_related("events").order_by("ordered_at")
    )


def _events(session: InfusionSession) -> tuple[InfusionEvent, ...]:
    return tuple(row.as_event() for row in session.events.all())


def _state(session: InfusionSession) -> SessionState:
    return replay(session.order, _events(session), at=clock.now()).state


def _worst_first(screen: Screen) -> tuple[int, int, float, float]:
    worst = min((_LEVELS[one.prompt.level] for one in screen.open_prompts), default=len(_LEVELS))
    if screen.taken_back_at is not None:
        worst = 0
    amber = 0 if screen.state.state is SessionState.STOPPED else 1
    overdue = -(screen.due.overdue_min if screen.due is not None else 0.0)
    return worst, amber, min(overdue, 0.0), -screen.state.elapsed_min
