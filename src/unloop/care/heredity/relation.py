"""What somebody is to the proband, in the words of a family."""

from __future__ import annotations

from unloop.care.heredity.family import FamilySex, FamilyTree

_WORDS: dict[str, tuple[str, str, str]] = {  # female, male, not known
    "parent": ("mother", "father", "parent"),
    "child": ("daughter", "son", "child"),
    "sibling": ("sister", "brother", "sibling"),
    "half sibling": ("half-sister", "half-brother", "half-sibling"),
    "grandparent": ("grandmother", "grandfather", "grandparent"),
    "grandchild": ("granddaughter", "grandson", "grandchild"),
    "aunt or uncle": ("aunt", "uncle", "aunt or uncle"),
    "niece or nephew": ("niece", "nephew", "niece or nephew"),
    "cousin": ("cousin", "cousin", "cousin"),
    "partner": ("partner", "partner", "partner"),
}


def relation(tree: FamilyTree, person: str) -> str:
    """What `person` is to the proband: mother, half-brother, maternal aunt, identical twin, partner, ...

    "relative" where no shorter word is known, and "not related" where no descent joins the two.
    """
    if person == tree.proband:
        return "proband"
    if person in tree.twins_of(tree.proband):
        return "identical twin"
    kind = _kind(tree, person)
    if kind == "not related":
        return _by_adoption(tree, person) or kind
    if kind not in _WORDS:
        return kind
    column = (FamilySex.FEMALE, FamilySex.MALE, FamilySex.UNKNOWN).index(tree[person].sex)
    return f"{_side(tree, person, kind)}{_WORDS[kind][column]}"


def is_full_sibling(tree: FamilyTree, person: str) -> bool:
    """Whether both parents are known and the same, identical twins included."""
    parents = tree.parents_of(tree.proband)
    return person != tree.proband and None not in parents and tree.parents_of(person) == parents


def is_first_degree(tree: FamilyTree, person: str) -> bool:
    """Whether parent, child or full sibling of the proband."""
    return relation(tree, person) == "identical twin" or _kind(tree, person) in {"parent", "child", "sibling"}


def share_an_ancestor(tree: FamilyTree, one: str, other: str) -> bool:
    """Whether two people descend from one person in the tree, or one from the other, identical twins as one."""
    lines = [
        {tree.genotype_of(above) for above in (person, *_ancestors(tree, person))} for person in (one, other)
    ]
    return not lines[0].isdisjoint(lines[1])


def _kind(tree: FamilyTree, person: str) -> str:
    ups, downs = _ancestors(tree, tree.proband), _ancestors(tree, person)
    if person in ups:
        return {1: "parent", 2: "grandparent"}.get(ups[person], "relative")
    if tree.proband in downs:
        return {1: "child", 2: "grandchild"}.get(downs[tree.proband], "relative")
    common = [(ups[one], downs[one]) for one in ups if one in downs]
    if not common:
        return "partner" if _are_partners(tree, person) else "not related"
    nearest = min(common, key=sum)
    if nearest == (1, 1):
        return "sibling" if is_full_sibling(tree, person) else "half sibling"
    return {(2, 1): "aunt or uncle", (1, 2): "niece or nephew", (2, 2): "cousin"}.get(nearest, "relative")


def _by_adoption(tree: FamilyTree, person: str) -> str | None:
    """The word for those who brought the proband up, and for those who were brought up with or by the proband."""
    proband, one = tree[tree.proband], tree[person]
    if person in {proband.adoptive_mother, proband.adoptive_father}:
        return f"adoptive {'mother' if person == proband.adoptive_mother else 'father'}"
    own = {*tree.parents_of(tree.proband), proband.adoptive_mother, proband.adoptive_father} - {None}
    theirs = {*one.parents, one.adoptive_mother, one.adoptive_father} - {None}
    kind = "child" if tree.proband in theirs else "sibling" if own & theirs else None
    if kind is None:
        return None
    return f"adopted {_WORDS[kind][(FamilySex.FEMALE, FamilySex.MALE, FamilySex.UNKNOWN).index(one.sex)]}"


def _side(tree: FamilyTree, person: str, kind: str) -> str:
    if kind not in {"grandparent", "aunt or uncle", "cousin"}:
        return ""
    mother, father = tree.parents_of(tree.proband)
    theirs = {person, *_ancestors(tree, person)}
    sides = [
        word
        for word, parent in (("maternal ", mother), ("paternal ", father))
        if parent is not None and theirs & set(_ancestors(tree, parent))
    ]
    return sides[0] if len(sides) == 1 else ""


def _ancestors(tree: FamilyTree, person: str) -> dict[str, int]:
    """Everybody above, with the fewest generations between."""
    found: dict[str, int] = {}
    here, above = [person], 1
    while here:
        here = [
            parent
            for one in here
            for parent in tree.parents_of(one)
            if parent is not None and parent not in found
        ]
        found |= dict.fromkeys(here, above)
        above += 1
    return found


def _are_partners(tree: FamilyTree, person: str) -> bool:
    if tree[person].partner_of == tree.proband or tree[tree.proband].partner_of == person:
        return True
    return any({person, tree.proband} == set(one.parents) for one in tree.people)
