"""Whether a treatment failed: by scores where there are any, else by what was said; never by intolerance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.treatment_history import failed
from unloop.rules import Truth


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        pytest.param(32, 24, Truth.FALSE, id="a fall of exactly a quarter is a partial response"),
        pytest.param(32, 24.1, Truth.TRUE, id="a little less is a failure"),
        pytest.param(32, 16, Truth.FALSE, id="half"),
        pytest.param(32, 32, Truth.TRUE, id="no change"),
        pytest.param(24, 30, Truth.TRUE, id="worse"),
        pytest.param(40, 0, Truth.FALSE, id="nothing left"),
    ],
)
def test_the_score_before_and_after_decides(before: float, after: float, answer: Truth) -> None:
    assert failed({"ybocs_before": before, "ybocs_after": after}) is answer


@pytest.mark.parametrize(
    ("stated", "answer"),
    [
        ("none", Truth.TRUE),
        ("partial", Truth.FALSE),
        ("response", Truth.FALSE),
        ("intolerance", Truth.FALSE),
        ("unknown", Truth.UNKNOWN),
        (None, Truth.UNKNOWN),
    ],
)
def test_without_scores_the_stated_outcome_decides(stated: str | None, answer: Truth) -> None:
    assert failed({"outcome": stated}) is answer


def test_nothing_known_is_unknown() -> None:
    assert failed({}) is Truth.UNKNOWN


def test_scores_stand_above_what_was_said() -> None:
    assert failed({"ybocs_before": 30, "ybocs_after": 29, "outcome": "response"}) is Truth.TRUE
    assert failed({"ybocs_before": 30, "ybocs_after": 10, "outcome": "none"}) is Truth.FALSE


def test_a_treatment_that_was_not_tolerated_did_not_fail_whatever_the_scores() -> None:
    assert failed({"ybocs_before": 30, "ybocs_after": 30, "outcome": "intolerance"}) is Truth.FALSE


@pytest.mark.parametrize(
    "scores",
    [
        {"ybocs_before": 30},
        {"ybocs_after": 12},
        {"ybocs_before": 0, "ybocs_after": 0},
        {"ybocs_before": 300, "ybocs_after": 12},
        {"ybocs_before": 30, "ybocs_after": -1},
        {"ybocs_before": math.nan, "ybocs_after": 12},
        {"ybocs_before": True, "ybocs_after": 12},
        {"ybocs_before": "30", "ybocs_after": 12},
    ],
)
def test_scores_that_cannot_be_compared_give_way_to_what_was_said(scores: dict[str, object]) -> None:
    assert failed(scores) is Truth.UNKNOWN
    assert failed({**scores, "outcome": "none"}) is Truth.TRUE
    assert failed({**scores, "outcome": "partial"}) is Truth.FALSE


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_lower_score_afterwards_is_never_worse_news(before, after, lower) -> None:
    low, high = sorted((after, lower))
    if failed({"ybocs_before": before, "ybocs_after": high}) is Truth.FALSE:
        assert failed({"ybocs_before": before, "ybocs_after": low}) is Truth.FALSE


@given(
    st.dictionaries(
        st.sampled_from(["ybocs_before", "ybocs_after", "outcome"]),
        st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=8), st.booleans()),
    )
)
def test_any_record_has_an_answer(record) -> None:
    assert failed(record) in Truth


@pytest.mark.parametrize(
    ("cgi_i", "answer"),
    [
        (1, Truth.FALSE),
        (2, Truth.FALSE),
        (3, Truth.TRUE),
        (4, Truth.TRUE),
        (None, Truth.TRUE),
        (0, Truth.TRUE),
    ],
)
def test_a_small_fall_with_much_improvement_is_no_failure(cgi_i: int | None, answer: Truth) -> None:
    assert failed({"ybocs_before": 30, "ybocs_after": 29, "cgi_i": cgi_i}) is answer


@pytest.mark.parametrize("cgi_i", [1, 4, 7])
def test_the_impression_alone_decides_nothing(cgi_i: int) -> None:
    assert failed({"cgi_i": cgi_i}) is Truth.UNKNOWN
    assert failed({"cgi_i": cgi_i, "ybocs_before": 32, "ybocs_after": 24}) is Truth.FALSE
