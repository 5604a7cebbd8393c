"""From a medicine as somebody wrote it to its active ingredients, or to a plain "not known"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache

from unloop.care.treatment_history.ingredients import IngredientTable, Meaning, shipped_table
from unloop.care.treatment_history.spelling import (
    FORMS,
    SALTS,
    SEPARATORS,
    after_strength,
    groups,
    is_number,
    tokens,
    words,
)

LONGEST_TEXT = 400
"""Longer texts are notes, not names, and stay unmapped."""

_LONGEST_NAME = 6
_LONGEST_WORD = 40
_LOOKED_UP = 3
_SUGGESTIONS = 3
_ALIKE = 0.75


class How(StrEnum):
    """How a name was understood."""

    EXACT = "exact"
    BRAND = "brand"
    NORMALISED = "normalised"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A name that stands for ingredients of the table.

    Attributes:
        name: as it was written.
        ingredients: every active ingredient, in the order of the text or the product.
        classes: the classes of all of them.
        how: the ingredient's own name, a trade name, or a name left over once strength, form and salt were put aside.
    """

    name: str
    ingredients: tuple[str, ...]
    classes: frozenset[str]
    how: How

    @property
    def ingredient(self) -> str:
        """The ingredients as one phrase; of a combination, with a stroke between them."""
        return " / ".join(self.ingredients)


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A name that the table does not know, or knows only in part; a clinician decides.

    Attributes:
        name: as it was written.
        suggestions: names of the table that look alike, to be chosen by a person, never taken by the program.
    """

    name: str
    suggestions: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """What one stretch of text holds: names, words that say nothing, and words that nobody knows."""

    meanings: list[Meaning] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    put_aside: int = 0

    @property
    def ingredients(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for meaning in self.meanings for name in meaning.ingredients))


def resolve(name: str, *, table: IngredientTable | None = None) -> Resolved | Unmapped:
    """The ingredients that `name` stands for.

    Case, accents, hyphens, salts, strengths and forms do not matter. A name is taken only when every word of it is
    accounted for; brackets may repeat what stands outside them but not contradict it.
    """
    table = table or shipped_table()
    if len(name) > LONGEST_TEXT:
        return Unmapped(name, ())
    outside, inside, trade = groups(name)
    whole = _read(tokens(outside), table)
    round_parts = [_read(tokens(text), table) for text in inside]
    square_parts = [_read(tokens(text), table) for text in trade]
    parts = [whole, *round_parts, *square_parts]
    unknown = [word for part in parts for word in part.unknown]
    found = _agreed(whole, round_parts, square_parts)
    if unknown or not found:
        recognised = [one for part in parts for one in part.ingredients]
        return Unmapped(name, _suggestions(unknown, recognised, table))
    return Resolved(name, found, table.classes_of(found), _how(parts))


@cache
def canonical(name: str) -> str | None:
    """The table's own name of one ingredient, from any of its names; None for anything else."""
    meaning = shipped_table().meanings.get(words(name))
    return meaning.ingredients[0] if meaning is not None and len(meaning.ingredients) == 1 else None


def _agreed(whole: _Reading, inside: list[_Reading], trade: list[_Reading]) -> tuple[str, ...]:
    """The ingredients on which text and brackets agree; nothing where they differ."""
    found = whole.ingredients
    if not found:
        found = tuple(dict.fromkeys(name for part in inside for name in part.ingredients))
    elif any(not set(part.ingredients) <= set(found) for part in inside):
        return ()
    for part in trade:
        if found and part.ingredients and set(part.ingredients) != set(found):
            return ()
        found = found or part.ingredients
    return found


def _read(parts: Sequence[str], table: IngredientTable) -> _Reading:
    reading = _Reading()
    position, after_name = 0, False
    while position < len(parts):
        token = parts[position]
        length, meaning = _longest_name(parts[position : position + _LONGEST_NAME], table)
        salt = after_name and token in SALTS and length <= 1
        if meaning is not None and not salt:
            reading.meanings.append(meaning)
            position, after_name = position + length, True
            continue
        following = after_strength(parts, position) if is_number(token) else position + 1
        if not (salt or is_number(token) or _says_nothing(token)):
            reading.unknown.append(token)
        reading.put_aside += token not in SEPARATORS
        position, after_name = following, salt
    return reading


def _longest_name(parts: Sequence[str], table: IngredientTable) -> tuple[int, Meaning | None]:
    for length in range(len(parts), 0, -1):
        spelled = tuple(part for part in parts[:length] if part != ",")
        meaning = table.meanings.get(spelled) if parts[length - 1] != "," else None
        if meaning is not None:
            return length, meaning
    return 0, None


def _says_nothing(token: str) -> bool:
    return token in SEPARATORS or token in FORMS or token == "%"  # noqa: S105 - a percent sign


def _how(parts: Sequence[_Reading]) -> How:
    meanings = [meaning for part in parts for meaning in part.meanings]
    if any(meaning.trade_name for meaning in meanings):
        return How.BRAND
    if len(meanings) == 1 and not any(part.put_aside for part in parts):
        return How.EXACT
    return How.NORMALISED


def _suggestions(
    unknown: Sequence[str], recognised: Sequence[str], table: IngredientTable
) -> tuple[str, ...]:
    alike: dict[str, None] = {}
    for written in dict.fromkeys((" ".join(unknown[:_LONGEST_NAME]), *unknown[:_LOOKED_UP])):
        if 2 < len(written) <= _LONGEST_WORD:
            alike.update(dict.fromkeys(_alike(written, table.spellings)))
    alike.update(dict.fromkeys(recognised))
    return tuple(alike)[: 2 * _SUGGESTIONS]


@lru_cache(maxsize=1024)  # ten milliseconds a word, and a list with an unknown name is judged again and again
def _alike(written: str, spellings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(get_close_matches(written, spellings, _SUGGESTIONS, _ALIKE))
