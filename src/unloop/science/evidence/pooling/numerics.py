"""Special functions, a root finder and a descent, in Python and NumPy: what fits something can run anywhere.

SciPy stands beside them in the tests. Tails keep their relative precision: about 1e-13, and 1e-10 for beta laws of
hundreds of thousands.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import count
from statistics import NormalDist

import numpy as np

from unloop.science.evidence.arrays import FloatArray

ULP = math.ulp(1.0)
TINY = 1e-300
FARTHEST_LOGIT = 745.0
_NORMAL = NormalDist()


def normal_below(x: FloatArray) -> FloatArray:
    """The standard normal law up to x, shape as x."""
    scaled = (x.ravel() / -math.sqrt(2.0)).tolist()
    return (0.5 * np.fromiter(map(math.erfc, scaled), np.float64, len(scaled))).reshape(x.shape)


def normal_tail(x: float) -> float:
    """The standard normal law below minus |x|."""
    return 0.5 * math.erfc(abs(x) / math.sqrt(2.0))


def normal_quantile(p: float) -> float:
    """Where the standard normal law reaches p."""
    return _NORMAL.inv_cdf(p)


def t_tail(x: float, degrees: int) -> float:
    """Student's t below minus |x|."""
    square = x * x
    if math.isinf(square):
        return 0.0
    share = degrees / (degrees + square)
    return 0.5 * _beta_below(0.5 * degrees, 0.5, (share, square / (degrees + square)))


def t_quantile(p: float, degrees: int) -> float:
    """Where Student's t reaches p."""
    tail = min(p, 1.0 - p)
    if tail == 0.5:
        return 0.0
    high = 2.0
    while t_tail(high, degrees) > tail:
        high *= 2.0
    return math.copysign(root(lambda x: t_tail(x, degrees) - tail, 0.0, high), p - 0.5)


def chi2_above(x: float, degrees: int) -> float:
    """The chi-square law above x."""
    return _gamma_above(0.5 * degrees, 0.5 * x)


def chi2_with_above(p: float, degrees: int) -> float:
    """Where p of the chi-square law lies above."""
    high = float(degrees)
    while chi2_above(high, degrees) > p:
        high *= 2.0
    return root(lambda x: chi2_above(x, degrees) - p, 0.0, high)


def f_above(x: float, degrees: tuple[int, int]) -> float:
    """The F law above x."""
    first, second = degrees
    whole = second + first * x
    return _beta_below(0.5 * second, 0.5 * first, (second / whole, first * x / whole))


def beta_quantile(p: float, a: float, b: float) -> float:
    """Where the beta law reaches p; 0 or 1 where that is nearer than any number between."""

    def below(logit: float) -> float:
        return _beta_below(a, b, (_share(logit), _share(-logit))) - p

    if below(-FARTHEST_LOGIT) >= 0.0:
        return 0.0
    if below(FARTHEST_LOGIT) <= 0.0:
        return 1.0
    return _share(root(below, -FARTHEST_LOGIT, FARTHEST_LOGIT, within=1e-14))


def _share(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -700.0 else math.exp(logit)


def _beta_below(a: float, b: float, at: tuple[float, float]) -> float:
    """The beta law up to x, given as (x, 1 - x) so that neither end loses digits."""
    x, y = at
    if x <= 0.0:
        return 0.0
    if y <= 0.0:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(y))
    if x < (a + 1.0) / (a + b + 2.0):
        return min(1.0, front * _beta_fraction(a, b, x) / a)
    return max(0.0, 1.0 - front * _beta_fraction(b, a, y) / b)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Its continued fraction by Lentz's method (Numerical Recipes 6.4)."""
    c, d = 1.0, 1.0 / _not_nothing(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in count(1):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 / _not_nothing(1.0 + term * d)
            c = _not_nothing(1.0 + term / c)
            found *= c * d
        if abs(c * d - 1.0) <= 2.0 * ULP or m > 10_000:
            break
    return found


def _gamma_above(a: float, x: float) -> float:
    """The gamma law above x: a series below its mean, a continued fraction above (Numerical Recipes 6.2)."""
    if x <= 0.0:
        return 1.0
    log_front = a * math.log(x) - x - math.lgamma(a)
    if log_front < -FARTHEST_LOGIT and x > a:
        return 0.0
    front = math.exp(log_front)
    if x < a + 1.0:
        term = whole = 1.0 / a
        for n in count(1):
            term *= x / (a + n)
            whole += term
            if term <= ULP * whole:
                break
        return max(0.0, 1.0 - front * whole)
    b, c = x + 1.0 - a, 1.0 / TINY
    d = found = 1.0 / b
    for n in count(1):
        b, factor = b + 2.0, -n * (n - a)
        d = 1.0 / _not_nothing(factor * d + b)
        c = _not_nothing(b + factor / c)
        found *= c * d
        if abs(c * d - 1.0) <= 2.0 * ULP or n > 100_000:
            break
    return front * found


def _not_nothing(value: float) -> float:
    return value if abs(value) > TINY else TINY


def logistic(x: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x))."""
    small = np.exp(-np.abs(x))
    share: FloatArray = np.where(x >= 0.0, 1.0, small) / (1.0 + small)
    return share


def x_log_y(x: FloatArray, y: FloatArray) -> FloatArray:
    """x log y, and 0 where x is 0."""
    return np.where(x == 0.0, 0.0, x * np.log(np.where(x == 0.0, 1.0, y)))


def root(function: Callable[[float], float], low: float, high: float, *, within: float = TINY) -> float:
    """Where a function that changes sign between low and high is 0, to the last digits or `within`.

    By inverse quadratic steps kept inside the bracket, halving where they would not help (Chandrupatla 1997).
    """
    here, there = low, high
    value, beyond = function(here), function(there)
    share = 0.5
    while True:
        tried = here + share * (there - here)
        found = function(tried)
        if (found > 0.0) == (value > 0.0):
            before, value_before = here, value
        else:
            before, value_before = there, beyond
            there, beyond = here, value
        here, value = tried, found
        best, least = (here, value) if abs(value) < abs(beyond) else (there, beyond)
        room = (within + 4.0 * ULP * abs(best)) / max(abs(there - here), TINY)
        if room > 0.5 or least == 0.0:
            return best
        share = _next_share((here, there, before), (value, beyond, value_before))
        share = min(1.0 - room, max(room, share))


def _next_share(x: tuple[float, float, float], f: tuple[float, float, float]) -> float:
    xi = (x[0] - x[1]) / (x[2] - x[1]) if x[2] != x[1] else 1.0
    phi = (f[0] - f[1]) / (f[2] - f[1]) if f[2] != f[1] else 1.0
    if not (phi**2 < xi and (1.0 - phi) ** 2 < 1.0 - xi):
        return 0.5
    first = f[0] / (f[1] - f[0]) * f[2] / (f[1] - f[2])
    return first + (x[2] - x[0]) / (x[1] - x[0]) * f[0] / (f[2] - f[0]) * f[1] / (f[2] - f[1])


def lowest(function: Callable[[FloatArray], float], start: FloatArray) -> tuple[FloatArray, float]:
    """Where a smooth function is lowest near `start`, and its value there; by quasi-Newton steps (BFGS)."""
    point, value = start, function(start)
    slope, inverse = _slope(function, point), np.eye(start.size)
    for _ in range(200):
        step = -inverse @ slope
        if step @ slope >= 0.0:
            step, inverse = -slope, np.eye(start.size)
        step /= max(1.0, float(np.abs(step).max()) / 2.0)
        moved, lower = _downhill(function, (point, value), step, slope=float(step @ slope))
        if lower >= value:
            return point, value
        new_slope = _slope(function, moved)
        inverse = _sharper(inverse, moved - point, new_slope - slope)
        point, value, slope = moved, lower, new_slope
        if float(np.abs(slope).max()) < 1e-7:
            break
    return point, value


def _slope(function: Callable[[FloatArray], float], point: FloatArray) -> FloatArray:
    steps = 1e-5 * np.maximum(1.0, np.abs(point)) * np.eye(point.size)
    return np.array([(function(point + s) - function(point - s)) / (2.0 * s.sum()) for s in steps])


def _downhill(
    function: Callable[[FloatArray], float], here: tuple[FloatArray, float], step: FloatArray, *, slope: float
) -> tuple[FloatArray, float]:
    point, value = here
    length = 1.0
    while length > 1e-10:
        lower = function(point + length * step)
        if lower <= value + 1e-4 * length * slope:
            return point + length * step, lower
        length *= 0.5
    return point, value


def _sharper(inverse: FloatArray, step: FloatArray, bend: FloatArray) -> FloatArray:
    along = float(step @ bend)
    if along <= 1e-14:
        return inverse
    left = np.eye(step.size) - np.outer(step, bend) / along
    return left @ inverse @ left.T + np.outer(step, step) / along
