"""In which order a generation stands from left to right: the father's family, the person, the mother's family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from unloop.care.heredity.family import FamilyTree
from unloop.care.heredity.unions import Union


def order_rows(
    tree: FamilyTree, unions: Sequence[Union], row: Mapping[str, int]
) -> tuple[tuple[str, ...], ...]:
    """Everybody by generation, the eldest first, from left to right.

    Partners stand beside each other and brothers and sisters together wherever a flat drawing allows it.
    """
    walk = _Walk(tree, unions)
    walk.clan(tree.proband)
    for one in tree.people:
        walk.clan(one.id)
    rows: list[list[str]] = [[] for _ in range(max(row.values()) + 1)]
    for met in walk.met:
        rows[row[met]].append(met)
    return tuple(tuple(one) for one in rows)


@dataclass(frozen=True, slots=True)
class _Above:
    """That somebody is a parent, and with whom."""

    partner: str | None


@dataclass(slots=True)
class _Walk:
    tree: FamilyTree
    unions: Sequence[Union]
    met: dict[str, None] = field(default_factory=dict)
    climbed: set[str] = field(default_factory=set)

    def clan(self, person: str, *, last: bool = True, above: _Above | None = None) -> None:
        """Everybody above and beside a person, who stands at the right or the left end of the brothers and sisters.

        Args:
            above: given for a parent, whose children with this partner are somebody else's to place.
        """
        if person in self.climbed:
            return
        self.climbed.add(person)
        union = self.above(person)
        father, mother = self.pair(union)
        if father is not None:
            self.clan(father, above=_Above(mother))
        if mother is not None:
            self.met.setdefault(mother)
        beside = [one for one in self.beside(union, person) if one not in self.met]
        for one in [*beside, person] if last else [person, *beside]:
            if one != person or above is None:
                self.descend(one)
            elif last:
                self.others_of(person, above)
                self.met.setdefault(person)
        if mother is not None:
            self.others_of(mother, _Above(father))
            self.clan(mother, last=False, above=_Above(father))

    def descend(self, person: str) -> None:
        """A person with partners and everybody below."""
        if person in self.met:
            return
        partners = [self.partner(union, person) for union in self.of(person)]
        left = next((one for one in partners if one is not None), None) if len(partners) > 1 else None
        if left is not None:
            self.met.setdefault(left)
        self.met[person] = None
        for one in partners:
            if one is not None:
                self.met.setdefault(one)
        for union in self.of(person):
            for child in self.twins_together(union.below):
                self.descend(child)

    def others_of(self, person: str, above: _Above) -> None:
        """The further partners of a parent, with the half-brothers and half-sisters."""
        for union in self.of(person):
            other = self.partner(union, person)
            if other is None or other == above.partner:
                continue
            self.met.setdefault(other)
            for child in self.twins_together(union.below):
                self.descend(child)

    def above(self, person: str) -> Union | None:
        """The couple that begot a person, else the one that brought the person up."""
        born = next((one for one in self.unions if person in one.children), None)
        return born or next((one for one in self.unions if person in one.adopted), None)

    def pair(self, union: Union | None) -> tuple[str | None, str | None]:
        """The left and the right one of a couple; a single parent stands on the left."""
        adults = () if union is None else union.adults
        return (adults[0] if adults else None, adults[1] if len(adults) > 1 else None)

    def of(self, person: str) -> list[Union]:
        return [union for union in self.unions if person in union.adults]

    def partner(self, union: Union, person: str) -> str | None:
        return next((one for one in union.adults if one != person), None)

    def beside(self, union: Union | None, person: str) -> list[str]:
        """Brothers and sisters, a twin nearest."""
        below = [] if union is None else self.twins_together(union.below)
        twins = self.twins(person)
        return [
            *(one for one in below if one not in twins),
            *(one for one in below if one in twins - {person}),
        ]

    def twins_together(self, people: Iterable[str]) -> list[str]:
        """The same people with twins beside each other."""
        listed = list(people)
        seen: dict[str, None] = {}
        for one in listed:
            twins = self.twins(one)
            seen |= dict.fromkeys([one, *(other for other in listed if other in twins)])
        return list(seen)

    def twins(self, person: str) -> set[str]:
        """Everybody born with a person, the person included."""
        return twins_with(self.tree, person)


def twins_with(tree: FamilyTree, person: str) -> set[str]:
    """Everybody born with a person, identical or not, the person included."""
    pairs = [(one.id, other) for one in tree.people for other in (one.twin, one.fraternal_twin) if other]
    found = {person}
    while near := {end for pair in pairs if found & set(pair) for end in pair} - found:
        found |= near
    return found
