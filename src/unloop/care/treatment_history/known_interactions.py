"""What is known of other medicines beside ketamine: route, direction, size and source of each finding."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from unloop.care.treatment_history.interactions import check_names, meant_by
from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.quantity.refusal import InputRefused

SIZE_NOT_KNOWN = "size not known"

_FILE = "known_interactions.toml"

Route = Literal["intravenous", "oral", "any"]
Seen = Literal["abstract", "secondary", "memory"]


@dataclass(frozen=True, slots=True)
class KnownInteraction:
    """One finding about other medicines beside ketamine.

    Attributes:
        id: of the row.
        match: ingredients by any of their names, and classes written `class:benzodiazepine`.
        but_not: ingredients of these classes that have a finding of their own.
        route: by which ketamine was given when it was found.
        direction: what it does, in a few words.
        found: what was seen, in one sentence.
        size: how much, as the source gives it; None where no number is known.
        source: citation.
        seen: how far the source was read; memory is unverified.
    """

    id: str
    match: tuple[str, ...]
    route: Route
    direction: str
    found: str
    size: str | None
    source: str
    seen: Seen
    but_not: tuple[str, ...] = ()

    @property
    def size_in_words(self) -> str:
        """The size, or that it is not known."""
        return self.size or SIZE_NOT_KNOWN

    @property
    def other_route(self) -> bool:
        """Whether it was found with ketamine by mouth, so that its size says nothing of an infusion."""
        return self.route == "oral"


@dataclass(frozen=True, slots=True)
class Beside:
    """One medicine of a list with a finding that concerns it, and which of its ingredients is meant."""

    medicine: str
    ingredients: tuple[str, ...]
    known: KnownInteraction


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Source(_Part):
    cite: str
    seen: Seen


class _Finding(_Part):
    id: str
    match: list[str]
    route: Route
    direction: str
    found: str
    size: str | None = None
    source: str
    but_not: list[str] = []


class _Document(_Part):
    directions: dict[str, str]
    sources: dict[str, _Source]
    finding: list[_Finding]


def read_known_interactions(text: str) -> tuple[KnownInteraction, ...]:
    """Read a table of findings from TOML.

    Raises:
        InputRefused: unknown keys, medicines, directions or sources, or an id that stands twice.
    """
    try:
        document = _Document.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise _refused("a table that does not read", "the keys named at its head", str(error)) from None
    seen: set[str] = set()
    for one in document.finding:
        _check(one, document, seen)
        seen.add(one.id)
    return tuple(
        KnownInteraction(
            one.id, tuple(one.match), one.route, document.directions[one.direction], one.found, one.size,
            document.sources[one.source].cite, document.sources[one.source].seen, tuple(one.but_not),
        )
        for one in document.finding
    )  # fmt: skip


@cache
def known_interactions() -> tuple[KnownInteraction, ...]:
    """The table that ships with Unloop."""
    text = resources.files("unloop.care.treatment_history").joinpath(_FILE).read_text("utf-8")
    return read_known_interactions(text)


def beside_ketamine(
    medicines: Iterable[str], table: tuple[KnownInteraction, ...] | None = None
) -> tuple[Beside, ...]:
    """What is known of each medicine of a list, in its order; what nobody can map has no finding."""
    rows = known_interactions() if table is None else table
    found: list[Beside] = []
    for name in dict.fromkeys(medicines):
        medicine = resolve(name)
        if isinstance(medicine, Resolved):
            concerned = (
                (one, meant_by(one.match, medicine) - meant_by(one.but_not, medicine)) for one in rows
            )
            found += [Beside(name, tuple(sorted(meant)), one) for one, meant in concerned if meant]
    return tuple(found)


def _check(one: _Finding, document: _Document, seen: set[str]) -> None:
    if one.id in seen:
        raise _refused(f"the id {one.id} twice", "each id once", "keep one of the two")
    check_names([*one.match, *one.but_not], where=f"{_FILE}, {one.id}, match")
    if not one.match:
        raise _refused(f"{one.id} without a medicine", "at least one", "name what it concerns")
    if one.direction not in document.directions:
        raise _refused(one.direction, ", ".join(document.directions), "correct the spelling, or define it")
    if one.source not in document.sources:
        raise _refused(one.source, ", ".join(document.sources), "correct the spelling, or define it")


def _refused(given: str, allowed: str, mend: str) -> InputRefused:
    return InputRefused(f"table of interactions ({_FILE})", given=given, allowed=allowed, mend=mend)
