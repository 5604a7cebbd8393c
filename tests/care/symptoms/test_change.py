"""Change: its size, whether it is more than measurement error, whether anybody would notice it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    Course,
    Responses,
    Score,
    Seen,
    bundled,
    change,
    change_of_totals,
    error_band,
    library,
    measurement_error,
    score,
)
from unloop.quantity import InputRefused

BEFORE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AFTER = BEFORE + timedelta(days=14)
YBOCS = bundled("ybocs")
KNOWN = [instrument for instrument in library() if instrument.reliability is not None]


def ybocs(total: int | None, at: datetime = AFTER) -> Score:
    return Score("ybocs", at, total)


# --- measurement error ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument_id", "reliable_change"),
    [
        pytest.param("ybocs", 5.9, id="Y-BOCS, SD 5.5 and r .85: 5.9 (instruments table)"),
        pytest.param("phq-9", 6.7, id="PHQ-9, SD 6 and r .84: 6.7 (instruments table)"),
        pytest.param("gad-7", 5.7, id="GAD-7, SD 5 and r .83: 5.7 (instruments table)"),
        pytest.param("wsas", 11.5, id="WSAS, SD 8 and r .73: 11.5 (instruments table)"),
    ],
)
def test_reliable_change_is_the_tabulated_one(instrument_id, reliable_change):
    assert measurement_error(bundled(instrument_id)).reliable_change == pytest.approx(
        reliable_change, abs=0.05
    )


def test_error_follows_from_spread_and_agreement():
    error = measurement_error(YBOCS)
    assert error.sem == pytest.approx(5.5 * math.sqrt(0.15))
    assert error.half_width == pytest.approx(4.175, abs=0.001)


def test_an_assumed_error_says_that_it_is_assumed():
    assert measurement_error(YBOCS).source.seen is Seen.ASSUMED


@pytest.mark.parametrize("instrument_id", ["check-in", "cgi-s", "rass", "c-ssrs", "audit-c"])
def test_where_spread_or_agreement_is_not_known_there_is_no_error_and_no_band(instrument_id):
    instrument = bundled(instrument_id)
    assert measurement_error(instrument) is None
    assert error_band(instrument, 2) is None


def test_the_band_around_a_rating_is_1_96_standard_errors_wide_on_each_side():
    low, high = error_band(YBOCS, 20)
    assert (low, high) == (pytest.approx(15.825, abs=0.001), pytest.approx(24.175, abs=0.001))


@given(st.sampled_from(KNOWN), st.data())
def test_a_band_stays_inside_the_scale_and_holds_its_rating(instrument, data):
    total = data.draw(st.integers(instrument.low, instrument.high))
    low, high = error_band(instrument, total)
    assert instrument.low <= low <= total <= high <= instrument.high


@given(st.sampled_from(KNOWN))
def test_two_ratings_differ_by_more_than_one_errs(instrument):
    error = measurement_error(instrument)
    assert error.sem < error.half_width < error.reliable_change
    assert error.reliable_change == pytest.approx(error.half_width * math.sqrt(2))


# --- change --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "points", "percent", "reliable", "noticeable", "course"),
    [
        pytest.param(30, 18, -12, -40.0, True, True, Course.BETTER, id="a clear fall"),
        pytest.param(30, 25, -5, -100 / 6, False, True, Course.BETTER, id="noticed, within error"),
        pytest.param(30, 26, -4, -400 / 30, False, False, Course.BETTER, id="neither"),
        pytest.param(30, 24, -6, -20.0, True, True, Course.BETTER, id="just beyond error"),
        pytest.param(18, 22, 4, 400 / 18, False, False, Course.WORSE, id="a small return"),
        pytest.param(20, 20, 0, 0.0, False, False, Course.SAME, id="no change"),
        pytest.param(0, 8, 8, None, True, True, Course.WORSE, id="from nothing there is no percentage"),
    ],
)
def test_change_in_points_and_percent(before, after, points, percent, reliable, noticeable, course):
    moved = change(YBOCS, ybocs(before, BEFORE), ybocs(after))
    assert (moved.points, moved.reliable, moved.noticeable, moved.course) == (
        points, reliable, noticeable, course,
    )  # fmt: skip
    assert moved.percent == (None if percent is None else pytest.approx(percent))


def test_change_names_what_it_was_judged_by():
    moved = change_of_totals(YBOCS, 30, 18)
    assert moved.noticed_from == 4.9
    assert moved.error.reliable_change == pytest.approx(5.904, abs=0.001)


def test_on_a_recovery_scale_more_is_better():
    assert change_of_totals(bundled("aldrete"), 6, 9).course is Course.BETTER
    assert change_of_totals(bundled("aldrete"), 9, 6).course is Course.WORSE


def test_where_zero_is_best_neither_way_is_better():
    assert change_of_totals(bundled("rass"), -2, 0).course is None


def test_reliability_is_left_open_where_it_is_not_known():
    moved = change_of_totals(bundled("check-in"), 20, 3)
    assert (moved.reliable, moved.noticeable, moved.error, moved.noticed_from) == (None, None, None, None)
    assert moved.course is Course.BETTER


@pytest.mark.parametrize(("before", "after"), [(None, 18), (30, None), (None, None)])
def test_without_both_totals_there_is_no_change(before, after):
    assert change(YBOCS, ybocs(before, BEFORE), ybocs(after)) is None


def test_scores_of_two_instruments_are_not_compared():
    with pytest.raises(InputRefused) as refused:
        change(YBOCS, Score("phq-9", BEFORE, 20), ybocs(18))
    assert (refused.value.where, refused.value.given) == ("baseline", "phq-9")


def test_a_baseline_after_the_score_is_refused():
    with pytest.raises(InputRefused) as refused:
        change(YBOCS, ybocs(30, AFTER), ybocs(18, BEFORE))
    assert refused.value.mend == "exchange the two forms"


def test_two_forms_of_one_moment_may_be_compared():
    assert change(YBOCS, ybocs(30), ybocs(30)).points == 0


def test_change_between_two_forms_that_were_really_filled_in():
    first = Responses("gad-7", BEFORE, {str(number): 3 for number in range(1, 8)})
    second = Responses("gad-7", AFTER, {str(number): 1 for number in range(1, 8)})
    gad = bundled("gad-7")
    moved = change(gad, score(gad, first), score(gad, second))
    assert (moved.points, moved.reliable, moved.noticeable) == (-14, True, True)


totals = st.integers(0, 40)


@given(totals, totals)
def test_going_back_is_the_same_way_with_the_other_sign(before, after):
    there, back = change_of_totals(YBOCS, before, after), change_of_totals(YBOCS, after, before)
    assert there.points == -back.points
    assert (there.reliable, there.noticeable) == (back.reliable, back.noticeable)


@given(totals, totals, totals)
def test_points_add_up_over_a_third_rating(first, second, third):
    parts = change_of_totals(YBOCS, first, second).points + change_of_totals(YBOCS, second, third).points
    assert parts == change_of_totals(YBOCS, first, third).points


@given(st.integers(1, 40), totals)
def test_percent_leads_back_to_the_score(before, after):
    moved = change_of_totals(YBOCS, before, after)
    assert before * (1 + moved.percent / 100) == pytest.approx(after)


@given(totals, totals)
def test_a_change_beyond_error_is_always_one_that_is_noticed(before, after):
    moved = change_of_totals(YBOCS, before, after)
    assert moved.noticeable or not moved.reliable


@given(st.sampled_from(KNOWN), st.data())
def test_reliable_change_is_the_same_both_ways_and_grows_with_distance(instrument, data):
    one, other, far = sorted(
        data.draw(st.lists(st.integers(instrument.low, instrument.high), min_size=3, max_size=3))
    )
    near, back = change_of_totals(instrument, one, other), change_of_totals(instrument, other, one)
    assert (near.points, near.reliable) == (-back.points, back.reliable)
    assert near.course is back.course is Course.SAME or {near.course, back.course} == {
        Course.BETTER, Course.WORSE,
    }  # fmt: skip
    assert change_of_totals(instrument, one, far).reliable or not near.reliable


@pytest.mark.parametrize("instrument_id", ["ybocs-ii", "docs", "oci-12", "cadss"])
def test_where_no_spread_with_its_agreement_was_read_no_change_is_called_reliable(instrument_id):
    instrument = bundled(instrument_id)
    assert change_of_totals(instrument, instrument.high, 0).reliable is None


def test_the_reliable_change_of_the_oci_r_lies_between_15_and_16():
    assert 15 < measurement_error(bundled("oci-r")).reliable_change < 16
