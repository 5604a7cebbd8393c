"""The two engines agree, and their gradients are the derivatives of the objective."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measured import MADE_UP_PRIOR, OTTO, PLAN, RACEMATE, level
from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    concentrations_ng_per_ml,
    mammillary,
)
from unloop.science.pharmacokinetics.fit import plain
from unloop.science.pharmacokinetics.fit.case import Case, graph_of, inputs_of, system
from unloop.science.pharmacokinetics.fit.engine import PLAIN, compiled

COURSE = Schedule(
    (Infusion(0.0, 20.0, rate_mg_per_min=0.9), Infusion(30.0, 50.0, rate_mg_per_min=0.5)), (Bolus(10.0, 5.0),)
)
MINUTES = (5.0, 10.0, 25.0, 40.0, 51.0, 120.0, 1440.0)
PRIORS = {"otto": OTTO, "made-up": MADE_UP_PRIOR, "racemate": RACEMATE}
ENGINES = {"plain": PLAIN, "compiled": compiled()}
each_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
each_prior = pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)


def case_of(prior, *, below=False):
    levels = [level(m, 60.0 / (1 + m / 60), analyte=prior.analyte) for m in MINUTES[:-1]]
    last = level(MINUTES[-1], 1.5, analyte=prior.analyte, below=below)
    return prior.case(COURSE, [*levels, last])


def by_differences(engine, case, eta, *, step=2e-3):
    """Six points, so that the error is of sixth order."""
    slopes = []
    for p in range(eta.size):
        shifts = np.zeros((6, eta.size))
        shifts[:, p] = np.array([-3, -2, -1, 1, 2, 3]) * step
        slopes.append(engine.values(case, eta + shifts) @ np.array([-1, 9, -45, 45, -9, 1]) / (60 * step))
    return np.array(slopes)


@each_engine
@each_prior
@pytest.mark.parametrize("below", [False, True], ids=["measured", "below the limit"])
def test_the_gradient_is_the_derivative_of_the_objective(engine, prior, below):
    case = case_of(prior, below=below)
    for eta in np.random.default_rng(4).standard_normal((3, len(prior.names))) * 0.4:
        value, gradient = engine.gradients(case, eta[None])
        assert value[0] == pytest.approx(engine.values(case, eta[None])[0], rel=1e-12)
        np.testing.assert_allclose(gradient[0], by_differences(engine, case, eta), rtol=1e-7, atol=1e-6)


@each_prior
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_the_engines_agree(prior, seed, below):
    case = case_of(prior, below=below)
    etas = np.random.default_rng(seed).standard_normal((3, len(prior.names))) * 0.5
    np.testing.assert_allclose(compiled().predict(case, etas), PLAIN.predict(case, etas), rtol=1e-10)
    np.testing.assert_allclose(compiled().values(case, etas), PLAIN.values(case, etas), rtol=1e-10)
    np.testing.assert_allclose(
        compiled().gradients(case, etas)[1], PLAIN.gradients(case, etas)[1], rtol=1e-6, atol=1e-7
    )


@each_prior
def test_a_prediction_is_what_the_library_predicts(prior):
    eta = np.linspace(-0.3, 0.4, len(prior.names))
    asked = prior.asked(COURSE, np.array(MINUTES), analyte=prior.analyte)
    parameters = {name: float(value) for name, value in prior.people(eta).items()}
    expected = sum(
        part.share * concentrations_ng_per_ml(prior.model.graph(parameters, part), COURSE, MINUTES)
        for part in prior.model.parts_of(prior.drug)
    )
    np.testing.assert_allclose(compiled().predict(asked, eta[None])[0], expected, rtol=1e-11)


@pytest.mark.parametrize("apart", [0.0, 1e-12, 1e-9, 1e-6, 1e-4, 1e-2], ids=str)
def test_rates_that_tie_or_nearly_do_keep_their_gradient(apart):
    # Two peripheral compartments alike: one mode never sees blood, and its rate meets another's.
    typical = {"CL": 60.0, "V1": 60.0, "Q2": 50.0, "V2": 50.0, "Q3": 50.0, "V3": 50.0 * (1 + apart)}
    names = ("CL", "V2", "V3")

    def build(parameters):
        return mammillary(
            clearance_l_per_h=parameters["CL"],
            volumes_l=[parameters["V1"], parameters["V2"], parameters["V3"]],
            exchanges_l_per_h=[parameters["Q2"], parameters["Q3"]],
        )

    found = system(build, parameters=typical, varying=names, observed=0, share=1.0)
    case = bare_case(found, np.eye(3))
    slopes = compiled().gradients(case, np.zeros((1, 3)))[1]
    np.testing.assert_allclose(slopes, PLAIN.gradients(case, np.zeros((1, 3)))[1], rtol=1e-8, atol=1e-10)


def bare_case(found, precision):
    minutes = np.array([30.0, 200.0])
    return Case(
        typical=found.typical[None],
        exponents=found.exponents[None],
        observed=np.array([found.observed]),
        inputs=inputs_of(PLAN),
        times_min=minutes,
        weights=np.ones((2, 1)),
        levels_ng_per_ml=np.array([200.0, 20.0]),
        below=np.zeros(2, dtype=bool),
        proportional=np.full(2, 0.1),
        additive=np.full(2, 1.0),
        precision=precision,
    )


def chain(parameters):
    """A parent of two compartments and a metabolite formed from it: flows one way."""
    flows = np.zeros((3, 3))
    flows[0, 1] = flows[1, 0] = parameters["Q"]
    flows[2, 0] = 0.8 * parameters["CL"]
    return CompartmentGraph(
        volumes_l=np.array([parameters["V1"], parameters["V2"], parameters["VM"]]),
        flows_l_per_h=flows,
        clearances_l_per_h=np.array([0.2 * parameters["CL"], 0.0, parameters["CLM"]]),
    )


def test_a_metabolite_formed_one_way_has_exact_gradients_too():
    typical = {"CL": 80.0, "V1": 50.0, "V2": 90.0, "Q": 70.0, "VM": 100.0, "CLM": 60.0}
    found = system(chain, parameters=typical, varying=("CL", "CLM", "VM", "V2"), observed=2, share=1.0)
    case = bare_case(found, np.eye(4))
    eta = np.array([0.2, -0.1, 0.3, -0.2])
    _, gradient = PLAIN.gradients(case, eta[None])
    np.testing.assert_allclose(gradient[0], by_differences(PLAIN, case, eta), rtol=1e-7)


def test_of_a_parent_only_what_leads_to_its_blood_is_solved():
    typical = {"CL": 80.0, "V1": 50.0, "V2": 90.0, "Q": 70.0, "VM": 100.0, "CLM": 60.0}
    found = system(chain, parameters=typical, varying=("CL", "CLM"), observed=0, share=1.0)
    assert found.n == 2
    assert graph_of(found.typical, found.exponents, np.zeros(2)).clearances_l_per_h.sum() == pytest.approx(
        80.0
    )
    assert not np.any(found.exponents[:, 1])


def test_empty_compartments_change_nothing():
    typical = {"CL": 80.0, "V1": 50.0, "V2": 90.0, "Q": 70.0, "VM": 100.0, "CLM": 60.0}
    found = system(chain, parameters=typical, varying=("CL", "V2"), observed=0, share=1.0)
    eta = np.array([[0.2, -0.3]])
    small, large = bare_case(found, np.eye(2)), bare_case(found.padded(4), np.eye(2))
    for engine in ENGINES.values():
        np.testing.assert_allclose(engine.predict(large, eta), engine.predict(small, eta), rtol=1e-12)
        np.testing.assert_allclose(
            engine.gradients(large, eta)[1], engine.gradients(small, eta)[1], rtol=1e-9
        )


def test_flows_that_are_no_powers_of_the_parameters_are_refused():
    def build(parameters):
        return mammillary(clearance_l_per_h=parameters["CL"] + 5.0, volumes_l=[30.0], exchanges_l_per_h=[])

    with pytest.raises(ValueError, match="sum"):
        system(build, parameters={"CL": 60.0}, varying=("CL",), observed=0, share=1.0)


@pytest.mark.parametrize("far", [-5.0, -25.0, -29.9, -30.1, -60.0, -500.0, 3.0])
def test_the_chance_of_a_reading_below_the_limit_holds_far_out_in_the_tail(far):
    # A prediction 100 ng/mL and a limit `far` standard deviations from it, residual 1 ng/mL.
    one = system(
        lambda p: mammillary(clearance_l_per_h=p["CL"], volumes_l=[60.0], exchanges_l_per_h=[]),
        parameters={"CL": 60.0},
        varying=("CL",),
        observed=0,
        share=1.0,
    )
    case = bare_case(one, np.eye(1))
    predicted = PLAIN.predict(case, np.zeros((1, 1)))[0]
    case = case._replace(
        levels_ng_per_ml=predicted + far, below=np.ones(2, dtype=bool), proportional=np.zeros(2)
    )
    here = np.zeros((1, 1))
    for ours, theirs in zip(compiled().gradients(case, here), PLAIN.gradients(case, here), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_the_schedule_of_a_case_is_the_schedule_that_it_was_made_of():
    assert plain.schedule_of(case_of(OTTO)) == COURSE
