"""The numbers of the consultation sheet, looked up each time in the evidence store and in the protocol, with a digest that
tells of a change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from unloop.care.consultation import figure_slots
from unloop.care.education import CountSlot, FindingSlot, ProtocolSlot, RuleSlot, protocol_number, written
from unloop.clinic.consulting_room.standing import in_force
from unloop.clinic.laboratory.services import known_of_ketamine, study_number
from unloop.protocol import Protocol, bundled

BUNDLED = "ocd-ivket"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number of the sheet by its slot.

    Attributes:
        values: as the store or the protocol has them, unrounded, scaled to people of 100 where the slot says so.
        studies: the study that each rests on, or the protocol.
        sha256: changes when any value does.
    """

    values: Mapping[str, float]
    studies: Mapping[str, str]
    sha256: str

    def words(self, language: str) -> Mapping[str, str]:
        """The numbers as they are written: rounded as their slots say, without sign."""
        slots = figure_slots()
        return {
            name: written(value, slots[name].decimals, language=language)
            for name, value in self.values.items()
            if name in slots
        }


def numbers(protocol: Protocol | None = None) -> Numbers:
    """The numbers as they stand now; every sample of ketamine in OCD is among them, a clinic's own too.

    Args:
        protocol: the one in force; where it is left out it is looked up, and before one is signed the bundled one speaks.

    Raises:
        InputRefused: a study lacks one, or it was not read in print and may not stand before a patient.
    """
    spoken_for = protocol or _protocol_now()
    looked_up = {name: _look_up(slot, spoken_for) for name, slot in figure_slots().items()}
    found = {name: one for name, one in looked_up.items() if one is not None}
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


def _protocol_now() -> Protocol:
    current = in_force()
    return bundled(BUNDLED) if current is None else current.protocol


def _look_up(
    slot: FindingSlot | CountSlot | ProtocolSlot | RuleSlot, protocol: Protocol
) -> tuple[float, str] | None:
    """The value and what it rests on; nothing where the protocol does not have it."""
    match slot:
        case FindingSlot() | CountSlot():
            found = study_number(slot)
            return abs(float(found.value)) * slot.scale, found.studies[0]
        case ProtocolSlot() | RuleSlot():
            value = protocol_number(slot, protocol)
            return None if value is None else (value * slot.scale, protocol.id)
        case _:
            assert_never(slot)
