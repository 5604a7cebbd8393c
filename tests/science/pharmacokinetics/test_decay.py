"""The two integrals keep their digits where their formulas would lose them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.science.pharmacokinetics.decay import once, twice

rates = st.floats(1e-12, 50.0)
times = st.floats(1e-9, 1000.0)


def series(x: float, start: int) -> float:
    """Sum of (-x)^k / (k + start)!, in exact fractions, for x up to 2."""
    exact = Fraction(x)
    return float(sum((-exact) ** k / math.factorial(k + start) for k in range(40)))


@pytest.mark.parametrize("x", [1e-300, 1e-17, 1e-9, 1e-4, 0.1, 0.4999999, 0.5, 0.5000001, 1.0, 2.0])
def test_both_agree_with_exact_arithmetic_on_either_side_of_the_seam(x):
    np.testing.assert_allclose(once(np.array([x]), np.array([1.0])), series(x, 1), rtol=4e-16)
    np.testing.assert_allclose(twice(np.array([x]), np.array([1.0])), series(x, 2), rtol=2e-15)


def test_a_rate_of_zero_is_the_polynomial():
    time = np.array([0.0, 3.0, 1e6])
    np.testing.assert_array_equal(once(np.zeros(3), time), time)
    np.testing.assert_array_equal(twice(np.zeros(3), time), time**2 / 2)


@given(rates, times)
def test_the_second_is_what_the_first_has_not_reached_yet(rate, time):
    r, h = np.array([rate]), np.array([time])
    filled = 1.0 - rate * once(r, h)
    np.testing.assert_allclose(filled, np.exp(-r * h), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(rate * twice(r, h) + once(r, h), time, rtol=1e-12)


@given(rates, times, times)
def test_time_may_be_cut_anywhere(rate, first, second):
    r, a, b = np.array([rate]), np.array([first]), np.array([second])
    np.testing.assert_allclose(once(r, a + b), once(r, a) + np.exp(-r * a) * once(r, b), rtol=1e-12)
    np.testing.assert_allclose(
        twice(r, a + b), twice(r, a) + twice(r, b) + once(r, a) * once(r, b), rtol=1e-11
    )
