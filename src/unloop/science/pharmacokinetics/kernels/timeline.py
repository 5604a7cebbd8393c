"""A schedule and the times asked for, as runs of equal steps under a constant input.

The decays of a step depend on its length alone, so a kernel computes them once for each length and person. Steps
whose lengths differ by rounding of the times alone count as equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.schedule import Schedule

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Runs in order of time, over a grid of the asked times and of every minute at which the input changes.

    Attributes:
        runs: shape (R, 2); the length class of a run's steps, and their number.
        inputs: shape (R, 2); mg/min during a run, and the bolus in mg at its beginning.
        steps_min: shape (S,); the length of each class.
        fed: shape (S,); whether a class occurs under an input.
        asked: shape (T,); the grid point of each asked time.
        points: number of grid points.
    """

    runs: IntArray
    inputs: FloatArray
    steps_min: FloatArray
    fed: NDArray[np.bool_]
    asked: IntArray
    points: int

    @property
    def whole(self) -> bool:
        """Whether the grid is what was asked for, in order."""
        return self.asked.size == self.points and bool(np.all(self.asked == np.arange(self.points)))


def timeline(schedule: Schedule, times_min: FloatArray, *, parts: int = 1) -> Timeline:
    """The runs that lead through all asked times, from the first of them or of the inputs on to the last
    of them.

    With `parts`, every step is cut into so many of equal length.
    """
    breaks = schedule.breaks_min()
    before_the_end = breaks[breaks <= times_min.max(initial=-math.inf)]
    grid, place = np.unique(np.concatenate([times_min, before_the_end]), return_inverse=True)
    grid, place = _cut(grid, parts), place * parts
    rates = rates_mg_per_min(schedule, grid)
    boluses = boluses_mg(schedule, grid)
    classes, steps = _classes(grid)
    starts = _starts(classes, rates, boluses)
    ends = np.append(starts[1:], classes.size)
    # A last run of no steps carries a bolus at the very end.
    runs = np.zeros((starts.size + 1, 2), dtype=np.int64)
    runs[:-1, 0], runs[:-1, 1] = classes[starts], ends - starts
    inputs = np.zeros((starts.size + 1, 2))
    inputs[:-1, 0], inputs[:-1, 1], inputs[-1, 1] = rates[starts], boluses[starts], boluses[-1]
    fed = np.zeros(steps.size, dtype=np.bool_)
    fed[classes[rates > 0]] = True
    return Timeline(
        runs=runs,
        inputs=inputs,
        steps_min=steps,
        fed=fed,
        asked=place[: times_min.size].astype(np.int64),
        points=grid.size,
    )


def _cut(grid: FloatArray, parts: int) -> FloatArray:
    inner = grid[:-1, None] + np.diff(grid)[:, None] * (np.arange(parts) / parts)
    return np.append(inner.ravel(), grid[-1])


def rates_mg_per_min(schedule: Schedule, grid: FloatArray) -> FloatArray:
    """The input between each grid time and the next."""
    rates = np.zeros(grid.size - 1)
    for infusion in schedule.infusions:
        first, after = np.searchsorted(grid, (infusion.start_min, infusion.end_min))
        rates[first:after] += infusion.rate_mg_per_min
    return rates


def boluses_mg(schedule: Schedule, grid: FloatArray) -> FloatArray:
    """What is pushed at each grid time."""
    given = np.zeros(grid.size)
    for bolus in schedule.boluses:
        if bolus.at_min <= grid[-1]:
            given[np.searchsorted(grid, bolus.at_min)] += bolus.mg
    return given


def _classes(grid: FloatArray) -> tuple[IntArray, FloatArray]:
    """The class of each step, and the mean length of each class."""
    if grid.size < 2:
        return np.zeros(0, dtype=np.int64), np.ones(1)
    lengths = np.diff(grid)
    # Two times of this size differ by no less than their rounding; eight of it is a difference of nothing.
    rounding = 8.0 * math.ulp(float(np.max(np.abs(grid))))
    ordered = np.argsort(lengths, kind="stable")
    new = np.diff(lengths[ordered], prepend=lengths[ordered[0]]) > rounding
    classes = np.empty(lengths.size, dtype=np.int64)
    classes[ordered] = np.cumsum(new)
    return classes, np.bincount(classes, weights=lengths) / np.bincount(classes)


def _starts(classes: IntArray, rates: FloatArray, boluses: FloatArray) -> IntArray:
    """Where a run begins: at a new length, a new rate or a bolus."""
    if not classes.size:
        return np.zeros(0, dtype=np.int64)
    new = np.ones(classes.size, dtype=np.bool_)
    new[1:] = (classes[1:] != classes[:-1]) | (rates[1:] != rates[:-1]) | (boluses[1:-1] > 0)
    return np.flatnonzero(new).astype(np.int64)
