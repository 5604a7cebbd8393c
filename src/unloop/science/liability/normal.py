"""The standard normal law without SciPy, so that a web page may ask for it."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from unloop.science.liability.arrays import FloatArray

_STANDARD = NormalDist()
_ROOT_2 = math.sqrt(2.0)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


def upper_tail(x: FloatArray) -> FloatArray:
    """The probability above each `x`; full precision far out in the tail too."""
    flat = np.asarray(x, dtype=np.float64) / _ROOT_2
    tail = np.fromiter(map(math.erfc, flat.ravel().tolist()), dtype=np.float64, count=flat.size)
    return 0.5 * tail.reshape(flat.shape)


def density(x: FloatArray) -> FloatArray:
    """The density at each `x`."""
    height: FloatArray = np.exp(-0.5 * x * x) / _ROOT_2_PI
    return height


def threshold_of(prevalence: float) -> float:
    """The liability above which the share `prevalence` of a population lies."""
    return -_STANDARD.inv_cdf(prevalence)
