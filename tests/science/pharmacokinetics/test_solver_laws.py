"""Laws that hold for every compartment graph and every schedule, whatever the parameters."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    Bolus,
    CompartmentGraph,
    Infusion,
    Schedule,
    amounts_mg,
    areas_mg_min,
    auc_ng_h_per_ml,
    concentrations_ng_per_ml,
    eliminated_mg,
    mammillary,
)

TIMES = np.array([0.0, 0.5, 7.0, 40.0, 41.0, 80.0, 230.0, 700.0, 1440.0, 10_000.0])

clearances = st.floats(1.0, 300.0)
volumes = st.floats(1.0, 500.0)
exchanges = st.one_of(st.just(0.0), st.floats(0.1, 500.0))
minutes = st.floats(0.0, 600.0)


@st.composite
def graphs(draw, clearance=clearances, exchange=exchanges):
    peripheral = draw(st.integers(0, 2))
    return mammillary(
        clearance_l_per_h=draw(clearance),
        volumes_l=[draw(volumes) for _ in range(peripheral + 1)],
        exchanges_l_per_h=[draw(exchange) for _ in range(peripheral)],
    )


@st.composite
def infusions(draw):
    start = draw(minutes)
    return Infusion(start, start + draw(st.floats(0.1, 600.0)), rate_mg_per_min=draw(st.floats(0.01, 10.0)))


boluses = st.builds(Bolus, at_min=minutes, mg=st.floats(0.1, 100.0))
schedules = st.builds(
    Schedule,
    infusions=st.lists(infusions(), min_size=1, max_size=4).map(tuple),
    boluses=st.lists(boluses, max_size=3).map(tuple),
)


def close(actual, expected, *, of: float, rtol: float = 1e-10) -> None:
    """Equal to a tolerance of each value, or to rounding of the whole dose for what is nearly nothing."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=1e-13 * of)


@given(graphs(), schedules, st.floats(0.01, 100.0))
def test_twice_the_dose_is_twice_the_amount(graph, schedule, factor):
    close(
        amounts_mg(graph, schedule.scaled_by(factor), TIMES),
        factor * amounts_mg(graph, schedule, TIMES),
        of=factor * schedule.mg,
    )


@given(graphs(), schedules, schedules)
def test_two_schedules_together_are_the_sum_of_each_alone(graph, one, other):
    both = Schedule(one.infusions + other.infusions, one.boluses + other.boluses)
    apart = amounts_mg(graph, one, TIMES) + amounts_mg(graph, other, TIMES)
    close(amounts_mg(graph, both, TIMES), apart, of=both.mg)


@given(graphs(), schedules)
def test_the_order_in_which_doses_are_listed_does_not_matter(graph, schedule):
    backwards = Schedule(schedule.infusions[::-1], schedule.boluses[::-1])
    close(amounts_mg(graph, schedule, TIMES), amounts_mg(graph, backwards, TIMES), of=schedule.mg)


@given(graphs(clearance=st.one_of(st.just(0.0), clearances)), schedules)
def test_what_is_inside_and_what_has_left_are_all_that_was_given(graph, schedule):
    inside = amounts_mg(graph, schedule, TIMES).sum(axis=-1)
    left = eliminated_mg(graph, schedule, TIMES)
    close(inside + left, schedule.given_mg(TIMES), of=schedule.mg, rtol=1e-9)


@given(graphs(exchange=st.floats(1.0, 500.0)), schedules)
def test_clearance_times_the_whole_area_is_the_dose(graph, schedule):
    whole = auc_ng_h_per_ml(graph, schedule, 1e7)  # 19 years: nothing is left inside
    close(graph.clearances_l_per_h[0] * whole / 1000.0, schedule.mg, of=schedule.mg, rtol=1e-9)


@given(graphs(), schedules)
def test_no_amount_is_ever_negative_and_none_is_there_before_the_first_dose(graph, schedule):
    times = np.concatenate([TIMES - 100.0, TIMES])
    amounts = amounts_mg(graph, schedule, times)
    assert np.all(amounts >= -1e-13 * schedule.mg)
    assert not np.any(amounts[times < schedule.breaks_min()[0]])


@given(graphs(), schedules, st.floats(-1000.0, 1000.0))
def test_only_the_time_since_each_dose_matters(graph, schedule, shift):
    later = Schedule(
        tuple(
            Infusion(i.start_min + shift, i.end_min + shift, i.rate_mg_per_min) for i in schedule.infusions
        ),
        tuple(Bolus(b.at_min + shift, b.mg) for b in schedule.boluses),
    )
    # Away from the breaks, where a shift's rounding would move a bolus from before to after.
    times = schedule.breaks_min()[:, None] + np.array([0.37, 5.1, 77.0])
    times = times[np.min(np.abs(times[..., None] - schedule.breaks_min()), axis=-1) > 1e-6]
    then, now = amounts_mg(graph, later, times + shift), amounts_mg(graph, schedule, times)
    close(then, now, of=100 * schedule.mg, rtol=1e-7)


@given(graphs(), schedules, st.integers(1, 60))
def test_a_late_dose_adds_what_a_first_dose_gives(graph, schedule, days):
    late = days * 1440.0
    again = Infusion.of_dose(35.0, start_min=late, end_min=late + 40.0)
    both = Schedule((*schedule.infusions, again), schedule.boluses)
    added = amounts_mg(graph, both, TIMES + late) - amounts_mg(graph, schedule, TIMES + late)
    first = amounts_mg(graph, Schedule((Infusion.of_dose(35.0, end_min=40.0),)), TIMES)
    close(added, first, of=100 * both.mg, rtol=1e-7)


@given(clearances, volumes, st.floats(0.01, 10.0), st.floats(1.0, 600.0))
def test_one_compartment_follows_the_textbook_formula(clearance, volume, rate, length):
    graph = mammillary(clearance_l_per_h=clearance, volumes_l=[volume], exchanges_l_per_h=[])
    k = clearance / volume / 60.0
    during = np.minimum(TIMES, length)
    expected = rate / k * (1.0 - np.exp(-k * during)) * np.exp(-k * (TIMES - during))
    schedule = Schedule((Infusion(0.0, length, rate),))
    close(amounts_mg(graph, schedule, TIMES)[:, 0], expected, of=rate * length, rtol=1e-9)


@given(clearances, volumes, volumes, schedules)
def test_a_flow_of_zero_leaves_the_compartment_out(clearance, volume, unreached, schedule):
    alone = mammillary(clearance_l_per_h=clearance, volumes_l=[volume], exchanges_l_per_h=[])
    beside = mammillary(clearance_l_per_h=clearance, volumes_l=[volume, unreached], exchanges_l_per_h=[0.0])
    amounts = amounts_mg(beside, schedule, TIMES)
    close(amounts[:, 0], amounts_mg(alone, schedule, TIMES)[:, 0], of=schedule.mg)
    assert np.all(np.abs(amounts[:, 1]) <= 1e-13 * schedule.mg)


@given(clearances, volumes, volumes, st.floats(0.1, 500.0), schedules)
def test_two_equal_peripheral_compartments_are_one_of_twice_the_size(
    clearance, central, volume, exchange, schedule
):
    # Two of the three rates tie exactly.
    tied = mammillary(
        clearance_l_per_h=clearance,
        volumes_l=[central, volume, volume],
        exchanges_l_per_h=[exchange, exchange],
    )
    merged = mammillary(
        clearance_l_per_h=clearance, volumes_l=[central, 2 * volume], exchanges_l_per_h=[2 * exchange]
    )
    apart, whole = amounts_mg(tied, schedule, TIMES), amounts_mg(merged, schedule, TIMES)
    close(apart[:, 0], whole[:, 0], of=schedule.mg, rtol=1e-9)
    close(apart[:, 1] + apart[:, 2], whole[:, 1], of=schedule.mg, rtol=1e-9)


@given(volumes, schedules)
def test_nothing_that_flows_at_all_keeps_everything_where_it_was_put(volume, schedule):
    graph = mammillary(
        clearance_l_per_h=0.0, volumes_l=[volume, volume, volume], exchanges_l_per_h=[0.0, 0.0]
    )
    amounts = amounts_mg(graph, schedule, TIMES)
    close(amounts[:, 0], schedule.given_mg(TIMES), of=schedule.mg)
    assert not np.any(amounts[:, 1:])


@given(graphs(), st.floats(0.01, 10.0))
def test_an_endless_infusion_comes_to_rate_over_clearance(graph, rate):
    held = Schedule((Infusion(0.0, 1e8, rate),))
    steady = concentrations_ng_per_ml(graph, held, 9e7)
    expected = rate * 60.0 / graph.clearances_l_per_h[0] * 1000.0
    np.testing.assert_allclose(steady, expected, rtol=1e-9)


@given(graphs(), st.floats(0.01, 10.0))
def test_a_steady_infusion_only_ever_raises_the_concentration(graph, rate):
    held = Schedule((Infusion(0.0, 20_000.0, rate),))
    rising = concentrations_ng_per_ml(graph, held, TIMES)
    assert np.all(np.diff(rising) >= -1e-12 * rising[-1])


@given(graphs(), st.floats(1.0, 100.0), st.integers(1, 7))
def test_an_infusion_in_pieces_is_the_infusion_in_one(graph, mg, pieces):
    edges = np.linspace(0.0, 40.0, pieces + 1)
    cut = Schedule(tuple(Infusion(a, b, mg / 40.0) for a, b in itertools.pairwise(edges)))
    whole = Schedule((Infusion.of_dose(mg, end_min=40.0),))
    close(amounts_mg(graph, cut, TIMES), amounts_mg(graph, whole, TIMES), of=mg)


@given(graphs(), st.floats(1.0, 100.0))
def test_an_infusion_in_hardly_any_time_is_a_bolus(graph, mg):
    pushed = Schedule(boluses=(Bolus(0.0, mg),))
    fast = Schedule((Infusion.of_dose(mg, end_min=1e-9),))
    close(amounts_mg(graph, fast, TIMES[1:]), amounts_mg(graph, pushed, TIMES[1:]), of=1e5 * mg, rtol=1e-6)


@given(graphs(), schedules)
def test_the_area_is_the_integral_of_the_amount(graph, schedule):
    # Gauss-Legendre with 40 nodes between the breaks, where the amounts are smooth.
    nodes, weights = np.polynomial.legendre.leggauss(40)
    edges = np.unique(np.concatenate([np.linspace(0.0, 1500.0, 200), schedule.breaks_min()]))
    half, middle = np.diff(edges)[:, None] / 2.0, (edges[1:] + edges[:-1])[:, None] / 2.0
    inside = amounts_mg(graph, schedule, (middle + half * nodes).ravel()).reshape(
        *half.shape[:1], 40, graph.n
    )
    integral = (inside * weights[:, None] * half[:, :, None]).sum(axis=(0, 1))
    close(areas_mg_min(graph, schedule, edges[-1])[0], integral, of=1e5 * schedule.mg, rtol=1e-6)


@given(st.lists(graphs().filter(lambda graph: graph.n == 3), min_size=1, max_size=5), schedules)
def test_many_people_at_once_are_each_person_alone(people, schedule):
    together = CompartmentGraph(
        volumes_l=np.stack([one.volumes_l for one in people]),
        flows_l_per_h=np.stack([one.flows_l_per_h for one in people]),
        clearances_l_per_h=np.stack([one.clearances_l_per_h for one in people]),
    )
    alone = np.stack([amounts_mg(one, schedule, TIMES) for one in people])
    assert together.people == (len(people),)
    close(amounts_mg(together, schedule, TIMES), alone, of=schedule.mg)
    areas = np.stack([areas_mg_min(one, schedule, TIMES) for one in people])
    close(areas_mg_min(together, schedule, TIMES), areas, of=1e4 * schedule.mg)


@given(graphs(), schedules, st.permutations(range(TIMES.size)), st.data())
def test_times_may_be_asked_for_in_any_order_and_twice(graph, schedule, order, data):
    asked = [*order, data.draw(st.sampled_from(order))]
    np.testing.assert_array_equal(
        amounts_mg(graph, schedule, TIMES[asked]), amounts_mg(graph, schedule, TIMES)[asked]
    )


@given(graphs(), schedules)
def test_no_moment_is_higher_than_the_breaks_of_the_schedule(graph, schedule):
    breaks = schedule.breaks_min()
    highest = concentrations_ng_per_ml(graph, schedule, breaks).max()
    between = np.concatenate([np.linspace(a, b, 60) for a, b in itertools.pairwise(breaks)])
    assert concentrations_ng_per_ml(graph, schedule, between).max() <= highest * (1 + 1e-9)


def test_a_bolus_counts_as_given_at_its_very_minute():
    graph = mammillary(clearance_l_per_h=84.0, volumes_l=[25.0], exchanges_l_per_h=[])
    pushed = Schedule(boluses=(Bolus(10.0, mg=25.0),))
    np.testing.assert_allclose(concentrations_ng_per_ml(graph, pushed, [9.999, 10.0]), [0.0, 1000.0])


def test_nothing_given_is_nothing_anywhere():
    graph = mammillary(clearance_l_per_h=84.0, volumes_l=[25.0], exchanges_l_per_h=[])
    assert not np.any(amounts_mg(graph, Schedule(), TIMES))


@pytest.mark.parametrize("times", [[float("nan")], [float("inf")], [[1.0, 2.0]]])
def test_times_that_are_no_minutes_are_refused(times):
    graph = mammillary(clearance_l_per_h=84.0, volumes_l=[25.0], exchanges_l_per_h=[])
    with pytest.raises(InputRefused, match="finite minutes"):
        amounts_mg(graph, Schedule(), times)
