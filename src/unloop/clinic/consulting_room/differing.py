"""What a person's chart says of everything in which somebody may differ from the people of the studies."""

from __future__ import annotations

from collections.abc import Mapping

from unloop.clinic.chart.services import Person, load_chart
from unloop.clinic.consulting_room.consultation import Told
from unloop.clinic.consulting_room.said import say_value
from unloop.clinic.consulting_room.standing import InForce, view_of
from unloop.clinic.consulting_room.treatments import staging_of
from unloop.facts import DICTIONARY
from unloop.rules import Truth

STAGE = "resistance"
"""Stands among the codes of facts for the stage that is computed from the treatments and never typed."""


def said_of(person: Person, told: Told, current: InForce | None) -> Mapping[str, str]:
    """The values that the chart has now, by the codes that the sheet asks for; what is not known is left out.

    Args:
        person: whose chart.
        told: the sheet, in whose language yes and no are said.
        current: the protocol by which a fact is in date; without one nothing is known.
    """
    if current is None:
        return {}
    view = view_of(person, current.protocol, chart=load_chart(person))
    codes = dict.fromkeys(code for one in told.sheet.modifier for code in one.facts if code in DICTIONARY)
    found = {code: getattr(view.find(code), "value", None) for code in codes}
    said = {code: _said(code, value, told) for code, value in found.items() if value is not None}
    resistant = staging_of(view, current.protocol).resistant
    if resistant is Truth.UNKNOWN:
        return said
    yes, no = told.sheet.words["yes_no"].split("|")
    return said | {STAGE: yes if resistant is Truth.TRUE else no}


def _said(code: str, value: object, told: Told) -> str:
    """The value in the language of the sheet: of its units only years are a word."""
    if DICTIONARY[code].unit == "a" and isinstance(value, int | float):
        return told.word("years", n=f"{value:g}")
    return say_value(code, value)
