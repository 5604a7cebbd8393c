"""The compiled courses are the solver's, at ties, at zero flows and late in a course as well as on a good day."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    amounts_mg,
    eliminated_mg,
    mammillary,
)
from unloop.science.pharmacokinetics.kernels import courses
from unloop.science.pharmacokinetics.kernels.lanes import LANES
from unloop.science.pharmacokinetics.kernels.layout import read, room
from unloop.science.pharmacokinetics.kernels.timeline import timeline

COURSE = Schedule(
    tuple(Infusion.of_dose(35.0, start_min=day * 1440.0, end_min=day * 1440.0 + 40) for day in (0, 2, 4))
)
MIXED = Schedule(
    (Infusion(10.0, 50.0, 0.9), Infusion(30.0, 75.0, 0.3)),
    (Bolus(0.0, 5.0), Bolus(30.0, 2.0), Bolus(400.0, 7.0)),
)
TIMES = np.concatenate([np.arange(0.0, 241.0, 10.0), np.arange(300.0, 7201.0, 60.0)])
TYPICAL = {
    "cl": 80.0,
    "q2": 120.0,
    "q3": 30.0,
    "v1": 60.0,
    "v2": 100.0,
    "v3": 200.0,
    "clm": 60.0,
    "vm": 100.0,
}


def parent_and_metabolite(people=1, **changed):
    """J1's body: everything that is cleared becomes the metabolite. Values are numbers or one for each person."""
    value = {name: np.broadcast_to(v, people).astype(float) for name, v in (TYPICAL | changed).items()}
    volumes = np.stack([value[name] for name in ("v1", "v2", "v3", "vm")], axis=1)
    flows, clearances = np.zeros((people, 4, 4)), np.zeros((people, 4))
    flows[:, 0, 1] = flows[:, 1, 0] = value["q2"]
    flows[:, 0, 2] = flows[:, 2, 0] = value["q3"]
    flows[:, 3, 0], clearances[:, 3] = value["cl"], value["clm"]
    return CompartmentGraph(volumes, flows, clearances)


def crowd(people, seed=1):
    """People of the benchmark: all eight parameters log-normal with a coefficient of variation of 30 %."""
    z = np.random.default_rng(seed).standard_normal((people, 8)) * np.sqrt(np.log(1.09))
    return parent_and_metabolite(
        people, **{name: v * np.exp(z[:, i]) for i, (name, v) in enumerate(TYPICAL.items())}
    )


def relative(found, expected):
    """The largest deviation of any value that is not zero, relative to itself."""
    there = expected > 0
    return float(np.max(np.abs(found[there] / expected[there] - 1.0), initial=0.0))


def tied(metabolite_gap):
    """The metabolite leaves as fast as the parent's slowest, middle or fastest mode, or almost."""
    typical = parent_and_metabolite()
    rates = -np.linalg.eigvals(typical.rate_matrix_per_min()[0, :3, :3]) * 60.0
    return parent_and_metabolite(3, clm=rates.real * TYPICAL["vm"] * (1.0 + metabolite_gap))


def test_a_crowd_is_as_the_solver_has_it():
    graph = crowd(40)
    assert relative(courses.amounts_mg(graph, COURSE, TIMES), amounts_mg(graph, COURSE, TIMES)) < 1e-12


@pytest.mark.parametrize("gap", [0.0, 1e-15, 1e-12, 1e-9, 5.7e-6, 1e-3])
def test_a_metabolite_as_fast_as_its_parent_loses_no_digits(gap):
    found = courses.amounts_mg(tied(gap), COURSE, TIMES)
    assert relative(found, amounts_mg(tied(gap), COURSE, TIMES)) < 1e-12


@pytest.mark.parametrize(
    "changed",
    [
        {"q2": 0.0},
        {"q2": 0.0, "q3": 0.0},
        {"clm": 0.0},
        {"cl": 0.0},
        {"cl": 0.0, "q2": 0.0, "q3": 0.0, "clm": 0.0},
        {"q2": 50.0, "v2": 100.0, "q3": 100.0, "v3": 200.0},
        {"q2": 0.0, "q3": 0.0, "clm": 80.0, "vm": 60.0},
        {"q2": 120.0, "v2": 100.0, "q3": 120.0, "v3": 100.0},
        {"cl": 1e-6, "q3": 1e-6},
        {"q2": 3000.0, "v2": 5.0, "q3": 1.0, "v3": 5000.0},
    ],
    ids=str,
)
def test_flows_of_zero_equal_rates_and_stiff_bodies_are_nothing_special(changed):
    graph = parent_and_metabolite(**changed)
    found, expected = courses.amounts_mg(graph, MIXED, TIMES), amounts_mg(graph, MIXED, TIMES)
    assert np.all(np.isfinite(found))
    # The solver squares its exponentials for the stiff body, and loses a digit; what almost no flow reaches is
    # right to the rounding of the 14 mg that are elsewhere.
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


def exponential_in_forty_digits(matrix):
    """Taylor's series of a matrix of decimals, scaled to a norm below 1 and squared back."""
    identity = np.array([[Decimal(int(i == j)) for j in range(5)] for i in range(5)], dtype=object)
    squarings = 14
    small = matrix / Decimal(2**squarings)
    total = identity
    for k in range(40, 0, -1):
        total = identity + small @ total / Decimal(k)
    for _ in range(squarings):
        total = total @ total
    return total


def test_against_forty_digits_at_a_tie():
    graph, times = tied(0.0), [7.0, 40.0, 500.0, 3000.0]
    found = courses.amounts_mg(graph, Schedule((Infusion.of_dose(35.0, end_min=40.0),)), times)
    with localcontext() as context:
        context.prec = 50
        for person, k in enumerate(graph.rate_matrix_per_min()):
            after = np.array([[Decimal(float(x)) for x in row] for row in np.pad(k, (0, 1))], dtype=object)
            fed = after.copy()
            fed[0, 4] = Decimal(35) / 40
            for t, minute in enumerate(times):
                begun = exponential_in_forty_digits(fed * Decimal(min(minute, 40.0)))[:, 4]
                exact = exponential_in_forty_digits(after * Decimal(max(minute - 40.0, 0.0))) @ begun
                np.testing.assert_allclose(found[person, t], exact[:4].astype(float), rtol=1e-12)


def test_later_doses_are_never_forgotten():
    graph = crowd(5)
    whole = courses.amounts_mg(graph, COURSE, TIMES)
    alone = [courses.amounts_mg(graph, Schedule((infusion,)), TIMES) for infusion in COURSE.infusions]
    np.testing.assert_allclose(whole, np.sum(alone, axis=0), rtol=1e-12)


def test_boluses_and_overlapping_infusions_at_any_minutes_in_any_order():
    graph = crowd(9)
    times = np.array([400.0, 0.0, 30.0, 33.3, 47.1, 47.1, 5.0, 399.999, 7000.0])
    expected = amounts_mg(graph, MIXED, times)
    np.testing.assert_allclose(courses.amounts_mg(graph, MIXED, times), expected, rtol=2e-12, atol=1e-13)


def test_what_went_in_is_inside_or_has_left():
    graph = mammillary(
        clearance_l_per_h=[80.0, 40.0], volumes_l=[60.0, 100.0, 200.0], exchanges_l_per_h=[120.0, 30.0]
    )
    inside = courses.amounts_mg(graph, MIXED, TIMES).sum(axis=-1)
    given = np.broadcast_to(MIXED.given_mg(TIMES), inside.shape)
    np.testing.assert_allclose(inside + eliminated_mg(graph, MIXED, TIMES), given, rtol=1e-12)


@pytest.mark.parametrize("compartments", [1, 2, 3])
def test_bodies_of_one_two_and_three_compartments_and_one_person_alone(compartments):
    graph = mammillary(
        clearance_l_per_h=80.0,
        volumes_l=[60.0, 100.0, 200.0][:compartments],
        exchanges_l_per_h=[120.0, 30.0][: compartments - 1],
    )
    found = courses.amounts_mg(graph, COURSE, TIMES)
    assert found.shape == (TIMES.size, compartments)
    assert relative(found, amounts_mg(graph, COURSE, TIMES)) < 1e-12


def test_a_metabolite_that_stands_among_the_compartments_is_found():
    order = [0, 3, 1, 2]
    graph = crowd(3)
    mixed = CompartmentGraph(
        graph.volumes_l[:, order],
        graph.flows_l_per_h[:, order][:, :, order],
        graph.clearances_l_per_h[:, order],
    )
    np.testing.assert_array_equal(
        courses.amounts_mg(mixed, COURSE, TIMES), courses.amounts_mg(graph, COURSE, TIMES)[..., order]
    )


def test_a_body_of_another_kind_goes_to_the_solver():
    chain = CompartmentGraph(
        np.ones((2, 3)), np.tile([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]], (2, 1, 1)), np.tile([0.0, 0, 1], (2, 1))
    )
    assert read(chain) is None
    np.testing.assert_array_equal(courses.amounts_mg(chain, COURSE, TIMES), amounts_mg(chain, COURSE, TIMES))
    with pytest.raises(InputRefused, match="graph"):
        courses.amounts_at_own_times_mg(chain, COURSE, np.tile(TIMES, (2, 1)))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_any_number_of_threads_and_any_lot_gives_the_same_bits(threads, monkeypatch):
    graph = crowd(37)
    whole = courses.amounts_mg(graph, MIXED, TIMES, threads=1)
    monkeypatch.setattr(courses, "LARGEST_LOT", LANES)
    np.testing.assert_array_equal(courses.amounts_mg(graph, MIXED, TIMES, threads=threads), whole)
    some = slice(11, 24)
    alone = CompartmentGraph(graph.volumes_l[some], graph.flows_l_per_h[some], graph.clearances_l_per_h[some])
    np.testing.assert_array_equal(courses.amounts_mg(alone, MIXED, TIMES, threads=threads), whole[some])


def test_stores_past_the_cache_write_the_same_bits(monkeypatch):
    graph = crowd(11)
    kept = courses.amounts_mg(graph, MIXED, TIMES)
    on_grid = np.union1d(TIMES, MIXED.breaks_min())  # nothing but asked times: written where it lies
    plain = courses.amounts_mg(graph, MIXED, on_grid)
    monkeypatch.setattr(courses, "BYPASS_FROM", 0)
    np.testing.assert_array_equal(courses.amounts_mg(graph, MIXED, on_grid), plain)
    np.testing.assert_array_equal(plain[:, np.searchsorted(on_grid, TIMES)], kept)


def test_memory_of_the_caller_is_used_and_one_that_does_not_fit_is_refused():
    graph, seen = crowd(20), []
    out = room(20, TIMES.size, 4)
    found = courses.amounts_mg(graph, COURSE, TIMES, out=out, progress=seen.append, threads=1)
    assert found.base is out.base
    assert seen[-1] == 20
    with pytest.raises(InputRefused, match="room"):
        courses.amounts_mg(graph, COURSE, TIMES, out=np.zeros((20, TIMES.size, 3)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(InputRefused, match="times"):
        courses.amounts_mg(crowd(2), COURSE, [0.0, bad])
    with pytest.raises(InputRefused, match="times"):
        courses.amounts_at_own_times_mg(crowd(2), COURSE, [[0.0, bad], [0.0, 1.0]])
    with pytest.raises(InputRefused, match="volumes"):
        parent_and_metabolite(v1=bad)
    with pytest.raises(InputRefused, match="threads"):
        courses.amounts_mg(crowd(2), COURSE, TIMES, threads=0)


def test_times_of_each_persons_own():
    graph = crowd(13)
    rng = np.random.default_rng(3)
    times = rng.uniform(0.0, 7000.0, (13, 20))
    times[:, 0] = 400.0  # the very minute of a bolus
    found = courses.amounts_at_own_times_mg(graph, MIXED, times)
    for person in range(13):
        one = CompartmentGraph(
            graph.volumes_l[person], graph.flows_l_per_h[person], graph.clearances_l_per_h[person]
        )
        np.testing.assert_allclose(found[person], amounts_mg(one, MIXED, times[person]), rtol=2e-12)


def test_equal_steps_are_one_class_however_the_minutes_were_rounded():
    line = timeline(COURSE, np.linspace(0.0, 0.1, 11) * 600.0)
    assert np.count_nonzero(np.isclose(line.steps_min, 6.0)) == 1
    assert line.points == 11 + 1  # and minute 40, where the infusion ends
    np.testing.assert_array_equal(timeline(COURSE, TIMES, parts=3).asked, timeline(COURSE, TIMES).asked * 3)


def test_what_is_given_after_the_last_asked_time_changes_nothing_and_costs_nothing():
    graph = crowd(3)
    early = TIMES[TIMES <= 200.0]
    assert timeline(MIXED, early).points == np.union1d(early, [75.0]).size
    np.testing.assert_allclose(
        courses.amounts_mg(graph, MIXED, early), amounts_mg(graph, MIXED, early), rtol=2e-12, atol=1e-13
    )
    assert courses.amounts_mg(graph, MIXED, [5.0]).shape == (3, 1, 4)
    assert courses.amounts_mg(graph, MIXED, [-60.0]).sum() == 0.0
    assert courses.amounts_mg(graph, MIXED, []).shape == (3, 0, 4)
