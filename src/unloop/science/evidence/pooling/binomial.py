"""Counts as counts: logistic models with a normal effect for each study, by adaptive Gauss-Hermite quadrature.

Three models share one engine (names as in metafor): `UM.FS`, two arms with an own baseline for every study and
its random effect split between the arms; `CM.AL`, the treated share of all events with an offset (approximate
conditional); and one arm, log odds of a proportion. No empty cell is filled. For a given tau each likelihood is
log-concave in all else, so Newton's steps, never accepted downhill, find the one top.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.pooling.numerics import logistic

NODES = 21
MOST_STEPS = 100
_Z, _RAW = np.polynomial.hermite_e.hermegauss(NODES)
_LOG_W = np.log(_RAW / math.sqrt(2.0 * math.pi)) + 0.5 * _Z**2
_EXPONENTS = np.arange(3)
_POWERS = np.array(
    [[0, 1, 0], [1, 2, 1], [0, 1, 0]]
)  # of u, in the second derivatives by theta, tau, baseline


@dataclass(frozen=True, slots=True)
class Logits:
    """Rows of binomial counts in every study and how their log odds are composed.

    The log odds of row r of study i are offset + theta * fixed + a_i * own + tau * u_i * random, u_i standard
    normal.

    Attributes:
        events, people, offset: shape (k, R).
        fixed, own, random: coefficients, shape (R,); `own` all 0 where studies have no baseline of their own.
    """

    events: FloatArray
    people: FloatArray
    offset: FloatArray
    fixed: FloatArray
    own: FloatArray
    random: FloatArray

    @property
    def has_baselines(self) -> bool:
        """Whether every study has a baseline of its own."""
        return bool(self.own.any())


@dataclass(frozen=True, slots=True)
class Point:
    """Where the likelihood is looked at: the effect, tau, and each study's own baseline, shape (k,).

    `u` is where to begin looking for each study's likeliest random effect, shape (k,); nothing begins at 0.
    """

    theta: float
    tau: float
    a: FloatArray
    u: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Slopes:
    """Log-likelihood with first and second derivatives.

    Attributes:
        value: the log-likelihood without binomial coefficients.
        g: by (theta, tau), shape (2,).
        h: second by (theta, tau), shape (2, 2).
        g_a, h_aa: by each baseline, shape (k,).
        h_ga: mixed, shape (k, 2).
        u: each study's likeliest random effect, shape (k,).
    """

    value: float
    g: FloatArray
    h: FloatArray
    g_a: FloatArray
    h_aa: FloatArray
    h_ga: FloatArray
    u: FloatArray

    def profile(self, *, free: tuple[int, ...], baselines: bool) -> tuple[FloatArray, FloatArray]:
        """Gradient and Hessian of theta, or of (theta, tau) where both are free, with every baseline at its best."""
        g, h = self.g, self.h
        if baselines:
            g = g - (self.h_ga / self.h_aa[:, None]).T @ self.g_a
            h = h - (self.h_ga / self.h_aa[:, None]).T @ self.h_ga
        first = len(free)
        return g[:first], h[:first, :first]


@dataclass(frozen=True, slots=True)
class Fit:
    """The top of a likelihood: effect, its standard error, tau, the log-likelihood, and the same with tau = 0."""

    theta: float
    se: float
    tau: float
    value: float
    value_without_tau: float


def slopes_at(logits: Logits, point: Point) -> Slopes:
    """Log-likelihood and derivatives, the studies' random effects integrated out."""
    base = logits.offset + point.theta * logits.fixed + point.a[:, None] * logits.own
    mode, sd = _modes(logits, base, point)
    u = mode[:, None] + sd[:, None] * _Z
    eta = base[:, :, None] + point.tau * logits.random[:, None] * u[:, None, :]
    small = np.exp(-np.abs(eta))
    beyond = np.maximum(eta, 0.0) + np.log1p(small)  # log(1 + exp(eta))
    complete = (logits.events[:, :, None] * eta - logits.people[:, :, None] * beyond).sum(axis=1)
    log_terms = complete - 0.5 * u**2 + _LOG_W + np.log(sd)[:, None]
    top = log_terms.max(axis=1, keepdims=True)
    mass = np.exp(log_terms - top)
    total = mass.sum(axis=1, keepdims=True)
    share = np.where(eta >= 0.0, 1.0, small) / (1.0 + small)
    return _derivatives(logits, share, u, mass=mass / total, value=float((top + np.log(total)).sum()))


def slopes_without_tau(logits: Logits, point: Point) -> Slopes:
    """The same where there is no heterogeneity: nothing to integrate, and tau has no slope."""
    eta = logits.offset + point.theta * logits.fixed + point.a[:, None] * logits.own
    value = float((logits.events * eta - logits.people * np.logaddexp(0.0, eta)).sum())
    nowhere, certain = np.zeros((eta.shape[0], 1)), np.ones((eta.shape[0], 1))
    return _derivatives(logits, logistic(eta)[:, :, None], nowhere, mass=certain, value=value)


def _derivatives(
    logits: Logits, share: FloatArray, u: FloatArray, *, mass: FloatArray, value: float
) -> Slopes:
    """Louis 1982: expected second derivatives plus the variance of the first, over each study's random effect."""
    first = logits.events[:, :, None] - logits.people[:, :, None] * share
    bent = (first - logits.events[:, :, None]) * (1.0 - share) * mass[:, None, :]
    moments = bent @ u[:, :, None] ** _EXPONENTS  # (k, R, power of u)
    coefficients = np.stack([logits.fixed, logits.random, logits.own])
    products = (coefficients[:, None, :] * coefficients[None, :, :]).transpose(2, 0, 1)
    curved = (moments[:, :, _POWERS] * products).sum(axis=1)
    scores = coefficients @ first  # (k, parameter, node)
    scores[:, 1] *= u
    weighed = scores * mass[:, None, :]
    mean = weighed.sum(axis=2)
    hessian = curved + weighed @ scores.transpose(0, 2, 1) - mean[:, :, None] * mean[:, None, :]
    return Slopes(
        value=value,
        g=mean[:, :2].sum(axis=0),
        h=hessian[:, :2, :2].sum(axis=0),
        g_a=mean[:, 2],
        h_aa=hessian[:, 2, 2],
        h_ga=hessian[:, 2, :2],
        u=(u * mass).sum(axis=1),
    )


def _modes(logits: Logits, base: FloatArray, point: Point) -> tuple[FloatArray, FloatArray]:
    """Where each study's random effect is likeliest, and the spread there; safeguarded Newton, shapes (k,)."""
    tau = point.tau
    if tau == 0.0:
        return np.zeros(base.shape[0]), np.ones(base.shape[0])
    reach = tau * np.abs(logits.random) * np.maximum(logits.events, logits.people - logits.events)
    high = reach.sum(axis=1)
    low = -high
    u = np.clip(np.zeros(base.shape[0]) if point.u is None else point.u, low, high)
    curve = -np.ones(base.shape[0])
    for _ in range(MOST_STEPS):
        share = logistic(base + tau * logits.random * u[:, None])
        slope = tau * ((logits.events - logits.people * share) @ logits.random) - u
        curve = -1.0 - tau**2 * ((logits.people * share * (1.0 - share)) @ logits.random**2)
        low, high = np.where(slope > 0, u, low), np.where(slope < 0, u, high)
        moved = u - slope / curve
        moved = np.where((moved < low) | (moved > high), 0.5 * (low + high), moved)
        if np.abs(moved - u).max() < 1e-5:  # the next step would be its square
            return moved, 1.0 / np.sqrt(-curve)
        u = moved
    return u, 1.0 / np.sqrt(-curve)


def climb(logits: Logits, start: Point, *, tau_free: bool) -> tuple[Point, Slopes]:
    """From `start` to the top, tau held or free; every step goes up."""
    at = slopes_at if tau_free else slopes_without_tau
    point, slopes = start, at(logits, start)
    free = (0, 1) if tau_free else (0,)
    for _ in range(MOST_STEPS):
        step = np.zeros(2)
        g, h = slopes.profile(free=free, baselines=logits.has_baselines)
        step[: len(free)] = _uphill(g, h)
        step /= max(1.0, float(np.abs(step).max()) / 2.0)
        step_a = -(slopes.g_a + slopes.h_ga @ step) / slopes.h_aa if logits.has_baselines else 0.0 * point.a
        point, slopes, moved = _step_up(partial(at, logits), (point, slopes), (step, step_a))
        if moved < 1e-6:  # the next step would be its square
            break
    return point, slopes


def _uphill(g: FloatArray, h: FloatArray) -> FloatArray:
    """Newton's step; where the likelihood does not bend down, the same with every curvature turned downwards."""
    if g.size == 1:
        return np.asarray(g / max(abs(float(h[0, 0])), 1e-8), dtype=np.float64)
    (first, mixed), (_, second) = h.tolist()
    det = first * second - mixed**2
    if first < 0.0 and det > 1e-8 * abs(first):
        along, across = g.tolist()
        newton = np.array([mixed * across - second * along, mixed * along - first * across], dtype=np.float64)
        return newton / float(det)
    values, vectors = np.linalg.eigh(h)
    turned: FloatArray = vectors @ ((vectors.T @ g) / np.maximum(np.abs(values), 1e-8))
    return turned


def _step_up(
    at: Callable[[Point], Slopes], here: tuple[Point, Slopes], steps: tuple[FloatArray, FloatArray]
) -> tuple[Point, Slopes, float]:
    (point, slopes), (step, step_a) = here, steps
    for _ in range(40):
        tried = Point(
            point.theta + float(step[0]), abs(point.tau + float(step[1])), point.a + step_a, slopes.u
        )
        found = at(tried)
        moved = max(float(np.abs(step).max()), float(np.abs(step_a).max()))
        if found.value >= slopes.value or moved < 1e-10:
            return tried, found, moved
        step, step_a = 0.5 * step, 0.5 * step_a
    return point, slopes, 0.0


def maximise(logits: Logits, *, theta: float, tau: float) -> Fit:
    """The maximum likelihood fit, from a first guess of effect and tau."""
    pooled = (logits.events.sum(axis=1) + 0.5) / (logits.people.sum(axis=1) + 1.0)
    treated = logits.people @ logits.fixed / logits.people.sum(axis=1)
    a = np.log(pooled / (1.0 - pooled)) - theta * treated if logits.has_baselines else 0.0 * pooled
    none, none_slopes = climb(logits, Point(theta, 0.0, a), tau_free=False)
    point, slopes = climb(logits, Point(none.theta, max(tau, 0.2), none.a), tau_free=True)
    if none_slopes.value >= slopes.value - 1e-10:
        point, slopes = none, none_slopes
    free = (0, 1) if point.tau > 1e-6 else (0,)
    _, h = slopes.profile(free=free, baselines=logits.has_baselines)
    return Fit(point.theta, _standard_error(-h), point.tau, slopes.value, none_slopes.value)


def _standard_error(information: FloatArray) -> float:
    """Of the effect; endless where the likelihood has no top, which one person a study can bring about."""
    if float(np.linalg.eigvalsh(information)[0]) <= 0.0:
        return math.inf
    return math.sqrt(float(np.linalg.inv(information)[0, 0]))
