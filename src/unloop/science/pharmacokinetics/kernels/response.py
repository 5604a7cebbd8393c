"""The compiled response: amounts, effect site and indirect response of many people. The mathematics is `effect`'s."""

# ruff: noqa: FBT003, PLR0913, PLR0915, PLR0917 - Numba takes numbers and arrays, no objects

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.kernels.compilation import compiled, part
from unloop.science.pharmacokinetics.kernels.decline import exponential
from unloop.science.pharmacokinetics.kernels.effect import AFTER, BEND, LONGEST, NODES, SMOOTH, WEIGHTS
from unloop.science.pharmacokinetics.kernels.instructions import POINTS, STATES
from unloop.science.pharmacokinetics.kernels.lanes import (
    DECAY_M,
    FORMATION,
    LANES,
    LEFT_M,
    LINES,
    MINUTES_PER_HOUR,
    PASSED,
    RATE_M,
    STEP_LINES,
    V1,
    filling,
    find_modes,
    passing,
)
from unloop.science.pharmacokinetics.kernels.linear import (
    BLOCK,
    MODE_DECAY,
    MODE_LEFT,
    ROW,
    fill_block,
    read_people,
    walk,
)
from unloop.science.pharmacokinetics.kernels.timeline import IntArray

KE0, KIN, KOUT, IMAX, IC50 = range(5)
WEIGHT1, WEIGHT2, WEIGHT3 = WEIGHTS
(AFTER11, AFTER12, AFTER13), (AFTER21, AFTER22, AFTER23), (AFTER31, AFTER32, AFTER33) = AFTER
BEND0, BEND1, BEND2, BEND3, BEND4 = BEND


@part
def site_of(known: FloatArray, effects: FloatArray, group: int, last: int, site: FloatArray) -> None:
    """The effect site in the place of the metabolite: mg/L instead of mg."""
    site[:] = known
    for person in range(LANES):
        ke0 = effects[min(group + person, last - 1), KE0] / MINUTES_PER_HOUR
        site[RATE_M * LANES + person] = ke0
        site[FORMATION * LANES + person] = ke0 / known[V1 * LANES + person]


@part
def fill_nodes(whole: FloatArray, steps: FloatArray, person: int, block: FloatArray) -> None:
    """One person's effect site at the three nodes and the end of each of four steps, as a matrix like `fill_block`'s.

    Args:
        whole: what a whole step does to the site, as from `fill_block`.
        steps: what a step up to each node does; shape (4, STEP_LINES * LANES).
    """
    for point in range(POINTS):
        for node in range(STATES):
            step, at = steps[node], point * ROW + node
            decay = step[DECAY_M * LANES + person]
            site_left, site_power, fed = 0.0, 1.0, step[LEFT_M * LANES + person]
            if point > 0:
                before = (point - 1) * ROW + 3
                site_power, site_left = whole[before + 3 * STATES], whole[before + 4 * STATES]
            for mode in range(3):
                power, through, left = 1.0, 0.0, 0.0
                if point > 0:
                    power = whole[MODE_DECAY + (point - 1) * STATES + mode]
                    left = whole[MODE_LEFT + (point - 1) * STATES + mode]
                    through = whole[(point - 1) * ROW + mode * STATES + 3]
                passed = step[(PASSED + mode) * LANES + person]
                block[at + mode * STATES] = decay * through + passed * power
                fed += passed * left
            block[at + 3 * STATES] = decay * site_power
            block[at + 4 * STATES] = decay * site_left + fed
    for place in range(POINTS * ROW, BLOCK):
        block[place] = whole[place]


@part
def lose(effect: FloatArray, nodes: FloatArray, rates: FloatArray) -> None:
    """The rate of loss per hour at every node, from the effect site there; both flat."""
    kout, imax, ic50 = effect[KOUT], effect[IMAX], effect[IC50]
    for node in range(nodes.size):
        rates[node] = kout * (1.0 - imax * nodes[node] / (ic50 + nodes[node]))


@part
def respond(kin: float, kout: float, rates: FloatArray, lengths_h: FloatArray, steps: FloatArray) -> None:
    """What each step keeps of the response and adds to it, and how much too long it is: three numbers a step.

    All arrays are flat, so that the compiler sees how far apart their numbers lie.
    """
    for step in range(lengths_h.size):
        h = lengths_h[step]
        q0, q1, q2 = rates[4 * step + 3], rates[4 * step + 4], rates[4 * step + 5]
        q3, q4 = rates[4 * step + 6], rates[4 * step + 7]
        late1 = exponential(-h * (AFTER11 * q1 + AFTER12 * q2 + AFTER13 * q3))
        late2 = exponential(-h * (AFTER21 * q1 + AFTER22 * q2 + AFTER23 * q3))
        late3 = exponential(-h * (AFTER31 * q1 + AFTER32 * q2 + AFTER33 * q3))
        steps[3 * step] = exponential(-h * (WEIGHT1 * q1 + WEIGHT2 * q2 + WEIGHT3 * q3))
        steps[3 * step + 1] = h * kin * (WEIGHT1 * late1 + WEIGHT2 * late2 + WEIGHT3 * late3)
        bend = abs(BEND0 * q0 + BEND1 * q1 + BEND2 * q2 + BEND3 * q3 + BEND4 * q4)
        steps[3 * step + 2] = h * max(bend, kout * (SMOOTH / LONGEST))


@part
def follow(start: float, steps: FloatArray, response: FloatArray) -> float:
    """The response from step to step; returns the largest bend."""
    response[0], worst = start, 0.0
    for step in range(response.size - 1):
        start = steps[3 * step] * start + steps[3 * step + 1]
        response[step + 1] = start
        worst = max(worst, steps[3 * step + 2])
    return worst


@part
def tell_all(
    amounts: FloatArray,
    nodes: FloatArray,
    response: FloatArray,
    asked: IntArray,
    columns: IntArray,
    out: FloatArray,
) -> None:
    """One person's rows: amounts, effect site, response."""
    for t in range(asked.size):
        at = asked[t]
        for column in range(columns.size):
            out[t, column] = amounts[at, columns[column]]
        out[t, columns.size] = nodes[at, 3]
        out[t, columns.size + 1] = response[at]


@compiled(
    "void(float64[:,::1], float64[:,::1], int64[::1], int64[:,::1], float64[:,::1], float64[::1], boolean[::1],"
    " float64[::1], int64[::1], int64[::1], float64[:,:,::1], float64[::1])"
)
def solve_response(
    given: FloatArray, effects: FloatArray, who: IntArray, runs: IntArray, inputs: FloatArray,
    steps_min: FloatArray, fed: NDArray[np.bool_], lengths_h: FloatArray, asked: IntArray, columns: IntArray,
    out: FloatArray, bends: FloatArray,
) -> None:  # fmt: skip
    """Rows of the people named, written to their places in `out`, and the largest bend of each.

    Args:
        given, effects: shapes (M, GIVEN) and (M, 5); the people who are computed.
        who: shape (M,); their places in `out` and `bends`.
        lengths_h: shape (G - 1,); of every step of the grid.
        columns: of the amounts; `out` has two more, effect site in mg/L and response.
    """
    last, classes = len(given), steps_min.size
    known, site = np.empty(LINES * LANES), np.empty(LINES * LANES)
    step = np.zeros((classes, STEP_LINES * LANES))
    steps = np.zeros((classes, STATES, STEP_LINES * LANES))
    blocks, site_blocks, whole = np.zeros((classes, BLOCK)), np.zeros((classes, BLOCK)), np.zeros(BLOCK)
    length, spare = np.empty(LANES), np.zeros(POINTS * STATES)
    points = lengths_h.size + 1
    amounts, nodes = np.zeros((points, STATES)), np.zeros((points, STATES))
    flat, rates = nodes.reshape(points * STATES), np.empty(points * STATES)
    steps_of, response = np.empty(3 * points), np.empty(points)
    for group in range(0, last, LANES):
        read_people(given, group, last, known)
        find_modes(known)
        site_of(known, effects, group, last, site)
        for k in range(classes):
            for node in range(STATES):
                length[:] = steps_min[k] * NODES[node]
                passing(site, steps[k, node], length)
                if fed[k]:
                    filling(site, steps[k, node], length)
            length[:] = steps_min[k]
            passing(known, step[k], length)
            if fed[k]:
                filling(known, step[k], length)
        for person in range(min(LANES, last - group)):
            effect = effects[group + person]
            for k in range(classes):
                fill_block(known, step[k], person, blocks[k])
                fill_block(site, steps[k, 3], person, whole)
                fill_nodes(whole, steps[k], person, site_blocks[k])
            walk(blocks, runs, inputs, amounts, spare, 1.0, False)
            walk(site_blocks, runs, inputs, nodes, spare, 0.0, False)
            lose(effect, flat, rates)
            respond(effect[KIN], effect[KOUT], rates, lengths_h, steps_of)
            bends[who[group + person]] = follow(effect[KIN] / effect[KOUT], steps_of, response)
            tell_all(amounts, nodes, response, asked, columns, out[who[group + person]])
