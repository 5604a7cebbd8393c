"""Two arms with random baselines as well: the likelihood by Laplace's approximation, as metafor's UM.RS has it."""

from __future__ import annotations

import math

import numpy as np

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import Counts
from unloop.science.evidence.pooling.binomial import Fit
from unloop.science.evidence.pooling.numerics import logistic, lowest

MOST_STEPS = 100
WIDTH = 1e-4  # of the differences that second derivatives are taken over
HALVES = np.array([0.5, -0.5])
TREATED = np.array([1.0, 0.0])


def maximise_with_random_baselines(counts: Counts, *, theta: float, tau: float) -> Fit:
    """The top of Laplace's likelihood over baseline, effect, spread of baselines and tau."""
    events = np.stack([counts.events1, counts.events2], axis=1)
    people = np.stack([counts.n1, counts.n2], axis=1)
    control = np.log((counts.events2 + 0.5) / (counts.n2 - counts.events2 + 0.5))
    start = np.array([float(control.mean()), theta, max(float(control.std()), 0.1), max(tau, 0.2)])
    without, value_without = lowest(lambda point: -_value(events, people, np.append(point, 0.0)), start[:3])
    top, value = lowest(lambda point: -_value(events, people, point), start)
    if value_without <= value + 1e-9:
        top, value = np.append(without, 0.0), value_without
    free = 4 if abs(float(top[3])) > 1e-4 else 3
    covariance = np.linalg.inv(_curvature(events, people, top, free=free))
    return Fit(
        theta=float(top[1]),
        se=math.sqrt(float(covariance[1, 1])),
        tau=abs(float(top[3])),
        value=-value,
        value_without_tau=-value_without,
    )


def _value(events: FloatArray, people: FloatArray, point: FloatArray) -> float:
    """Laplace's log-likelihood at (baseline, effect, spread of baselines, tau)."""
    baseline, effect, sigma, tau = point.tolist()
    base = baseline + effect * TREATED
    loadings = np.stack([np.full(2, sigma), tau * HALVES])  # (2 effects, 2 arms)
    at, bent = np.zeros((events.shape[0], 2)), np.eye(2)[None, :, :]
    for _ in range(MOST_STEPS):
        share = logistic(base + at @ loadings)
        slope = (events - people * share) @ loadings.T - at
        bent = np.einsum("er,kr,fr->kef", loadings, people * share * (1.0 - share), loadings) + np.eye(2)
        step = np.linalg.solve(bent, slope[:, :, None])[:, :, 0]
        step /= np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True))
        at = at + step
        if np.abs(step).max() < 1e-9:
            break
    eta = base + at @ loadings
    inside = (events * eta - people * np.logaddexp(0.0, eta)).sum() - 0.5 * (at**2).sum()
    return float(inside - 0.5 * np.log(np.linalg.det(bent)).sum())


def _curvature(events: FloatArray, people: FloatArray, top: FloatArray, *, free: int) -> FloatArray:
    """Minus the second derivatives at the top, by central differences; shape (free, free)."""
    curvature = np.empty((free, free))
    steps = WIDTH * np.eye(4)
    for i in range(free):
        for j in range(i + 1):
            corners = [
                _value(events, people, top + a * steps[i] + b * steps[j]) * a * b
                for a in (1.0, -1.0)
                for b in (1.0, -1.0)
            ]
            curvature[i, j] = curvature[j, i] = -sum(corners) / (4.0 * WIDTH**2)
    return curvature
