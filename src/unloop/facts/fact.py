"""One observation of one person, and the person it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Record = Mapping[str, "float | int | str | bool | None"]
Value = bool | int | float | str | tuple[str, ...] | tuple[Record, ...]


class Phase(StrEnum):
    """The part of an infusion session that a reading belongs to."""

    BEFORE = "before"
    INFUSION = "infusion"
    RECOVERY = "recovery"


class Sex(StrEnum):
    """Sex as it enters reference ranges and cut-offs; `UNKNOWN` answers no rule that asks for it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the facts are about: what never expires and is never observed twice."""

    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True, slots=True)
class Fact:
    """One observation: appended, never edited.

    Attributes:
        id: unique within the chart.
        code: a code of the dictionary.
        value: in the dictionary's type and unit; None takes back the superseded fact (entered in error).
        at: when it was true.
        recorded_at: when it was written down; not before it is visible to a chart "as of" a time.
        by: who recorded it, as an opaque identifier or a role; empty when unknown.
        source: where it came from (an import, a device, a form, a document).
        supersedes: the id of the fact that this one corrects.
        session, phase: the infusion session and its part, for facts that are bound to one.
    """

    id: str
    code: str
    value: Value | None
    at: datetime
    recorded_at: datetime
    unit: str = ""
    by: str = ""
    source: str = ""
    supersedes: str | None = None
    session: str | None = None
    phase: Phase | None = None

    @property
    def withdraws(self) -> bool:
        """Whether this entry only takes another one back."""
        return self.value is None
