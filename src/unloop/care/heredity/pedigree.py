"""A family as a drawing: where every symbol, label and line stands, so that no two meet.

Generations stand in rows. Every person has a slot as wide as symbol and label, with a free lane on each side; lines run
down through lanes, across between the rows, and nowhere else. So a line touches no symbol but those it joins, whatever
the family. Symbols as in the field's recommendation (Bennett 2008, doi 10.1007/s10897-008-9169-9; 2022, doi
10.1002/jgc4.1621), read where others repeat it; docs/heredity.md says where the drawing departs. Men on the left and the
eldest first stand so unless more lines would cross than in the order entered. How all looks is for the page.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unloop.care.heredity.crossing import crossings
from unloop.care.heredity.family import FamilyTree, Status
from unloop.care.heredity.ordering import Custom, order_rows
from unloop.care.heredity.siblings import TwinKind, born_together, twin_kind
from unloop.care.heredity.spacing import Slot, spread
from unloop.care.heredity.unions import Union, generations_of, unions_of

HALF = 20.0
"""From the middle of a symbol to its edge."""
REACH = 27.0
"""From the middle to the end of slash and brackets."""
LINE_HEIGHT = 16.0
LETTER = 7.6
"""Width of an average letter of a label at 13 px, on the wide side."""
LABEL_FROM = 29.0
_LANE, _PORT = 10.0, 6.0
_BAND, _ABOVE, _TWIN = 14.0, 18.0, 26.0
_ASIDE, _STRAIGHT = 8.0, 4.0
_MARGIN_LEFT, _MARGIN = 44.0, 12.0
ARROW = 64.0
"""From the middle of who the tree was drawn for to the left end of the arrow and of the P beside it."""
_CUSTOMS = (Custom.MAN_LEFT | Custom.ELDEST_LEFT, Custom.MAN_LEFT, Custom.ELDEST_LEFT, Custom.NONE)
Point = tuple[float, float]


class Arrow(StrEnum):
    """What the arrow at the person for whom the tree was drawn says."""

    PROBAND = "proband"
    CONSULTAND = "consultand"


def arrow_of(tree: FamilyTree) -> Arrow:
    """Proband, with a P, who has or had OCD; consultand, with an arrow alone, who seeks advice and is not known to."""
    ill = tree[tree.proband].status is Status.AFFECTED
    return Arrow.PROBAND if ill else Arrow.CONSULTAND


class LineKind(StrEnum):
    """What a line says; that of a couple related by blood is drawn double."""

    COUPLE = "couple"
    RELATED = "related"
    DESCENT = "descent"
    ADOPTION = "adoption"
    IDENTICAL = "identical"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One person: the middle of the symbol, and the lines of text below it."""

    person: str
    x: float
    y: float
    label: tuple[str, ...]

    @property
    def label_width(self) -> float:
        """The width of the room that the label takes."""
        return max((len(one) for one in self.label), default=0) * LETTER


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; it joins the symbols of these people and touches no other."""

    kind: LineKind
    points: tuple[Point, ...]
    joins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pedigree:
    """The whole drawing, y growing downwards.

    Attributes:
        rows: the y of each generation, the eldest first.
        queries: the middle of each question mark between twins of whom nobody knows whether they are identical.
        arrow: what the arrow at the person says.
    """

    width: float
    height: float
    rows: tuple[float, ...]
    symbols: tuple[Symbol, ...]
    lines: tuple[Line, ...]
    queries: tuple[Point, ...]
    arrow: Arrow


def draw_pedigree(tree: FamilyTree, labels: Mapping[str, tuple[str, ...]]) -> Pedigree | None:
    """Lay a family out.

    Args:
        tree: whom.
        labels: the lines of text below each symbol, by id.

    Returns:
        The drawing; None for a family that has no rows, since somebody had a child with their own descendant.
    """
    unions = unions_of(tree)
    row = generations_of(tree, unions)
    if row is None:
        return None
    best: tuple[int, Pedigree] | None = None
    for custom in _CUSTOMS:
        order = order_rows(tree, unions, row, custom=custom)
        drawn = _Drawing(tree, labels, unions=unions, row=row, order=order).pedigree()
        crossed = crossings(line.points for line in drawn.lines)
        if best is None or crossed < best[0]:
            best = crossed, drawn
        if crossed == 0:
            break
    return None if best is None else best[1]


class _Drawing:
    def __init__(
        self,
        tree: FamilyTree,
        labels: Mapping[str, tuple[str, ...]],
        *,
        unions: Sequence[Union],
        row: Mapping[str, int],
        order: Sequence[Sequence[str]],
    ) -> None:
        self.tree, self.unions, self.labels = tree, unions, labels
        self.row: dict[str, int] = dict(row)
        self.rows = [list(one) for one in order]
        self.passing = self._pass_through()
        self.ports = self._ports()
        self.x = spread(self.rows, self._slots(), self._ties())
        self.down: dict[int, float] = {}
        self.ys = _Levels([], {}, {})
        self.lines: list[Line] = []
        self.queries: list[Point] = []

    def _pass_through(self) -> dict[tuple[int, str], list[str]]:
        """Free slots in the rows that a line to a child further down runs through, by union and child."""
        passing: dict[tuple[int, str], list[str]] = {}
        for number, union in enumerate(self.unions):
            for child in union.below:
                between = range(self.row[union.adults[0]] + 1, self.row[child])
                names = [f"\0{number}-{child}-{level}" for level in between]
                for level, name in zip(between, names, strict=True):
                    self.rows[level].append(name)
                    self.row[name] = level
                passing[number, child] = names
        return passing

    def _adjacent(self, union: Union) -> bool:
        if len(union.adults) < 2:
            return False
        here = self.rows[self.row[union.adults[0]]]
        return abs(here.index(union.adults[0]) - here.index(union.adults[1])) == 1

    def _ports(self) -> dict[str, list[int]]:
        """Where a union's line leaves a person to the right and down: by person, the unions that need it."""
        ports: dict[str, list[int]] = {}
        for number, union in enumerate(self.unions):
            if not self._adjacent(union):
                for one in union.adults:
                    ports.setdefault(one, []).append(number)
        return ports

    def _slots(self) -> dict[str, Slot]:
        slots = {name: Slot(self._left(name) + _LANE, self._right(name)) for row in self.rows for name in row}
        for union in self.unions:
            if union.below and self._adjacent(union):
                row = self.rows[self.row[union.adults[0]]]
                one, other = sorted(union.adults, key=row.index)
                free = max(self._right(one) - _LANE, self._left(other)) + 2.0
                room = max(slots[one].right, 2.0 * free - slots[other].left)
                slots[one] = Slot(slots[one].left, room)
        return slots

    def _left(self, name: str) -> float:
        """From the middle of a slot to the left edge of what stands in it."""
        return max(self._half(name), ARROW) if name == self.tree.proband else self._half(name)

    def _half(self, name: str) -> float:
        """Half the width of symbol and label."""
        if name not in self.labels:
            return 0.0
        return max(REACH, max((len(one) for one in self.labels[name]), default=0) * LETTER / 2)

    def _right(self, name: str) -> float:
        ports = len(self.ports.get(name, ()))
        return self._half(name) + _LANE + _PORT * (ports + 1 if ports else 0)

    def _ties(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Couples and what stands below them one row further down, which want to stand in the middle of each other."""
        return [
            (union.adults, tuple(self._next(number, child) for child in union.below))
            for number, union in enumerate(self.unions)
        ]

    def _next(self, number: int, child: str) -> str:
        return next(iter(self.passing[number, child]), child)

    def pedigree(self) -> Pedigree:
        shift = _MARGIN_LEFT - min(self.x[one] - self._left(one) for row in self.rows for one in row)
        self.x = {name: x + shift for name, x in self.x.items()}
        self.down = self._down()
        self.ys = self._levels()
        for number, union in enumerate(self.unions):
            self._couple(number, union)
            self._descent(number, union)
        symbols = tuple(
            Symbol(one.id, self.x[one.id], self.ys.rows[self.row[one.id]], self.labels[one.id])
            for one in self.tree.people
        )
        width = max(self.x[one] + self._right(one) for row in self.rows for one in row) + _MARGIN
        return Pedigree(
            width, self.ys.bottom + _MARGIN, tuple(self.ys.rows), symbols, tuple(self.lines), tuple(self.queries),
            arrow_of(self.tree),
        )  # fmt: skip

    def _port_x(self, person: str, number: int) -> float:
        return self.x[person] + self._half(person) + 5.0 + _PORT * self.ports[person].index(number)

    def _down(self) -> dict[int, float]:
        """The x at which each union's line goes down."""
        found = {}
        for number, union in enumerate(self.unions):
            if self._adjacent(union):
                found[number] = (self.x[union.adults[0]] + self.x[union.adults[1]]) / 2
            else:
                aside = 0.0 if len(union.adults) == 1 else _PORT / 2
                found[number] = self._port_x(union.adults[0], number) + aside
        return found

    def _tops(self, number: int) -> list[tuple[float, tuple[str, ...]]]:
        """Where the line of brothers and sisters has to reach, and for whom: twins share one place."""
        union = self.unions[number]
        groups: list[tuple[str, ...]] = []
        for born in born_together(self.tree, union.below):
            beside = tuple(one for one in born if not self.passing[number, one])
            groups += [beside] if beside else []
            groups += [(one,) for one in born if self.passing[number, one]]
        return [(self._top(number, group), group) for group in groups]

    def _top(self, number: int, group: tuple[str, ...]) -> float:
        places = [self.x[self._next(number, one)] for one in group]
        twice = sum(group[0] in union.below for union in self.unions) > 1
        aside = _ASIDE if group[0] in self.unions[number].adopted else -_ASIDE
        middle = sum(places) / len(places) + (aside if twice else 0.0)
        return self.down[number] if abs(middle - self.down[number]) < _STRAIGHT else middle

    def _levels(self) -> _Levels:
        levels, y = _Levels([], {}, {}), _MARGIN + REACH
        for level, people in enumerate(self.rows):
            levels.rows.append(y)
            lines = max((len(self.labels[one]) for one in people if one in self.labels), default=0)
            y += LABEL_FROM + LINE_HEIGHT * lines + _ABOVE
            here = [number for number, union in enumerate(self.unions) if self.row[union.adults[0]] == level]
            y = _tracks(levels.couples, {n: self._across(n) for n in here if n in self._apart()}, y)
            y = _tracks(levels.siblings, {n: self._span(n) for n in here if self.unions[n].below}, y)
            levels.bottom = y
            y += _TWIN + REACH + 8.0
        return levels

    def _apart(self) -> set[int]:
        return {n for n, one in enumerate(self.unions) if len(one.adults) == 2 and not self._adjacent(one)}

    def _across(self, number: int) -> tuple[float, float]:
        ends = [self._port_x(one, number) for one in self.unions[number].adults]
        return min(ends), max(*ends, ends[0] + _PORT)

    def _span(self, number: int) -> tuple[float, float]:
        reached = [self.down[number], *(x for x, _ in self._tops(number))]
        return min(reached), max(reached)

    def _couple(self, number: int, union: Union) -> None:
        y = self.ys.rows[self.row[union.adults[0]]]
        if self._adjacent(union):
            ends = tuple((self.x[one], y) for one in union.adults)
            self._line(LineKind.RELATED if union.related else LineKind.COUPLE, ends, union.adults)
            if union.below:
                below = self.ys.siblings[number]
                self._line(
                    LineKind.DESCENT, ((self.down[number], y), (self.down[number], below)), union.adults
                )
            return
        corners = []
        for adult in union.adults:
            side = y + 4.0 * (1 + self.ports[adult].index(number) % 5)
            corners.append(((self.x[adult], side), (self._port_x(adult, number), side)))
        if len(corners) == 2:
            track = self.ys.couples[number]
            one_end, other_end = corners
            path = (*one_end, (one_end[1][0], track), (other_end[1][0], track), *reversed(other_end))
            self._line(LineKind.RELATED if union.related else LineKind.COUPLE, path, union.adults)
            if union.below:
                x = self.down[number]
                self._line(LineKind.DESCENT, ((x, track), (x, self.ys.siblings[number])), union.adults)
        elif union.below:
            only = corners[0]
            self._line(LineKind.DESCENT, (*only, (only[1][0], self.ys.siblings[number])), union.adults)

    def _descent(self, number: int, union: Union) -> None:
        if not union.below:
            return
        track = self.ys.siblings[number]
        left, right = self._span(number)
        self._line(LineKind.DESCENT, ((left, track), (right, track)), ())
        for x, group in self._tops(number):
            if len(group) > 1:
                self._twins(x, group, track)
                continue
            for child in group:
                kind = LineKind.ADOPTION if child in union.adopted else LineKind.DESCENT
                self._line(kind, self._path(number, child, (x, track)), group)

    def _path(self, number: int, child: str, start: Point) -> tuple[Point, ...]:
        """Straight down, or through free slots where the child stands more than one row below."""
        path, x = [start], start[0]
        for name in (*self.passing[number, child], child):
            end = self.ys.rows[self.row[name]]
            if name != child or self.passing[number, child]:
                turn = end - REACH - 10.0
                path += [(x, turn), (self.x[name], turn)]
                x = self.x[name]
            path.append((x, end if name == child else end + LABEL_FROM))
        return tuple(path)

    def _twins(self, x: float, group: tuple[str, ...], track: float) -> None:
        y = self.ys.rows[self.row[group[0]]]
        start, end = y - REACH - _TWIN + 2.0, y - REACH - 3.0
        self._line(LineKind.DESCENT, ((x, track), (x, start)), ())
        for one in group:
            self._line(LineKind.DESCENT, ((x, start), (self.x[one], end), (self.x[one], y)), (one,))
        middle = (start + end) / 2
        for one, other in itertools.pairwise(sorted(group, key=self.x.__getitem__)):
            ends = ((x + self.x[one]) / 2, middle), ((x + self.x[other]) / 2, middle)
            match twin_kind(self.tree, one, other):
                case TwinKind.IDENTICAL:
                    self._line(LineKind.IDENTICAL, ends, (one, other))
                case TwinKind.UNKNOWN:
                    self.queries.append(((ends[0][0] + ends[1][0]) / 2, (middle + end) / 2))
                case TwinKind.FRATERNAL | None:
                    pass

    def _line(self, kind: LineKind, points: Sequence[Point], joins: Sequence[str]) -> None:
        self.lines.append(Line(kind, tuple(points), frozenset(joins)))


@dataclass(slots=True)
class _Levels:
    """The y of rows, and of the lines across between them, by union."""

    rows: list[float]
    couples: dict[int, float]
    siblings: dict[int, float]
    bottom: float = 0.0


def _tracks(levels: dict[int, float], spans: Mapping[int, tuple[float, float]], y: float) -> float:
    """Give every span a height of its own among those that it would touch; returns where the next may begin."""
    tracks: list[float] = []
    for number, (left, right) in sorted(spans.items(), key=lambda one: one[1]):
        free = next((place for place, end in enumerate(tracks) if end + _PORT < left), len(tracks))
        tracks[free:] = [*([right] if free == len(tracks) else [right, *tracks[free + 1 :]])]
        levels[number] = y + _BAND * free
    return y + _BAND * len(tracks)
