"""The effect site follows the blood with a delay, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from unloop.quantity import InputRefused
from unloop.science.pharmacodynamics import effect_site_ng_per_ml
from unloop.science.pharmacodynamics.effect_site import filling, slope_of_filling
from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    concentrations_ng_per_ml,
    mammillary,
)

COURSE = Schedule(
    (Infusion(0.0, 14.0, rate_mg_per_min=0.9), Infusion(20.0, 45.0, rate_mg_per_min=0.6)), (Bolus(17.0, 4.0),)
)
TIMES = np.array([0.0, 5.0, 14.0, 17.0, 19.0, 30.0, 45.0, 50.0, 120.0, 600.0])
graphs = st.builds(
    lambda clearance, volumes, exchanges: mammillary(
        clearance_l_per_h=clearance, volumes_l=volumes, exchanges_l_per_h=exchanges
    ),
    st.floats(20.0, 300.0),
    st.tuples(st.floats(5.0, 300.0), st.floats(20.0, 300.0), st.floats(20.0, 300.0)),
    st.tuples(st.floats(0.0, 300.0), st.floats(0.0, 300.0)),
)
KAMP = mammillary(clearance_l_per_h=84.0, volumes_l=[25.0, 56.0, 157.0], exchanges_l_per_h=[161.0, 79.0])


def appended(graph, ke0_per_h, *, litres=1e-9):
    """The effect site as one more compartment, of a volume so small that the blood misses nothing."""
    n = graph.n
    flows = np.zeros((n + 1, n + 1))
    flows[:n, :n] = graph.flows_l_per_h
    flows[n, 0] = ke0_per_h * litres
    return CompartmentGraph(
        volumes_l=np.append(graph.volumes_l, litres),
        flows_l_per_h=flows,
        clearances_l_per_h=np.append(graph.clearances_l_per_h, ke0_per_h * litres),
    )


@settings(max_examples=40, deadline=None)
@given(graphs, st.floats(0.5, 60.0))
def test_it_is_what_a_very_small_compartment_of_its_own_would_hold(graph, ke0):
    site = effect_site_ng_per_ml(graph, COURSE, TIMES, ke0_per_h=ke0)
    held = concentrations_ng_per_ml(appended(graph, ke0), COURSE, TIMES, compartment=graph.n)
    np.testing.assert_allclose(site, held, rtol=1e-6, atol=1e-6)


def test_it_is_what_an_ode_solver_finds():
    def slope(minute, state):
        blood = concentrations_ng_per_ml(KAMP, COURSE, [minute])[0]
        return 5.01 / 60.0 * (blood - state)

    state, found = np.zeros(1), {0.0: 0.0}
    for start, end in ((0, 14), (14, 17), (17, 20), (20, 45), (45, 120)):
        solved = solve_ivp(slope, (start + 1e-9, end), state, rtol=1e-8, atol=1e-9, max_step=1.0)
        state = solved.y[:, -1]
        found[float(end)] = float(state[0])
    ours = effect_site_ng_per_ml(KAMP, COURSE, list(found), ke0_per_h=5.01)
    np.testing.assert_allclose(ours, list(found.values()), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-12, 1e-9, 1e-7, 1e-5, 1e-3], ids=str)
def test_a_delay_at_the_very_rate_of_a_mode_is_nothing_special(apart):
    one = mammillary(clearance_l_per_h=60.0, volumes_l=[60.0], exchanges_l_per_h=[])  # 1 per hour
    site = effect_site_ng_per_ml(one, COURSE, TIMES, ke0_per_h=1.0 + apart)
    beside = [effect_site_ng_per_ml(one, COURSE, TIMES, ke0_per_h=1.0 + apart + d) for d in (-0.001, 0.001)]
    np.testing.assert_allclose(site, np.mean(beside, axis=0), rtol=5e-5)


def test_a_quotient_and_its_limit_meet():
    one = mammillary(clearance_l_per_h=60.0, volumes_l=[60.0], exchanges_l_per_h=[])
    curve = [
        effect_site_ng_per_ml(one, COURSE, TIMES, ke0_per_h=1.0 + d) for d in np.linspace(-2e-5, 2e-5, 41)
    ]
    steps = np.diff(np.array(curve), axis=0)[:, 1:]
    np.testing.assert_allclose(steps, steps.mean(axis=0) * np.ones_like(steps), rtol=1e-2)


@settings(max_examples=30, deadline=None)
@given(graphs, st.floats(0.5, 60.0), st.floats(0.1, 10.0))
def test_twice_the_dose_is_twice_the_site(graph, ke0, factor):
    one = effect_site_ng_per_ml(graph, COURSE, TIMES, ke0_per_h=ke0)
    more = effect_site_ng_per_ml(graph, COURSE.scaled_by(factor), TIMES, ke0_per_h=ke0)
    np.testing.assert_allclose(more, factor * one, rtol=1e-9, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(graphs)
def test_without_delay_the_site_is_the_blood(graph):
    times = TIMES[TIMES > 20.0]
    site = effect_site_ng_per_ml(graph, COURSE, times, ke0_per_h=1e7)
    np.testing.assert_allclose(site, concentrations_ng_per_ml(graph, COURSE, times), rtol=1e-3)


def test_the_site_lags_behind_and_never_overtakes():
    plan = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
    minutes = np.arange(1.0, 241.0)
    blood = concentrations_ng_per_ml(KAMP, plan, minutes)
    site = effect_site_ng_per_ml(KAMP, plan, minutes, ke0_per_h=5.01)
    assert site.max() < blood.max()
    assert minutes[site.argmax()] > 40.0
    assert np.all(site[minutes < 40] < blood[minutes < 40])
    assert np.all(site[minutes > 120] > blood[minutes > 120])


def test_the_areas_of_blood_and_site_are_the_same():
    minutes = np.linspace(0.0, 6000.0, 60_001)
    blood = concentrations_ng_per_ml(KAMP, COURSE, minutes)
    site = effect_site_ng_per_ml(KAMP, COURSE, minutes, ke0_per_h=5.01)
    assert np.trapezoid(site, minutes) == pytest.approx(np.trapezoid(blood, minutes), rel=1e-3)


def test_an_endless_infusion_brings_both_to_the_same_level():
    endless = Schedule((Infusion(0.0, 20_000.0, rate_mg_per_min=1.0),))
    site = effect_site_ng_per_ml(KAMP, endless, [19_999.0], ke0_per_h=5.01)
    assert site[0] == pytest.approx(60.0 / 84.0 * 1000.0, rel=1e-6)


def test_many_people_are_solved_at_once():
    clearances, delays = np.array([60.0, 84.0, 110.0]), np.array([3.0, 5.0, 9.0])

    def of(clearance):
        return mammillary(clearance_l_per_h=clearance, volumes_l=[25.0, 56.0], exchanges_l_per_h=[161.0])

    together = effect_site_ng_per_ml(of(clearances), COURSE, TIMES, ke0_per_h=delays)
    apart = [
        effect_site_ng_per_ml(of(c), COURSE, TIMES, ke0_per_h=k)
        for c, k in zip(clearances, delays, strict=True)
    ]
    np.testing.assert_allclose(together, apart, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-6, 2.0))
def test_the_slope_of_filling_is_its_derivative(rate):
    at, step = np.array([[rate]]), 1e-4 * rate
    up, down = (filling(at + d, COURSE, TIMES) for d in (step, -step))
    np.testing.assert_allclose(
        slope_of_filling(at, COURSE, TIMES), (up - down) / (2 * step), rtol=1e-4, atol=1e-6 / rate
    )


@pytest.mark.parametrize("ke0", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_is_refused(ke0):
    with pytest.raises(InputRefused, match="ke0"):
        effect_site_ng_per_ml(KAMP, COURSE, TIMES, ke0_per_h=ke0)


def test_a_time_that_is_no_number_is_refused():
    with pytest.raises(InputRefused, match="times"):
        effect_site_ng_per_ml(KAMP, COURSE, [float("nan")], ke0_per_h=5.0)
