"""The general route, the modal route, and solvers that were not written here, held against each other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    amounts_mg,
    areas_mg_min,
    eliminated_mg,
    exponential,
    mammillary,
    modal,
)

TIMES = np.array([0.0, 3.0, 40.0, 41.0, 95.0, 230.0, 720.0])
SESSION = Schedule(
    infusions=(
        Infusion(0.0, 14.0, 1.2),
        Infusion(14.0, 20.0, 0.6),
        Infusion(31.0, 60.0, 0.9),
        Infusion(50.0, 55.0, 2.0),
    ),
    boluses=(Bolus(31.0, 5.0), Bolus(200.0, 10.0)),
)

flows = st.one_of(st.just(0.0), st.floats(0.1, 400.0))
volumes = st.floats(2.0, 400.0)


@st.composite
def one_way_graphs(draw, n=4):
    """Any flows between any compartments, up to four of them."""
    matrix = np.array([[0.0 if i == j else draw(flows) for j in range(n)] for i in range(n)])
    return CompartmentGraph(
        volumes_l=np.array([draw(volumes) for _ in range(n)]),
        flows_l_per_h=matrix,
        clearances_l_per_h=np.array([draw(flows) for _ in range(n)]),
    )


def by_ode(graph, schedule, times):
    """SciPy's DOP853, restarted at each break so that it never steps over one."""
    matrix = graph.rate_matrix_per_min()
    grid = np.unique(np.concatenate([times, schedule.breaks_min()]))
    state, states = np.zeros(graph.n), []
    for k, minute in enumerate(grid):
        if k > 0:
            start = grid[k - 1]
            rate = sum(i.rate_mg_per_min for i in schedule.infusions if i.start_min <= start < i.end_min)
            inflow = np.eye(graph.n)[0] * rate
            state = solve_ivp(
                lambda _, a, u=inflow: matrix @ a + u,
                (start, minute),
                state,
                method="DOP853",
                rtol=1e-11,
                atol=1e-12,
            ).y[:, -1]
        state = state + np.eye(graph.n)[0] * sum(b.mg for b in schedule.boluses if b.at_min == minute)
        states.append(state)
    return np.array(states)[np.searchsorted(grid, times)]


@settings(max_examples=15)
@given(st.floats(5.0, 200.0), volumes, volumes, volumes, flows, flows)
def test_the_closed_form_agrees_with_an_ode_solver(clearance, v1, v2, v3, q2, q3):
    graph = mammillary(clearance_l_per_h=clearance, volumes_l=[v1, v2, v3], exchanges_l_per_h=[q2, q3])
    np.testing.assert_allclose(
        amounts_mg(graph, SESSION, TIMES), by_ode(graph, SESSION, TIMES), rtol=1e-7, atol=1e-8
    )


@settings(max_examples=10)
@given(one_way_graphs())
def test_one_way_flows_agree_with_an_ode_solver(graph):
    np.testing.assert_allclose(
        amounts_mg(graph, SESSION, TIMES), by_ode(graph, SESSION, TIMES), rtol=1e-7, atol=1e-8
    )


@given(
    st.floats(0.5, 300.0), st.lists(volumes, min_size=3, max_size=3), st.lists(flows, min_size=2, max_size=2)
)
def test_both_routes_give_the_same_amounts_and_areas(clearance, litres, between):
    graph = mammillary(clearance_l_per_h=clearance, volumes_l=litres, exchanges_l_per_h=between)
    for name in ("amounts_mg", "areas_mg_min"):
        np.testing.assert_allclose(
            getattr(modal, name)(graph, SESSION, TIMES),
            getattr(exponential, name)(graph, SESSION, TIMES),
            rtol=1e-9,
            atol=1e-10,
        )


@given(one_way_graphs())
def test_the_matrix_exponential_agrees_with_scipys(graph):
    matrix = graph.rate_matrix_per_min() * 25.0
    np.testing.assert_allclose(exponential.exponential(matrix), expm(matrix), rtol=1e-9, atol=1e-11)


@given(one_way_graphs())
def test_mass_is_kept_along_one_way_flows_too(graph):
    inside = amounts_mg(graph, SESSION, TIMES).sum(axis=-1)
    np.testing.assert_allclose(
        inside + eliminated_mg(graph, SESSION, TIMES), SESSION.given_mg(TIMES), rtol=1e-9
    )


@given(st.floats(1.0, 200.0), volumes, st.floats(0.1, 1.0))
def test_a_metabolite_that_leaves_as_fast_as_it_forms_is_no_special_case(clearance, volume, fraction):
    # Equal rates k: the closed form is a limit, fraction x dose x k t exp(-k t).
    graph = CompartmentGraph(
        volumes_l=np.array([volume, volume]),
        flows_l_per_h=np.array([[0.0, 0.0], [fraction * clearance, 0.0]]),
        clearances_l_per_h=np.array([(1.0 - fraction) * clearance, clearance]),
    )
    pushed = Schedule(boluses=(Bolus(0.0, 50.0),))
    times = np.array([0.0, 1.0, 20.0, 60.0])
    kt = clearance / volume / 60.0 * times
    expected = np.stack([50.0 * np.exp(-kt), fraction * 50.0 * kt * np.exp(-kt)], axis=-1)
    np.testing.assert_allclose(amounts_mg(graph, pushed, times), expected, rtol=1e-11, atol=1e-13)


def test_metabolites_of_many_people_are_each_persons_alone():
    people = [
        CompartmentGraph(
            volumes_l=np.array([100.0, 50.0 + 10.0 * k]),
            flows_l_per_h=np.array([[0.0, 0.0], [80.0, 0.0]]),
            clearances_l_per_h=np.array([5.0 * k, 40.0]),
        )
        for k in range(3)
    ]
    together = CompartmentGraph(
        *(np.stack([getattr(one, name) for one in people]) for name in CompartmentGraph.__slots__)
    )
    alone = np.stack([amounts_mg(one, SESSION, TIMES) for one in people])
    np.testing.assert_allclose(amounts_mg(together, SESSION, TIMES), alone, rtol=1e-12)
    areas = np.stack([areas_mg_min(one, SESSION, TIMES) for one in people])
    np.testing.assert_allclose(areas_mg_min(together, SESSION, TIMES), areas, rtol=1e-12)


def test_a_one_way_flow_has_no_modes_and_says_so():
    graph = CompartmentGraph(np.ones(2), np.array([[0.0, 0.0], [1.0, 0.0]]), np.ones(2))
    assert not graph.reversible
    with pytest.raises(ValueError, match="one-way"):
        modal.modes(graph)


def test_modes_are_as_many_as_compartments_and_never_grow():
    for exchanges in itertools.product([0.0, 1.0, 1e4], repeat=2):
        graph = mammillary(clearance_l_per_h=0.0, volumes_l=[1.0, 10.0, 1e3], exchanges_l_per_h=exchanges)
        found = modal.modes(graph)
        assert found.rates_per_min.shape == (3,)
        assert np.all(found.rates_per_min >= 0)
        np.testing.assert_allclose(found.shapes @ found.shapes.T, np.eye(3), atol=1e-13)
