"""The fact dictionary: what may be recorded, in which unit, how plausible, and for how long it counts."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from unloop.facts import icd10cm
from unloop.facts.fact import Phase, Value
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused

_DIAGNOSES = "diagnoses"  # the one set of codes; the others are names, or choices that the dictionary lists

type_names = Literal["number", "bool", "enum", "set", "records"]


class FactType(StrEnum):
    """The shape of a fact's value."""

    NUMBER = "number"
    BOOL = "bool"
    ENUM = "enum"
    SET = "set"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """What one code means.

    Attributes:
        code: the name used in rules, chart files and the database.
        label: what it is, in a few plain words.
        question: how it is asked on a form.
        group: the page of the evaluation on which it is answered.
        type: the shape of its value.
        unit: UCUM; empty for yes/no, choices and sets. Units in braces may be left out of files.
        low, high: plausible range of a number, both ends included.
        values: the choices of an enumeration, in order.
        bad: values that stand against treatment by themselves; a rule may not be content to know that they exist.
        ever: a bad answer never expires and is not undone by a later good one, only by a correction.
        max_age: how long an answer counts; None only for session facts and derived ones.
        phases: the parts of an infusion session to which it is bound; empty for facts of the course.
        complete_by: for sets and records, the statement without which an absence proves nothing.
        inputs: for derived facts, the codes it is computed from.
        fields: for records, the keys of one record and their types.
    """

    code: str
    label: str
    question: str
    group: str
    type: FactType
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    bad: tuple[bool | str, ...] = ()
    ever: bool = False
    max_age: Duration | None = None
    phases: tuple[Phase, ...] = ()
    complete_by: str | None = None
    inputs: tuple[str, ...] = ()
    derived: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_session(self) -> bool:
        """Whether the fact belongs to one infusion session."""
        return bool(self.phases)

    @property
    def unit_may_be_left_out(self) -> bool:
        """Counts, scores and yes/no answers have no unit that could be mistaken."""
        return not self.unit or self.unit.startswith("{")

    def check(self, value: object, unit: object, *, where: str) -> Value:
        """Return `value` if it is one that this code can have.

        Raises:
            InputRefused: wrong type, unit, choice or an implausible number.
        """
        self._check_unit(unit, where=where)
        match self.type:
            case FactType.NUMBER:
                return self._check_number(value, where=where)
            case FactType.BOOL:
                if isinstance(value, bool):
                    return value
                raise InputRefused(where, given=value, allowed="true or false", mend="answer yes or no")
            case FactType.ENUM:
                if isinstance(value, str) and value in self.values:
                    return value
                raise InputRefused(
                    where, given=value, allowed=", ".join(self.values), mend="choose one of these"
                )
            case FactType.SET:
                return self._check_set(value, where=where)
            case FactType.RECORDS:
                return self._check_records(value, where=where)

    def _check_unit(self, unit: object, *, where: str) -> None:
        if unit == self.unit or (unit in (None, "") and self.unit_may_be_left_out):
            return
        raise InputRefused(
            f"{where}, unit",
            given="no unit" if unit in (None, "") else unit,
            allowed=self.unit or "no unit",
            mend=f"give {self.label} in {self.unit}" if self.unit else "leave the unit out",
        )

    def _check_number(self, value: object, *, where: str) -> float:
        low, high = self._range()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise InputRefused(
            where,
            given=value,
            allowed=f"a number from {low:g} to {high:g} {self.unit}".rstrip(),
            mend="check the number and its unit against the original",
        )

    def _range(self) -> tuple[float, float]:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return low, high

    def _check_set(self, value: object, *, where: str) -> tuple[str, ...]:
        if isinstance(value, (list, tuple)) and all(isinstance(one, str) and one.strip() for one in value):
            members = tuple(dict.fromkeys(str(one).strip() for one in value))
            stray = [one for one in members if self.values and one not in self.values]
            if not stray:
                return tuple(self.check_member(one, where=where) for one in members)
            raise InputRefused(
                where, given=stray[0], allowed=", ".join(self.values), mend="choose from these"
            )
        raise InputRefused(where, given=value, allowed="a list of names or codes", mend="write [] for none")

    def check_member(self, member: str, *, where: str) -> str:
        """Return `member` if it has the form that a member of this set has.

        Raises:
            InputRefused: it has another.
        """
        return icd10cm.check(member, where=where) if self.code == _DIAGNOSES else member

    def _check_records(
        self, value: object, *, where: str
    ) -> tuple[Mapping[str, float | int | str | bool | None], ...]:
        if not isinstance(value, (list, tuple)):
            raise InputRefused(where, given=value, allowed="a list of records", mend="write [] for none")
        return tuple(self._check_record(one, where=f"{where}[{index}]") for index, one in enumerate(value))

    def _check_record(self, record: object, *, where: str) -> Mapping[str, float | int | str | bool | None]:
        if not isinstance(record, Mapping):
            raise InputRefused(
                where, given=record, allowed="a record of named values", mend="write {key: value}"
            )
        for key, value in record.items():
            expected = self.fields.get(str(key))
            if expected is None:
                raise InputRefused(
                    where, given=key, allowed=", ".join(self.fields), mend="remove or rename this key"
                )
            if value is not None and not _fits(value, expected):
                raise InputRefused(f"{where}.{key}", given=value, allowed=expected, mend="correct this value")
        return dict(record)


def _fits(value: object, expected: str) -> bool:
    match expected:
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
        case "bool":
            return isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case _:
            return isinstance(value, str) and value in expected.split("|")


class Dictionary(Mapping[str, FactDefinition]):
    """The codes that may be recorded, by name."""

    def __init__(self, definitions: Mapping[str, FactDefinition]) -> None:
        self._definitions = dict(definitions)

    def __getitem__(self, code: str) -> FactDefinition:
        return self._definitions[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    def define(self, code: str, *, where: str) -> FactDefinition:
        """The definition of `code`.

        Raises:
            InputRefused: the dictionary has no such code; the nearest ones are named.
        """
        try:
            return self._definitions[code]
        except KeyError:
            raise InputRefused(
                where, given=code, allowed="a code of the fact dictionary", mend=self._nearest(code)
            ) from None

    def _nearest(self, code: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415 - only when something is already wrong

        near = get_close_matches(code, self._definitions, n=2)
        return f"did you mean {' or '.join(near)}?" if near else "see docs/facts.md for the codes"

    @cached_property
    def groups(self) -> Mapping[str, tuple[FactDefinition, ...]]:
        """Definitions by the page on which they are answered, in dictionary order."""
        pages: dict[str, list[FactDefinition]] = {}
        for definition in self._definitions.values():
            pages.setdefault(definition.group, []).append(definition)
        return {group: tuple(definitions) for group, definitions in pages.items()}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    label: str
    question: str = ""
    group: str
    type: type_names
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: list[str] = []
    bad: list[bool | str] = []
    ever: bool = False
    max_age: str | None = None
    phases: list[Literal["before", "infusion", "recovery"]] = []
    complete_by: str | None = None
    inputs: list[str] = []
    derived: bool = False
    fields: dict[str, str] = {}

    def define(self, code: str) -> FactDefinition:
        return FactDefinition(
            code=code,
            label=self.label,
            question=self.question or self.label,
            group=self.group,
            type=FactType(self.type),
            unit=self.unit,
            low=self.low,
            high=self.high,
            values=tuple(self.values),
            bad=tuple(self.bad),
            ever=self.ever,
            max_age=Duration.parse(self.max_age, where=f"{code}.max_age") if self.max_age else None,
            phases=tuple(Phase(phase) for phase in self.phases),
            complete_by=self.complete_by,
            inputs=tuple(self.inputs),
            derived=self.derived,
            fields=self.fields,
        )


def read_dictionary(text: str) -> Dictionary:
    """Read a dictionary from TOML; every code has a maximum age, a session phase, or is derived."""
    entries = tomllib.loads(text)
    definitions = {code: _Entry.model_validate(entry).define(code) for code, entry in entries.items()}
    for definition in definitions.values():
        _check_definition(definition, definitions)
    return Dictionary(definitions)


def _check_definition(definition: FactDefinition, all_: Mapping[str, FactDefinition]) -> None:
    lasting = definition.derived or definition.in_session or definition.max_age is not None
    ranged = (
        definition.derived
        or definition.type is not FactType.NUMBER
        or None not in (definition.low, definition.high)
    )
    known = {*definition.inputs, definition.complete_by or definition.code} <= set(all_)
    if not (lasting and ranged and known):
        raise InputRefused(
            f"dictionary, {definition.code}",
            given="an incomplete definition",
            allowed="a maximum age or session phase, a plausible range for numbers, and inputs that exist",
            mend="complete the entry in dictionary.toml",
        )


def _shipped() -> Dictionary:
    return read_dictionary(resources.files("unloop.facts").joinpath("dictionary.toml").read_text("utf-8"))


DICTIONARY = _shipped()
"""The dictionary that ships with Unloop."""
