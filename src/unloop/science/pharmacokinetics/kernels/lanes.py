"""Sixteen people side by side: the rates and shapes of their modes, and what one step does to them.

One flat array holds what is known of sixteen people, sixteen numbers a line: `known[LINE * 16 + person]`. So a loop
over the sixteen is one that the compiler turns into vector instructions, and what a person's numbers come out as
does not depend on who sits beside them.

The parent substance is a mammillary system, K similar to -B'B (see `modal`), and B has a row for the clearance and
one for each exchange: three rows, three columns. One-sided Jacobi rotations turn the columns of B until they are
orthogonal; their squared lengths are the rates. No rate comes out negative, a flow of zero is a column of zeros,
and equal rates need no care.
"""

# ruff: noqa: PLR0913, PLR0917 - Numba takes numbers and arrays, no objects

from __future__ import annotations

from math import sqrt

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.kernels.compilation import inlined, part
from unloop.science.pharmacokinetics.kernels.decline import between, exponential, fed, once

LANES = 16  # in a shorter loop LLVM does not ask whether arrays overlap, and takes one person at a time
MINUTES_PER_HOUR = 60.0

# What is given: L/h and L. Clearance out of the centre by every way, of it into the metabolite, two exchanges, the
# metabolite's own clearance, and the volumes of centre, second, third and metabolite.
CL, FORMED, Q2, Q3, CLM, V1, V2, V3, VM = range(9)
GIVEN = 9
# What follows: three rates and the metabolite's, per minute; formation per minute; and the nine numbers that say
# what 1 mg in the centre adds to each compartment through each mode (mode by mode, three each).
RATE, RATE_M, FORMATION, SHARE = 9, 12, 13, 14
# The columns of B and of the turns so far; kept for those whom a few rotations do not settle.
COLUMN, TURN = 23, 32
UNSETTLED = 41
LINES = 42

SWEEPS = 4  # enough for all but a few people in a thousand
MORE_SWEEPS = 12  # they settle quadratically; no graph was found that wants more than 7
SETTLED = 1e-30  # squared cosine between two columns

# What one step does: four decays, three amounts of metabolite formed from 1 mg in a mode, and, for an input of 1
# mg/min, what it leaves in three modes and in the metabolite.
DECAY, DECAY_M, PASSED, LEFT, LEFT_M = 0, 3, 4, 7, 10
STEP_LINES = 11


@inlined
def turned(
    x0: float, x1: float, x2: float, u0: float, u1: float, u2: float,
    y0: float, y1: float, y2: float, v0: float, v1: float, v2: float,
) -> tuple[float, ...]:  # fmt: skip
    """Two columns, and the turns that led to them, rotated until the columns are orthogonal."""
    apart = (y0 * y0 + y1 * y1 + y2 * y2) - (x0 * x0 + x1 * x1 + x2 * x2)
    twice = 2.0 * (x0 * y0 + x1 * y1 + x2 * y2)
    length = abs(apart) + sqrt(apart * apart + twice * twice)
    tangent = (twice if apart >= 0 else -twice) / (length if length > 0 else 1.0)
    c = 1.0 / sqrt(1.0 + tangent * tangent)
    s = c * tangent
    return (
        c * x0 - s * y0, c * x1 - s * y1, c * x2 - s * y2, c * u0 - s * v0, c * u1 - s * v1, c * u2 - s * v2,
        s * x0 + c * y0, s * x1 + c * y1, s * x2 + c * y2, s * u0 + c * v0, s * u1 + c * v1, s * u2 + c * v2,
    )  # fmt: skip


@inlined
def turn(known: FloatArray, x: int, y: int) -> None:
    """Two columns of everybody turned, in place; a loop of its own, so that several people's roots are on the way."""
    for person in range(LANES):
        b, t = (COLUMN + x) * LANES + person, (TURN + x) * LANES + person
        d, s = (COLUMN + y) * LANES + person, (TURN + y) * LANES + person
        x0, x1, x2, u0, u1, u2, y0, y1, y2, v0, v1, v2 = turned(
            known[b], known[b + LANES], known[b + 2 * LANES], known[t], known[t + LANES], known[t + 2 * LANES],
            known[d], known[d + LANES], known[d + 2 * LANES], known[s], known[s + LANES], known[s + 2 * LANES],
        )  # fmt: skip
        known[b], known[b + LANES], known[b + 2 * LANES] = x0, x1, x2
        known[t], known[t + LANES], known[t + 2 * LANES] = u0, u1, u2
        known[d], known[d + LANES], known[d + 2 * LANES] = y0, y1, y2
        known[s], known[s + LANES], known[s + 2 * LANES] = v0, v1, v2


@part
def sweep(known: FloatArray) -> None:
    """Each pair of columns turned once."""
    turn(known, 0, 3)
    turn(known, 0, 6)
    turn(known, 3, 6)


@part
def begin(known: FloatArray) -> None:
    """The columns of B, not turned yet."""
    for person in range(LANES):
        b, t = COLUMN * LANES + person, TURN * LANES + person
        root1, root2 = sqrt(known[V1 * LANES + person]), sqrt(known[V2 * LANES + person])
        root3 = sqrt(known[V3 * LANES + person])
        second = sqrt(known[Q2 * LANES + person] * (1.0 / MINUTES_PER_HOUR))
        third = sqrt(known[Q3 * LANES + person] * (1.0 / MINUTES_PER_HOUR))
        known[b] = sqrt(known[CL * LANES + person] * (1.0 / MINUTES_PER_HOUR)) / root1
        known[b + LANES], known[b + 2 * LANES] = second / root1, third / root1
        known[b + 3 * LANES], known[b + 4 * LANES], known[b + 5 * LANES] = 0.0, -second / root2, 0.0
        known[b + 6 * LANES], known[b + 7 * LANES], known[b + 8 * LANES] = 0.0, 0.0, -third / root3
        known[t], known[t + LANES], known[t + 2 * LANES] = 1.0, 0.0, 0.0
        known[t + 3 * LANES], known[t + 4 * LANES], known[t + 5 * LANES] = 0.0, 1.0, 0.0
        known[t + 6 * LANES], known[t + 7 * LANES], known[t + 8 * LANES] = 0.0, 0.0, 1.0


@part
def settle(known: FloatArray) -> None:
    """Rates, shares and how far from orthogonal the columns are, above 0 where another sweep is wanted."""
    for person in range(LANES):
        b, t = COLUMN * LANES + person, TURN * LANES + person
        x0, x1, x2 = known[b], known[b + LANES], known[b + 2 * LANES]
        y0, y1, y2 = known[b + 3 * LANES], known[b + 4 * LANES], known[b + 5 * LANES]
        z0, z1, z2 = known[b + 6 * LANES], known[b + 7 * LANES], known[b + 8 * LANES]
        xx, yy, zz = x0 * x0 + x1 * x1 + x2 * x2, y0 * y0 + y1 * y1 + y2 * y2, z0 * z0 + z1 * z1 + z2 * z2
        xy, xz, yz = x0 * y0 + x1 * y1 + x2 * y2, x0 * z0 + x1 * z1 + x2 * z2, y0 * z0 + y1 * z1 + y2 * z2
        off = max(xy * xy - SETTLED * xx * yy, xz * xz - SETTLED * xx * zz)
        known[UNSETTLED * LANES + person] = max(off, yz * yz - SETTLED * yy * zz)
        r = RATE * LANES + person
        known[r], known[r + LANES], known[r + 2 * LANES] = xx, yy, zz
        volume = known[V1 * LANES + person]
        per_min = 1.0 / MINUTES_PER_HOUR
        known[RATE_M * LANES + person] = known[CLM * LANES + person] * per_min / known[VM * LANES + person]
        known[FORMATION * LANES + person] = known[FORMED * LANES + person] * per_min / volume
        second = sqrt(known[V2 * LANES + person] / volume)
        third = sqrt(known[V3 * LANES + person] / volume)
        s = SHARE * LANES + person
        u, v, w = known[t], known[t + 3 * LANES], known[t + 6 * LANES]
        known[s], known[s + LANES] = u * u, u * known[t + LANES] * second
        known[s + 2 * LANES] = u * known[t + 2 * LANES] * third
        known[s + 3 * LANES], known[s + 4 * LANES] = v * v, v * known[t + 4 * LANES] * second
        known[s + 5 * LANES] = v * known[t + 5 * LANES] * third
        known[s + 6 * LANES], known[s + 7 * LANES] = w * w, w * known[t + 7 * LANES] * second
        known[s + 8 * LANES] = w * known[t + 8 * LANES] * third


@part
def find_modes(known: FloatArray) -> None:
    """Fill everything that follows from what is given of sixteen people."""
    begin(known)
    for _ in range(SWEEPS):
        sweep(known)
    settle(known)
    for person in range(LANES):
        if known[UNSETTLED * LANES + person] > 0:
            find_alone(known, person)


@part
def find_alone(known: FloatArray, person: int) -> None:
    """More sweeps for one of them, beside copies, so that nobody's rounding depends on a neighbour."""
    copies = np.empty(LINES * LANES)
    for line in range(LINES):
        copies[line * LANES : (line + 1) * LANES] = known[line * LANES + person]
    for _ in range(MORE_SWEEPS):
        sweep(copies)
    settle(copies)
    for line in range(LINES):
        known[line * LANES + person] = copies[line * LANES]


@part
def passing(known: FloatArray, step: FloatArray, lengths_min: FloatArray) -> None:
    """Decays over `h` minutes, and what 1 mg in each mode leaves in the metabolite."""
    for person in range(LANES):
        h, r = lengths_min[person], RATE * LANES + person
        x0, x1, x2 = known[r] * h, known[r + LANES] * h, known[r + 2 * LANES] * h
        y = known[RATE_M * LANES + person] * h
        e0, e1, e2, ey = exponential(-x0), exponential(-x1), exponential(-x2), exponential(-y)
        step[person], step[LANES + person], step[2 * LANES + person] = e0, e1, e2
        step[DECAY_M * LANES + person] = ey
        formed = known[FORMATION * LANES + person] * h
        s, p = SHARE * LANES + person, PASSED * LANES + person
        step[p] = formed * known[s] * between(x0, y, e0, ey)
        step[p + LANES] = formed * known[s + 3 * LANES] * between(x1, y, e1, ey)
        step[p + 2 * LANES] = formed * known[s + 6 * LANES] * between(x2, y, e2, ey)


@part
def filling(known: FloatArray, step: FloatArray, lengths_min: FloatArray) -> None:
    """What an input of 1 mg/min over `h` minutes leaves in each mode and in the metabolite; after `passing`."""
    for person in range(LANES):
        h, r = lengths_min[person], RATE * LANES + person
        x0, x1, x2 = known[r] * h, known[r + LANES] * h, known[r + 2 * LANES] * h
        y = known[RATE_M * LANES + person] * h
        e0, e1, e2 = step[person], step[LANES + person], step[2 * LANES + person]
        ey = step[DECAY_M * LANES + person]
        left = LEFT * LANES + person
        step[left] = h * once(x0, e0)
        step[left + LANES] = h * once(x1, e1)
        step[left + 2 * LANES] = h * once(x2, e2)
        s = SHARE * LANES + person
        all_modes = known[s] * fed(x0, y, e0, ey)
        all_modes += known[s + 3 * LANES] * fed(x1, y, e1, ey)
        all_modes += known[s + 6 * LANES] * fed(x2, y, e2, ey)
        step[LEFT_M * LANES + person] = known[FORMATION * LANES + person] * h * h * all_modes
