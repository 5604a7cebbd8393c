"""Counts as counts: nothing is filled, and what leaves no finite answer is refused in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import Counts, Measure, OneArm, effects_given, effects_of
from unloop.science.evidence.pooling import Scale, TwoArms, mantel_haenszel, peto, pool_glmm
from unloop.science.evidence.pooling.binomial import Point, climb, slopes_at
from unloop.science.evidence.pooling.glmm import conditional, two_arms


def odds(*rows):
    table = np.array(rows, dtype=np.float64)
    return effects_of(Measure.OR, Counts(*table.T), labels=tuple(f"study {i}" for i in range(len(rows))))


def test_four_tiny_trials_are_answered_without_filling_cells(four_tiny_trials):
    """1.952 (SE 1.123), where half a patient in each empty cell would have said 1.130 (0.797)."""
    found = pool_glmm(four_tiny_trials)
    assert (found.estimate, found.se) == pytest.approx((1.952, 1.123), abs=5e-4)
    assert [name for name, _ in found.left_out] == ["no event"]
    assert found.k == 3


def test_without_heterogeneity_one_study_is_its_own_odds_ratio():
    found = pool_glmm(odds((6, 20, 3, 25)))
    assert found.estimate == pytest.approx(math.log((6 / 14) / (3 / 22)), abs=1e-6)
    assert found.se == pytest.approx(math.sqrt(1 / 6 + 1 / 14 + 1 / 3 + 1 / 22), abs=1e-5)
    assert found.tau2 is found.prediction_interval is None


@pytest.mark.parametrize(
    "rows",
    [((4, 8, 0, 7),), ((4, 8, 0, 7), (2, 9, 0, 9)), ((0, 8, 3, 7), (0, 9, 1, 9)), ((0, 8, 0, 7), (0, 4, 0, 4)),
     ((8, 8, 7, 7),)],
)  # fmt: skip
def test_events_on_one_side_only_leave_no_finite_ratio_and_are_refused(rows):
    with pytest.raises(InputRefused, match="bayes") as refused:
        pool_glmm(odds(*rows))
    assert refused.value.given == "glmm"


def test_effects_without_their_counts_are_refused():
    with pytest.raises(InputRefused, match="events1"):
        pool_glmm(effects_given(Measure.OR, [0.1, 0.2], [0.1, 0.1], labels=("one", "two")))


def test_studies_that_contradict_each_other_completely_leave_everything_open():
    found = pool_glmm(odds((0, 400, 200, 400), (200, 400, 0, 400), (0, 400, 200, 400), (200, 400, 0, 400)))
    assert found.estimate == pytest.approx(0.0, abs=1e-6)
    assert found.ci[1] - found.ci[0] > 16.0
    assert found.tau2 > 60.0


def test_one_person_a_study_leaves_the_heterogeneity_open_and_is_refused():
    data = OneArm(np.array([1.0, 0.0]), np.array([1.0, 2.0]))
    with pytest.raises(InputRefused, match="beyond all bounds"):
        pool_glmm(effects_of(Measure.PR, data, labels=("one", "two")))


def test_places_where_nobody_and_places_where_everybody_responds_are_refused():
    data = OneArm(np.array([0.0, 1e5, 0.0, 1e5]), np.array([1e5] * 4))
    with pytest.raises(InputRefused, match="beyond all bounds"):
        pool_glmm(effects_of(Measure.PR, data, labels=tuple("abcd")))


@pytest.mark.parametrize("model", list(TwoArms))
def test_turning_the_arms_round_turns_the_ratio_over(bcg, model):
    there = pool_glmm(effects_of(Measure.OR, bcg, labels=tuple("abcdefghijklm")), model=model)
    turned = Counts(bcg.events2, bcg.n2, bcg.events1, bcg.n1)
    back = pool_glmm(effects_of(Measure.OR, turned, labels=tuple("abcdefghijklm")), model=model)
    # With random baselines the arms are not alike: the baseline belongs to the control arm.
    within = 0.05 if model is TwoArms.UM_RS else 1e-6
    assert back.estimate == pytest.approx(-there.estimate, abs=within)
    assert back.se == pytest.approx(there.se, rel=within)


def test_proportions_are_pooled_as_log_odds():
    data = OneArm(np.array([4.0, 0.0, 1.0, 5.0, 3.0]), np.array([8.0, 10.0, 14.0, 8.0, 8.0]))
    found = pool_glmm(effects_of(Measure.PR, data, labels=tuple("abcde")))
    assert found.scale is Scale.LOGIT
    low, middle, high = (found.scale.back(x) for x in (found.ci[0], found.estimate, found.ci[1]))
    assert 0.0 < low < middle < high < 1.0


@pytest.mark.parametrize("events", [0, 8])
def test_nobody_or_everybody_leaves_no_finite_log_odds(events):
    data = OneArm(np.array([float(events)] * 3), np.array([8.0] * 3))
    with pytest.raises(InputRefused, match="one side"):
        pool_glmm(effects_of(Measure.PR, data, labels=tuple("abc")))


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=6),
    st.floats(-2, 2),
    st.floats(0.05, 3),
)
def test_the_derivatives_are_those_of_the_likelihood(rows, theta, tau):
    events = np.array(rows, dtype=np.float64)
    for logits in (
        two_arms(Counts(events[:, 0], np.full(len(rows), 10.0), events[:, 1], np.full(len(rows), 12.0))),
        conditional(Counts(events[:, 0], np.full(len(rows), 10.0), events[:, 1], np.full(len(rows), 12.0))),
    ):
        point, step = Point(theta, tau, np.full(len(rows), -0.3)), 1e-5
        here = slopes_at(logits, point)
        by_theta = [slopes_at(logits, Point(theta + d, tau, point.a)) for d in (step, -step)]
        by_tau = [slopes_at(logits, Point(theta, tau + d, point.a)) for d in (step, -step)]
        for axis, (up, down) in enumerate((by_theta, by_tau)):
            assert (up.value - down.value) / (2 * step) == pytest.approx(here.g[axis], abs=5e-4)
            assert (up.g - down.g) / (2 * step) == pytest.approx(here.h[axis], abs=5e-3)


def test_no_heterogeneity_is_the_ordinary_logistic_model():
    effects = odds((6, 20, 3, 25), (12, 40, 6, 50))
    logits = two_arms(effects.data)
    point, slopes = climb(logits, Point(0.0, 0.0, np.zeros(2)), tau_free=False)
    eta = np.stack([point.a + point.theta, point.a], axis=1)
    value = (logits.events * eta - logits.people * np.logaddexp(0.0, eta)).sum()
    assert slopes.value == pytest.approx(value, abs=1e-9)


def test_mantel_haenszel_and_peto_refuse_what_leaves_nothing():
    nothing = Counts(*(np.array([x]) for x in (0.0, 8.0, 0.0, 7.0)))
    for method in (mantel_haenszel, peto):
        with pytest.raises(InputRefused, match="Bayesian"):
            method(nothing)
