"""Whether small studies show larger effects. Below ten studies nothing is computed: the tests have no power."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import Effects
from unloop.science.evidence.pooling.heterogeneity import Method
from unloop.science.evidence.pooling.pooled import Pooled, pool
from unloop.science.evidence.pooling.reference import Reference
from unloop.science.evidence.pooling.regression import regress
from unloop.science.evidence.pooling.weighted import fit_at, intercept_only

FEWEST = 10


@dataclass(frozen=True, slots=True)
class NotAssessable:
    """Too few studies, or studies of one size."""

    why: str


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """Funnel plot asymmetry.

    Attributes:
        egger_z, egger_p: slope of the effect on its standard error (mixed-effects regression; Sterne and Egger 2005).
        rank_tau: Kendall's tau between standardised effects and variances (Begg and Mazumdar 1994).
        filled: how many studies trim and fill adds (L0; Duval and Tweedie 2000).
        with_filled: the pooled effect with them.
    """

    egger_z: float
    egger_p: float
    rank_tau: float
    filled: int
    with_filled: Pooled


def asymmetry(effects: Effects, method: Method = Method.REML) -> Asymmetry | NotAssessable:
    """Test for small-study effects, or the reason that it cannot be done."""
    if effects.k < FEWEST:
        return NotAssessable(f"not assessable: {effects.k} studies, fewer than {FEWEST}")
    errors = np.sqrt(effects.vi)
    if np.ptp(errors) <= 1e-9 * float(errors.max()):
        return NotAssessable("not assessable: all studies are of one precision")
    slope = regress(effects, {"standard error": errors}, method).coefficients[1]
    z = slope.estimate / slope.se
    filled = _filled(effects, method, right=slope.estimate < 0.0)
    return Asymmetry(
        egger_z=z,
        egger_p=Reference().two_sided(z),
        rank_tau=rank_correlation(effects),
        filled=filled.k - effects.k,
        with_filled=pool(filled, method),
    )


def rank_correlation(effects: Effects) -> float:
    """Kendall's tau-b between standardised deviates and variances."""
    fit = fit_at(intercept_only(effects.yi, effects.vi), 0.0)
    left = np.maximum(effects.vi - float(fit.covariance[0, 0]), np.finfo(float).tiny)
    deviates = fit.residuals / np.sqrt(left)
    first = np.sign(deviates[:, None] - deviates)
    second = np.sign(effects.vi[:, None] - effects.vi)
    untied = math.sqrt(float((first != 0).sum()) * float((second != 0).sum()))
    return float((first * second).sum()) / untied if untied else 0.0


def _filled(effects: Effects, method: Method, *, right: bool) -> Effects:
    """The studies with mirror images of those that have none on the other side."""
    y = -effects.yi if right else effects.yi
    order = np.argsort(y, kind="stable")
    y, v = y[order], effects.vi[order]
    trimmed, centre = _trim(Effects(effects.measure, effects.labels, y, v), method)
    mirrored = 2.0 * centre - y[effects.k - trimmed :]
    filled: FloatArray = np.concatenate([y, mirrored])
    labels = (*effects.labels, *(f"filled {i + 1}" for i in range(trimmed)))
    return Effects(
        effects.measure,
        labels,
        -filled if right else filled,
        np.concatenate([v, v[effects.k - trimmed :]]),
    )


def _trim(effects: Effects, method: Method) -> tuple[int, float]:
    k, trimmed = effects.k, 0
    seen: set[int] = set()
    while True:
        keep = k - trimmed
        kept = Effects(effects.measure, effects.labels[:keep], effects.yi[:keep], effects.vi[:keep])
        centre = pool(kept, method).estimate
        apart = effects.yi - centre
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(apart), kind="stable")] = np.arange(1, k + 1)
        above = float(ranks[apart > 0].sum())
        wanted = min(max(0, round((4.0 * above - k * (k + 1)) / (2.0 * k - 1.0))), k - 2)
        if wanted == trimmed or wanted in seen:
            return trimmed, centre
        seen.add(trimmed)
        trimmed = wanted
