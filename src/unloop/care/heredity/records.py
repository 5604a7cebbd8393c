"""A tree as the records of one fact, and back: one record a person, without a name, without a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from unloop.care.heredity.family import FamilyCondition, FamilySex, FamilyTree, Relative, Status
from unloop.quantity.refusal import InputRefused

PROBAND = "proband"
"""The id of the person whose family it is."""
_Value = float | int | str | bool | None
Record = Mapping[str, _Value]
_Kind = TypeVar("_Kind", FamilySex, Status)
_LINKS = ("mother", "father", "adoptive_mother", "adoptive_father", "partner_of")
_RENAMED = {
    "identical_twin_of": "twin",
    "fraternal_twin_of": "fraternal_twin",
    "twin_of": "unsure_twin",
    "related_partner": "blood_partner",
}


def to_records(tree: FamilyTree) -> tuple[dict[str, _Value], ...]:
    """The tree, the proband first; what is not known has no key."""
    order = sorted(tree.people, key=lambda one: one.id != tree.proband)
    names = {tree.proband: PROBAND}
    return tuple(_record(one, names) for one in order)


def from_records(records: Iterable[Record]) -> FamilyTree:
    """The tree that `to_records` wrote.

    Raises:
        InputRefused: it is no family.
    """
    return FamilyTree(PROBAND, tuple(_relative(one) for one in records))


def _record(one: Relative, names: Mapping[str, str]) -> dict[str, _Value]:
    links = {key: getattr(one, key) for key in _LINKS} | {
        key: getattr(one, own) for key, own in _RENAMED.items()
    }
    written: dict[str, _Value] = {
        "id": names.get(one.id, one.id),
        "sex": one.sex.value,
        "status": one.status.value,
        "age": one.age,
        "onset_age": one.onset_age,
        "deceased": one.deceased or None,
        "adopted": one.adopted or None,
        **{key: names.get(link, link) for key, link in links.items() if link is not None},
        **{kind.value: one.has(kind) for kind in FamilyCondition},
    }
    return {key: value for key, value in written.items() if value is not None}


def _relative(record: Record) -> Relative:
    asked = {kind: record.get(kind.value) for kind in FamilyCondition}
    said = {kind for kind, answer in asked.items() if answer is not None}
    return Relative(
        str(record.get("id") or ""),
        _choice(FamilySex, record, "sex"),
        adopted=record.get("adopted") is True,
        status=_choice(Status, record, "status"),
        age=_number(record, "age"),
        onset_age=_number(record, "onset_age"),
        deceased=record.get("deceased") is True,
        conditions=frozenset(kind for kind in said if asked[kind] is True) if said else None,
        not_known=frozenset(set(FamilyCondition) - said) if said else frozenset(),
        **_links(record),
    )


def _links(record: Record) -> dict[str, Any]:
    named = {key: key for key in _LINKS} | _RENAMED
    return {own: None if record.get(key) is None else str(record[key]) for key, own in named.items()}


def _choice(kind: type[_Kind], record: Record, key: str) -> _Kind:
    given = record.get(key, "unknown")
    try:
        return kind(str(given))
    except ValueError:
        allowed = ", ".join(one.value for one in kind)
        raise InputRefused(
            f"family, {key}", given=given, allowed=allowed, mend="choose one of these"
        ) from None


def _number(record: Record, key: str) -> float | None:
    value = record.get(key)
    return None if value is None or isinstance(value, (str, bool)) else float(value)
