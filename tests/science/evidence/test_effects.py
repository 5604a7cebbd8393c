"""Effects and variances as metafor's escalc computes them; a study that cannot be read is named."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import (
    Counts,
    Means,
    Measure,
    OneArm,
    effects_given,
    effects_of,
    small_sample_correction,
)


def one(values):
    return (np.array([float(value)]) for value in values)


def means(n1=20, mean1=18.1, sd1=7.7, n2=14, mean2=23.5, sd2=6.4):
    return Means(*one((n1, mean1, sd1, n2, mean2, sd2)))


def counts(a, n1, c, n2):
    return Counts(*one((a, n1, c, n2)))


def effect(measure, data):
    found = effects_of(measure, data, labels=("study",))
    return found.yi[0], found.vi[0]


def test_the_first_trial_of_the_reference_data_agrees_with_the_printed_vectors(bcg):
    """metafor's manual: log risk ratio -0.8893 (0.3256) and log odds ratio -0.9387 (0.3571)."""
    labels = tuple(map(str, range(13)))
    ratios = effects_of(Measure.RR, bcg, labels=labels)
    assert (ratios.yi[0], ratios.vi[0]) == pytest.approx((-0.889311, 0.325585), abs=1e-6)
    odds = effects_of(Measure.OR, bcg, labels=labels)
    assert (odds.yi[0], odds.vi[0]) == pytest.approx((-0.9387, 0.3571), abs=5e-5)


def test_a_mean_difference_is_treated_minus_control():
    yi, vi = effect(Measure.MD, means())
    assert yi == pytest.approx(-5.4)
    assert vi == pytest.approx(7.7**2 / 20 + 6.4**2 / 14)


def test_a_standardised_difference_is_corrected_for_small_samples():
    yi, vi = effect(Measure.SMD, means())
    pooled = math.sqrt((19 * 7.7**2 + 13 * 6.4**2) / 32)
    exact = math.gamma(16) / (math.sqrt(16) * math.gamma(15.5))
    assert yi == pytest.approx(exact * -5.4 / pooled, rel=1e-12)
    assert vi == pytest.approx(1 / 20 + 1 / 14 + yi**2 / 68, rel=1e-12)


@given(st.floats(2.0, 1e4))
def test_the_small_sample_correction_is_close_to_its_usual_approximation_and_below_one(degrees):
    assert small_sample_correction(degrees) < 1.0
    assert small_sample_correction(degrees) == pytest.approx(1 - 3 / (4 * degrees - 1), abs=0.02 / degrees)


def test_half_a_patient_is_added_where_a_cell_is_empty_and_said_so():
    found = effects_of(
        Measure.OR,
        Counts(np.array([4.0, 4.0]), np.array([8.0, 8.0]), np.array([0.0, 1.0]), np.array([7.0, 7.0])),
        labels=("empty", "full"),
    )
    assert found.in_halves == ("empty",)
    assert math.exp(found.yi[0]) == pytest.approx(4.5 * 7.5 / (4.5 * 0.5))
    assert math.exp(found.yi[1]) == pytest.approx(4 * 6 / (4 * 1))


def test_four_of_eight_against_none_of_seven_is_an_odds_ratio_of_fifteen_that_nobody_should_believe():
    yi, vi = effect(Measure.OR, counts(4, 8, 0, 7))
    low, high = (math.exp(yi + side * 1.959964 * math.sqrt(vi)) for side in (-1, 1))
    assert (math.exp(yi), low, high) == pytest.approx((15, 0.64, 349), rel=0.01)


def test_a_risk_difference_and_a_proportion_are_left_on_their_own_scale():
    assert effect(Measure.RD, counts(15, 50, 5, 50)) == pytest.approx((0.2, 0.3 * 0.7 / 50 + 0.1 * 0.9 / 50))
    found = effects_of(Measure.PR, OneArm(*one((5, 20))), labels=("study",))
    assert (found.yi[0], found.vi[0]) == pytest.approx((0.25, 0.25 * 0.75 / 20))


def test_a_risk_ratio_turns_over_when_the_arms_do():
    there, back = effect(Measure.RR, counts(8, 40, 3, 35)), effect(Measure.RR, counts(3, 35, 8, 40))
    assert there[0] == pytest.approx(-back[0])
    assert there[1] == pytest.approx(back[1])


@pytest.mark.parametrize(
    ("measure", "data"),
    [(Measure.OR, means()), (Measure.MD, counts(1, 2, 1, 2)), (Measure.PR, counts(1, 2, 1, 2)),
     (Measure.RR, OneArm(*one((1, 2))))],
)  # fmt: skip
def test_a_measure_of_other_data_is_refused_with_those_that_fit(measure, data):
    with pytest.raises(InputRefused, match="choose a measure of these data"):
        effects_of(measure, data, labels=("study",))


@pytest.mark.parametrize(
    ("yi", "vi"), [(math.nan, 1.0), (1e12, 1.0), (0.0, 0.0), (0.0, math.inf), (0.0, -1.0)]
)
def test_an_effect_or_variance_out_of_range_is_refused_by_the_name_of_its_study(yi, vi):
    with pytest.raises(InputRefused) as refused:
        effects_given(Measure.MD, [0.0, yi], [1.0, vi], labels=("good", "bad"))
    assert refused.value.where == "study bad"


def test_no_study_is_nothing_to_pool():
    with pytest.raises(InputRefused, match="at least one study"):
        effects_given(Measure.MD, [], [], labels=())
    with pytest.raises(InputRefused):
        effects_given(Measure.MD, [1.0, 2.0], [1.0], labels=("one", "two"))


def test_every_measure_has_words_and_only_ratios_are_on_the_log_scale():
    assert {measure for measure in Measure if measure.is_ratio} == {Measure.OR, Measure.RR}
    assert len({measure.words for measure in Measure}) == len(Measure)
