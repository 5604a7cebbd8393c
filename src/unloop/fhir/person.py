"""The Patient of a bundle into a person: everything as plain text, and only as precise as it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from unloop.facts import Fact, Sex
from unloop.fhir.dates import Precision, read_date
from unloop.fhir.elements import read_pruned
from unloop.fhir.imported import (
    ImportedAddress,
    ImportedIdentifier,
    ImportedName,
    ImportedPerson,
    ImportedTelecom,
)
from unloop.fhir.notes import Notes, Unread
from unloop.fhir.plain_text import clean, has_markup
from unloop.fhir.reading import Entry, Moment, Reading
from unloop.fhir.resources import Patient

LONGEST_NAME_PART: Final = 100
LONGEST_CONTACT: Final = 250
MOST_OF_A_KIND: Final = 50
"""Names, addresses, numbers of one person: more than this is a fault of the sender."""

_BIRTH_SEX: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
_SEXES: Final = {"female": Sex.FEMALE, "male": Sex.MALE}
_BIRTH_SEXES: Final = {"F": Sex.FEMALE, "M": Sex.MALE}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WORD = re.compile(r"[a-z]{1,20}")
_SYSTEMS: Final = {"phone", "fax", "email", "pager", "url", "sms", "other"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PatientRead:
    """The resource as it was written, and the person made of it."""

    patient: Patient
    person: ImportedPerson


def read_patient(entry: Entry, *, notes: Notes, today: date) -> PatientRead:
    """Read the Patient resource; parts that do not fit are listed and left out.

    Raises:
        InputRefused: when too little of it fits.
    """
    patient = read_pruned(Patient, entry.resource, path=entry.path, notes=notes)
    reader = _Reader(entry.path, notes)
    if any(link.type == "replaced-by" for link in patient.link):
        notes.miss(
            f"{entry.path}.link", "the sender has replaced this record by another one; ask for that one"
        )
    person = ImportedPerson(
        names=reader.names(patient),
        birth_date=reader.birth_date(patient, today=today),
        sex=reader.sex(patient),
        deceased=True if patient.deceased_date_time is not None else patient.deceased_boolean,
        telecom=reader.telecom(patient),
        addresses=reader.addresses(patient),
        identifiers=reader.identifiers(patient),
        language=reader.language(patient),
    )
    return PatientRead(patient, person)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: str
    notes: Notes

    def text(self, written: str | None, place: str, *, limit: int = LONGEST_CONTACT) -> str:
        """Clean text, or nothing where it is too long to be what it should be."""
        path = f"{self.path}.{place}"
        if not written:
            return ""
        if len(written) > 4 * limit or len(cleaned := clean(written).text) > limit:
            self.notes.miss(path, f"longer than {limit} characters; enter it by hand if it is right")
            return ""
        if clean(written).changed:
            self.notes.adapt(path, "characters that cannot be seen were taken out")
        if has_markup(cleaned):
            self.notes.adapt(path, "looks like markup; it is kept as plain text")
        return cleaned

    def texts(self, written: Sequence[str | None], place: str, *, limit: int) -> tuple[str, ...]:
        read = (
            self.text(one, f"{place}[{index}]", limit=limit)
            for index, one in enumerate(written[:MOST_OF_A_KIND])
        )
        return tuple(one for one in read if one)

    def first_ones(self, members: Sequence[T], place: str) -> Iterable[tuple[str, T]]:
        if len(members) > MOST_OF_A_KIND:
            self.notes.miss(
                f"{self.path}.{place}[{MOST_OF_A_KIND}]", f"only the first {MOST_OF_A_KIND} are taken"
            )
        return ((f"{place}[{index}]", member) for index, member in enumerate(members[:MOST_OF_A_KIND]))

    def names(self, patient: Patient) -> tuple[ImportedName, ...]:
        limit = LONGEST_NAME_PART
        names = (
            ImportedName(
                family=self.text(name.family, f"{place}.family", limit=limit),
                given=self.texts(name.given, f"{place}.given", limit=limit),
                prefix=self.texts(name.prefix, f"{place}.prefix", limit=limit),
                suffix=self.texts(name.suffix, f"{place}.suffix", limit=limit),
                use=_word(name.use),
                text=self.text(name.text, f"{place}.text", limit=LONGEST_CONTACT),
            )
            for place, name in self.first_ones(patient.name, "name")
        )
        return tuple(name for name in names if name.whole)

    def birth_date(self, patient: Patient, *, today: date) -> date | None:
        path = f"{self.path}.birthDate"
        if patient.birth_date is None:
            self.notes.miss(path, "there is no birth date; ask for it")
            return None
        try:
            return _birthday(patient.birth_date, path=path, today=today)
        except Unread as unread:
            self.notes.miss_unread(unread)
            return None

    def sex(self, patient: Patient) -> Sex:
        recorded = _SEXES.get(patient.gender or "", Sex.UNKNOWN)
        at_birth = next(
            (_BIRTH_SEXES.get(one.value_code or "") for one in patient.extension if one.url == _BIRTH_SEX),
            None,
        )
        if at_birth is not None and recorded is not Sex.UNKNOWN and at_birth is not recorded:
            self.notes.miss(
                f"{self.path}.gender",
                "gender and sex at birth differ; ask which reference ranges to use",
            )
            return Sex.UNKNOWN
        if recorded is Sex.UNKNOWN:
            self.notes.miss(
                f"{self.path}.gender", "female or male is not given; ask which reference ranges to use"
            )
        return recorded

    def telecom(self, patient: Patient) -> tuple[ImportedTelecom, ...]:
        read = (
            ImportedTelecom(
                system=contact.system if contact.system in _SYSTEMS else "other",
                value=self.text(contact.value, f"{place}.value"),
                use=_word(contact.use),
            )
            for place, contact in self.first_ones(patient.telecom, "telecom")
        )
        return tuple(contact for contact in read if contact.value)

    def addresses(self, patient: Patient) -> tuple[ImportedAddress, ...]:
        read = (
            ImportedAddress(
                lines=self.texts(address.line or [address.text], f"{place}.line", limit=LONGEST_CONTACT),
                city=self.text(address.city, f"{place}.city"),
                state=self.text(address.state, f"{place}.state"),
                postal_code=self.text(address.postal_code, f"{place}.postalCode"),
                country=self.text(address.country, f"{place}.country"),
                use=_word(address.use),
            )
            for place, address in self.first_ones(patient.address, "address")
        )
        return tuple(address for address in read if address.lines or address.city or address.postal_code)

    def identifiers(self, patient: Patient) -> tuple[ImportedIdentifier, ...]:
        read = (
            ImportedIdentifier(
                system=self.text(identifier.system, f"{place}.system"),
                value=self.text(identifier.value, f"{place}.value"),
            )
            for place, identifier in self.first_ones(patient.identifier, "identifier")
        )
        return tuple(identifier for identifier in read if identifier.value)

    def language(self, patient: Patient) -> str:
        ordered = sorted(patient.communication, key=lambda one: not one.preferred)
        codes = (one.language.first_code for one in ordered)
        return next((code for code in codes if _LANGUAGE.fullmatch(code)), "")


def _birthday(text: str, *, path: str, today: date) -> date:
    born = read_date(text, path=path)
    if born.precision is not Precision.DAY:
        raise Unread(path, f"only the {born.precision} is known; ask for the day")
    if born.first > today:
        raise Unread(path, "this day lies in the future; check the date")
    return born.first


def vital_status(read: PatientRead, entry: Entry, reading: Reading) -> tuple[Fact, ...]:
    """Whether the person lives, as a fact.

    A death is believed even where its date is not: it excludes for good, and only a clinician may undo it. That
    somebody lives is believed only as of the time at which the sender last looked.
    """
    patient = read.patient
    if patient.deceased_date_time is not None:
        path = f"{entry.path}.deceasedDateTime"
        when = _death(patient.deceased_date_time, reading, path=path)
        return (reading.fact(entry, "vital_status", "deceased", when=when, path=path),)
    if patient.deceased_boolean is None:
        return ()
    path = f"{entry.path}.deceasedBoolean"
    seen = _last_updated(patient, entry, reading)
    if patient.deceased_boolean:
        when = seen or reading.undated
        return (reading.fact(entry, "vital_status", "deceased", when=when, path=path),)
    if seen is None:
        reading.notes.miss(path, "alive, but it does not say as of when; ask, and record it")
        return ()
    return (reading.fact(entry, "vital_status", "alive", when=seen, path=path),)


def _death(text: str, reading: Reading, *, path: str) -> Moment:
    """The moment by which a death, perhaps known only to the year, has surely happened."""
    died = reading.believable(text, path=path)
    if died is None:
        return reading.undated
    return Moment(min(died.ends(reading.zone), reading.recorded_at), text)


def _last_updated(patient: Patient, entry: Entry, reading: Reading) -> Moment | None:
    text = patient.meta.last_updated if patient.meta is not None else None
    when = reading.believable(text, path=f"{entry.path}.meta.lastUpdated")
    return None if text is None or when is None or when.at is None else Moment(when.at, text)


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) else ""
