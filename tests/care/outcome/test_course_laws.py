"""Laws of the outcome, and a second implementation that walks the definitions by brute force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.care.outcome import CONSENSUS, Basis, Category, Rating, categorise, criteria_met
from unloop.quantity.duration import Duration

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
STEPS = [Category.NO_RESPONSE, Category.PARTIAL_RESPONSE, Category.RESPONSE, Category.REMISSION]
SHOWN = {Category.PARTIAL_RESPONSE, Category.RESPONSE, Category.REMISSION, Category.RECOVERY}

impressions = st.none() | st.integers(1, 7)
baselines = st.integers(16, 40).map(lambda total: Rating(START, total))


@st.composite
def courses(draw: st.DrawFn, *, fewest: int = 1, most: int = 8) -> list[Rating]:
    """Ratings in order of time, some days to some months apart."""
    gaps = draw(st.lists(st.sampled_from([1, 3, 7, 14, 31, 90, 120]), min_size=fewest, max_size=most))
    totals = st.integers(0, 40)
    ratings, day = [], 0
    for gap in gaps:
        day += gap
        ratings.append(
            Rating(START + timedelta(days=day), draw(totals), draw(impressions), draw(impressions))
        )
    return ratings


def shuffled(ratings: list[Rating], data) -> list[Rating]:
    return data.draw(st.permutations(ratings))


# --- laws ----------------------------------------------------------------------------------------------------


@given(courses(), baselines, st.data())
def test_the_order_in_which_ratings_are_given_does_not_matter(course, baseline, data):
    at = course[-1].at
    assert categorise(shuffled(course, data), baseline, at) == categorise(course, baseline, at)


@given(courses(most=5), courses(most=3), baselines)
def test_what_comes_later_does_not_change_what_was_said(course, future, baseline):
    at = course[-1].at
    later = [replace(rating, at=rating.at + (at - START)) for rating in future]
    assert categorise([*course, *later], baseline, at) == categorise(course, baseline, at)


@given(courses(fewest=1, most=1), baselines)
def test_a_single_rating_never_shows_anything_that_must_last(course, baseline):
    assert categorise(course, baseline, course[-1].at + timedelta(days=400)).category not in SHOWN


@given(courses(), baselines)
def test_something_is_pending_only_above_what_is_shown(course, baseline):
    result = categorise(course, baseline, course[-1].at)
    if result.pending is None or result.pending is Category.RELAPSE:
        return
    assert result.category in (Category.NOT_YET_SAID, Category.PARTIAL_RESPONSE, Category.RESPONSE)
    if result.category is not Category.NOT_YET_SAID:
        assert STEPS.index(result.pending) > STEPS.index(result.category)


@given(courses(), baselines)
def test_nothing_is_left_unsaid_without_saying_what_is_pending(course, baseline):
    result = categorise(course, baseline, course[-1].at)
    assert (result.category is Category.NOT_YET_SAID) <= (result.pending is not None)
    assert result.reasons


@given(courses(), baselines)
def test_longer_durations_never_show_more(course, baseline):
    longer = replace(
        CONSENSUS,
        partial_response=replace(CONSENSUS.partial_response, lasting=Duration.parse("P30D")),
        response=replace(CONSENSUS.response, lasting=Duration.parse("P30D")),
        remission=replace(CONSENSUS.remission, lasting=Duration.parse("P30D")),
    )
    assume(all(rating.total < CONSENSUS.relapse.score_at_least for rating in course))
    rank = [Category.NO_RESPONSE, Category.NOT_YET_SAID, *STEPS[1:], Category.RECOVERY]
    usual = categorise(course, baseline, course[-1].at).category
    strict = categorise(course, baseline, course[-1].at, definitions=longer).category
    assert rank.index(strict) <= rank.index(usual)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), impressions, impressions)
def test_a_lower_score_never_meets_less(baseline_total, first, second, cgi_i, cgi_s):
    baseline = Rating(START, baseline_total)
    low, high = sorted((first, second))
    steps = [criteria_met(Rating(START, total, cgi_i, cgi_s), baseline)[0] for total in (low, high)]
    assert STEPS.index(steps[0]) >= STEPS.index(steps[1])


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 7), st.integers(1, 7))
def test_asking_the_clinician_is_never_less_strict_than_the_score_alone(before, now, cgi_i, cgi_s):
    baseline = Rating(START, before)
    alone, _ = criteria_met(Rating(START, now), baseline)
    asked, basis = criteria_met(Rating(START, now, cgi_i, cgi_s), baseline)
    assert STEPS.index(asked) <= STEPS.index(alone)
    assert basis is Basis.WITH_CGI


@given(courses(), baselines)
def test_by_score_only_stands_exactly_where_a_reason_says_so(course, baseline):
    result = categorise(course, baseline, course[-1].at)
    said = any(str(reason).startswith("by score only") for reason in result.reasons)
    assert said == (result.basis is Basis.BY_SCORE_ONLY)


# --- a second implementation ---------------------------------------------------------------------------------


def step_of(rating: Rating, before: float) -> int:
    """0 nothing, 1 partial, 2 response, 3 remission: from the table of definitions."""
    fall = (before - rating.total) / before * 100 + 1e-9
    if rating.total <= 12 and rating.cgi_s in (None, 1, 2):
        return 3
    if fall >= 35 and rating.cgi_i in (None, 1, 2):
        return 2
    return 1 if fall >= 25 and rating.cgi_i in (None, 1, 2, 3) else 0


def lapsed(rating: Rating, before: float) -> bool:
    fall = (before - rating.total) / before * 100 + 1e-9
    return rating.total >= 13 and (rating.cgi_i in (6, 7) if rating.cgi_i is not None else fall < 35)


def month_after(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    length = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
    return date(year, month + 1, min(day.day, length))


def last_days(course: list[Rating], test) -> list[date]:
    """The days of the longest run at the end of a course of which every rating passes the test."""
    for start in range(len(course)):
        if all(test(rating) for rating in course[start:]):
            return [rating.at.date() for rating in course[start:]]
    return []


def shown_step(course: list[Rating], before: float) -> int:
    for step in (3, 2, 1):
        days = last_days(course, lambda rating, step=step: step_of(rating, before) >= step)
        if days and (days[-1] - days[0]).days >= 7:
            return step
    return 0


def written_again(course: list[Rating], before: float) -> Category:
    lapse = last_days(course, lambda rating: lapsed(rating, before))
    earlier = course[: len(course) - len(lapse)]
    responded = any(shown_step(earlier[:count], before) >= 2 for count in range(1, len(earlier) + 1))
    if lapse and responded:
        return Category.RELAPSE if lapse[-1] >= month_after(lapse[0]) else Category.NOT_YET_SAID
    if step_of(course[-1], before) == 0:
        return Category.NO_RESPONSE
    remission = last_days(course, lambda rating: step_of(rating, before) == 3)
    near = all((later - day).days <= 100 for day, later in pairwise(remission))
    if remission and near and remission[-1] >= remission[0].replace(year=remission[0].year + 1):
        return Category.RECOVERY
    step = shown_step(course, before)
    return STEPS[step] if step else Category.NOT_YET_SAID


@given(courses(most=12), baselines)
def test_both_implementations_agree(course, baseline):
    ours = categorise(course, baseline, course[-1].at).category
    assert ours is written_again(course, baseline.total)


@st.composite
def eventful(draw: st.DrawFn) -> list[Rating]:
    """Courses that respond, remit and come back more often than chance would make them."""
    ratings, day = [], 0
    for phase in draw(st.lists(st.sampled_from(["well", "better", "worse"]), min_size=1, max_size=5)):
        for _ in range(draw(st.integers(1, 5))):
            day += draw(st.sampled_from([7, 14, 40, 95]))
            total, cgi_i, cgi_s = {"well": (8, 1, 1), "better": (14, 2, 3), "worse": (30, 6, 6)}[phase]
            known = draw(st.booleans())
            ratings.append(
                Rating(
                    START + timedelta(days=day),
                    total + draw(st.integers(0, 4)),
                    cgi_i if known else None,
                    cgi_s if known else None,
                )
            )
    return ratings


@given(eventful(), baselines)
def test_both_implementations_agree_on_eventful_courses(course, baseline):
    ours = categorise(course, baseline, course[-1].at).category
    assert ours is written_again(course, baseline.total)
