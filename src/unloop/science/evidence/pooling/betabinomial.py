"""Proportions that differ from place to place: the beta-binomial model, and what a further place may see."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import OneArm
from unloop.science.evidence.pooling.numerics import beta_quantile, chi2_above, log_beta, lowest
from unloop.science.evidence.pooling.reference import Interval

BOUNDS = ((-15.0, 15.0), (-6.0, 14.0))  # log odds of the mean; log of a + b


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

    def loss(point: FloatArray) -> float:
        return _loss(point, data)

    best, _ = min((lowest(loss, start, bounds=BOUNDS) for start in _starts(data)), key=lambda found: found[1])
    mean, size = 1.0 / (1.0 + math.exp(-float(best[0]))), math.exp(float(best[1]))
    tail = (1.0 - level) / 2.0
    a, b = mean * size, (1.0 - mean) * size
    chi2 = _chi2(data)
    degrees = data.n.size - 1
    return Proportions(
        mean=mean,
        rho=1.0 / (1.0 + size),
        prediction=(beta_quantile(tail, a, b), beta_quantile(1.0 - tail, a, b)),
        chi2=chi2,
        chi2_degrees=degrees,
        chi2_p=chi2_above(chi2, degrees) if degrees else None,
    )


def _starts(data: OneArm) -> list[FloatArray]:
    share = float((data.events.sum() + 0.5) / (data.n.sum() + 1.0))
    return [np.array([math.log(share / (1.0 - share)), size]) for size in (0.0, 2.0, 5.0)]


def _loss(point: FloatArray, data: OneArm) -> float:
    mean, size = 1.0 / (1.0 + math.exp(-float(point[0]))), math.exp(float(point[1]))
    a, b = mean * size, (1.0 - mean) * size
    return -float((log_beta(data.events + a, data.n - data.events + b) - log_beta(a, b)).sum())


def _chi2(data: OneArm) -> float:
    share = float(data.events.sum() / data.n.sum())
    if share in {0.0, 1.0}:
        return 0.0
    return float(((data.events - data.n * share) ** 2 / (data.n * share * (1.0 - share))).sum())
