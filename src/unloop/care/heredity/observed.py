"""A tree as plain rows of numbers, for whoever computes a risk of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from unloop.care.heredity.family import FamilyCondition, FamilyTree, Relative, Status
from unloop.care.heredity.growing import Step, add
from unloop.care.heredity.kinship import relatedness
from unloop.care.heredity.relation import is_first_degree, is_full_sibling

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Observed:
    """Everybody as one row of each tuple, the one whose risk is asked first.

    Attributes:
        mother, father: the row of the parent, or -1.
        twin: the first row of those with the same genes.
        ill: whether OCD is known; never of the first.
        age: of those known to be well, in years; None says nothing.
        shared: twice the kinship of every two.
        tics_in_sibling, tics_in_first_degree: whether an ill one of these has or had tics.
        well_without_age: how many are known to be well at an age that nobody gave.
    """

    mother: tuple[int, ...]
    father: tuple[int, ...]
    twin: tuple[int, ...]
    ill: tuple[bool, ...]
    age: tuple[float | None, ...]
    shared: tuple[tuple[float, ...], ...]
    tics_in_sibling: bool
    tics_in_first_degree: bool
    well_without_age: int


def observed(tree: FamilyTree) -> Observed:
    """The rows of a tree."""
    people = (tree[tree.proband], *(one for one in tree.people if one.id != tree.proband))
    place = {one.id: index for index, one in enumerate(people)}
    parents = [tree.parents_of(one.id) for one in people]
    shared = relatedness(tree)
    kin = people[1:]
    with_tics = [one.id for one in kin if one.status is Status.AFFECTED and one.has(FamilyCondition.TIC)]
    return Observed(
        mother=tuple(NOBODY if mother is None else place[mother] for mother, _ in parents),
        father=tuple(NOBODY if father is None else place[father] for _, father in parents),
        twin=tuple(min(place[twin] for twin in tree.twins_of(one.id)) for one in people),
        ill=(False, *(one.status is Status.AFFECTED for one in kin)),
        age=(None, *(one.age if one.status is Status.UNAFFECTED else None for one in kin)),
        shared=tuple(tuple(shared[a.id, b.id] for b in people) for a in people),
        tics_in_sibling=any(is_full_sibling(tree, one) for one in with_tics),
        tics_in_first_degree=any(is_first_degree(tree, one) for one in with_tics),
        well_without_age=sum(one.status is Status.UNAFFECTED and one.age is None for one in kin),
    )


def with_a_child(tree: FamilyTree) -> FamilyTree:
    """The family of a child that the proband may have, the proband taken as ill."""
    known = {one.id for one in tree.people}
    grown = add(tree, Step.CHILD, Relative("new"), of=tree.proband)
    child = next(one.id for one in grown.people if one.id not in known)
    people = tuple(
        replace(one, status=Status.AFFECTED) if one.id == tree.proband else one for one in grown.people
    )
    return FamilyTree(child, people)
