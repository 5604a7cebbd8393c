"""What must hold of a risk, whatever the family."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.liability import (
    Kindred,
    LiabilityModel,
    Lineage,
    Tics,
    estimate,
    implied_correlation,
    lifetime_risks,
    odds_ratio,
    peel,
    remaining,
)

seeds = st.integers(0, 2**48)
FEW = settings(max_examples=40, deadline=None)
NOBODY = Kindred(np.eye(1), np.array([False]), np.array([0.0]))


def with_person(lineage: Lineage, person: int, *, ill: bool, lived: float) -> Lineage:
    ills, parts = list(lineage.ill), list(lineage.lived)
    ills[person], parts[person] = ill, lived
    return replace(lineage, ill=ills, lived=parts)


@FEW
@given(seed=seeds)
def test_of_one_whom_nothing_is_known_of_nothing_is_learnt(family, seed):
    lineage, _, model = family(seed)
    more = replace(
        lineage,
        mother=[*lineage.mother, 0],
        father=[*lineage.father, -1],
        twin=[*lineage.twin, len(lineage.twin)],
        ill=[*lineage.ill, False],
        lived=[*lineage.lived, 0.0],
    )
    assert peel(more, model) == pytest.approx(peel(lineage, model), abs=1e-12)


@FEW
@given(seed=seeds)
def test_the_state_of_person_0_is_not_looked_at(family, seed):
    lineage, kindred, model = family(seed)
    changed = with_person(lineage, 0, ill=True, lived=1.0)
    assert peel(changed, model) == peel(lineage, model)
    ill = kindred.ill.copy()
    ill[0] = True
    assert lifetime_risks(replace(kindred, ill=ill), model) == lifetime_risks(
        replace(kindred, ill=ill & (np.arange(ill.size) > 0)), model
    )


@FEW
@given(seed=seeds)
def test_without_inheritance_everybody_has_the_risk_of_anybody(family, seed):
    lineage, kindred, model = family(seed)
    flat = LiabilityModel(model.prevalence, 0.0)
    assert peel(lineage, flat) == pytest.approx(model.prevalence)
    assert lifetime_risks(kindred, flat)[0] == pytest.approx(model.prevalence, rel=1e-9)


@FEW
@given(seed=seeds)
def test_one_ill_relative_never_lowers_and_one_well_never_raises_the_risk_and_both_average_to_it(
    family, seed
):
    """Of one relative alone: two may explain each other (beside an ill child a well partner raises the risk)."""
    lineage, _, model = family(seed)
    alone = replace(lineage, ill=[False] * len(lineage.ill), lived=[0.0] * len(lineage.ill))
    last, k = len(lineage.ill) - 1, model.prevalence
    ill = peel(with_person(alone, last, ill=True, lived=0.0), model)
    well = peel(with_person(alone, last, ill=False, lived=1.0), model)
    assert well <= k + 1e-12
    assert k <= ill + 1e-12
    assert k * ill + (1.0 - k) * well == pytest.approx(k, abs=1e-12)


@FEW
@given(seed=seeds)
def test_the_range_holds_the_estimate_and_tics_never_lower_it(family, seed):
    lineage, kindred, model = family(seed, relatives=4)
    plain, sibling, other = (estimate(kindred, lineage, model, tics=tics) for tics in Tics)
    for found in (plain, sibling, other):
        assert 0.0 < found.low <= found.risk <= found.high < 1.0
        assert found.baseline == model.prevalence
        assert found.relative_risk == pytest.approx(found.risk / found.baseline)
    assert plain.risk == other.risk < sibling.risk
    assert other.high == pytest.approx(sibling.high)


def one_parent_ill() -> tuple[Kindred, Lineage]:
    shared = np.array([[1.0, 0.5], [0.5, 1.0]])
    return (
        Kindred(shared, np.array([False, True]), np.zeros(2)),
        Lineage([1, -1], [-1, -1], [0, 1], [False, True], [0.0, 0.0]),
    )


def test_one_ill_parent_spans_what_the_parameters_leave_open():
    found = estimate(*one_parent_ill(), LiabilityModel())
    assert (found.risk, found.low, found.high) == pytest.approx((0.0653, 0.034, 0.098), abs=5e-4)
    assert found.method == "exact integration"


def test_tics_in_a_sibling_about_double_the_odds():
    plain, tics = (
        estimate(*one_parent_ill(), LiabilityModel(), tics=one) for one in (Tics.NOT_KNOWN, Tics.IN_A_SIBLING)
    )
    odds = [found.risk / (1 - found.risk) for found in (plain, tics)]
    assert odds[1] / odds[0] == pytest.approx(2.18, abs=0.01)


def test_a_family_with_loops_is_answered_by_propagation(relatedness):
    """Two brothers married two sisters: every cousin shares a quarter, not an eighth."""
    mother, father = [5, -1, -1, -1, -1, 3, 1, 3, 1, 7], [6, -1, -1, -1, -1, 4, 2, 4, 2, 8]
    ill = [False] * 9 + [True]
    lineage = Lineage(mother, father, list(range(10)), ill, [0.0] * 10)
    shared = relatedness(mother, father, list(range(10)))
    assert shared[0, 9] == 0.25
    assert peel(lineage, LiabilityModel()) is None
    kindred = Kindred(shared, np.array(ill), np.zeros(10))
    found = estimate(kindred, lineage, LiabilityModel())
    assert found.method == "expectation propagation"
    half = Kindred(np.array([[1, 0.25], [0.25, 1]]), np.array([False, True]), np.zeros(2))
    assert found.risk == pytest.approx(lifetime_risks(half, LiabilityModel())[0], abs=1e-6)


def test_nobody_else_means_the_risk_of_anybody():
    assert lifetime_risks(NOBODY, LiabilityModel())[0] == pytest.approx(0.02)


@pytest.mark.parametrize("lived", [0.0, 0.3, 1.0])
def test_what_remains_is_what_bayes_leaves(lived):
    risk = 0.065
    assert remaining(risk, lived=lived) == pytest.approx(risk * (1 - lived) / (risk * (1 - lived) + 1 - risk))


@given(st.floats(1e-3, 0.1), st.floats(0.05, 0.9))
def test_the_correlation_comes_back_from_its_odds_ratio(prevalence, h2):
    model = LiabilityModel(prevalence, h2)
    assert implied_correlation(odds_ratio(model), prevalence=prevalence) == pytest.approx(0.5 * h2, abs=1e-7)


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: LiabilityModel(2.0), "prevalence"),
        (lambda: LiabilityModel(0.0), "prevalence"),
        (lambda: LiabilityModel(float("nan")), "prevalence"),
        (lambda: LiabilityModel(0.02, 0.99), "h2"),
        (lambda: LiabilityModel(0.02, -0.1), "h2"),
        (lambda: Kindred(np.eye(2), np.array([False]), np.array([0.0])), "kindred"),
        (lambda: Kindred(np.eye(1), np.array([False]), np.array([1.5])), "kindred, lived"),
        (lambda: Kindred(np.eye(1), np.array([False]), np.array([np.nan])), "kindred, lived"),
        (lambda: peel(Lineage([7], [-1], [0], [False], [0.0]), LiabilityModel()), "lineage"),
        (lambda: peel(Lineage([-1], [-1], [0], [False], []), LiabilityModel()), "lineage"),
        (lambda: implied_correlation(0.5, prevalence=0.02), "odds ratio"),
    ],
)
def test_what_the_model_cannot_take_is_refused(make, where):
    with pytest.raises(InputRefused) as refused:
        make()
    assert refused.value.where == where


def test_the_room_needs_neither_scipy_nor_numba():
    import subprocess
    import sys

    program = "import sys, unloop.science.liability; print(sorted({'scipy', 'numba'} & set(sys.modules)))"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"
