"""What every reader of a resource shares: whose record it is, when it is imported, and how a fact is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID, uuid5

from unloop.facts import Dictionary, Fact, FactDefinition, FactType, Value
from unloop.fhir.codes import Codes
from unloop.fhir.dates import PartialDate, Precision, read_date
from unloop.fhir.notes import Notes, Unread
from unloop.fhir.plain_text import clean, cut
from unloop.fhir.resources import CodeableConcept, Reference
from unloop.quantity.refusal import InputRefused

NAMESPACE: Final = UUID("6a2b5f0e-0a2e-5f0c-9d0b-3c1f4f6c7a52")
"""Names the ids that imports make; changing it would make every record import twice."""

LONGEST_TEXT: Final = 500

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a bundle and the place where it stands.

    Attributes:
        path: JSON path of the resource, such as `entry[12].resource`.
        identity: its id, or a digest of its content where it has none that FHIR allows.
    """

    path: str
    kind: str
    identity: str
    full_url: str
    resource: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was true, and how that was written: ids are made of the writing, not of our reading of it."""

    at: datetime
    written: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The import of one bundle.

    Attributes:
        subjects: the references by which the bundle's resources may name its person.
        source: what the source of each fact begins with.
        recorded_at: the time of the import; nothing later than this is believed.
        zone: in which a bare day is read.
        born: the day of birth, when known.
    """

    person: str
    subjects: frozenset[str]
    source: str
    recorded_at: datetime
    zone: tzinfo
    born: date | None
    notes: Notes
    codes: Codes
    dictionary: Dictionary

    def source_of(self, entry: Entry) -> str:
        """Where a fact or draft came from: the file and the resource."""
        return f"{self.source}/{entry.kind}/{entry.identity}"

    def stable_id(self, entry: Entry, *content: object) -> str:
        """An id that is the same whenever the same content of the same resource is read."""
        named = [self.person, entry.kind, entry.identity, *content]
        return str(uuid5(NAMESPACE, json.dumps(named, ensure_ascii=True, default=str)))

    def check_subject(self, subject: Reference | None, *, path: str) -> None:
        """Refuse what is not about this bundle's person.

        Raises:
            Unread: the resource names nobody, or somebody else.
        """
        if subject is None or not subject.reference:
            raise Unread(path, "it does not say whom it is about")
        if subject.reference.split("/_history/")[0] not in self.subjects:
            raise Unread(f"{path}.reference", "it is about somebody else than the person of this record")

    def moment(self, text: str, *, path: str) -> Moment:
        """When an observation was true.

        A bare day counts from its first moment, so that nothing looks fresher than it is.

        Raises:
            Unread: no FHIR date, known only to the year or month, later than the import or before birth.
        """
        when = read_date(text, path=path)
        if when.precision in {Precision.YEAR, Precision.MONTH}:
            raise Unread(path, f"only the {when.precision} is known; a measurement needs its day")
        self._check_plausible(when, path=path)
        if when.precision is Precision.DAY:
            self.notes.adapt(
                path, "only the day is known; it counts from the first moment of that day", alike="bare day"
            )
        return Moment(when.begins(self.zone), text)

    def believable(self, text: str | None, *, path: str, may_be_future: bool = False) -> PartialDate | None:
        """A date of a draft, as precise as it is; what cannot be believed is listed, and the draft is kept."""
        if text is None:
            return None
        try:
            when = read_date(text, path=path)
            if not may_be_future:
                self._check_plausible(when, path=path)
        except Unread as unread:
            self.notes.miss_unread(unread)
            return None
        return when

    def _check_plausible(self, when: PartialDate, *, path: str) -> None:
        if when.begins(self.zone) > self.recorded_at:
            raise Unread(path, "this time lies in the future; check the date and the clock of the sender")
        # A day of grace, since a moment abroad can fall on the day before.
        if self.born is not None and when.last < self.born - timedelta(days=1):
            raise Unread(path, "this time lies before the person was born; check whose record this is")

    def definition(self, code: str) -> FactDefinition:
        """What the dictionary says about a fact that our own tables name."""
        return self.dictionary.define(code, where="codes.toml")

    def fact(self, entry: Entry, code: str, value: object, *, when: Moment, path: str) -> Fact:
        """A fact from a value in the dictionary's own unit.

        Raises:
            Unread: a value that this code cannot have.
        """
        definition = self.definition(code)
        checked = _check(definition, value, path=path)
        return Fact(
            id=self.stable_id(entry, code, checked, definition.unit, when.written),
            code=code,
            value=checked,
            unit=definition.unit,
            at=when.at,
            recorded_at=self.recorded_at,
            source=self.source_of(entry),
        )

    @property
    def undated(self) -> Moment:
        """The import itself, for what is only known to hold by then."""
        return Moment(self.recorded_at, "undated")

    def text_of(self, concept: CodeableConcept, *, path: str) -> str:
        """What a concept is called: its text, else the first display, in one line and not too long."""
        written = concept.text or next((coding.display for coding in concept.coding if coding.display), "")
        cleaned = clean(written[: 4 * LONGEST_TEXT])
        if cleaned.changed:
            self.notes.adapt(path, "characters that cannot be seen were taken out")
        text = cut(written, limit=LONGEST_TEXT)
        if text.endswith("…") and not cleaned.text.endswith("…"):
            self.notes.adapt(path, f"text longer than {LONGEST_TEXT} characters was cut")
        return text


def valid_id(text: object) -> str:
    """A resource id that FHIR allows, else nothing."""
    return text if isinstance(text, str) and _ID.fullmatch(text) else ""


def _check(definition: FactDefinition, value: object, *, path: str) -> Value:
    score = definition.type is FactType.NUMBER and definition.unit.startswith("{")
    if score and isinstance(value, float) and not value.is_integer():
        raise Unread(path, f"{definition.label} is a whole number")
    try:
        return definition.check(value, definition.unit, where=path)
    except InputRefused as refused:
        raise Unread(
            path, f"{definition.label}: {refused.given} was given; allowed is {refused.allowed}"
        ) from None
