"""The most probable person: laws of the maximum, of its errors, and of what may not matter to it."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measured import MADE_UP_PRIOR, OTTO, PLAN, RACEMATE, level, simulated
from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    Analyte,
    Bolus,
    Drug,
    Infusion,
    Schedule,
    Site,
    model,
    model_ids,
)
from unloop.science.pharmacokinetics.fit import Level, Residual, estimate, fit, prior_of
from unloop.science.pharmacokinetics.fit.estimate import LARGEST_GRADIENT

PRIORS = {"otto": OTTO, "made-up": MADE_UP_PRIOR, "racemate": RACEMATE}
each_prior = pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)


@each_prior
@pytest.mark.parametrize("engine", ["plain", "compiled"])
def test_no_levels_give_the_typical_person_and_the_spread_between_people(prior, engine):
    found = fit(prior, PLAN, [], engine=engine)
    np.testing.assert_allclose(found.eta, 0.0, atol=1e-9)
    np.testing.assert_allclose(found.covariance, prior.covariance, rtol=1e-6, atol=1e-9)
    assert found.parameters == pytest.approx(prior.model.typical(70.0))
    assert found.shrinkage == pytest.approx(dict.fromkeys(prior.names, 1.0), rel=1e-6)
    assert found.objective == pytest.approx(0.0, abs=1e-12)


@each_prior
@pytest.mark.parametrize("seed", range(4))
def test_the_engines_find_the_same_person(prior, seed):
    _, levels = simulated(prior, seed=seed)
    one, other = (fit(prior, PLAN, levels, engine=name) for name in ("plain", "compiled"))
    assert (one.engine.name, other.engine.name) == ("plain", "compiled")
    np.testing.assert_allclose(one.eta, other.eta, atol=2e-5)
    assert one.objective == pytest.approx(other.objective, abs=1e-8)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_the_maximum_is_that_of_a_dense_grid(seed):
    _, levels = simulated(OTTO, seed=seed)
    found = fit(OTTO, PLAN, levels)
    axes = [np.linspace(-1.0, 1.0, 401) * 4 * omega for omega in OTTO.omegas]
    grid = np.array(list(itertools.product(*axes)))
    values = 2.0 * found.engine.values(found.case, grid)
    assert found.objective <= values.min() + 1e-9
    spacing = np.array([axis[1] - axis[0] for axis in axes])
    assert np.all(np.abs(grid[values.argmin()] - found.eta) <= 2.0 * spacing)


@pytest.mark.parametrize("seed", range(5))
def test_no_step_from_the_maximum_is_better(seed):
    _, levels = simulated(MADE_UP_PRIOR, seed=seed)
    found = fit(MADE_UP_PRIOR, PLAN, levels)
    steps = np.random.default_rng(seed).standard_normal((500, 4)) * np.logspace(-4, 0, 500)[:, None]
    assert np.all(2.0 * found.engine.values(found.case, found.eta + steps) >= found.objective - 1e-9)
    assert found.gradient_norm <= LARGEST_GRADIENT


@each_prior
@pytest.mark.parametrize("seed", range(3))
def test_levels_narrow_what_is_possible(prior, seed):
    _, levels = simulated(prior, seed=seed, minutes=(20.0, 41.0, 80.0, 230.0, 600.0))
    wider = np.diagonal(prior.covariance)
    for number in (1, 3, 5):
        narrower = np.diagonal(fit(prior, PLAN, levels[:number]).covariance)
        assert np.all(narrower <= wider * 1.25)  # a level may widen a little where the model bends
        wider = narrower
    assert wider.sum() < 0.7 * np.diagonal(prior.covariance).sum()
    assert np.linalg.det(fit(prior, PLAN, levels).covariance) < 0.2 * np.linalg.det(prior.covariance)


def test_many_exact_levels_find_the_person_they_are_of():
    tight = dataclasses.replace(MADE_UP_PRIOR, residuals={Analyte.S: Residual(proportional=0.002)})
    eta, levels = simulated(tight, seed=8, minutes=(5, 10, 20, 40, 45, 60, 90, 150, 300, 600, 1200, 1800))
    found = fit(tight, PLAN, levels)
    assert np.all(np.abs(found.eta - eta) < 4 * found.eta_errors)
    np.testing.assert_allclose(found.eta, eta, atol=0.05)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 100))
def test_the_order_of_rows_does_not_matter(order, seed):
    _, levels = simulated(MADE_UP_PRIOR, seed=seed, minutes=(10.0, 36.0, 60.0, 120.0, 300.0, 1440.0))
    parts = (Infusion(0.0, 20.0, rate_mg_per_min=1.0), Infusion(20.0, 40.0, rate_mg_per_min=0.5))
    one = fit(MADE_UP_PRIOR, Schedule(parts, (Bolus(5.0, 3.0),)), levels)
    other = fit(MADE_UP_PRIOR, Schedule(parts[::-1], (Bolus(5.0, 3.0),)), [levels[i] for i in order])
    np.testing.assert_allclose(other.eta, one.eta, atol=1e-7)
    assert other.objective == pytest.approx(one.objective, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.floats(-500.0, 5000.0), st.integers(0, 100))
def test_the_zero_of_the_clock_does_not_matter(later, seed):
    _, levels = simulated(OTTO, seed=seed)
    moved = [dataclasses.replace(one, minutes=one.minutes + later) for one in levels]
    schedule = Schedule((Infusion.of_dose(35.0, start_min=later, end_min=later + 40.0),))
    np.testing.assert_allclose(fit(OTTO, schedule, moved).eta, fit(OTTO, PLAN, levels).eta, atol=1e-7)


def test_the_same_level_twice_counts_twice():
    _, levels = simulated(OTTO, seed=1)
    once, twice = fit(OTTO, PLAN, levels), fit(OTTO, PLAN, levels * 2)
    assert np.all(twice.eta_errors < once.eta_errors)


# --- Stuck searches (mapbayr #34: parameters that stay where the search began) ------------------------------


@pytest.mark.parametrize("factor", [0.02, 0.2, 5.0, 50.0, 1000.0])
@each_prior
def test_levels_far_from_what_is_typical_leave_no_search_at_its_start(prior, factor):
    typical = fit(prior, PLAN, []).curve_ng_per_ml(np.array([40.0, 120.0, 300.0]))
    levels = [
        level(m, y * factor, analyte=prior.analyte)
        for m, y in zip((40.0, 120.0, 300.0), typical, strict=True)
    ]
    found = fit(prior, PLAN, levels)
    assert np.all(np.abs(found.eta) > 1e-3)
    assert found.gradient_norm <= LARGEST_GRADIENT
    assert found.agreed >= 2
    beaten = found.engine.values(
        found.case, np.random.default_rng(2).standard_normal((300, len(prior.names)))
    )
    assert np.all(2.0 * beaten >= found.objective)


def test_every_start_is_another_point_and_one_is_the_typical_person():
    starts = MADE_UP_PRIOR.starts
    assert starts.shape == (5, 4)
    assert not starts[0].any()
    assert len(np.unique(starts, axis=0)) == 5


def test_an_end_whose_gradient_has_not_vanished_is_refused(monkeypatch):
    monkeypatch.setattr(estimate, "POLISHES", 0)
    monkeypatch.setattr(
        estimate, "engine_for", lambda case, _: dataclasses.replace(estimate_engine(), descend=stuck)
    )
    with pytest.raises(InputRefused, match="no maximum"):
        fit(OTTO, PLAN, [level(40.0, 300.0)])


def estimate_engine():
    from unloop.science.pharmacokinetics.fit.engine import PLAIN

    return PLAIN


def stuck(case, starts):
    return starts, estimate_engine().values(case, starts)


# --- Below the limit of quantification ----------------------------------------------------------------------


def test_a_level_below_the_limit_pulls_down_and_never_up():
    _, levels = simulated(OTTO, seed=3, minutes=(40.0, 120.0))
    without = fit(OTTO, PLAN, levels)
    for limit in (0.1, 1.0, 5.0, 50.0):
        with_it = fit(OTTO, PLAN, [*levels, level(1440.0, limit, below=True)])
        assert (
            with_it.curve_ng_per_ml(np.array([1440.0]))[0]
            <= without.curve_ng_per_ml(np.array([1440.0]))[0] + 1e-9
        )


def test_a_limit_far_above_the_prediction_says_nothing():
    _, levels = simulated(OTTO, seed=3, minutes=(40.0, 120.0))
    without, with_it = fit(OTTO, PLAN, levels), fit(OTTO, PLAN, [*levels, level(1440.0, 500.0, below=True)])
    np.testing.assert_allclose(with_it.eta, without.eta, atol=1e-6)


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"minutes": 0.0}, "first dose", id="before the dose"),
        pytest.param({"minutes": -30.0}, "first dose", id="long before the dose"),
        pytest.param({"site": Site.ARTERIAL}, "arterial", id="arterial blood in a venous model"),
        pytest.param({"analyte": Analyte.RACEMIC}, "S-ketamine", id="a racemate's level in a model of S"),
        pytest.param({"analyte": Analyte.R}, "S-ketamine", id="R-ketamine after esketamine"),
    ],
)
def test_a_level_that_is_none_of_the_models_is_refused_with_its_row(changes, words):
    with pytest.raises(InputRefused, match=words) as refusal:
        fit(OTTO, PLAN, [level(40.0, 100.0), dataclasses.replace(level(60.0, 80.0, row="row 7"), **changes)])
    assert refusal.value.where == "row 7"


@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf")])
def test_a_concentration_that_cannot_be_is_refused(value):
    with pytest.raises(InputRefused, match="concentration above 0"):
        level(40.0, value)


def test_a_level_at_no_time_is_refused():
    with pytest.raises(InputRefused, match="when it was drawn"):
        level(float("nan"), 10.0)


def test_no_dose_is_refused():
    with pytest.raises(InputRefused, match="doses"):
        fit(OTTO, Schedule(), [])


@pytest.mark.parametrize(
    "both", [(0.0, 0.0), (-0.1, 1.0), (0.1, -1.0), (float("nan"), 1.0), (0.1, float("inf"))]
)
def test_a_residual_error_that_cannot_be_is_refused(both):
    with pytest.raises(InputRefused, match="residual"):
        Residual(proportional=both[0], additive_ng_per_ml=both[1])


def test_a_model_without_spread_between_people_cannot_be_fitted_and_says_why():
    for model_id in model_ids():
        try:
            found = model(model_id)
        except InputRefused:
            continue  # partial
        if found.spread == "unknown":
            with pytest.raises(InputRefused, match="no variability between people"):
                prior_of(found, next(iter(found.parts)), weight_kg=70.0)


def test_a_model_of_s_ketamine_is_not_fitted_to_the_racemate():
    with pytest.raises(InputRefused, match="esketamine"):
        prior_of(model("otto-2021"), Drug.RACEMATE, weight_kg=70.0)


def test_parts_of_the_racemate_may_be_measured_apart():
    levels = [
        Level(40.0, 90.0, Analyte.S, Site.VENOUS),
        Level(40.0, 95.0, Analyte.R, Site.VENOUS),
        Level(120.0, 60.0, Analyte.RACEMIC, Site.VENOUS),
    ]
    found = fit(RACEMATE, PLAN, levels)
    s, r, both = found.predicted_ng_per_ml()
    assert s < r
    assert both < s + r


def test_a_borrowed_residual_error_says_so():
    assert "assumed" in RACEMATE.residuals[Analyte.RACEMIC].source
    assert "Otto" in OTTO.residuals[Analyte.S].source


def test_a_larger_residual_error_leaves_more_to_the_prior():
    _, levels = simulated(OTTO, seed=5)
    loose = prior_of(model("otto-2021"), Drug.ESKETAMINE, weight_kg=70.0, residual=Residual(0.8, 5.0))
    assert np.all(fit(loose, PLAN, levels).eta_errors > fit(OTTO, PLAN, levels).eta_errors)
