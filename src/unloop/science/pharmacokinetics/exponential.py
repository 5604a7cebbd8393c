"""The solution of any linear graph, one-way flows included, by the matrix exponential of each constant-rate step.

The general route: slower than `modal`, which it agrees with on every reversible graph, and the one that a chain of
metabolites takes. Rates that tie are nothing special to it.

All entries outside the diagonal of K are 0 or more, so exp(K h) = exp(-m h) exp((K + m I) h) with m the largest
rate of leaving is a sum of positive terms only: nothing cancels, and small amounts keep their digits. Rounding
grows with the number of squarings; it stays below 1e-10 while rate times step stays below 1e5.
"""

from __future__ import annotations

import math

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.schedule import Schedule

TAYLOR_TERMS = 20  # 1/21! is below float64 resolution once the norm is scaled to 1


def amounts_mg(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Amounts in each compartment, shape (..., T, n), at ascending times."""
    return _states(graph, schedule, times_min)[..., : graph.n]


def areas_mg_min(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Areas under the amounts from the beginning to each ascending time, shape (..., T, n), in mg min."""
    return _states(graph, schedule, times_min)[..., graph.n + 1 :]


def _states(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Amounts, a constant 1 that carries the input, and areas, at each time; shape (..., T, 2 n + 1)."""
    n = graph.n
    grid = np.unique(np.concatenate([times_min, schedule.breaks_min()]))
    steps = _step_matrices(graph, schedule, grid)
    state = np.zeros((*graph.people, 2 * n + 1))
    state[..., n] = 1.0
    states = np.zeros((*graph.people, grid.size, 2 * n + 1))
    for k, minute in enumerate(grid):
        if k > 0:
            state = (steps[..., k - 1, :, :] @ state[..., None])[..., 0]
        state[..., 0] += math.fsum([bolus.mg for bolus in schedule.boluses if bolus.at_min == minute])
        states[..., k, :] = state
    return states[..., np.searchsorted(grid, times_min), :]


def _step_matrices(graph: CompartmentGraph, schedule: Schedule, grid: FloatArray) -> FloatArray:
    """The matrices that carry a state from each grid time to the next; shape (..., len(grid) - 1, m, m)."""
    n = graph.n
    rates = np.zeros(grid.size - 1)
    for infusion in schedule.infusions:
        running = (grid[:-1] >= infusion.start_min) & (grid[1:] <= infusion.end_min)
        rates[running] += infusion.rate_mg_per_min
    generator = np.zeros((*graph.people, grid.size - 1, 2 * n + 1, 2 * n + 1))
    generator[..., :n, :n] = graph.rate_matrix_per_min()[..., None, :, :]
    generator[..., 0, n] = rates
    generator[..., n + 1 :, :n] = np.eye(n)
    return exponential(generator * np.diff(grid)[:, None, None])


def exponential(generator: FloatArray) -> FloatArray:
    """exp of each matrix whose entries outside the diagonal are 0 or more; shape (..., m, m)."""
    identity = np.eye(generator.shape[-1])
    leaving = np.maximum(-np.min(np.diagonal(generator, axis1=-2, axis2=-1), axis=-1), 0.0)[..., None, None]
    positive = generator + leaving * identity
    norm = float(np.max(positive.sum(axis=-2), initial=0.0))
    squarings = max(0, math.ceil(math.log2(norm))) if norm > 0 else 0
    positive /= 2.0**squarings
    total: FloatArray = identity + np.zeros_like(positive)
    for k in range(TAYLOR_TERMS, 0, -1):
        total = identity + positive @ total / k
    total *= np.exp(-leaving / 2.0**squarings)
    for _ in range(squarings):
        total = total @ total
    return total
