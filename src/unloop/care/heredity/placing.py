"""A tree from a list of relatives by what they are to the proband, as questionnaires and records give them.

Whoever is needed in between and was not named is put in as a person of whom nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from unloop.care.heredity.family import FamilySex, FamilyTree, Relative
from unloop.quantity.refusal import InputRefused


class Kin(StrEnum):
    """What a relative is to the proband; the sex stands with the relative."""

    MOTHER = "mother"
    FATHER = "father"
    CHILD = "child"
    SIBLING = "sibling"
    IDENTICAL_TWIN = "identical twin"
    FRATERNAL_TWIN = "fraternal twin"
    TWIN = "twin"
    HALF_SIBLING = "half-sibling"
    MATERNAL_GRANDMOTHER = "maternal grandmother"
    MATERNAL_GRANDFATHER = "maternal grandfather"
    PATERNAL_GRANDMOTHER = "paternal grandmother"
    PATERNAL_GRANDFATHER = "paternal grandfather"
    MATERNAL_AUNT_OR_UNCLE = "maternal aunt or uncle"
    PATERNAL_AUNT_OR_UNCLE = "paternal aunt or uncle"
    MATERNAL_COUSIN = "maternal cousin"
    PATERNAL_COUSIN = "paternal cousin"
    NIECE_OR_NEPHEW = "niece or nephew"
    GRANDCHILD = "grandchild"


@dataclass(frozen=True, slots=True)
class Placed:
    """A relative without parents of the record's own, and what the relative is to the proband."""

    kin: Kin
    person: Relative


_FIXED = {
    Kin.MOTHER: "mother",
    Kin.FATHER: "father",
    Kin.MATERNAL_GRANDMOTHER: "maternal-grandmother",
    Kin.MATERNAL_GRANDFATHER: "maternal-grandfather",
    Kin.PATERNAL_GRANDMOTHER: "paternal-grandmother",
    Kin.PATERNAL_GRANDFATHER: "paternal-grandfather",
}
_PARENTS = {
    "proband": ("mother", "father"),
    "mother": ("maternal-grandmother", "maternal-grandfather"),
    "father": ("paternal-grandmother", "paternal-grandfather"),
}

_BESIDE = {
    Kin.SIBLING: "proband",
    **dict.fromkeys((Kin.IDENTICAL_TWIN, Kin.FRATERNAL_TWIN, Kin.TWIN), "proband"),
    Kin.MATERNAL_AUNT_OR_UNCLE: "mother",
    Kin.PATERNAL_AUNT_OR_UNCLE: "father",
}
_BELOW_ONE_BESIDE = {
    Kin.NIECE_OR_NEPHEW: "proband",
    Kin.MATERNAL_COUSIN: "mother",
    Kin.PATERNAL_COUSIN: "father",
}


def place(proband: Relative, relatives: Iterable[Placed]) -> FamilyTree:
    """The tree. Half-siblings share the mother, since the word does not say which parent (the page says so).

    Raises:
        InputRefused: two mothers, fathers or grandparents of one side, or what no family can be.
    """
    board = _Board(replace(proband, id="proband"))
    for one in relatives:
        board.put(one)
    return board.tree()


@dataclass(slots=True)
class _Board:
    proband: Relative
    named: dict[str, Relative] = field(default_factory=dict)
    others: list[Relative] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)

    def put(self, placed: Placed) -> None:
        fixed = _FIXED.get(placed.kin)
        if fixed is not None:
            if fixed in self.named:
                raise InputRefused(
                    "relatives",
                    given=f"a second {placed.kin.value}",
                    allowed="one",
                    mend="remove one, or say what the second is to the person",
                )
            self.named[fixed] = replace(placed.person, id=fixed)
            return
        number = len(self.others) + 1
        person = replace(placed.person, id=f"relative-{number}")
        self.others.append(self.with_parents(person, placed.kin, number))

    def with_parents(self, person: Relative, kin: Kin, number: int) -> Relative:
        """The relative with parents from the tree, or from somebody put in between."""
        if kin in _BESIDE:
            beside = self.child_of(person, _BESIDE[kin])
            return _born_with_proband(beside, kin)
        if kin in _BELOW_ONE_BESIDE:
            between = self.child_of(Relative(f"between-{number}"), _BELOW_ONE_BESIDE[kin])
            return self.below(person, self.between(between))
        if kin is Kin.HALF_SIBLING:
            self.needed.add("mother")
            return replace(person, mother="mother")
        if kin is Kin.GRANDCHILD:
            return self.below(person, self.between(self.below(Relative(f"between-{number}"), self.proband)))
        return self.below(person, self.proband)

    def child_of(self, person: Relative, sibling: str) -> Relative:
        """A full brother or sister of proband, mother or father; that one's parents are then needed."""
        mother, father = _PARENTS[sibling]
        self.needed |= {sibling, mother, father}
        return replace(person, mother=mother, father=father)

    def below(self, person: Relative, parent: Relative) -> Relative:
        if parent.sex is FamilySex.MALE:
            return replace(person, father=parent.id)
        return replace(person, mother=parent.id)

    def between(self, person: Relative) -> Relative:
        self.others.append(person)
        return person

    def tree(self) -> FamilyTree:
        """Everybody named or needed, with the parents that stand in the tree."""
        for side in ("mother", "father"):
            if set(_PARENTS[side]) & (self.needed | set(self.named)):
                self.needed.add(side)
        here = self.needed | set(self.named)
        people = [
            self.proband if one == "proband" else self.standing(one)
            for one in _ORDER
            if one in here | {"proband"}
        ]
        linked = [
            replace(
                one,
                mother=_PARENTS[one.id][0] if _PARENTS[one.id][0] in here else None,
                father=_PARENTS[one.id][1] if _PARENTS[one.id][1] in here else None,
            )
            if one.id in _PARENTS
            else one
            for one in people
        ]
        return FamilyTree("proband", (*linked, *self.others))

    def standing(self, one: str) -> Relative:
        sex = FamilySex.FEMALE if one.endswith("mother") else FamilySex.MALE
        return replace(self.named.get(one, Relative(one)), sex=sex)


def _born_with_proband(person: Relative, kin: Kin) -> Relative:
    """The relative as a twin, where the word says so."""
    match kin:
        case Kin.IDENTICAL_TWIN:
            return replace(person, twin="proband")
        case Kin.FRATERNAL_TWIN:
            return replace(person, fraternal_twin="proband")
        case Kin.TWIN:
            return replace(person, unsure_twin="proband")
        case _:
            return person


_ORDER = ("proband", *_FIXED.values())
