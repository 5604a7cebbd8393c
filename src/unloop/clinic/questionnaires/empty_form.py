"""A form to write official wording into: our numbers and points, and not a word."""

from __future__ import annotations

from typing import Any

from unloop.care.symptoms import Instrument, Item

_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def empty_form(instrument: Instrument) -> dict[str, Any]:
    """A FHIR R4 Questionnaire that fits this instrument once somebody has written the licensed words into it.

    Texts are empty, so that the file is refused until each of them is written; our own labels are not in it, since
    they are not the official ones.
    """
    return {
        "resourceType": "Questionnaire",
        "status": "draft",
        "title": "",
        "copyright": "",
        "item": [_question(item) for item in instrument.items],
    }


def _question(item: Item) -> dict[str, Any]:
    return {
        "linkId": item.id,
        "text": "",
        "type": "choice",
        "answerOption": [_answer(value) for value in item.values],
    }


def _answer(value: int) -> dict[str, Any]:
    return {
        "extension": [{"url": _ORDINAL, "valueDecimal": value}],
        "valueCoding": {"code": f"{value}", "display": ""},
    }
