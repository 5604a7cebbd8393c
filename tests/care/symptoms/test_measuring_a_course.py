"""From the files that are sent to what is charted: a whole course of measuring, files in and answers out."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from unloop.care.outcome import Category, Rating, categorise, criteria_met
from unloop.care.symptoms import (
    SuicideAnswer,
    answer,
    bundled,
    change,
    error_band,
    fact_values,
    next_unanswered,
    read_responses,
    review,
    score,
    suicide_answer,
    write_answers,
)
from unloop.care.symptoms.responses import Responses

FIRST, WEEK, TWO_WEEKS = "2026-03-02T09:30:00+01:00", "2026-03-11T09:00:00+01:00", "2026-03-18T09:00:00+01:00"


def sent(instrument_id: str, at: str, *values: object) -> str:
    answers = {str(number): value for number, value in enumerate(values, start=1)}
    return json.dumps({"instrument": instrument_id, "at": at, "answers": answers})


def scored_file(instrument_id: str, at: str, *values: object):
    instrument = bundled(instrument_id)
    return score(instrument, read_responses(sent(instrument_id, at, *values), instrument))


def test_a_rating_before_one_after_a_week_and_one_after_two():
    ybocs = bundled("ybocs")
    before = scored_file("ybocs", FIRST, 3, 3, 3, 2, 3, 3, 3, 3, 3, 3)
    week = scored_file("ybocs", WEEK, 2, 2, 2, 1, 2, 2, 2, 2, 1, 2)
    later = scored_file("ybocs", TWO_WEEKS, 2, 2, 1, 1, 2, 2, 2, 1, 1, 2)
    assert [(s.total, s.band) for s in (before, week, later)] == [
        (29, "severe"), (18, "moderate"), (16, "moderate"),
    ]  # fmt: skip

    moved = change(ybocs, before, week)
    assert (moved.points, round(moved.percent, 1), moved.reliable) == (-11, -37.9, True)
    assert change(ybocs, week, later).reliable is False

    ratings = [Rating(s.at, s.total, cgi_i=2) for s in (week, later)]
    baseline = Rating(before.at, before.total)
    assert criteria_met(ratings[0], baseline)[0] is Category.RESPONSE
    assert categorise(ratings[:1], baseline, ratings[0].at).category is Category.NOT_YET_SAID
    assert categorise(ratings, baseline, ratings[1].at).category is Category.RESPONSE


def test_a_rating_with_a_gap_gives_no_point_of_the_curve():
    incomplete = scored_file("ybocs", WEEK, 2, 2, None, 1, 2, 2, 2, 2, 1, 2)
    assert incomplete.total is None
    assert change(bundled("ybocs"), scored_file("ybocs", FIRST, *[3] * 10), incomplete) is None


def test_the_band_of_the_chart_around_each_rating():
    assert [round(end, 2) for end in error_band(bundled("ybocs"), 29)] == [24.82, 33.18]
    assert [round(end, 2) for end in error_band(bundled("ybocs"), 2)] == [0, 6.18]
    assert [round(end, 2) for end in error_band(bundled("ybocs"), 39)] == [34.82, 40]


def test_a_form_filled_in_on_a_phone_resumed_reviewed_and_sent():
    phq = bundled("phq-9")
    form = Responses("phq-9", datetime.fromisoformat(FIRST), {})
    for token in ("1", "2", "0", "1"):
        form = answer(phq, form, link_id=next_unanswered(phq, form.answers).id, token=token)

    stored = json.dumps({"instrument": "phq-9", "at": FIRST, "answers": write_answers(form)})
    resumed = read_responses(stored, phq)
    assert next_unanswered(phq, resumed.answers).id == "5"

    for token in ("asked-declined", "0", "1", "0", "1"):
        resumed = answer(phq, resumed, link_id=next_unanswered(phq, resumed.answers).id, token=token)
    assert next_unanswered(phq, resumed.answers) is None
    assert [line.answer for line in review(phq, resumed.answers)][4] == "I’d rather not say"

    result = score(phq, resumed)
    assert (result.total, result.missing, result.suicide) == (None, ("5",), SuicideAnswer.POSITIVE)
    assert fact_values(phq, resumed, result) == {"phq9_item9": 1}


def test_changing_the_declined_answer_completes_the_score():
    phq = bundled("phq-9")
    form = read_responses(sent("phq-9", FIRST, 1, 2, 0, 1, "asked-declined", 0, 1, 0, 0), phq)
    assert score(phq, form).total is None
    mended = answer(phq, form, link_id="5", token="2")
    assert (score(phq, mended).total, score(phq, mended).band) == (7, "mild")


def test_a_positive_answer_is_known_before_the_next_page_is_shown():
    check_in = bundled("check-in")
    form = Responses("check-in", datetime.fromisoformat(FIRST), {})
    assert suicide_answer(check_in, form.answers) is SuicideAnswer.UNANSWERED
    form = answer(check_in, form, link_id="16", token="1")
    assert suicide_answer(check_in, form.answers) is SuicideAnswer.POSITIVE
    assert next_unanswered(check_in, form.answers).id == "1"


def test_the_check_in_gives_three_facts_and_never_a_ybocs():
    check_in = bundled("check-in")
    form = read_responses(sent("check-in", FIRST, 3, 2, 4, 3, 1, 2, 1, 0, 2, 1, 4, 0, 1, 2, 0, 0), check_in)
    result = score(check_in, form)
    assert fact_values(check_in, form, result) == {
        "checkin_obsessions": 5, "checkin_compulsions": 7, "checkin_interference": 5,
    }  # fmt: skip
    assert (result.total, result.band, result.suicide) == (13, None, SuicideAnswer.NEGATIVE)


def test_the_screener_by_a_clinician_who_asks_only_what_is_opened():
    screener = bundled("c-ssrs")
    form, asked = Responses("c-ssrs", datetime.fromisoformat(FIRST), {}), []
    said = {"1": "1", "2": "1", "3": "1", "4": "0", "5": "0", "6": "1", "7": "0"}
    while (item := next_unanswered(screener, form.answers)) is not None:
        asked.append(item.id)
        form = answer(screener, form, link_id=item.id, token=said[item.id])
    assert asked == ["1", "2", "3", "4", "5", "6", "7"]
    result = score(screener, form)
    assert (result.band, result.suicide) == ("moderate", SuicideAnswer.POSITIVE)
    assert fact_values(screener, form, result) == {"suicide_risk": "moderate"}


@pytest.mark.parametrize(
    ("instrument_id", "values", "fact"),
    [
        ("cgi-s", (3,), {"cgi_s": 3}),
        ("cgi-i", (2,), {"cgi_i": 2}),
        ("wsas", (4, 4, 2, 2, 6), {"wsas": 18}),
        ("wsas", ("not-applicable", 4, 2, 2, 6), {}),
        ("rass", (-1,), {"rass": -1}),
        ("aldrete", (2, 2, 2, 2, 2), {"aldrete": 10}),
        ("mpadss", (2, 2, 2, 1, 2), {"mpadss": 9}),
        ("cadss-6", (1, 0, 0, 1, 0, 0), {"cadss6": 2}),
        ("audit-c", (1, 0, 0), {"auditc": 1}),
        ("gad-7", (1, 1, 1, 1, 1, 1, 1), {"gad7": 7}),
        ("c-ssrs-since-last-contact", (0, 0, None, None, None, 0), {"suicide_risk_today": "none"}),
        ("c-ssrs-since-last-contact", (0, None, None, None, None, 0), {}),
    ],
)
def test_each_form_becomes_its_own_facts(instrument_id, values, fact):
    instrument = bundled(instrument_id)
    form = read_responses(sent(instrument_id, FIRST, *values), instrument)
    assert fact_values(instrument, form, score(instrument, form)) == fact
