"""What the tree says to the rule about psychosis in parents, brothers, sisters and children."""

from __future__ import annotations

from unloop.care.heredity.family import FamilyCondition, FamilyTree
from unloop.care.heredity.relation import is_first_degree


def psychosis_in_first_degree(tree: FamilyTree, *, complete: bool) -> bool | None:
    """Whether a parent, full brother or sister, or child has or had a psychosis.

    Args:
        tree: as it stands.
        complete: whether somebody has said that all of them are in the tree.

    Returns:
        True as soon as one had it; False only where all are in the tree and each is known not to have had it; else
        None: what nobody knows is not "no".
    """
    near = [one for one in tree.people if is_first_degree(tree, one.id)]
    answers = [one.has(FamilyCondition.PSYCHOSIS) for one in near]
    if any(answers):
        return True
    both_parents = None not in tree.parents_of(tree.proband)
    return False if complete and both_parents and None not in answers else None


def with_psychosis(tree: FamilyTree) -> frozenset[str]:
    """Who of the first degree has or had a psychosis, by id."""
    return frozenset(
        one.id for one in tree.people if is_first_degree(tree, one.id) and one.has(FamilyCondition.PSYCHOSIS)
    )
