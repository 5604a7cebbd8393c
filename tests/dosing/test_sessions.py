"""Sessions as a nurse charts them, in, and what a screen may say of them, out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.dosing import Drug, charted, exposure, for_clinic_screens, planned, side_by_side
from unloop.quantity import InputRefused

MODELS = for_clinic_screens(Drug.RACEMATE)
every_model = pytest.mark.parametrize("model_id", MODELS)

rates = st.one_of(st.just(0.0), st.floats(0.1, 2.0))


@st.composite
def sessions(draw):
    """Rate changes in whole minutes over an hour, starting with a running pump."""
    minutes = sorted(draw(st.sets(st.integers(1, 60), max_size=6)))
    return [(0.0, draw(st.floats(0.1, 2.0))), *((float(minute), draw(rates)) for minute in minutes)]


def as_charted(chart, *, planned_dose_mg=35.0, weight_kg=70.0, drug="racemate"):
    return charted(drug=drug, rates=chart, weight_kg=weight_kg, planned_dose_mg=planned_dose_mg)


def levels(model_id, chart, at_min, **changes):
    return np.array(
        exposure(model_id, as_charted(chart, **changes), at_min=at_min, subjects=0).ketamine_ng_per_ml
    )


# (what happened, rate changes, milligrams in all, minute of the end)
SESSIONS = [
    pytest.param([(0, 0.875)], 35.0, 40.0, id="as planned"),
    pytest.param([(0, 0.875), (14, 0.4375)], 35.0, 66.0, id="half speed after 14 minutes"),
    pytest.param([(0, 0.875), (20, 0.0), (28, 0.875)], 35.0, 48.0, id="a pause of 8 minutes"),
    pytest.param([(0, 0.875), (20, 0.0)], 17.5, 20.0, id="stopped half way"),
    pytest.param([(0, 0.4), (10, 0.6), (20, 1.0)], 35.0, 45.0, id="started slowly"),
    pytest.param(
        [(0, 0.875), (10, 0.0), (12, 0.5), (20, 0.0), (30, 0.5)], 35.0, 74.5, id="two pauses, slower"
    ),
    pytest.param([(5, 0.875)], 35.0, 45.0, id="charted from the fifth minute"),
    pytest.param([(0, 2.0), (30, 0.0)], 60.0, 30.0, id="more than was planned, as it was charted"),
]


@pytest.mark.parametrize(("chart", "mg", "end_min"), SESSIONS)
def test_a_session_gives_what_it_says_and_ends_when_it_says(chart, mg, end_min):
    schedule = as_charted(chart).schedule
    assert schedule.mg == pytest.approx(mg)
    assert schedule.breaks_min()[-1] == pytest.approx(end_min)


@pytest.mark.parametrize(("chart", "mg", "end_min"), SESSIONS)
def test_the_whole_area_depends_on_the_milligrams_alone(chart, mg, end_min):
    for model_id in MODELS:
        area = exposure(model_id, as_charted(chart), subjects=0).auc_ng_h_per_ml
        at_once = planned(drug="racemate", dose_mg=mg, minutes=40.0, weight_kg=70.0)
        assert area == pytest.approx(exposure(model_id, at_once, subjects=0).auc_ng_h_per_ml)


@pytest.mark.parametrize(("chart", "mg", "end_min"), SESSIONS)
def test_the_peak_of_a_session_is_the_top_of_its_curve(chart, mg, end_min):
    for one in side_by_side(MODELS, as_charted(chart), subjects=0):
        assert one.cmax_ng_per_ml == pytest.approx(max(one.ketamine_ng_per_ml), rel=1e-12)
        assert one.tmax_min in one.times_min


@every_model
@settings(max_examples=30)
@given(sessions(), rates)
def test_an_entry_of_now_changes_nothing_before_now(model_id, chart, rate):
    now = chart[-1][0] + 5.0
    past = np.linspace(0.0, now, 15)
    before, entered = levels(model_id, chart, past), levels(model_id, [*chart, (now, rate)], past)
    # Until its planned dose is in, a running pump runs on; what was expected after that is no past.
    end = as_charted(chart, planned_dose_mg=35.0).schedule.breaks_min()[-1]
    same = past <= min(now, end)
    np.testing.assert_allclose(entered[same], before[same], rtol=1e-10, atol=1e-10)


@every_model
@settings(max_examples=30)
@given(sessions())
def test_repeating_the_present_rate_is_no_change(model_id, chart):
    minute, rate = chart[-1]
    again = [*chart, (minute + 1.0, rate)]
    generous = 500.0  # the bag is not empty by then
    one, other = (levels(model_id, c, [minute + 30.0], planned_dose_mg=generous) for c in (chart, again))
    np.testing.assert_allclose(other, one, rtol=1e-10)


@every_model
@settings(max_examples=30)
@given(sessions(), st.floats(0.1, 0.9))
def test_a_slower_pump_is_a_lower_level_while_it_runs(model_id, chart, slower):
    minute, rate = chart[-1]
    if rate == 0:
        chart = [*chart, (minute + 1.0, 1.0)]
        minute, rate = chart[-1]
    now = minute + 5.0
    later = np.linspace(now, now + 10.0, 5)
    fast = levels(model_id, chart, later, planned_dose_mg=500.0)
    slow = levels(model_id, [*chart, (now, rate * slower)], later, planned_dose_mg=500.0)
    assert np.all(slow <= fast * (1 + 1e-12))
    assert slow[-1] < fast[-1]


@every_model
@settings(max_examples=30)
@given(sessions(), st.floats(0.2, 4.0))
def test_a_stronger_bag_at_the_same_chart_is_a_level_in_proportion(model_id, chart, stronger):
    times = [10.0, 30.0, 90.0]
    strong = [(minute, rate * stronger) for minute, rate in chart]
    np.testing.assert_allclose(
        levels(model_id, strong, times, planned_dose_mg=200.0 * stronger),
        stronger * levels(model_id, chart, times, planned_dose_mg=200.0),
        rtol=1e-9,
        atol=1e-9,
    )


@pytest.mark.parametrize(("chart", "mg", "end_min"), SESSIONS)
def test_a_heavier_person_is_expected_at_a_lower_level_of_the_same_dose(chart, mg, end_min):
    for model_id in MODELS:
        tops = [
            exposure(model_id, as_charted(chart, weight_kg=kg), subjects=0).cmax_ng_per_ml
            for kg in (50.0, 70.0, 100.0, 140.0)
        ]
        assert all(lighter > heavier for lighter, heavier in itertools.pairwise(tops))


def test_weight_models_that_conflict_are_both_shown():
    # Clements scales with weight, Otto's periphery does not: by 0.5 mg/kg the heavy differ between models.
    light, heavy = (
        side_by_side(
            ["clements-1981", "racemate-otto-2021"],
            planned(drug="racemate", dose_mg=0.5 * kg, minutes=40.0, weight_kg=kg),
            subjects=0,
        )
        for kg in (70.0, 130.0)
    )
    assert heavy[0].cmax_ng_per_ml == pytest.approx(light[0].cmax_ng_per_ml)
    assert heavy[1].cmax_ng_per_ml > 1.05 * light[1].cmax_ng_per_ml


def test_esketamine_is_shown_by_the_models_that_take_it_and_by_no_other():
    session = as_charted([(0, 0.5)], planned_dose_mg=20.0, drug="esketamine")
    found = side_by_side(for_clinic_screens(Drug.ESKETAMINE), session)
    assert {one.analyte for one in found} == {"S-ketamine"}
    for model_id in set(for_clinic_screens()) - set(for_clinic_screens(Drug.ESKETAMINE)):
        with pytest.raises(InputRefused):
            exposure(model_id, session)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"planned_dose_mg": -1.0}, "dose"),
        ({"planned_dose_mg": float("nan")}, "dose"),
        ({"weight_kg": 5.0}, "pounds"),
        ({"drug": "ketamine"}, "vial"),
    ],
)
def test_a_session_of_impossible_surroundings_is_refused(changes, words):
    with pytest.raises(InputRefused, match=words):
        as_charted([(0, 0.875)], **changes)
