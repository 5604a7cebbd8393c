"""Everybody whom the levels leave possible: the posterior by importance sampling around the maximum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.drug import Analyte
from unloop.science.pharmacokinetics.fit.estimate import Estimate

QUANTILES = (0.05, 0.5, 0.95)
FREEDOM = 5.0  # of Student's t: tails heavier than any posterior's under a normal prior
DRAWS = 2_000
MOST_DRAWS = 128_000
ENOUGH = 1_000.0  # effective draws
LARGEST_K = 0.7  # of the Pareto tail of the weights: above it an average over draws cannot be trusted
CURVE_PEOPLE = 400


@dataclass(frozen=True, slots=True)
class Posterior:
    """Weighted draws from the posterior of one person's random effects.

    Attributes:
        etas: shape (M, P).
        weights: shape (M,); they add up to 1.
        ess: the effective number of draws, 1 / sum of squared weights.
        pareto_k: the shape of the tail of the weights (Vehtari 2024, doi 10.48550/arXiv.1507.02646).
        reliable: whether `ess` and `pareto_k` keep their bounds.
    """

    estimate: Estimate
    etas: FloatArray
    weights: FloatArray
    ess: float
    pareto_k: float
    reliable: bool

    @property
    def mean(self) -> FloatArray:
        """Mean of eta; shape (P,)."""
        return self.weights @ self.etas

    @property
    def covariance(self) -> FloatArray:
        """Covariance of eta; shape (P, P)."""
        away = self.etas - self.mean
        covariance: FloatArray = (away * self.weights[:, None]).T @ away
        return covariance

    def parameter_quantiles(self) -> dict[str, tuple[float, float, float]]:
        """5 %, 50 % and 95 % of each varying parameter, in its unit."""
        people = self.estimate.prior.people(self.etas)
        return {name: weighted_quantiles(people[name], self.weights) for name in self.estimate.prior.names}

    def curve_quantiles(self, minutes: FloatArray, *, analyte: Analyte | None = None) -> FloatArray:
        """5 %, 50 % and 95 % of the true concentration at each minute; shape (3, T). Without residual error."""
        estimate = self.estimate
        asked = estimate.prior.asked(estimate.schedule, minutes, analyte=analyte or estimate.prior.analyte)
        levels = estimate.engine.predict(asked, self.people(CURVE_PEOPLE))
        bands: FloatArray = np.quantile(levels, QUANTILES, axis=0)
        return bands

    def people(self, number: int) -> FloatArray:
        """Equally probable people, drawn systematically from the weighted ones; shape (number, P)."""
        marks = (np.arange(number) + 0.5) / number
        chosen = np.searchsorted(np.cumsum(self.weights), marks)
        return self.etas[np.minimum(chosen, len(self.etas) - 1)]


def sample(
    estimate: Estimate, *, rng: np.random.Generator, draws: int = DRAWS, enough: float = ENOUGH
) -> Posterior:
    """Draw from the posterior: Student's t around the maximum, weighted by what the levels say.

    Draws on, twice as many each time, until the effective number is enough or 128,000 are drawn; the answer says
    whether it was reached.

    Args:
        rng: a generator of the caller's; the same seed gives the same draws.
        draws: how many to begin with.
        enough: the effective number to reach.

    Raises:
        InputRefused: when the numbers are not above 0.
    """
    if not (0 < draws <= MOST_DRAWS and enough > 0):
        raise InputRefused(
            "draws", given=f"{draws}, {enough} effective", allowed=f"1 to {MOST_DRAWS}", mend="ask for fewer"
        )
    etas, logs = _drawn(estimate, draws, rng)
    weights = _weights(logs)
    while 1.0 / float(weights @ weights) < enough and len(etas) < MOST_DRAWS:
        more, more_logs = _drawn(estimate, len(etas), rng)
        etas, logs = np.concatenate([etas, more]), np.concatenate([logs, more_logs])
        weights = _weights(logs)
    ess, k = 1.0 / float(weights @ weights), pareto_k(weights)
    return Posterior(estimate, etas, weights, ess=ess, pareto_k=k, reliable=ess >= enough and k <= LARGEST_K)


def _drawn(estimate: Estimate, draws: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Draws from the proposal, shape (M, P), and the logarithms of their weights up to a constant."""
    effects = estimate.eta.size
    normal = rng.standard_normal((draws, effects))
    stretched = normal / np.sqrt(rng.chisquare(FREEDOM, draws) / FREEDOM)[:, None]
    etas = estimate.eta + stretched @ np.linalg.cholesky(estimate.covariance).T
    squared = np.einsum("mp,mp->m", stretched, stretched)
    proposal = -0.5 * (FREEDOM + effects) * np.log1p(squared / FREEDOM)
    return etas, -estimate.engine.values(estimate.case, etas) - proposal


def _weights(logs: FloatArray) -> FloatArray:
    usable = np.where(np.isfinite(logs), logs, -np.inf)
    weights = np.exp(usable - np.max(usable))
    total: FloatArray = weights / weights.sum()
    return total


def weighted_quantiles(values: FloatArray, weights: FloatArray) -> tuple[float, float, float]:
    """5 %, 50 % and 95 % of weighted values of shape (M,)."""
    order = np.argsort(values)
    middle = np.cumsum(weights[order]) - 0.5 * weights[order]
    low, median, high = np.interp(QUANTILES, middle, values[order]).tolist()
    return low, median, high


def pareto_k(weights: FloatArray) -> float:
    """The shape of a generalised Pareto distribution over the largest weights, by Zhang and Stephens (2009).

    Below 0.5 averages converge as usual, above 0.7 they cannot be trusted.
    """
    tail = int(min(0.2 * weights.size, 3.0 * math.sqrt(weights.size)))
    largest = np.sort(weights)[-tail - 1 :]
    excess = largest[1:] - largest[0]
    if tail < 5 or not excess[-1] > 0:
        return 0.0
    number = 30 + int(math.sqrt(tail))
    quarter = excess[max(int(tail / 4 + 0.5) - 1, 0)] or excess[-1]
    grid = 1.0 / excess[-1] + (1.0 - np.sqrt(number / (np.arange(1, number + 1) - 0.5))) / (3.0 * quarter)
    shapes = np.mean(np.log1p(-grid[:, None] * excess), axis=1)
    profile = tail * (np.log(-grid / shapes) - shapes - 1.0)
    chances = np.exp(profile - np.max(profile))
    best = float(grid @ (chances / chances.sum()))
    shape = float(np.mean(np.log1p(-best * excess)))
    return (tail * shape + 5.0) / (tail + 10.0)
