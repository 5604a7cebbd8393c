"""The exact solution of a reversible graph: a few exponential modes, each filled by every input on its own.

Where every flow runs equally both ways, K is similar to a symmetric matrix -B'B, and B has one row for each flow:
sqrt(F/60) (e_i/sqrt(V_i) - e_j/sqrt(V_j)) for an exchange, sqrt(CL/60) e_i/sqrt(V_i) for a clearance. Its singular
values, squared, are the rates. So no rate can come out negative, a flow of zero is a row of zeros, equal rates need
no care, and slow rates keep their digits beside fast ones (the squares are never formed).

Each input adds its own closed form to each mode, at every time. Nothing is carried from one dose to the next, so a
late dose cannot be forgotten and the order of doses cannot matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.decay import once, twice
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, CompartmentGraph
from unloop.science.pharmacokinetics.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Modes:
    """The decay rates of a graph and the shape that each leaves in the compartments.

    Attributes:
        rates_per_min: shape (..., n), 0 or more, fastest first.
        shapes: shape (..., n, n), orthonormal; row k is mode k over compartments, in units of mg / sqrt(L).
        root_volumes: shape (..., n), square roots of the volumes, which turn shapes into amounts.
    """

    rates_per_min: FloatArray
    shapes: FloatArray
    root_volumes: FloatArray

    @property
    def gains(self) -> FloatArray:
        """What 1 mg put into compartment 0 adds to each mode; shape (..., n)."""
        return self.shapes[..., :, 0] / self.root_volumes[..., :1]


def modes(graph: CompartmentGraph) -> Modes:
    """Decompose a reversible graph; a graph with a one-way flow has no such form and is the caller's mistake."""
    if not graph.reversible:
        raise ValueError("a graph with a one-way flow has no orthogonal modes; use unloop...exponential")
    roots = np.sqrt(graph.volumes_l)
    rows = _used(_flow_rows(graph) / roots[..., None, :])
    _, singular, shapes = np.linalg.svd(rows, full_matrices=False)
    return Modes(rates_per_min=singular * singular, shapes=shapes, root_volumes=roots)


def _flow_rows(graph: CompartmentGraph) -> FloatArray:
    """One row for each pair of compartments and each clearance; shape (..., pairs + n, n)."""
    first, second = np.triu_indices(graph.n, k=1)
    identity = np.eye(graph.n)
    exchanges = graph.flows_l_per_h[..., first, second]
    pairs = np.sqrt(exchanges)[..., None] * (identity[first] - identity[second])
    exits = np.sqrt(graph.clearances_l_per_h)[..., None] * identity
    rows: FloatArray = np.concatenate([pairs, exits], axis=-2) / np.sqrt(MINUTES_PER_HOUR)
    return rows


def _used(rows: FloatArray) -> FloatArray:
    """The rows that are not zero for everyone, and at least n of them, so that every mode is found."""
    n = rows.shape[-1]
    empty = ~np.any(rows != 0, axis=(*range(rows.ndim - 2), rows.ndim - 1))
    order = np.argsort(empty, kind="stable")
    return rows[..., order[: max(n, int(np.count_nonzero(~empty)))], :]


def amounts_mg(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Amounts in each compartment, shape (..., T, n), at ascending times."""
    found = modes(graph)
    # Times stand innermost: a handful of modes is too short for NumPy's inner loop.
    rates = found.rates_per_min[..., :, None]
    level = np.zeros((*graph.people, graph.n, times_min.size))
    for infusion in schedule.infusions:
        rate, end = infusion.rate_mg_per_min, infusion.end_min
        first, after = np.searchsorted(times_min, (infusion.start_min, end))
        level[..., first:after] += rate * once(rates, times_min[first:after] - infusion.start_min)
        reached = rate * once(rates, np.array([end - infusion.start_min]))
        level[..., after:] += reached * np.exp(-rates * (times_min[after:] - end))
    for bolus in schedule.boluses:
        first = np.searchsorted(times_min, bolus.at_min)
        level[..., first:] += bolus.mg * np.exp(-rates * (times_min[first:] - bolus.at_min))
    return _in_compartments(found, level)


def areas_mg_min(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Areas under the amounts from the beginning to each ascending time, shape (..., T, n), in mg min."""
    found = modes(graph)
    rates = found.rates_per_min[..., :, None]
    area = np.zeros((*graph.people, graph.n, times_min.size))
    for infusion in schedule.infusions:
        on = np.clip(times_min, infusion.start_min, infusion.end_min) - infusion.start_min
        off = np.maximum(times_min - infusion.end_min, 0.0)
        area += infusion.rate_mg_per_min * (twice(rates, on) + once(rates, on) * once(rates, off))
    for bolus in schedule.boluses:
        area += bolus.mg * once(rates, np.maximum(times_min - bolus.at_min, 0.0))
    return _in_compartments(found, area)


def _in_compartments(found: Modes, in_modes: FloatArray) -> FloatArray:
    """From modes, shape (..., n, T), to compartments, shape (..., T, n)."""
    out = np.swapaxes(found.shapes, -1, -2) * found.root_volumes[..., :, None] * found.gains[..., None, :]
    amounts: FloatArray = np.swapaxes(out @ in_modes, -1, -2)
    return amounts
