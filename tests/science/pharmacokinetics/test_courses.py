"""Whole courses in every shipped model: what came later cannot change what was, and what came earlier stays."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from unloop.science.pharmacokinetics import (
    Administration,
    Bolus,
    Drug,
    Infusion,
    Schedule,
    amounts_mg,
    auc_until_ng_h_per_ml,
    concentrations_ng_per_ml,
    curve_of,
    from_rate_changes,
    mammillary,
    model,
    model_ids,
    peak,
    steady_state_ng_per_ml,
    typical_curve,
)

PAIRS = [(model_id, drug) for model_id in model_ids() for drug in model(model_id).parts]
every_pair = pytest.mark.parametrize(("model_id", "drug"), PAIRS, ids=str)
DAY = 1440.0

rates = st.one_of(st.just(0.0), st.floats(0.05, 3.0))


@st.composite
def charts(draw):
    """A session as charted: rate changes and pauses, with a rate above zero somewhere."""
    minutes = sorted(draw(st.sets(st.integers(1, 120), max_size=5)))
    first = draw(st.floats(0.05, 3.0))
    return [(0.0, first), *((float(minute), draw(rates)) for minute in minutes)]


def after(model_id, drug, schedule, times_min, *, weight_kg=70.0):
    return typical_curve(
        model(model_id), Administration(drug, schedule, weight_kg=weight_kg), times_min
    ).ng_per_ml


def evenly(mg, *, start=0.0, minutes=40.0):
    return Infusion.of_dose(mg, start_min=start, end_min=start + minutes)


@every_pair
@settings(max_examples=25)
@given(chart=charts(), later=st.floats(0.1, 3.0))
def test_what_is_given_later_cannot_change_what_was(model_id, drug, chart, later):
    now = 120.0
    past = np.linspace(0.0, now, 25)
    stopped = from_rate_changes(chart, end_min=now)
    going_on = Schedule((*stopped.infusions, Infusion(now, now + 60.0, later)), (Bolus(now + 5.0, 20.0),))
    np.testing.assert_allclose(
        after(model_id, drug, going_on, past), after(model_id, drug, stopped, past), rtol=1e-12, atol=1e-12
    )


@every_pair
@settings(max_examples=25)
@given(chart=charts())
def test_after_the_last_drop_the_level_only_falls(model_id, drug, chart):
    schedule = from_rate_changes(chart, end_min=150.0)
    last = schedule.breaks_min()[-1]
    falling = after(model_id, drug, schedule, last + np.geomspace(0.1, 5 * DAY, 60))
    assert np.all(np.diff(falling) < 0)
    assert np.all(falling > 0)


@every_pair
@settings(max_examples=25)
@given(chart=charts())
def test_the_peak_of_any_session_stands_where_something_was_changed(model_id, drug, chart):
    schedule = from_rate_changes(chart, end_min=150.0)
    highest = peak(model(model_id), Administration(drug, schedule, weight_kg=70.0))
    assert highest.at_min in schedule.breaks_min()
    everywhere = after(model_id, drug, schedule, np.linspace(0.0, 300.0, 1201))
    assert everywhere.max() <= highest.ng_per_ml * (1 + 1e-12)


@every_pair
@settings(max_examples=25)
@given(chart=charts(), minute=st.floats(1.0, 149.0))
def test_a_pause_never_raises_a_level(model_id, drug, chart, minute):
    whole = from_rate_changes(chart, end_min=150.0)
    before = tuple(
        Infusion(part.start_min, min(part.end_min, minute), part.rate_mg_per_min)
        for part in whole.infusions
        if part.start_min < minute
    )
    times = np.linspace(0.0, 400.0, 41)
    stopped = after(model_id, drug, Schedule(before), times)
    assert np.all(stopped <= after(model_id, drug, whole, times) * (1 + 1e-12) + 1e-12)


@every_pair
@settings(max_examples=25)
@given(chart=charts(), minute=st.floats(1.0, 400.0))
def test_the_area_up_to_a_minute_is_the_sum_of_thin_slices(model_id, drug, chart, minute):
    schedule = from_rate_changes(chart, end_min=150.0)
    administered = Administration(drug, schedule, weight_kg=70.0)
    edges = np.unique([*np.linspace(0.0, minute, 30), *schedule.breaks_min()[schedule.breaks_min() < minute]])
    nodes, weights = np.polynomial.legendre.leggauss(12)
    slices = [
        float(after(model_id, drug, schedule, (a + b) / 2 + (b - a) / 2 * nodes) @ weights) * (b - a) / 2
        for a, b in itertools.pairwise(edges)
    ]
    area = auc_until_ng_h_per_ml(model(model_id), administered, minute)
    assert area == pytest.approx(sum(slices) / 60.0, rel=1e-7)


@every_pair
def test_every_day_the_same_dose_comes_to_the_average_that_clearance_allows(model_id, drug):
    daily = Schedule(tuple(evenly(35.0, start=day * DAY) for day in range(40)))
    administered = Administration(drug, daily, weight_kg=70.0)
    last_day = [auc_until_ng_h_per_ml(model(model_id), administered, day * DAY) for day in (39, 40)]
    average = (last_day[1] - last_day[0]) / 24.0
    steady = steady_state_ng_per_ml(model(model_id), drug, rate_mg_per_min=35.0 / DAY, weight_kg=70.0)
    assert average == pytest.approx(steady, rel=1e-6)


@every_pair
def test_each_infusion_of_a_course_stands_on_what_the_earlier_ones_left(model_id, drug):
    starts = [day * DAY for day in (0, 2, 4, 7, 9, 11)]
    ends = np.array(starts) + 40.0
    course = after(model_id, drug, Schedule(tuple(evenly(35.0, start=start) for start in starts)), ends)
    alone = after(model_id, drug, Schedule((evenly(35.0),)), [40.0])[0]
    left = [
        sum(after(model_id, drug, Schedule((evenly(35.0, start=start),)), [end])[0] for start in starts[:n])
        for n, end in enumerate(ends)
    ]
    np.testing.assert_allclose(course, alone + np.array(left), rtol=1e-12)
    assert course[0] == pytest.approx(alone)
    assert np.all(np.array(left) >= 0)


@every_pair
def test_an_infusion_mixed_with_boluses_drops_neither(model_id, drug):
    infusion, pushes = evenly(20.0, start=10.0), (Bolus(0.0, 5.0), Bolus(10.0, 5.0), Bolus(50.0, 5.0))
    times = np.linspace(0.0, 300.0, 61)
    mixed = after(model_id, drug, Schedule((infusion,), pushes), times)
    apart = after(model_id, drug, Schedule((infusion,)), times)
    for push in pushes:
        apart = apart + after(model_id, drug, Schedule(boluses=(push,)), times)
    np.testing.assert_allclose(mixed, apart, rtol=1e-12)


@every_pair
@settings(max_examples=3)
@given(chart=charts(), weight_kg=st.floats(45.0, 160.0))
def test_every_shipped_model_agrees_with_an_ode_solver(model_id, drug, chart, weight_kg):
    schedule = from_rate_changes(chart, end_min=130.0)
    found, times = model(model_id), np.array([10.0, 40.0, 130.0, 300.0])
    total = np.zeros(times.size)
    for part in found.parts_of(drug):
        graph = found.graph(found.typical(weight_kg), part)
        total += part.share * by_ode(graph, schedule, times)
    np.testing.assert_allclose(after(model_id, drug, schedule, times, weight_kg=weight_kg), total, rtol=1e-6)


def by_ode(graph, schedule, times):
    """SciPy's LSODA on the central concentration in ng/mL, restarted wherever the rate changes."""
    matrix = graph.rate_matrix_per_min()
    grid = np.unique(np.concatenate([[0.0], times, schedule.breaks_min()]))
    state, levels = np.zeros(graph.n), {0.0: 0.0}
    for start, end in itertools.pairwise(grid):
        rate = sum(
            part.rate_mg_per_min for part in schedule.infusions if part.start_min <= start < part.end_min
        )
        inflow = np.eye(graph.n)[0] * rate
        state = solve_ivp(
            lambda _, a, u=inflow: matrix @ a + u, (start, end), state, method="LSODA", rtol=1e-9, atol=1e-11
        ).y[:, -1]
        levels[end] = state[0] / graph.volumes_l[0] * 1000.0
    return np.array([levels[minute] for minute in times])


# --- Laws of scale ----------------------------------------------------------------------------------------

litres = st.floats(5.0, 300.0)
flows = st.floats(1.0, 300.0)
TIMES = np.array([0.0, 10.0, 40.0, 100.0, 1000.0])


@given(flows, litres, litres, flows, st.floats(0.1, 10.0))
def test_everything_twice_as_fast_is_the_same_film_in_half_the_time(cl, v1, v2, q2, pace):
    slow = mammillary(clearance_l_per_h=cl, volumes_l=[v1, v2], exchanges_l_per_h=[q2])
    fast = mammillary(clearance_l_per_h=cl * pace, volumes_l=[v1, v2], exchanges_l_per_h=[q2 * pace])
    quick = Schedule((evenly(35.0, minutes=40.0 / pace),))
    np.testing.assert_allclose(
        amounts_mg(fast, quick, TIMES / pace),
        amounts_mg(slow, Schedule((evenly(35.0),)), TIMES),
        rtol=1e-9,
        atol=1e-12,
    )


@given(flows, litres, litres, flows, st.floats(0.1, 10.0))
def test_a_body_twice_as_large_in_every_way_holds_half_the_concentration(cl, v1, v2, q2, size):
    small = mammillary(clearance_l_per_h=cl, volumes_l=[v1, v2], exchanges_l_per_h=[q2])
    large = mammillary(
        clearance_l_per_h=cl * size, volumes_l=[v1 * size, v2 * size], exchanges_l_per_h=[q2 * size]
    )
    given_once = Schedule((evenly(35.0),))
    np.testing.assert_allclose(
        concentrations_ng_per_ml(large, given_once, TIMES) * size,
        concentrations_ng_per_ml(small, given_once, TIMES),
        rtol=1e-9,
        atol=1e-9,
    )


@given(flows, litres, litres, flows)
def test_the_periphery_lags_behind_and_once_it_leads_it_leads_for_good(cl, v1, v2, q2):
    graph = mammillary(clearance_l_per_h=cl, volumes_l=[v1, v2], exchanges_l_per_h=[q2])
    given_once, times = Schedule((evenly(35.0),)), np.geomspace(1.0, 5000.0, 60)
    central = concentrations_ng_per_ml(graph, given_once, times)
    peripheral = concentrations_ng_per_ml(graph, given_once, times, compartment=1)
    lead = np.where(np.abs(peripheral - central) > 1e-9 * central.max(), peripheral - central, 0.0)
    assert np.all(lead[times <= 40.0] <= 0)
    leading = np.flatnonzero(lead > 0)
    assert leading.size == 0 or np.all(lead[leading[0] :] >= 0)


@given(flows, litres, litres, flows)
def test_exchange_without_end_is_one_well_mixed_volume(cl, v1, v2, q2):
    mixed = mammillary(clearance_l_per_h=cl, volumes_l=[v1 + v2], exchanges_l_per_h=[])
    fast = mammillary(clearance_l_per_h=cl, volumes_l=[v1, v2], exchanges_l_per_h=[q2 * 1e9])
    given_once, times = Schedule((evenly(35.0),)), TIMES[1:4]
    np.testing.assert_allclose(
        concentrations_ng_per_ml(fast, given_once, times),
        concentrations_ng_per_ml(mixed, given_once, times),
        rtol=1e-4,
    )


# --- What a curve says of itself --------------------------------------------------------------------------


@every_pair
def test_the_analyte_and_the_blood_stand_beside_every_curve(model_id, drug):
    administered = Administration(drug, Schedule((evenly(35.0),)), weight_kg=70.0)
    found = typical_curve(model(model_id), administered, [40.0])
    assert found.model_id == model_id
    assert found.analyte == ("S-ketamine" if drug is Drug.ESKETAMINE else "ketamine (S + R)")
    assert found.blood is model(model_id).blood


@pytest.mark.parametrize("model_id", ["kamp-2020", "clements-1981"])
def test_a_model_that_does_not_tell_the_halves_apart_gives_none_of_them(model_id):
    administered = Administration(Drug.RACEMATE, Schedule((evenly(35.0),)), weight_kg=70.0)
    with pytest.raises(KeyError):
        curve_of(model(model_id), administered, "S-ketamine", times_min=[40.0])
