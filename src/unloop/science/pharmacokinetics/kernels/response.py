"""The compiled response: amounts, effect site and indirect response of many people. The mathematics is `effect`'s."""

# ruff: noqa: FBT003, PLR0913, PLR0915, PLR0917 - Numba takes numbers and arrays, no objects

from __future__ import annotations

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from numpy.typing import NDArray

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.kernels.compilation import compiled, inlined, part
from unloop.science.pharmacokinetics.kernels.effect import (
    AFTER,
    FOURTH,
    LONGEST,
    NODES,
    SMOOTH,
    THIRD,
    WEIGHTS,
)
from unloop.science.pharmacokinetics.kernels.instructions import (
    BLOCK,
    MODE_DECAY,
    MODE_LEFT,
    POINTS,
    ROW,
    STATES,
)
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
from unloop.science.pharmacokinetics.kernels.linear import SPARE, fill_block, read_people, walk
from unloop.science.pharmacokinetics.kernels.timeline import IntArray

KE0, KIN, KOUT, IMAX, IC50 = range(5)
TINY = 1e-300  # where nothing changes, nothing is rough
WEIGHT0, WEIGHT1, WEIGHT2, WEIGHT3, WEIGHT4 = WEIGHTS
(ALL0, ALL1, ALL2, ALL3, ALL4), (B0, B1, B2, B3, B4), (C0, C1, C2, C3, C4), (D0, D1, D2, D3, D4) = AFTER[:4]
THIRD0, THIRD1, THIRD3, THIRD4 = THIRD[0], THIRD[1], THIRD[3], THIRD[4]
FOURTH0, FOURTH1, FOURTH2, FOURTH3, FOURTH4 = FOURTH


def _kept() -> tuple[float, ...]:
    """exp(-x) from 0 to `LONGEST` as a polynomial of degree 9, relative error below 1e-10; the highest power first."""
    fitted = Chebyshev.interpolate(lambda x: np.exp(-x), 9, domain=[0.0, LONGEST])
    return tuple(fitted.convert(kind=Polynomial).coef[::-1].tolist())


KEPT9, KEPT8, KEPT7, KEPT6, KEPT5, KEPT4, KEPT3, KEPT2, KEPT1, KEPT0 = _kept()


@inlined
def kept(x: float) -> float:
    """exp(-x); nothing of use where x is beyond `LONGEST`, and there the step is taken again in halves."""
    p = KEPT9 * x + KEPT8
    p = p * x + KEPT7
    p = p * x + KEPT6
    p = p * x + KEPT5
    p = p * x + KEPT4
    p = p * x + KEPT3
    p = p * x + KEPT2
    p = p * x + KEPT1
    return p * x + KEPT0


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
    """What each step keeps of the response and adds to it, and how rough it is: three lines, one after another.

    All arrays are flat, so that the compiler sees how far apart their numbers lie.
    """
    line = lengths_h.size
    for step in range(line):
        h = lengths_h[step]
        q0, q1, q2 = h * rates[4 * step + 3], h * rates[4 * step + 4], h * rates[4 * step + 5]
        q3, q4 = h * rates[4 * step + 6], h * rates[4 * step + 7]
        whole = kept(ALL0 * q0 + ALL1 * q1 + ALL2 * q2 + ALL3 * q3 + ALL4 * q4)
        late1 = kept(B0 * q0 + B1 * q1 + B2 * q2 + B3 * q3 + B4 * q4)
        late2 = kept(C0 * q0 + C1 * q1 + C2 * q2 + C3 * q3 + C4 * q4)
        late3 = kept(D0 * q0 + D1 * q1 + D2 * q2 + D3 * q3 + D4 * q4)
        steps[step] = whole
        added = WEIGHT0 * whole + WEIGHT1 * late1 + WEIGHT2 * late2 + WEIGHT3 * late3 + WEIGHT4
        steps[line + step] = h * kin * added
        fourth = abs(FOURTH0 * q0 + FOURTH1 * q1 + FOURTH2 * q2 + FOURTH3 * q3 + FOURTH4 * q4)
        third = abs(THIRD0 * q0 + THIRD1 * q1 + THIRD3 * q3 + THIRD4 * q4)
        rough = fourth * fourth / max(third, fourth, TINY)
        steps[2 * line + step] = max(rough, h * kout * (SMOOTH / LONGEST))


@part
def follow(start: float, steps: FloatArray, response: FloatArray) -> float:
    """The response from step to step; returns the largest roughness."""
    response[0], roughest, line = start, 0.0, response.size - 1
    for step in range(line):
        start = steps[step] * start + steps[line + step]
        response[step + 1] = start
        roughest = max(roughest, steps[2 * line + step])
    return roughest


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
    straight = columns.size == STATES
    for column in range(columns.size):
        straight = straight and columns[column] == column
    if straight:
        for t in range(asked.size):
            at = asked[t]
            first, second, third, fourth = amounts[at, 0], amounts[at, 1], amounts[at, 2], amounts[at, 3]
            out[t, 0], out[t, 1], out[t, 2], out[t, 3] = first, second, third, fourth
            out[t, 4], out[t, 5] = nodes[at, 3], response[at]
        return
    for column in range(columns.size):
        wanted = columns[column]
        for t in range(asked.size):
            out[t, column] = amounts[asked[t], wanted]
    for t in range(asked.size):
        out[t, columns.size], out[t, columns.size + 1] = nodes[asked[t], 3], response[asked[t]]


@compiled(
    "void(float64[:,::1], float64[:,::1], int64[::1], int64[:,::1], float64[:,::1], float64[::1], boolean[::1],"
    " float64[::1], int64[::1], int64[::1], float64[:,:,::1], float64[::1])"
)
def solve_response(
    given: FloatArray, effects: FloatArray, who: IntArray, runs: IntArray, inputs: FloatArray,
    steps_min: FloatArray, fed: NDArray[np.bool_], lengths_h: FloatArray, asked: IntArray, columns: IntArray,
    out: FloatArray, roughness: FloatArray,
) -> None:  # fmt: skip
    """Rows of the people named, written to their places in `out`, and the largest roughness of each.

    Args:
        given, effects: shapes (M, GIVEN) and (M, 5); the people who are computed.
        who: shape (M,); their places in `out` and `roughness`.
        lengths_h: shape (G - 1,); of every step of the grid.
        columns: of the amounts; `out` has two more, effect site in mg/L and response.
    """
    last, classes = len(given), steps_min.size
    known, site = np.empty(LINES * LANES), np.empty(LINES * LANES)
    step = np.zeros((classes, STEP_LINES * LANES))
    steps = np.zeros((classes, STATES, STEP_LINES * LANES))
    blocks, site_blocks, whole = np.zeros((classes, BLOCK)), np.zeros((classes, BLOCK)), np.zeros(BLOCK)
    length, spare = np.empty(LANES), np.zeros(SPARE)
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
            roughness[who[group + person]] = follow(effect[KIN] / effect[KOUT], steps_of, response)
            tell_all(amounts, nodes, response, asked, columns, out[who[group + person]])
