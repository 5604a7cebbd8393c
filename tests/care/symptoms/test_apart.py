"""Dimensions, kinds of compulsion and areas of life are read one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    CompulsionKind,
    Dimension,
    LifeArea,
    Silence,
    bundled,
    by_compulsion,
    by_dimension,
    by_life_area,
)

CHECK_IN = bundled("check-in")
DOCS = bundled("docs")


def numbered(*values: object) -> dict[str, object]:
    return {str(number): value for number, value in enumerate(values, start=1)}


def test_a_check_in_says_each_dimension_each_compulsion_and_each_area_of_life():
    answers = numbered(3, 2, 4, 3, 1, 2, 1, 0, 2, 1, 4, 0, 1, 2, 0, 0, 4, 3, 0, 1, 0, 2, 1)
    assert list(by_dimension(CHECK_IN, answers).values()) == [4, 0, 1, 2, 0]
    assert list(by_compulsion(CHECK_IN, answers).values()) == [4, 3, 0, 1, 0, 2, 1]
    assert list(by_life_area(CHECK_IN, answers).values()) == [2, 1, 0, 2, 1]
    assert list(by_dimension(CHECK_IN, answers)) == list(Dimension)
    assert list(by_compulsion(CHECK_IN, answers)) == list(CompulsionKind)
    assert list(by_life_area(CHECK_IN, answers)) == list(LifeArea)


def test_a_dimension_that_is_asked_by_five_questions_is_their_sum():
    points = by_dimension(DOCS, numbered(*[4] * 5, *[1] * 5, *[0] * 5, *[2] * 5))
    assert points == {
        Dimension.CONTAMINATION: 20, Dimension.HARM_AND_SAFETY_DOUBT: 5,
        Dimension.UNACCEPTABLE_THOUGHTS: 0, Dimension.SYMMETRY_AND_ORDER: 10,
    }  # fmt: skip


@pytest.mark.parametrize("silence", [None, Silence.RATHER_NOT_SAY])
def test_one_question_without_a_value_leaves_its_dimension_open_and_no_other(silence):
    points = by_dimension(DOCS, numbered(4, 4, silence, 4, 4, *[1] * 15))
    assert points[Dimension.CONTAMINATION] is None
    assert [value for value in points.values() if value is not None] == [5, 5, 5]


def test_an_instrument_that_asks_nothing_apart_says_nothing_apart():
    answers = numbered(*[1] * 9)
    assert by_dimension(bundled("phq-9"), answers) == {}
    assert by_compulsion(bundled("phq-9"), answers) == {}


@given(st.lists(st.integers(0, 4), min_size=20, max_size=20))
def test_the_dimensions_of_the_docs_add_up_to_its_total(values):
    assert sum(by_dimension(DOCS, numbered(*values)).values()) == sum(values)
