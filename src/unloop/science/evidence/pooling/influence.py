"""What one study does to the whole: leaving each out in turn, leverage, Cook's distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import Effects
from unloop.science.evidence.pooling.heterogeneity import Method, tau2_of
from unloop.science.evidence.pooling.pooled import Adjustment, Pooled, pool
from unloop.science.evidence.pooling.regression import subset
from unloop.science.evidence.pooling.weighted import fit_at, hat, intercept_only


@dataclass(frozen=True, slots=True)
class Influence:
    """Influence of each study.

    Attributes:
        without: the pooled effect without each study, in order.
        hat: leverages, shape (k,); they sum to 1.
        cook: Cook's distances, shape (k,): how far the effect moves, squared, in units of its variance.
        deleted_residual: each study's distance from the others' pooled effect over its standard error, shape (k,).
    """

    without: tuple[Pooled, ...]
    hat: FloatArray
    cook: FloatArray
    deleted_residual: FloatArray


def influence(
    effects: Effects,
    method: Method = Method.REML,
    *,
    adjustment: Adjustment = Adjustment.NONE,
    level: float = 0.95,
) -> Influence:
    """Pool again without each study, tau2 estimated anew.

    Raises:
        InputRefused: when fewer than two studies would remain.
    """
    if effects.k < 3:
        raise InputRefused(
            "studies",
            given=effects.k,
            allowed="three or more",
            mend="look at the studies themselves, since two cannot be left out in turn",
        )
    studies = intercept_only(effects.yi, effects.vi)
    fit = fit_at(studies, tau2_of(studies, method))
    without = tuple(
        pool(
            subset(effects, [j for j in range(effects.k) if j != i]),
            method,
            adjustment=adjustment,
            level=level,
        )
        for i in range(effects.k)
    )
    moved = np.array([float(fit.beta[0]) - other.estimate for other in without])
    spread = np.array([_spread(effects, i, other) for i, other in enumerate(without)])
    apart = effects.yi - np.array([other.estimate for other in without])
    return Influence(
        without=without,
        hat=hat(studies, fit),
        cook=moved**2 / float(fit.covariance[0, 0]),
        deleted_residual=apart / spread,
    )


def _spread(effects: Effects, i: int, other: Pooled) -> float:
    return math.sqrt(float(effects.vi[i]) + (other.tau2 or 0.0) + other.se**2)
