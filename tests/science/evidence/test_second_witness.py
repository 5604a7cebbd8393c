"""statsmodels computes the same pools from the same effects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.science.evidence import Measure, effects_given
from unloop.science.evidence.pooling import Adjustment, Method, influence, pool, pool_subgroups, regress

witness = pytest.importorskip("statsmodels.stats.meta_analysis")

effects = st.integers(2, 12).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-3, 3), min_size=k, max_size=k),
        st.lists(st.floats(0.01, 2), min_size=k, max_size=k),
    )
)


def ours(data, method, adjustment=Adjustment.NONE):
    labels = tuple(map(str, range(len(data[0]))))
    return pool(effects_given(Measure.MD, *data, labels=labels), method, adjustment=adjustment)


@settings(max_examples=50)
@given(effects)
def test_dersimonian_laird_and_the_common_effect_agree_with_statsmodels(data):
    with np.errstate(all="ignore"):  # it divides by a Q of 0
        theirs = witness.combine_effects(np.array(data[0]), np.array(data[1]), method_re="dl")
    assert ours(data, Method.FE).estimate == pytest.approx(theirs.mean_effect_fe, abs=1e-9)
    found = ours(data, Method.DL)
    tau2 = max(0.0, theirs.tau2)
    assert found.tau2 == pytest.approx(tau2, abs=1e-9)
    if theirs.tau2 > 0.0:
        assert found.estimate == pytest.approx(theirs.mean_effect_re, abs=1e-9)
        assert found.se == pytest.approx(theirs.sd_eff_w_re, abs=1e-9)
        assert ours(data, Method.DL, Adjustment.HKSJ).se == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-9)


def test_paule_mandel_agrees_with_statsmodels(risk_ratios):
    theirs = witness.combine_effects(risk_ratios.yi, risk_ratios.vi, method_re="iterated", atol=1e-14)
    found = pool(risk_ratios, Method.PM)
    assert found.tau2 == pytest.approx(theirs.tau2, abs=1e-6)
    assert found.estimate == pytest.approx(theirs.mean_effect_re, abs=1e-6)


def test_meta_regression_agrees_with_weighted_least_squares_at_its_tau2(risk_ratios, latitude):
    linear = pytest.importorskip("statsmodels.regression.linear_model")
    found = regress(risk_ratios, {"latitude": latitude})
    x = np.column_stack([np.ones_like(latitude), latitude])
    theirs = linear.WLS(risk_ratios.yi, x, weights=1.0 / (risk_ratios.vi + found.tau2)).fit()
    assert [one.estimate for one in found.coefficients] == pytest.approx(theirs.params.tolist(), abs=1e-9)
    errors = np.sqrt(np.diag(theirs.normalized_cov_params))
    assert [one.se for one in found.coefficients] == pytest.approx(errors.tolist(), abs=1e-9)


def test_leverage_and_what_is_left_without_a_study_agree_with_weighted_least_squares(risk_ratios):
    linear = pytest.importorskip("statsmodels.regression.linear_model")
    ours_found = influence(risk_ratios, Method.FE)
    theirs = linear.WLS(risk_ratios.yi, np.ones((13, 1)), weights=1.0 / risk_ratios.vi).fit()
    hat = np.diag(theirs.model.wexog @ theirs.model.pinv_wexog)
    assert ours_found.hat == pytest.approx(hat, abs=1e-9)
    moved = np.array([theirs.params[0] - one.estimate for one in ours_found.without])
    assert ours_found.cook == pytest.approx(moved**2 / theirs.normalized_cov_params[0, 0], rel=1e-9)


@settings(max_examples=50)
@given(effects)
def test_between_subgroups_stands_what_the_whole_has_and_the_parts_have_not(data):
    labels = tuple(map(str, range(len(data[0]))))
    whole = effects_given(Measure.MD, *data, labels=labels)
    parts = pool_subgroups(whole, ["even" if i % 2 else "odd" for i in range(whole.k)], Method.FE)
    within = sum(one.q for one in parts.pooled.values())
    assert parts.q_between == pytest.approx(pool(whole, Method.FE).q - within, abs=1e-7, rel=1e-9)
