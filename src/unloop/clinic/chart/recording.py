"""Writing facts: the one way in which anything about a person is added."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.models import FactRow, Person
from unloop.facts import DICTIONARY, Phase
from unloop.quantity import InputRefused

FactsAdded = Callable[[Person, frozenset[str]], None]
_handlers: list[FactsAdded] = []


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be added.

    Attributes:
        code, value, unit: as in the dictionary.
        at: when it was true; by default now.
        supersedes: the entry that this one corrects; with `value=None` it takes it back.
        reason: why it was corrected.
        session, phase: for facts of an infusion session.
        id: the entry's own id; the same id with the same content is added once only.
    """

    code: str
    value: object
    unit: str = ""
    at: datetime | None = None
    supersedes: UUID | None = None
    reason: str = ""
    session: UUID | None = None
    phase: Phase | None = None
    source: str = ""
    by: str = ""
    id: UUID = field(default_factory=uuid4)


class SameIdOtherContent(InputRefused):
    """An entry of this id is there already and says something else."""


def on_facts_added(handler: FactsAdded) -> None:
    """Have `handler(person, codes)` called in the same transaction whenever facts are added."""
    if handler not in _handlers:
        _handlers.append(handler)


@transaction.atomic
def add_facts(person: Person, facts: Iterable[NewFact]) -> tuple[FactRow, ...]:
    """Add facts to a person's chart; entries that are there already stay as they are.

    Returns:
        The rows that were added.

    Raises:
        InputRefused: a value that the dictionary refuses, a time in the future, a correction that points nowhere.
    """
    rows = [_row(person, fact) for fact in facts]
    known = {row.id: row for row in FactRow.objects.filter(id__in=[row.id for row in rows])}
    added = [row for row in rows if not _there(row, known.get(row.id))]
    for row in added:
        row.save()
    if added:
        codes = frozenset(row.code for row in added)
        record("chart.facts.added", person=person.id, detail={"codes": sorted(codes), "count": len(added)})
        call_handlers(person, codes)
    return tuple(added)


def call_handlers(person: Person, codes: frozenset[str]) -> None:
    """Tell everybody who asked that facts of these codes were added."""
    for handler in _handlers:
        handler(person, codes)


def _row(person: Person, fact: NewFact) -> FactRow:
    now = clock.now()
    definition = DICTIONARY.define(fact.code, where="fact")
    at = fact.at or now
    _check(fact, at=at, now=now, person=person)
    withdraws = fact.value is None and fact.supersedes is not None
    value = (
        None
        if withdraws
        else definition.check(fact.value, fact.unit or definition.unit, where=definition.label)
    )
    actor = current_actor()
    return FactRow(
        id=fact.id, person=person, code=fact.code, value=_plain(value), unit=definition.unit, at=at, recorded_at=now,
        by=fact.by or (str(actor.id) if actor.id else actor.kind.value), source=fact.source,
        supersedes_id=fact.supersedes, reason=fact.reason, session=fact.session, phase=fact.phase or "",
    )  # fmt: skip


def _check(fact: NewFact, *, at: datetime, now: datetime, person: Person) -> None:
    definition = DICTIONARY[fact.code]
    if definition.derived:
        raise InputRefused(fact.code, given="a derived fact", allowed="recorded facts",
                           mend="record its inputs: " + ", ".join(definition.inputs))  # fmt: skip
    if at.tzinfo is None or at > now:
        raise InputRefused(f"{definition.label}, time", given=at.isoformat(timespec="minutes"),
                           allowed=f"not after {now.isoformat(timespec='minutes')}",
                           mend="correct the date or the time")  # fmt: skip
    if definition.in_session and (fact.session is None or fact.phase not in definition.phases):
        raise InputRefused(f"{definition.label}, session", given=fact.phase, allowed=", ".join(definition.phases),
                           mend="record it in the infusion session it belongs to")  # fmt: skip
    if fact.supersedes is not None:
        _check_correction(fact, fact.supersedes, person)


def _check_correction(fact: NewFact, corrected: UUID, person: Person) -> None:
    """An entry is corrected once; whoever comes second sees the first correction before saying anything else."""
    where = f"{DICTIONARY[fact.code].label}, correction"
    target = FactRow.objects.filter(id=corrected, person=person, code=fact.code).first()
    if target is None or target.session != fact.session:
        raise InputRefused(where, given=corrected, allowed="an entry of the same person, kind and session",
                           mend="reload the page and correct the entry that stands there")  # fmt: skip
    if FactRow.objects.filter(supersedes=target).exclude(id=fact.id).exists():
        raise InputRefused(where, given="an entry that is corrected already", allowed="the entry that stands",
                           mend="reload the page and correct the later entry")  # fmt: skip


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _there(row: FactRow, known: FactRow | None) -> bool:
    if known is None:
        return False
    same = (known.person_id, known.code, _canonical(known.value)) == (
        row.person_id,
        row.code,
        _canonical(row.value),
    )
    if same:
        return True
    raise SameIdOtherContent(
        "entry", given=str(row.id), allowed="one content an id", mend="reload the page and enter it again"
    )


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
