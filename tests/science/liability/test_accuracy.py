"""Three ways to one risk, which know nothing of each other, over random families of up to twelve relatives.

A long campaign (docs/campaigns.md) tries 10,000 families instead of 200.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import LONG
from unloop.science.liability import kernel, lifetime_risks, peel, selected_risks
from unloop.science.liability.oracle import integrate

A_TENTH_OF_A_POINT = 1e-3
seeds = st.integers(0, 2**48)
FAMILIES = settings(max_examples=10_000 if LONG else 200, deadline=None)


@FAMILIES
@given(seed=seeds)
def test_the_fast_way_is_within_a_tenth_of_a_point_of_exact_integration(family, seed):
    lineage, kindred, model = family(seed)
    assert abs(lifetime_risks(kindred, model)[0] - peel(lineage, model)) < A_TENTH_OF_A_POINT


@settings(max_examples=400 if LONG else 20, deadline=None)
@given(seed=seeds)
def test_peeling_agrees_with_integration_over_all_liabilities(family, seed):
    lineage, kindred, model = family(seed)
    found = integrate(kindred, model, rng=np.random.default_rng(seed), log2_points=11)
    assert abs(found.risk - peel(lineage, model)) < 1e-6 + 6.0 * found.error


def test_both_exact_ways_agree_to_a_millionth_with_enough_points(family):
    for seed in (3, 17, 29):
        lineage, kindred, model = family(seed, relatives=6)
        found = integrate(kindred, model, rng=np.random.default_rng(seed), log2_points=15)
        assert found.error < 1e-6
        assert found.risk == pytest.approx(peel(lineage, model), abs=1e-6)


@settings(max_examples=1000 if LONG else 50, deadline=None)
@given(seed=seeds)
def test_the_compiled_way_is_the_same_way(family, seed):
    _, kindred, model = family(seed)
    np.testing.assert_allclose(
        kernel.lifetime_risks(kindred, model), lifetime_risks(kindred, model), rtol=0, atol=1e-11
    )


def test_families_of_one_size_are_answered_together_as_alone(family):
    from unloop.science.liability import Kindred, LiabilityModel

    rng, model = np.random.default_rng(5), LiabilityModel()
    shared = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    ill, lived = rng.random((30, 4)) < 0.3, rng.random((30, 4))
    together = lifetime_risks(Kindred(np.broadcast_to(shared, (30, 4, 4)), ill, lived), model)
    alone = [lifetime_risks(Kindred(shared, ill[i], lived[i]), model)[0] for i in range(30)]
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-9)


@settings(max_examples=50, deadline=None)
@given(seed=seeds)
def test_one_sweep_is_near_and_not_as_near(family, seed):
    lineage, kindred, model = family(seed)
    assert selected_risks(kindred, model)[0] == pytest.approx(peel(lineage, model), rel=0.15, abs=5e-3)
