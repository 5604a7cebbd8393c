"""The suicide screener: its published ladder, and what it says while questions are open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest

from unloop.care.symptoms import Responses, SuicideAnswer, bundled, score

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SCREENER = bundled("c-ssrs")
SINCE = bundled("c-ssrs-since-last-contact")
ORDER = ["none", "low", "moderate", "high"]


def level(answers: dict[str, int | None], instrument=SCREENER) -> str | None:
    return score(instrument, Responses(instrument.id, AT, answers)).band


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({"1": 0, "2": 0, "6": 0}, "none", id="all no"),
        pytest.param({"1": 1, "2": 0, "6": 0}, "low", id="wish not to be alive"),
        pytest.param({"1": 1, "2": 1, "3": 0, "4": 0, "5": 0, "6": 0}, "low", id="thoughts, no method"),
        pytest.param({"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}, "moderate", id="a method"),
        pytest.param({"1": 0, "2": 0, "6": 1, "7": 0}, "moderate", id="an act long ago"),
        pytest.param({"1": 1, "2": 1, "3": 1, "4": 1, "5": 0, "6": 0}, "high", id="meaning to act"),
        pytest.param({"1": 1, "2": 1, "3": 0, "4": 0, "5": 1, "6": 0}, "high", id="a plan"),
        pytest.param({"1": 0, "2": 0, "6": 1, "7": 1}, "high", id="an act in the past 3 months"),
    ],
)
def test_the_published_ladder(answers, expected):
    scored = score(SCREENER, Responses("c-ssrs", AT, answers))
    assert (scored.band, scored.band_scheme, scored.missing) == (expected, "screener-triage", ())
    assert scored.total is None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({"1": 0, "2": 0, "6": 0}, "none", id="all no"),
        pytest.param({"1": 1, "2": 0, "6": 0}, "low", id="wish not to be alive"),
        pytest.param({"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}, "moderate", id="a method"),
        pytest.param({"1": 0, "2": 0, "6": 1}, "high", id="an act since last contact"),
    ],
)
def test_since_the_last_contact_any_act_is_high(answers, expected):
    assert level(answers, SINCE) == expected


def test_questions_that_are_closed_are_not_missing():
    assert score(SCREENER, Responses("c-ssrs", AT, {"1": 0, "2": 0, "6": 0})).missing == ()


def test_an_open_question_that_could_raise_the_level_withholds_it_and_says_what_is_proven():
    scored = score(SCREENER, Responses("c-ssrs", AT, {"1": 1, "2": 1, "3": 1, "6": 0}))
    assert (scored.band, scored.band_scheme, scored.at_least) == (None, None, "moderate")
    assert scored.missing == ("4", "5")
    assert scored.suicide is SuicideAnswer.POSITIVE


def test_an_act_without_its_time_is_at_least_moderate_and_not_yet_a_level():
    scored = score(SCREENER, Responses("c-ssrs", AT, {"1": 0, "2": 0, "6": 1}))
    assert (scored.band, scored.at_least, scored.missing) == (None, "moderate", ("7",))


def test_an_open_question_that_could_change_nothing_does_not_withhold():
    assert level({"2": 1, "4": 1}) == "high"


def test_all_no_is_negative_and_one_silent_question_is_not():
    complete = {"1": 0, "2": 0, "6": 0}
    assert score(SCREENER, Responses("c-ssrs", AT, complete)).suicide is SuicideAnswer.NEGATIVE
    for silent in complete:
        answers = {**complete, silent: None}
        assert score(SCREENER, Responses("c-ssrs", AT, answers)).suicide is SuicideAnswer.UNANSWERED


def test_a_yes_to_a_question_that_was_closed_still_counts():
    assert level({"1": 0, "2": 0, "3": 0, "4": 1, "5": 0, "6": 0}) == "high"


# --- against every way in which open questions could still be answered ---------------------------------------


def written_ladder(answers: dict[str, int]) -> str:
    """The published ladder, written a second time, for answers without a gap."""
    yes = {question for question, answer in answers.items() if answer == 1}
    if yes & {"4", "5", "7"}:
        return "high"
    if yes & {"3", "6"}:
        return "moderate"
    return "low" if yes & {"1", "2"} else "none"


def completions(answers: dict[str, int | None]) -> Iterator[dict[str, int]]:
    """Every way to answer what is open; a closed question stays unanswered and counts as no."""
    silent = [question for question, answer in answers.items() if answer is None]
    for values in product((0, 1), repeat=len(silent)):
        whole = {**answers, **dict(zip(silent, values, strict=True))}
        opened_by = {"3": "2", "4": "2", "5": "2", "7": "6"}
        if all(not (whole[q] and q in silent and not whole[gate]) for q, gate in opened_by.items()):
            yield whole


def test_a_level_is_said_exactly_when_every_completion_agrees():
    questions = [item.id for item in SCREENER.items]
    for values in product((0, 1, None), repeat=len(questions)):
        answers = dict(zip(questions, values, strict=True))
        possible = {written_ladder(whole) for whole in completions(answers)}
        scored = score(SCREENER, Responses("c-ssrs", AT, answers))
        if len(possible) == 1:
            assert (scored.band, scored.at_least) == (possible.pop(), None), answers
        else:
            lowest = min(possible, key=ORDER.index)
            assert (scored.band, scored.at_least) == (None, None if lowest == "none" else lowest), answers
