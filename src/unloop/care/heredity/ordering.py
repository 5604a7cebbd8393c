"""In which order a generation stands from left to right: the father's family, the person, the mother's family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag

from unloop.care.heredity.family import FamilySex, FamilyTree
from unloop.care.heredity.siblings import arranged, born_together, eldest_first
from unloop.care.heredity.unions import Union


class Custom(Flag):
    """What the field's recommendation asks of the order, wherever it adds no crossing of lines."""

    NONE = 0
    MAN_LEFT = 1
    ELDEST_LEFT = 2


def order_rows(
    tree: FamilyTree, unions: Sequence[Union], row: Mapping[str, int], *, custom: Custom
) -> tuple[tuple[str, ...], ...]:
    """Everybody by generation, the eldest first, from left to right.

    Partners stand beside each other and brothers and sisters together wherever a flat drawing allows it.
    """
    walk = _Walk(tree, unions, custom)
    walk.clan(walk.root())
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
    custom: Custom
    met: dict[str, None] = field(default_factory=dict)
    climbed: set[str] = field(default_factory=set)

    def root(self) -> str:
        """Where the walk begins: with the proband, or as far above as one side alone has a family.

        Below such an ancestor nobody has to stand at an end, so that age can order all brothers and sisters.
        """
        person = self.tree.proband
        while Custom.ELDEST_LEFT in self.custom:
            up = [one for one in self.pair(self.above(person)) if one is not None and self.above(one)]
            if len(up) != 1:
                break
            person = up[0]
        return person

    def clan(self, person: str, *, last: bool = True, above: _Above | None = None) -> None:
        """Everybody above and beside a person.

        Args:
            last: whether the person stands at the right or the left end of the brothers and sisters, if at one.
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
        for one in self.sibship(union, person, last=last, inner=above is not None):
            if one != person or above is None:
                self.descend(one)
            elif last:
                self.others_of(person, above)
                self.met.setdefault(person)
        if mother is not None:
            self.others_of(mother, _Above(father))
            self.clan(mother, last=False, above=_Above(father))

    def sibship(self, union: Union | None, person: str, *, last: bool, inner: bool) -> list[str]:
        """Brothers and sisters with the person, who stands at an end where the other parent's family follows."""
        groups = [[person]] if union is None else born_together(self.tree, union.below)
        own = next(group for group in groups if person in group)
        others = [group for group in groups if group is not own]
        if Custom.ELDEST_LEFT in self.custom and not inner:
            groups = eldest_first(self.tree, [*others, own] if last else [own, *others])
            return [one for group in groups for one in arranged(self.tree, group)]
        beside = [one for group in self.in_order(others) for one in group]
        near = arranged(self.tree, own, end=person)
        return [*beside, *near] if last else [*reversed(near), *beside]

    def in_order(self, groups: Sequence[list[str]]) -> list[list[str]]:
        """Brothers and sisters, twins as one, as they stand."""
        sorted_ = eldest_first(self.tree, groups) if Custom.ELDEST_LEFT in self.custom else groups
        return [arranged(self.tree, group) for group in sorted_]

    def descend(self, person: str) -> None:
        """A person with partners and everybody below."""
        if person in self.met:
            return
        left, others = self.around(person)
        if left is not None:
            self.met.setdefault(self.partner(left, person) or person)
        self.met[person] = None
        for union in others:
            self.met.setdefault(self.partner(union, person) or person)
        for union in others if left is None else (left, *others):
            self.children(union)

    def around(self, person: str) -> tuple[Union | None, list[Union]]:
        """The union on the left of a person, and those on the right as their children's lines leave the person."""
        unions = self.of(person)
        alone = [union for union in unions if self.partner(union, person) is None]
        coupled = [union for union in unions if union not in alone]
        left = coupled[0] if len(coupled) > 1 else None
        if Custom.MAN_LEFT in self.custom and coupled:
            sexes = self.tree[person].sex, self.tree[self.partner(coupled[0], person) or person].sex
            if sexes == (FamilySex.FEMALE, FamilySex.MALE):
                left = coupled[0]
            elif sexes == (FamilySex.MALE, FamilySex.FEMALE) and left is not None:
                left = coupled[1]
        return left, [*alone, *(union for union in coupled if union is not left)]

    def children(self, union: Union) -> None:
        for group in self.in_order(born_together(self.tree, union.below)):
            for child in group:
                self.descend(child)

    def others_of(self, person: str, above: _Above) -> None:
        """The further partners of a parent, with the half-brothers and half-sisters."""
        for union in self.of(person):
            other = self.partner(union, person)
            if other == above.partner:
                continue
            if other is not None:
                self.met.setdefault(other)
            self.children(union)

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
