"""Weighted least squares over studies, for any heterogeneity: the part that every method shares.

With p moderators and k studies nothing larger than (p, p) is inverted, so thousands of studies are no burden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop.science.evidence.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Studies:
    """What is fitted: effects, their variances and the moderators.

    Attributes:
        y: shape (k,).
        v: shape (k,).
        x: shape (k, p); a column of ones is the intercept.
    """

    y: FloatArray
    v: FloatArray
    x: FloatArray

    @property
    def free(self) -> int:
        """Degrees of freedom left: k - p."""
        return int(self.x.shape[0] - self.x.shape[1])


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """A fit at one value of tau2.

    Attributes:
        tau2: the heterogeneity variance it was made at.
        w: weights 1 / (v + tau2), shape (k,).
        beta: shape (p,).
        covariance: (X'WX)^-1, shape (p, p).
        residuals: y - X beta, shape (k,).
    """

    tau2: float
    w: FloatArray
    beta: FloatArray
    covariance: FloatArray
    residuals: FloatArray

    @property
    def q(self) -> float:
        """The weighted sum of squared residuals; at tau2 = 0 it is Cochran's Q."""
        return float(self.w @ self.residuals**2)


def intercept_only(y: FloatArray, v: FloatArray) -> Studies:
    """Studies without moderators."""
    return Studies(y, v, np.ones((y.size, 1)))


def fit_at(studies: Studies, tau2: float) -> WeightedFit:
    """Weighted least squares with weights 1 / (v + tau2)."""
    w = 1.0 / (studies.v + tau2)
    xw = studies.x.T * w
    covariance = np.asarray(np.linalg.inv(xw @ studies.x), dtype=np.float64)
    beta = covariance @ (xw @ studies.y)
    return WeightedFit(tau2, w, beta, covariance, studies.y - studies.x @ beta)


def q_at(studies: Studies, tau2: float) -> float:
    """The weighted sum of squared residuals at tau2; it falls as tau2 rises."""
    return fit_at(studies, tau2).q


def traces(studies: Studies, fit: WeightedFit) -> tuple[float, float]:
    """Traces of P and of PP, where P = W - WX(X'WX)^-1X'W."""
    if studies.x.shape[1] == 1:
        return _traces_of_the_mean(fit)
    second = fit.covariance @ ((studies.x.T * fit.w**2) @ studies.x)
    third = fit.covariance @ ((studies.x.T * fit.w**3) @ studies.x)
    once = float(fit.w.sum() - np.trace(second))
    twice = float((fit.w**2).sum() - 2.0 * np.trace(third) + np.trace(second @ second))
    return once, twice


def _traces_of_the_mean(fit: WeightedFit) -> tuple[float, float]:
    """The same as sums of positive terms, so that one study that outweighs all others cancels nothing."""
    w = fit.w
    total = float(w.sum())
    before = np.concatenate([[0.0], np.cumsum(w)[:-1]])
    after = np.concatenate([np.cumsum(w[::-1])[-2::-1], [0.0]])
    squares_before = np.concatenate([[0.0], np.cumsum(w**2)[:-1]])
    once = w @ (before + after) / total
    twice = w**2 @ ((before + after) ** 2 + 2.0 * squares_before) / total**2
    return float(once), float(twice)


def restricted_log_likelihood(studies: Studies, tau2: float) -> float:
    """The restricted log-likelihood of tau2, without its constant."""
    fit = fit_at(studies, tau2)
    _, log_det = np.linalg.slogdet(fit.covariance)
    return 0.5 * (float(np.log(fit.w).sum()) + float(log_det) - fit.q)


def hat(studies: Studies, fit: WeightedFit) -> FloatArray:
    """How much each study's own effect moves its fitted value; shape (k,), sums to p."""
    leverages: FloatArray = np.einsum("ij,jl,il->i", studies.x, fit.covariance, studies.x) * fit.w
    return leverages
