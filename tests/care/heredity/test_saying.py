"""A risk is said in whole people, and what is unknown becomes a question."""

from __future__ import annotations

import pytest

from unloop.care.heredity import (
    AROUND_BIRTH,
    CAVEATS,
    LIFE_EXPERIENCE,
    SHARES,
    FamilyCondition,
    FamilyTree,
    Relative,
    RiskFigures,
    Status,
    say,
    suggests_counselling,
    to_ask,
)
from unloop.quantity import InputRefused


def test_a_risk_is_said_in_a_hundred_with_its_range_beside_anybodys():
    figures = RiskFigures(risk=0.0653, low=0.0339, high=0.0984, baseline=0.02)
    assert say(figures) == "about 7 in 100, most likely between 3 and 10, beside 2 in 100 for anybody"


def test_a_small_risk_is_said_in_a_thousand():
    figures = RiskFigures(risk=0.004, low=0.002, high=0.007, baseline=0.003)
    assert say(figures) == "about 4 in 1,000, most likely between 2 and 7, beside 3 in 1,000 for anybody"


def test_a_range_of_one_number_is_no_range():
    assert "little doubt" in say(RiskFigures(risk=0.02, low=0.02, high=0.02, baseline=0.02))


@pytest.mark.parametrize("wrong", [(0.5, 0.6, 0.7, 0.1), (0.5, 0.1, 0.4, 0.1), (1.5, 0.1, 2.0, 0.1)])
def test_figures_out_of_order_are_refused(wrong):
    risk, low, high, baseline = wrong
    with pytest.raises(InputRefused):
        RiskFigures(risk, low, high, baseline)


def test_nothing_said_orders_a_treatment():
    assert any("nothing about treatment" in one for one in CAVEATS)


def test_every_influence_has_a_ratio_inside_its_interval_and_a_source():
    for one in AROUND_BIRTH:
        assert 1.0 < one.low < one.ratio < one.high
        assert "doi" in one.source
    assert all("doi" in source for _, _, source in SHARES)
    assert "doi" in LIFE_EXPERIENCE


def tree(*relatives: Relative, **proband: object) -> FamilyTree:
    mother, father = Relative("m", status=Status.UNAFFECTED, age=60), Relative("f", status=Status.UNKNOWN)
    return FamilyTree("p", (Relative("p", mother="m", father="f", **proband), mother, father, *relatives))


def asked(family: FamilyTree) -> set[tuple[str, str]]:
    return {(one.person, one.about) for one in to_ask(family)}


def test_what_is_unknown_is_asked_and_what_is_known_is_not():
    brother = Relative("b", mother="m", father="f", status=Status.AFFECTED)
    sister = Relative("s", mother="m", father="f", status=Status.UNAFFECTED)
    assert asked(tree(brother, sister)) == {("f", "status"), ("b", "onset"), ("b", "tics"), ("s", "age")}


def test_tics_of_a_sibling_are_said_to_matter():
    brother = Relative("b", mother="m", father="f", status=Status.AFFECTED, onset_age=9)
    texts = [one.text for one in to_ask(tree(brother)) if one.about == "tics"]
    assert texts == ["Has or had the sibling tics? It about doubles what is known of brothers and sisters."]


def test_partners_are_not_asked_about():
    assert asked(tree(Relative("w", partner_of="p"))) == {("f", "status")}


def test_a_missing_parent_is_asked_for_but_not_of_an_adopted_person():
    assert ("p", "parents") in asked(FamilyTree("p", (Relative("p"),)))
    assert asked(FamilyTree("p", (Relative("p", adopted=True),))) == set()


def test_the_nearest_are_asked_about_first():
    people = (Relative("g"), Relative("p", mother="m", father="f"), Relative("m", mother="g"), Relative("f"))
    assert [one.person for one in to_ask(FamilyTree("p", people))][-1] == "g"


@pytest.mark.parametrize(
    ("relative", "suggested"),
    [
        (Relative("b", mother="m", father="f", status=Status.AFFECTED), False),
        (Relative("b", mother="m", father="f", conditions=frozenset({FamilyCondition.PSYCHOSIS})), True),
        (Relative("b", mother="m", father="f", conditions=frozenset({FamilyCondition.TIC})), True),
        (Relative("w", partner_of="p", conditions=frozenset({FamilyCondition.TIC})), False),
    ],
)
def test_counselling_is_suggested_for_tics_or_psychosis_among_kin(relative, suggested):
    assert suggests_counselling(tree(relative)) is suggested


def test_counselling_is_suggested_for_more_than_two_ill_relatives():
    ill = [Relative(one, mother="m", father="f", status=Status.AFFECTED) for one in "abc"]
    assert not suggests_counselling(tree(*ill[:2]))
    assert suggests_counselling(tree(*ill))
