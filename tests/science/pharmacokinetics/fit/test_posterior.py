"""The posterior by importance sampling: the prior without levels, the truth of a fine grid with them."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from measured import MADE_UP_PRIOR, OTTO, PLAN, RACEMATE, level, simulated
from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.fit import fit, sample
from unloop.science.pharmacokinetics.fit.posterior import pareto_k, weighted_quantiles

PRIORS = {"otto": OTTO, "made-up": MADE_UP_PRIOR, "racemate": RACEMATE}
each_prior = pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)


def seeded(seed=1):
    return np.random.default_rng(seed)


def by_grid(found, *, points=241, width=5.0):
    """Mean and covariance of eta by a fine grid over the prior, for two random effects."""
    axes = [np.linspace(-width, width, points) * omega for omega in found.prior.omegas]
    grid = np.array(list(itertools.product(*axes)))
    logs = -found.engine.values(found.case, grid)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ grid
    return mean, ((grid - mean) * weights[:, None]).T @ (grid - mean)


@each_prior
def test_without_levels_the_posterior_is_the_prior(prior):
    found = sample(fit(prior, PLAN, []), rng=seeded(), draws=20_000)
    omegas = prior.omegas
    np.testing.assert_allclose(found.mean / omegas, 0.0, atol=0.04)
    np.testing.assert_allclose(found.covariance, prior.covariance, atol=0.04 * np.max(omegas) ** 2)


@pytest.mark.parametrize("seed", range(5))
def test_the_moments_are_those_of_a_fine_grid(seed):
    _, levels = simulated(OTTO, seed=seed)
    estimate = fit(OTTO, PLAN, [*levels, level(2000.0, 0.4, below=True)])
    mean, covariance = by_grid(estimate)
    found = sample(estimate, rng=seeded(seed), draws=40_000)
    spread = np.sqrt(np.diagonal(covariance))
    np.testing.assert_allclose((found.mean - mean) / spread, 0.0, atol=0.03)
    np.testing.assert_allclose(found.covariance, covariance, atol=0.04 * spread.max() ** 2)


@each_prior
@pytest.mark.parametrize("seed", range(3))
def test_two_thousand_draws_are_worth_a_thousand(prior, seed):
    _, levels = simulated(prior, seed=seed)
    found = sample(fit(prior, PLAN, levels), rng=seeded(seed))
    assert found.ess >= 1000.0
    assert found.pareto_k < 0.7
    assert found.reliable
    assert found.weights.sum() == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_draws():
    estimate = fit(OTTO, PLAN, simulated(OTTO, seed=1)[1])
    np.testing.assert_array_equal(sample(estimate, rng=seeded()).etas, sample(estimate, rng=seeded()).etas)


def test_levels_narrow_the_band_of_the_curve():
    _, levels = simulated(OTTO, seed=2, minutes=(20.0, 40.0, 60.0, 120.0, 240.0))
    minutes = np.array([40.0, 80.0, 230.0])
    before = sample(fit(OTTO, PLAN, []), rng=seeded()).curve_quantiles(minutes)
    after = sample(fit(OTTO, PLAN, levels), rng=seeded()).curve_quantiles(minutes)
    assert np.all(after[2] - after[0] < 0.8 * (before[2] - before[0]))
    assert np.all(np.diff(after, axis=0) > 0)


def test_the_truth_lies_in_the_90_percent_range_about_nine_times_in_ten():
    inside = []
    for seed in range(60):
        eta, levels = simulated(OTTO, seed=1000 + seed)
        found = sample(fit(OTTO, PLAN, levels), rng=seeded(seed))
        ranges = found.parameter_quantiles()
        truth = OTTO.people(eta)
        inside += [ranges[name][0] <= float(truth[name]) <= ranges[name][2] for name in OTTO.names]
    assert 0.82 <= np.mean(inside) <= 0.97


def test_too_few_effective_draws_are_doubled_and_then_confessed():
    estimate = fit(OTTO, PLAN, simulated(OTTO, seed=3)[1])
    more = sample(estimate, rng=seeded(), draws=100, enough=1500.0)
    assert len(more.etas) in {1600, 3200}
    # A proposal far too narrow: its weights have a tail that no number of draws makes good.
    narrow = dataclasses.replace(estimate, covariance=estimate.covariance / 400.0)
    found = sample(narrow, rng=seeded(), enough=100_000.0)
    assert not found.reliable
    assert len(found.etas) == 128_000


@pytest.mark.parametrize("changes", [{"draws": 0}, {"draws": -5}, {"draws": 10**9}, {"enough": 0.0}], ids=str)
def test_a_number_of_draws_that_cannot_be_is_refused(changes):
    with pytest.raises(InputRefused, match="draws"):
        sample(fit(OTTO, PLAN, []), rng=seeded(), **changes)


def test_quantiles_of_equal_weights_are_the_usual_ones():
    values = seeded().standard_normal(5001)
    np.testing.assert_allclose(
        weighted_quantiles(values, np.full(5001, 1 / 5001)), np.quantile(values, (0.05, 0.5, 0.95)), atol=0.01
    )


def test_a_value_of_twice_the_weight_counts_as_two():
    low, middle, high = weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25]))
    assert low <= middle <= high
    assert middle == pytest.approx(2.33, abs=0.34)


@pytest.mark.parametrize(("shape", "low", "high"), [(0.2, 0.0, 0.45), (1.0, 0.75, 1.25)])
def test_the_tail_of_weights_is_measured(shape, low, high):
    heavy = (1.0 - seeded(4).random(4000)) ** -shape
    assert low <= pareto_k(heavy / heavy.sum()) <= high


def test_equal_weights_have_no_tail():
    assert pareto_k(np.full(1000, 0.001)) == 0.0


def test_people_drawn_from_the_posterior_stand_for_it():
    found = sample(fit(OTTO, PLAN, simulated(OTTO, seed=5)[1]), rng=seeded(), draws=8000)
    people = found.people(2000)
    np.testing.assert_allclose(people.mean(axis=0), found.mean, atol=0.01)
    np.testing.assert_allclose(np.cov(people.T), found.covariance, atol=0.006)
