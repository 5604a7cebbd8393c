"""The numbers of a page: looked up when the page is shown, and written in the page's language.

A number of the protocol is that of the protocol in force; before one is adopted, that of the bundled one. A statement
that names a rule which the protocol does not have is left out rather than said all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from unloop.care.education import (
    Certainty,
    CountSlot,
    FindingSlot,
    ProtocolSlot,
    RuleSlot,
    Slot,
    protocol_number,
    slots,
    words,
    written,
)
from unloop.clinic.laboratory.services import study_number
from unloop.clinic.people.services import current_protocol, protocol_of
from unloop.protocol import Protocol, bundled
from unloop.quantity import InputRefused

BUNDLED = "ocd-ivket"
_looked_up = cache(study_number)  # the records ship with the program, so each number is worked out once


@dataclass(frozen=True, slots=True)
class Number:
    """A slot filled: the words, and the ids of what it rests on (`study:ID` or `rule:ID`)."""

    words: str
    sources: tuple[str, ...]


def protocol_in_force() -> Protocol:
    """The clinic's own protocol, or the bundled one while none is adopted."""
    adopted = current_protocol()
    return protocol_of(adopted) if adopted is not None else bundled(BUNDLED)


def number(name: str, *, protocol: Protocol, language: str) -> Number | None:
    """The slot of this name, filled; None where the protocol has no such rule or field.

    Raises:
        InputRefused: when there is no slot of this name, or a study's value may not be shown.
    """
    slot = slots().get(name)
    if slot is None:
        raise InputRefused("slot", given=name, allowed="a slot of figures.toml", mend="add it there")
    match slot:
        case FindingSlot() | CountSlot() | Certainty():
            found = _looked_up(slot)
            return Number(
                _written(found.value, slot, language), tuple(f"study:{one}" for one in found.studies)
            )
        case ProtocolSlot() | RuleSlot():
            value = protocol_number(slot, protocol)
            return None if value is None else Number(_written(value, slot, language), (f"rule:{slot.rule}",))


def _written(value: float | str, slot: Slot, language: str) -> str:
    if isinstance(value, str):
        return words(language)[value.replace(" ", "-")]
    shown = slot.rest - value if slot.rest is not None else value
    return written(abs(shown) * slot.scale, slot.decimals, language=language)
