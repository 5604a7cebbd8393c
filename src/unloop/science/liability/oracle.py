"""The exact risk for any kinship by integration over all liabilities; slow, needs SciPy, and no page loads it.

Genz's separation of variables (1992): liabilities are drawn one after another, each from its law given those before
and within what was observed, and each draw carries the chance of that observation as its weight. Points come from
scrambled Sobol sequences; independent scramblings give the error. Observations that only make an illness less likely
(well so far) are part of the same law, so no sum over cases is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from unloop.science.liability.arrays import FloatArray
from unloop.science.liability.propagation import liability_covariance
from unloop.science.liability.threshold_model import Kindred, LiabilityModel


@dataclass(frozen=True, slots=True)
class Integrated:
    """An integral and the standard error of its scramblings, both fractions of 1."""

    risk: float
    error: float


def integrate(
    kindred: Kindred,
    model: LiabilityModel,
    *,
    rng: np.random.Generator,
    log2_points: int = 13,
    scramblings: int = 8,
) -> Integrated:
    """The lifetime risk of person 0 of one family.

    Args:
        log2_points: of each scrambling; each further one about halves the error.
        scramblings: independent repetitions, at least 2.
    """
    ordered = kindred.affected_first()
    tells = np.flatnonzero(ordered.ill[0] | (ordered.lived[0] > 0.0))
    tells = tells[tells > 0]
    if tells.size == 0:
        return Integrated(model.prevalence, 0.0)
    chosen = np.append(tells, 0)
    covariance = liability_covariance(ordered.relatedness[0], model)[np.ix_(chosen, chosen)]
    factor: FloatArray = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    ill, lived = ordered.ill[0, tells], ordered.lived[0, tells]
    risks = [
        _one(factor, model.threshold, ill, lived=lived, points=_points(tells.size, log2_points, rng))
        for _ in range(scramblings)
    ]
    return Integrated(float(np.mean(risks)), float(np.std(risks, ddof=1)) / math.sqrt(scramblings))


def _points(dimensions: int, log2_points: int, rng: np.random.Generator) -> FloatArray:
    sobol = qmc.Sobol(dimensions, scramble=True, rng=rng)
    points: FloatArray = np.clip(sobol.random_base2(log2_points), 1e-15, 1.0 - 1e-15)
    return points


def _one(
    factor: FloatArray, threshold: float, ill: FloatArray, *, lived: FloatArray, points: FloatArray
) -> float:
    drawn = np.empty_like(points)
    log_weight = np.zeros(points.shape[0])
    for j in range(points.shape[1]):
        mean = drawn[:, :j] @ factor[j, :j]
        a = (threshold - mean) / factor[j, j]
        above = ndtr(-a)
        if ill[j]:
            chance = above
            drawn[:, j] = -ndtri(points[:, j] * above)
        else:
            chance = 1.0 - lived[j] * above
            drawn[:, j] = _drawn_well(points[:, j] * chance, a, chance, kept=1.0 - float(lived[j]))
        log_weight += np.log(chance)
    weight = np.exp(log_weight - log_weight.max())
    last = points.shape[1]
    risk = ndtr((drawn @ factor[last, :last] - threshold) / factor[last, last])
    return float(weight @ risk / weight.sum())


def _drawn_well(mass: FloatArray, a: FloatArray, chance: FloatArray, *, kept: float) -> FloatArray:
    """The point below which `mass` lies, where the law above `a` is thinned to `kept` of itself."""
    below = mass < ndtr(a)
    inside: FloatArray = ndtri(np.minimum(mass, ndtr(a)))
    if kept == 0.0:
        return inside
    thinned = -ndtri(np.clip((chance - mass) / kept, 1e-300, 1.0))
    return np.where(below, inside, thinned)
