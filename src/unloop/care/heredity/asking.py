"""What is still to ask of a family, nearest relatives first: questions for the person, never guesses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unloop.care.heredity.family import FamilyCondition, FamilyTree, Relative, Status
from unloop.care.heredity.kinship import relatedness
from unloop.care.heredity.relation import is_full_sibling, relation

COUNSELLING_FROM = 3
"""Ill relatives from which genetic counselling is suggested: more than two (heredity facts, 1.7)."""


@dataclass(frozen=True, slots=True)
class FamilyQuestion:
    """One thing to ask.

    Attributes:
        person: id of the relative; the proband's for what concerns the family as a whole.
        about: status, age, onset, tics, siblings or parents.
        text: in words, by the relation and without a name.
    """

    person: str
    about: str
    text: str


def to_ask(tree: FamilyTree) -> tuple[FamilyQuestion, ...]:
    """The open questions, those of the nearest relatives first."""
    shared = relatedness(tree)
    near = sorted(tree.people, key=lambda one: -shared[tree.proband, one.id])
    questions = list(_about_parents(tree))
    for one in near:
        if one.id != tree.proband and shared[tree.proband, one.id] > 0.0:
            questions += _about(tree, one)
    return tuple(questions)


def suggests_counselling(tree: FamilyTree) -> bool:
    """Whether more than two blood relatives are ill, or one has or had tics or psychosis."""
    shared = relatedness(tree)
    kin = [one for one in tree.people if one.id != tree.proband and shared[tree.proband, one.id] > 0.0]
    ill = sum(one.status is Status.AFFECTED for one in kin)
    marked = any(one.has(kind) for one in kin for kind in (FamilyCondition.TIC, FamilyCondition.PSYCHOSIS))
    return ill >= COUNSELLING_FROM or marked


def _about_parents(tree: FamilyTree) -> Iterator[FamilyQuestion]:
    if tree[tree.proband].adopted or None not in tree.parents_of(tree.proband):
        return
    yield FamilyQuestion(
        tree.proband, "parents", "Which parent is not in the tree yet, and what is known of that side?"
    )


def _about(tree: FamilyTree, one: Relative) -> Iterator[FamilyQuestion]:
    who = f"the {relation(tree, one.id)}"
    if one.status is Status.UNKNOWN:
        yield FamilyQuestion(one.id, "status", f"Has or had {who} OCD? It is right to say that nobody knows.")
    if one.status is Status.UNAFFECTED and one.age is None:
        yield FamilyQuestion(one.id, "age", f"How old is {who}, or at what age did {who} die?")
    if one.status is Status.AFFECTED and one.onset_age is None:
        yield FamilyQuestion(one.id, "onset", f"At about what age did the OCD of {who} begin?")
    if one.status is Status.AFFECTED and one.conditions is None:
        doubles = (
            " It about doubles what is known of brothers and sisters."
            if is_full_sibling(tree, one.id)
            else ""
        )
        yield FamilyQuestion(one.id, "tics", f"Has or had {who} tics?{doubles}")
