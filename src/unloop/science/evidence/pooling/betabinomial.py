"""Proportions that differ from place to place: the beta-binomial model, and what a further place may see."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import OneArm
from unloop.science.evidence.pooling.numerics import beta_quantile, chi2_above, root
from unloop.science.evidence.pooling.reference import Interval

FARTHEST = 15.0  # log odds of the mean
SIZES = (-6.0, 14.0)  # log of a + b: from places that differ wholly to places that do not differ
AWAY = 0.5  # the logarithm of the square root of rho, as that of tau is added for effects


@dataclass(frozen=True, slots=True)
class Proportions:
    """Response across samples.

    Attributes:
        mean: of the law that samples' true proportions are drawn from.
        rho: correlation of two people of one sample; 0 is no difference between samples.
        prediction: interval of a further sample's true proportion, estimates taken as known.
        chi2, chi2_degrees, chi2_p: test of equal proportions, rough where cells are small.
    """

    mean: float
    rho: float
    prediction: Interval
    chi2: float
    chi2_degrees: int
    chi2_p: float | None


def beta_binomial(data: OneArm, *, level: float = 0.8) -> Proportions:
    """Maximum likelihood; the interval's level is 80% by default, since so few samples carry no 95%."""
    mean, size = _fitted(_Likelihood.of(data))
    chi2 = _chi2(data)
    degrees = data.n.size - 1
    return Proportions(
        mean=mean,
        rho=1.0 / (1.0 + size),
        prediction=_between(mean, size, level),
        chi2=chi2,
        chi2_degrees=degrees,
        chi2_p=chi2_above(chi2, degrees) if degrees else None,
    )


def further_place(data: OneArm, *, level: float = 0.8) -> Interval:
    """Where a further place may lie, never as one number: few samples often show no difference where there is some.

    Half the logarithm of rho is added to the likelihood, which keeps rho off 0 and fades as samples come in (after
    Chung, Rabe-Hesketh and Choi 2013, Stat Med 32:4071, who keep the variance between studies off 0 in this way).
    Where nobody had the event in any sample, or everybody had it, it has no width.
    """
    return _between(*_fitted(_Likelihood.of(data, away=AWAY)), level)


def _fitted(likelihood: _Likelihood) -> tuple[float, float]:
    size = math.exp(_likeliest_size(likelihood))
    return likelihood.mean_at(size), size


def _between(mean: float, size: float, level: float) -> Interval:
    tail = (1.0 - level) / 2.0
    a, b = mean * size, (1.0 - mean) * size
    return beta_quantile(tail, a, b), beta_quantile(1.0 - tail, a, b)


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """The log-likelihood as sums of logarithms, one for each person: no gamma function cancels another.

    `with_, without, people`: in how many samples more than j had the event, had none, were there; shapes (J,).
    `away`: how many times the logarithm of rho, 1 / (1 + a + b), is added.
    """

    with_: FloatArray
    without: FloatArray
    people: FloatArray
    away: float = 0.0

    @classmethod
    def of(cls, data: OneArm, *, away: float = 0.0) -> _Likelihood:
        """The same counts, turned round: for each j, how many samples reach beyond it."""
        return cls(_beyond(data.events), _beyond(data.n - data.events), _beyond(data.n), away)

    def value(self, mean: float, size: float) -> float:
        """The log-likelihood, without binomial coefficients."""
        a, b = mean * size, (1.0 - mean) * size
        told = _logs(self.with_, a) + _logs(self.without, b) - _logs(self.people, size)
        return told - self.away * math.log1p(size)

    def mean_at(self, size: float) -> float:
        """The likeliest mean for this a + b; the likelihood has one top in the mean."""

        def slope(logit: float) -> float:
            mean = 1.0 / (1.0 + math.exp(-logit))
            return _shares(self.with_, mean * size) - _shares(self.without, (1.0 - mean) * size)

        if slope(-FARTHEST) <= 0.0:
            return 1.0 / (1.0 + math.exp(FARTHEST))
        if slope(FARTHEST) >= 0.0:
            return 1.0 / (1.0 + math.exp(-FARTHEST))
        return 1.0 / (1.0 + math.exp(-root(slope, -FARTHEST, FARTHEST, within=1e-13)))

    def slope_at(self, log_size: float) -> float:
        """How the likelihood at its likeliest mean rises with the size."""
        size = math.exp(log_size)
        mean = self.mean_at(size)
        a, b = mean * size, (1.0 - mean) * size
        return (
            mean * _shares(self.with_, a)
            + (1.0 - mean) * _shares(self.without, b)
            - _shares(self.people, size)
            - self.away / (1.0 + size)
        )


def _likeliest_size(likelihood: _Likelihood) -> float:
    """The log of a + b: the best of a coarse scan, then the root of the slope beside it."""
    scan: list[float] = np.linspace(*SIZES, 21).tolist()
    values = [likelihood.value(likelihood.mean_at(math.exp(one)), math.exp(one)) for one in scan]
    best = int(np.argmax(values))
    low, high = scan[max(best - 1, 0)], scan[min(best + 1, len(scan) - 1)]
    if likelihood.slope_at(low) <= 0.0:
        return low
    if likelihood.slope_at(high) >= 0.0:
        return high
    return root(likelihood.slope_at, low, high, within=1e-10)


def _beyond(counts: FloatArray) -> FloatArray:
    return np.array((counts[:, None] > np.arange(int(counts.max()))).sum(axis=0), dtype=np.float64)


def _logs(weights: FloatArray, first: float) -> float:
    return float(weights @ np.log(first + np.arange(weights.size)))


def _shares(weights: FloatArray, first: float) -> float:
    return float(weights @ (1.0 / (first + np.arange(weights.size))))


def _chi2(data: OneArm) -> float:
    share = float(data.events.sum() / data.n.sum())
    if share in {0.0, 1.0}:
        return 0.0
    return float(((data.events - data.n * share) ** 2 / (data.n * share * (1.0 - share))).sum())
