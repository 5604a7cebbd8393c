"""Ordering a session, charting what happens in it, and reading it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime

from unloop.care.evaluation import NotReady
from unloop.care.infusion import (
    CHANGES_NOTHING_GIVEN,
    Discharged,
    GoingHome,
    InfusionEvent,
    Started,
    Watch,
    check_append,
    given_infusion,
    going_home,
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
from unloop.clinic.bedside.ordering import check_last_of_the_day, preparation_now
from unloop.clinic.bedside.wording import FIELDS, KINDS, refused_in_words
from unloop.clinic.chart.services import FactRow, NewFact, add_facts, load_chart
from unloop.clinic.consulting_room.services import Clearance, GateChoice, clear
from unloop.clinic.people.services import protocol_of as adopted_document
from unloop.facts import Chart, Infusion
from unloop.protocol import Protocol
from unloop.quantity import InputRefused, PumpRate

_COLUMNS = frozenset({"id", "type", "at", "recorded_at", "by"})
SESSION_SOURCE = "infusion session"


class DischargeRefused(Exception):
    """Something stands against leaving; `answer` lists it."""

    def __init__(self, answer: GoingHome) -> None:
        self.answer = answer
        super().__init__("the discharge gate is shut")


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
        document: the event as in a session file; `by` and `recorded_at` are set here. Without `at` it happened now.
            A start always happens now: it is judged over the facts of this minute.

    Raises:
        InputRefused: a field is wrong, the time is in the future, another event has this id, or it is a start and the
            order is not what would be ordered now.
        ImpossibleTransition: it contradicts what is charted.
        StartRefused: it is a start and the gate is shut.
        DischargeRefused: the person is to leave and something stands against it.
    """
    InfusionSession.objects.select_for_update().get(id=session.id)
    event = _read(document)
    known = ChartedEvent.objects.filter(id=event.id).first()
    if known is not None:
        timed = "at" in document and event.kind != "started"
        return Charted(_same(known, session, event if timed else replace(event, at=known.at)), new=False)
    events = events_of(session)
    clearance = None
    if isinstance(event, Started):
        _check_once(session, events)
        check_last_of_the_day(session)
        clearance = _clear_start(session, events)
        preparation_now(session)  # after the rules, whose reasons are listed
        event = replace(event, at=clock.now())  # not before the judgement
    try:
        check_append(session.order, events, event, fastest=PumpRate(ml_per_h=session.fastest_ml_per_h))
    except InputRefused as refused:
        raise refused_in_words(refused, document) from refused
    if isinstance(event, Discharged):
        _check_leaving(session, events, event)
    row = _append(session, event, clearance)
    if event.kind not in CHANGES_NOTHING_GIVEN:
        _tell_the_chart(session, (*events, row.as_event()))
    return Charted(row, new=True)


def _read(document: dict[str, Any]) -> InfusionEvent:
    now = clock.now()
    actor = current_actor()
    stamped = (
        {"at": now.isoformat(), **document}
        if document.get("type") != "started"
        else {**document, "at": now.isoformat()}
    )
    by = str(actor.id or actor.kind.value)
    try:
        event = read_event({**stamped, "recorded_at": now.isoformat(), "by": by})
    except InputRefused as refused:
        raise refused_in_words(refused, document) from refused
    if event.at > now:
        raise InputRefused(str(FIELDS["at"]), given=_clock(event.at), allowed=f"not after {_clock(now)}",
                           mend="check the clock of this device")  # fmt: skip
    return event


def _clock(at: datetime) -> str:
    """A moment as the screen writes it; seconds, since a device may be off by some."""
    return date_format(localtime(at), "j F Y, H:i:s")


def _append(session: InfusionSession, event: InfusionEvent, clearance: Clearance | None) -> ChartedEvent:
    row = ChartedEvent(
        id=UUID(event.id), session=session, type=event.kind, at=event.at, recorded_at=max(clock.now(), event.at),
        by=event.by, document=_payload(event), clearance=clearance,
    )  # fmt: skip
    row.save()
    record("bedside.event.charted", person=session.person_id, about=row, detail={"type": event.kind})
    return row


def _same(known: ChartedEvent, session: InfusionSession, event: InfusionEvent) -> ChartedEvent:
    """The row, if it is this very entry; otherwise two entries claim one id."""
    there = (known.session_id, known.type, known.at, known.document)
    if there == (session.id, event.kind, event.at, _payload(event)):
        return known
    raise InputRefused(
        str(KINDS[event.kind]), given="an id that another entry has", allowed="an id of its own for each entry",
        mend="reload the page and enter it again",
    )  # fmt: skip


def _payload(event: InfusionEvent) -> dict[str, object]:
    return {key: value for key, value in write_event(event).items() if key not in _COLUMNS}


def _check_once(session: InfusionSession, events: tuple[InfusionEvent, ...]) -> None:
    """One order, one start: who comes second, from another tablet, is told that it has begun, not to order again."""
    if not ChartedEvent.objects.filter(session=session, type="started").exists():
        return
    begun = replay(session.order, events, at=clock.now()).started_at
    if begun is not None:
        raise InputRefused("start", given="a second start", allowed=f"one start for each order; it was at {_clock(begun)}",
                           mend="go on on this page, which shows how the pump stands")  # fmt: skip
    raise InputRefused("start", given="a start after one that was taken back", allowed="one start for each order",
                       mend="order a new session")  # fmt: skip


def _check_leaving(session: InfusionSession, events: tuple[InfusionEvent, ...], event: Discharged) -> None:
    answer = going_home(
        protocol_of(session), session.order, (*events, event), session=str(session.id),
        chart=load_chart(session.person),
    )  # fmt: skip
    if not answer.ready:
        raise DischargeRefused(answer)


def chart_with_session(
    session: InfusionSession, *, chart: Chart | None = None, events: tuple[InfusionEvent, ...] | None = None
) -> Chart:
    """The person's chart with this session's entries as facts; chart and events are read unless they are there."""
    events = events_of(session) if events is None else events
    facts = session_facts(session.order, events, session=str(session.id), at=clock.now())
    return with_session(
        load_chart(session.person) if chart is None else chart, facts, session=str(session.id)
    )


def _clear_start(session: InfusionSession, events: tuple[InfusionEvent, ...]) -> Clearance:
    answer = clear(
        GateChoice.START,
        session.person,
        protocol_of(session),
        session=session.id,
        chart=chart_with_session(session, events=events),
    )
    if isinstance(answer, NotReady):
        raise StartRefused(answer)
    return answer


def _tell_the_chart(session: InfusionSession, events: tuple[InfusionEvent, ...]) -> None:
    """Once an infusion has ended, say in the person's chart what was given; a later correction supersedes it."""
    state = replay(session.order, events, at=clock.now())
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
    begun = ChartedEvent.objects.filter(type="started").values("session_id")
    rows = ChartedEvent.objects.filter(session__person_id__in=list(persons), session_id__in=begun)
    rows = rows.exclude(type__in=CHANGES_NOTHING_GIVEN)  # nine of ten, and every page of a chart asks
    events: dict[InfusionSession, list[InfusionEvent]] = {}
    for row in rows.select_related("session").order_by("session__ordered_at", "at", "recorded_at"):
        events.setdefault(row.session, []).append(row.as_event())
    found: dict[UUID, list[Infusion]] = {}
    for session, charted in events.items():
        state = replay(session.order, tuple(charted), at=clock.now())
        infusion = given_infusion(state, session=str(session.id))
        if infusion is not None:
            found.setdefault(session.person_id, []).append(infusion)
    return {person: tuple(infusions) for person, infusions in found.items()}
