"""Response, remission, recovery and relapse over a course, said only when time has shown them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from unloop.care.outcome import (
    Basis,
    Category,
    Leaving,
    LeavingReason,
    Rating,
    categorise,
    criteria_met,
)
from unloop.quantity import InputRefused

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
BASELINE = Rating(START, 30, cgi_s=6)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def rated(number: float, total: float, cgi_i: int | None = None, cgi_s: int | None = None) -> Rating:
    return Rating(day(number), total, cgi_i, cgi_s)


def outcome(*ratings: Rating, at: float | None = None, **how: object):
    moment = day(at) if at is not None else max(rating.at for rating in ratings)
    return categorise(ratings, BASELINE, moment, **how)


def words(result) -> list[str]:
    return [str(reason) for reason in result.reasons]


# --- one rating, without regard to time ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "cgi_i", "cgi_s", "expected"),
    [
        pytest.param(23, 2, 4, Category.NO_RESPONSE, id="23 percent"),
        pytest.param(22.5, 3, 4, Category.PARTIAL_RESPONSE, id="exactly 25 percent"),
        pytest.param(22.5, 4, 4, Category.NO_RESPONSE, id="25 percent, yet not improved"),
        pytest.param(20, 2, 4, Category.PARTIAL_RESPONSE, id="33 percent"),
        pytest.param(19.5, 2, 4, Category.RESPONSE, id="exactly 35 percent"),
        pytest.param(19.5, 3, 4, Category.PARTIAL_RESPONSE, id="35 percent, yet only minimally improved"),
        pytest.param(19.5, 4, 4, Category.NO_RESPONSE, id="35 percent, yet unchanged to the clinician"),
        pytest.param(13, 1, 1, Category.RESPONSE, id="13 points"),
        pytest.param(12, 1, 2, Category.REMISSION, id="12 points"),
        pytest.param(12, 1, 3, Category.RESPONSE, id="12 points, yet mildly ill"),
        pytest.param(0, 1, 1, Category.REMISSION, id="nothing left"),
        pytest.param(36, 6, 6, Category.NO_RESPONSE, id="worse"),
    ],
)
def test_which_criteria_one_rating_meets(total, cgi_i, cgi_s, expected):
    assert criteria_met(rated(10, total, cgi_i, cgi_s), BASELINE) == (expected, Basis.WITH_CGI)


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (23, Category.NO_RESPONSE),
        (22, Category.PARTIAL_RESPONSE),
        (19, Category.RESPONSE),
        (12, Category.REMISSION),
    ],
)
def test_without_an_impression_the_score_alone_decides_and_says_so(total, expected):
    assert criteria_met(rated(10, total), BASELINE) == (expected, Basis.BY_SCORE_ONLY)


def test_response_asks_for_the_impression_of_change_and_remission_for_that_of_severity():
    assert criteria_met(rated(10, 18, cgi_s=3), BASELINE)[1] is Basis.BY_SCORE_ONLY
    assert criteria_met(rated(10, 18, cgi_i=2), BASELINE)[1] is Basis.WITH_CGI
    assert criteria_met(rated(10, 10, cgi_i=1), BASELINE)[1] is Basis.BY_SCORE_ONLY
    assert criteria_met(rated(10, 10, cgi_s=2), BASELINE)[1] is Basis.WITH_CGI


# --- a week --------------------------------------------------------------------------------------------------


def test_nothing_is_said_without_a_rating():
    result = outcome(at=30)
    assert (result.category, result.since, words(result)) == (
        Category.NOT_RATED, None, ["no rating since the baseline"],
    )  # fmt: skip


def test_one_good_rating_is_not_yet_a_week():
    result = outcome(rated(7, 18, 2, 3))
    assert (result.category, result.pending) == (Category.NOT_YET_SAID, Category.RESPONSE)
    assert words(result) == [
        "Y-BOCS 30 to 18, down 40%",
        "criteria of response met at one rating",
        "not yet a week of response",
    ]


def test_time_passing_without_a_rating_shows_nothing():
    result = outcome(rated(7, 18, 2, 3), at=60)
    assert (result.category, result.pending) == (Category.NOT_YET_SAID, Category.RESPONSE)


@pytest.mark.parametrize(
    ("days", "category"), [(5, Category.NOT_YET_SAID), (6, Category.NOT_YET_SAID), (7, Category.RESPONSE)]
)
def test_a_response_is_said_when_two_ratings_a_week_apart_show_it(days, category):
    assert outcome(rated(7, 18, 2), rated(7 + days, 17, 2)).category is category


def test_a_week_is_counted_in_days_of_the_calendar_not_in_hours():
    assert outcome(rated(7, 18, 2), rated(13.9, 17, 2)).category is Category.RESPONSE


def test_the_calendar_is_that_of_the_clinic():
    late, next_week = rated(7 + 0.55, 18, 2), rated(14 + 0.1, 17, 2)  # 23:12 and 12:24 UTC
    assert categorise([late, next_week], BASELINE, day(15)).category is Category.RESPONSE
    east = day(15).astimezone(timezone(timedelta(hours=3)))  # there, the first rating fell on the next day
    assert categorise([late, next_week], BASELINE, east).category is Category.NOT_YET_SAID


def test_a_bad_rating_in_between_starts_the_week_again():
    result = outcome(rated(7, 18, 2), rated(10, 26, 4), rated(14, 18, 2))
    assert (result.category, result.pending, result.since) == (
        Category.NOT_YET_SAID, Category.RESPONSE, day(14),
    )  # fmt: skip


def test_a_partial_response_may_be_shown_while_a_response_is_not_yet():
    result = outcome(rated(7, 22, 3), rated(14, 18, 2))
    assert (result.category, result.pending) == (Category.PARTIAL_RESPONSE, Category.RESPONSE)
    assert "not yet a week of response" in words(result)
    assert result.since == day(7)


def test_a_response_may_be_shown_while_remission_is_not_yet():
    result = outcome(rated(7, 18, 2, 3), rated(14, 12, 1, 2))
    assert (result.category, result.pending) == (Category.RESPONSE, Category.REMISSION)


def test_a_remission_is_said_after_a_week():
    result = outcome(rated(7, 11, 1, 2), rated(14, 10, 1, 1))
    assert (result.category, result.pending, result.basis) == (Category.REMISSION, None, Basis.WITH_CGI)
    assert result.since == day(7)
    assert "criteria of remission met at 2 ratings in a row, 7 days apart" in words(result)


def test_no_response_is_said_at_once():
    result = outcome(rated(7, 28, 4))
    assert (result.category, result.pending) == (Category.NO_RESPONSE, None)
    assert words(result) == ["Y-BOCS 30 to 28, down 6.7%"]


def test_a_worse_score_is_said_to_be_up_and_an_equal_one_as_before():
    assert words(outcome(rated(7, 33, 5)))[0] == "Y-BOCS 30 to 33, up 10%"
    assert words(outcome(rated(7, 30, 4)))[0] == "Y-BOCS 30, as before"


def test_a_fall_of_34_6_percent_is_not_shown_as_35_beside_no_full_response():
    baseline = Rating(START, 26)
    result = categorise([Rating(day(7), 17, 2), Rating(day(14), 17, 2)], baseline, day(14))
    assert result.category is Category.PARTIAL_RESPONSE
    assert words(result)[0] == "Y-BOCS 26 to 17, down 34.6%"


def test_a_lost_response_that_is_no_relapse_is_no_response_now():
    result = outcome(rated(7, 18, 2), rated(14, 18, 2), rated(21, 26, 4))
    assert result.category is Category.NO_RESPONSE


# --- by score only -------------------------------------------------------------------------------------------


def test_one_missing_impression_in_the_deciding_run_makes_it_by_score_only():
    result = outcome(rated(7, 18, 2), rated(14, 18))
    assert (result.category, result.basis) == (Category.RESPONSE, Basis.BY_SCORE_ONLY)
    assert "by score only: the clinical global impression is missing" in words(result)


def test_a_missing_impression_before_the_deciding_run_does_not_matter():
    assert outcome(rated(3, 28), rated(7, 18, 2), rated(14, 18, 2)).basis is Basis.WITH_CGI


def test_using_the_impression_is_never_less_strict_than_the_score_alone():
    scores = (18, 19, 17)
    alone = outcome(*(rated(7 * n, s) for n, s in enumerate(scores, start=1)))
    doubted = outcome(*(rated(7 * n, s, 3) for n, s in enumerate(scores, start=1)))
    assert (alone.category, doubted.category) == (Category.RESPONSE, Category.PARTIAL_RESPONSE)


# --- recovery ------------------------------------------------------------------------------------------------


def quarterly(count: int) -> list[Rating]:
    return [rated(7 + 90 * number, 8, 1, 1) for number in range(count)]


def test_a_year_of_remission_is_recovery():
    result = outcome(*quarterly(6))
    assert (result.category, result.basis) == (Category.RECOVERY, Basis.WITH_CGI)
    assert "criteria of recovery met at 6 ratings in a row, 450 days apart" in words(result)


def test_less_than_a_year_is_remission():
    assert outcome(*quarterly(4)).category is Category.REMISSION


def test_a_year_to_the_day_is_a_year():
    start = datetime(2026, 2, 1, 9, tzinfo=UTC)
    ratings = [Rating(start + timedelta(days=91 * n), 8, 1, 1) for n in range(4)]
    ratings.append(Rating(datetime(2027, 2, 1, 8, tzinfo=UTC), 8, 1, 1))
    assert categorise(ratings, BASELINE, ratings[-1].at).category is Category.RECOVERY
    eve = [*ratings[:-1], Rating(datetime(2027, 1, 31, 23, tzinfo=UTC), 8, 1, 1)]
    assert categorise(eve, BASELINE, eve[-1].at).category is Category.REMISSION


def test_two_ratings_a_year_apart_do_not_vouch_for_the_year():
    result = outcome(rated(7, 8, 1, 1), rated(380, 8, 1, 1))
    assert result.category is Category.REMISSION
    assert words(result)[-1] == "not recovery: ratings more than 100 days apart do not show what lay between"


def test_one_rating_out_of_remission_starts_the_year_again():
    ratings = quarterly(6)
    ratings[2] = rated(187, 15, 2, 3)
    assert outcome(*ratings).category is Category.REMISSION


# --- relapse -------------------------------------------------------------------------------------------------

RESPONDED = (rated(7, 18, 2, 3), rated(14, 17, 2, 3))


def test_a_month_back_above_13_and_clearly_worse_is_a_relapse():
    result = outcome(*RESPONDED, rated(30, 27, 6), rated(62, 28, 6))
    assert (result.category, result.basis, result.since) == (Category.RELAPSE, Basis.WITH_CGI, day(30))


def test_less_than_a_month_is_not_yet_a_relapse():
    result = outcome(*RESPONDED, rated(30, 27, 6), rated(50, 28, 6))
    assert (result.category, result.pending) == (Category.NOT_YET_SAID, Category.RELAPSE)
    assert "not yet 1 month of relapse" in words(result)


def test_13_points_without_clear_worsening_are_no_relapse():
    assert outcome(*RESPONDED, rated(30, 27, 5), rated(62, 28, 5)).category is Category.NO_RESPONSE


def test_exactly_13_points_and_clearly_worse_are_a_relapse():
    assert outcome(*RESPONDED, rated(30, 13, 6), rated(62, 13, 6)).category is Category.RELAPSE


def test_12_points_are_no_relapse_however_the_clinician_feels():
    assert outcome(*RESPONDED, rated(30, 12, 6, 4), rated(62, 12, 6, 4)).category is not Category.RELAPSE


def test_who_never_responded_cannot_relapse():
    assert outcome(rated(7, 28, 4), rated(30, 33, 6), rated(62, 34, 6)).category is Category.NO_RESPONSE


def test_one_good_rating_is_no_response_to_relapse_from():
    assert outcome(rated(7, 18, 2), rated(30, 33, 6), rated(62, 34, 6)).category is Category.NO_RESPONSE


def test_a_partial_response_is_nothing_to_relapse_from():
    partial = (rated(7, 22, 3), rated(14, 22, 3))
    assert outcome(*partial, rated(30, 30, 6), rated(62, 30, 6)).category is Category.NO_RESPONSE


def test_by_score_alone_the_response_itself_must_be_lost():
    kept = outcome(*RESPONDED, rated(30, 19), rated(62, 19))
    lost = outcome(*RESPONDED, rated(30, 27), rated(62, 27))
    assert kept.category is Category.RESPONSE
    assert (lost.category, lost.basis) == (Category.RELAPSE, Basis.BY_SCORE_ONLY)


def test_a_better_rating_within_the_month_breaks_the_relapse():
    result = outcome(*RESPONDED, rated(30, 27, 6), rated(45, 17, 2), rated(62, 27, 6))
    assert (result.category, result.pending) == (Category.NOT_YET_SAID, Category.RELAPSE)
    assert result.since == day(62)


def test_after_a_relapse_a_new_response_is_a_response():
    ratings = (*RESPONDED, rated(30, 27, 6), rated(62, 28, 6), rated(90, 16, 2), rated(100, 16, 2))
    assert outcome(*ratings).category is Category.RESPONSE


def test_leaving_because_of_severe_worsening_is_a_relapse_before_the_month_is_over():
    leaving = Leaving(day(40), LeavingReason.SEVERE_WORSENING)
    result = outcome(*RESPONDED, rated(30, 27, 6), at=45, leaving=leaving)
    assert result.category is Category.RELAPSE
    assert words(result)[-1] == "left early because OCD became severely worse"


def test_leaving_because_of_severe_worsening_counts_without_a_last_rating():
    leaving = Leaving(day(30), LeavingReason.SEVERE_WORSENING)
    result = outcome(*RESPONDED, at=31, leaving=leaving)
    assert (result.category, result.since) == (Category.RELAPSE, None)
    assert not [text for text in words(result) if text.startswith("criteria of relapse")]


def test_a_good_rating_after_leaving_speaks_against_a_relapse():
    leaving = Leaving(day(30), LeavingReason.SEVERE_WORSENING)
    assert outcome(*RESPONDED, rated(40, 17, 2), leaving=leaving).category is Category.RESPONSE


def test_leaving_for_another_reason_is_not_a_relapse():
    leaving = Leaving(day(40), LeavingReason.OTHER)
    result = outcome(*RESPONDED, rated(30, 27, 6), at=45, leaving=leaving)
    assert (result.category, result.pending) == (Category.NOT_YET_SAID, Category.RELAPSE)
    assert words(result)[-1] == "left early for another reason, which is not a relapse"


def test_leaving_for_another_reason_leaves_a_response_a_response():
    leaving = Leaving(day(20), LeavingReason.OTHER)
    assert outcome(*RESPONDED, at=21, leaving=leaving).category is Category.RESPONSE


def test_who_leaves_worse_without_ever_having_responded_has_not_relapsed():
    leaving = Leaving(day(20), LeavingReason.SEVERE_WORSENING)
    assert outcome(rated(7, 33, 6), at=21, leaving=leaving).category is Category.NO_RESPONSE


def test_a_leaving_that_lies_ahead_is_not_known_yet():
    leaving = Leaving(day(40), LeavingReason.SEVERE_WORSENING)
    result = outcome(*RESPONDED, rated(30, 27, 6), at=35, leaving=leaving)
    assert result.category is Category.NOT_YET_SAID


# --- what is left out and what is refused --------------------------------------------------------------------


def test_ratings_before_the_baseline_and_after_the_moment_are_left_out():
    result = outcome(rated(-7, 10, 1, 1), rated(0, 10, 1, 1), rated(7, 28, 4), rated(90, 5, 1, 1), at=30)
    assert result.category is Category.NO_RESPONSE


def test_a_baseline_of_zero_is_refused():
    nothing = Rating(START, 0)
    with pytest.raises(InputRefused):
        categorise([rated(7, 0)], nothing, day(7))
    with pytest.raises(InputRefused):
        criteria_met(rated(7, 0), nothing)


def test_a_moment_without_its_offset_is_refused():
    with pytest.raises(InputRefused):
        categorise([], BASELINE, datetime(2026, 3, 2))  # noqa: DTZ001 - the point of this test


def test_an_outcome_names_its_source():
    assert "Mataix-Cols" in outcome(rated(7, 28, 4)).source


def test_a_reason_can_be_translated_before_it_is_filled_in():
    first = outcome(rated(7, 18, 2)).reasons[0]
    assert first.template == "Y-BOCS {before} to {now}, down {percent}%"
    assert first.values == {"before": "30", "now": "18", "percent": "40"}
