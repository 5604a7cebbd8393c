"""The compiled response keeps to its stated error, against an ODE solver and against NumPy on fine steps."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    amounts_mg,
    mammillary,
)
from unloop.science.pharmacokinetics.kernels import response as compiled_response
from unloop.science.pharmacokinetics.kernels import responses as module
from unloop.science.pharmacokinetics.kernels.effect import (
    AFTER,
    FOURTH,
    LONGEST,
    PLACES,
    THIRD,
    TOLERANCE,
    WEIGHTS,
    IndirectResponse,
)
from unloop.science.pharmacokinetics.kernels.lanes import LANES
from unloop.science.pharmacokinetics.kernels.response import kept
from unloop.science.pharmacokinetics.kernels.responses import responses, responses_by_numpy

SCHEDULE = Schedule(
    (Infusion.of_dose(35.0, end_min=40.0), Infusion(1440.0, 1480.0, 0.9)), (Bolus(300.0, 5.0),)
)
TIMES = np.concatenate([np.arange(0.0, 241.0, 10.0), np.arange(300.0, 2401.0, 60.0)])
J2 = IndirectResponse(1.5, 0.3, 0.3, 0.9, 0.08)
STEEP = IndirectResponse(6.0, 2.0, 1.0, 1.0, 0.02)


def people(count=12):
    z = np.random.default_rng(4).standard_normal((6, count)) * math.sqrt(math.log(1.09))
    cl, v1, q2, v2, q3, v3 = np.array([[80.0], [60.0], [120.0], [100.0], [30.0], [200.0]]) * np.exp(z)
    return mammillary(clearance_l_per_h=cl, volumes_l=[v1, v2, v3], exchanges_l_per_h=[q2, q3])


def by_ode(graph, effect, person):
    """Effect site and response by DOP853 from break to break, at a tolerance far below ours."""
    k, litres = graph.rate_matrix_per_min()[person] * 60.0, graph.volumes_l[person, 0]

    def slope(_, y, rate_per_h):
        lost = effect.kout_per_h * (1 - effect.imax * y[3] / (effect.ic50_mg_per_l + y[3]))
        fed = np.array([rate_per_h, 0.0, 0.0])
        site = effect.ke0_per_h * (y[0] / litres - y[3])
        return np.concatenate([k @ y[:3] + fed, [site, effect.kin_per_h - lost * y[4]]])

    y = np.array([0.0, 0.0, 0.0, 0.0, effect.kin_per_h / effect.kout_per_h])
    found = {0.0: y[3:]}
    for start, end in itertools.pairwise(np.union1d(TIMES, SCHEDULE.breaks_min())):
        y[0] += sum(bolus.mg for bolus in SCHEDULE.boluses if bolus.at_min == start)
        rate = sum(i.rate_mg_per_min for i in SCHEDULE.infusions if i.start_min <= start < i.end_min) * 60.0
        hours = (start / 60.0, end / 60.0)
        y = solve_ivp(slope, hours, y, args=(rate,), method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1].copy()
        found[end] = y[3:]
    return np.array([found[minute] for minute in TIMES])


@pytest.mark.parametrize("effect", [J2, STEEP], ids=["J2", "steep"])
def test_the_response_is_an_ode_solvers_within_the_stated_error(effect):
    graph = people(2)
    expected = by_ode(graph, effect, 1)
    compiled = responses(graph, SCHEDULE, TIMES, effect=effect)[1]
    plain = responses_by_numpy(graph, SCHEDULE, TIMES, effect=effect, parts=16)[1]
    np.testing.assert_allclose(compiled[:, -1], expected[:, 1], rtol=TOLERANCE)
    np.testing.assert_allclose(compiled[1:, -2], expected[1:, 0], rtol=1e-8)
    np.testing.assert_allclose(plain[:, -1], expected[:, 1], rtol=TOLERANCE)


@pytest.mark.parametrize(
    ("ke0", "kout", "ic50"), [(0.5, 0.05, 5.0), (1.5, 0.3, 0.001), (20.0, 3.0, 0.08), (20.0, 3.0, 0.001)]
)
def test_the_stated_error_holds_over_fast_and_slow_and_strong_and_weak(ke0, kout, ic50):
    effect = IndirectResponse(ke0, kout, kout, 0.9, ic50)
    graph = people(2)
    found = responses(graph, SCHEDULE, TIMES, effect=effect)[0]
    np.testing.assert_allclose(found[:, -1], by_ode(graph, effect, 0)[:, 1], rtol=TOLERANCE)


def test_the_amounts_beside_it_are_the_solvers():
    graph = people()
    found = responses(graph, SCHEDULE, TIMES, effect=J2)
    np.testing.assert_allclose(found[..., :3], amounts_mg(graph, SCHEDULE, TIMES), rtol=2e-12, atol=1e-13)


def test_without_inhibition_the_response_stays_where_it_was():
    found = responses(people(3), SCHEDULE, TIMES, effect=IndirectResponse(1.5, 0.6, 0.3, 0.0, 0.08))
    np.testing.assert_allclose(found[..., -1], 2.0, rtol=1e-7)


def test_any_number_of_threads_and_any_lot_gives_the_same_bits(monkeypatch):
    graph = people(37)
    whole = responses(graph, SCHEDULE, TIMES, effect=STEEP, threads=1)
    monkeypatch.setattr(module, "LARGEST_LOT", LANES)
    np.testing.assert_array_equal(responses(graph, SCHEDULE, TIMES, effect=STEEP, threads=2), whole)
    alone = CompartmentGraph(graph.volumes_l[5:9], graph.flows_l_per_h[5:9], graph.clearances_l_per_h[5:9])
    np.testing.assert_array_equal(responses(alone, SCHEDULE, TIMES, effect=STEEP), whole[5:9])


def test_a_response_too_fast_for_the_times_asked_is_refused_and_not_guessed(monkeypatch):
    monkeypatch.setattr(module, "MOST_PARTS", 2)
    with pytest.raises(InputRefused, match="ask for more times"):
        responses(people(1), SCHEDULE, TIMES, effect=IndirectResponse(50.0, 20.0, 20.0, 1.0, 1e-5))


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ((0.0, 1, 1, 0.5, 1), "ke0"),
        ((1, -1.0, 1, 0.5, 1), "kin"),
        ((1, 1, math.nan, 0.5, 1), "kout"),
        ((1, 1, 1, 1.5, 1), "imax"),
        ((1, 1, 1, 0.5, math.inf), "ic50"),
    ],
)
def test_an_effect_out_of_range_is_refused(values, where):
    with pytest.raises(InputRefused, match=where):
        IndirectResponse(*values)


def test_a_body_that_is_not_compiled_is_refused():
    alone = mammillary(clearance_l_per_h=80.0, volumes_l=[60.0], exchanges_l_per_h=[])
    with pytest.raises(InputRefused, match="graph"):
        responses(alone, SCHEDULE, TIMES, effect=J2)


@pytest.mark.parametrize("power", range(8))
def test_the_weights_integrate_what_they_should(power):
    places = np.array(PLACES)
    assert np.dot(WEIGHTS, places**power) == pytest.approx(1 / (power + 1), rel=1e-14)
    if power < 5:
        np.testing.assert_allclose(
            np.array(AFTER) @ places**power, (1 - places ** (power + 1)) / (power + 1), atol=1e-14
        )


@pytest.mark.parametrize("power", range(6))
def test_the_differences_see_what_a_quartic_and_a_cubic_are_made_of(power):
    places = np.array(PLACES)
    assert np.dot(FOURTH, places**power) == pytest.approx({4: 1.0, 5: 2.5}.get(power, 0.0), abs=1e-10)
    if power < 4:
        assert np.dot(THIRD, places**power) == pytest.approx(float(power == 3), abs=1e-10)


def test_the_polynomial_for_what_is_kept_is_the_exponential_as_far_as_a_step_may_go():
    exponents = np.linspace(0.0, LONGEST, 200)
    found = [kept.py_func(x) for x in exponents]
    np.testing.assert_allclose(found, np.exp(-exponents), rtol=1e-10)


def test_most_people_of_an_ordinary_crowd_are_solved_once(monkeypatch):
    seen, once = [], compiled_response.solve_response

    def counted(given, effects, who, *rest):
        once(given, effects, who, *rest)
        seen.append(who.size)

    monkeypatch.setattr(compiled_response, "solve_response", counted)
    infused = Schedule(SCHEDULE.infusions[:1])
    responses(people(200), infused, TIMES, effect=J2, threads=1)
    assert 200 <= sum(seen) < 240
