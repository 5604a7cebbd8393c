"""What befell a person besides ratings and infusions: adverse events, events of their life, and sessions of ERP.

All of them are facts of the chart: added, never changed; a correction stands beside what it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.timezone import localtime

from unloop.care.outcome import AdverseEvent, LeavingReason, read_adverse_event, write_adverse_event
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.services import FactRow, NewFact, Person, add_facts
from unloop.clinic.people.services import User
from unloop.clinic.work.services import NewTask, Task, TaskKind, duty_owners, open_task
from unloop.quantity import InputRefused

ACT_WITHIN = timedelta(hours=24)
"""A serious adverse event is looked at within a day of being written down (policy)."""
CODE = "adverse_event"


@dataclass(frozen=True, slots=True)
class Entry:
    """An adverse event as it stands, with what it said before.

    Attributes:
        id: of the row that stands.
        recorded_at: when this was written.
        corrected: whether something else was written first.
    """

    id: UUID
    person_id: UUID
    event: AdverseEvent
    recorded_at: datetime
    corrected: bool


@transaction.atomic
def record_adverse_event(person: Person, event: AdverseEvent, *, entry: UUID | None = None) -> FactRow:
    """Write an adverse event down; a serious one opens a task for whoever is on duty.

    Args:
        entry: the id of the form that it was entered in, so that a form that arrives twice is one event.

    Raises:
        InputRefused: it begins in the future or before birth, or another event was written with this form.
    """
    return _add(
        person, event, NewFact(CODE, [write_adverse_event(event)], at=event.onset, id=entry or uuid4())
    )


@transaction.atomic
def change_adverse_event(person: Person, row: FactRow, event: AdverseEvent, *, reason: str) -> FactRow:
    """Say something else of an adverse event, e.g. what became of it; what was said first stays visible.

    Raises:
        InputRefused: it was changed already, or begins in the future.
    """
    return _add(person, event, NewFact(CODE, [write_adverse_event(event)], at=event.onset, supersedes=row.id,
                                       reason=reason[:200], id=uuid4()))  # fmt: skip


def adverse_events(people: Iterable[UUID]) -> tuple[Entry, ...]:
    """The adverse events that stand of these people, the latest first, in one query."""
    rows = FactRow.objects.filter(
        person_id__in=list(people), code=CODE, superseded_by__isnull=True, value__isnull=False
    ).order_by("-at", "-recorded_at")
    return tuple(entry for row in rows if (entry := entry_of(row)) is not None)


def entry_of(row: FactRow) -> Entry | None:
    """A row as an adverse event; None for one that was taken back."""
    value = row.as_fact().value
    first = value[0] if isinstance(value, tuple) and value else None
    if not isinstance(first, Mapping):
        return None
    return Entry(
        row.id,
        row.person_id,
        read_adverse_event(first, row.at),
        row.recorded_at,
        row.supersedes_id is not None,
    )


def say_life_event(person: Person, words: str, *, at: datetime, entry: UUID | None = None) -> None:
    """Write down what happened in the person's life, in their own words.

    Raises:
        InputRefused: no words, a time to come or before birth, or something else was written with this form.
    """
    if not words.strip():
        raise InputRefused("words", given=None, allowed="a few words", mend="write what the person said")
    _once(person, NewFact("life_event", [{"in_own_words": words.strip()}], at=at, id=entry or uuid4()))


def record_erp_session(person: Person, minutes: float, *, at: datetime, entry: UUID | None = None) -> None:
    """Write down a session of exposure and response prevention.

    Raises:
        InputRefused: no such length, a time to come or before birth, or another was written with this form.
    """
    _once(person, NewFact("erp_session", minutes, at=at, id=entry or uuid4()))


def leave_treatment(
    person: Person, reason: LeavingReason, *, at: datetime, entry: UUID | None = None
) -> None:
    """Write down that the person left treatment early; only severe worsening of OCD counts towards relapse.

    Raises:
        InputRefused: a time to come or before birth, or something else was written with this form.
    """
    _once(person, NewFact("left_treatment", reason.value, at=at, id=entry or uuid4()))


def leavings_of(person: Person) -> list[tuple[datetime, LeavingReason]]:
    """When and why the person left treatment early, as it stands, the latest first."""
    rows = FactRow.objects.filter(
        person=person, code="left_treatment", superseded_by__isnull=True, value__isnull=False
    )
    return [(row.at, LeavingReason(row.value)) for row in rows.order_by("-at", "-recorded_at")]


def _once(person: Person, fact: NewFact) -> FactRow | None:
    """Add a fact; None where the form that it was entered in arrived before.

    Raises:
        InputRefused: it lies before the person's birth, or the form said something else the first time.
    """
    born = person.birth_date
    if fact.at is not None and born is not None and localtime(fact.at).date() < born:
        raise InputRefused("at", given="a day before birth", allowed="a day of the person's life",
                           mend="correct the year")  # fmt: skip
    known = FactRow.objects.filter(id=fact.id).first()
    if known is not None and known.at != fact.at:
        raise InputRefused("entry", given="a form that was sent before", allowed="one event a form",
                           mend="change what stands in the list, or open the page anew")  # fmt: skip
    return next(iter(add_facts(person, [fact])), None)


def _add(person: Person, event: AdverseEvent, fact: NewFact) -> FactRow:
    before = entry_of(FactRow.objects.get(id=fact.supersedes)) if fact.supersedes is not None else None
    row = _once(person, fact)
    if row is None:
        return FactRow.objects.get(id=fact.id)
    record("follow_up.adverse_event.recorded", person=person.id, about=row,
           detail={"grade": int(event.grade), "serious": sorted(event.serious), "related": event.relatedness.value})  # fmt: skip
    if event.is_serious:
        worse = before is not None and bool(event.serious - before.event.serious)
        _ask_somebody(person, row, event, worse=worse)
    return row


def _ask_somebody(person: Person, row: FactRow, event: AdverseEvent, *, worse: bool) -> None:
    """A task for whoever is on duty; a further one where it was closed and the event became serious in another way."""
    owners = duty_owners() or _whoever_acts()
    if not owners:
        return
    reason = f"adverse-event:{_first(row).id}"
    if worse and Task.objects.filter(reason=reason, closed_at__isnull=False).exists():
        reason = f"adverse-event:{row.id}"
    open_task(NewTask(
        kind=TaskKind.ADVERSE_EVENT, person=person, reason=reason, due_at=clock.now() + ACT_WITHIN, owner=owners[0],
        escalates_to=owners[1] if len(owners) > 1 else None, detail={"term": event.term, "grade": int(event.grade)},
    ))  # fmt: skip


def _whoever_acts() -> list[User]:
    """Where nobody who could be on duty is left, whoever writes it down keeps it."""
    acting = current_actor().id
    return list(User.objects.filter(id=acting)) if acting is not None else []


def _first(row: FactRow) -> FactRow:
    """The row with which this event was first written down, so that one event opens one task."""
    while row.supersedes is not None:
        row = row.supersedes
    return row
