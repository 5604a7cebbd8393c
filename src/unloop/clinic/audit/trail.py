"""Reading the trail: by period, person and actor, in an order of the reader's choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from unloop.clinic.audit.models import AuditEntry

PAGE = 100
SORTABLE = ("at", "actor_id", "role", "action", "person_id", "object_type", "route", "outcome")

Naming = Callable[[Iterable[UUID]], Mapping[UUID, str]]
_naming: dict[str, Naming] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the trail; None means any."""

    since: datetime | None = None
    until: datetime | None = None
    person: UUID | None = None
    actor: UUID | None = None
    action: str = ""
    outcome: str = ""
    sort: str = "-at"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of entries."""

    entries: list[AuditEntry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def names_come_from(kind: str, naming: Naming) -> None:
    """An upper app says how ids are read: `kind` is "actor" or "person". Called once, at start-up."""
    _naming[kind] = naming


def names(kind: str, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names for the ids of one kind, as far as an upper app knows them."""
    wanted = {one for one in ids if one is not None}
    return _naming[kind](wanted) if kind in _naming and wanted else {}


def trail(question: Question) -> Answer:
    """The entries asked for; an unknown column to sort by is read as time."""
    found = AuditEntry.objects.all()
    filters = {
        "at__gte": question.since,
        "at__lt": question.until,
        "person_id": question.person,
        "actor_id": question.actor,
        "action": question.action or None,
        "outcome": question.outcome or None,
    }
    found = found.filter(**{name: value for name, value in filters.items() if value is not None})
    column = question.sort.removeprefix("-")
    order = question.sort if column in SORTABLE else "-at"
    tie = "-sequence" if order.startswith("-") else "sequence"
    total = found.count()
    start = (max(1, question.page) - 1) * PAGE
    return Answer(list(found.order_by(order, tie)[start : start + PAGE]), total, max(1, question.page))
