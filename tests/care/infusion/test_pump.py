"""What the pump delivered: rate by rate, against an oracle that adds up every second with exact fractions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.care.infusion import Leg, Pump
from unloop.quantity import PumpRate, Volume

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def at(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


def pump(*steps: tuple[int, float], bag: float = 50) -> Pump:
    """A pump set at these seconds to these rates; 0 halts it."""
    found = Pump(Volume(ml=bag))
    for second, rate in steps:
        found = found.run(PumpRate(ml_per_h=rate), since=at(second)) if rate else found.halt(at=at(second))
    return found


settings = st.lists(
    st.tuples(st.integers(1, 1200), st.sampled_from([0, 10, 25, 50, 75, 100, 150])), min_size=1, max_size=8
).map(lambda steps: [(sum(gap for gap, _ in steps[: n + 1]), rate) for n, (_, rate) in enumerate(steps)])


def exactly(steps: list[tuple[int, int]], second: int, bag: int) -> Fraction:
    """Millilitres until a second, added up second by second."""
    delivered = Fraction(0)
    for now in range(second):
        rate = next((rate for since, rate in reversed(steps) if since <= now), 0)
        delivered = min(Fraction(bag), delivered + Fraction(rate, 3600))
    return delivered


@given(settings, st.integers(0, 9600), st.sampled_from([20, 50, 100]))
def test_the_delivered_volume_is_the_sum_over_every_second(steps, second, bag):
    assert pump(*steps, bag=bag).delivered_ml(at(second)) == pytest.approx(
        float(exactly(steps, second, bag)), abs=1e-9
    )


@given(settings, st.sampled_from([20, 50, 100]))
def test_never_more_than_the_bag_held_is_delivered(steps, bag):
    assert pump(*steps, bag=bag).delivered_ml(TEN + DAY) <= bag


@given(settings, st.lists(st.integers(0, 20_000), min_size=2, max_size=10).map(sorted))
def test_the_delivered_volume_never_becomes_less(steps, seconds):
    found = [pump(*steps).delivered_ml(at(second)) for second in seconds]
    assert all(earlier <= later for earlier, later in pairwise(found))


@given(settings)
def test_when_the_bag_is_empty_all_of_it_was_delivered_and_not_a_second_earlier(steps):
    found = pump(*steps)
    empty = found.empty_at()
    assume(empty is not None)
    assert found.delivered_ml(empty) == pytest.approx(50, abs=1e-6)
    assert found.delivered_ml(empty - timedelta(seconds=1)) < 50


@given(settings)
def test_a_bag_that_never_runs_empty_keeps_some(steps):
    found = pump(*steps)
    assume(found.empty_at() is None)
    assert found.rate.ml_per_h == 0
    assert found.delivered_ml(TEN + DAY) < 50 + 1e-9


@given(settings, st.integers(0, 9600))
def test_running_minutes_are_at_most_the_minutes_that_have_passed(steps, second):
    assert 0 <= pump(*steps).running_min(at(second)) <= second / 60 + 1e-9


def test_a_pump_that_was_never_started_delivers_nothing():
    idle = pump()
    assert (idle.rate.ml_per_h, idle.delivered_ml(TEN + DAY), idle.running_min(TEN + DAY)) == (0, 0, 0)
    assert idle.empty_at() is None


def test_halting_a_standing_pump_changes_nothing():
    halted = pump((0, 75), (600, 0))
    assert halted.halt(at=at(900)) == halted
    assert pump().halt(at=TEN) == pump()


def test_each_change_of_rate_is_a_leg_of_its_own():
    found = pump((0, 75), (840, 50), (1440, 0), (1680, 50))
    assert found.legs == (
        Leg(PumpRate(ml_per_h=75), at(0), at(840)),
        Leg(PumpRate(ml_per_h=50), at(840), at(1440)),
        Leg(PumpRate(ml_per_h=50), at(1680), None),
    )


def test_the_end_of_the_bag_follows_the_rate():
    assert pump((0, 75)).empty_at() == at(2400)
    assert pump((0, 75), (1200, 50)).empty_at() == at(1200 + 1800)
    assert pump((0, 75), (1200, 0)).empty_at() is None
    assert pump((0, 75), (3600, 0)).empty_at() == at(2400)


def test_below_a_tenth_of_a_millilitre_an_hour_a_pump_stands():
    slow = Pump(Volume(ml=50)).run(PumpRate(ml_per_h=0.05), since=TEN)
    assert slow.legs == ()
    assert pump((0, 75)).run(PumpRate(ml_per_h=0), since=at(600)).rate.ml_per_h == 0


def test_a_moment_before_the_start_has_seen_nothing():
    assert pump((600, 75)).delivered_ml(at(0)) == 0
    assert pump((600, 75)).running_min(at(0)) == 0
