"""A FHIR R4 bundle about one person into core types; what cannot be taken is listed, and the rest goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from unloop.facts import DICTIONARY, Dictionary, Fact
from unloop.fhir.codes import codes
from unloop.fhir.conditions import read_allergy, read_condition
from unloop.fhir.document import MAX_BYTES, open_document
from unloop.fhir.family_fact import is_of_family, read_family
from unloop.fhir.imported import DraftAllergy, DraftCondition, DraftMedicine, Imported
from unloop.fhir.medicines import Resources, read_prescription, read_statement
from unloop.fhir.notes import Notes, Unread
from unloop.fhir.observations import read_observation
from unloop.fhir.person import PatientRead, read_patient, vital_status
from unloop.fhir.plain_text import nameable
from unloop.fhir.reading import Entry, Reading, valid_id
from unloop.fhir.release import refuse_other_releases
from unloop.quantity.refusal import InputRefused

MAX_ENTRIES: Final = 50_000

_TYPES: Final = ("transaction", "collection", "searchset", "batch", "document")
_SILENT_TYPES: Final = {"Patient", "Medication"}


def read_bundle(
    data: bytes,
    *,
    recorded_at: datetime,
    zone: tzinfo = UTC,
    max_bytes: int = MAX_BYTES,
    dictionary: Dictionary = DICTIONARY,
) -> Imported:
    """Read a FHIR R4 (4.0.1) bundle that is about one person.

    Args:
        data: the file, UTF-8 JSON.
        recorded_at: the time of the import, aware; it becomes the facts' `recorded_at`, and nothing later is believed.
        zone: the clinic's time zone, in which a bare day is read.
        max_bytes: larger files are refused before parsing.
        dictionary: what may be recorded.

    Returns:
        The person, facts with ids that stay the same when the record is read again, drafts of medicines, conditions
        and allergies for a clinician to decide on, and a list of everything that was not taken.

    Raises:
        InputRefused: not JSON, cut off, too large, too deeply nested, not a bundle, another FHIR release, no or more
            than one person, or two resources with one id. Nothing of a refused bundle may be kept.
    """
    if recorded_at.tzinfo is None:
        raise InputRefused(
            "recorded_at",
            given="a time without an offset",
            allowed="a time with an offset from UTC",
            mend="pass an aware datetime",
        )
    document = open_document(data, where="bundle", max_bytes=max_bytes)
    notes = Notes()
    entries = _entries(document, notes)
    resources = _by_reference(entries)
    patient = _patient(entries)
    read = read_patient(patient, notes=notes, today=recorded_at.astimezone(zone).date())
    digest = hashlib.sha256(data).hexdigest()
    reading = Reading(
        person=patient.identity,
        subjects=_names_of(patient),
        source=f"fhir:{digest[:12]}",
        recorded_at=recorded_at,
        zone=zone,
        born=read.person.birth_date,
        notes=notes,
        codes=codes(),
        dictionary=dictionary,
    )
    return _read_all(entries, read, patient, reading=reading, resources=resources, digest=digest)


@dataclass(slots=True)
class _Brought:
    """What has been read so far; a second resource with the same content has the same id and counts once."""

    facts: dict[str, Fact] = field(default_factory=dict)
    medicines: dict[str, DraftMedicine] = field(default_factory=dict)
    conditions: dict[str, DraftCondition] = field(default_factory=dict)
    allergies: dict[str, DraftAllergy] = field(default_factory=dict)
    family: list[Entry] = field(default_factory=list)

    def add_facts(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self.facts.setdefault(fact.id, fact)


def _read_all(
    entries: Sequence[Entry],
    read: PatientRead,
    patient: Entry,
    *,
    reading: Reading,
    resources: Resources,
    digest: str,
) -> Imported:
    brought = _Brought()
    brought.add_facts(vital_status(read, patient, reading))
    for entry in entries:
        try:
            _refuse_modifiers(entry)
            _read_one(entry, reading, resources=resources, brought=brought)
        except Unread as unread:
            reading.notes.miss_unread(unread)
    brought.add_facts(read_family(brought.family, reading, sex=read.person.sex))
    return Imported(
        person=read.person,
        facts=tuple(brought.facts.values()),
        medicines=tuple(brought.medicines.values()),
        conditions=tuple(brought.conditions.values()),
        allergies=tuple(brought.allergies.values()),
        not_understood=reading.notes.not_understood,
        adapted=reading.notes.adapted,
        sha256=digest,
    )


def _read_one(entry: Entry, reading: Reading, *, resources: Resources, brought: _Brought) -> None:
    match entry.kind:
        case "Observation":
            brought.add_facts(read_observation(entry, reading))
        case "MedicationRequest":
            medicine = read_prescription(entry, reading, resources=resources)
            brought.medicines.setdefault(medicine.id, medicine)
        case "MedicationStatement":
            medicine = read_statement(entry, reading, resources=resources)
            brought.medicines.setdefault(medicine.id, medicine)
        case "Condition":
            condition = read_condition(entry, reading)
            brought.conditions.setdefault(condition.id, condition)
        case "AllergyIntolerance":
            allergy = read_allergy(entry, reading)
            brought.allergies.setdefault(allergy.id, allergy)
        case "FamilyMemberHistory" | "QuestionnaireResponse" if is_of_family(entry):
            brought.family.append(entry)
        case kind if kind not in _SILENT_TYPES:
            reading.notes.miss(entry.path, f"{kind} is not read here", alike=f"type {kind}")
        case _:
            pass


def _refuse_modifiers(entry: Entry) -> None:
    """FHIR: whoever does not understand a modifier must not use the resource, since it may mean the opposite."""
    for element in ("modifierExtension", "implicitRules"):
        if entry.resource.get(element):
            raise Unread(
                f"{entry.path}.{element}",
                "it carries a modifier that is not known here; look at the original",
            )


def _entries(document: Mapping[str, Any], notes: Notes) -> tuple[Entry, ...]:
    kind = document.get("resourceType")
    if kind != "Bundle":
        raise InputRefused(
            "bundle, resourceType",
            given=nameable(kind, otherwise="nothing that FHIR knows"),
            allowed="Bundle",
            mend="export the whole record of one person as a FHIR R4 bundle",
        )
    refuse_other_releases(document, path="bundle")
    if document.get("type") not in _TYPES:
        raise InputRefused(
            "bundle, type",
            given=nameable(document.get("type"), otherwise="no type"),
            allowed=", ".join(_TYPES),
            mend="export the record as one of these; histories and answers to transactions are not read",
        )
    _note_pages(document, notes)
    listed = document.get("entry", [])
    if not isinstance(listed, list) or len(listed) > MAX_ENTRIES:
        raise InputRefused(
            "bundle, entry",
            given=f"{len(listed)} entries" if isinstance(listed, list) else "no list",
            allowed=f"a list of at most {MAX_ENTRIES} entries",
            mend="export one person at a time",
        )
    read = (_entry(raw, f"entry[{index}]", notes) for index, raw in enumerate(listed))
    return tuple(entry for entry in read if entry is not None)


def _note_pages(document: Mapping[str, Any], notes: Notes) -> None:
    """A search answer may be the first page of many, and what is on the others is not known to be absent."""
    links = document.get("link")
    for index, link in enumerate(links if isinstance(links, list) else []):
        if isinstance(link, dict) and link.get("relation") == "next":
            notes.miss(f"link[{index}]", "this is one page of several; import the other pages too")


def _entry(raw: object, path: str, notes: Notes) -> Entry | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("resource"), dict):
        notes.miss(path, "there is no resource in this entry", alike="entry without resource")
        return None
    request = raw.get("request")
    if isinstance(request, dict) and request.get("method") == "DELETE":
        notes.miss(path, "this asks for a deletion; nothing is deleted here")
        return None
    resource: Mapping[str, Any] = raw["resource"]
    path = f"{path}.resource"
    refuse_other_releases(resource, path=path)
    kind = nameable(resource.get("resourceType"), otherwise="")
    if not kind:
        notes.miss(f"{path}.resourceType", "it does not say what it is", alike="resource without type")
        return None
    full_url = raw.get("fullUrl")
    return Entry(
        path=path,
        kind=kind,
        identity=valid_id(resource.get("id")) or f"content-{_digest(resource)[:16]}",
        full_url=full_url if isinstance(full_url, str) else "",
        resource=resource,
    )


def _digest(resource: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(resource, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _by_reference(entries: Sequence[Entry]) -> Resources:
    """Every resource by its full URL and by `Type/id`.

    Raises:
        InputRefused: two resources with other content under one name; which of them counts cannot be known.
    """
    first: dict[str, Entry] = {}
    for entry in entries:
        for name in _references_to(entry):
            earlier = first.setdefault(name, entry)
            if earlier is not entry and earlier.resource != entry.resource:
                raise InputRefused(
                    entry.path,
                    given=f"the same id as {earlier.path} with other content",
                    allowed="one resource for each id",
                    mend="export the record again without histories, or remove the outdated one",
                )
    return {name: entry.resource for name, entry in first.items()}


def _references_to(entry: Entry) -> frozenset[str]:
    names = {f"{entry.kind}/{entry.identity}", entry.full_url}
    return frozenset(names - {""})


def _patient(entries: Sequence[Entry]) -> Entry:
    patients = {entry.identity: entry for entry in reversed(entries) if entry.kind == "Patient"}
    if len(patients) != 1:
        raise InputRefused(
            "bundle, entry",
            given=f"{len(patients)} Patient resources" if patients else "no Patient resource",
            allowed="exactly one Patient",
            mend="export the record of one person, with the Patient resource",
        )
    return next(iter(patients.values()))


def _names_of(patient: Entry) -> frozenset[str]:
    """How the resources of the bundle may refer to its person, Synthea's conditional references included."""
    identifiers = patient.resource.get("identifier")
    conditional = {
        f"Patient?identifier={one['system']}|{one['value']}"
        for one in (identifiers if isinstance(identifiers, list) else [])
        if isinstance(one, dict) and isinstance(one.get("system"), str) and isinstance(one.get("value"), str)
    }
    return _references_to(patient) | conditional
