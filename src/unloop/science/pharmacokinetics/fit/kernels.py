"""The compiled engine: predictions, exact gradients and the search for the maximum, one person at a time.

For reversible systems, which a measured parent always is. With S the symmetric rate matrix (K made symmetric by
square roots of volumes), S = Q diag(r) Q', a concentration is

    c(t) = 1000 u' G v,   G = Q diag(g(r, t)) Q',   u = e_observed / sqrt(V),   v = e_0 / sqrt(V),

where g(r, t) is what the inputs leave in a mode of rate r. Its derivative by any entry of S is the matrix
M = Q (Phi o (Q'u)(Q'v)') Q', with Phi the divided differences of g in r (Daleckii and Krein), so that one pass gives
the derivative by every volume and flow. Equal rates take the slope of g instead of a quotient: nothing fails there.

Loops, not array expressions: these functions are read by Numba. `plain` says the same in NumPy and is what
they are tested against.
"""

# ruff: noqa: C901, PLR0917 - loops over modes and levels nest, and Numba takes arguments by position

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numba import types

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.fit.case import Case

F = TypeVar("F", bound=Callable[..., object])

NG_PER_ML_IN_MG_PER_L = 1000.0
MINUTES_PER_HOUR = 60.0

SWEEPS = 30  # of Jacobi; three compartments take four
TIE = 1e-3  # below this difference of rate x time a quotient of differences loses digits
NODES = (
    (0.1127016653792583, 5.0 / 18.0),
    (0.5, 8.0 / 18.0),
    (0.8872983346207417, 5.0 / 18.0),
)  # Gauss-Legendre

ITERATIONS = 200
SETTLED = 1e-13  # of the decrement g' A^-1 g: twice the drop that is still to be had
STEEPEST = 1e12  # of the damping: no step is left
FLOOR = 1e-300  # a variance is above zero even where a prediction is not

_matrix, _vector = types.float64[:, ::1], types.float64[::1]
_case = cast("Any", types).NamedTuple(
    (
        _matrix, types.float64[:, :, ::1], types.int64[::1], _matrix, _vector, _matrix, _vector,
        types.boolean[::1], _vector, _vector, _matrix,
    ),
    Case,
)  # fmt: skip


class Work(NamedTuple):
    """Memory for one evaluation, made once; n compartments, P random effects, N levels."""

    elements: FloatArray
    rates: FloatArray
    axes: FloatArray
    first: FloatArray
    second: FloatArray
    weighted: FloatArray
    filled: FloatArray
    slopes: FloatArray
    by_element: FloatArray
    predicted: FloatArray
    by_eta: FloatArray


def _inlined(function: F) -> F:
    return cast("F", numba.njit(error_model="numpy", fastmath=False)(function))


@_inlined
def _work(case: Case) -> Work:
    elements, effects, n = case.typical.shape[1], case.exponents.shape[2], 1
    while 2 * n + n * n < elements:
        n += 1
    levels = case.times_min.size
    return Work(
        np.empty(elements), np.empty(n), np.empty((n, n)), np.empty((n, n)), np.empty((n, n)),
        np.empty((n, n)), np.empty(n), np.empty(n), np.empty(elements), np.empty(levels),
        np.empty((levels, effects)),
    )  # fmt: skip


@_inlined
def _assemble(case: Case, system: int, eta: FloatArray, work: Work) -> None:
    """Volumes and flows of this person, and the symmetric rate matrix of 1/min in `first`."""
    n, values = work.rates.size, work.elements
    for e in range(values.size):
        power = 0.0
        for p in range(eta.size):
            power += case.exponents[system, e, p] * eta[p]
        values[e] = case.typical[system, e] * math.exp(power) if power != 0.0 else case.typical[system, e]
    for i in range(n):
        leaving = values[n + i]
        for j in range(n):
            leaving += values[2 * n + j * n + i]
            if i != j:
                work.first[i, j] = -values[2 * n + i * n + j] / (
                    MINUTES_PER_HOUR * math.sqrt(values[i] * values[j])
                )
        work.first[i, i] = leaving / (MINUTES_PER_HOUR * values[i])


@_inlined
def _rotate(matrix: FloatArray, axes: FloatArray, i: int, j: int) -> None:
    """One Jacobi rotation that makes entry [i, j] of the matrix zero."""
    half = (matrix[j, j] - matrix[i, i]) / (2.0 * matrix[i, j])
    tangent = math.copysign(1.0, half) / (abs(half) + math.sqrt(half * half + 1.0))
    cosine = 1.0 / math.sqrt(tangent * tangent + 1.0)
    sine = tangent * cosine
    for k in range(axes.shape[0]):
        a, b = matrix[k, i], matrix[k, j]
        matrix[k, i], matrix[k, j] = cosine * a - sine * b, sine * a + cosine * b
    for k in range(axes.shape[0]):
        a, b = matrix[i, k], matrix[j, k]
        matrix[i, k], matrix[j, k] = cosine * a - sine * b, sine * a + cosine * b
        a, b = axes[k, i], axes[k, j]
        axes[k, i], axes[k, j] = cosine * a - sine * b, sine * a + cosine * b


@_inlined
def _decompose(matrix: FloatArray, axes: FloatArray, rates: FloatArray) -> None:
    """Rates and axes of a symmetric matrix, which is overwritten; columns of `axes` are modes."""
    n = rates.size
    for i in range(n):
        for j in range(n):
            axes[i, j] = 1.0 if i == j else 0.0
    for _ in range(SWEEPS):
        turned = False
        for i in range(n):
            for j in range(i + 1, n):
                off = matrix[i, j] * matrix[i, j]
                if off > 1e-34 * abs(matrix[i, i] * matrix[j, j]) and off > 0.0:
                    _rotate(matrix, axes, i, j)
                    turned = True
        if not turned:
            break
    for i in range(n):
        rates[i] = max(matrix[i, i], 0.0)


@_inlined
def _held(rate: float, minutes: float) -> tuple[float, float]:
    """The integrals of exp(-rate s) and of s exp(-rate s) from 0 to `minutes`."""
    x = rate * minutes
    if x > 0.1:
        lost = -math.expm1(-x)
        once = lost / rate
        return once, (once - minutes * (1.0 - lost)) / rate
    term, once, moment = 1.0, 0.0, 0.0
    for k in range(11):
        once += term / (k + 1)
        moment += term / (k + 2)
        term *= -x / (k + 1)
    return minutes * once, minutes * minutes * moment


@_inlined
def _fill(inputs: FloatArray, rate: float, minute: float) -> tuple[float, float]:
    """What the inputs have left in a mode at a minute, and its slope by the rate."""
    level, slope = 0.0, 0.0
    for row in range(inputs.shape[0]):
        start, end, amount = inputs[row, 0], inputs[row, 1], inputs[row, 2]
        if minute < start:
            break  # they stand in order of time
        off = max(minute - end, 0.0)
        left = amount * math.exp(-rate * off)
        if end > start:
            once, moment = _held(rate, min(minute, end) - start)
            level += left * once
            slope -= left * (moment + off * once)
        else:
            level += left
            slope -= left * off
    return level, slope


@_inlined
def _tied(inputs: FloatArray, rate: float, apart: float, minute: float) -> float:
    """The mean slope of the filling from `rate` on, over a difference of rates too small to divide by."""
    mean = 0.0
    for where, weight in NODES:
        mean += weight * _fill(inputs, rate + where * apart, minute)[1]
    return mean


@_inlined
def _by_matrix(case: Case, work: Work, observed: int, minute: float) -> None:
    """The derivative of the concentration by each entry of the rate matrix, in `weighted`."""
    n, axes, inputs = work.rates.size, work.axes, case.inputs
    for i in range(n):
        work.first[i, i] = work.slopes[i] * axes[observed, i] * axes[0, i]
        for j in range(i):
            apart = work.rates[i] - work.rates[j]
            if abs(apart) * (minute - inputs[0, 0]) > TIE:
                slope = (work.filled[i] - work.filled[j]) / apart
            else:
                slope = _tied(inputs, work.rates[j], apart, minute)
            work.first[i, j] = slope * axes[observed, i] * axes[0, j]
            work.first[j, i] = slope * axes[observed, j] * axes[0, i]
    scale = NG_PER_ML_IN_MG_PER_L / math.sqrt(work.elements[observed] * work.elements[0])
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += work.first[i, k] * axes[j, k]
            work.second[i, j] = total
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += axes[i, k] * work.second[k, j]
            work.weighted[i, j] = scale * total


@_inlined
def _by_elements(work: Work, observed: int, predicted: float) -> None:
    """The derivative by the logarithm of each volume, clearance and exchange, in `by_element`."""
    n, values, m = work.rates.size, work.elements, work.weighted
    work.by_element[:] = 0.0
    for i in range(n):
        own = m[i, i] / (MINUTES_PER_HOUR * values[i])
        clearance = own * values[n + i]
        work.by_element[n + i] = clearance
        work.by_element[i] -= clearance
        for j in range(i + 1, n):
            other = m[j, j] / (MINUTES_PER_HOUR * values[j])
            both = (m[i, j] + m[j, i]) / (2.0 * MINUTES_PER_HOUR * math.sqrt(values[i] * values[j]))
            flow = values[2 * n + i * n + j]
            work.by_element[2 * n + i * n + j] = flow * (own + other - 2.0 * both)
            work.by_element[i] -= flow * (own - both)
            work.by_element[j] -= flow * (other - both)
    work.by_element[0] -= 0.5 * predicted
    work.by_element[observed] -= 0.5 * predicted


@_inlined
def _predict(case: Case, eta: FloatArray, work: Work, slopes: int) -> None:
    """Predicted levels, and their derivatives by eta where asked for."""
    n = work.rates.size
    work.predicted[:] = 0.0
    if slopes:
        work.by_eta[:] = 0.0
    for system in range(case.typical.shape[0]):
        _assemble(case, system, eta, work)
        _decompose(work.first, work.axes, work.rates)
        observed = case.observed[system]
        scale = NG_PER_ML_IN_MG_PER_L / math.sqrt(work.elements[observed] * work.elements[0])
        for row in range(case.times_min.size):
            weight = case.weights[row, system]
            if weight == 0.0:
                continue
            minute, total = case.times_min[row], 0.0
            for k in range(n):
                work.filled[k], work.slopes[k] = _fill(case.inputs, work.rates[k], minute)
                total += work.axes[observed, k] * work.axes[0, k] * work.filled[k]
            work.predicted[row] += weight * scale * total
            if slopes:
                _by_matrix(case, work, observed, minute)
                _by_elements(work, observed, scale * total)
                for e in range(work.by_element.size):
                    if work.by_element[e] != 0.0:
                        for p in range(eta.size):
                            work.by_eta[row, p] += weight * work.by_element[e] * case.exponents[system, e, p]


@_inlined
def _tail(z: float) -> tuple[float, float]:
    """The logarithm of the normal distribution function, and its derivative."""
    if z > -30.0:
        below = 0.5 * math.erfc(-z / math.sqrt(2.0))
        return math.log(below), math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) / below
    q = 1.0 / (z * z)
    series = 1.0 - q * (1.0 - 3.0 * q * (1.0 - 5.0 * q * (1.0 - 7.0 * q)))
    return -0.5 * z * z - math.log(-z * math.sqrt(2.0 * math.pi)) + math.log(series), -z / series


@_inlined
def _misfit(case: Case, row: int, predicted: float) -> tuple[float, float, float]:
    """One level's part of the objective, its slope by the prediction and its expected curvature."""
    spread = case.proportional[row] * predicted
    variance = max(spread * spread + case.additive[row] ** 2, FLOOR)
    widening = 2.0 * case.proportional[row] * spread / variance  # of the variance, relative, for 1 ng/mL more
    away = case.levels_ng_per_ml[row] - predicted
    if case.below[row]:
        sd = math.sqrt(variance)
        z = away / sd
        logarithm, ratio = _tail(z)
        by_level = -1.0 / sd - 0.5 * z * widening
        return -logarithm, -ratio * by_level, ratio * (ratio + z) * by_level * by_level
    scaled = away * away / variance
    return (
        0.5 * (scaled + math.log(variance)),
        -away / variance + 0.5 * widening * (1.0 - scaled),
        1.0 / variance + 0.5 * widening * widening,
    )


@_inlined
def _objective(case: Case, eta: FloatArray, work: Work, gradient: FloatArray, curvature: FloatArray) -> float:
    """Half the objective; gradient and expected curvature with it, unless `curvature` is empty."""
    slopes = curvature.size
    _predict(case, eta, work, slopes)
    total = 0.0
    for p in range(eta.size):
        pull = 0.0
        for q in range(eta.size):
            pull += case.precision[p, q] * eta[q]
            if slopes:
                curvature[p, q] = case.precision[p, q]
        total += 0.5 * pull * eta[p]
        if slopes:
            gradient[p] = pull
    for row in range(work.predicted.size):
        value, slope, bend = _misfit(case, row, work.predicted[row])
        total += value
        if slopes:
            for p in range(eta.size):
                gradient[p] += slope * work.by_eta[row, p]
                for q in range(eta.size):
                    curvature[p, q] += bend * work.by_eta[row, p] * work.by_eta[row, q]
    return total


@_inlined
def _solve(matrix: FloatArray, right: FloatArray, root: FloatArray, out: FloatArray) -> None:
    """`out` = matrix^-1 right by Cholesky; NaN where the matrix is not positive."""
    n = right.size
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            root[i, j] = math.sqrt(total) if i == j else total / root[j, j]
    for i in range(n):
        total = right[i]
        for k in range(i):
            total -= root[i, k] * out[k]
        out[i] = total / root[i, i]
    for i in range(n - 1, -1, -1):
        total = out[i]
        for k in range(i + 1, n):
            total -= root[k, i] * out[k]
        out[i] = total / root[i, i]


@_inlined
def _descend(case: Case, eta: FloatArray, work: Work) -> float:
    """Levenberg's damped scoring from `eta`, in place; half the objective where it ends."""
    n = eta.size
    gradient, curvature, damped, root = np.empty(n), np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    there, bend, step, tried = np.empty(n), np.empty((n, n)), np.empty(n), np.empty(n)
    value = _objective(case, eta, work, gradient, curvature)
    damping = 0.0
    for _ in range(ITERATIONS):
        for p in range(n):
            for q in range(n):
                damped[p, q] = curvature[p, q] + damping * case.precision[p, q]
        _solve(damped, gradient, root, step)
        decrement = 0.0
        for p in range(n):
            decrement += gradient[p] * step[p]
            tried[p] = eta[p] - step[p]
        if decrement <= SETTLED or damping > STEEPEST:
            break
        # With its slopes at once, since most steps are taken and would be computed again for them.
        found = _objective(case, tried, work, there, bend)
        if found < value:
            eta[:], value = tried, found
            gradient[:], curvature[:] = there, bend
            damping = damping / 8.0 if damping > 1e-6 else 0.0
        else:
            damping = max(4.0 * damping, 1e-3)
    return value


def _compiled(signature: object) -> Callable[[F], F]:
    njit = cast("Any", numba).njit
    return cast(
        "Callable[[F], F]", njit(signature, cache=True, error_model="numpy", fastmath=False, nogil=True)
    )


@_compiled(types.void(_case, _matrix, _vector, _matrix))
def evaluate(case: Case, etas: FloatArray, values: FloatArray, gradients: FloatArray) -> None:
    """Half the objective at each of the etas, shape (M, P), and its gradient, unless `gradients` has no rows."""
    work, effects = _work(case), etas.shape[1]
    slopes = effects if gradients.shape[0] > 0 else 0
    gradient, curvature = np.empty(effects), np.empty((slopes, slopes))
    for row in range(etas.shape[0]):
        values[row] = _objective(case, etas[row], work, gradient, curvature)
        if gradients.shape[0] > 0:
            gradients[row] = gradient


@_compiled(types.void(_case, _matrix, _vector))
def descend(case: Case, etas: FloatArray, values: FloatArray) -> None:
    """Move each starting point, shape (M, P), to a minimum; half the objective there."""
    work = _work(case)
    for row in range(etas.shape[0]):
        values[row] = _descend(case, etas[row], work)


@_compiled(types.void(_case, _matrix, _matrix))
def predict(case: Case, etas: FloatArray, levels: FloatArray) -> None:
    """Predicted levels in ng/mL of people with these etas, shape (M, N)."""
    work = _work(case)
    for row in range(etas.shape[0]):
        _predict(case, etas[row], work, 0)
        levels[row] = work.predicted
