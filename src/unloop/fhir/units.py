"""Numbers with units of a record into the units of the fact dictionary, where that is exact and safe."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from unloop.facts import FactDefinition
from unloop.fhir.codes import UCUM, Codes
from unloop.fhir.notes import Unread
from unloop.fhir.resources import Quantity

_COMPARATORS: Final = {"<", "<=", ">=", ">", "ad"}

# A litre has ten decilitres and a gram a thousand milligrams: 1 umol/L of a substance of M g/mol is M/10000 mg/dL.
_MASS_OF_AMOUNT: Final = {"umol/L": Decimal("0.0001"), "mmol/L": Decimal("0.1")}


@dataclass(frozen=True, slots=True)
class Converted:
    """A number in the dictionary's unit; `how` says what was done, and is empty when nothing was."""

    value: float
    how: str = ""


def convert(quantity: Quantity, definition: FactDefinition, *, codes: Codes, path: str) -> Converted:
    """The number of a Quantity in the unit of `definition`.

    The UCUM code decides; text is read only where there is no such code, and must not say another unit beside one.

    Raises:
        Unread: no number, a limit instead of a value, no unit, a unit and a code that disagree, or a unit that is
            not converted.
    """
    if quantity.value is None:
        raise Unread(f"{path}.value", "there is no number")
    if quantity.comparator is not None:
        known = quantity.comparator if quantity.comparator in _COMPARATORS else "a comparator"
        raise Unread(f"{path}.comparator", f"this is a limit ({known}), not a value")
    unit = _unit_of(quantity, definition, codes=codes, path=path)
    factor = _factor(unit, definition, codes=codes)
    if factor is None:
        raise Unread(f"{path}.{_place_of_unit(quantity)}", _mend(definition))
    value = float(Decimal(repr(quantity.value)) * factor)
    return Converted(value, "" if factor == 1 else f"converted from {unit} to {definition.unit}")


def _unit_of(quantity: Quantity, definition: FactDefinition, *, codes: Codes, path: str) -> str:
    coded = quantity.code if quantity.system == UCUM else None
    written = _spelled(quantity.unit, codes=codes)
    if coded:
        if written and _is_known(written, codes=codes) and not _same(written, coded, definition, codes=codes):
            raise Unread(f"{path}.unit", "the unit and its code disagree; look at the original")
        return coded
    unit = written or _spelled(quantity.code, codes=codes)
    if not unit and definition.unit_may_be_left_out:
        return definition.unit
    if not unit:
        raise Unread(f"{path}.unit", f"there is no unit; {definition.unit} is needed")
    return unit


def _same(one: str, other: str, definition: FactDefinition, *, codes: Codes) -> bool:
    factor = _factor(one, definition, codes=codes)
    return one == other or (factor is not None and factor == _factor(other, definition, codes=codes))


def _spelled(text: str | None, *, codes: Codes) -> str:
    stripped = (text or "").strip()
    return codes.spellings.get(stripped, stripped)


def _is_known(unit: str, *, codes: Codes) -> bool:
    return unit in _MASS_OF_AMOUNT or any(unit in entry.factors for entry in codes.units)


def _factor(unit: str, definition: FactDefinition, *, codes: Codes) -> Decimal | None:
    if unit == definition.unit:
        return Decimal(1)
    for entry in codes.units:
        applies = not entry.facts or definition.code in entry.facts
        if entry.to == definition.unit and applies and unit in entry.factors:
            return entry.factors[unit]
    substance = codes.substances.get(definition.code)
    if substance is not None and definition.unit == "mg/dL" and unit in _MASS_OF_AMOUNT:
        return substance.molar_mass * _MASS_OF_AMOUNT[unit]
    return None


def _place_of_unit(quantity: Quantity) -> str:
    return "code" if quantity.system == UCUM and quantity.code else "unit"


def _mend(definition: FactDefinition) -> str:
    return f"this unit is not converted; enter {definition.label} in {definition.unit or 'plain numbers'}"
