"""SciPy's special functions and root finder with types: SciPy ships none, so they are given here once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scipy import special
from scipy.optimize import brentq, minimize

from unloop.science.evidence.arrays import FloatArray

_special: Any = special
_brentq: Any = brentq
_minimize: Any = minimize


def normal_below(x: FloatArray) -> FloatArray:
    """The standard normal law up to x."""
    below: FloatArray = _special.ndtr(x)
    return below


def normal_tail(x: float) -> float:
    """The standard normal law below minus |x|."""
    return float(_special.ndtr(-abs(x)))


def normal_quantile(p: float) -> float:
    """Where the standard normal law reaches p."""
    return float(_special.ndtri(p))


def t_tail(x: float, degrees: int) -> float:
    """Student's t below minus |x|."""
    return float(_special.stdtr(degrees, -abs(x)))


def t_quantile(p: float, degrees: int) -> float:
    """Where Student's t reaches p."""
    return float(_special.stdtrit(degrees, p))


def chi2_above(x: float, degrees: int) -> float:
    """The chi-square law above x."""
    return float(_special.chdtrc(degrees, x))


def chi2_with_above(p: float, degrees: int) -> float:
    """Where p of the chi-square law lies above."""
    return float(_special.chdtri(degrees, p))


def f_above(x: float, degrees: tuple[int, int]) -> float:
    """The F law above x."""
    return float(_special.fdtrc(*degrees, x))


def beta_quantile(p: float, a: float, b: float) -> float:
    """Where the beta law reaches p."""
    return float(_special.betaincinv(a, b, p))


def log_beta(a: FloatArray | float, b: FloatArray | float) -> FloatArray:
    """The logarithm of the beta function."""
    value: FloatArray = _special.betaln(a, b)
    return value


def logistic(x: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x))."""
    share: FloatArray = _special.expit(x)
    return share


def x_log_y(x: FloatArray, y: FloatArray) -> FloatArray:
    """x log y, and 0 where x is 0."""
    value: FloatArray = _special.xlogy(x, y)
    return value


def root(function: Callable[[float], float], low: float, high: float, *, within: float = 1e-300) -> float:
    """Where a function that changes sign between low and high is 0, to the last digits or `within`."""
    return float(_brentq(function, low, high, xtol=within, rtol=4.0 * math.ulp(1.0), maxiter=1000))


def lowest(
    function: Callable[[FloatArray], float],
    start: FloatArray,
    *,
    bounds: tuple[tuple[float, float], ...] | None = None,
) -> tuple[FloatArray, float]:
    """Where a smooth function is lowest near `start`, and its value there."""
    found = _minimize(
        function,
        start,
        method="BFGS" if bounds is None else "L-BFGS-B",
        bounds=bounds,
        options={"gtol": 1e-7},
    )
    top: FloatArray = found.x
    return top, float(found.fun)
