"""The pedigree as plain shapes for a template: squares, circles, diamonds, stripes for what is known, and lines."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

from unloop.care.heredity import (
    FamilyCondition,
    FamilySex,
    FamilyTree,
    Relative,
    Status,
    Symbol,
    draw_pedigree,
)
from unloop.care.heredity.pedigree import HALF, LABEL_FROM, LINE_HEIGHT
from unloop.clinic.consulting_room.family_words import CONDITIONS, LETTERS, label

OCD = "ocd"
_SHAPES = {FamilySex.MALE: "square", FamilySex.FEMALE: "circle", FamilySex.UNKNOWN: "diamond"}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True, slots=True)
class Stripe:
    """A part of a symbol, filled with the pattern of one condition."""

    pattern: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class DrawnPerson:
    """One symbol with its signs and the words below."""

    id: str
    x: float
    y: float
    shape: str
    stripes: tuple[Stripe, ...]
    words: tuple[tuple[float, str], ...]
    spoken: str
    deceased: bool
    adopted: bool
    proband: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as the points of a polyline."""

    kind: str
    points: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of the legend; only what occurs stands in it."""

    pattern: str
    letter: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing, with the place of everybody as the table names it.

    Attributes:
        queries: where a question mark stands between twins.
        kinds: of the lines that occur, for the legend.
        arrow: proband or consultand.
    """

    width: int
    height: int
    rows: tuple[tuple[float, str], ...]
    people: tuple[DrawnPerson, ...]
    lines: tuple[DrawnLine, ...]
    legend: tuple[Sign, ...]
    queries: tuple[tuple[float, float], ...]
    kinds: frozenset[str]
    arrow: str
    places: dict[str, str]


def draw_family(tree: FamilyTree) -> Picture | None:
    """The drawing of a family; None where it has no rows, and the table alone says it."""
    laid = draw_pedigree(tree, {one.id: label(tree, one) for one in tree.people})
    if laid is None:
        return None
    return Picture(
        width=round(laid.width),
        height=round(laid.height),
        rows=tuple((y, _roman(index)) for index, y in enumerate(laid.rows)),
        people=tuple(_drawn(tree, one) for one in laid.symbols),
        lines=tuple(
            DrawnLine(one.kind.value, " ".join(f"{x:.1f},{y:.1f}" for x, y in one.points))
            for one in laid.lines
        ),
        legend=_legend(tree),
        queries=tuple((round(x, 1), round(y, 1)) for x, y in laid.queries),
        kinds=frozenset(one.kind.value for one in laid.lines),
        arrow=laid.arrow.value,
        places=_places(laid.symbols, laid.rows),
    )


def _drawn(tree: FamilyTree, symbol: Symbol) -> DrawnPerson:
    one = tree[symbol.person]
    first = LABEL_FROM + 0.8 * LINE_HEIGHT
    return DrawnPerson(
        id=one.id, x=round(symbol.x, 1), y=round(symbol.y, 1), shape=_SHAPES[one.sex], stripes=_stripes(one),
        words=tuple((round(first + LINE_HEIGHT * number, 1), text) for number, text in enumerate(symbol.label)),
        spoken=", ".join(symbol.label), deceased=one.deceased, adopted=one.adopted,
        proband=one.id == tree.proband, unknown=one.status is Status.UNKNOWN and not any(_found(one)),
    )  # fmt: skip


def _found(one: Relative) -> list[str]:
    ocd = [OCD] if one.status is Status.AFFECTED else []
    return [*ocd, *(kind.value for kind in FamilyCondition if one.has(kind))]


def _stripes(one: Relative) -> tuple[Stripe, ...]:
    found = _found(one)
    width = 2 * HALF / max(len(found), 1)
    return tuple(
        Stripe(kind, round(-HALF + width * index, 2), round(width, 2)) for index, kind in enumerate(found)
    )


def _legend(tree: FamilyTree) -> tuple[Sign, ...]:
    seen = {kind for one in tree.people for kind in _found(one)}
    ocd = [Sign(OCD, "OCD", "")] if OCD in seen else []
    return (
        *ocd, *(Sign(kind.value, LETTERS[kind], str(CONDITIONS[kind])) for kind in FamilyCondition if kind.value in seen)
    )  # fmt: skip


def _places(symbols: tuple[Symbol, ...], rows: tuple[float, ...]) -> dict[str, str]:
    """`II-3`: the generation, and the number from left to right."""
    counted: Counter[float] = Counter()
    places = {}
    for one in sorted(symbols, key=lambda one: (one.y, one.x)):
        counted[one.y] += 1
        places[one.person] = f"{_roman(rows.index(one.y))}-{counted[one.y]}"
    return places


def _roman(index: int) -> str:
    return next(itertools.islice(_ROMAN, index, None), str(index + 1))
