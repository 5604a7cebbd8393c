"""How much the true effects differ: estimates of tau2, its interval, and shares of the variation.

Every estimate is iterated until it stands still to a relative 1e-12, not to a package's stopping threshold.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from typing import assert_never

from unloop.science.evidence.pooling.numerics import chi2_above, chi2_with_above, root
from unloop.science.evidence.pooling.weighted import (
    Studies,
    WeightedFit,
    fit_at,
    q_at,
    restricted_log_likelihood,
    traces,
)

MOST_STEPS = 200
STANDS_STILL = 1e-12


class Method(StrEnum):
    """How the heterogeneity variance is estimated."""

    FE = "fe"
    DL = "dl"
    PM = "pm"
    REML = "reml"

    @property
    def words(self) -> str:
        """The method's name."""
        return {
            Method.FE: "common (fixed) effect",
            Method.DL: "DerSimonian-Laird",
            Method.PM: "Paule-Mandel",
            Method.REML: "restricted maximum likelihood",
        }[self]


def tau2_of(studies: Studies, method: Method) -> float:
    """The heterogeneity variance, never below 0."""
    if studies.free < 1:
        return 0.0
    match method:
        case Method.FE:
            return 0.0
        case Method.DL:
            return dersimonian_laird(studies)
        case Method.PM:
            return paule_mandel(studies)
        case Method.REML:
            return reml(studies)
        case _:
            assert_never(method)


def dersimonian_laird(studies: Studies) -> float:
    """The moment estimate: what Q exceeds its expectation by (DerSimonian and Laird 1986)."""
    fit = fit_at(studies, 0.0)
    return max(0.0, (fit.q - studies.free) / traces(studies, fit)[0])


def paule_mandel(studies: Studies) -> float:
    """The tau2 at which Q equals its degrees of freedom (Paule and Mandel 1982)."""
    return tau2_where_q_is(studies, float(studies.free))


def reml(studies: Studies) -> float:
    """The maximum of the restricted likelihood, by Fisher scoring from the moment estimate."""
    tau2 = dersimonian_laird(studies)
    scale = float(studies.v.mean())
    for _ in range(MOST_STEPS):
        fit = fit_at(studies, tau2)
        once, twice = traces(studies, fit)
        raised = max(0.0, tau2 + (float(fit.w**2 @ fit.residuals**2) - once) / twice)
        if abs(raised - tau2) <= STANDS_STILL * (tau2 + STANDS_STILL * scale):
            return _no_worse_than_none(studies, raised)
        tau2 = raised
    return _no_worse_than_none(studies, _score_root(studies, tau2))


def _score_root(studies: Studies, near: float) -> float:
    """For the rare data on which scoring circles: a root of the score around where it circled."""

    def score(tau2: float) -> float:
        fit = fit_at(studies, tau2)
        return float(fit.w**2 @ fit.residuals**2) - traces(studies, fit)[0]

    low = near
    while score(low) <= 0.0:
        low *= 0.5
        if low < STANDS_STILL * float(studies.v.min()):
            return 0.0
    return _root_above(score, low, step=float(studies.v.mean()))


def _no_worse_than_none(studies: Studies, tau2: float) -> float:
    if tau2 == 0.0:
        return 0.0
    none = restricted_log_likelihood(studies, 0.0)
    return tau2 if restricted_log_likelihood(studies, tau2) >= none else 0.0


def se_of_reml(studies: Studies, tau2: float) -> float:
    """The standard error of REML's tau2, from the expected information."""
    return math.sqrt(2.0 / traces(studies, fit_at(studies, tau2))[1])


def tau2_where_q_is(studies: Studies, wanted: float) -> float:
    """The tau2 at which Q falls to `wanted`; 0 where it is below already."""
    if q_at(studies, 0.0) <= wanted:
        return 0.0
    return _root_above(lambda tau2: q_at(studies, tau2) - wanted, 0.0, step=float(studies.v.mean()))


def _root_above(falling: Callable[[float], float], low: float, *, step: float) -> float:
    high = low + step
    while falling(high) > 0.0:
        low, high = high, 4.0 * high
    return root(falling, low, high)


def q_profile(studies: Studies, *, level: float) -> tuple[float, float]:
    """The interval of tau2 by Q's chi-square law (Viechtbauer 2007); (0, 0) when Q is improbably small."""
    tail = (1.0 - level) / 2.0
    wanted = [chi2_with_above(upper, studies.free) for upper in (tail, 1.0 - tail)]
    return tau2_where_q_is(studies, wanted[0]), tau2_where_q_is(studies, wanted[1])


def i2_percent(studies: Studies, *, tau2: float, method: Method) -> float:
    """The share of the variation that is between studies, in percent.

    As in metafor: tau2 over tau2 plus the typical sampling variance; for a common effect, Q's excess over Q.
    """
    if studies.free < 1:
        return 0.0
    none = fit_at(studies, 0.0)
    if method is Method.FE:
        excess = 100.0 * (none.q - studies.free) / none.q if none.q > 0.0 else 0.0
        return min(max(0.0, excess), 100.0)
    return min(100.0, 100.0 * tau2 / (studies.free / traces(studies, none)[0] + tau2))


def p_of_q(fit: WeightedFit, free: int) -> float:
    """The probability of a Q as large as this, were there no heterogeneity."""
    return chi2_above(fit.q, free) if free > 0 else 1.0
