"""The compiled courses: amounts in a mammillary system and its metabolite, for many people.

A state is four numbers, a, b, c in the parent's modes and m of metabolite. The states of the next four times are a
fixed matrix times these four and the input, so a block of four rows is 16 or 20 vector multiplications. The matrix
belongs to a person and a length of step. Every number in it is above zero, or is a share of an orthogonal mode:
nothing cancels in the metabolite, however near its rate is to one of the parent's.

Rounding grows with the number of blocks, by about 1e-16 each; what fell below `NOTHING` mg is nothing.
"""

# ruff: noqa: FBT001, FBT003, PLR0913, PLR0917 - Numba takes numbers and arrays, no objects
# pyright: reportArgumentType=false
# An element of an array is a number to Numba; to the stubs it may be an array.

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.kernels.compilation import compiled, inlined, part
from unloop.science.pharmacokinetics.kernels.instructions import (
    POINTS,
    ROW_BYTES,
    STATES,
    TERMS,
    stream_fed,
    stream_free,
    stream_rows,
    write_fed,
    write_free,
)
from unloop.science.pharmacokinetics.kernels.lanes import (
    DECAY,
    DECAY_M,
    GIVEN,
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
from unloop.science.pharmacokinetics.kernels.timeline import IntArray

NOTHING = 1e-250  # mg; far smaller numbers would be denormal, and slow

ROW = TERMS * STATES
MODE_DECAY = POINTS * ROW  # after the matrix: how far each mode has decayed at each of the four times
MODE_LEFT = MODE_DECAY + POINTS * STATES  # and what an input of 1 mg/min has left in it
BLOCK = MODE_LEFT + POINTS * STATES


@part
def read_people(given: FloatArray, first: int, last: int, known: FloatArray) -> None:
    """Eight people from `first` on; where fewer are left, the last of them stands in."""
    for person in range(LANES):
        row = given[min(first + person, last - 1)]
        for line in range(GIVEN):
            known[line * LANES + person] = row[line]


@part
def fill_block(known: FloatArray, step: FloatArray, person: int, block: FloatArray) -> None:
    """One person's matrix of four steps."""
    decay_m, left_m = step[DECAY_M * LANES + person], step[LEFT_M * LANES + person]
    power_m, total_m = decay_m, left_m
    for point in range(POINTS):
        for column in range(TERMS):
            for state in range(STATES):
                block[point * ROW + column * STATES + state] = 0.0
        block[point * ROW + 3 * STATES + 3] = power_m
        block[point * ROW + 4 * STATES + 3] = total_m
        total_m = total_m * decay_m + left_m
        power_m = power_m * decay_m
    for mode in range(3):
        share = (SHARE + 3 * mode) * LANES + person
        share1, share2, share3 = known[share], known[share + LANES], known[share + 2 * LANES]
        decay, passed = step[(DECAY + mode) * LANES + person], step[(PASSED + mode) * LANES + person]
        once = step[(LEFT + mode) * LANES + person]
        power, through, left, left_through = decay, passed, once, 0.0
        for point in range(POINTS):
            at, fed = point * ROW + mode * STATES, point * ROW + 4 * STATES
            block[at], block[at + 1], block[at + 2] = share1 * power, share2 * power, share3 * power
            block[at + 3] = through
            block[MODE_DECAY + point * STATES + mode] = power
            block[MODE_LEFT + point * STATES + mode] = left
            block[fed] += share1 * left
            block[fed + 1] += share2 * left
            block[fed + 2] += share3 * left
            block[fed + 3] += left_through
            through = through * decay_m + power * passed
            left_through = left_through * decay_m + left * passed
            left = left * decay + once
            power = power * decay


@inlined
def write_block(
    to: int, source: int, a: float, b: float, c: float, m: float, rate: float, bypass: bool
) -> None:
    """Four rows from one state."""
    if rate > 0:
        if bypass:
            stream_fed(to, source, a, b, c, m, rate)
        else:
            write_fed(to, source, a, b, c, m, rate)
    elif bypass:
        stream_free(to, source, a, b, c, m, rate)
    else:
        write_free(to, source, a, b, c, m, rate)


@part
def walk(
    blocks: FloatArray, runs: IntArray, inputs: FloatArray, rows: FloatArray, spare: FloatArray,
    seen: float, bypass: bool,
) -> None:  # fmt: skip
    """One person's rows at every grid point; `seen` is how much of a bolus its minute's first column shows."""
    a, b, c, m = 0.0, 0.0, 0.0, 0.0
    for state in range(STATES):
        rows[0, state] = 0.0
    at, to, apart = 0, rows.ctypes.data + ROW_BYTES, spare.ctypes.data
    for run in range(runs.shape[0]):
        k, steps = runs[run, 0], runs[run, 1]
        rate, bolus = inputs[run, 0], inputs[run, 1]
        source = blocks.ctypes.data + 8 * BLOCK * k
        if bolus > 0:
            a, b, c = a + bolus, b + bolus, c + bolus
            rows[at, 0] += seen * bolus
        while steps > 0:
            count = min(steps, POINTS)
            last, decay = (count - 1) * ROW + 3, MODE_DECAY + (count - 1) * STATES
            if count == POINTS:
                write_block(to, source, a, b, c, m, rate, bypass)
            else:
                write_block(apart, source, a, b, c, m, rate, False)
                for number in range(0 if bypass else count * STATES):
                    rows[at + 1 + number // STATES, number % STATES] = spare[number]
                stream_rows(to, apart, count if bypass else 0)
            m = blocks[k, last + 12] * m + (
                (blocks[k, last] * a + blocks[k, last + 4] * b) + blocks[k, last + 8] * c
            )
            a, b, c = blocks[k, decay] * a, blocks[k, decay + 1] * b, blocks[k, decay + 2] * c
            if rate > 0:
                left = MODE_LEFT + (count - 1) * STATES
                a, b, c = (
                    a + rate * blocks[k, left],
                    b + rate * blocks[k, left + 1],
                    c + rate * blocks[k, left + 2],
                )
                m += rate * blocks[k, last + 16]
            a, b, c = a if a > NOTHING else 0.0, b if b > NOTHING else 0.0, c if c > NOTHING else 0.0
            m = m if m > NOTHING else 0.0
            steps -= count
            at += count
            to += count * ROW_BYTES


@part
def advance(step: FloatArray, state: FloatArray, rates: FloatArray) -> None:
    """One step of eight people's modes and metabolites."""
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
    "void(float64[:,::1], int64, int64, int64[:,::1], float64[:,::1], float64[::1], boolean[::1], int64,"
    " int64[::1], int64[::1], float64[:,:,::1], boolean, boolean)"
)
def solve_together(
    given: FloatArray, first: int, last: int, runs: IntArray, inputs: FloatArray, steps_min: FloatArray,
    fed: NDArray[np.bool_], points: int, asked: IntArray, columns: IntArray, out: FloatArray,
    whole: bool, bypass: bool,
) -> None:  # fmt: skip
    """People `first` to `last` at times that all of them share.

    Args:
        given: shape (N, GIVEN).
        runs, inputs, steps_min, fed, points, asked: a `Timeline`.
        columns: which states are wanted, in the order of `out`.
        out: shape (N, T, columns); written where it lies if `whole`.
        whole: the grid is what was asked for, and all four states.
        bypass: `out` stands at a multiple of 32 bytes and will not be read soon.
    """
    known, step = np.empty(LINES * LANES), np.zeros((steps_min.size, STEP_LINES * LANES))
    blocks, spare = np.zeros((steps_min.size, BLOCK)), np.zeros(POINTS * STATES)
    lengths, apart = np.empty(LANES), np.zeros((1 if whole else points, STATES))
    for group in range(first, last, LANES):
        read_people(given, group, last, known)
        find_modes(known)
        for k in range(steps_min.size):
            lengths[:] = steps_min[k]
            passing(known, step[k], lengths)
            if fed[k]:
                filling(known, step[k], lengths)
        for person in range(min(LANES, last - group)):
            for k in range(steps_min.size):
                fill_block(known, step[k], person, blocks[k])
            rows = out[group + person] if whole else apart
            walk(blocks, runs, inputs, rows, spare, 1.0, bypass)
            for t in range(0 if whole else asked.size):
                for column in range(columns.size):
                    out[group + person, t, column] = apart[asked[t], columns[column]]


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
        columns, out: as above.
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
