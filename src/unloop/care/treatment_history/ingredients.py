"""The shipped table of medicines: names, trade names, classes, and benzodiazepines held against diazepam."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from unloop.care.treatment_history.spelling import words
from unloop.quantity.refusal import InputRefused

_FILE = "ingredients.toml"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance.

    Attributes:
        name: the international name, in lower case.
        also: other names of the same substance, national ones and long-used salts.
        brands: trade names of products that hold this substance alone.
        classes: what it is and does, as far as it matters beside ketamine; keys of the table's classes.
    """

    name: str
    also: tuple[str, ...]
    brands: tuple[str, ...]
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: one substance, or all those of a fixed combination."""

    ingredients: tuple[str, ...]
    trade_name: bool


@dataclass(frozen=True, slots=True)
class Equivalent:
    """How many milligrams by mouth one source holds equal to 10 mg of diazepam."""

    source: str
    low_mg: float
    high_mg: float


@dataclass(frozen=True, slots=True)
class DiazepamRange:
    """A daily dose as milligrams of diazepam, across the sources, which differ.

    Attributes:
        low_mg, high_mg: the smallest and the largest figure that a source gives.
        sources: their ids in the table.
    """

    low_mg: float
    high_mg: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IngredientTable:
    """Everything the table knows.

    Attributes:
        ingredients: by name.
        classes: class -> what it means, in a few words.
        meanings: the words of every name, trade name and combination -> what it stands for.
        spellings: the same names as plain text, for suggestions.
        equivalents: ingredient -> what equals 10 mg of diazepam, source by source.
        sources: id -> citation.
    """

    ingredients: Mapping[str, Ingredient]
    classes: Mapping[str, str]
    meanings: Mapping[tuple[str, ...], Meaning]
    spellings: tuple[str, ...]
    equivalents: Mapping[str, tuple[Equivalent, ...]]
    sources: Mapping[str, str]

    def classes_of(self, ingredients: tuple[str, ...]) -> frozenset[str]:
        """The classes of all these ingredients together."""
        return frozenset(name for one in ingredients for name in self.ingredients[one].classes)

    def diazepam(self, ingredient: str, mg_per_day: float) -> DiazepamRange | None:
        """A daily dose by mouth as diazepam; None where no source compares this ingredient.

        Raises:
            InputRefused: a dose below zero or not a number.
        """
        if not 0 <= mg_per_day < 1e5:
            raise InputRefused(
                "mg a day", given=mg_per_day, allowed="0 mg or more", mend="give the daily dose in milligrams"
            )
        found = self.equivalents.get(ingredient)
        if not found:
            return None
        return DiazepamRange(
            low_mg=10 * mg_per_day / max(one.high_mg for one in found),
            high_mg=10 * mg_per_day / min(one.low_mg for one in found),
            sources=tuple(one.source for one in found),
        )


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _IngredientPart(_Part):
    also: list[str] = []
    brands: list[str] = []
    classes: list[str]


class _ClassPart(_Part):
    label: str
    seen: Literal["secondary", "memory"] = "memory"
    source: str | None = None


class _Document(_Part):
    sources: dict[str, str]
    classes: dict[str, _ClassPart]
    ingredients: dict[str, _IngredientPart]
    products: dict[str, list[str]]
    equal_to_10_mg_diazepam: dict[str, dict[str, list[float]]]


def read_table(text: str) -> IngredientTable:
    """Read a table from TOML.

    Raises:
        InputRefused: unknown keys, classes, ingredients or sources, or one name for two things.
    """
    try:
        document = _Document.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise _refused("a table that does not read", "the keys named at its head", str(error)) from None
    _check_references(document)
    ingredients = {
        name: Ingredient(name, tuple(part.also), tuple(part.brands), frozenset(part.classes))
        for name, part in document.ingredients.items()
    }
    meanings = _meanings(ingredients, document.products)
    return IngredientTable(
        ingredients=ingredients,
        classes={name: part.label for name, part in document.classes.items()},
        meanings=meanings,
        spellings=tuple(" ".join(key) for key in meanings),
        equivalents={
            name: tuple(Equivalent(source, low, high) for source, (low, high) in by_source.items())
            for name, by_source in document.equal_to_10_mg_diazepam.items()
        },
        sources=document.sources,
    )


@cache
def shipped_table() -> IngredientTable:
    """The table that ships with Unloop."""
    return read_table(resources.files("unloop.care.treatment_history").joinpath(_FILE).read_text("utf-8"))


def _meanings(
    ingredients: Mapping[str, Ingredient], products: Mapping[str, list[str]]
) -> Mapping[tuple[str, ...], Meaning]:
    found: dict[tuple[str, ...], Meaning] = {}

    def add(name: str, meaning: Meaning) -> None:
        key = words(name)
        if not key or key in found:
            raise _refused(f"the name {name!r} twice", "each name once", "keep one of the two")
        found[key] = meaning

    for one in ingredients.values():
        for name in (one.name, *one.also):
            add(name, Meaning((one.name,), trade_name=False))
        for brand in one.brands:
            add(brand, Meaning((one.name,), trade_name=True))
    for product, parts in products.items():
        add(product, Meaning(tuple(parts), trade_name=True))
    return found


def _check_references(document: _Document) -> None:
    _check_known({name for part in document.ingredients.values() for name in part.classes}, document.classes)
    _check_known({name for parts in document.products.values() for name in parts}, document.ingredients)
    _check_known(document.equal_to_10_mg_diazepam, document.ingredients)
    _check_known({part.source for part in document.classes.values() if part.source}, document.sources)
    for by_source in document.equal_to_10_mg_diazepam.values():
        _check_known(by_source, document.sources)
        if not all(len(pair) == 2 and 0 < pair[0] <= pair[1] for pair in by_source.values()):
            raise _refused("an equivalent", "[lowest, highest] above zero", "write both ends of the range")


def _check_known(named: set[str] | Mapping[str, object], known: Mapping[str, object]) -> None:
    stray = sorted(set(named) - set(known))
    if stray:
        raise _refused(stray[0], "what the table defines", "define it or correct the spelling")


def _refused(given: str, allowed: str, mend: str) -> InputRefused:
    return InputRefused(f"table of medicines ({_FILE})", given=given, allowed=allowed, mend=mend)
