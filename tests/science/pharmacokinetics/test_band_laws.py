"""A band is people, not decoration: it scales with dose, narrows to the typical person, and widens with variance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    Administration,
    Drug,
    Infusion,
    Schedule,
    band,
    model,
    racemate_on,
    typical_curve,
)

TIMES = np.array([5.0, 40.0, 45.0, 110.0, 230.0])
OTTO = model("otto-2021")
RACEMATE = model("racemate-otto-2021")


def given_mg(drug, mg=35.0, *, start=0.0, weight_kg=70.0):
    infusion = Infusion.of_dose(mg, start_min=start, end_min=start + 40.0)
    return Administration(drug, Schedule((infusion,)), weight_kg=weight_kg)


def drawn(found, administered, times=TIMES, *, subjects=300, seed=3):
    return band(found, administered, times, subjects=subjects, rng=np.random.default_rng(seed))


def with_spread_times(factor):
    """Otto 2021 with every standard deviation multiplied."""
    covariance = tuple(tuple(value * factor**2 for value in row) for row in OTTO.between.covariance)
    return replace(OTTO, between=OTTO.between.model_copy(update={"covariance": covariance}))


@settings(max_examples=20)
@given(st.floats(1.0, 100.0))
def test_a_band_is_proportional_to_the_dose(mg):
    one, other = drawn(OTTO, given_mg(Drug.ESKETAMINE)), drawn(OTTO, given_mg(Drug.ESKETAMINE, mg))
    for name in ("p05", "p50", "p95"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name) * mg / 35.0, rtol=1e-9)


@settings(max_examples=20)
@given(st.floats(-500.0, 5000.0))
def test_a_band_moves_with_the_clock(start):
    moved = drawn(OTTO, given_mg(Drug.ESKETAMINE, start=start), TIMES + start)
    np.testing.assert_allclose(moved.p95, drawn(OTTO, given_mg(Drug.ESKETAMINE)).p95, rtol=1e-7)


def test_without_variance_everybody_is_the_typical_person():
    found = drawn(with_spread_times(0.0), given_mg(Drug.ESKETAMINE))
    typical = typical_curve(OTTO, given_mg(Drug.ESKETAMINE), TIMES).ng_per_ml
    for curve in (found.p05, found.p50, found.p95):
        np.testing.assert_allclose(curve, typical, rtol=1e-12)


def test_more_variance_is_a_wider_band():
    widths = [
        found.p95 - found.p05
        for found in (
            drawn(with_spread_times(factor), given_mg(Drug.ESKETAMINE)) for factor in (0.5, 1.0, 1.5)
        )
    ]
    assert np.all(np.diff(widths, axis=0) > 0)


def test_the_spread_is_widest_in_relation_while_the_drug_runs_in_and_first_volume_counts():
    # Only V1 and CL vary: after distribution what is left of V1's spread is small.
    found = drawn(OTTO, given_mg(Drug.ESKETAMINE), subjects=2000)
    relative = (found.p95 - found.p05) / found.p50
    assert relative[0] > relative[2] > relative[3]


def test_s_and_r_of_one_person_move_together():
    # With R cleared as fast as S, the racemate's people are the esketamine's people.
    equal = racemate_on(OTTO, clearance_ratio=1.0)
    one, other = drawn(equal, given_mg(Drug.RACEMATE)), drawn(OTTO, given_mg(Drug.ESKETAMINE))
    np.testing.assert_allclose(one.p05, other.p05, rtol=1e-12)
    np.testing.assert_allclose(one.p95, other.p95, rtol=1e-12)


def test_a_band_says_what_it_is_a_band_of():
    assert drawn(RACEMATE, given_mg(Drug.RACEMATE)).analyte == "ketamine (S + R)"
    assert drawn(OTTO, given_mg(Drug.ESKETAMINE)).analyte == "S-ketamine"


def test_other_people_give_nearly_the_same_band():
    bands = [drawn(RACEMATE, given_mg(Drug.RACEMATE), subjects=4000, seed=seed) for seed in range(3)]
    for name in ("p05", "p50", "p95"):
        curves = np.stack([getattr(one, name) for one in bands])
        np.testing.assert_allclose(curves, np.broadcast_to(curves.mean(axis=0), curves.shape), rtol=0.03)


def test_a_single_person_is_a_band_of_one():
    found = drawn(OTTO, given_mg(Drug.ESKETAMINE), subjects=1)
    np.testing.assert_array_equal(found.p05, found.p95)


def test_the_middle_is_the_median_and_not_the_mean():
    found = drawn(OTTO, given_mg(Drug.ESKETAMINE), subjects=4001)
    above = found.p95 / found.p50
    below = found.p50 / found.p05
    np.testing.assert_allclose(above[1], below[1], rtol=0.12)  # about even on the log scale


@pytest.mark.parametrize("drug", [Drug.RACEMATE])
def test_a_band_of_the_wrong_drug_is_refused(drug):
    with pytest.raises(InputRefused, match="esketamine"):
        drawn(OTTO, given_mg(drug))
