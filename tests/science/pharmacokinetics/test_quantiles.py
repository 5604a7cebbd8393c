"""Quantiles of people who pass by are those of the people, to within the width of a bin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unloop.science.pharmacokinetics.quantiles import BINS, LOWEST, WIDEST, QuantileSketch

SHARES = (0.05, 0.5, 0.95)
levels = arrays(np.float64, st.tuples(st.integers(1, 60), st.integers(1, 4)), elements=st.floats(1e-6, 1e6))


@given(levels)
def test_a_quantile_lies_within_a_bin_of_a_person_who_stands_there(values):
    sketch = QuantileSketch(values.shape[1])
    sketch.add(values)
    low = np.quantile(values, SHARES, axis=0, method="lower")
    high = np.quantile(values, SHARES, axis=0, method="higher")
    found = sketch.quantiles(SHARES)
    assert np.all(found >= low * (1 - WIDEST))
    assert np.all(found <= high * (1 + WIDEST))


def test_a_large_crowd_is_far_closer_than_a_bin():
    values = np.exp(np.random.default_rng(1).standard_normal((50_000, 2)))
    sketch = QuantileSketch(2)
    for lot in np.array_split(values, 7):
        sketch.add(lot)
    assert sketch.people == 50_000
    np.testing.assert_allclose(sketch.quantiles(SHARES), np.quantile(values, SHARES, axis=0), rtol=1e-3)


def test_nothing_is_zero_and_what_is_next_to_nothing_counts_as_it():
    sketch = QuantileSketch(1)
    sketch.add(np.array([[0.0], [LOWEST / 2], [0.0]]))
    np.testing.assert_array_equal(sketch.quantiles(SHARES), 0.0)


@pytest.mark.parametrize("people", [10, 10_000])
def test_the_memory_is_that_of_the_bins(people):
    sketch = QuantileSketch(3)
    sketch.add(np.ones((people, 3)))
    assert sketch._counts.shape == (3, BINS)
