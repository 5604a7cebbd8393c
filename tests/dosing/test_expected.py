"""What a plan lets one expect: by which model, of what, from which blood, and how sure."""

from __future__ import annotations

import dataclasses
import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.dosing import (
    Analyte,
    Drug,
    Site,
    charted,
    expected,
    expected_exposure,
    exposure,
    for_clinic_screens,
    planned,
    side_by_side,
)
from unloop.quantity import InputRefused

PLAN = {"drug": "racemate", "dose_mg": 35.0, "minutes": 40.0, "weight_kg": 70.0}
MODELS = for_clinic_screens(Drug.RACEMATE)


def usual(**changes):
    return planned(**{**PLAN, **changes})


@pytest.mark.parametrize("model_id", MODELS)
def test_a_plan_gives_a_curve_that_says_what_it_is(model_id):
    found = expected_exposure(model_id, **PLAN)
    assert (found.model, found.drug, found.analyte) == (model_id, Drug.RACEMATE, Analyte.RACEMIC)
    assert found.source
    assert found.status in {"verified", "usable"}
    assert len(found.times_min) == len(found.ketamine_ng_per_ml)
    assert (found.tmax_min, found.ketamine_ng_per_ml[0]) == (40.0, 0.0)
    assert found.cmax_ng_per_ml == pytest.approx(max(found.ketamine_ng_per_ml))


def test_the_curve_runs_by_the_minute_to_three_hours_after_the_end():
    found = expected_exposure("kamp-2020", **PLAN)
    assert found.times_min == tuple(float(minute) for minute in range(221))


def test_the_end_of_an_infusion_between_minutes_is_shown_too():
    found = expected_exposure("kamp-2020", **{**PLAN, "minutes": 40.5})
    assert 40.5 in found.times_min
    assert max(found.ketamine_ng_per_ml) == found.cmax_ng_per_ml


def test_the_minutes_asked_for_are_the_minutes_shown():
    found = expected_exposure("kamp-2020", **PLAN, at_min=[40, 80, 110, 230])
    # Independent run with matrix exponentials.
    assert [round(level, 1) for level in found.ketamine_ng_per_ml] == [253.1, 73.7, 54.3, 26.7]


def test_the_peak_is_known_even_where_it_is_not_shown():
    assert expected_exposure("kamp-2020", **PLAN, at_min=[10]).cmax_ng_per_ml == pytest.approx(253.1, abs=0.1)


def test_a_model_without_published_variability_has_no_band():
    found = expected_exposure("kamp-2020", **PLAN)
    assert (found.p05, found.p95, found.spread) == (None, None, "unknown")


def test_a_band_says_whether_it_is_published_or_borrowed():
    racemate = expected_exposure("racemate-otto-2021", **PLAN)
    esketamine = expected_exposure("otto-2021", **{**PLAN, "drug": "esketamine"})
    assert (racemate.spread, esketamine.spread) == ("borrowed", "published")
    assert "R-ketamine" in racemate.assumption
    assert not esketamine.assumption


def test_the_typical_person_lies_within_the_band():
    found = expected_exposure("racemate-otto-2021", **PLAN)
    low, middle, high = (np.array(curve[1:]) for curve in (found.p05, found.ketamine_ng_per_ml, found.p95))
    assert np.all(low < middle)
    assert np.all(middle < high)


def test_a_band_changes_with_the_plan_and_never_by_chance():
    assert expected_exposure("racemate-otto-2021", **PLAN) == expected_exposure("racemate-otto-2021", **PLAN)


def test_no_people_is_no_band_although_one_is_published():
    found = exposure("racemate-otto-2021", usual(), subjects=0)
    assert (found.p05, found.p95, found.spread) == (None, None, "borrowed")


@settings(max_examples=25)
@given(st.sampled_from(MODELS), st.floats(1, 100), st.floats(5, 120), st.floats(40, 180))
def test_more_drug_is_more_of_everything_and_longer_is_a_lower_peak(model_id, dose_mg, minutes, weight_kg):
    plan = {"drug": "racemate", "dose_mg": dose_mg, "minutes": minutes, "weight_kg": weight_kg}
    one = exposure(model_id, planned(**plan), subjects=0)
    double = exposure(model_id, planned(**{**plan, "dose_mg": 2 * dose_mg}), subjects=0)
    slower = exposure(model_id, planned(**{**plan, "minutes": 2 * minutes}), subjects=0)
    np.testing.assert_allclose(double.ketamine_ng_per_ml, 2 * np.array(one.ketamine_ng_per_ml), rtol=1e-9)
    assert double.auc_ng_h_per_ml == pytest.approx(2 * one.auc_ng_h_per_ml)
    assert slower.cmax_ng_per_ml < one.cmax_ng_per_ml
    assert slower.auc_ng_h_per_ml == pytest.approx(one.auc_ng_h_per_ml)


def test_several_models_stand_beside_each_other_at_the_same_minutes():
    found = side_by_side(["kamp-2020", "clements-1981"], usual(), at_min=iter([40, 80]))
    assert [one.model for one in found] == ["kamp-2020", "clements-1981"]
    assert {one.times_min for one in found} == {(40.0, 80.0)}
    assert {one.reads_as for one in found} == {Site.ARTERIAL, Site.VENOUS}


def test_where_models_disagree_nothing_hides_it():
    # Printed end-of-infusion predictions for this plan span 158-289 ng/mL between models.
    tops = [one.cmax_ng_per_ml for one in side_by_side(MODELS, usual(), subjects=0)]
    assert min(tops) < 165
    assert max(tops) > 250


# --- A session as charted ---------------------------------------------------------------------------------


def as_charted(*rates, planned_dose_mg=35.0):
    return charted(drug="racemate", rates=rates, weight_kg=70.0, planned_dose_mg=planned_dose_mg)


def test_a_session_without_changes_is_the_plan():
    assert as_charted((0, 35 / 40)).schedule.mg == pytest.approx(35.0)
    by_chart = exposure("kamp-2020", as_charted((0, 35 / 40)), at_min=range(200))
    by_plan = exposure("kamp-2020", usual(), at_min=range(200))
    np.testing.assert_allclose(by_chart.ketamine_ng_per_ml, by_plan.ketamine_ng_per_ml, rtol=1e-12)


def test_a_slower_pump_goes_on_until_the_bag_is_empty():
    slowed = as_charted((0, 1.0), (14, 0.5))
    assert slowed.schedule.breaks_min().tolist() == pytest.approx([0, 14, 56])
    assert slowed.schedule.mg == pytest.approx(35.0)


def test_a_pause_lets_the_level_fall_and_the_rest_follows():
    paused = as_charted((0, 1.0), (20, 0.0), (30, 1.0))
    found = exposure("clements-1981", paused, at_min=[20, 29, 45])
    assert found.ketamine_ng_per_ml[1] < found.ketamine_ng_per_ml[0] < found.ketamine_ng_per_ml[2]
    assert (paused.schedule.mg, found.tmax_min) == (pytest.approx(35.0), pytest.approx(45.0))


def test_a_stop_is_the_end_of_what_is_expected_to_enter():
    stopped = as_charted((0, 1.0), (12, 0.0))
    assert stopped.schedule.mg == pytest.approx(12.0)
    assert exposure("kamp-2020", stopped, subjects=0).tmax_min == 12.0


def test_an_infusion_past_its_planned_dose_ends_at_the_last_entry():
    over = as_charted((0, 1.0), (50, 0.5))
    assert over.schedule.mg == pytest.approx(50.0)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0.05, 2.0)), min_size=1, max_size=6))
def test_a_running_infusion_always_ends_with_the_planned_dose(steps):
    minutes = np.cumsum([0] + [length for length, _ in steps[:-1]])
    rates = [(float(minute), rate) for minute, (_, rate) in zip(minutes, steps, strict=True)]
    before = sum(rate * length for (_, rate), (length, _) in zip(rates[:-1], steps[:-1], strict=True))
    schedule = as_charted(*rates, planned_dose_mg=before + 10.0).schedule
    assert schedule.mg == pytest.approx(before + 10.0)


def test_the_past_does_not_depend_on_what_is_still_planned():
    minutes = list(range(15))
    running = exposure("kamp-2020", as_charted((0, 1.0)), at_min=minutes, subjects=0)
    stopped = exposure("kamp-2020", as_charted((0, 1.0), (14, 0.0)), at_min=minutes, subjects=0)
    np.testing.assert_allclose(running.ketamine_ng_per_ml, stopped.ketamine_ng_per_ml, rtol=1e-12)


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        pytest.param([], "none was given", id="nothing charted"),
        pytest.param([(0, 0.0)], "no dose", id="a pump that never ran"),
        pytest.param([(10, 1.0), (5, 1.0)], "ascending", id="backwards"),
        pytest.param([(0, -1.0), (5, 1.0)], "rate of 0", id="a negative rate"),
        pytest.param([(0, float("nan"))], "rate", id="a rate that is no number"),
    ],
)
def test_a_chart_that_cannot_be_is_refused(rates, words):
    with pytest.raises(InputRefused, match=words):
        as_charted(*rates)


# --- What is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model_id", ["herd-2007", "hornik-2018", "hijazi-2003"])
def test_a_model_of_children_or_intensive_care_is_refused_here(model_id):
    with pytest.raises(InputRefused) as refusal:
        expected_exposure(model_id, **PLAN)
    assert model_id not in refusal.value.allowed
    assert "command line" in refusal.value.mend


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"drug": "ketamine"}, "racemate or esketamine", id="a drug that could mean either"),
        pytest.param({"drug": ""}, "racemate or esketamine", id="no drug"),
        pytest.param({"dose_mg": -35.0}, "dose", id="a negative dose"),
        pytest.param({"dose_mg": 0.0}, "above 0", id="no dose"),
        pytest.param({"dose_mg": float("nan")}, "dose", id="a dose that is no number"),
        pytest.param({"dose_mg": 35_000.0}, "mcg", id="a dose in micrograms"),
        pytest.param({"minutes": 0.0}, "above 0", id="no minutes"),
        pytest.param({"minutes": -40.0}, "minutes", id="negative minutes"),
        pytest.param({"minutes": float("inf")}, "minutes", id="no end"),
        pytest.param({"weight_kg": -70.0}, "weight", id="a negative weight"),
        pytest.param({"weight_kg": float("nan")}, "weight", id="a weight that is no number"),
        pytest.param({"weight_kg": 700.0}, "pounds", id="a weight of no body"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_one_sentence(change, words):
    with pytest.raises(InputRefused, match=words):
        expected_exposure("kamp-2020", **{**PLAN, **change})


def test_a_model_of_s_ketamine_is_refused_the_racemate():
    with pytest.raises(InputRefused, match="esketamine"):
        expected_exposure("otto-2021", **PLAN)


def test_an_unknown_model_is_refused_with_those_that_there_are():
    with pytest.raises(InputRefused, match="clements-1981"):
        expected_exposure("nobody-2000", **PLAN)


def test_a_minute_that_is_no_number_is_refused():
    with pytest.raises(InputRefused, match="times"):
        expected_exposure("kamp-2020", **PLAN, at_min=[float("nan")])


# --- As a result ------------------------------------------------------------------------------------------


def test_an_exposure_is_plain_data():
    found = expected_exposure("racemate-otto-2021", **PLAN, at_min=[0, 40])
    assert json.loads(json.dumps(dataclasses.asdict(found)))["analyte"] == "ketamine (S + R)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.cmax_ng_per_ml = 0.0


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(expected).failed == 0
    assert doctest.testmod(expected).attempted >= 2
