"""Tails, quantiles, roots and the descent beside SciPy's, and by laws of their own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.science.evidence.pooling import numerics

special = pytest.importorskip("scipy.special")
degrees = st.integers(1, 400)
probability = st.floats(1e-6, 1.0 - 1e-6)


@given(st.floats(-30, 30))
def test_the_normal_law_agrees_with_scipy(x):
    assert numerics.normal_tail(x) == pytest.approx(special.ndtr(-abs(x)), rel=1e-12)
    assert numerics.normal_below(np.array([x]))[0] == pytest.approx(special.ndtr(x), rel=1e-12)


@given(probability)
def test_the_normal_quantile_agrees_with_scipy(p):
    assert numerics.normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-12, abs=1e-14)


@given(st.floats(-1e3, 1e3), degrees)
def test_students_law_agrees_with_scipy(x, free):
    assert numerics.t_tail(x, free) == pytest.approx(special.stdtr(free, -abs(x)), rel=1e-11, abs=1e-300)


@given(probability, degrees)
def test_students_quantile_agrees_with_scipy(p, free):
    assert numerics.t_quantile(p, free) == pytest.approx(special.stdtrit(free, p), rel=1e-8, abs=1e-10)


@given(st.floats(0, 2_000), degrees)
def test_the_chi_square_law_agrees_with_scipy(x, free):
    assert numerics.chi2_above(x, free) == pytest.approx(special.chdtrc(free, x), rel=1e-10, abs=1e-290)


@given(probability, degrees)
def test_the_chi_square_quantile_agrees_with_scipy(p, free):
    assert numerics.chi2_with_above(p, free) == pytest.approx(special.chdtri(free, p), rel=1e-9)


@given(st.floats(0, 1e4), st.integers(1, 30), degrees)
def test_the_f_law_agrees_with_scipy(x, first, second):
    found = numerics.f_above(x, (first, second))
    assert found == pytest.approx(special.fdtrc(first, second, x), rel=1e-10, abs=1e-290)


@given(probability, st.floats(1e-3, 2e3), st.floats(1e-3, 2e3))
def test_the_beta_quantile_lies_where_scipys_law_reaches_it(p, a, b):
    found = numerics.beta_quantile(p, a, b)
    assert 0.0 <= found <= 1.0
    if 1e-300 < found < 1.0 - 1e-9:
        assert special.betainc(a, b, found) == pytest.approx(p, abs=1e-9)


def test_a_quantile_nearer_to_an_end_than_any_number_is_the_end():
    assert numerics.beta_quantile(0.1, 1e-4, 1.0) == 0.0
    assert numerics.beta_quantile(0.9, 1.0, 1e-4) == 1.0


@pytest.mark.parametrize("x", [-1e4, -700.0, -1.0, 0.0, 1.0, 1e4])
def test_the_logistic_function_agrees_with_scipy_and_never_warns(x):
    assert numerics.logistic(np.array([x]))[0] == pytest.approx(special.expit(x), rel=1e-14, abs=1e-300)


def test_nothing_times_the_logarithm_of_nothing_is_nothing():
    found = numerics.x_log_y(np.array([0.0, 2.0]), np.array([0.0, math.e]))
    assert found.tolist() == pytest.approx([0.0, 2.0])


@given(st.floats(-50, 50), st.floats(0.1, 100), st.floats(0.1, 100))
def test_a_root_is_found_to_the_last_digits_wherever_it_lies_in_the_bracket(at, below, above):
    found = numerics.root(lambda x: math.atan(x - at) ** 3, at - below, at + above, within=1e-12)
    assert found == pytest.approx(at, abs=1e-4)  # the cube is flat there: it is 0 to all digits nearby
    straight = numerics.root(lambda x: math.expm1(x - at), at - below, at + above, within=1e-13)
    assert straight == pytest.approx(at, abs=1e-12, rel=1e-13)


def test_the_descent_finds_the_bottom_of_a_bent_valley():
    """Rosenbrock 1960."""
    point, value = numerics.lowest(
        lambda x: float((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2), np.array([-1.2, 1.0])
    )
    assert point == pytest.approx([1.0, 1.0], abs=1e-5)
    assert value < 1e-10
