"""Saying what a person takes now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from unloop.care.treatment_history import Resolved, read_daily_dose, resolve
from unloop.clinic.chart.dates import in_words
from unloop.clinic.chart.models import Draft, DraftKind, FactRow, Person
from unloop.clinic.chart.recording import NewFact, add_facts
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class NamedMedicine:
    """A medicine as it was written, and what the table makes of it."""

    written: str
    ingredient: str | None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedDose:
    """How a medicine was to be taken, in the words of an imported record; nothing is worked out from it.

    Attributes:
        name, dose: as written there.
        begun: since when, in words; empty where the record does not say.
        undecided: whether nobody has decided yet if it is taken today.
    """

    name: str
    dose: str
    begun: str
    undecided: bool


def imported_doses(person: Person, medicine_class: str) -> tuple[ImportedDose, ...]:
    """The doses that imported records give for medicines of a class, but for those decided to be past or not so."""
    drafts = Draft.objects.filter(
        person=person,
        kind=DraftKind.MEDICINE,
        decision__in=[Draft.Decision.UNDECIDED, Draft.Decision.TAKEN],
    )
    return tuple(
        ImportedDose(
            one.name,
            str(one.detail["dose"]),
            in_words(str(one.detail.get("from") or "")),
            undecided=not one.decision,
        )
        for one in drafts
        if one.detail.get("dose") and _is_of_class(one.name, medicine_class)
    )


def _is_of_class(name: str, medicine_class: str) -> bool:
    found = resolve(name)
    return isinstance(found, Resolved) and medicine_class in found.classes


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

    A daily dose that is written beyond doubt ("lorazepam 1 mg twice a day") is kept beside the list.

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
    doses = _doses(person, named)
    said = [NewFact("medicine_doses", doses)] if doses else []
    add_facts(person, [NewFact("medicines", kept), NewFact("medicines_complete", complete), *said])
    return named


def _doses(person: Person, named: tuple[NamedMedicine, ...]) -> list[dict[str, object]]:
    """The daily doses of a list: those written now, and those that stand; empty where none is written now."""
    now = [
        {"medicine": one.ingredient, "mg_per_day": dose, "as_written": one.written}
        for one in named
        if one.ingredient and (dose := read_daily_dose(one.written)) is not None
    ]
    row = standing_list(person, "medicine_doses")
    before = row.value if row is not None and isinstance(row.value, list) else []
    anew = {one["medicine"] for one in now}
    return [*(one for one in before if one.get("medicine") not in anew), *now] if now else []


def suggested_medicines(person: Person) -> list[str]:
    """What was said last, with what was decided on imported medicines since; or else what was confirmed of these."""
    row = standing_list(person, "medicines")
    decided = Draft.objects.filter(person=person, kind=DraftKind.MEDICINE).exclude(
        decision=Draft.Decision.UNDECIDED
    )
    if row is None or row.value is None:
        return [draft.decided_as or draft.name for draft in decided if draft.decision == Draft.Decision.TAKEN]
    names = [str(one) for one in row.value]
    for draft in decided.filter(decided_at__gt=row.recorded_at).order_by("decided_at"):
        same = [one for one in names if of_one_kind(one, draft.name)]
        if draft.decision == Draft.Decision.TAKEN:
            names += [] if same else [draft.decided_as or draft.name]
        else:
            names = [one for one in names if one not in same]
    return names


def standing_list(person: Person, code: str) -> FactRow | None:
    """The latest entry of a set that nothing has taken the place of."""
    standing = FactRow.objects.filter(person=person, code=code, superseded_by__isnull=True)
    return standing.order_by("-at", "-recorded_at").first()


def of_one_kind(one: str, other: str) -> bool:
    """Whether two names are of the same medicine, as far as the table knows them."""
    first, second = name_medicines([one, other])
    return (first.ingredient or first.written) == (second.ingredient or second.written)
