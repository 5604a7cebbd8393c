"""Brothers and sisters from left to right: those born together beside each other, the eldest first where ages are known."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from enum import StrEnum

from unloop.care.heredity.family import FamilyTree

_MOST_ARRANGED = 4
"""People born together up to which every order is tried."""


class TwinKind(StrEnum):
    """What is known of two who were born together."""

    IDENTICAL = "identical"
    FRATERNAL = "fraternal"
    UNKNOWN = "unknown"


def twin_kind(tree: FamilyTree, one: str, other: str) -> TwinKind | None:
    """What joins two people; None where nobody said that they were born together, other than through a third."""
    if other in tree.twins_of(one):
        return TwinKind.IDENTICAL
    ours, theirs = tree.twins_of(one), tree.twins_of(other)
    for kind in (TwinKind.FRATERNAL, TwinKind.UNKNOWN):
        if any(_linked(tree, a, kind) == b or _linked(tree, b, kind) == a for a in ours for b in theirs):
            return kind
    return None


def twins_with(tree: FamilyTree, person: str) -> set[str]:
    """Everybody born with a person, of whatever kind, the person included."""
    pairs = [
        (one.id, other) for one in tree.people for other in (one.twin, one.fraternal_twin, one.unsure_twin) if other
    ]  # fmt: skip
    found = {person}
    while near := {end for pair in pairs if found & set(pair) for end in pair} - found:
        found |= near
    return found


def born_together(tree: FamilyTree, people: Iterable[str]) -> list[list[str]]:
    """The same people in groups of one birth, in the order given."""
    listed = list(people)
    groups: list[list[str]] = []
    for one in listed:
        if not any(one in group for group in groups):
            twins = twins_with(tree, one)
            groups.append([one, *(other for other in listed if other in twins and other != one)])
    return groups


def arranged(tree: FamilyTree, group: Sequence[str], *, end: str | None = None) -> list[str]:
    """Those born together so that identical ones stand beside each other, then those of whom nobody knows.

    Args:
        end: who has to stand last.
    """
    if not 2 < len(group) <= _MOST_ARRANGED:
        return [*(one for one in group if one != end), *(one for one in group if one == end)]
    orders = [list(one) for one in itertools.permutations(group) if end is None or one[-1] == end]
    return max(orders, key=lambda order: _nearness(tree, order))


def eldest_first(tree: FamilyTree, groups: Sequence[list[str]]) -> list[list[str]]:
    """Groups of one birth by age; of whom no age can be compared stays in the place given.

    Ages compare only between the living: the age of who died says nothing about who came first.
    """
    known = {id(group): age for group in groups if (age := _age(tree, group)) is not None}
    by_age = iter(sorted((group for group in groups if id(group) in known), key=lambda one: -known[id(one)]))
    return [next(by_age) if id(group) in known else group for group in groups]


def _age(tree: FamilyTree, group: Iterable[str]) -> float | None:
    people = [tree[one] for one in group]
    return next((one.age for one in people if one.age is not None and not one.deceased), None)


def _nearness(tree: FamilyTree, order: Sequence[str]) -> int:
    worth = {TwinKind.IDENTICAL: len(order), TwinKind.UNKNOWN: 1}
    kinds = [twin_kind(tree, *pair) for pair in itertools.pairwise(order)]
    return sum(worth.get(kind, 0) for kind in kinds if kind is not None)


def _linked(tree: FamilyTree, person: str, kind: TwinKind) -> str | None:
    one = tree[person]
    return one.fraternal_twin if kind is TwinKind.FRATERNAL else one.unsure_twin
