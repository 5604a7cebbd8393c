"""The forest plot: well-formed, inert, and every line's numbers beside it as text."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.science.evidence import Axis, Further, Line, Whole, forest_svg
from unloop.science.evidence.forest import three_digits

SVG = "{http://www.w3.org/2000/svg}"
LINES = [Line("RODRIGUEZ2013", 2.7, -0.44, 5.86, 40.0), Line("a <study> & more", 0.5, -0.5, 1.5, 60.0)]
WHOLE = Whole("pooled", 1.2, -0.3, 2.9, predicted=(-1.0, 3.5))


def drawn(lines=LINES, whole=WHOLE, axis=None):
    return ET.fromstring(forest_svg(lines, whole, axis or Axis("log odds ratio")))  # noqa: S314 - our own drawing


def words(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_every_study_stands_with_its_numbers_and_the_pool_with_its_prediction():
    said = words(drawn())
    assert "2.70 (-0.440 to 5.86)" in said
    assert "40.0%" in said
    assert "1.20 (-0.300 to 2.90)" in said
    assert "-1.00 to 3.50" in said


def test_studies_that_are_not_pooled_stand_with_where_a_further_one_may_lie_and_no_diamond():
    root = drawn(whole=Further("a further clinic", 4.4, 61.3), axis=Axis("of 100", none=None))
    said = words(root)
    assert "a further clinic" in said
    assert "4.40 to 61.3" in said
    assert list(root.iter(f"{SVG}path")) == []
    assert "nothing is pooled" in root.get("aria-label")


def test_an_axis_with_ends_is_labelled_from_end_to_end():
    root = drawn(
        whole=Further("further", 4.4, 61.3), axis=Axis("of 100", none=None, ends=(0.0, 100.0), decimals=0)
    )
    assert [one for one in words(root) if one in {"0", "25", "50", "75", "100"}] == [
        "0",
        "25",
        "50",
        "75",
        "100",
    ]
    assert "4 to 61" in words(root)


def test_a_name_is_text_and_never_markup():
    assert "a <study> & more" in words(drawn())
    root = drawn(axis=Axis('"><script>'))
    assert list(root.iter(f"{SVG}script")) == []
    assert '"><script>' in root.get("aria-label")


def test_nothing_in_it_runs_or_styles():
    text = forest_svg(LINES, WHOLE, Axis("x"))
    assert not any(word in text for word in ("<script", "<style", "style=", " on", "href"))


def test_ratios_are_labelled_as_ratios():
    assert "3.32 (0.741 to 18.2)" in words(drawn(axis=Axis("odds ratio", log=True)))


def test_an_endless_interval_ends_in_an_arrow_and_flattens_nobody():
    lines = [*LINES, Line("tiny", 0.0, -1e6, 1e6)]
    root = drawn(lines)
    xs = [float(square.get("x")) for square in root.iter(f"{SVG}rect")]
    assert max(xs) - min(xs) > 30.0
    assert len(list(root.iter(f"{SVG}path"))) == 3  # the diamond and two arrow heads


def test_a_proportion_has_no_line_of_no_effect():
    with_none, without = drawn(), drawn(axis=Axis("proportion", none=None))
    assert len(list(with_none.iter(f"{SVG}line"))) == len(list(without.iter(f"{SVG}line"))) + 1


@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.none() | st.floats(0, 100)),
        min_size=1,
        max_size=8,
    )
)
def test_any_numbers_are_drawn_inside_the_frame(rows):
    lines = [Line("study", middle, middle - low, middle + high, weight) for middle, low, high, weight in rows]
    root = drawn(lines, Whole("pooled", lines[0].estimate, lines[0].low, lines[0].high))
    for shape in root.iter(f"{SVG}line"):
        assert all(0.0 <= float(shape.get(name)) <= 820.0 for name in ("x1", "x2"))
        assert math.isfinite(float(shape.get("y1")))


@pytest.mark.parametrize(
    ("value", "words_"),
    [
        (0.0, "0"),
        (0.012345, "0.0123"),
        (-1.996, "-2.00"),
        (152.233, "152"),
        (1e9, "1.00e+09"),
        (1e-6, "1.00e-06"),
    ],
)
def test_numbers_are_said_in_three_digits(value, words_):
    assert three_digits(value) == words_
