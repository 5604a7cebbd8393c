"""What an import brings: a person, facts, drafts that a clinician decides on, and everything that was left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from unloop.facts import Fact, Sex
from unloop.fhir.dates import PartialDate
from unloop.fhir.notes import Adapted, NotUnderstood


@dataclass(frozen=True, slots=True)
class Coding:
    """A code and the system that it belongs to, as recorded; neither is checked against a terminology."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class ImportedName:
    """One name of the person, as plain text: a template still has to escape it.

    Attributes:
        use: official, usual, temp, nickname, anonymous, old, maiden; empty when it was not said.
        text: the whole name as the sender writes it, where the sender does.
    """

    family: str = ""
    given: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    use: str = ""
    text: str = ""

    @property
    def whole(self) -> str:
        """The name in one line."""
        parts = (*self.prefix, *self.given, self.family, *self.suffix)
        return self.text or " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ImportedTelecom:
    """A way to reach the person; `system` is phone, email, sms, fax, pager, url or other."""

    system: str
    value: str
    use: str = ""


@dataclass(frozen=True, slots=True)
class ImportedAddress:
    """A postal address."""

    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class ImportedIdentifier:
    """A number that somebody else knows the person by."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """Whom the record is about.

    Attributes:
        birth_date: None when it was not given to the day.
        deceased: None when the record does not say.
        language: BCP 47 code of the language to speak with the person; empty when unknown.
    """

    names: tuple[ImportedName, ...]
    birth_date: date | None
    sex: Sex
    deceased: bool | None
    telecom: tuple[ImportedTelecom, ...]
    addresses: tuple[ImportedAddress, ...]
    identifiers: tuple[ImportedIdentifier, ...]
    language: str

    @property
    def name(self) -> ImportedName | None:
        """The name to show: the official one, else the usual one, else the first that is not an old one."""
        rank = {"official": 0, "usual": 1, "": 2, "temp": 3, "nickname": 4, "anonymous": 5, "maiden": 6}
        return min(self.names, key=lambda name: rank.get(name.use, 7), default=None)


@dataclass(frozen=True, slots=True)
class DraftMedicine:
    """A medicine that a record mentions. It says nothing about today until a clinician has decided.

    Attributes:
        name: as the record calls it.
        text: the coded wording where it differs from the name; else empty.
        dose_text: how it was to be taken, in the record's words, else put together from its numbers.
        status: of the record: active, completed, stopped, on-hold, not-taken, draft, unknown, ...
        kind: prescribed (MedicationRequest) or reported (MedicationStatement).
        authored_on: when it was prescribed or reported; None when unknown or not believable.
        ended_on: the end that the record gives.
        rxnorm: RxNorm code; empty when none was given.
        ingredients: a guess from the name, for the search in interaction tables; a clinician confirms it.
    """

    id: str
    name: str
    text: str
    dose_text: str
    status: str
    kind: str
    authored_on: PartialDate | None
    ended_on: PartialDate | None
    rxnorm: str
    ingredients: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class DraftCondition:
    """A condition that a record mentions; which diagnosis or finding it is here, a clinician decides.

    Attributes:
        clinical_status: active, recurrence, relapse, inactive, remission, resolved; empty when not said.
        verification: confirmed, provisional, differential, unconfirmed; empty when not said.
        points_to: what our table of codes knows it as, in our own words; never more than a hint.
    """

    id: str
    text: str
    codes: tuple[Coding, ...]
    onset: PartialDate | None
    abatement: PartialDate | None
    clinical_status: str
    verification: str
    recorded: PartialDate | None
    points_to: str
    source: str


@dataclass(frozen=True, slots=True)
class DraftAllergy:
    """An allergy or intolerance that a record mentions, or the statement that there is none."""

    id: str
    text: str
    codes: tuple[Coding, ...]
    kind: str
    criticality: str
    clinical_status: str
    verification: str
    recorded: PartialDate | None
    source: str


@dataclass(frozen=True, slots=True)
class Imported:
    """One bundle, read.

    Attributes:
        facts: with their own times and stable ids: the same record read again gives the same ids.
        not_understood: what was left out, with the JSON path of the (first) place and why.
        adapted: what was taken, but not letter for letter: converted units, bare days, stripped characters.
        sha256: of the file, in hexadecimal.
    """

    person: ImportedPerson
    facts: tuple[Fact, ...]
    medicines: tuple[DraftMedicine, ...]
    conditions: tuple[DraftCondition, ...]
    allergies: tuple[DraftAllergy, ...]
    not_understood: tuple[NotUnderstood, ...]
    adapted: tuple[Adapted, ...]
    sha256: str

    def for_person(self, person: UUID) -> Imported:
        """The same import with ids of its own for one person of the clinic.

        Two people made from copies of one record would otherwise share ids, and the second would lose facts.
        """
        return replace(
            self,
            facts=tuple(replace(fact, id=str(uuid5(person, fact.id))) for fact in self.facts),
            medicines=tuple(replace(draft, id=str(uuid5(person, draft.id))) for draft in self.medicines),
            conditions=tuple(replace(draft, id=str(uuid5(person, draft.id))) for draft in self.conditions),
            allergies=tuple(replace(draft, id=str(uuid5(person, draft.id))) for draft in self.allergies),
        )
