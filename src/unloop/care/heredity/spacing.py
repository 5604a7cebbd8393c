"""How far apart people of a row stand: as near as possible to the middle of their parents and children, never nearer
to each other than their slots allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_ROUNDS = 16
Tie = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Slot:
    """The room to the left and to the right of a person's middle that is nobody else's."""

    left: float
    right: float


def spread(rows: Sequence[Sequence[str]], slots: Mapping[str, Slot], ties: Iterable[Tie]) -> dict[str, float]:
    """The x of everybody.

    Args:
        rows: names from left to right.
        slots: the room of each.
        ties: couples and those below them, who want to stand in the middle of each other.
    """
    row_of = {one: number for number, row in enumerate(rows) for one in row}
    above: list[list[Tie]] = [[] for _ in rows]
    below: list[list[Tie]] = [[] for _ in rows]
    for adults, children in (tie for tie in ties if tie[1]):
        above[row_of[adults[0]]].append((adults, children))
        below[row_of[children[0]]].append((children, adults))
    x: dict[str, float] = {}
    for row in rows:
        x |= _apart(row, dict.fromkeys(row, 0.0), slots)
    for _ in range(_ROUNDS):
        for upward in (False, True):
            numbers = range(len(rows))
            for number in reversed(numbers) if upward else numbers:
                moving = above[number] if upward else below[number]
                x |= _apart(rows[number], _wished(rows[number], x, moving), slots)
    return x


def _wished(row: Sequence[str], x: Mapping[str, float], moving: Iterable[Tie]) -> dict[str, float]:
    """Where a row would stand, if each of its ties had those first named in the middle of the others."""
    shifts: dict[str, list[float]] = {one: [] for one in row}
    for moved, fixed in moving:
        shift = _middle(fixed, x) - _middle(moved, x)
        for one in moved:
            shifts[one].append(shift)
    return {one: x[one] + (sum(shifts[one]) / len(shifts[one]) if shifts[one] else 0.0) for one in row}


def _middle(names: Sequence[str], x: Mapping[str, float]) -> float:
    places = [x[one] for one in names]
    return (min(places) + max(places)) / 2


def _apart(row: Sequence[str], wished: Mapping[str, float], slots: Mapping[str, Slot]) -> dict[str, float]:
    """The places nearest to those wished for, in this order and no nearer than the slots allow (pooled neighbours)."""
    offsets, offset = [], 0.0
    for index, one in enumerate(row):
        offset += slots[row[index - 1]].right + slots[one].left if index else 0.0
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for one, before in zip(row, offsets, strict=True):
        total, count = wished[one] - before, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            earlier, many = pools.pop()
            total, count = total + earlier, count + many
        pools.append((total, count))
    bases = [total / count for total, count in pools for _ in range(count)]
    return {one: base + before for one, base, before in zip(row, bases, offsets, strict=True)}
