"""FAMILY.json read into a tree; what is missing stays unknown, and an unknown key is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from unloop.care.heredity.family import FamilyCondition, FamilySex, FamilyTree, Relative, Status
from unloop.quantity.refusal import InputRefused

E = TypeVar("E", bound=StrEnum)

_TREE_KEYS = {"proband", "people"}
_LINKS = ("mother", "father", "partner_of", "mz_twin_of")
_KEYS = {"id", "sex", "adopted", "status", "age", "onset_age", "deceased", "conditions", *_LINKS}
_ALSO = {
    "tics": "tic",
    "tic_disorder": "tic",
    "tourette": "tic",
    "bipolar_disorder": "bipolar",
    "substance": "substance_use",
}


def read_family(data: bytes) -> FamilyTree:
    """Read FAMILY.json.

    Raises:
        InputRefused: not JSON, an unknown key, a value of another kind, or people who make no family.
    """
    try:
        document = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputRefused(
            "family", given="not JSON", allowed="one JSON document in UTF-8", mend="check the file"
        ) from None
    tree = _object(document, where="family", allowed=_TREE_KEYS, needed=("proband", "people"))
    people = tree["people"]
    if not isinstance(people, list):
        raise _wrong("people", people, "a list of people")
    return FamilyTree(
        _text(tree, "proband", where="family"), tuple(_person(one, index) for index, one in enumerate(people))
    )


def _person(raw: object, index: int) -> Relative:
    where = f"people[{index}]"
    given = _object(raw, where=where, allowed=_KEYS, needed=("id", "sex", "status"))
    person = _text(given, "id", where=where)
    where = f"person {person}"
    links = {key: _text(given, key, where=where) if given.get(key) is not None else None for key in _LINKS}
    status = _one_of(Status, given["status"], where=f"{where}, status")
    return Relative(
        id=person,
        sex=_one_of(FamilySex, given["sex"], where=f"{where}, sex"),
        mother=links["mother"],
        father=links["father"],
        adopted=_flag(given, "adopted", where=where),
        partner_of=links["partner_of"],
        status=status,
        age=_years(given, "age", where=where),
        onset_age=_years(given, "onset_age", where=where),
        deceased=_flag(given, "deceased", where=where),
        twin=links["mz_twin_of"],
        conditions=_conditions(given.get("conditions"), status, where=f"{where}, conditions"),
    )


def _conditions(raw: object, status: Status, *, where: str) -> frozenset[FamilyCondition] | None:
    if raw is None:
        return None
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise _wrong(where, raw, "a list of words")
    words = [str(one).strip().lower().replace(" ", "_").replace("-", "_") for one in raw]
    if "ocd" in words and status is not Status.AFFECTED:
        raise InputRefused(
            where,
            given=f"ocd with status {status}",
            allowed="ocd with status affected",
            mend="set the status",
        )
    return frozenset(
        _one_of(FamilyCondition, _ALSO.get(word, word), where=where) for word in words if word != "ocd"
    )


def _object(raw: object, *, where: str, allowed: set[str], needed: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise _wrong(where, raw, "an object")
    for key in raw:
        if key not in allowed:
            raise InputRefused(
                where, given=f"the key {key}", allowed=", ".join(sorted(allowed)), mend="leave it out"
            )
    for key in needed:
        if raw.get(key) is None:
            raise InputRefused(where, given=f"no {key}", allowed=f"the key {key}", mend="write it")
    return raw


def _text(given: Mapping[str, Any], key: str, *, where: str) -> str:
    value = given[key]
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise _wrong(f"{where}, {key}", value, "an id of 1 to 64 characters")
    return value


def _flag(given: Mapping[str, Any], key: str, *, where: str) -> bool:
    value = given.get(key)
    if value is not None and not isinstance(value, bool):
        raise _wrong(f"{where}, {key}", value, "true or false")
    return bool(value)


def _years(given: Mapping[str, Any], key: str, *, where: str) -> float | None:
    value = given.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(f"{where}, {key}", value, "a number of years")
    return float(value)


def _one_of(kind: type[E], value: object, *, where: str) -> E:
    try:
        return kind(str(value))
    except ValueError:
        raise _wrong(where, value, ", ".join(sorted(kind))) from None


def _wrong(where: str, given: object, allowed: str) -> InputRefused:
    shown = given if isinstance(given, str | int | float | bool | None) else type(given).__name__
    return InputRefused(where, given=shown, allowed=allowed, mend="write it as allowed")
