"""Few studies: the posterior under a half-normal prior for tau, its scale said, two more beside it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import Means, Measure, OneArm, effects_given, effects_of
from unloop.science.evidence.pooling import Method, default_prior_scale, pool, pool_bayes, posterior

data = st.integers(1, 8).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-5, 5), min_size=k, max_size=k),
        st.lists(st.floats(0.01, 4), min_size=k, max_size=k),
    )
)


def given_effects(y, v, measure=Measure.RR):
    return effects_given(measure, y, v, labels=tuple(f"study {i}" for i in range(len(y))))


@pytest.mark.parametrize(
    ("first", "estimate", "low", "high"),
    [(13, -0.709, -1.091, -0.347), (3, -1.316, -2.072, -0.540), (2, -1.303, -2.233, -0.332)],
)
def test_the_grid_gives_the_reference_figures(risk_ratios, first, estimate, low, high):
    found = pool_bayes(given_effects(risk_ratios.yi[:first], risk_ratios.vi[:first]))
    assert (found.estimate, *found.ci) == pytest.approx((estimate, low, high), abs=6e-4)


@settings(max_examples=40)
@given(data)
def test_a_prior_that_allows_no_heterogeneity_is_the_common_effect(drawn):
    effects = given_effects(*drawn)
    none, common = pool_bayes(effects, prior_scale=1e-7), pool(effects, Method.FE)
    assert none.estimate == pytest.approx(common.estimate, abs=1e-5)
    assert none.ci == pytest.approx(common.ci, abs=1e-5)


@settings(max_examples=40)
@given(data)
def test_a_prior_that_allows_more_heterogeneity_never_makes_the_prediction_narrower(drawn):
    effects = given_effects(*drawn)
    widths = [np.ptp(pool_bayes(effects, prior_scale=scale).prediction_interval) for scale in (0.1, 0.5, 2.0)]
    assert widths == sorted(widths)


@settings(max_examples=40)
@given(data, st.floats(0.05, 5))
def test_the_posterior_is_a_probability_and_its_interval_holds_what_it_promises(drawn, scale):
    found = posterior(given_effects(*drawn), scale)
    assert found.mass.sum() == pytest.approx(1.0)
    low, high = found.effect_interval(0.95)

    def below(value):
        return float(
            found.mass @ [0.5 * math.erfc((m - value) / (s * math.sqrt(2))) for m, s in _pairs(found)]
        )

    assert (below(low), below(high)) == pytest.approx((0.025, 0.975), abs=1e-6)


def _pairs(found):
    return zip(found.mean.tolist(), found.sd.tolist(), strict=True)


def test_the_posterior_of_tau_agrees_with_a_sum_over_a_much_finer_grid(risk_ratios):
    found = posterior(risk_ratios, 0.5)
    tau = np.linspace(0.0, 4.0, 200_001)
    w = 1.0 / (risk_ratios.vi + tau[:, None] ** 2)
    mean = (w @ risk_ratios.yi) / w.sum(axis=1)
    log = 0.5 * (np.log(w).sum(1) - np.log(w.sum(1)) - (w * (risk_ratios.yi - mean[:, None]) ** 2).sum(1))
    mass = np.exp(log - 2.0 * tau**2 - (log - 2.0 * tau**2).max())
    mass /= mass.sum()
    assert found.mass @ found.tau == pytest.approx(mass @ tau, abs=1e-6)
    assert found.mass @ found.mean == pytest.approx(mass @ mean, abs=1e-6)


def test_effects_a_hundred_times_the_prior_apart_are_still_answered():
    found = pool_bayes(given_effects([-100.0, 0.0, 100.0], [0.01, 0.01, 0.01]), prior_scale=0.5)
    assert found.estimate == pytest.approx(0.0, abs=1e-6)
    assert found.tau2 > 50.0  # a hundred times what the prior expects


def test_the_default_scale_is_said_and_two_others_stand_beside(risk_ratios):
    found = pool_bayes(risk_ratios)
    assert "half-normal(0.5)" in found.method
    assert "half-normal(0.25)" in found.notes[0]
    assert "half-normal(1)" in found.notes[0]


def test_the_scale_of_a_mean_difference_comes_from_the_spread_within_arms():
    data = Means(*(np.array([x]) for x in (10.0, 20.0, 6.0, 10.0, 25.0, 8.0)))
    effects = effects_of(Measure.MD, data, labels=("one",))
    assert default_prior_scale(effects) == pytest.approx(0.5 * math.sqrt((36 + 64) / 2))
    with pytest.raises(InputRefused, match="half the standard deviation"):
        pool_bayes(given_effects([1.0], [1.0], Measure.MD))
    assert pool_bayes(given_effects([1.0], [1.0], Measure.MD), prior_scale=3.0).k == 1


def test_the_scale_of_a_proportion_is_a_quarter_of_that_of_log_odds():
    data = OneArm(np.array([3.0]), np.array([8.0]))
    assert default_prior_scale(effects_of(Measure.PR, data, labels=("one",))) == 0.125


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan])
def test_a_scale_that_is_none_is_refused(risk_ratios, scale):
    with pytest.raises(InputRefused, match="positive number"):
        pool_bayes(risk_ratios, prior_scale=scale)
