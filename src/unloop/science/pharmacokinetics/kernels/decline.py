"""Divided differences of the exponential, without a branch, so that one instruction serves four people.

With x, y >= 0, and each e the exponential of minus its argument:

    once(x)      = exp[0, -x]      = (1 - exp(-x)) / x              what a unit input leaves in a mode
    between(x,y) = exp[-x, -y]     = (exp(-x) - exp(-y)) / (y - x)  what passes from one mode through another
    fed(x, y)    = exp[0, -x, -y]                                   what a unit input leaves after both

All are positive and none divides by a difference that may vanish: where the quotient would lose digits, a series
is taken instead, and the two agree to rounding where they meet. So equal rates, rates of zero and rates that are
almost equal are nothing special.
"""

# ruff: noqa: PLR0915, PLR0917 - Numba takes numbers and arrays, no objects

from __future__ import annotations

from unloop.science.pharmacokinetics.kernels.compilation import inlined
from unloop.science.pharmacokinetics.kernels.instructions import bits_of, number_of

LOWEST = -708.0  # exp of it is the smallest normal number
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # ln 2 in two parts (fdlibm)
# 1.5 x 2^52: added to a small number it leaves the number rounded to an integer, in the lowest bits
TO_INTEGER = 6755399441055744.0
SERIES_BELOW = 0.5


@inlined
def exponential(x: float) -> float:
    """exp(x) for x <= 0, to one unit in the last place: 2^k times a Taylor polynomial on |r| <= ln(2)/2."""
    x = max(x, LOWEST)
    shifted = x * LOG2_E + TO_INTEGER
    k = shifted - TO_INTEGER
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    power_of_two: float = number_of((bits_of(shifted) + 1023) << 52)
    return p * power_of_two


@inlined
def once_series(x: float) -> float:
    """once(x) for x <= 1/2: 1 - x/2 (1 - x/3 (1 - ...)); the term left out is below 1e-18."""
    p = 1.0 - x * (1.0 / 16.0)
    p = 1.0 - p * x * (1.0 / 15.0)
    p = 1.0 - p * x * (1.0 / 14.0)
    p = 1.0 - p * x * (1.0 / 13.0)
    p = 1.0 - p * x * (1.0 / 12.0)
    p = 1.0 - p * x * (1.0 / 11.0)
    p = 1.0 - p * x * (1.0 / 10.0)
    p = 1.0 - p * x * (1.0 / 9.0)
    p = 1.0 - p * x * (1.0 / 8.0)
    p = 1.0 - p * x * (1.0 / 7.0)
    p = 1.0 - p * x * (1.0 / 6.0)
    p = 1.0 - p * x * (1.0 / 5.0)
    p = 1.0 - p * x * (1.0 / 4.0)
    p = 1.0 - p * x * (1.0 / 3.0)
    return 1.0 - p * x * 0.5


@inlined
def once(x: float, e: float) -> float:
    """exp[0, -x]."""
    near = once_series(min(x, SERIES_BELOW))
    return near if x < SERIES_BELOW else (1.0 - e) / max(x, SERIES_BELOW)


@inlined
def between(x: float, y: float, ex: float, ey: float) -> float:
    """exp[-x, -y]: the larger exponential times once(|x - y|)."""
    gap = abs(x - y)
    larger = max(ex, ey)
    near = larger * once_series(min(gap, SERIES_BELOW))
    return near if gap < SERIES_BELOW else (larger - min(ex, ey)) / max(gap, SERIES_BELOW)


@inlined
def fed_series(x: float, y: float) -> float:
    """exp[0, -x, -y] for x, y <= 1/2: the sum of (-1)^n h_n(x, y) / (n + 2)!, h_n all products of n factors."""
    h, yn, total = 1.0, 1.0, 0.5
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 6.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 24.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 120.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 720.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 5040.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 40320.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 362880.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 3628800.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 39916800.0)
    yn = -y * yn
    h = yn - x * h
    total += h * (1.0 / 479001600.0)
    yn = -y * yn
    h = yn - x * h
    return total + h * (1.0 / 6227020800.0)


@inlined
def fed(x: float, y: float, ex: float, ey: float) -> float:
    """exp[0, -x, -y]: from the larger argument z, (exp[0, -other] - exp[-x, -y]) / z, which loses no digits."""
    larger = max(x, y)
    other = max(once(x, ex), once(y, ey))
    near = fed_series(min(x, SERIES_BELOW), min(y, SERIES_BELOW))
    far = (other - between(x, y, ex, ey)) / max(larger, SERIES_BELOW)
    return near if larger < SERIES_BELOW else far
