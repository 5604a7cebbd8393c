"""A list of relatives becomes a tree in which each is what was said of them."""

from __future__ import annotations

import pytest

from unloop.care.heredity import FamilySex, Kin, Placed, Relative, place, relatedness, relation
from unloop.quantity import InputRefused

F, M = FamilySex.FEMALE, FamilySex.MALE
SHARED = {
    Kin.MOTHER: (0.5, "mother"),
    Kin.FATHER: (0.5, "father"),
    Kin.CHILD: (0.5, "daughter"),
    Kin.SIBLING: (0.5, "sister"),
    Kin.IDENTICAL_TWIN: (1.0, "identical twin"),
    Kin.FRATERNAL_TWIN: (0.5, "sister"),
    Kin.TWIN: (0.5, "sister"),
    Kin.HALF_SIBLING: (0.25, "half-sister"),
    Kin.MATERNAL_GRANDMOTHER: (0.25, "maternal grandmother"),
    Kin.MATERNAL_GRANDFATHER: (0.25, "maternal grandfather"),
    Kin.PATERNAL_GRANDMOTHER: (0.25, "paternal grandmother"),
    Kin.PATERNAL_GRANDFATHER: (0.25, "paternal grandfather"),
    Kin.MATERNAL_AUNT_OR_UNCLE: (0.25, "maternal aunt"),
    Kin.PATERNAL_AUNT_OR_UNCLE: (0.25, "paternal aunt"),
    Kin.MATERNAL_COUSIN: (0.125, "maternal cousin"),
    Kin.PATERNAL_COUSIN: (0.125, "paternal cousin"),
    Kin.NIECE_OR_NEPHEW: (0.25, "niece"),
    Kin.GRANDCHILD: (0.25, "granddaughter"),
}


def the_one(tree):
    """The relative who was put in, known by the age."""
    return next(one.id for one in tree.people if one.age == 41)


@pytest.mark.parametrize("kin", Kin)
@pytest.mark.parametrize("sex", [F, M])
def test_every_relative_is_what_was_said_and_shares_as_much(kin, sex):
    own = F if kin is Kin.IDENTICAL_TWIN else sex
    tree = place(Relative("anything", own), [Placed(kin, Relative("x", F, age=41))])
    shared, words = SHARED[kin]
    assert relatedness(tree)["proband", the_one(tree)] == shared
    assert relation(tree, the_one(tree)) == words


def test_all_at_once_make_one_family():
    tree = place(Relative("p", F), [Placed(kin, Relative("x", F)) for kin in Kin])
    assert (
        len(tree.people) == 1 + len(Kin) + 4
    )  # cousins, niece and grandchild each hang from one unnamed person
    assert sum(relatedness(tree)["proband", one.id] == 0.0 for one in tree.people) == 0


def test_a_second_mother_is_refused():
    with pytest.raises(InputRefused):
        place(Relative("p"), [Placed(Kin.MOTHER, Relative("x"))] * 2)


def test_nobody_named_is_a_family_of_one():
    assert len(place(Relative("p"), []).people) == 1
