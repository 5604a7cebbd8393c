"""Adding a relative to a tree, changing what is known, and taking somebody out: every verb gives a new tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from unloop.care.heredity.family import FamilySex, FamilyTree, Relative
from unloop.care.heredity.unions import partners_of
from unloop.quantity.refusal import InputRefused


class Step(StrEnum):
    """What somebody new is to somebody who stands in the tree; any family is reached by such steps."""

    MOTHER = "mother"
    FATHER = "father"
    SIBLING = "sibling"
    HALF_SIBLING_BY_MOTHER = "half-sibling by the mother"
    HALF_SIBLING_BY_FATHER = "half-sibling by the father"
    IDENTICAL_TWIN = "identical twin"
    FRATERNAL_TWIN = "fraternal twin"
    TWIN = "twin"
    CHILD = "child"
    PARTNER = "partner"


def add(
    tree: FamilyTree, step: Step, known: Relative, *, of: str, with_partner: str | None = None
) -> FamilyTree:
    """The tree with one more person; a parent through whom two are joined is put in where nobody stands yet.

    Args:
        step, of: what the new person is, and to whom.
        known: what is known of the new person. The id is given here, and the links are made here; somebody adopted is
            joined to those who brought the person up.
        with_partner: of a child, the other parent.

    Raises:
        InputRefused: nobody is called so, or the place is taken, or it would be no family.
    """
    grown = _Grown(tree)
    grown.find(of)
    person = replace(known, id=grown.new_id())
    match step:
        case Step.MOTHER | Step.FATHER:
            grown.put_parent(step, of, person)
        case Step.CHILD:
            grown.put_child(of, person, with_partner)
        case Step.PARTNER:
            grown.people[person.id] = replace(person, partner_of=of)
        case _:
            grown.put_beside(step, of, person)
    return grown.tree()


def change(tree: FamilyTree, person: str, known: Relative) -> FamilyTree:
    """The tree with what is known of one person replaced; the links stay."""
    grown = _Grown(tree)
    grown.people[person] = replace(known, id=person, **_links(grown.find(person)))
    return grown.tree()


def say_related(tree: FamilyTree, person: str, partner: str | None) -> FamilyTree:
    """The tree with the partner who is a blood relative of a person, where the tree need not show by whom.

    Args:
        partner: None where no partner is said to be.

    Raises:
        InputRefused: the two are no couple.
    """
    if partner is not None and partner not in partners_of(tree, person):
        raise InputRefused("family, partner", given="somebody who is no partner", allowed="a partner of this person",
                           mend="add the partner first")  # fmt: skip
    grown = _Grown(tree)
    for one in tree.people:
        if one.id == person or (one.blood_partner == person and partner in {one.id, None}):
            grown.people[one.id] = replace(one, blood_partner=partner if one.id == person else None)
    return grown.tree()


def remove(tree: FamilyTree, person: str) -> FamilyTree:
    """The tree without a person; who joins others stays as somebody of whom nothing is known.

    Raises:
        InputRefused: it is the person whose tree this is.
    """
    grown = _Grown(tree)
    one = grown.find(person)
    if person == tree.proband:
        raise InputRefused("family", given="the person whose family it is", allowed="a relative",
                           mend="leave the person in the tree")  # fmt: skip
    if any(person in _elders(other) for other in tree.people):
        grown.people[person] = Relative(person, one.sex, **_links(one))
        return grown.tree()
    del grown.people[person]
    grown.people = {id_: _without(other, person) for id_, other in grown.people.items()}
    return grown.tree()


_LINKS = (
    "mother", "father", "partner_of", "twin", "fraternal_twin", "unsure_twin", "blood_partner", "adoptive_mother",
    "adoptive_father",
)  # fmt: skip


def _links(one: Relative) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _LINKS}


def _elders(one: Relative) -> set[str | None]:
    return {one.mother, one.father, one.adoptive_mother, one.adoptive_father}


def _without(one: Relative, person: str) -> Relative:
    gone: dict[str, Any] = {name: None for name, linked in _links(one).items() if linked == person}
    return replace(one, **gone) if gone else one


@dataclass(slots=True)
class _Grown:
    proband: str
    people: dict[str, Relative]

    def __init__(self, tree: FamilyTree) -> None:
        self.proband = tree.proband
        self.people = {one.id: one for one in tree.people}

    def tree(self) -> FamilyTree:
        return FamilyTree(self.proband, tuple(self.people.values()))

    def find(self, person: str) -> Relative:
        if person not in self.people:
            raise InputRefused("family", given="somebody who is not in the tree", allowed="somebody in the tree",
                               mend="reload the page and choose again")  # fmt: skip
        return self.people[person]

    def new_id(self) -> str:
        number = 1
        while f"r{number}" in self.people:
            number += 1
        return f"r{number}"

    def put_parent(self, step: Step, of: str, person: Relative) -> None:
        """A mother or a father; brothers and sisters with the same other parent have this one too."""
        child = self.find(of)
        key, sex = ("mother", FamilySex.FEMALE) if step is Step.MOTHER else ("father", FamilySex.MALE)
        other = "father" if key == "mother" else "mother"
        if getattr(child, key) is not None:
            raise InputRefused(f"family, {key}", given="another one", allowed="one",
                               mend="change what is known of the one who stands in the tree")  # fmt: skip
        self.people[person.id] = replace(person, sex=sex)
        shared = getattr(child, other)
        for one in list(self.people.values()):
            same = shared is not None and getattr(one, other) == shared and getattr(one, key) is None
            if one.id == of or same:
                link: dict[str, Any] = {key: person.id}
                self.people[one.id] = replace(one, **link)

    def parent_of(self, of: str, key: str) -> str:
        """The mother or father, put in as somebody unknown where nobody stands yet."""
        standing: str | None = getattr(self.find(of), key)
        if standing is not None:
            return standing
        self.put_parent(Step(key), of, Relative(new := self.new_id()))
        return new

    def put_beside(self, step: Step, of: str, person: Relative) -> None:
        """Somebody of the same generation."""
        keys = {Step.HALF_SIBLING_BY_MOTHER: ["mother"], Step.HALF_SIBLING_BY_FATHER: ["father"]}
        self.people[person.id] = person
        parents = {key: self.parent_of(of, key) for key in keys.get(step, ["mother", "father"])}
        if step is Step.IDENTICAL_TWIN:
            person = replace(person, twin=of, sex=self.find(of).sex)
        elif step is Step.FRATERNAL_TWIN:
            person = replace(person, fraternal_twin=of)
        elif step is Step.TWIN:
            person = replace(person, unsure_twin=of)
        self.join(person, parents)

    def put_child(self, of: str, person: Relative, partner: str | None) -> None:
        """A child of one parent or of two."""
        parent = self.find(of)
        parents: dict[str, str] = {}
        male = parent.sex is FamilySex.MALE
        if partner is not None:
            other = self.find(partner).sex
            if other is parent.sex is not FamilySex.UNKNOWN and not person.adopted:
                raise InputRefused("family, other parent", given=f"two parents who are {other}",
                                   allowed="the parents by descent, or an adopted child of both",
                                   mend="leave the other parent out, or tick that the child was adopted")  # fmt: skip
            male = male or other is FamilySex.FEMALE
            parents["mother" if male else "father"] = partner
        parents["father" if male else "mother"] = of
        self.join(person, parents)

    def join(self, person: Relative, parents: dict[str, str]) -> None:
        """Born to these parents, or brought up by them."""
        prefix = "adoptive_" if person.adopted else ""
        links: dict[str, Any] = {f"{prefix}{key}": id_ for key, id_ in parents.items()}
        self.people[person.id] = replace(person, **links)
