"""Relatedness of every kind of relative, and its laws on random trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.heredity import FamilySex, FamilyTree, Relative, is_first_degree, relatedness, relation

F, M, U = FamilySex.FEMALE, FamilySex.MALE, FamilySex.UNKNOWN
WIDE = FamilyTree(
    "p",
    (
        Relative("cousin", U, "aunt", None),
        Relative("p", F, "mo", "fa"),
        Relative("twin", F, twin="p"),
        Relative("bro", M, "mo", "fa"),
        Relative("half", M, "mo", "other"),
        Relative("other", M),
        Relative("mo", F, "gm", "gf"),
        Relative("fa", M, "pgm", None),
        Relative("gm", F),
        Relative("gf", M),
        Relative("pgm", F),
        Relative("aunt", F, "gm", "gf"),
        Relative("uncle", M, "pgm", None),
        Relative("son", M, "p", "man"),
        Relative("man", M),
        Relative("niece", F, None, "bro"),
        Relative("grandchild", U, None, "son"),
        Relative("friend", M, partner_of="p"),
        Relative("greatgrandmother", F),
    ),
)


@pytest.mark.parametrize(
    ("person", "shared", "words"),
    [
        ("p", 1.0, "proband"),
        ("twin", 1.0, "identical twin"),
        ("mo", 0.5, "mother"),
        ("fa", 0.5, "father"),
        ("bro", 0.5, "brother"),
        ("half", 0.25, "half-brother"),
        ("gm", 0.25, "maternal grandmother"),
        ("pgm", 0.25, "paternal grandmother"),
        ("aunt", 0.25, "maternal aunt"),
        ("uncle", 0.125, "paternal uncle"),  # by one grandparent that is known
        ("cousin", 0.125, "maternal cousin"),
        ("son", 0.5, "son"),
        ("niece", 0.25, "niece"),
        ("grandchild", 0.25, "grandchild"),
        ("man", 0.0, "partner"),
        ("friend", 0.0, "partner"),
        ("other", 0.0, "not related"),
        ("greatgrandmother", 0.0, "not related"),
    ],
)
def test_every_relative_has_a_share_and_a_word(person, shared, words):
    assert relatedness(WIDE)["p", person] == shared
    assert relation(WIDE, person) == words
    assert is_first_degree(WIDE, person) == (person in {"twin", "mo", "fa", "bro", "son"})


def test_the_twins_child_is_as_near_as_an_own_one():
    tree = FamilyTree("p", (Relative("p"), Relative("t", twin="p"), Relative("c", mother="t")))
    assert relatedness(tree)["p", "c"] == 0.5


def test_the_child_of_brother_and_sister_is_inbred():
    people = (
        Relative("m"),
        Relative("f"),
        Relative("a", F, "m", "f"),
        Relative("b", M, "m", "f"),
        Relative("p", mother="a", father="b"),
    )
    shared = relatedness(FamilyTree("p", people))
    assert shared["p", "p"] == 1.25
    assert shared["p", "a"] == 0.75


def test_double_cousins_share_a_quarter():
    couples = [("m1", "f1"), ("m2", "f2")]
    people = [Relative(one) for couple in couples for one in couple]
    people += [Relative(f"s{i}{j}", M if j else F, *couples[i]) for i in range(2) for j in range(2)]
    people += [Relative("p", U, "s00", "s11"), Relative("q", U, "s10", "s01")]
    assert relatedness(FamilyTree("p", tuple(people)))["p", "q"] == 0.25


@st.composite
def trees(draw):
    size = draw(st.integers(1, 14))
    people = [Relative("0")]
    for one in range(1, size):
        above = st.one_of(st.none(), st.sampled_from([person.id for person in people]))
        mother, father = draw(above), draw(above)
        people.append(Relative(str(one), mother=mother, father=None if father == mother else father))
    order = draw(st.permutations(people))
    return FamilyTree("0", tuple(order))


@given(trees())
def test_relatedness_is_symmetric_within_bounds_and_half_of_the_parents(tree):
    shared = relatedness(tree)
    for one in tree.people:
        assert 1.0 <= shared[one.id, one.id] < 2.0
        for other in tree.people:
            assert shared[one.id, other.id] == shared[other.id, one.id]
            assert 0.0 <= shared[one.id, other.id] < 2.0
    for one in tree.people:
        if len(one.parents) == 2:
            within = 0.5 * shared[one.parents]
            assert shared[one.id, one.id] == 1.0 + within
