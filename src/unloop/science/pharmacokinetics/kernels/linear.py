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
    BLOCK,
    MODE_DECAY,
    MODE_LEFT,
    POINTS,
    ROW,
    ROW_BYTES,
    STATES,
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

UNCHECKED = 16  # blocks between two looks at that
SPARE = 2 * STATES + POINTS * STATES


@part
def read_people(given: FloatArray, first: int, last: int, known: FloatArray) -> None:
    """Sixteen people from `first` on; where fewer are left, the last of them stands in."""
    for person in range(LANES):
        row = given[min(first + person, last - 1)]
        for line in range(GIVEN):
            known[line * LANES + person] = row[line]


@part
def fill_block(known: FloatArray, step: FloatArray, person: int, block: FloatArray) -> None:
    """One person's matrix of four steps."""
    s, d = SHARE * LANES + person, DECAY * LANES + person
    decay_a, decay_b, decay_c = step[d], step[d + LANES], step[d + 2 * LANES]
    p, once, decay_m = PASSED * LANES + person, LEFT * LANES + person, step[DECAY_M * LANES + person]
    passed_a, passed_b, passed_c = step[p], step[p + LANES], step[p + 2 * LANES]
    once_a, once_b, once_c = step[once], step[once + LANES], step[once + 2 * LANES]
    a, b, c, m = decay_a, decay_b, decay_c, decay_m
    through_a, through_b, through_c = passed_a, passed_b, passed_c
    left_a, left_b, left_c, left_m = once_a, once_b, once_c, step[LEFT_M * LANES + person]
    for point in range(POINTS):
        at, mode = point * ROW, MODE_DECAY + point * STATES
        for number in range(3):
            share_a, share_b = known[s + number * LANES], known[s + (3 + number) * LANES]
            share_c = known[s + (6 + number) * LANES]
            block[at + number], block[at + 4 + number] = share_a * a, share_b * b
            block[at + 8 + number], block[at + 12 + number] = share_c * c, 0.0
            block[at + 16 + number] = share_a * left_a + share_b * left_b + share_c * left_c
        block[at + 3], block[at + 7], block[at + 11] = through_a, through_b, through_c
        block[at + 15], block[at + 19] = m, left_m
        block[mode], block[mode + 1], block[mode + 2] = a, b, c
        mode += MODE_LEFT - MODE_DECAY
        block[mode], block[mode + 1], block[mode + 2] = left_a, left_b, left_c
        through_a = through_a * decay_m + a * passed_a
        through_b = through_b * decay_m + b * passed_b
        through_c = through_c * decay_m + c * passed_c
        left_m = (
            left_m * decay_m
            + step[LEFT_M * LANES + person]
            + (left_a * passed_a + left_b * passed_b + left_c * passed_c)
        )
        left_a, left_b, left_c = (
            left_a * decay_a + once_a,
            left_b * decay_b + once_b,
            left_c * decay_c + once_c,
        )
        a, b, c, m = a * decay_a, b * decay_b, c * decay_c, m * decay_m


@inlined
def write_blocks(to: int, source: int, state: int, rate: float, blocks: int, bypass: bool) -> None:
    """Blocks of four rows from a state, which is taken along."""
    if rate > 0:
        if bypass:
            stream_fed(to, source, state, rate, blocks)
        else:
            write_fed(to, source, state, rate, blocks)
    elif bypass:
        stream_free(to, source, state, rate, blocks)
    else:
        write_free(to, source, state, rate, blocks)


@inlined
def forget(state: FloatArray) -> None:
    """What fell below `NOTHING` is nothing."""
    for number in range(STATES):
        state[number] = state[number] if state[number] > NOTHING else 0.0


@part
def step_on(block: FloatArray, count: int, rate: float, state: FloatArray) -> None:
    """The state after one to three steps."""
    last, decay = (count - 1) * ROW + 3, MODE_DECAY + (count - 1) * STATES
    a, b, c = state[0], state[1], state[2]
    formed = (block[last] * a + block[last + 4] * b) + block[last + 8] * c
    state[3] = block[last + 12] * state[3] + formed + rate * block[last + 16]
    left = MODE_LEFT + (count - 1) * STATES
    for mode in range(3):
        state[mode] = block[decay + mode] * state[mode] + rate * block[left + mode]


@part
def walk(
    blocks: FloatArray, runs: IntArray, inputs: FloatArray, rows: FloatArray, spare: FloatArray,
    seen: float, bypass: bool,
) -> None:  # fmt: skip
    """One person's rows at every grid point; `seen` is how much of a bolus its minute's first column shows.

    `spare` takes the state, and after it a block of which not all is wanted and the state that this one leaves.
    """
    state, apart = spare[:STATES], spare[STATES : STATES + POINTS * STATES]
    beyond = spare[STATES + POINTS * STATES :]
    state[:] = 0.0
    for column in range(STATES):
        rows[0, column] = 0.0
    at, to, home = 0, rows.ctypes.data + ROW_BYTES, state.ctypes.data
    for run in range(runs.shape[0]):
        k, steps = runs[run, 0], runs[run, 1]
        rate, bolus = inputs[run, 0], inputs[run, 1]
        source = blocks.ctypes.data + 8 * BLOCK * k
        if bolus > 0:
            for mode in range(3):
                state[mode] += bolus
            rows[at, 0] += seen * bolus
        while steps >= POINTS:
            count = min(steps // POINTS, UNCHECKED)
            write_blocks(to, source, home, rate, count, bypass)
            forget(state)
            steps -= count * POINTS
            at += count * POINTS
            to += count * POINTS * ROW_BYTES
        if steps > 0:
            beyond[:] = state
            write_blocks(apart.ctypes.data, source, beyond.ctypes.data, rate, 1, False)
            for number in range(0 if bypass else steps * STATES):
                rows[at + 1 + number // STATES, number % STATES] = apart[number]
            stream_rows(to, apart.ctypes.data, steps if bypass else 0)
            step_on(blocks[k], steps, rate, state)
            forget(state)
            at += steps
            to += steps * ROW_BYTES


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
    blocks, spare = np.zeros((steps_min.size, BLOCK)), np.zeros(SPARE)
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
