"""Ordering a session, charting what happens in it, and reading it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from unloop.care.evaluation import NotReady
from unloop.care.infusion import (
    InfusionEvent,
    Watch,
    check_append,
    given_infusion,
    read_event,
    replay,
    session_facts,
    watch,
    with_session,
    write_event,
)
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.chart.services import FactRow, NewFact, add_facts, load_chart
from unloop.clinic.consulting_room.services import Clearance, GateChoice, clear
from unloop.clinic.people.services import protocol_of as adopted_document
from unloop.facts import Chart, Infusion
from unloop.protocol import Protocol
from unloop.quantity import InputRefused, PumpRate

_COLUMNS = frozenset({"id", "type", "at", "recorded_at", "by"})
SESSION_SOURCE = "infusion session"


class StartRefused(Exception):
    """The start gate is shut; `answer` holds every reason."""

    def __init__(self, answer: NotReady) -> None:
        self.answer = answer
        super().__init__("the start gate is shut")


@dataclass(frozen=True, slots=True)
class Charted:
    """What charting an entry came to.

    Attributes:
        event: the row.
        new: False when the same entry was there already, as after a lost reply.
    """

    event: ChartedEvent
    new: bool


def events_of(session: InfusionSession) -> tuple[InfusionEvent, ...]:
    """Everything charted in a session."""
    return tuple(row.as_event() for row in ChartedEvent.objects.filter(session=session))


def protocol_of(session: InfusionSession) -> Protocol:
    """The very document that the session is pinned to."""
    return adopted_document(session.protocol)


def watch_session(session: InfusionSession, *, at: datetime | None = None) -> Watch:
    """State, prompts and stop rules of a session now."""
    return watch(
        protocol_of(session), session.order, events_of(session), session=str(session.id),
        chart=load_chart(session.person), at=at or clock.now(),
    )  # fmt: skip


@transaction.atomic
def chart_event(session: InfusionSession, document: dict[str, Any]) -> Charted:
    """Append one event to a session. The same event sent again changes nothing.

    Args:
        session: where it happened.
        document: the event as in a session file; `by` and `recorded_at` are set here.

    Raises:
        InputRefused: a field is wrong, the time is in the future, or another event has this id.
        ImpossibleTransition: it contradicts what is charted.
        StartRefused: it is a start and the gate is shut.
    """
    InfusionSession.objects.select_for_update().get(id=session.id)
    now = clock.now()
    actor = current_actor()
    event = read_event({**document, "recorded_at": now.isoformat(), "by": str(actor.id or actor.kind.value)})
    if event.at > now:
        raise InputRefused(f"event ({event.kind}), at", given=event.at.isoformat(), allowed=f"not after {now.isoformat()}",
                           mend="check the clock of this device")  # fmt: skip
    known = ChartedEvent.objects.filter(id=event.id).first()
    if known is not None:
        return Charted(_same(known, session, event), new=False)
    check_append(
        session.order, events_of(session), event, fastest=PumpRate(ml_per_h=session.fastest_ml_per_h)
    )
    clearance = _clear_start(session) if event.kind == "started" else None
    row = ChartedEvent(
        id=UUID(event.id), session=session, type=event.kind, at=event.at, recorded_at=now, by=event.by,
        document={key: value for key, value in write_event(event).items() if key not in _COLUMNS},
        clearance=clearance,
    )  # fmt: skip
    row.save()
    record("bedside.event.charted", person=session.person_id, about=row, detail={"type": event.kind})
    _tell_the_chart(session)
    return Charted(row, new=True)


def _same(known: ChartedEvent, session: InfusionSession, event: InfusionEvent) -> ChartedEvent:
    document = {key: value for key, value in write_event(event).items() if key not in _COLUMNS}
    if (known.session_id, known.type, known.document) == (
        session.id,
        event.kind,
        document,
    ) and known.at == event.at:
        return known
    raise InputRefused(
        f"event ({event.kind}), id", given=event.id, allowed="an id of its own for each entry",
        mend="reload the page and enter it again",
    )  # fmt: skip


def chart_with_session(session: InfusionSession) -> Chart:
    """The person's chart with this session's entries as facts, as its events tell them now."""
    facts = session_facts(session.order, events_of(session), session=str(session.id), at=clock.now())
    return with_session(load_chart(session.person), facts, session=str(session.id))


def _clear_start(session: InfusionSession) -> Clearance:
    answer = clear(
        GateChoice.START,
        session.person,
        protocol_of(session),
        session=session.id,
        chart=chart_with_session(session),
    )
    if isinstance(answer, NotReady):
        raise StartRefused(answer)
    return answer


def _tell_the_chart(session: InfusionSession) -> None:
    """Once an infusion has ended, say in the person's chart what was given; a later correction supersedes it."""
    state = replay(session.order, events_of(session), at=clock.now())
    if state.ended_at is None or state.started_at is None:
        return
    source = f"{SESSION_SOURCE}/{session.id}"
    mg = round(state.given_mg, 3)
    said = FactRow.objects.filter(
        person=session.person, code="infusion_given", source=source, superseded_by__isnull=True
    ).first()
    if said is not None and (said.value, said.at) == (mg, state.started_at):
        return
    add_facts(session.person, [
        NewFact("infusion_given", mg, at=state.started_at, source=source, supersedes=said.id if said else None)
    ])  # fmt: skip


def own_infusions(persons: Iterable[UUID]) -> dict[UUID, tuple[Infusion, ...]]:
    """The infusions that this clinic has begun, by person: counted from events, which nobody can remove."""
    started = ChartedEvent.objects.filter(
        session__person_id__in=list(persons), type="started"
    ).select_related("session")
    found: dict[UUID, list[Infusion]] = {}
    for row in started:
        infusion = given_infusion(replay(row.session.order, events_of(row.session), at=clock.now()),
                                  session=str(row.session_id))  # fmt: skip
        if infusion is not None:
            found.setdefault(row.session.person_id, []).append(infusion)
    return {person: tuple(infusions) for person, infusions in found.items()}
