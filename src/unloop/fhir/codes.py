"""The tables of codes and units (`codes.toml`), read into types once; an entry without a look-up record is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM: Final = "http://unitsofmeasure.org"

_LOINC_CODE = re.compile(r"[0-9]{1,7}-[0-9]")


@dataclass(frozen=True, slots=True)
class ObservationCode:
    """A LOINC code that becomes a fact.

    Attributes:
        upper_limit, lower_limit: the facts that the laboratory's own limits become; empty where none is kept.
        answers: the table of coded answers; empty where only numbers are taken.
        seen: where the code was found with this meaning.
    """

    loinc: str
    fact: str
    seen: str
    upper_limit: str = ""
    lower_limit: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class ConditionCode:
    """A code of a condition that a clinician is pointed to, in our own words."""

    system: str
    code: str
    points_to: str
    seen: str
    subcodes: bool = False

    def covers(self, *, system: str, code: str) -> bool:
        """Whether this is the code, or one below it where those count too."""
        below = self.subcodes and code.startswith(f"{self.code}.")
        return system == self.system and (code == self.code or below)


@dataclass(frozen=True, slots=True)
class Unit:
    """UCUM codes that are taken for one unit of the dictionary, each with its exact factor."""

    to: str
    factors: Mapping[str, Decimal]
    facts: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Substance:
    """What is needed to turn an amount into a mass."""

    fact: str
    formula: str
    molar_mass: Decimal


@dataclass(frozen=True, slots=True)
class Codes:
    """All tables.

    Attributes:
        observations: by LOINC code.
        panels: LOINC codes of observations whose components are read.
        left_out: LOINC code to the reason for which it is known and still not taken.
        answers: table name to code system to code to value.
        items: instrument id to LOINC code to the id of the item.
    """

    observations: Mapping[str, ObservationCode]
    panels: frozenset[str]
    left_out: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Mapping[str, float | str]]]
    items: Mapping[str, Mapping[str, str]]
    conditions: tuple[ConditionCode, ...]
    units: tuple[Unit, ...]
    substances: Mapping[str, Substance]
    spellings: Mapping[str, str]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _ObservationEntry(_Entry):
    loinc: str
    fact: str
    seen: str = Field(min_length=5)
    upper_limit: str = ""
    lower_limit: str = ""
    answers: str = ""


class _PanelEntry(_Entry):
    loinc: str
    seen: str = Field(min_length=5)


class _LeftOutEntry(_Entry):
    loinc: str
    why: str
    seen: str = Field(min_length=5)


class _ConditionEntry(_Entry):
    system: str
    code: str
    points_to: str
    seen: str = Field(min_length=5)
    subcodes: bool = False


class _UnitEntry(_Entry):
    to: str
    factors: dict[str, str]
    facts: list[str] = []
    source: str = Field(min_length=5)


class _SubstanceEntry(_Entry):
    fact: str
    formula: str
    molar_mass: str


class _Document(_Entry):
    observations: list[_ObservationEntry]
    panels: list[_PanelEntry]
    left_out: list[_LeftOutEntry]
    answers: dict[str, dict[str, str | dict[str, float | str]]]
    items: dict[str, dict[str, str]]
    conditions: list[_ConditionEntry]
    units: list[_UnitEntry]
    substances: list[_SubstanceEntry]
    spellings: dict[str, str]


@cache
def codes() -> Codes:
    """The tables that ship with Unloop."""
    return read_codes(resources.files("unloop.fhir").joinpath("codes.toml").read_text("utf-8"))


def read_codes(text: str) -> Codes:
    """Read the tables from TOML.

    Raises:
        ValueError: an unknown or missing key, no look-up record, or a LOINC code whose check digit is wrong.
    """
    document = _Document.model_validate(tomllib.loads(text))
    tables = Codes(
        observations={entry.loinc: ObservationCode(**dict(entry)) for entry in document.observations},
        panels=frozenset(entry.loinc for entry in document.panels),
        left_out={entry.loinc: entry.why for entry in document.left_out},
        answers={name: _tables(table) for name, table in document.answers.items()},
        items={name: _without_record(table) for name, table in document.items.items()},
        conditions=tuple(ConditionCode(**dict(entry)) for entry in document.conditions),
        units=tuple(_unit(entry) for entry in document.units),
        substances={
            entry.fact: Substance(entry.fact, entry.formula, Decimal(entry.molar_mass))
            for entry in document.substances
        },
        spellings=document.spellings,
    )
    for code in (*tables.observations, *tables.panels, *tables.left_out, *_item_codes(tables)):
        if not is_loinc(code):
            raise ValueError(f"codes.toml: {code} is no LOINC code, or its check digit is wrong")
    return tables


def is_loinc(code: str) -> bool:
    """Whether `code` has the form of a LOINC code with a right check digit (Mod 10, as the LOINC guide gives it).

    The digits before the hyphen are taken from the right: those in odd places are doubled as one number, those in
    even places are put before it; the check digit brings the sum of all digits to the next multiple of ten.
    """
    if not _LOINC_CODE.fullmatch(code):
        return False
    number, check = code.split("-")
    backwards = number[::-1]
    doubled = str(2 * int(backwards[0::2]))
    digits = backwards[1::2] + doubled
    return (10 - sum(int(digit) for digit in digits) % 10) % 10 == int(check)


def _unit(entry: _UnitEntry) -> Unit:
    factors = {code: Decimal(factor) for code, factor in entry.factors.items()}
    return Unit(entry.to, factors, frozenset(entry.facts), entry.source)


def _without_record(table: Mapping[str, str]) -> Mapping[str, str]:
    return {code: item for code, item in table.items() if code != "seen"}


def _tables(
    table: Mapping[str, str | dict[str, float | str]],
) -> Mapping[str, Mapping[str, float | str]]:
    return {system: answers for system, answers in table.items() if not isinstance(answers, str)}


def _item_codes(tables: Codes) -> tuple[str, ...]:
    return tuple(code for items in tables.items.values() for code in items)
