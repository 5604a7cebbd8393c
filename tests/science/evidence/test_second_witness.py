"""statsmodels computes the same pools from the same effects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.science.evidence import Measure, effects_given
from unloop.science.evidence.pooling import Adjustment, Method, pool

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
