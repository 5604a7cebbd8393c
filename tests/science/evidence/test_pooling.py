"""Laws of pooling, and what is said beside a pooled number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import Effects, Measure, effects_given
from unloop.science.evidence.pooling import Adjustment, Method, Scale, pool
from unloop.science.evidence.pooling.heterogeneity import reml
from unloop.science.evidence.pooling.weighted import intercept_only, restricted_log_likelihood

methods = st.sampled_from(list(Method))
data = st.integers(2, 10).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-5, 5), min_size=k, max_size=k),
        st.lists(st.floats(0.01, 4), min_size=k, max_size=k),
    )
)


def given_effects(y, v, measure=Measure.MD) -> Effects:
    return effects_given(measure, y, v, labels=tuple(f"study {i}" for i in range(len(y))))


@given(data, methods, st.floats(-100, 100))
def test_moving_every_effect_moves_the_pool_and_nothing_else(drawn, method, by):
    y, v = np.array(drawn[0]), drawn[1]
    here, there = pool(given_effects(y, v), method), pool(given_effects(y + by, v), method)
    assert there.estimate == pytest.approx(here.estimate + by, abs=1e-6)
    assert there.tau2 == pytest.approx(here.tau2, abs=1e-5)


@given(data, methods, st.floats(0.01, 100))
def test_another_unit_of_measurement_changes_the_numbers_and_not_the_verdict(drawn, method, factor):
    y, v = np.array(drawn[0]), np.array(drawn[1])
    here, there = pool(given_effects(y, v), method), pool(given_effects(factor * y, factor**2 * v), method)
    assert there.estimate == pytest.approx(factor * here.estimate, rel=1e-4, abs=1e-5 * factor)
    assert there.p == pytest.approx(here.p, abs=1e-4)


@given(data, methods, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(drawn, method, shuffler):
    rows = list(zip(*drawn, strict=True))
    shuffler.shuffle(rows)
    here = pool(given_effects(*drawn), method)
    there = pool(given_effects(*zip(*rows, strict=True)), method)
    assert (there.estimate, there.tau2) == pytest.approx((here.estimate, here.tau2), abs=1e-7)


@given(data, methods)
def test_weights_are_percent_and_the_pool_lies_among_its_studies(drawn, method):
    found = pool(given_effects(*drawn), method)
    assert found.weights.sum() == pytest.approx(100.0)
    assert min(drawn[0]) - 1e-9 <= found.estimate <= max(drawn[0]) + 1e-9
    assert found.ci[0] <= found.estimate <= found.ci[1]


@given(data, methods)
def test_the_modified_hartung_knapp_is_never_narrower_than_without_it(drawn, method):
    effects = given_effects(*drawn)
    plain = pool(effects, method)
    modified = pool(effects, method, adjustment=Adjustment.HKSJ_MODIFIED)
    assert modified.se >= plain.se * (1 - 1e-12)
    assert modified.ci[1] - modified.ci[0] >= plain.ci[1] - plain.ci[0]


@given(data, st.sampled_from([Method.DL, Method.PM, Method.REML]))
def test_a_prediction_interval_is_never_narrower_than_the_interval_of_the_mean(drawn, method):
    found = pool(given_effects(*drawn), method)
    low, high = found.prediction_interval
    assert low <= found.ci[0]
    assert high >= found.ci[1]


@settings(max_examples=60)
@given(data)
def test_no_other_tau2_is_likelier_than_the_one_that_reml_finds(drawn):
    studies = intercept_only(np.array(drawn[0]), np.array(drawn[1]))
    top = reml(studies)
    best = restricted_log_likelihood(studies, top)
    around = [0.0, *(top * factor for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2.0))]
    assert all(restricted_log_likelihood(studies, tau2) <= best + 1e-9 for tau2 in around)


@given(data)
def test_studies_that_agree_show_no_heterogeneity(drawn):
    found = pool(given_effects([1.0] * len(drawn[1]), drawn[1]), Method.REML)
    assert (found.tau2, found.i2) == (0.0, 0.0)
    assert found.q_p == pytest.approx(1.0)


@given(data)
def test_the_interval_of_tau2_widens_with_its_level(drawn):
    effects = given_effects(*drawn)
    usual, wide = pool(effects).tau2_ci, pool(effects, level=0.99).tau2_ci
    assert wide[0] <= usual[0]
    assert wide[1] >= usual[1]


def test_one_study_is_itself_and_shows_no_heterogeneity():
    found = pool(given_effects([0.4], [0.09]))
    assert found.estimate == pytest.approx(0.4)
    assert found.se == pytest.approx(0.3)
    assert found.tau2 is found.i2 is found.tau2_ci is found.prediction_interval is None
    assert "nothing is pooled" in " ".join(found.notes)


@pytest.mark.parametrize("adjustment", [Adjustment.HKSJ, Adjustment.HKSJ_MODIFIED])
def test_one_study_has_no_spread_for_hartung_and_knapp(adjustment):
    with pytest.raises(InputRefused, match="one study has no spread"):
        pool(given_effects([0.4], [0.09]), adjustment=adjustment)


def test_few_studies_are_sent_to_the_bayesian_result():
    notes = " ".join(pool(given_effects([0.1, 0.5, 0.3, 0.4], [0.1] * 4)).notes)
    assert "4 studies are too few" in notes
    assert pool(given_effects([0.1, 0.5, 0.3, 0.4, 0.2], [0.1] * 5)).notes == ()


def test_a_hartung_knapp_that_is_too_sure_says_so(four_tiny_trials):
    """Four tiny trials: SE 0.413 with it, 0.797 without; the modified one keeps the wider."""
    plain, hksj, modified = (
        pool(four_tiny_trials, Method.DL, adjustment=one)
        for one in (Adjustment.NONE, Adjustment.HKSJ, Adjustment.HKSJ_MODIFIED)
    )
    assert (hksj.se, plain.se, modified.se) == pytest.approx((0.413, 0.797, 0.797), abs=1e-3)
    assert "take the modified one" in " ".join(hksj.notes)


def test_the_first_three_trials_need_the_modified_method(risk_ratios):
    first = given_effects(risk_ratios.yi[:3], risk_ratios.vi[:3], Measure.RR)
    hksj = pool(first, Method.DL, adjustment=Adjustment.HKSJ)
    modified = pool(first, Method.DL, adjustment=Adjustment.HKSJ_MODIFIED)
    assert hksj.ci == pytest.approx((-2.232, -0.429), abs=2e-3)
    assert modified.ci == pytest.approx((-2.651, -0.010), abs=2e-3)


def test_filled_cells_and_repeated_studies_are_named(four_tiny_trials):
    assert "half a patient was added to the cells of one, no event, four" in " ".join(
        pool(four_tiny_trials).notes
    )
    twice = effects_given(Measure.MD, [1.0] * 5, [1.0] * 5, labels=("a", "b", "c", "d", "a"))
    assert "stands more than once" in " ".join(pool(twice).notes)


@given(data)
def test_a_level_between_nothing_and_everything_orders_the_intervals(drawn):
    assume(len(drawn[0]) > 2)
    effects = given_effects(*drawn)
    widths = [
        math.dist(*[(end,) for end in pool(effects, level=level).ci]) for level in (0.5, 0.8, 0.95, 0.999)
    ]
    assert widths == sorted(widths)


@given(st.floats(-1000, 1000))
def test_every_scale_comes_back_to_a_finite_number(value):
    assert Scale.AS_IT_IS.back(value) == value
    assert 0.0 <= Scale.LOG.back(value) < math.inf
    assert 0.0 <= Scale.LOGIT.back(value) <= 1.0
