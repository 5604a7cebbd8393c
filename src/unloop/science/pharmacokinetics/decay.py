"""Integrals of an exponential decay that stay accurate when the rate or the time goes to zero.

With a rate r and a time h, both of 0 or more:

    once(r, h)  = integral from 0 to h of exp(-r s) ds          = (1 - exp(-r h)) / r,           h       at r = 0
    twice(r, h) = integral from 0 to h of once(r, s) ds         = (h - once(r, h)) / r,          h^2 / 2 at r = 0

`once` is the amount that a unit rate leaves behind in a mode; `twice` is the area under it.
"""

from __future__ import annotations

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray

# Below this, x + expm1(-x) loses digits to cancellation and the series is used instead; 15 terms of it reach
# 0.5**15 / 17! = 9e-20 there.
SERIES_BELOW = 0.5
SERIES_TERMS = 15


def once(rate: FloatArray, time: FloatArray) -> FloatArray:
    """The integral of exp(-rate s) from 0 to `time`; shapes broadcast."""
    x = rate * time
    return time * np.divide(-np.expm1(-x), x, out=np.ones_like(x), where=x != 0)


def twice(rate: FloatArray, time: FloatArray) -> FloatArray:
    """The integral of `once` from 0 to `time`; shapes broadcast."""
    x = rate * time
    small = np.minimum(x, SERIES_BELOW)
    series = np.zeros_like(x)
    for k in range(SERIES_TERMS, -1, -1):  # 1/2! - x/3! + x^2/4! - ..., by Horner
        series = (1.0 - small * series) / (k + 2)
    large = np.maximum(x, SERIES_BELOW)
    closed = (large + np.expm1(-large)) / (large * large)
    return time * time * np.where(x < SERIES_BELOW, series, closed)
