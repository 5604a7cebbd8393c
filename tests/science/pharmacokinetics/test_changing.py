"""A body that changes between doses: what is inside is carried over, exactly."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    AbsorbedDose,
    Administration,
    Bolus,
    Drug,
    Infusion,
    Route,
    Schedule,
    Stretch,
    Traits,
    adjusted,
    changing_curve,
    curve_of,
    model,
    model_ids,
    typical_curve,
    whole_system,
)

STEADY = [name for name in model_ids() if name != "flint-2017"]
PAIRS = [(name, drug) for name in STEADY for drug in model(name).parts]
every_pair = pytest.mark.parametrize(("model_id", "drug"), PAIRS, ids=str)
DAY = 1440.0
COURSE = Schedule(
    tuple(Infusion.of_dose(35.0, start_min=day * DAY, end_min=day * DAY + 40.0) for day in (0, 2, 4)),
    (Bolus(3000.0, 5.0),),
)
TIMES = np.array([0.0, 20.0, 40.0, 500.0, DAY, 2 * DAY, 2 * DAY + 40.0, 4000.0, 4 * DAY + 40.0, 7000.0])


def curve(stretches, drug, *, schedule=COURSE, times=TIMES, analyte=None):
    return changing_curve(stretches, drug=drug, schedule=schedule, times_min=times, analyte=analyte).ng_per_ml


@every_pair
@settings(max_examples=5)
@given(cut=st.floats(1.0, 6000.0))
def test_a_change_that_changes_nothing_changes_nothing(model_id, drug, cut):
    found = model(model_id)
    whole = typical_curve(found, Administration(drug, COURSE, weight_kg=82.0), TIMES).ng_per_ml
    cut_in_two = curve([Stretch(0.0, found, 82.0), Stretch(cut, found, 82.0)], drug)
    np.testing.assert_allclose(cut_in_two, whole, rtol=1e-9, atol=1e-10)


@every_pair
def test_nothing_later_reaches_back(model_id, drug):
    found = model(model_id)
    now = typical_curve(found, Administration(drug, COURSE, weight_kg=70.0), TIMES).ng_per_ml
    later = curve([Stretch(0.0, found, 70.0), Stretch(3.0 * DAY, found, 95.0)], drug)
    before = TIMES < 3.0 * DAY
    np.testing.assert_allclose(later[before], now[before], rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    ("model_id", "analyte"),
    [
        ("kamp-2020", "S-ketamine"),
        ("otto-2021", "S-norketamine"),
        ("simons-2022", "S-hydroxynorketamine"),
        ("perez-ruixo-2021", "S-norketamine"),
    ],
)
def test_a_changing_body_agrees_with_an_ode_solver(model_id, analyte):
    found = model(model_id)
    slower = adjusted(found, taking=["ticlopidine"], traits=Traits(genotype="*1/*6"))
    stretches = [
        Stretch(0.0, found, 70.0),
        Stretch(30.0, found, 72.5),
        Stretch(2000.0, slower, 72.5),
        Stretch(3 * DAY, found, 60.0),
    ]
    systems = [
        whole_system(s.model, s.model.typical(s.weight_kg), s.model.parts_of(Drug.ESKETAMINE)[0])
        for s in stretches
    ]
    place = systems[0].observed[analyte]
    grid = np.unique(np.concatenate([TIMES, COURSE.breaks_min(), [s.from_min for s in stretches]]))
    state, expected = np.zeros(systems[0].graph.n), {0.0: 0.0}
    for start, end in itertools.pairwise(grid):
        state[0] += sum(push.mg for push in COURSE.boluses if push.at_min == start)
        held = max(k for k, s in enumerate(stretches) if s.from_min <= start)
        matrix = systems[held].graph.rate_matrix_per_min()
        rate = sum(i.rate_mg_per_min for i in COURSE.infusions if i.start_min <= start < i.end_min)
        inflow = np.eye(matrix.shape[0])[0] * rate
        state = solve_ivp(
            lambda _, a, k=matrix, u=inflow: k @ a + u,
            (start, end),
            state,
            method="LSODA",
            rtol=1e-10,
            atol=1e-12,
        ).y[:, -1]
        at_end = max(k for k, s in enumerate(stretches) if s.from_min <= end)
        litres = systems[at_end].graph.volumes_l[place]
        expected[end] = state[place] / litres * 1000.0 * systems[0].mg_per_parent_mg[analyte]
    found_levels = curve(stretches, Drug.ESKETAMINE, analyte=analyte)
    np.testing.assert_allclose(found_levels, [expected[minute] for minute in TIMES], rtol=1e-6, atol=1e-8)


def test_what_is_inside_stays_inside_when_the_volume_changes():
    # Twice the weight at a minute without anything given: half the concentration where volume is proportional.
    found, times = model("clements-1981"), [100.0 - 1e-9, 100.0]
    pushed = Schedule(boluses=(Bolus(0.0, 35.0),))
    stretches = [Stretch(0.0, found, 60.0), Stretch(100.0, found, 120.0)]
    before, after = curve(stretches, Drug.RACEMATE, schedule=pushed, times=times)
    assert after == pytest.approx(before / 2.0, rel=1e-6)


def test_a_slower_clearance_from_a_minute_on_leaves_more():
    otto = model("otto-2021")
    blocked = adjusted(otto, taking=["ticlopidine"])
    found = curve([Stretch(0.0, otto, 70.0), Stretch(60.0, blocked, 70.0)], Drug.ESKETAMINE)
    given_once = Administration(Drug.ESKETAMINE, COURSE, weight_kg=70.0)
    low, high = (typical_curve(one, given_once, TIMES).ng_per_ml for one in (otto, blocked))
    later = TIMES > 60.0
    assert np.all((found > low * (1 - 1e-12))[later])
    assert np.all((found < high * (1 + 1e-12))[later])


def test_a_swallowed_dose_lives_through_a_change_too():
    found = model("perez-ruixo-2021")
    nasal = Schedule(absorbed=(AbsorbedDose(Route.NASAL, 0.0, 56.0),))
    stretches = [Stretch(0.0, found, 70.0), Stretch(30.0, found, 90.0)]  # weight has no effect in this model
    given_once = Administration(Drug.ESKETAMINE, nasal, weight_kg=70.0)
    np.testing.assert_allclose(
        curve(stretches, Drug.ESKETAMINE, schedule=nasal),
        typical_curve(found, given_once, TIMES).ng_per_ml,
        rtol=1e-10,
        atol=1e-12,
    )


def test_times_may_be_asked_for_in_any_order():
    found = model("otto-2021")
    stretches = [Stretch(0.0, found, 70.0), Stretch(100.0, found, 80.0)]
    np.testing.assert_array_equal(
        curve(stretches, Drug.ESKETAMINE, times=TIMES[::-1]), curve(stretches, Drug.ESKETAMINE)[::-1]
    )


def test_the_halves_of_a_racemate_add_up_through_a_change():
    found = model("racemate-otto-2021")
    stretches = [Stretch(0.0, found, 70.0), Stretch(100.0, found, 80.0)]
    halves = [curve(stretches, Drug.RACEMATE, analyte=one) for one in ("S-ketamine", "R-ketamine")]
    np.testing.assert_allclose(sum(halves), curve(stretches, Drug.RACEMATE), rtol=1e-12)


@pytest.mark.parametrize(
    ("stretches", "words"),
    [
        pytest.param([], "a stretch and a dose", id="nobody"),
        pytest.param([("otto-2021", 0.0), ("otto-2021", 0.0)], "ascending", id="at once"),
        pytest.param([("otto-2021", 0.0), ("kamp-2020", 10.0)], "one model", id="another model"),
        pytest.param([("flint-2017", 0.0)], "by itself", id="a clearance that grows by itself"),
    ],
)
def test_stretches_that_cannot_be_are_refused(stretches, words):
    with pytest.raises(InputRefused, match=words):
        curve([Stretch(start, model(name), 70.0) for name, start in stretches], Drug.ESKETAMINE)


@pytest.mark.parametrize(("start", "weight_kg"), [(float("nan"), 70.0), (0.0, 0.0), (0.0, float("nan"))])
def test_a_stretch_that_cannot_be_is_refused(start, weight_kg):
    with pytest.raises(InputRefused):
        Stretch(start, model("otto-2021"), weight_kg)


def test_giving_nothing_to_a_changing_body_is_refused():
    with pytest.raises(InputRefused, match="a stretch and a dose"):
        curve([Stretch(0.0, model("otto-2021"), 70.0)], Drug.ESKETAMINE, schedule=Schedule())


def test_a_curve_of_a_changing_body_says_of_what_and_by_which_model():
    found = changing_curve(
        [Stretch(0.0, model("otto-2021"), 70.0)],
        drug=Drug.ESKETAMINE,
        schedule=COURSE,
        times_min=[40.0],
        analyte="S-norketamine",
    )
    assert (found.model_id, found.analyte) == ("otto-2021", "S-norketamine")
    alone = curve_of(
        model("otto-2021"),
        Administration(Drug.ESKETAMINE, COURSE, weight_kg=70.0),
        "S-norketamine",
        times_min=[40.0],
    )
    np.testing.assert_allclose(found.ng_per_ml, alone.ng_per_ml, rtol=1e-12)
