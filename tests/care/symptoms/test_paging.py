"""One question a page: order, next, back, review, with no logic left to the page itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    Asked,
    Responses,
    Silence,
    answer,
    asked,
    bundled,
    library,
    load,
    next_unanswered,
    page,
    questions,
    review,
    score,
)
from unloop.quantity import InputRefused

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PHQ, CHECK_IN, SCREENER = bundled("phq-9"), bundled("check-in"), bundled("c-ssrs")


def empty(instrument) -> Responses:
    return Responses(instrument.id, AT, {})


def ids(items) -> list[str]:
    return [item.id for item in items]


# --- order ---------------------------------------------------------------------------------------------------


def test_questions_come_in_their_order():
    assert ids(questions(PHQ, {})) == [str(number) for number in range(1, 10)]


def test_the_first_question_without_an_answer_is_next():
    assert next_unanswered(PHQ, {}).id == "1"
    assert next_unanswered(PHQ, {"1": 0, "2": 2, "4": 1}).id == "3"


def test_a_recorded_silence_is_an_answer():
    assert next_unanswered(CHECK_IN, {"1": Silence.DONT_KNOW}).id == "2"


def test_an_answer_of_zero_is_an_answer():
    assert next_unanswered(PHQ, {str(number): 0 for number in range(1, 10)}) is None


def test_follow_up_questions_appear_only_when_they_are_opened():
    assert ids(questions(SCREENER, {})) == ["1", "2", "6"]
    assert ids(questions(SCREENER, {"2": 0})) == ["1", "2", "6"]
    assert ids(questions(SCREENER, {"2": 1})) == ["1", "2", "3", "4", "5", "6"]
    assert ids(questions(SCREENER, {"2": 1, "6": 1})) == ["1", "2", "3", "4", "5", "6", "7"]


# --- one page ------------------------------------------------------------------------------------------------


def test_a_page_holds_all_that_it_shows():
    shown = page(CHECK_IN, {"5": 2}, "5")
    assert shown.question == "How much did you stay away from things because of unwanted thoughts?"
    assert shown.recall_label == "The past 7 days"
    assert (shown.previous, shown.following) == ("4", "6")
    assert [choice.label for choice in shown.choices] == [
        "Not at all", "A little", "Somewhat", "Quite a lot", "A great deal", "I don’t know", "I’d rather not say",
    ]  # fmt: skip
    assert [choice.chosen for choice in shown.choices] == [False, False, True, False, False, False, False]


def test_silences_look_like_answers_set_apart():
    choices = page(CHECK_IN, {}, "1").choices
    assert [choice.apart for choice in choices] == [False] * 5 + [True] * 2


def test_the_first_page_has_no_back_and_the_last_no_next():
    assert page(PHQ, {}, "1").previous is None
    assert page(PHQ, {}, "9").following is None


def test_back_leads_over_questions_that_are_not_put():
    assert page(SCREENER, {"2": 0}, "6").previous == "2"


def test_a_chosen_zero_is_shown_as_chosen():
    chosen = [choice.token for choice in page(PHQ, {"1": 0}, "1").choices if choice.chosen]
    assert chosen == ["0"]


def test_a_chosen_silence_is_shown_as_chosen():
    chosen = [c.token for c in page(CHECK_IN, {"1": Silence.DONT_KNOW}, "1").choices if c.chosen]
    assert chosen == ["asked-unknown"]


@pytest.mark.parametrize("link_id", ["3", "0", "12", "", "x"])
def test_a_page_that_is_not_put_is_refused(link_id):
    with pytest.raises(InputRefused):
        page(SCREENER, {"2": 0}, link_id)


# --- answering -----------------------------------------------------------------------------------------------


def test_an_answer_is_kept_as_it_was_sent():
    responses = answer(PHQ, empty(PHQ), link_id="3", token="2")
    assert dict(responses.answers) == {"3": 2}
    assert responses.at == AT


def test_a_second_answer_replaces_the_first_and_keeps_the_others():
    responses = answer(PHQ, empty(PHQ), link_id="1", token="2")
    responses = answer(PHQ, responses, link_id="2", token="1")
    responses = answer(PHQ, responses, link_id="1", token="asked-declined")
    assert dict(responses.answers) == {"1": Silence.RATHER_NOT_SAY, "2": 1}


def test_the_responses_before_stay_as_they_were():
    before = empty(PHQ)
    answer(PHQ, before, link_id="1", token="2")
    assert dict(before.answers) == {}


def test_a_negative_value_is_read():
    rass = bundled("rass")
    assert dict(answer(rass, empty(rass), link_id="1", token="-3").answers) == {"1": -3}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "4",
        "-1",
        "2.0",
        "two",
        " 2",
        "asked-unknown",
        "not-applicable",
        "²",
        "99999999999999999999",
        "null",
    ],
)
def test_what_the_page_did_not_offer_is_refused(token):
    with pytest.raises(InputRefused) as refused:
        answer(PHQ, empty(PHQ), link_id="1", token=token)
    assert refused.value.where == "phq-9 item 1"


def test_a_question_that_does_not_exist_is_refused():
    with pytest.raises(InputRefused):
        answer(PHQ, empty(PHQ), link_id="10", token="1")


def test_what_was_said_about_death_is_not_unsaid_by_going_back():
    responses = empty(SCREENER)
    for link_id, token in (("1", "1"), ("2", "1"), ("3", "1"), ("4", "1"), ("2", "0")):
        responses = answer(SCREENER, responses, link_id=link_id, token=token)
    assert responses.answers["4"] == 1
    assert score(SCREENER, responses).band == "high"
    assert ids(questions(SCREENER, responses.answers)) == ["1", "2", "3", "4", "6"]


GATED = """
id = "pets"
title = "Pets"
version = "1.0.0"
wording = "own-labels"
respondent = "self"
direction = "higher-is-worse"
entry = "items"
missing = "withhold"
origin = "own"
scored = ["1"]
licence = { class = "own", note = "ours" }
recall = { period = "PT0S", label = "" }
sources = [{ id = "own", cite = "made for a test", seen = "own" }]

[answers]
yes-no = [{ value = 0, label = "No" }, { value = 1, label = "Yes" }]

[[items]]
id = "1"
label = "A pet"
answers = "yes-no"

[[items]]
id = "2"
label = "A dog"
answers = "yes-no"
asked_when = { item = "1", at_least = 1 }

[[items]]
id = "3"
label = "A dog that barks"
answers = "yes-no"
asked_when = { item = "2", at_least = 1 }
"""


def test_closing_a_question_takes_out_the_answers_that_hung_on_it():
    pets = load(GATED)
    responses = empty(pets)
    for link_id in ("1", "2", "3"):
        responses = answer(pets, responses, link_id=link_id, token="1")
    assert dict(responses.answers) == {"1": 1, "2": 1, "3": 1}
    closed = answer(pets, responses, link_id="1", token="0")
    assert dict(closed.answers) == {"1": 0}
    assert [line.answer for line in review(pets, closed.answers)] == ["No"]


def test_a_question_behind_a_closed_one_is_closed_too():
    pets = load(GATED)
    assert asked(pets, pets.item("3"), {"1": 0}) is Asked.NO
    assert asked(pets, pets.item("3"), {"1": 1}) is Asked.UNKNOWN
    assert score(pets, Responses("pets", AT, {"1": 0})).missing == ()


# --- review --------------------------------------------------------------------------------------------------


def test_the_review_lists_every_question_with_the_words_of_its_answer():
    lines = review(CHECK_IN, {"1": 3, "2": Silence.DONT_KNOW})
    assert [(line.link_id, line.answer) for line in lines[:3]] == [
        ("1", "Up to half the day"),
        ("2", "I don’t know"),
        ("3", None),
    ]
    assert len(lines) == 16


def test_the_review_leaves_out_what_was_not_asked():
    assert [line.link_id for line in review(SCREENER, {"1": 0, "2": 0, "6": 0})] == ["1", "2", "6"]


# --- laws ----------------------------------------------------------------------------------------------------


@given(st.sampled_from(library()), st.data())
def test_answering_what_is_next_visits_each_question_once_and_ends(instrument, data):
    responses, visited = Responses(instrument.id, AT, {}), []
    while (item := next_unanswered(instrument, responses.answers)) is not None:
        shown = page(instrument, responses.answers, item.id)
        token = data.draw(st.sampled_from([choice.token for choice in shown.choices]))
        responses = answer(instrument, responses, link_id=item.id, token=token)
        visited.append(item.id)
    assert len(visited) == len(set(visited))
    assert visited == ids(questions(instrument, responses.answers))
    assert None not in [line.answer for line in review(instrument, responses.answers)]


@given(st.sampled_from(library()), st.data())
def test_every_choice_of_every_page_is_taken_back_as_it_was_offered(instrument, data):
    item = data.draw(st.sampled_from(questions(instrument, {})))
    choice = data.draw(st.sampled_from(page(instrument, {}, item.id).choices))
    responses = answer(instrument, Responses(instrument.id, AT, {}), link_id=item.id, token=choice.token)
    shown = page(instrument, responses.answers, item.id)
    assert [again.token for again in shown.choices if again.chosen] == [choice.token]
    assert (
        review(instrument, responses.answers)[ids(questions(instrument, {})).index(item.id)].answer
        == choice.label
    )


@given(st.sampled_from(library()), st.data())
def test_back_and_next_walk_the_same_way(instrument, data):
    answers = {
        item.id: data.draw(st.sampled_from([*item.values, None])) for item in questions(instrument, {})
    }
    order = ids(questions(instrument, answers))
    pages = [page(instrument, answers, link_id) for link_id in order]
    assert [shown.previous for shown in pages] == [None, *order[:-1]]
    assert [shown.following for shown in pages] == [*order[1:], None]


@given(st.sampled_from(library()), st.text(max_size=30))
def test_no_token_whatever_makes_it_fall_over(instrument, token):
    item = instrument.items[0]
    offered = [choice.token for choice in page(instrument, {}, item.id).choices]
    if token in offered:
        return
    try:
        responses = answer(instrument, Responses(instrument.id, AT, {}), link_id=item.id, token=token)
    except InputRefused:
        return
    assert str(responses.answers[item.id]) in offered
