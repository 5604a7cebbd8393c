"""Importing a FHIR record as a person: facts with their own times, drafts to decide, and a list of what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import SequenceMatcher
from typing import assert_never
from unicodedata import combining, normalize
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.models import (
    Draft,
    DraftKind,
    FactRow,
    ImportRecord,
    Person,
    PersonIdentifier,
    WaitingBundle,
)
from unloop.clinic.chart.recording import call_handlers
from unloop.facts import Fact
from unloop.fhir import (
    DraftAllergy,
    DraftCondition,
    DraftMedicine,
    Imported,
    ImportedPerson,
    NotUnderstood,
    PartialDate,
    read_bundle,
)
from unloop.quantity import InputRefused

ALIKE = 0.8
"""Names this similar, with the same birth date, may be one person: somebody is asked."""
WAITS_FOR = timedelta(days=1)
_TREE = "family_history"
_AnyDraft = DraftMedicine | DraftCondition | DraftAllergy


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import came to.

    Attributes:
        person: whose chart it went into; `made` whether that person is new.
        added, unchanged: facts and drafts that are new, and that were there already.
        not_understood: what was left out, with place and reason.
    """

    person: Person
    made: bool
    added: int
    unchanged: int
    not_understood: tuple[NotUnderstood, ...]
    imported: Imported


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """The record may be of somebody who is here already; nothing was written."""

    candidates: tuple[Person, ...]
    imported: Imported


@transaction.atomic
def import_bundle(
    data: bytes, *, into: Person | None = None, new: bool = False
) -> ImportResult | LikelyDuplicate:
    """Import a FHIR R4 bundle.

    Args:
        data: the file.
        into: the person it is of, once somebody has said so.
        new: whether somebody has said that it is nobody who is here.

    Returns:
        The result, or the persons about whom somebody has to be asked first. Nobody is ever merged by a guess; a
        record that was imported before goes to the person it was said to be of.

    Raises:
        InputRefused: it is no bundle that can be read.
    """
    imported = read_bundle(data, recorded_at=clock.now())
    person = into or _said_before(imported)
    if person is None and not new:
        candidates = likely_duplicates(imported.person)
        if candidates:
            return LikelyDuplicate(candidates, imported)
    made = person is None
    whose = _make(imported.person) if person is None else person
    return _write(imported.for_person(whose.id), whose, made=made)


def likely_duplicates(imported: ImportedPerson) -> tuple[Person, ...]:
    """Persons who may be the same: one identifier in common, or a similar name and no other birth date."""
    same_number = Q(pk__in=[])
    for identifier in imported.identifiers:
        same_number |= Q(identifiers__system=identifier.system, identifiers__value=identifier.value)
    found = {person.id: person for person in Person.objects.filter(same_number).distinct()}
    born = imported.birth_date
    same_day = Q() if born is None else Q(birth_date=born) | Q(birth_date=None)
    for person in Person.objects.filter(same_day):
        if alike(person.name, _whole_name(imported)):
            found[person.id] = person
    return tuple(found.values())


def alike(one: str, other: str) -> bool:
    """Whether two names may be of one person: accents, case and order of names do not matter."""
    return SequenceMatcher(None, _plain(one), _plain(other)).ratio() >= ALIKE


@transaction.atomic
def wait(data: bytes, candidates: Iterable[Person]) -> WaitingBundle:
    """Keep an uploaded record until somebody says whose it is."""
    WaitingBundle.objects.filter(uploaded_at__lt=clock.now() - WAITS_FOR).delete()
    waiting = WaitingBundle(
        data=data, candidates=[str(person.id) for person in candidates], uploaded_at=clock.now(),
        uploaded_by=current_actor().id,
    )  # fmt: skip
    waiting.save()
    record("chart.import.waits", about=waiting)
    return waiting


@transaction.atomic
def answer_whose(waiting: WaitingBundle, answer: str) -> ImportResult:
    """Import a record that waited, as of the person that somebody named, or as of somebody `new`.

    Raises:
        InputRefused: it cannot be read, or the answer names nobody who was asked about.
    """
    if answer != "new" and answer not in waiting.candidates:
        raise InputRefused("answer", given=answer, allowed="one of those who were asked about, or new",
                           mend="import the record again")  # fmt: skip
    into = None if answer == "new" else Person.objects.get(id=UUID(answer))
    result = import_bundle(bytes(waiting.data), into=into, new=into is None)
    waiting.delete()
    if isinstance(result, LikelyDuplicate):  # never: the answer was given
        raise InputRefused("answer", given=answer, allowed="an answer", mend="import the record again")
    return result


def _said_before(imported: Imported) -> Person | None:
    """Whose this record was said to be: the same file, or a later one with the same number, name and birth date.

    A number alone is not enough: two systems may count from one, and a record may be of a namesake's relative.
    """
    earlier = ImportRecord.objects.select_related("person")
    for one in earlier.filter(Q(sha256=imported.sha256) | Q(record_key=_key(imported))):
        whose: Person = one.person
        same_birth = whose.birth_date == imported.person.birth_date
        if one.sha256 == imported.sha256 or (same_birth and alike(whose.name, _whole_name(imported.person))):
            return whose
    return None


def _key(imported: Imported) -> str:
    """Names the person as the sending system does, so that a later export of theirs is known again."""
    first = imported.person.identifiers[0] if imported.person.identifiers else None
    return f"{first.system}|{first.value}"[:240] if first is not None else imported.sha256


def _make(imported: ImportedPerson) -> Person:
    name = imported.name
    family = name.family if name is not None else ""
    if not family and not _whole_name(imported):
        raise InputRefused("Patient.name", given=None, allowed="a name", mend="add the name to the record")
    actor = current_actor()
    person = Person(
        family=(family or _whole_name(imported))[:100], given=" ".join(name.given)[:200] if name is not None else "",
        birth_date=imported.birth_date, sex=imported.sex.value, language=imported.language[:10],
        phone=_telecom(imported, "phone")[:40], email=_telecom(imported, "email")[:254],
        address=_address(imported)[:240], made_at=clock.now(), made_by=actor.id,
    )  # fmt: skip
    person.save()
    record("chart.person.made", person=person.id, about=person)
    return person


def _write(imported: Imported, person: Person, *, made: bool) -> ImportResult:
    _keep_identifiers(imported.person, person)
    imported = _beside_the_standing_tree(imported, person)
    added_facts, old_facts = _write_facts(imported.facts, person)
    drafts: tuple[_AnyDraft, ...] = (*imported.medicines, *imported.conditions, *imported.allergies)
    known = set(Draft.objects.filter(id__in=[UUID(one.id) for one in drafts]).values_list("id", flat=True))
    fresh = [one for one in drafts if UUID(one.id) not in known]
    kept = ImportRecord(
        person=person, sha256=imported.sha256, record_key=_key(imported), at=clock.now(), by=current_actor().id,
        added=added_facts + len(fresh), unchanged=old_facts + len(drafts) - len(fresh),
        not_understood=[one.as_dict() for one in imported.not_understood],
        adapted=[one.as_dict() for one in imported.adapted],
    )  # fmt: skip
    kept.save()
    Draft.objects.bulk_create([_draft(one, person, kept) for one in fresh])
    if any(isinstance(one, DraftMedicine) for one in fresh):
        # From now on what the person takes is unknown, so nothing rests on it any more.
        call_handlers(person, frozenset({"medicines", "medicines_complete"}))
    record(
        "chart.imported",
        person=person.id,
        about=kept,
        detail={"added": kept.added, "unchanged": kept.unchanged},
    )
    return ImportResult(person, made, kept.added, kept.unchanged, imported.not_understood, imported)


def _beside_the_standing_tree(imported: Imported, person: Person) -> Imported:
    """The same without its family tree where one stands here: what somebody asked and wrote is not written over."""
    trees = [fact for fact in imported.facts if fact.code == _TREE]
    if not trees:
        return imported
    standing = FactRow.objects.filter(person=person, code=_TREE).values_list("id", flat=True)
    if not set(standing) - {UUID(fact.id) for fact in trees}:
        return imported
    left = NotUnderstood("FamilyMemberHistory", "a family tree stands here already; compare and add by hand")
    return replace(
        imported,
        facts=tuple(fact for fact in imported.facts if fact.code != _TREE),
        not_understood=(*imported.not_understood, left),
    )


def _write_facts(facts: tuple[Fact, ...], person: Person) -> tuple[int, int]:
    known = set(FactRow.objects.filter(id__in=[UUID(fact.id) for fact in facts]).values_list("id", flat=True))
    rows = [_row(fact, person) for fact in facts if UUID(fact.id) not in known]
    FactRow.objects.bulk_create(rows)
    if rows:
        call_handlers(person, frozenset(row.code for row in rows))
    return len(rows), len(facts) - len(rows)


def _row(fact: Fact, person: Person) -> FactRow:
    value = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    return FactRow(
        id=UUID(fact.id), person=person, code=fact.code, value=value, unit=fact.unit, at=fact.at,
        recorded_at=clock.now(), by=str(current_actor().id or "import"), source=fact.source[:200],
    )  # fmt: skip


def _draft(one: _AnyDraft, person: Person, kept: ImportRecord) -> Draft:
    kind, name, detail = _said(one)
    return Draft(id=UUID(one.id), person=person, kind=kind, name=name[:240], detail=detail, source=one.source[:200],
                 brought_by=kept)  # fmt: skip


def _said(one: _AnyDraft) -> tuple[DraftKind, str, dict[str, object]]:
    match one:
        case DraftMedicine():
            return DraftKind.MEDICINE, one.name, {
                "dose": one.dose_text, "status": one.status, "kind": one.kind,
                "from": _date(one.authored_on), "to": _date(one.ended_on),
                "ingredients": list(one.ingredients),
            }  # fmt: skip
        case DraftCondition():
            return DraftKind.CONDITION, one.text, {
                "status": one.clinical_status, "from": _date(one.onset), "to": _date(one.abatement),
                "codes": [f"{code.system}|{code.code}" for code in one.codes], "points_to": one.points_to,
            }  # fmt: skip
        case DraftAllergy():
            return DraftKind.ALLERGY, one.text, {
                "status": one.clinical_status, "kind": one.kind, "criticality": one.criticality,
            }  # fmt: skip
        case _:
            assert_never(one)


def _keep_identifiers(imported: ImportedPerson, person: Person) -> None:
    PersonIdentifier.objects.bulk_create(
        [
            PersonIdentifier(person=person, system=one.system[:240], value=one.value[:120])
            for one in imported.identifiers
        ],
        ignore_conflicts=True,
    )


def _whole_name(imported: ImportedPerson) -> str:
    name = imported.name
    return "" if name is None else " ".join((*name.given, name.family)).strip() or name.text


def _telecom(imported: ImportedPerson, system: str) -> str:
    return next((one.value for one in imported.telecom if one.system == system), "")


def _address(imported: ImportedPerson) -> str:
    if not imported.addresses:
        return ""
    one = imported.addresses[0]
    return ", ".join(part for part in (*one.lines, one.city, one.state, one.postal_code, one.country) if part)


def _plain(name: str) -> str:
    bare = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return " ".join(sorted(bare.replace("-", " ").split()))


def _date(when: PartialDate | None) -> str:
    return when.text if when is not None else ""
