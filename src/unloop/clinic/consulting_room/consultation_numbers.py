"""The numbers of the consultation sheet, looked up in the evidence store each time, with a digest that tells of a change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from unloop.care.consultation import figure_slots
from unloop.care.education import CountSlot, FindingSlot
from unloop.clinic.laboratory.services import known_of_ketamine, study_number

_DECIMAL_COMMA = frozenset({"es"})


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number of the sheet by its slot.

    Attributes:
        values: as the store has them, unrounded, scaled to people of 100 where the slot says so.
        studies: the study that each rests on.
        sha256: changes when any value does.
    """

    values: Mapping[str, float]
    studies: Mapping[str, str]
    sha256: str

    def words(self, language: str) -> Mapping[str, str]:
        """The numbers as they are written: rounded as their slots say, without sign."""
        slots = figure_slots()
        return {
            name: _written(value, slots[name].decimals, language)
            for name, value in self.values.items()
            if name in slots
        }


def numbers() -> Numbers:
    """The numbers as the evidence store has them now; every sample of ketamine in OCD is among them, a clinic's own too.

    Raises:
        InputRefused: a study lacks one, or it was not read in print and may not stand before a patient.
    """
    found = {name: _look_up(slot) for name, slot in figure_slots().items()}
    values = {name: value for name, (value, _study) in found.items()}
    studies = {name: study for name, (_value, study) in found.items()}
    for sample in known_of_ketamine().samples:
        if sample.for_patients:
            values |= {f"sample {sample.study_id}": sample.response.estimate}
            studies[f"sample {sample.study_id}"] = sample.study_id
    return Numbers(values, studies, digest(values))


def digest(values: Mapping[str, float]) -> str:
    """The hash of a set of numbers, whatever their order."""
    said = {name: repr(float(value)) for name, value in values.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def changed(then: Mapping[str, float], now: Numbers) -> tuple[str, ...]:
    """The studies of which a number is another one than it was, or is new, or gone."""
    names = [name for name in {*then, *now.values} if then.get(name) != now.values.get(name)]
    return tuple(sorted({now.studies.get(name, name) for name in names}))


def _look_up(slot: FindingSlot | CountSlot) -> tuple[float, str]:
    found = study_number(slot)
    return abs(float(found.value)) * slot.scale, found.studies[0]


def _written(value: float, decimals: int, language: str) -> str:
    text = f"{value:,.{decimals}f}"
    return text.replace(",", "\u202f").replace(".", ",") if language in _DECIMAL_COMMA else text
