"""What stands around a pooled number: moderators, subgroups, influence, asymmetry, proportions that differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import Measure, OneArm, effects_given
from unloop.science.evidence.pooling import (
    Adjustment,
    Asymmetry,
    Method,
    NotAssessable,
    asymmetry,
    beta_binomial,
    further_place,
    influence,
    pool,
    pool_subgroups,
    regress,
)


def given_effects(y, v):
    return effects_given(Measure.MD, y, v, labels=tuple(f"study {i}" for i in range(len(y))))


# --- Moderators --------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.lists(st.floats(0.05, 2), min_size=4, max_size=9), st.floats(-3, 3), st.floats(-3, 3))
def test_effects_on_a_line_are_explained_without_rest(variances, intercept, slope):
    x = np.arange(len(variances), dtype=np.float64)
    found = regress(given_effects(intercept + slope * x, variances), {"x": x})
    assert [line.estimate for line in found.coefficients] == pytest.approx([intercept, slope], abs=1e-6)
    assert found.tau2 == pytest.approx(0.0, abs=1e-9)


def test_hartung_knapp_judges_moderators_by_f(risk_ratios, latitude):
    plain = regress(risk_ratios, {"latitude": latitude})
    hksj = regress(risk_ratios, {"latitude": latitude}, adjustment=Adjustment.HKSJ)
    assert hksj.coefficients[1].estimate == plain.coefficients[1].estimate
    assert hksj.qm_p > plain.qm_p
    assert hksj.qm_p == pytest.approx(hksj.coefficients[1].p, rel=1e-6)  # one moderator: F is t squared


def test_a_moderator_of_nothing_explains_nothing():
    found = regress(given_effects([1.0, 1.0, 1.0, 1.0], [1.0] * 4), {"x": [1.0, 2.0, 3.0, 5.0]})
    assert found.r2 is None
    assert found.qm == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "moderators",
    [{}, {"x": [1.0, 2.0]}, {"x": [1.0] * 4}, {"x": [1.0, 2.0, 3.0, float("nan")]},
     {"x": [1.0, 2.0, 3.0, 4.0], "twice": [2.0, 4.0, 6.0, 8.0]},
     {"x": [1.0, 2.0, 3.0, 5.0], "y": [1.0, 0.0, 3.0, 1.0], "z": [0.0, 0.0, 1.0, 0.0]}, {"x": [0.0] * 4}],
)  # fmt: skip
def test_moderators_that_cannot_be_told_apart_are_refused(moderators):
    with pytest.raises(InputRefused) as refused:
        regress(given_effects([1.0, 2.0, 1.5, 0.0], [1.0] * 4), moderators)
    assert refused.value.where == "moderators"


# --- Subgroups ---------------------------------------------------------------------------------------------


def test_subgroups_are_pooled_by_themselves_and_compared(risk_ratios, latitude):
    groups = ["near the equator" if degrees < 30 else "far" for degrees in latitude]
    found = pool_subgroups(risk_ratios, groups)
    assert list(found.pooled) == ["far", "near the equator"]
    assert sum(one.k for one in found.pooled.values()) == 13
    assert found.q_degrees == 1
    assert found.q_p == pytest.approx(0.060, abs=1e-3)


def test_one_subgroup_is_the_whole(risk_ratios):
    found = pool_subgroups(risk_ratios, ["all"] * 13)
    assert found.pooled["all"].estimate == pool(risk_ratios).estimate
    assert found.q_p is None


def test_every_study_needs_a_group(risk_ratios):
    with pytest.raises(InputRefused, match="one group for each study"):
        pool_subgroups(risk_ratios, ["all"])


def test_a_subgroup_without_spread_is_refused_under_hartung_knapp():
    with pytest.raises(InputRefused, match="modified"):
        pool_subgroups(
            given_effects([1.0, 1.0, 2.0, 3.0], [1.0] * 4), ["a", "a", "b", "b"], adjustment=Adjustment.HKSJ
        )


# --- Influence ---------------------------------------------------------------------------------------------


def test_leaving_a_study_out_is_pooling_the_others(risk_ratios):
    found = influence(risk_ratios)
    others = given_effects(risk_ratios.yi[1:], risk_ratios.vi[1:])
    assert found.without[0].estimate == pytest.approx(pool(others).estimate, rel=1e-12)
    assert [one.k for one in found.without] == [12] * 13
    assert found.hat == pytest.approx(pool(risk_ratios).weights / 100)
    assert found.hat.sum() == pytest.approx(1.0)


def test_the_study_that_stands_apart_has_the_largest_distance():
    found = influence(given_effects([0.1, 0.0, -0.1, 0.05, 5.0], [0.1, 0.1, 0.1, 0.1, 0.1]), Method.DL)
    assert int(np.argmax(found.cook)) == 4
    assert found.deleted_residual[4] > 5.0


def test_two_studies_cannot_be_left_out_in_turn():
    with pytest.raises(InputRefused, match="three or more"):
        influence(given_effects([1.0, 2.0], [1.0, 1.0]))


# --- Asymmetry ---------------------------------------------------------------------------------------------


def test_below_ten_studies_asymmetry_is_not_assessable():
    found = asymmetry(given_effects(range(9), np.linspace(0.1, 2.0, 9)))
    assert found == NotAssessable("not assessable: 9 studies, fewer than 10")


def test_studies_of_one_size_show_no_funnel():
    assert isinstance(asymmetry(given_effects(range(12), [1.0] * 12)), NotAssessable)


def test_a_mirrored_funnel_is_mirrored_in_its_tests(risk_ratios):
    here, there = asymmetry(risk_ratios), asymmetry(given_effects(-risk_ratios.yi, risk_ratios.vi))
    assert there.egger_z == pytest.approx(-here.egger_z)
    assert there.rank_tau == pytest.approx(-here.rank_tau)
    assert there.with_filled.estimate == pytest.approx(-here.with_filled.estimate)


@settings(max_examples=40)
@given(
    st.integers(10, 25).flatmap(
        lambda k: st.tuples(
            st.lists(st.floats(-5, 5), min_size=k, max_size=k),
            st.lists(st.floats(0.01, 4), min_size=k, max_size=k),
        )
    )
)
def test_trimming_and_filling_ends_and_adds_fewer_than_there_are(drawn):
    found = asymmetry(given_effects(*drawn))
    if isinstance(found, Asymmetry):
        assert 0 <= found.filled < len(drawn[0])
        assert np.isfinite(found.with_filled.estimate)


# --- Proportions that differ -------------------------------------------------------------------------------


def test_the_five_ketamine_samples_leave_a_new_clinic_between_4_and_61_percent():
    """4/8, 0/10, 1/14, 5/8 and 3/8: mean 29%, rho 0.22, 80% prediction interval 4% to 61%, chi2 14.2, p 0.007."""
    found = beta_binomial(OneArm(np.array([4.0, 0.0, 1.0, 5.0, 3.0]), np.array([8.0, 10.0, 14.0, 8.0, 8.0])))
    assert (found.mean, found.rho) == pytest.approx((0.29, 0.22), abs=0.005)
    assert found.prediction == pytest.approx((0.04, 0.61), abs=0.005)
    assert found.chi2 == pytest.approx(14.2, abs=0.05)
    assert found.chi2_p == pytest.approx(0.007, abs=5e-4)


def test_samples_that_agree_leave_no_correlation():
    found = beta_binomial(OneArm(np.array([20.0, 40.0, 10.0]), np.array([100.0, 200.0, 50.0])))
    assert found.mean == pytest.approx(0.2, abs=1e-3)
    assert found.rho < 1e-4


def test_samples_that_agree_leave_a_further_place_room_all_the_same():
    """With 4/8, 0/10, 1/14, 5/8, 3/8 and four of 9/30 and 5/20, likelihood alone says 28% to 28%."""
    events, people = [4.0, 0, 1, 5, 3, 9, 9, 9, 5, 5], [8.0, 10, 14, 8, 8, 30, 30, 30, 20, 20]
    data = OneArm(np.array(events), np.array(people))
    low, high = beta_binomial(data).prediction
    assert high - low < 0.002
    assert further_place(data) == pytest.approx((0.167, 0.413), abs=5e-4)


def test_what_keeps_places_apart_fades_as_samples_come_in():
    few, many = (further_place(OneArm(np.full(k, 5.0), np.full(k, 20.0))) for k in (3, 60))
    assert few[1] - few[0] > 4 * (many[1] - many[0]) > 0.0


@settings(max_examples=15)
@given(
    st.lists(
        st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8
    )
)
def test_any_counts_leave_a_prediction_between_nobody_and_everybody(rows):
    data = OneArm(*(np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)))
    found = beta_binomial(data)
    assert 0.0 <= found.prediction[0] <= found.prediction[1] <= 1.0
    assert 0.0 <= found.rho <= 1.0
    low, high = further_place(data)
    assert 0.0 <= low <= high <= 1.0
    assert low < high or data.events.sum() in {0.0, data.n.sum()}
