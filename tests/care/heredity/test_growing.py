"""A tree grows and shrinks by steps; each gives a family or refuses, and what was known elsewhere stays."""

from __future__ import annotations

import pytest

from unloop.care.heredity import FamilyCondition, FamilySex, FamilyTree, Relative, Status, Step, add, relation
from unloop.care.heredity.growing import change, remove, say_related
from unloop.care.heredity.unions import are_related, partners_of
from unloop.quantity import InputRefused

ALONE = FamilyTree("proband", (Relative("proband", FamilySex.FEMALE),))
SOMEBODY = Relative("new", FamilySex.MALE)

WORDS = {
    Step.MOTHER: "mother",
    Step.FATHER: "father",
    Step.SIBLING: "brother",
    Step.HALF_SIBLING_BY_MOTHER: "half-brother",
    Step.HALF_SIBLING_BY_FATHER: "half-brother",
    Step.IDENTICAL_TWIN: "identical twin",
    Step.FRATERNAL_TWIN: "brother",
    Step.TWIN: "brother",
    Step.CHILD: "son",
    Step.PARTNER: "partner",
}


@pytest.mark.parametrize("step", Step)
def test_every_step_makes_the_relative_that_it_names(step):
    tree = add(ALONE, step, SOMEBODY, of="proband")
    assert WORDS[step] in {relation(tree, one.id) for one in tree.people}


def test_a_brother_brings_parents_of_whom_nothing_is_known():
    tree = add(ALONE, Step.SIBLING, SOMEBODY, of="proband")
    mother, father = tree.parents_of("proband")
    assert tree.parents_of("r1") == (mother, father)
    assert tree[mother].status is tree[father].status is Status.UNKNOWN


def test_a_mother_found_later_is_the_mother_of_the_brothers_too():
    tree = add(ALONE, Step.FATHER, SOMEBODY, of="proband")
    tree = FamilyTree("proband", (*tree.people, Relative("b", father="r1")))
    grown = add(tree, Step.MOTHER, Relative("new"), of="proband")
    assert grown["b"].mother == grown["proband"].mother


def test_a_second_mother_is_refused():
    tree = add(ALONE, Step.MOTHER, SOMEBODY, of="proband")
    with pytest.raises(InputRefused):
        add(tree, Step.MOTHER, SOMEBODY, of="proband")


def test_a_child_of_two_has_both_and_of_one_has_one():
    tree = add(ALONE, Step.PARTNER, SOMEBODY, of="proband")
    tree = add(tree, Step.CHILD, Relative("new"), of="proband", with_partner="r1")
    tree = add(tree, Step.CHILD, Relative("new"), of="proband")
    assert tree.parents_of("r2") == ("proband", "r1")
    assert tree.parents_of("r3") == ("proband", None)


def test_somebody_adopted_has_no_biological_parents_here():
    tree = add(ALONE, Step.SIBLING, Relative("new", FamilySex.FEMALE, adopted=True), of="proband")
    assert tree.parents_of("r1") == (None, None)
    assert tree["r1"].adoptive_mother == tree["proband"].mother
    assert relation(tree, "r1") == "adopted sister"


def test_those_who_brought_the_person_up_are_called_so():
    people = (
        Relative("proband", adopted=True, adoptive_mother="m", adoptive_father="f"),
        Relative("m"),
        Relative("f"),
    )
    tree = FamilyTree("proband", people)
    assert [relation(tree, one) for one in ("m", "f")] == ["adoptive mother", "adoptive father"]


def test_a_change_keeps_the_links():
    tree = add(ALONE, Step.IDENTICAL_TWIN, Relative("new"), of="proband")
    changed = change(
        tree, "r1", Relative("anything", FamilySex.FEMALE, status=Status.AFFECTED, onset_age=9.0)
    )
    assert changed["r1"].status is Status.AFFECTED
    assert changed.twins_of("proband") == ("proband", "r1")
    assert changed.parents_of("r1") == tree.parents_of("r1")


def test_who_joins_others_stays_as_somebody_unknown():
    tree = add(ALONE, Step.MOTHER, Relative("new", conditions=frozenset({FamilyCondition.TIC})), of="proband")
    assert remove(tree, "r1")["r1"] == Relative("r1", FamilySex.FEMALE)


def test_who_joins_nobody_is_gone_and_so_is_every_link_to_them():
    tree = add(ALONE, Step.IDENTICAL_TWIN, SOMEBODY, of="proband")
    people = (
        *(one for one in tree.people if one.id != "proband"),
        Relative("proband", twin="r1", mother="r2", father="r3"),
    )
    left = remove(FamilyTree("proband", people), "r1")
    assert "r1" not in {one.id for one in left.people}
    assert left.twins_of("proband") == ("proband",)


def test_the_person_whose_family_it_is_stays():
    with pytest.raises(InputRefused):
        remove(ALONE, "proband")


def test_nobody_is_added_to_somebody_who_is_not_there():
    with pytest.raises(InputRefused):
        add(ALONE, Step.CHILD, SOMEBODY, of="r7")


def test_two_women_have_an_adopted_child_together_or_one_of_them_has_it_by_descent():
    tree = add(ALONE, Step.PARTNER, Relative("new", FamilySex.FEMALE), of="proband")
    with pytest.raises(InputRefused, match="adopted"):
        add(tree, Step.CHILD, Relative("new"), of="proband", with_partner="r1")
    adopted = add(tree, Step.CHILD, Relative("new", adopted=True), of="proband", with_partner="r1")
    assert {adopted["r2"].adoptive_mother, adopted["r2"].adoptive_father} == {"proband", "r1"}
    assert relation(adopted, "r2") == "adopted child"
    own = add(tree, Step.CHILD, Relative("new"), of="proband")
    assert own["r2"].parents == ("proband",)


def couple() -> FamilyTree:
    return add(ALONE, Step.PARTNER, SOMEBODY, of="proband")


@pytest.mark.parametrize(("said_of", "partner"), [("proband", "r1"), ("r1", "proband")])
def test_a_partner_is_said_to_be_a_blood_relative_by_either_of_the_two_and_taken_back_by_either(
    said_of, partner
):
    assert not are_related(couple(), "proband", "r1")
    tree = say_related(couple(), said_of, partner)
    assert are_related(tree, "proband", "r1")
    for one in ("proband", "r1"):
        assert not are_related(say_related(tree, one, None), "proband", "r1")


def test_what_is_known_can_change_without_the_blood_relative_being_forgotten():
    tree = change(say_related(couple(), "r1", "proband"), "r1", Relative("r1", FamilySex.MALE, age=40.0))
    assert are_related(tree, "r1", "proband")


def test_a_brother_is_no_partner_and_is_not_said_to_be_one():
    with pytest.raises(InputRefused):
        say_related(add(ALONE, Step.SIBLING, SOMEBODY, of="proband"), "proband", "r1")


def test_partners_are_those_with_a_child_too():
    tree = add(couple(), Step.CHILD, Relative("new"), of="proband", with_partner="r1")
    tree = FamilyTree("proband", tuple(
        Relative(one.id, one.sex) if one.id == "r1" else one for one in tree.people
    ))  # fmt: skip
    assert partners_of(tree, "proband") == ("r1",)


def test_whoever_was_a_twin_or_a_blood_relative_of_somebody_taken_out_is_one_no_longer():
    tree = add(say_related(couple(), "proband", "r1"), Step.TWIN, Relative("new"), of="proband")
    twin = next(one.id for one in tree.people if one.unsure_twin)
    left = remove(remove(tree, "r1"), twin)
    assert left["proband"].blood_partner is None
    assert not any(one.unsure_twin for one in left.people)
