"""The clinic's risk is the command line's; a well relative without an age says nothing here."""

from __future__ import annotations

import pytest

from unloop.care.heredity import FamilyCondition, FamilyTree, Relative, Status
from unloop.clinic.laboratory.services import lifetime_risk, risk_of_a_child

ILL, WELL = Status.AFFECTED, Status.UNAFFECTED


def tree(*relatives: Relative) -> FamilyTree:
    return FamilyTree("p", (Relative("p", mother="m", father="f"), *relatives))


def test_one_ill_parent_is_said_as_the_facts_say_it():
    found = lifetime_risk(tree(Relative("m", status=ILL), Relative("f")))
    assert found.risk == pytest.approx(0.0653, abs=5e-5)
    assert found.said == "about 7 in 100, most likely between 3 and 10, beside 2 in 100 for anybody"
    assert found.exact
    assert found.relatives == 1


def test_prevalence_and_heritability_stand_with_what_they_mean_together():
    found = lifetime_risk(tree(Relative("m"), Relative("f")))
    assert (found.prevalence, found.heritability) == (0.02, 0.48)
    assert found.prevalence_range[0] < 0.02 < found.prevalence_range[1]
    assert found.sibling_odds_ratio == pytest.approx(3.6, abs=0.05)
    assert found.risk == pytest.approx(0.02, abs=1e-9)


def test_a_well_relative_without_an_age_counts_as_unknown_and_is_counted():
    without = lifetime_risk(tree(Relative("m", status=ILL), Relative("f", status=WELL)))
    unknown = lifetime_risk(tree(Relative("m", status=ILL), Relative("f")))
    with_age = lifetime_risk(tree(Relative("m", status=ILL), Relative("f", status=WELL, age=70.0)))
    assert without.risk == unknown.risk > with_age.risk
    assert without.well_without_age == 1


def test_tics_in_an_ill_sister_about_double_the_odds():
    parents = (Relative("m"), Relative("f"))
    sister = Relative("s", mother="m", father="f", status=ILL)
    ticking = Relative("s", mother="m", father="f", status=ILL, conditions=frozenset({FamilyCondition.TIC}))
    plain, more = lifetime_risk(tree(*parents, sister)), lifetime_risk(tree(*parents, ticking))
    assert 1.7 < more.risk / plain.risk < 2.3
    assert more.tics == "in a sibling"


def test_a_child_of_the_person_has_one_ill_parent():
    found = risk_of_a_child(FamilyTree("p", (Relative("p"),)))
    assert found.risk == pytest.approx(0.0653, abs=5e-5)


def test_relatives_who_married_relatives_are_propagated():
    found = lifetime_risk(
        FamilyTree(
            "p",
            (
                Relative("p", mother="m", father="f"),
                Relative("m", mother="g", father="h"),
                Relative("f", mother="g", father="h"),
                Relative("g", status=ILL),
                Relative("h"),
            ),
        )
    )
    assert not found.exact
    assert 0.02 < found.risk < 0.2
