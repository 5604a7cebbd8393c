"""The words for obsessions and compulsions, and what a person may write about them."""

from __future__ import annotations

import pytest

from unloop.care.symptoms import (
    COMPULSION_LABELS,
    DIMENSION_LABELS,
    LIFE_AREA_LABELS,
    Compulsion,
    CompulsionKind,
    Dimension,
    LifeArea,
    Obsession,
)
from unloop.quantity import InputRefused


def test_every_dimension_kind_and_area_has_words():
    assert set(DIMENSION_LABELS) == set(Dimension)
    assert set(COMPULSION_LABELS) == set(CompulsionKind)
    assert set(LIFE_AREA_LABELS) == set(LifeArea)


def test_no_two_things_share_a_word():
    for labels in (DIMENSION_LABELS, COMPULSION_LABELS, LIFE_AREA_LABELS):
        assert len(set(labels.values())) == len(labels)


def test_a_target_obsession_keeps_the_persons_own_words():
    obsession = Obsession(Dimension.HARM_AND_SAFETY_DOUBT, "that the stove is on and the house burns")
    assert obsession.in_own_words == "that the stove is on and the house burns"


def test_a_compulsion_may_answer_a_dimension_or_none_that_is_known():
    assert Compulsion(CompulsionKind.CHECKING, "the stove, nine times").answers is None
    linked = Compulsion(CompulsionKind.CHECKING, "the stove", answers=Dimension.HARM_AND_SAFETY_DOUBT)
    assert linked.answers is Dimension.HARM_AND_SAFETY_DOUBT


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="blanks"),
        pytest.param("x" * 301, id="too long"),
        pytest.param("one\ntwo", id="two lines"),
        pytest.param("bell \a", id="a control character"),
    ],
)
def test_words_that_do_not_fit_one_line_are_refused(words):
    with pytest.raises(InputRefused):
        Obsession(Dimension.OTHER, words)
    with pytest.raises(InputRefused):
        Compulsion(CompulsionKind.COUNTING, words)


def test_a_refusal_never_repeats_what_a_person_wrote():
    secret = "a very private thought " * 20
    with pytest.raises(InputRefused) as refused:
        Obsession(Dimension.UNACCEPTABLE_THOUGHTS, secret)
    assert "private" not in str(refused.value)


def test_three_hundred_characters_are_still_taken():
    assert len(Obsession(Dimension.OTHER, "x" * 300).in_own_words) == 300
