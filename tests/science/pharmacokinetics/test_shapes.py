"""The solver knows graphs, not one model: chains, rings and whole webs of compartments obey the same laws."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    amounts_mg,
    areas_mg_min,
    concentrations_ng_per_ml,
    eliminated_mg,
    exponential,
    mammillary,
    modal,
)

TIMES = np.array([0.0, 5.0, 40.0, 90.0, 300.0, 2000.0])
SESSION = Schedule((Infusion(0.0, 40.0, 0.9),), (Bolus(90.0, 10.0),))

litres = st.floats(2.0, 300.0)
flows = st.one_of(st.just(0.0), st.floats(0.1, 300.0))


@st.composite
def webs(draw, exits=flows):
    """Up to five compartments, any pair exchanging, any of them eliminating."""
    n = draw(st.integers(1, 5))
    matrix = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = draw(flows)
    return CompartmentGraph(
        volumes_l=np.array([draw(litres) for _ in range(n)]),
        flows_l_per_h=matrix,
        clearances_l_per_h=np.array([draw(exits) for _ in range(n)]),
    )


def closed(graph):
    """The same compartments with nothing leaving the body."""
    return CompartmentGraph(graph.volumes_l, graph.flows_l_per_h, np.zeros(graph.n))


@given(webs())
def test_a_web_of_exchanges_is_reversible_and_its_modes_rebuild_the_rate_matrix(graph):
    found = modal.modes(graph)
    rebuilt = -(found.shapes.T * found.rates_per_min) @ found.shapes
    rebuilt = rebuilt * found.root_volumes[:, None] / found.root_volumes
    matrix = graph.rate_matrix_per_min()
    assert graph.reversible
    np.testing.assert_allclose(rebuilt, matrix, atol=1e-11 * (1.0 + np.abs(matrix).max()))


@given(webs(), st.floats(0.1, 500.0))
def test_a_bolus_decays_by_the_matrix_exponential(graph, minute):
    ours = amounts_mg(graph, Schedule(boluses=(Bolus(0.0, 50.0),)), minute)[0]
    np.testing.assert_allclose(
        ours, expm(graph.rate_matrix_per_min() * minute)[:, 0] * 50.0, rtol=1e-8, atol=1e-9
    )


@given(webs())
def test_both_routes_agree_on_every_web(graph):
    for name in ("amounts_mg", "areas_mg_min"):
        one, other = (getattr(route, name)(graph, SESSION, TIMES) for route in (modal, exponential))
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-8)


@given(webs())
def test_mass_is_kept_in_every_web(graph):
    inside = amounts_mg(graph, SESSION, TIMES).sum(axis=-1)
    np.testing.assert_allclose(
        inside + eliminated_mg(graph, SESSION, TIMES), SESSION.given_mg(TIMES), rtol=1e-9
    )


@given(webs())
def test_where_nothing_leaves_all_that_is_connected_ends_at_one_concentration(graph):
    # Left alone for long enough, a closed body is at rest: no flow between compartments that exchange.
    body = closed(graph)
    levels = [concentrations_ng_per_ml(body, SESSION, 1e7, compartment=i)[0] for i in range(body.n)]
    for i in range(body.n):
        for j in range(i):
            if body.flows_l_per_h[i, j] > 0:
                np.testing.assert_allclose(levels[i], levels[j], rtol=1e-7, atol=1e-7)


@given(webs(), st.permutations(range(1, 5)))
def test_the_names_of_the_peripheral_compartments_do_not_matter(graph, order):
    new = [0, *(i for i in order if i < graph.n)]
    renamed = CompartmentGraph(
        graph.volumes_l[new], graph.flows_l_per_h[np.ix_(new, new)], graph.clearances_l_per_h[new]
    )
    np.testing.assert_allclose(
        amounts_mg(renamed, SESSION, TIMES), amounts_mg(graph, SESSION, TIMES)[:, new], rtol=1e-9, atol=1e-9
    )


@given(litres, litres, st.floats(1.0, 100.0), st.floats(1.0, 300.0))
def test_a_compartment_cut_in_two_well_mixed_halves_is_still_one(v1, v2, clearance, exchange):
    whole = mammillary(clearance_l_per_h=clearance, volumes_l=[v1, v2], exchanges_l_per_h=[exchange])
    halves = CompartmentGraph(
        volumes_l=np.array([v1, v2 / 2, v2 / 2]),
        flows_l_per_h=np.array(
            [[0.0, exchange / 2, exchange / 2], [exchange / 2, 0.0, 1e5], [exchange / 2, 1e5, 0.0]]
        ),
        clearances_l_per_h=np.array([clearance, 0.0, 0.0]),
    )
    amounts = amounts_mg(halves, SESSION, TIMES)
    np.testing.assert_allclose(amounts[:, 0], amounts_mg(whole, SESSION, TIMES)[:, 0], rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(amounts[:, 1], amounts[:, 2], rtol=1e-8, atol=1e-9)


@given(st.lists(litres, min_size=2, max_size=5), st.lists(st.floats(1.0, 300.0), min_size=4, max_size=4))
def test_along_a_chain_nobody_overtakes_the_one_before_while_the_drug_runs_in(volumes, between):
    n = len(volumes)
    matrix = np.zeros((n, n))
    for i in range(n - 1):
        matrix[i, i + 1] = matrix[i + 1, i] = between[i]
    chain = CompartmentGraph(np.array(volumes), matrix, np.eye(n)[0] * 80.0)
    running = Schedule((Infusion(0.0, 600.0, 1.0),))
    levels = np.stack(
        [concentrations_ng_per_ml(chain, running, [30.0, 600.0], compartment=i) for i in range(n)]
    )
    assert np.all(np.diff(levels, axis=0) <= 1e-9 * levels.max())


@given(webs(exits=st.floats(1.0, 100.0)), st.floats(0.1, 5.0))
def test_the_area_under_an_endless_infusion_grows_by_the_steady_amount(graph, rate):
    endless = Schedule((Infusion(0.0, 1e7, rate),))
    first, second = areas_mg_min(graph, endless, [8e6, 9e6])
    steady = amounts_mg(graph, endless, 9e6)[0]
    np.testing.assert_allclose((second - first) / 1e6, steady, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(graph.rate_matrix_per_min() @ steady, -rate * np.eye(graph.n)[0], atol=1e-8)
