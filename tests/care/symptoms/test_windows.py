"""Windows open and close by treatment: the clock restarts at an infusion, and nothing can be taken twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import Anchor, after_infusion, read_schedule, windows
from unloop.quantity import InputRefused

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTES = 60 * 24 * 200

moments = st.integers(-MINUTES, MINUTES).map(lambda minutes: START + timedelta(minutes=minutes))
courses = st.lists(moments, max_size=8)

OWN = """
id = "own"
title = "Own"
version = "1.0.0"
basis = "policy"
why = "For a test."
[[timings]]
id = "first"
anchor = "infusion"
after = "P1D"
open_for = "P2D"
instruments = ["check-in"]
[[timings]]
id = "second"
anchor = "infusion"
after = "P{after}D"
open_for = "P2D"
instruments = ["{instrument}"]
"""


def worked_out(infusions, start=START):
    return windows(after_infusion(), start=start, infusions=infusions)


def test_before_any_infusion_the_first_window_is_open_at_once():
    (first,) = worked_out([])
    assert (first.timing, first.opens, first.closes) == ("before", START, START + timedelta(days=7))
    assert first.is_open(START)
    assert not first.is_open(START + timedelta(days=7))


def test_an_infusion_opens_windows_after_seven_thirty_and_ninety_days():
    assert [(one.timing, (one.opens - START).days) for one in worked_out([START])] == [
        ("day-7", 7),
        ("day-30", 30),
        ("day-90", 90),
    ]


def test_the_next_infusion_closes_what_is_open_and_takes_back_what_was_to_come():
    again = START + timedelta(days=8)
    first, *later = worked_out([START, again])
    assert (first.timing, first.closes) == ("day-7", again)
    assert [one.anchor for one in later] == [again] * 3


def test_twice_a_week_leaves_no_window_until_the_series_ends():
    series = [START + timedelta(days=3 * number) for number in range(6)]
    assert {one.anchor for one in worked_out(series)} == {series[-1]}


@given(courses)
def test_no_instrument_is_asked_for_by_two_windows_at_once(infusions):
    for one, other in combinations(worked_out(infusions), 2):
        if set(one.instruments) & set(other.instruments):
            assert one.closes <= other.opens or other.closes <= one.opens


@given(courses)
def test_no_window_stands_open_across_an_infusion(infusions):
    for window in worked_out(infusions):
        assert START <= window.opens < window.closes
        assert not any(window.opens < at < window.closes for at in infusions)


@given(courses)
def test_a_window_is_counted_from_the_last_infusion_before_it(infusions):
    for window in worked_out(infusions):
        before = [at for at in infusions if at <= window.opens]
        assert window.anchor == (max(before) if before else START)


@given(courses, st.integers(0, MINUTES))
def test_a_later_infusion_changes_nothing_that_has_closed_before_it(infusions, minutes):
    later = max([START, *infusions]) + timedelta(minutes=minutes)
    closed = [one for one in worked_out(infusions) if one.closes <= later]
    assert [one for one in worked_out([*infusions, later]) if one.opens < later][: len(closed)] == closed


@given(courses, moments)
def test_the_clock_restarts_at_an_infusion(infusions, last):
    infusions = [at for at in infusions if at < last]
    after = [one for one in worked_out([*infusions, last]) if one.opens >= last]
    assert after == [one for one in worked_out([last]) if one.opens >= last]


@given(st.permutations([START + timedelta(days=days) for days in (0, 5, 9, 44, 140)]))
def test_the_order_in_which_infusions_are_told_does_not_matter(infusions):
    assert worked_out(infusions) == worked_out(sorted(infusions))


@given(courses)
def test_every_window_has_a_name_of_its_own_and_keeps_it(infusions):
    names = [one.key for one in worked_out(infusions)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 60 for name in names)
    assert names == [one.key for one in worked_out(infusions)]


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(InputRefused, match="offset"):
        worked_out([START.replace(tzinfo=None)])


def test_the_schedule_that_ships_says_what_it_rests_on():
    schedule = after_infusion()
    assert schedule.basis == "policy"
    assert schedule.why
    assert {timing.anchor for timing in schedule.timings} == set(Anchor)


def test_two_windows_may_follow_one_another():
    assert len(read_schedule(OWN.format(after=3, instrument="check-in")).timings) == 2
    assert len(read_schedule(OWN.format(after=2, instrument="phq-9")).timings) == 2


@pytest.mark.parametrize(
    "text",
    [
        OWN.format(after=2, instrument="check-in"),
        OWN.format(after=3, instrument="ybocs"),
        OWN.format(after=3, instrument="no-such"),
        OWN.format(after=3, instrument="check-in").replace("second", "first"),
        OWN.format(after=3, instrument="check-in").replace("P2D", "P1M"),
        OWN.format(after=3, instrument="check-in").replace("P2D", "PT0S"),
        OWN.format(after=3, instrument="check-in") + "more = 1",
        "id = ",
    ],
    ids=[
        "overlap",
        "a clinician rates it",
        "unknown",
        "an id twice",
        "months",
        "never open",
        "a key",
        "no TOML",
    ],
)
def test_a_schedule_that_could_ask_twice_or_cannot_be_asked_is_refused(text):
    with pytest.raises(InputRefused):
        read_schedule(text)
