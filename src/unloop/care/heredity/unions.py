"""Who has children with whom, and in which generation everybody stands: what a drawing of a family begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from unloop.care.heredity.family import FamilySex, FamilyTree
from unloop.care.heredity.relation import share_an_ancestor


@dataclass(frozen=True, slots=True)
class Union:
    """A couple, or one known parent, with the children in the order of the tree.

    Attributes:
        adults: one or two ids, the man first where it is known who that is.
        children: whom they begot.
        adopted: whom they brought up.
        related: whether the two are blood relatives, by the tree or by what somebody said.
    """

    adults: tuple[str, ...]
    children: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    related: bool = False

    @property
    def below(self) -> tuple[str, ...]:
        """Everybody who is drawn below the couple."""
        return (*self.children, *self.adopted)


def unions_of(tree: FamilyTree) -> tuple[Union, ...]:
    """Every couple and every parent of somebody, once."""
    born: dict[tuple[str, ...], list[str]] = {}
    raised: dict[tuple[str, ...], list[str]] = {}
    paired: dict[tuple[str, ...], list[str]] = {}
    for one in tree.people:
        mother, father = tree.parents_of(one.id)
        _note(born, (father, mother), one.id)
        _note(raised, (one.adoptive_father, one.adoptive_mother), one.id)
        _note(paired, (one.partner_of, one.id) if one.partner_of else (), None)
    couples: dict[frozenset[str], tuple[str, ...]] = {}
    for adults in (*born, *raised, *paired):
        couples.setdefault(frozenset(adults), adults)
    fathers_first = {*born, *raised}
    return tuple(
        Union(
            _man_first(tree, adults, fathers_first),
            tuple(_of(born, same)),
            tuple(_of(raised, same)),
            related=len(adults) == 2 and are_related(tree, *adults),
        )
        for same, adults in couples.items()
    )


def are_related(tree: FamilyTree, one: str, other: str) -> bool:
    """Whether two people are blood relatives: by an ancestor in the tree, or since somebody said so."""
    said = tree[one].blood_partner == other or tree[other].blood_partner == one
    return said or share_an_ancestor(tree, one, other)


def partners_of(tree: FamilyTree, person: str) -> tuple[str, ...]:
    """Everybody with whom a person is a couple, by a child, by bringing one up, or since somebody said so."""
    found: dict[str, None] = {}
    for one in tree.people:
        pairs = (
            tree.parents_of(one.id), (one.adoptive_mother, one.adoptive_father), (one.id, one.partner_of),
        )  # fmt: skip
        found |= {other: None for pair in pairs if person in pair for other in pair if other is not None}
    return tuple(one for one in found if one != person)


def _man_first(
    tree: FamilyTree, adults: tuple[str, ...], fathers_first: Iterable[tuple[str, ...]]
) -> tuple[str, ...]:
    turned = adults[::-1]
    sexes = [tree[one].sex for one in adults]
    known_father = adults not in fathers_first and turned in fathers_first
    return turned if known_father or sexes == [FamilySex.FEMALE, FamilySex.MALE] else adults


def _note(found: dict[tuple[str, ...], list[str]], adults: Iterable[str | None], child: str | None) -> None:
    known = tuple(one for one in adults if one is not None)
    if known:
        found.setdefault(known, []).extend(() if child is None else (child,))


def _of(found: Mapping[tuple[str, ...], list[str]], same: frozenset[str]) -> list[str]:
    return [child for adults, children in found.items() if frozenset(adults) == same for child in children]


def generations_of(tree: FamilyTree, unions: Sequence[Union]) -> Mapping[str, int] | None:
    """The row of everybody, 0 on top: partners side by side, children below both.

    None where no such rows exist: somebody had a child with their own descendant.
    """
    row = {one.id: 0 for one in tree.people}
    below_somebody = {child for union in unions for child in union.below}
    for _ in range(4 * len(row) + 4):
        if not (_raise(row, unions) or _sink(row, unions, below_somebody)):
            break
    else:
        return None
    joined = {one for union in unions for one in (*union.adults, *union.below)}
    row |= {one: row[tree.proband] for one in row if one not in joined}
    top = min(row.values())
    return {one: number - top for one, number in row.items()}


def _raise(row: dict[str, int], unions: Iterable[Union]) -> bool:
    """Move down whoever stands above a partner or not below a parent."""
    before = dict(row)
    for union in unions:
        level = max(row[one] for one in union.adults)
        row |= dict.fromkeys(union.adults, level)
        row |= {child: max(row[child], level + 1) for child in union.below}
    return row != before


def _sink(row: dict[str, int], unions: Sequence[Union], below_somebody: set[str]) -> bool:
    """Move partners of whom no parents are known down to just above their children."""
    moved = False
    for group in _partners(unions):
        if group & below_somebody:
            continue
        children = [row[child] for one in unions if group & set(one.adults) for child in one.below]
        level = min(children, default=0) - 1
        if children and level > max(row[one] for one in group):
            row |= dict.fromkeys(group, level)
            moved = True
    return moved


def _partners(unions: Iterable[Union]) -> list[set[str]]:
    """Everybody joined by partnership, and by partnership with the partner."""
    groups: list[set[str]] = []
    for union in unions:
        joined = set(union.adults)
        apart = [group for group in groups if not group & joined]
        for group in groups:
            if group & joined:
                joined |= group
        groups = [*apart, joined]
    return groups
