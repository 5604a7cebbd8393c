"""Effects are data: what was printed, what was not, and what was only observed."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unloop.quantity import InputRefused
from unloop.science.pharmacodynamics import (
    Estimated,
    absent_effects,
    catalogue,
    effect,
    effect_ids,
    observations,
)

DISSOCIATION = effect("dissociation")


def test_dissociation_is_as_olofsen_2022_prints_it():
    assert DISSOCIATION.c50_ng_per_ml == Estimated(value=121.0, low=90.0, high=157.0)
    assert DISSOCIATION.half_life_min == Estimated(value=8.3, low=5.1, high=13.0)
    assert DISSOCIATION.ke0_per_h == pytest.approx(5.01, abs=0.005)
    assert DISSOCIATION.driven_by == "S-ketamine"
    assert any("Hill" in note for note in DISSOCIATION.notes)


def test_feeling_high_is_at_a_lower_level_and_has_no_course():
    high = effect("drug-high")
    assert high.c50_ng_per_ml.value == 71.0
    assert high.percent_of_maximum(71.0) == pytest.approx(50.0)
    with pytest.raises(InputRefused, match="course over time"):
        _ = high.ke0_per_h


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4))
def test_more_at_the_site_is_never_less_of_an_effect(one, other):
    low, high = sorted((one, other))
    assert DISSOCIATION.percent_of_maximum(low) <= DISSOCIATION.percent_of_maximum(high) < 100.0


def test_nothing_at_the_site_is_no_effect_and_the_c50_is_half():
    np.testing.assert_allclose(DISSOCIATION.percent_of_maximum([0.0, 121.0]), [0.0, 50.0])


def test_a_range_means_95_in_100_of_a_log_normal():
    drawn = DISSOCIATION.c50_ng_per_ml.drawn(np.random.default_rng(1).standard_normal(200_000))
    assert np.quantile(drawn, (0.025, 0.5, 0.975)) == pytest.approx([91.6, 121.0, 159.8], rel=0.01)
    assert Estimated(value=71.0).drawn(np.ones(3)).tolist() == [71.0, 71.0, 71.0]


@pytest.mark.parametrize(
    "wrong",
    [{"low": 1.0}, {"high": 200.0}, {"low": 130.0, "high": 150.0}, {"value": -1.0}, {"unit": "x"}],
    ids=str,
)
def test_an_estimate_that_cannot_be_is_no_estimate(wrong):
    with pytest.raises(ValidationError):
        Estimated(**{"value": 121.0, **wrong})


def test_what_is_not_known_is_absent_with_its_reason():
    reasons = {one.id: one.reason for one in absent_effects()}
    assert {"blood-pressure", "bispectral-index", "tolerance"} <= set(reasons)
    for absent, reason in reasons.items():
        with pytest.raises(InputRefused) as refusal:
            effect(absent)
        assert refusal.value.mend == reason


def test_an_unknown_effect_is_refused_with_those_that_there_are():
    with pytest.raises(InputRefused, match="dissociation"):
        effect("happiness")


def test_every_effect_and_observation_names_its_source_once():
    assert len(set(effect_ids())) == len(effect_ids())
    ids = [one.id for one in observations()]
    assert len(set(ids)) == len(ids)
    assert all(one.source and one.read_in and one.sureness for one in observations())


def test_observed_pressure_stands_where_no_model_does():
    pressure = [one for one in observations() if one.effect == "blood-pressure"]
    assert len(pressure) >= 4
    series = next(one for one in pressure if one.n == 135)
    assert [point.value for point in series.points] == [7.4, 6.0, 1.9]


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(catalogue).failed == 0
