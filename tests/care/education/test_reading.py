"""The two reading measures against values worked out by hand, and the laws that they follow."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.education import english_grade, spanish_ease
from unloop.care.education.reading import _spanish_syllables, english_syllables
from unloop.quantity import InputRefused


def test_the_english_grade_is_that_of_the_formula():
    # 6 words, 1 sentence, 6 syllables
    assert english_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    # 7 words, 2 sentences, 3 + 2 + 4 + 1 + 2 + 3 + 1 syllables
    text = "Ketamine rises easily now. Under medicine, rest."
    counted = [english_syllables(word) for word in ("ketamine", "rises", "easily", "now", "under", "medicine", "rest")]  # fmt: skip
    assert counted == [3, 2, 3, 1, 2, 3, 1]
    assert english_grade(text) == pytest.approx(0.39 * 7 / 2 + 11.8 * 15 / 7 - 15.59)


def test_the_spanish_ease_is_that_of_the_formula():
    # el-ga-to-co-me-pan: 4 words, 6 syllables
    assert spanish_ease("El gato come pan.") == pytest.approx(206.84 - 60 * 6 / 4 - 1.02 * 4)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("table", 2), ("loop", 1), ("compulsion", 3), ("treated", 2), ("tried", 1), ("asked", 1), ("40", 1), ("the", 1)],
)  # fmt: skip
def test_english_syllables_are_counted_as_spoken(word, syllables):
    assert english_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("idea", 3), ("círculo", 3), ("cuidado", 3), ("miedo", 2), ("día", 2), ("ketamina", 4), ("ley", 1), ("muy", 1)],
)  # fmt: skip
def test_spanish_syllables_are_counted_as_spoken(word, syllables):
    assert _spanish_syllables(word) == syllables


@pytest.mark.parametrize("measure", [english_grade, spanish_ease])
@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_a_text_without_a_word_is_refused(measure, text):
    with pytest.raises(InputRefused, match="at least one word"):
        measure(text)


@given(st.lists(st.sampled_from(["loop", "ketamine", "thought", "relief", "a"]), min_size=1, max_size=30))
def test_one_long_sentence_is_never_easier_than_the_same_words_in_short_ones(words):
    assert english_grade(" ".join(words) + ".") >= english_grade(". ".join(words) + ".")
    assert spanish_ease(" ".join(words) + ".") <= spanish_ease(". ".join(words) + ".")


@given(st.text(max_size=200))
def test_any_text_is_measured_or_refused(text):
    for measure in (english_grade, spanish_ease):
        try:
            found = measure(text)
        except InputRefused:
            continue
        assert math.isfinite(found)
