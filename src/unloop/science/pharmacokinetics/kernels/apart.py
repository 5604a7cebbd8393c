"""The compiled courses at times of each person's own, where a step is shared by nobody.

The states are those of `linear`. This stands apart because loading machine code takes a tenth of a second, and whoever
asks at common times has no use for it.
"""

# ruff: noqa: PLR0913, PLR0917 - Numba takes numbers and arrays, no objects
# pyright: reportArgumentType=false
# An element of an array is a number to Numba; to the stubs it may be an array.

from __future__ import annotations

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.kernels.compilation import compiled, part
from unloop.science.pharmacokinetics.kernels.instructions import STATES
from unloop.science.pharmacokinetics.kernels.lanes import (
    DECAY_M,
    LANES,
    LEFT,
    LEFT_M,
    LINES,
    PASSED,
    SHARE,
    STEP_LINES,
    filling,
    find_modes,
    passing,
)
from unloop.science.pharmacokinetics.kernels.linear import NOTHING, read_people
from unloop.science.pharmacokinetics.kernels.timeline import IntArray


@part
def advance(step: FloatArray, state: FloatArray, rates: FloatArray) -> None:
    """One step of sixteen people's modes and metabolites."""
    for person in range(LANES):
        rate = rates[person]
        a, b = state[person], state[LANES + person]
        c, m = state[2 * LANES + person], state[3 * LANES + person]
        passed, left = PASSED * LANES + person, LEFT * LANES + person
        formed = step[passed] * a + step[passed + LANES] * b + step[passed + 2 * LANES] * c
        m = step[DECAY_M * LANES + person] * m + formed + rate * step[LEFT_M * LANES + person]
        a = step[person] * a + rate * step[left]
        b = step[LANES + person] * b + rate * step[left + LANES]
        c = step[2 * LANES + person] * c + rate * step[left + 2 * LANES]
        state[person], state[LANES + person] = a if a > NOTHING else 0.0, b if b > NOTHING else 0.0
        state[2 * LANES + person] = c if c > NOTHING else 0.0
        state[3 * LANES + person] = m if m > NOTHING else 0.0


@part
def push(state: FloatArray, person: int, mg: float) -> None:
    """A bolus into every mode of one person."""
    for mode in range(3):
        state[mode * LANES + person] += mg


@part
def tell(known: FloatArray, person: int, state: FloatArray, columns: IntArray, row: FloatArray) -> None:
    """One person's amounts, from the modes."""
    a, b, c = state[person], state[LANES + person], state[2 * LANES + person]
    for column in range(columns.size):
        wanted = columns[column]
        if wanted == STATES - 1:
            row[column] = state[3 * LANES + person]
        else:
            share = (SHARE + wanted) * LANES + person
            total = known[share] * a + known[share + 3 * LANES] * b + known[share + 6 * LANES] * c
            row[column] = max(total, 0.0)  # shares that cancel at the minute of a bolus leave their rounding


@compiled(
    "void(float64[:,::1], int64, int64, float64[:,::1], float64[:,::1], float64[:,::1], int64[:,::1], int64[::1],"
    " float64[:,:,::1])"
)
def solve_apart(
    given: FloatArray, first: int, last: int, lengths_min: FloatArray, rates: FloatArray, pushes: FloatArray,
    places: IntArray, columns: IntArray, out: FloatArray,
) -> None:  # fmt: skip
    """People `first` to `last`, each at times of their own; every step's decays are computed for every person.

    Args:
        lengths_min, rates, pushes, places: shape (N, G); for each event of a person, the minutes since the one
            before, the input during them, the bolus at their end, and the asked time that it is, or -1.
        columns: which states are wanted, in the order of `out`.
        out: shape (N, asked times, columns).
    """
    known, step = np.empty(LINES * LANES), np.zeros(STEP_LINES * LANES)
    state, length, rate = np.zeros(STATES * LANES), np.zeros(LANES), np.zeros(LANES)
    for group in range(first, last, LANES):
        read_people(given, group, last, known)
        find_modes(known)
        state[:] = 0.0
        for event in range(lengths_min.shape[1]):
            infused = False
            for person in range(LANES):
                who = min(group + person, last - 1)
                length[person], rate[person] = lengths_min[who, event], rates[who, event]
                infused = infused or rate[person] > 0
            passing(known, step, length)
            if infused:
                filling(known, step, length)
            advance(step, state, rate)
            for person in range(min(LANES, last - group)):
                who = group + person
                push(state, person, pushes[who, event])
                if places[who, event] >= 0:
                    tell(known, person, state, columns, out[who, places[who, event]])
