"""Reading one element or resource strictly, with the path of whatever does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from unloop.fhir.notes import Notes, Unread
from unloop.quantity.refusal import InputRefused

M = TypeVar("M", bound=BaseModel)

_VALUE_ELEMENT = re.compile(r"value[A-Z][A-Za-z]*")
_MOST_PRUNINGS = 4


def read_element(model: type[M], raw: object, *, path: str) -> M:
    """Read one element or resource.

    Raises:
        Unread: with the path of the first place that does not fit and what is wrong with it.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Unread(join(path, first["loc"]), _in_words(first["type"])) from None


def read_pruned(model: type[M], raw: Mapping[str, Any], *, path: str, notes: Notes) -> M:
    """Read a resource that the import cannot do without: parts that do not fit are listed and left out.

    Raises:
        InputRefused: when too little is left.
    """
    kept = dict(raw)
    for _ in range(_MOST_PRUNINGS):
        try:
            return model.model_validate(kept)
        except ValidationError as error:
            places = [
                (place["loc"], _in_words(place["type"]))
                for place in error.errors(include_url=False, include_context=False, include_input=False)
            ]
        for where, why in places:
            notes.miss(join(path, where), why)
        kept = _without(kept, [where for where, _ in places])
    raise InputRefused(
        path,
        given="a resource that does not fit",
        allowed="a FHIR R4 resource",
        mend="export the record again as FHIR R4",
    )


def _without(raw: dict[str, Any], places: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
    """The resource without the elements in which the places lie.

    A bad member of a list is emptied rather than removed, so that the paths of the others stay true.
    """
    kept = dict(raw)
    for place in places:
        element = str(place[0]) if place else ""
        members = kept.get(element)
        if len(place) > 1 and isinstance(place[1], int) and isinstance(members, list):
            kept[element] = [{} if index == place[1] else member for index, member in enumerate(members)]
        else:
            kept.pop(element, None)
    return kept


def join(path: str, place: Sequence[int | str]) -> str:
    """A JSON path: `entry[3].resource` and `("name", 0, "given")` give `entry[3].resource.name[0].given`."""
    return path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)


def value_elements(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the value[x] elements that stand in an observation or a component."""
    return tuple(key for key in raw if _VALUE_ELEMENT.fullmatch(key))


def _in_words(kind: str) -> str:
    words = {
        "missing": "this element is missing",
        "string_type": "this is not text",
        "float_type": "this is not a number",
        "int_type": "this is not a whole number",
        "bool_type": "this is not true or false",
        "list_type": "this is not a list",
        "dict_type": "this is not an object",
        "model_type": "this is not an object",
    }
    return words.get(kind, "this does not fit FHIR R4")
