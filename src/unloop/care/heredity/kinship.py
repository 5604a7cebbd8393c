"""Kinship: the chance that two genes, drawn from two people at the same place, descend from one and the same.

By the usual recursion over the generations. Every value is a sum of powers of one half, so floats hold it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping

from unloop.care.heredity.family import FamilyTree


def relatedness(tree: FamilyTree) -> Mapping[tuple[str, str], float]:
    """Twice the kinship of every two people by id: 1 with oneself and an identical twin, 0.5 parent and child, ...

    With oneself it exceeds 1 for a child of related parents.
    """
    genotypes = {one.id: tree.genotype_of(one.id) for one in tree.people}
    known: dict[tuple[str, str], float] = {}
    order = _eldest_first(tree, genotypes)
    for place, one in enumerate(order):
        parents = [genotypes[parent] for parent in tree.parents_of(one) if parent is not None]
        for other in order[:place]:
            shared = 0.5 * sum(known[parent, other] for parent in parents)
            known[one, other] = known[other, one] = shared
        inbreeding = 0.5 * known[parents[0], parents[1]] if len(parents) == 2 else 0.0
        known[one, one] = 1.0 + inbreeding
    return {(a, b): known[genotypes[a], genotypes[b]] for a in genotypes for b in genotypes}


def _eldest_first(tree: FamilyTree, genotypes: Mapping[str, str]) -> list[str]:
    """Genotypes so ordered that parents come before their children."""
    order: dict[str, None] = {}
    waiting = [one.id for one in reversed(tree.people)]
    while waiting:
        one = genotypes[waiting[-1]]
        above = [genotypes[parent] for parent in tree.parents_of(one) if parent is not None]
        missing = [parent for parent in above if parent not in order]
        if missing and one not in order:
            waiting += missing
            continue
        order.setdefault(one)
        waiting.pop()
    return list(order)
