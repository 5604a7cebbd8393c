"""The reference figures: metafor 3.8.1 on the thirteen BCG trials (log risk ratio), to the last printed digit.

Where metafor stops early (Paule-Mandel, Q-profile, moderators) ours goes on: the tolerance there is its stopping
threshold, and a law of its own shows that ours stands at the root.
"""

from __future__ import annotations

import numpy as np
import pytest

from unloop.science.evidence.pooling import (
    Adjustment,
    Method,
    TwoArms,
    asymmetry,
    mantel_haenszel,
    peto,
    pool,
    pool_glmm,
    regress,
)
from unloop.science.evidence.pooling.heterogeneity import q_profile
from unloop.science.evidence.pooling.laplace import _value
from unloop.science.evidence.pooling.numerics import chi2_with_above
from unloop.science.evidence.pooling.weighted import intercept_only, q_at


@pytest.mark.parametrize(
    ("method", "estimate", "se", "ci", "tau2", "i2", "within"),
    [
        (Method.FE, -0.430285, 0.040499, (-0.509661, -0.350909), 0.0, 92.1173, 1e-5),
        (Method.DL, -0.714117, 0.178742, (-1.064445, -0.363789), 0.308760, 92.1173, 1e-5),
        (Method.REML, -0.714532, 0.179782, (-1.066898, -0.362167), 0.313243, 92.2214, 1e-5),
        (Method.PM, -0.714970, 0.180898, (-1.069524, -0.360417), 0.318094, 92.3309, 1e-4),
    ],
)
def test_every_estimator_of_heterogeneity_gives_the_reference(
    risk_ratios, method, estimate, se, ci, tau2, i2, within
):
    found = pool(risk_ratios, method)
    assert (found.estimate, found.se, *found.ci, found.tau2) == pytest.approx(
        (estimate, se, *ci, tau2), abs=within
    )
    assert found.i2 == pytest.approx(i2, abs=10 * within)


@pytest.mark.parametrize(
    ("method", "estimate", "se", "ci", "prediction", "within"),
    [
        (Method.DL, -0.714117, 0.180697, (-1.107821, -0.320413), (-1.987207, 0.558973), 1e-5),
        (Method.REML, -0.714532, 0.180792, (-1.108444, -0.320621), (-1.996017, 0.566952), 1e-5),
        (Method.PM, -0.714970, 0.180893, (-1.109102, -0.320839), (-2.005475, 0.575534), 1e-4),
    ],
)
def test_hartung_knapp_gives_the_reference(risk_ratios, method, estimate, se, ci, prediction, within):
    found = pool(risk_ratios, method, adjustment=Adjustment.HKSJ)
    wanted = (estimate, se, *ci, *prediction)
    assert (found.estimate, found.se, *found.ci, *found.prediction_interval) == pytest.approx(
        wanted, abs=within
    )


def test_q_the_prediction_interval_and_the_error_of_tau2_give_the_reference(risk_ratios):
    found = pool(risk_ratios, Method.REML)
    assert found.q == pytest.approx(152.233008, abs=1e-5)
    assert found.q_degrees == 12
    assert found.prediction_interval == pytest.approx((-1.866692, 0.437628), abs=1e-5)
    assert found.tau2_se == pytest.approx(0.166426, abs=1e-5)


def test_the_interval_of_tau2_gives_the_reference_and_stands_where_q_is_its_quantile(risk_ratios):
    studies = intercept_only(risk_ratios.yi, risk_ratios.vi)
    low, high = q_profile(studies, level=0.95)
    assert (low, high) == pytest.approx((0.119695, 1.111486), abs=5e-5)
    assert q_at(studies, low) == pytest.approx(chi2_with_above(0.025, 12), rel=1e-12)
    assert q_at(studies, high) == pytest.approx(chi2_with_above(0.975, 12), rel=1e-12)


def test_paule_mandel_stands_where_q_equals_its_degrees_of_freedom(risk_ratios):
    """statsmodels gives 0.318068 too; metafor stops at 0.318094."""
    found = pool(risk_ratios, Method.PM)
    assert found.tau2 == pytest.approx(0.318068, abs=1e-6)
    assert q_at(intercept_only(risk_ratios.yi, risk_ratios.vi), found.tau2) == pytest.approx(12.0, rel=1e-12)


def test_the_regression_on_latitude_gives_the_reference(risk_ratios, latitude):
    found = regress(risk_ratios, {"latitude": latitude})
    intercept, slope = found.coefficients
    assert (intercept.estimate, slope.estimate, slope.se) == pytest.approx(
        (0.251464, -0.029102, 0.007196), abs=1e-5
    )
    assert found.qe == pytest.approx(30.7331, abs=1e-4)
    assert found.tau2 == pytest.approx(0.076355, abs=1e-5)
    assert found.qm == pytest.approx(16.3571, rel=1e-4)
    assert found.r2 == pytest.approx(75.62, abs=0.01)


def test_the_tests_of_asymmetry_give_the_reference(risk_ratios):
    found = asymmetry(risk_ratios)
    assert found.egger_z == pytest.approx(-0.8033, abs=5e-5)
    assert found.rank_tau == pytest.approx(0.0256, abs=5e-5)
    assert found.filled == 1
    assert found.with_filled.estimate == pytest.approx(-0.6571, abs=5e-5)


@pytest.mark.parametrize(
    ("model", "estimate", "se", "tau2"),
    [(TwoArms.UM_FS, -0.745013, 0.175566, 0.294894), (TwoArms.CM_AL, -0.722117, 0.174402, 0.288710)],
)
def test_the_binomial_normal_models_give_the_reference(odds_ratios, model, estimate, se, tau2):
    found = pool_glmm(odds_ratios, model=model)
    assert (found.estimate, found.se, found.tau2) == pytest.approx((estimate, se, tau2), abs=5e-5)


def test_random_baselines_give_the_reference_within_its_stopping_threshold_and_a_higher_likelihood(
    odds_ratios, bcg
):
    """metafor hands this one to lme4, which stops before the top: ours is higher by 7e-8."""
    found = pool_glmm(odds_ratios, model=TwoArms.UM_RS)
    assert (found.estimate, found.se, found.tau2) == pytest.approx((-0.761584, 0.181465, 0.319836), abs=1e-3)
    events, people = np.stack([bcg.events1, bcg.events2], 1), np.stack([bcg.n1, bcg.n2], 1)
    rest = (-4.112814, 1.364396)
    theirs = _value(events, people, np.array([rest[0], -0.761584, rest[1], 0.319836**0.5]))
    ours = _value(events, people, np.array([rest[0], found.estimate, rest[1], found.tau2**0.5]))
    assert ours > theirs


def test_mantel_haenszel_and_peto_give_the_reference(bcg):
    assert (mantel_haenszel(bcg).estimate, mantel_haenszel(bcg).se) == pytest.approx(
        (-0.473411, 0.041008), abs=1e-6
    )
    assert (peto(bcg).estimate, peto(bcg).se) == pytest.approx((-0.474446, 0.040659), abs=1e-6)
