"""A person's random numbers are that person's, in any crowd, and they are normal."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.draws import inverse_normal, standard_normals


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.integers(1, 9), st.data())
def test_numbers_do_not_depend_on_where_a_lot_begins_or_ends(seed, first, columns, data):
    crowd = standard_normals(seed, first=first, count=50, columns=columns)
    begin = data.draw(st.integers(0, 49))
    end = data.draw(st.integers(begin + 1, 50))
    lot = standard_normals(seed, first=first + begin, count=end - begin, columns=columns)
    np.testing.assert_array_equal(lot, crowd[begin:end])


def test_the_numbers_are_those_of_philox_from_version_to_version():
    # Philox4x64-10 of key 1, its first count; NumPy promises that it stays.
    raw = np.random.Philox(key=1, counter=0).random_raw(3)
    uniform = ((raw >> np.uint64(12)) + 0.5) / 2.0**52
    np.testing.assert_array_equal(standard_normals(1, count=1, columns=3)[0], inverse_normal(uniform))


def test_they_are_normal_and_independent_across_people_and_columns():
    drawn = standard_normals(7, count=100_000, columns=5)
    np.testing.assert_allclose(drawn.mean(axis=0), 0.0, atol=4 / np.sqrt(100_000))
    np.testing.assert_allclose(np.cov(drawn.T), np.eye(5), atol=0.02)
    np.testing.assert_allclose(np.quantile(drawn, [0.025, 0.975]), [-1.96, 1.96], atol=0.01)
    assert abs(np.mean(drawn[1:, 0] * drawn[:-1, 0])) < 0.015


def test_other_seeds_draw_other_people():
    one, other = (standard_normals(seed, count=200, columns=1)[:, 0] for seed in (1, 2))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.3


@given(st.floats(1e-300, 1.0, exclude_max=True))
def test_the_inverse_is_the_standard_librarys(probability):
    expected = NormalDist().inv_cdf(probability)
    found = inverse_normal(np.array([probability]))[0]
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(InputRefused, match="seed"):
        standard_normals(seed, count=1, columns=1)
