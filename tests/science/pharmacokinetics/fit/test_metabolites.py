"""Levels of metabolites are fitted too: flows one way, random effects and residual errors of their own."""

from __future__ import annotations

import numpy as np
import pytest

from measured import PLAN, level
from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import Administration, Analyte, Drug, Site, curve_of, model
from unloop.science.pharmacokinetics.fit import Level, fit, plain, prior_of
from unloop.science.pharmacokinetics.fit.prior import residual_of

NK = Analyte.S_NORKETAMINE


def known(model_id="otto-2021", **changes):
    return prior_of(model(model_id), Drug.ESKETAMINE, weight_kg=70.0, metabolites=True, **changes)


def test_the_typical_metabolite_is_the_librarys():
    prior = known()
    minutes = np.array([40.0, 120.0, 600.0])
    ours = plain.predict(prior.asked(PLAN, minutes, analyte=NK), np.zeros((1, len(prior.names))))[0]
    theirs = curve_of(
        prior.model, Administration(Drug.ESKETAMINE, PLAN, weight_kg=70.0), NK, times_min=minutes
    )
    np.testing.assert_allclose(ours, theirs.ng_per_ml, rtol=1e-9)


def test_a_metabolites_random_effects_come_only_when_asked_for():
    alone = prior_of(model("otto-2021"), Drug.ESKETAMINE, weight_kg=70.0)
    assert alone.names == ("V1", "CL")
    assert known().names == ("V1", "CL", "NK.V1", "NK.CL")
    with pytest.raises(InputRefused, match="S-norketamine"):
        fit(alone, PLAN, [level(60.0, 10.0, analyte=NK)])


def test_a_level_of_the_metabolite_moves_its_parameters_and_shrinks_their_spread():
    prior = known()
    high = [level(40.0, 160.0), *(level(m, y, analyte=NK) for m, y in ((120.0, 90.0), (300.0, 70.0)))]
    found = fit(prior, PLAN, high)
    assert found.engine.name == "plain"
    assert found.etas["NK.CL"] < 0.0
    assert found.shrinkage["NK.CL"] < 0.7
    assert found.gradient_norm < 1e-4


def test_the_gradient_through_a_chain_is_exact():
    prior = known("simons-2022")
    levels = [
        Level(60.0, 90.0, Analyte.S, Site.ARTERIAL),
        Level(90.0, 60.0, NK, Site.ARTERIAL),
        Level(150.0, 20.0, Analyte.S_HYDROXYNORKETAMINE, Site.ARTERIAL),
    ]
    case = prior.case(PLAN, levels)
    eta = np.linspace(-0.2, 0.3, len(prior.names))
    _, gradient = plain.gradients(case, eta[None])
    steps = 1e-3 * np.eye(eta.size)
    slopes = [
        (8 * (up - down) - (upper - lower)) / 12e-3
        for up, down, upper, lower in zip(
            plain.values(case, eta + steps), plain.values(case, eta - steps),
            plain.values(case, eta + 2 * steps), plain.values(case, eta - 2 * steps), strict=True,
        )
    ]  # fmt: skip
    np.testing.assert_allclose(gradient[0], slopes, rtol=1e-7, atol=1e-7)


def test_each_analyte_has_the_residual_error_printed_for_it():
    residuals = known("simons-2022").residuals
    assert residuals[Analyte.S].additive_ng_per_ml == 0.0
    assert residuals[NK].additive_ng_per_ml == pytest.approx(0.058 * 223.70)
    assert known().residuals[NK].proportional == 0.14261


def test_a_residual_on_the_log_scale_says_so():
    found = residual_of(model("perez-ruixo-2021"), Analyte.S)
    assert "log scale" in found.source
    assert found.proportional == pytest.approx(np.sqrt(np.exp(0.276**2) - 1))


def test_a_liver_that_clears_by_a_sum_is_refused_in_words():
    with pytest.raises(InputRefused, match="such as otto-2021"):
        prior_of(model("perez-ruixo-2021"), Drug.ESKETAMINE, weight_kg=70.0)
