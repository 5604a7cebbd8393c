"""What entered the vein is said without gaps of meaning: no time of zero, no rate of zero, no order to guess."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import Bolus, Infusion, Schedule, from_rate_changes

rates = st.one_of(st.just(0.0), st.floats(0.01, 10.0))


@st.composite
def charts(draw):
    minutes = sorted(draw(st.sets(st.integers(0, 300), min_size=1, max_size=8)))
    return [(float(minute), draw(rates)) for minute in minutes]


@pytest.mark.parametrize(
    ("start", "end", "rate"),
    [
        pytest.param(0.0, 0.0, 1.0, id="no minutes"),
        pytest.param(40.0, 0.0, 1.0, id="backwards"),
        pytest.param(0.0, float("nan"), 1.0, id="an end that is no number"),
        pytest.param(0.0, float("inf"), 1.0, id="no end"),
        pytest.param(0.0, 40.0, 0.0, id="a rate of zero"),
        pytest.param(0.0, 40.0, -1.0, id="a negative rate"),
        pytest.param(0.0, 40.0, float("nan"), id="a rate that is no number"),
    ],
)
def test_an_infusion_that_cannot_be_is_refused(start, end, rate):
    with pytest.raises(InputRefused, match="infusion"):
        Infusion(start, end, rate_mg_per_min=rate)


@pytest.mark.parametrize(("at", "mg"), [(0.0, 0.0), (0.0, -5.0), (0.0, float("nan")), (float("inf"), 5.0)])
def test_a_bolus_that_cannot_be_is_refused(at, mg):
    with pytest.raises(InputRefused, match="bolus"):
        Bolus(at_min=at, mg=mg)


def test_a_dose_in_no_time_is_refused_rather_than_silently_zero():
    with pytest.raises(InputRefused, match="bolus"):
        Infusion.of_dose(35.0, end_min=0.0)


@given(st.floats(0.1, 500.0), st.floats(0.0, 100.0), st.floats(0.1, 500.0))
def test_an_infusion_of_a_dose_gives_the_dose(mg, start, minutes):
    assert Infusion.of_dose(mg, start_min=start, end_min=start + minutes).mg == pytest.approx(mg)


@given(charts(), st.integers(0, 400))
def test_each_rate_holds_until_the_next_and_the_amount_adds_up(changes, end):
    expected = 0.0
    for (start, rate), following in zip(changes, [*(minute for minute, _ in changes[1:]), end], strict=True):
        expected += rate * max(0.0, min(following, end) - start)
    assert from_rate_changes(changes, end_min=end).mg == pytest.approx(expected)


@given(charts(), st.lists(st.floats(0.0, 400.0), min_size=1, max_size=5))
def test_what_was_given_by_a_minute_never_falls_and_ends_at_the_whole(changes, minutes):
    schedule = from_rate_changes(changes, end_min=400.0)
    given_mg = schedule.given_mg(np.array(sorted([*minutes, 400.0])))
    assert np.all(np.diff(given_mg) >= 0)
    assert given_mg[-1] == pytest.approx(schedule.mg)


def test_a_pause_gives_nothing_and_is_no_infusion():
    paused = from_rate_changes([(0, 1.0), (10, 0.0), (15, 0.5)], end_min=35)
    assert paused.infusions == (Infusion(0, 10, 1.0), Infusion(15, 35, 0.5))
    np.testing.assert_allclose(paused.given_mg(np.array([5.0, 12.0, 35.0, 99.0])), [5.0, 10.0, 20.0, 20.0])


def test_changes_after_the_end_are_cut_off():
    assert from_rate_changes([(0, 1.0), (50, 9.0)], end_min=40) == Schedule((Infusion(0, 40, 1.0),))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(10, 1.0), (5, 1.0)], id="backwards"),
        pytest.param([(10, 1.0), (10, 2.0)], id="two rates at one minute"),
        pytest.param([(0, -1.0)], id="a negative rate"),
        pytest.param([(0, float("nan"))], id="a rate that is no number"),
        pytest.param([(float("nan"), 1.0)], id="a minute that is no number"),
    ],
)
def test_a_chart_that_cannot_be_is_refused(changes):
    with pytest.raises(InputRefused, match="rate changes"):
        from_rate_changes(changes, end_min=40)


def test_a_chart_without_an_end_is_refused():
    with pytest.raises(InputRefused, match="end"):
        from_rate_changes([(0, 1.0)], end_min=float("inf"))


def test_every_break_stands_once_and_in_order():
    schedule = Schedule((Infusion(20, 40, 1.0), Infusion(0, 20, 2.0)), (Bolus(40, 1.0), Bolus(10, 1.0)))
    assert schedule.breaks_min().tolist() == [0, 10, 20, 40]
    assert schedule.mg == pytest.approx(62.0)
