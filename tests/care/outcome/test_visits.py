"""Whole courses, visit by visit: what could honestly be said on each day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from unloop.care.outcome import Basis, Category, Leaving, LeavingReason, Rating, categorise

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)

# One line a visit: day, Y-BOCS, CGI-I, CGI-S, what is said, what is pending.
COURSES = {
    "a response that holds": """
         0  30  -  6  baseline
         7  18  2  4  not yet said          response
        14  17  2  4  response              -
        42  16  2  3  response              -
    """,
    "a slow improvement": """
         0  32  -  6  baseline
         7  30  4  6  no response           -
        14  24  3  5  not yet said          partial response
        21  23  3  5  partial response      -
        28  20  2  4  partial response      response
        35  19  2  4  response              -
        42  12  1  2  response              remission
        49  11  1  2  remission             -
    """,
    "a single good day": """
         0  28  -  5  baseline
         1  12  1  2  not yet said          remission
         7  26  4  5  no response           -
        14  27  4  5  no response           -
    """,
    "remission at once, then a year": """
         0  26  -  5  baseline
         7  10  1  2  not yet said          remission
        14   9  1  1  remission             -
       100   8  1  1  remission             -
       190   8  1  1  remission             -
       280   8  1  1  remission             -
       371   8  1  1  remission             -
       372   8  1  1  recovery              -
    """,
    "a response, a relapse, a second response": """
         0  30  -  6  baseline
         7  18  2  4  not yet said          response
        14  18  2  4  response              -
        40  28  6  6  not yet said          relapse
        60  28  6  6  not yet said          relapse
        71  29  7  6  relapse               -
       100  18  2  4  not yet said          response
       107  18  2  4  response              -
    """,
    "a flare that passes within the month": """
         0  30  -  6  baseline
         7  10  1  2  not yet said          remission
        14  10  1  2  remission             -
        40  20  6  5  not yet said          relapse
        60  11  1  2  not yet said          remission
        67  11  1  2  remission             -
    """,
    "worse all along": """
         0  24  -  5  baseline
         7  27  5  5  no response           -
        14  33  6  6  no response           -
        60  36  7  6  no response           -
    """,
    "a low score that the clinician doubts": """
         0  30  -  6  baseline
         7  12  3  4  not yet said          partial response
        14  12  3  4  partial response      -
        21  12  2  3  partial response      response
        28  12  2  3  response              -
    """,
}


def number(text: str) -> int | None:
    return None if text == "-" else int(text)


def visits(text: str) -> list[tuple[Rating, str, str]]:
    """The lines of a course: each rating, what is said at it, what is pending."""
    read = []
    for line in text.strip().splitlines():
        day, total, cgi_i, cgi_s, said = line.split(maxsplit=4)
        category, _, pending = said.partition("  ")
        rating = Rating(START + timedelta(days=int(day)), int(total), number(cgi_i), number(cgi_s))
        read.append((rating, category.strip(), pending.strip()))
    return read


@pytest.mark.parametrize("text", COURSES.values(), ids=COURSES)
def test_what_is_said_at_each_visit(text):
    (baseline, *_), *later = visits(text)
    ratings = [rating for rating, _, _ in later]
    for rating, category, pending in later:
        result = categorise(ratings, baseline, rating.at)
        assert (result.category.value, result.pending or "-") == (category, pending), rating.at
        assert result.basis is Basis.WITH_CGI


@pytest.mark.parametrize("text", COURSES.values(), ids=COURSES)
def test_without_impressions_every_visit_is_by_score_only(text):
    (baseline, *_), *later = visits(text)
    ratings = [Rating(rating.at, rating.total) for rating, _, _ in later]
    for rating in ratings:
        assert categorise(ratings, baseline, rating.at).basis is Basis.BY_SCORE_ONLY


@pytest.mark.parametrize("text", COURSES.values(), ids=COURSES)
def test_between_visits_the_last_visit_speaks(text):
    (baseline, *_), *later = visits(text)
    ratings = [rating for rating, _, _ in later]
    for rating, following in zip(ratings, [*ratings[1:], None], strict=True):
        half_way = (
            rating.at + timedelta(days=30)
            if following is None
            else rating.at + (following.at - rating.at) / 2
        )
        at_visit, between = (categorise(ratings, baseline, at) for at in (rating.at, half_way))
        assert at_visit == between


@pytest.mark.parametrize("reason", LeavingReason)
@pytest.mark.parametrize("text", COURSES.values(), ids=COURSES)
def test_leaving_turns_nothing_but_a_worsening_after_a_response_into_a_relapse(text, reason):
    (baseline, *_), *later = visits(text)
    ratings = [rating for rating, _, _ in later]
    last = ratings[-1].at
    stayed = categorise(ratings, baseline, last)
    left = categorise(ratings, baseline, last, leaving=Leaving(last, reason))
    responded = any(category in ("response", "remission", "recovery") for _, category, _ in later)
    if reason is LeavingReason.SEVERE_WORSENING and responded:
        assert left.category is Category.RELAPSE
    else:
        assert left.category is stayed.category
