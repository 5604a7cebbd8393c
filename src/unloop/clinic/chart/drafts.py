"""Deciding on what an imported record mentions, and saying what a person takes now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404

from unloop.care.treatment_history import Resolved, resolve
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.models import Draft, DraftKind, FactRow, Person
from unloop.clinic.chart.recording import NewFact, add_facts
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class NamedMedicine:
    """A medicine as it was written, and what the table makes of it."""

    written: str
    ingredient: str | None
    suggestions: tuple[str, ...] = ()


@transaction.atomic
def decide(person: Person, draft_id: UUID, *, decision: str, decided_as: str = "") -> Draft:
    """Keep a clinician's decision on a draft and say in the chart what follows from it.

    The same decision sent twice changes nothing.

    Raises:
        InputRefused: a condition that holds today was given no ICD-10-CM code, or it was decided otherwise already.
    """
    draft = get_object_or_404(Draft.objects.select_for_update(), id=draft_id, person=person)
    if draft.decision:
        if draft.decision == decision:
            return draft
        raise InputRefused("decision", given=decision, allowed=f"the decision that stands: {draft.decision}",
                           mend="correct what follows from it: the list of medicines, or the entry in the record")  # fmt: skip
    holds = decision == Draft.Decision.TAKEN
    if holds and draft.kind == DraftKind.CONDITION and not decided_as.strip():
        raise InputRefused("code", given=None, allowed="an ICD-10-CM code such as F42.2",
                           mend="write the code of the diagnosis as you see it today")  # fmt: skip
    draft.decision, draft.decided_as = decision, decided_as.strip()
    draft.decided_by, draft.decided_at = current_actor().id, clock.now()
    draft.save(update_fields=["decision", "decided_as", "decided_by", "decided_at"])
    record("chart.draft.decided", person=person.id, about=draft, detail={"decision": draft.decision})
    if holds and draft.kind == DraftKind.CONDITION:
        _add_to_set(person, "diagnoses", draft.decided_as)
    if holds and draft.kind == DraftKind.ALLERGY:
        _add_to_set(person, "allergies", draft.decided_as or draft.name)
    return draft


def name_medicines(names: list[str]) -> tuple[NamedMedicine, ...]:
    """What the table of medicines makes of each name; nothing is taken for something else."""
    found = [(name, resolve(name)) for name in names]
    return tuple(
        NamedMedicine(name, one.ingredient)
        if isinstance(one, Resolved)
        else NamedMedicine(name, None, one.suggestions)
        for name, one in found
    )


@transaction.atomic
def say_medicines(person: Person, names: list[str], *, complete: bool) -> tuple[NamedMedicine, ...]:
    """Say what the person takes now. Known medicines are kept by ingredient, others as they were written.

    Raises:
        InputRefused: an imported medicine is still undecided.
    """
    waiting = Draft.objects.filter(
        person=person, kind=DraftKind.MEDICINE, decision=Draft.Decision.UNDECIDED
    ).count()
    if waiting:
        raise InputRefused("medicines", given=f"{waiting} imported ones undecided", allowed="none undecided",
                           mend="decide on each imported medicine first")  # fmt: skip
    named = name_medicines(names)
    kept = list(dict.fromkeys(one.ingredient or one.written for one in named))
    add_facts(person, [NewFact("medicines", kept), NewFact("medicines_complete", complete)])
    return named


def suggested_medicines(person: Person) -> list[str]:
    """What stands in the chart now, or else what was confirmed from imported records."""
    row = (
        FactRow.objects.filter(person=person, code="medicines", superseded_by__isnull=True)
        .order_by("-at")
        .first()
    )
    if row is not None and row.value is not None:
        return [str(one) for one in row.value]
    taken = Draft.objects.filter(person=person, kind=DraftKind.MEDICINE, decision=Draft.Decision.TAKEN)
    return [draft.decided_as or draft.name for draft in taken]


def _add_to_set(person: Person, code: str, member: str) -> None:
    row = FactRow.objects.filter(person=person, code=code, superseded_by__isnull=True).order_by("-at").first()
    before = [str(one) for one in row.value] if row is not None and row.value is not None else []
    if member not in before:
        add_facts(person, [NewFact(code, [*before, member])])
