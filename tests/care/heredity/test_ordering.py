"""Men stand on the left and the eldest first, wherever no more lines cross than in the order entered."""

from __future__ import annotations

import itertools

import pytest

from unloop.care.heredity import FamilySex, FamilyTree, Relative, draw_pedigree
from unloop.care.heredity.crossing import crossings

F, M, U = FamilySex.FEMALE, FamilySex.MALE, FamilySex.UNKNOWN
PARENTS = {"mother": "m", "father": "f"}


def from_left(*people: Relative) -> list[str]:
    """Everybody by row, and from left to right within each."""
    tree = FamilyTree("p", people)
    picture = draw_pedigree(tree, {one.id: () for one in people})
    assert picture is not None
    assert crossings(line.points for line in picture.lines) == 0
    return [one.person for one in sorted(picture.symbols, key=lambda one: (one.y, one.x))]


@pytest.mark.parametrize(("sex", "other"), [(F, M), (M, F)])
@pytest.mark.parametrize("child", [True, False])
def test_the_man_of_a_couple_stands_on_the_left_whoever_was_entered_first(sex, other, child):
    key, other_key = ("mother", "father") if sex is F else ("father", "mother")
    children = [Relative("c", **{key: "p", other_key: "q"})] if child else []
    placed = from_left(Relative("p", sex), Relative("q", other, partner_of="p"), *children)
    assert placed[:2] == (["p", "q"] if sex is M else ["q", "p"])


@pytest.mark.parametrize(("sex", "other"), [(F, F), (M, M), (U, F), (U, M), (U, U)])
def test_a_couple_that_is_not_a_man_and_a_woman_stands_as_entered(sex, other):
    assert from_left(Relative("p", sex), Relative("q", other, partner_of="p")) == ["p", "q"]


def test_the_first_couple_of_a_man_with_two_partners_has_him_on_the_left():
    people = (Relative("p", M), Relative("w1", F, partner_of="p"), Relative("w2", F, partner_of="p"))
    assert from_left(*people) == ["w2", "p", "w1"]


@pytest.mark.parametrize("order", list(itertools.permutations(["p", "a", "b"])))
def test_brothers_and_sisters_stand_by_age_whatever_order_they_were_entered_in(order):
    ages = {"p": 30.0, "a": 40.0, "b": 20.0}
    siblings = [Relative(one, age=ages[one], **PARENTS) for one in order]
    assert from_left(Relative("m", F), Relative("f", M), *siblings) == ["f", "m", "a", "p", "b"]


def test_who_has_no_age_to_compare_stays_in_the_place_entered():
    siblings = [
        Relative("a", age=20.0, **PARENTS), Relative("b", **PARENTS),
        Relative("dead", age=5.0, deceased=True, **PARENTS), Relative("p", age=30.0, **PARENTS),
    ]  # fmt: skip
    assert from_left(Relative("m", F), Relative("f", M), *siblings)[2:] == ["p", "b", "dead", "a"]


def test_twins_stand_together_among_the_others_by_age():
    siblings = [
        Relative("t", age=30.0, **PARENTS), Relative("a", age=25.0, **PARENTS),
        Relative("u", age=30.0, unsure_twin="t", **PARENTS), Relative("p", age=40.0, **PARENTS),
    ]  # fmt: skip
    assert from_left(Relative("m", F), Relative("f", M), *siblings)[2:] == ["p", "t", "u", "a"]


GRANDPARENTS = {"mother": "gm", "father": "gf"}


def test_where_one_side_alone_is_known_aunts_and_cousins_stand_by_age_too():
    placed = from_left(
        Relative("p", M, age=20.0, **PARENTS), Relative("m", F, age=50.0, **GRANDPARENTS), Relative("f", M),
        Relative("gm", F), Relative("gf", M), Relative("young", F, age=40.0, **GRANDPARENTS),
        Relative("old", M, age=60.0, **GRANDPARENTS), Relative("of-young", mother="young"),
        Relative("of-old", father="old"),
    )  # fmt: skip
    assert placed == ["gf", "gm", "old", "f", "m", "young", "of-old", "p", "of-young"]


def test_where_both_sides_are_known_the_parents_stand_between_their_brothers_and_sisters():
    other = {"mother": "pm", "father": "pf"}
    placed = from_left(
        Relative("p", **PARENTS), Relative("m", F, age=50.0, **GRANDPARENTS), Relative("f", M, age=60.0, **other),
        Relative("gm", F), Relative("gf", M), Relative("pm", F), Relative("pf", M),
        Relative("a", age=40.0, **GRANDPARENTS), Relative("b", age=55.0, **GRANDPARENTS),
        Relative("c", age=40.0, **other), Relative("d", age=55.0, **other),
    )  # fmt: skip
    assert placed == ["pf", "pm", "gf", "gm", "d", "c", "f", "m", "b", "a", "p"]


def test_a_man_whose_family_is_in_the_tree_stands_beside_it_rather_than_have_lines_cross():
    placed = from_left(
        Relative("p", F, **PARENTS), Relative("m", F), Relative("f", M),
        Relative("h", M, partner_of="p", mother="hm", father="hf"), Relative("hm", F), Relative("hf", M),
    )  # fmt: skip
    assert placed == ["f", "m", "hf", "hm", "p", "h"]


def test_half_brothers_of_one_known_parent_stand_beside_the_family_and_cross_nothing():
    placed = from_left(
        Relative("p", **PARENTS), Relative("m", F), Relative("f", M), Relative("half", mother="m"),
        Relative("other", father="f"), Relative("s", **PARENTS),
    )  # fmt: skip
    assert placed == ["f", "m", "other", "s", "p", "half"]


def test_a_mother_stands_beside_her_twin_and_not_beyond_her_sisters():
    placed = from_left(
        Relative("p", **PARENTS), Relative("m", F, **GRANDPARENTS), Relative("f", M, mother="pm"), Relative("pm", F),
        Relative("gm", F), Relative("gf", M), Relative("a", F, **GRANDPARENTS), Relative("b", F, **GRANDPARENTS),
        Relative("t", F, twin="m", **GRANDPARENTS),
    )  # fmt: skip
    assert placed.index("t") == placed.index("m") + 1
