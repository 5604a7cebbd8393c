"""The solution of any linear graph, one-way flows included, by the matrix exponential of each constant-rate step.

The general route: slower than `modal`, which it agrees with on every reversible graph, and the one that a chain of
metabolites, a depot in the gut or a body that changes takes. Rates that tie are nothing special to it.

All entries outside the diagonal of K are 0 or more, so exp(K h) = exp(-m h) exp((K + m I) h) with m the largest
rate of leaving is a sum of positive terms only: nothing cancels, and small amounts keep their digits. Rounding
grows with the number of squarings; it stays below 1e-10 while rate times step stays below 1e5.

A step's matrices depend on its length alone, so a grid of even minutes costs one exponential and not one for each
minute; irregular times cost one each.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.schedule import Schedule

TAYLOR_TERMS = 20  # 1/21! is below float64 resolution once the norm is scaled to 1

Stretch = tuple[float, CompartmentGraph]
"""A graph and the minute from which it holds."""


@dataclass(frozen=True, slots=True)
class States:
    """Amounts and the areas under them at the times asked for, each of shape (..., T, n); areas (..., T, 0) if none."""

    amounts_mg: FloatArray
    areas_mg_min: FloatArray


def amounts_mg(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Amounts in each compartment, shape (..., T, n), at ascending times."""
    return states(((-math.inf, graph),), {0: schedule}, times_min).amounts_mg


def areas_mg_min(graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray) -> FloatArray:
    """Areas under the amounts from the beginning to each ascending time, shape (..., T, n), in mg min."""
    return states(((-math.inf, graph),), {0: schedule}, times_min, areas=True).areas_mg_min


def states(
    stretches: Sequence[Stretch],
    inputs: Mapping[int, Schedule],
    times_min: FloatArray,
    *,
    areas: bool = False,
) -> States:
    """Amounts, and areas where asked for, in a graph that may change, with inputs into any compartment.

    Where the graph changes, the milligrams stay where they are: nothing is forgotten, and a concentration jumps
    with its volume.

    Args:
        stretches: graphs of the same compartments in order of time; each holds until the next begins.
        inputs: for each compartment that something enters, what and when.
        times_min: T ascending minutes.
    """
    n, people = stretches[0][1].n, stretches[0][1].people
    changes = [start for start, _ in stretches if math.isfinite(start)]
    grid = np.unique(np.concatenate([times_min, changes, *(one.breaks_min() for one in inputs.values())]))
    steps = _Steps(stretches, grid, areas=areas)
    flowing, pushed = _rates(inputs, grid, n=n), _pushes(inputs, grid, n=n)
    state = np.zeros((*people, grid.size, n * (2 if areas else 1)))
    state[..., 0, :n] = pushed[0]
    for begin, end in _runs(steps.keys, flowing, pushed):
        matrix, fill = steps.take(begin, uses=end - begin)
        even = _evenly(matrix, fill @ flowing[begin], state[..., begin, :], steps=end - begin)
        state[..., begin + 1 : end + 1, :] = even
        state[..., end, :n] += pushed[end]
    asked = state[..., np.searchsorted(grid, times_min), :]
    return States(asked[..., :n], asked[..., n:])


def _runs(keys: Sequence[tuple[int, int]], flowing: FloatArray, pushed: FloatArray) -> list[tuple[int, int]]:
    """Where steps of one kind follow each other with the same input and nothing pushed in between."""
    alike = np.all(np.diff(np.asarray(keys).reshape(-1, 2), axis=0) == 0, axis=1)
    even = alike & np.all(np.diff(flowing, axis=0) == 0, axis=1) & ~np.any(pushed[1:-1], axis=1)
    edges = [0, *(np.flatnonzero(~even) + 1).tolist(), len(keys)]
    return [(begin, end) for begin, end in itertools.pairwise(edges) if begin < end]


def _evenly(matrix: FloatArray, fill: FloatArray, start: FloatArray, *, steps: int) -> FloatArray:
    """The states after 1, 2, ... equal steps z -> matrix z + fill, shape (..., steps, m), by doubling."""
    fill = fill[..., None]
    found = matrix @ start[..., None] + fill
    while found.shape[-1] < steps:
        further = matrix @ found[..., : steps - found.shape[-1]] + fill
        found = np.concatenate([found, further], axis=-1)
        fill = matrix @ fill + fill
        matrix = matrix @ matrix
    return np.swapaxes(found, -1, -2)


class _Steps:
    """What carries a state along a grid, made when first needed and dropped after its last use.

    Attributes:
        keys: for each step, which graph holds and which length it has.
    """

    def __init__(self, stretches: Sequence[Stretch], grid: FloatArray, *, areas: bool) -> None:
        self._graphs = [graph for _, graph in stretches]
        self._areas = areas
        self._minutes, alike = _distinct(np.diff(grid), grid)
        held = np.searchsorted([start for start, _ in stretches], grid[:-1], side="right") - 1
        self.keys = list(zip(held.tolist(), alike.tolist(), strict=True))
        self._uses_left = Counter(self.keys)
        self._made: dict[tuple[int, int], tuple[FloatArray, FloatArray]] = {}

    def take(self, k: int, *, uses: int) -> tuple[FloatArray, FloatArray]:
        """For the steps from k on: the matrix of the state, and the one of a constant input into it."""
        key = self.keys[k]
        if key not in self._made:
            graph, minutes = self._graphs[key[0]], float(self._minutes[key[1]])
            self._made[key] = _carrier(graph, minutes, areas=self._areas)
        self._uses_left[key] -= uses
        return self._made[key] if self._uses_left[key] else self._made.pop(key)


def _distinct(lengths: FloatArray, grid: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """The step lengths that differ by more than the rounding of the times between which they lie."""
    if lengths.size == 0:
        return lengths, np.zeros(0, dtype=np.intp)
    order = np.argsort(lengths)
    ascending = lengths[order]
    rounding = 4.0 * np.finfo(np.float64).eps * float(np.max(np.abs(grid)))
    group = np.concatenate([[0], np.cumsum(np.diff(ascending) > rounding)])
    alike = np.empty(lengths.size, dtype=np.intp)
    alike[order] = group
    return ascending[np.concatenate([[True], np.diff(group) > 0])], alike


def _rates(inputs: Mapping[int, Schedule], grid: FloatArray, *, n: int) -> FloatArray:
    """Milligrams a minute into each compartment between grid times, shape (len(grid) - 1, n)."""
    rates = np.zeros((grid.size - 1, n))
    for compartment, schedule in inputs.items():
        for infusion in schedule.infusions:
            running = (grid[:-1] >= infusion.start_min) & (grid[1:] <= infusion.end_min)
            rates[running, compartment] += infusion.rate_mg_per_min
    return rates


def _pushes(inputs: Mapping[int, Schedule], grid: FloatArray, *, n: int) -> FloatArray:
    """Milligrams that enter each compartment at each grid time at once, shape (len(grid), n)."""
    pushes = np.zeros((grid.size, n))
    for compartment, schedule in inputs.items():
        for bolus in schedule.boluses:
            pushes[np.searchsorted(grid, bolus.at_min), compartment] += bolus.mg
    return pushes


def _carrier(graph: CompartmentGraph, minutes: float, *, areas: bool) -> tuple[FloatArray, FloatArray]:
    """From the integrals of exp(K t): how a step turns a state and a constant input into the next state.

    The state is the amounts, and below them the areas where those are asked for.
    """
    n, blocks = graph.n, 3 if areas else 2
    generator = np.zeros((*graph.people, blocks * n, blocks * n))
    generator[..., :n, :n] = graph.rate_matrix_per_min() * minutes
    for block in range(1, blocks):
        generator[..., (block - 1) * n : block * n, block * n : (block + 1) * n] = np.eye(n)
    # exp of this is the exponential beside its integrals, which count time in steps.
    kept, filled, *twice = np.split(exponential(generator)[..., :n, :], blocks, axis=-1)
    filled = filled * minutes
    if not twice:
        return kept, filled
    state = np.zeros((*graph.people, 2 * n, 2 * n))
    state[..., :n, :n], state[..., n:, :n], state[..., n:, n:] = kept, filled, np.eye(n)
    return state, np.concatenate([filled, twice[0] * (minutes * minutes)], axis=-2)


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
