"""Small counts are answered exactly, and say how little they know."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import fisher_two_sided, proportion, rate

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("events", "people", "low", "high"),
    [(4, 8, 16, 84), (0, 7, 0, 41), (0, 10, 0, 31), (5, 8, 24, 91), (1, 14, 0, 34), (3, 14, 5, 51), (3, 8, 9, 76),
     (4, 18, 6, 48), (13, 48, 15, 42), (2, 10, 3, 56), (1, 4, 1, 81), (2, 12, 2, 48), (1, 10, 0, 45)],
)  # fmt: skip
def test_the_intervals_of_the_ketamine_reports_are_as_wide_as_they_must_be(events, people, low, high):
    found = proportion(events, people)
    assert (round(100 * found.low), round(100 * found.high)) == (low, high)


def test_nobody_of_ten_still_leaves_three_in_ten_possible():
    found = proportion(0, 10)
    assert found.estimate == found.low == 0.0
    assert found.high == pytest.approx(1.0 - 0.025 ** (1 / 10), rel=1e-10)


def test_everybody_of_seven_mirrors_nobody_of_seven():
    assert proportion(7, 7).low == pytest.approx(1.0 - proportion(0, 7).high, rel=1e-10)
    assert proportion(7, 7).high == 1.0


@given(counts)
def test_an_interval_holds_its_estimate_and_stays_between_nobody_and_everybody(count):
    found = proportion(*count)
    assert 0.0 <= found.low <= found.estimate <= found.high <= 1.0


@given(counts)
def test_the_bounds_leave_exactly_the_tail_that_they_promise(count):
    events, people = count
    found = proportion(events, people)

    def mass(x, p):
        return math.comb(people, x) * p**x * (1.0 - p) ** (people - x)

    if events > 0:
        assert math.fsum(mass(x, found.low) for x in range(events, people + 1)) == pytest.approx(
            0.025, rel=1e-6
        )
    if events < people:
        assert math.fsum(mass(x, found.high) for x in range(events + 1)) == pytest.approx(0.025, rel=1e-6)


@given(counts)
def test_a_wider_level_is_a_wider_interval(count):
    usual, wide = proportion(*count), proportion(*count, level=0.99)
    assert wide.low <= usual.low
    assert wide.high >= usual.high


def test_four_of_eight_against_none_of_seven_is_not_beyond_chance():
    assert fisher_two_sided((4, 8), (0, 7)) == pytest.approx(1 / 13, rel=1e-12)


@given(counts, counts)
def test_fisher_does_not_mind_which_arm_is_named_first(first, second):
    assert fisher_two_sided(first, second) == fisher_two_sided(second, first)
    assert 0.0 < fisher_two_sided(first, second) <= 1.0


@pytest.mark.parametrize("count", [(1, 0), (-1, 5), (6, 5)])
def test_counts_that_cannot_be_are_refused(count):
    with pytest.raises(InputRefused, match="0 to all of them"):
        proportion(*count)
    with pytest.raises(InputRefused):
        fisher_two_sided((1, 2), count)


def test_thousands_of_people_are_no_obstacle():
    found = proportion(47, 6630)
    assert 0.005 < found.low < 47 / 6630 < found.high < 0.0095


# --- rates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "low", "high"), [
    (0, 0.0, 3.688879454), (1, 0.025317808, 5.571643391), (5, 1.623486394, 11.66833208), (10, 4.795389, 18.390356),
])  # fmt: skip
def test_a_rate_has_the_limits_that_are_tabled(events, low, high):
    found = rate(events, 1.0)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-6, abs=1e-12), pytest.approx(high, rel=1e-6))


@given(st.integers(0, 400), st.floats(0.01, 1e4))
def test_a_rate_lies_in_its_interval_which_scales_with_the_exposure(events, exposure):
    found, unit = rate(events, exposure), rate(events, 1.0)
    assert found.low <= found.estimate <= found.high
    assert found.low == pytest.approx(unit.low / exposure, rel=1e-12)
    assert found.high == pytest.approx(unit.high / exposure, rel=1e-12)


@given(st.integers(1, 300))
def test_the_limits_of_a_rate_are_those_of_the_gamma_law(events):
    gamma = pytest.importorskip("scipy.stats").gamma
    found = rate(events, 1.0)
    assert found.low == pytest.approx(gamma.ppf(0.025, events), rel=1e-8)
    assert found.high == pytest.approx(gamma.ppf(0.975, events + 1), rel=1e-8)


@pytest.mark.parametrize(("events", "exposure"), [(-1, 1.0), (1, 0.0), (1, -1.0), (1, float("inf"))])
def test_a_rate_over_nothing_is_refused(events, exposure):
    with pytest.raises(InputRefused):
        rate(events, exposure)
