"""Random studies through every method: an answer in finite numbers, or a refusal in words; never anything else.

Two hundred examples on every day, 10,000 in a long campaign, any number by UNLOOP_EXAMPLES (docs/campaigns.md).
"""

from __future__ import annotations

import math
import os
from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import LONG
from unloop.quantity import InputRefused
from unloop.science.evidence import Counts, Means, Measure, OneArm, effects_given, effects_of
from unloop.science.evidence.pooling import (
    Adjustment,
    Method,
    TwoArms,
    asymmetry,
    influence,
    pool,
    pool_bayes,
    pool_glmm,
)

EXAMPLES = int(os.environ.get("UNLOOP_EXAMPLES", "10000" if LONG else "200"))

people = st.integers(1, 40) | st.integers(1, 100_000)
several = st.integers(2, 40) | st.integers(2, 100_000)
arm = people.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
mean = st.floats(-1e4, 1e4)
sd = st.floats(1e-2, 1e4)


def studies_of(kind, columns):
    return st.lists(columns, min_size=1, max_size=12).map(
        lambda rows: kind(*(np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)))
    )


two_arms = studies_of(Counts, st.tuples(arm, arm).map(lambda pair: (*pair[0], *pair[1])))
one_arm = studies_of(OneArm, arm)
two_means = studies_of(Means, st.tuples(several, mean, sd, several, mean, sd))
cases = (
    st.tuples(st.sampled_from([Measure.OR, Measure.RR, Measure.RD]), two_arms)
    | st.tuples(st.just(Measure.PR), one_arm)
    | st.tuples(st.sampled_from([Measure.MD, Measure.SMD]), two_means)
).map(lambda case: effects_of(case[0], case[1], labels=tuple(f"study {i}" for i in range(_k(case[1])))))
given_numbers = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(1e-9, 1e9)), min_size=1, max_size=12).map(
    lambda rows: effects_given(
        Measure.SMD, *zip(*rows, strict=True), labels=tuple(f"study {i}" for i in range(len(rows)))
    )
)


def _k(data):
    return getattr(data, fields(data)[0].name).size


def check(found):
    numbers = [found.estimate, found.se, *found.ci, found.q or 0.0, *found.weights]
    numbers += [
        found.tau2 or 0.0,
        found.i2 or 0.0,
        *(found.tau2_ci or ()),
        *(found.prediction_interval or ()),
    ]
    numbers += [found.p or 0.0, found.q_p or 0.0, found.tau2_se or 0.0, found.scale.back(found.estimate)]
    assert all(math.isfinite(number) for number in numbers)
    assert found.ci[0] <= found.estimate <= found.ci[1]
    assert found.se >= 0.0
    assert (found.tau2 or 0.0) >= 0.0
    assert 0.0 <= (found.i2 or 0.0) <= 100.0
    assert 0.0 <= (found.p or 0.0) <= 1.0
    if found.prediction_interval:
        assert found.prediction_interval[0] <= found.prediction_interval[1]
    if found.tau2_ci:
        assert found.tau2_ci[0] <= found.tau2_ci[1]
    if found.weights.size:
        assert math.isclose(found.weights.sum(), 100.0, rel_tol=1e-9)


@settings(max_examples=EXAMPLES)
@given(cases | given_numbers)
def test_every_method_answers_every_data_set_in_finite_numbers(effects):
    for method in Method:
        for adjustment in Adjustment:
            if effects.k > 1 or adjustment is Adjustment.NONE:
                check(pool(effects, method, adjustment=adjustment))


@settings(max_examples=EXAMPLES)
@given(cases | given_numbers, st.floats(0.01, 10))
def test_the_posterior_is_finite_on_every_data_set(effects, scale):
    check(pool_bayes(effects, prior_scale=scale))


def check_answered_or_refused(effects, **how):
    try:
        found = pool_glmm(effects, **how)
    except InputRefused as refused:
        given_for = refused.given
    else:
        check(found)
        return
    assert given_for == "glmm"


@settings(max_examples=EXAMPLES)
@given(two_arms, st.sampled_from([TwoArms.UM_FS, TwoArms.CM_AL]))
def test_the_binomial_normal_model_of_two_arms_answers_or_refuses(counts, model):
    labels = tuple(f"study {i}" for i in range(counts.n1.size))
    check_answered_or_refused(effects_of(Measure.OR, counts, labels=labels), model=model)


@settings(max_examples=EXAMPLES)
@given(one_arm)
def test_the_binomial_normal_model_of_one_arm_answers_or_refuses(data):
    labels = tuple(f"study {i}" for i in range(data.n.size))
    check_answered_or_refused(effects_of(Measure.PR, data, labels=labels))


@settings(max_examples=max(EXAMPLES // 10, 20))
@given(cases | given_numbers, st.sampled_from(list(Method)))
def test_influence_and_asymmetry_are_finite_where_they_are_given(effects, method):
    if effects.k >= 3:
        found = influence(effects, method)
        assert np.isfinite(found.hat).all()
        assert np.isfinite(found.cook).all()
        assert np.isfinite(found.deleted_residual).all()
    asymmetry(effects, method)
