"""Two raters: their difference is said at once, a coefficient only from enough pairs."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    FEWEST_PAIRS,
    Coefficient,
    agreement,
    bundled,
    intraclass_correlation,
    weighted_kappa,
)

# Shrout and Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
totals = st.integers(0, 40)
pairs = st.lists(st.tuples(totals, totals), min_size=2, max_size=30)


def test_the_intraclass_correlation_is_that_of_the_paper():
    assert intraclass_correlation(SHROUT_FLEISS) == pytest.approx(0.29, abs=0.005)


def test_kappa_of_two_answers_is_the_plain_one():
    table = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert weighted_kappa(table) == pytest.approx(0.4)  # 0.70 observed, 0.50 by chance


@given(st.lists(totals, min_size=2, max_size=30))
def test_raters_who_say_the_same_agree_fully(values):
    assume(len(set(values)) > 1)
    same = [(value, value) for value in values]
    assert intraclass_correlation(same) == pytest.approx(1)
    assert weighted_kappa(same) == pytest.approx(1)


@given(pairs)
def test_no_coefficient_is_above_one(rated):
    for value in (intraclass_correlation(rated), weighted_kappa(rated)):
        assert value is None or value <= 1 + 1e-9


@given(pairs, st.integers(1, 9))
def test_a_rater_who_is_always_higher_agrees_less(rated, more):
    level = [(one, one) for one, _ in rated]
    assume(len(set(level)) > 1)
    shifted = intraclass_correlation([(one, one + more) for one, _ in rated])
    assert shifted is not None
    assert shifted < 1


@given(pairs)
def test_it_does_not_matter_who_is_called_first(rated):
    turned = [(two, one) for one, two in rated]
    for measure in (intraclass_correlation, weighted_kappa):
        one, other = measure(rated), measure(turned)
        assert (one is None and other is None) or one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize("rated", [[], [(3, 3)], [(3, 3), (3, 3)]], ids=["nobody", "one", "all the same"])
def test_what_cannot_be_said_is_not_said(rated):
    assert intraclass_correlation(rated) is None
    assert weighted_kappa(rated) is None


def test_too_few_pairs_give_a_difference_and_no_coefficient():
    few = [(20, 22), (30, 26)] * ((FEWEST_PAIRS - 1) // 2)
    found = agreement(bundled("ybocs"), few)
    assert (found.value, found.largest_difference, found.coefficient) == (None, 4, Coefficient.ICC)
    assert found.mean_difference == pytest.approx(-1)
    assert agreement(bundled("ybocs"), []).mean_difference is None


def test_enough_pairs_give_a_coefficient_that_fits_the_instrument():
    many = [(number % 7 + 1, (number + number % 2) % 7 + 1) for number in range(20)]
    assert agreement(bundled("cgi-s"), many).coefficient is Coefficient.KAPPA
    assert agreement(bundled("cgi-s"), many).value == weighted_kappa(many)
    assert agreement(bundled("ybocs"), many).value == intraclass_correlation(many)
