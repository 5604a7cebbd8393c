"""Target symptoms in a person's own words, each with a course of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    MOST_TROUBLE,
    Compulsion,
    CompulsionKind,
    Dimension,
    Obsession,
    Responses,
    Silence,
    SuicideAnswer,
    Trouble,
    bundled,
    follow,
    questions,
    rated,
    read_targets,
    score,
    target_item,
    with_targets,
    write_targets,
)
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused

FIRST = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
STOVE = Obsession(Dimension.HARM_AND_SAFETY_DOUBT, "that the stove is on")
CHECKING = Compulsion(CompulsionKind.CHECKING, "the stove, nine times", Dimension.HARM_AND_SAFETY_DOUBT)


def record(**changed: object) -> dict[str, object]:
    return {
        "id": "stove",
        "kind": "obsession",
        "about": "harm-and-safety-doubt",
        "in_own_words": "that it is on",
    } | changed


def test_each_symptom_has_a_course_of_its_own():
    courses = follow(
        [
            (FIRST, [Trouble("stove", STOVE, 4), Trouble("check", CHECKING, 3)]),
            (FIRST + WEEK, [Trouble("stove", STOVE, 2), Trouble("check", CHECKING, 3)]),
        ]
    )
    assert [(one.id, [points for _at, points in one.points]) for one in courses] == [
        ("stove", [4, 2]), ("check", [3, 3]),
    ]  # fmt: skip


def test_a_symptom_that_a_visit_leaves_out_is_neither_gone_nor_zero():
    (course,) = follow([(FIRST, [Trouble("stove", STOVE, 4)]), (FIRST + WEEK, [])])
    assert course.points == ((FIRST, 4),)
    assert course.over_since is None


def test_a_symptom_that_was_named_and_not_rated_stands_without_points():
    (course,) = follow([(FIRST, [Trouble("stove", STOVE)])])
    assert course.points == ((FIRST, None),)


def test_it_is_over_from_the_first_visit_that_says_so_until_one_says_it_is_back():
    visits = [
        (FIRST, [Trouble("stove", STOVE, 1)]),
        (FIRST + WEEK, [Trouble("stove", STOVE, 0, over=True)]),
        (FIRST + 2 * WEEK, [Trouble("stove", STOVE, 0, over=True)]),
    ]
    assert follow(visits)[0].over_since == FIRST + WEEK
    back = [*visits, (FIRST + 3 * WEEK, [Trouble("stove", STOVE, 2)])]
    assert follow(back)[0].over_since is None


def test_the_words_are_the_last_ones_and_the_beginning_is_the_first_one():
    reworded = Obsession(Dimension.HARM_AND_SAFETY_DOUBT, "that the house burns")
    (course,) = follow(
        [(FIRST + WEEK, [Trouble("stove", reworded, 2)]), (FIRST, [Trouble("stove", STOVE, 4)])]
    )
    assert (course.symptom, course.since) == (reworded, FIRST)


def test_the_list_of_a_visit_is_what_the_dictionary_takes():
    listed = (
        Trouble("stove", STOVE, 4), Trouble("check", CHECKING, None),
        Trouble("count", Compulsion(CompulsionKind.COUNTING, "steps"), 0, over=True),
    )  # fmt: skip
    kept = DICTIONARY["target_symptoms"].check(list(write_targets(listed)), None, where="value")
    assert read_targets(kept) == listed


def test_the_dictionary_knows_every_kind_and_every_dimension():
    fields = DICTIONARY["target_symptoms"].fields
    assert fields["kind"].split("|") == ["obsession", *CompulsionKind]
    assert fields["about"].split("|") == list(Dimension)


def test_an_obsession_whose_dimension_is_not_known_is_something_else():
    (one,) = read_targets([record(about=None)])
    assert one.symptom == Obsession(Dimension.OTHER, "that it is on")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        pytest.param({"id": None}, "target_symptoms[0].id", id="no id"),
        pytest.param({"id": "x" * 41}, "target_symptoms[0].id", id="an id that is too long"),
        pytest.param({"kind": "humming"}, "target_symptoms[0].kind", id="a kind that is not known"),
        pytest.param({"about": "cats"}, "target_symptoms[0].about", id="a dimension that is not known"),
        pytest.param({"in_own_words": ""}, "target_symptoms[0].in_own_words", id="no words"),
        pytest.param({"in_own_words": "x" * 301}, "own words", id="too many words"),
        pytest.param({"trouble": 5}, "target_symptoms[0].trouble", id="beyond the scale"),
        pytest.param({"trouble": -1}, "target_symptoms[0].trouble", id="below the scale"),
        pytest.param({"trouble": 2.5}, "target_symptoms[0].trouble", id="between two points"),
        pytest.param({"trouble": True}, "target_symptoms[0].trouble", id="a yes for a number"),
    ],
)
def test_an_entry_that_cannot_be_followed_is_refused(changed, where):
    with pytest.raises(InputRefused) as refused:
        read_targets([record(**changed)])
    assert refused.value.where == where
    assert "that it is on" not in str(refused.value)


def test_one_symptom_listed_twice_is_refused():
    with pytest.raises(InputRefused) as refused:
        read_targets([record(), record()])
    assert refused.value.allowed == "each symptom once"


ratings = st.lists(st.none() | st.integers(0, MOST_TROUBLE), min_size=1, max_size=12)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), ratings, min_size=1), st.randoms())
def test_no_rating_moves_to_another_symptom_or_is_lost_in_any_order_of_visits(courses, chance):
    visits = [
        (FIRST + index * WEEK, [Trouble(name, STOVE, points)])
        for name, series in courses.items()
        for index, points in enumerate(series)
    ]
    chance.shuffle(visits)
    followed = {one.id: [points for _at, points in one.points] for one in follow(visits)}
    assert followed == courses


def test_the_check_in_asks_about_each_symptom_before_its_last_question_and_counts_none_of_them():
    check_in = bundled("check-in")
    asked = with_targets(check_in, [Trouble("a", STOVE), Trouble("b", CHECKING)])
    order = [item.id for item in questions(asked, {"3": 1})]
    assert order[-3:] == [target_item(0), target_item(1), "16"]
    assert (asked.scored, asked.high) == (check_in.scored, check_in.high)
    answers = {item.id: 0 for item in asked.items} | {target_item(0): 4}
    scored = score(asked, Responses("check-in", FIRST, answers))
    assert (scored.total, scored.suicide, scored.missing) == (0, SuicideAnswer.NEGATIVE, ())


def test_a_symptom_that_is_over_is_not_asked_about_and_keeps_the_numbers_of_the_others():
    listed = [Trouble("a", STOVE, over=True), Trouble("b", CHECKING)]
    asked = with_targets(bundled("check-in"), listed)
    assert asked.item(target_item(0)) is None
    answers = {target_item(0): 3, target_item(1): 2}
    assert [one.points for one in rated(listed, answers)] == [None, 2]


@given(st.lists(st.one_of(st.none(), st.integers(0, MOST_TROUBLE), st.sampled_from(Silence)), max_size=6))
def test_a_symptom_without_a_value_is_not_rated_and_never_a_zero(given_answers):
    listed = [Trouble(str(number), STOVE, points=1) for number in range(len(given_answers))]
    answers = {target_item(number): one for number, one in enumerate(given_answers)}
    points = [one.points for one in rated(listed, answers)]
    assert points == [one if isinstance(one, int) else None for one in given_answers]


def test_an_instrument_without_targets_asks_what_it_always_asked():
    assert with_targets(bundled("wsas"), []) == bundled("wsas")
