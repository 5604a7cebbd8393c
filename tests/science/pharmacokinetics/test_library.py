"""What ships: every file is read, says where its numbers come from, and obeys the laws by itself."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import unloop.science.pharmacokinetics as room
from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    Administration,
    Bolus,
    Drug,
    Infusion,
    ModelRefused,
    Schedule,
    Site,
    auc_ng_h_per_ml_to_infinity,
    auc_until_ng_h_per_ml,
    curve_of,
    for_clinic_screens,
    model,
    model_ids,
    partial_ids,
    peak,
    racemate_on,
    steady_state_ng_per_ml,
    typical_curve,
)
from unloop.science.pharmacokinetics.library import partial

PAIRS = [(model_id, drug) for model_id in model_ids() for drug in model(model_id).parts]
every_pair = pytest.mark.parametrize(("model_id", "drug"), PAIRS, ids=str)
every_model = pytest.mark.parametrize("model_id", model_ids())

weights = st.floats(40.0, 200.0)
doses = st.floats(1.0, 200.0)


def usual(drug, *, mg=35.0, minutes=40.0, weight_kg=70.0):
    """The dose and length of the published infusions, unless said otherwise."""
    return Administration(drug, Schedule((Infusion.of_dose(mg, end_min=minutes),)), weight_kg=weight_kg)


@every_model
def test_every_file_is_called_as_its_id(model_id):
    assert model(model_id).id == model_id


@every_model
def test_every_model_says_where_its_numbers_were_read(model_id):
    found = model(model_id)
    assert found.source.identifier.startswith(("doi 10.", "PMID "))
    assert found.source.read_in


@every_model
def test_no_value_of_a_shipped_model_comes_from_memory(model_id):
    provenances = {parameter.provenance for parameter in model(model_id).printed_parameters().values()}
    assert "memory" not in provenances


def test_the_models_that_a_clinic_may_show_are_all_of_adults():
    shown = for_clinic_screens()
    assert {"kamp-2020", "racemate-otto-2021", "clements-1981"} <= set(shown)
    assert {model(model_id).people.group for model_id in shown} == {"adults"}


@pytest.mark.parametrize("model_id", ["herd-2007", "hornik-2018", "hijazi-2003", "flint-2017"])
def test_children_and_intensive_care_are_never_offered_to_a_clinic(model_id):
    assert model_id in model_ids()
    assert model_id not in for_clinic_screens()


@pytest.mark.parametrize("model_id", partial_ids())
def test_a_partial_model_of_the_library_refuses_and_says_what_to_read(model_id):
    assert model_id not in model_ids()
    with pytest.raises(ModelRefused, match="read the paper") as refusal:
        model(model_id)
    assert refusal.value.missing


def test_the_partial_models_are_the_known_ones():
    assert set(partial_ids()) == {"ashraf-2018", "fanta-2015-oral", "henthorn-2018", "persson-2002"}


def test_what_was_read_of_a_partial_model_can_be_looked_at_and_a_whole_one_is_none():
    assert [one.provenance for one in partial("henthorn-2018").seen][-1] == "memory"
    with pytest.raises(InputRefused, match="partial model"):
        partial("kamp-2020")


def test_every_model_of_the_design_runs():
    designed = {
        "kamp-2020",
        "otto-2021",
        "racemate-otto-2021",
        "simons-2022",
        "perez-ruixo-2021",
        "domino-1982",
    }
    designed |= {"clements-1981", "hijazi-2003", "herd-2007", "hornik-2018", "flint-2017"}
    assert designed == set(model_ids())


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_steady_state_of_nothing_is_refused_and_never_zero(rate):
    with pytest.raises(InputRefused, match="rate"):
        steady_state_ng_per_ml(model("kamp-2020"), Drug.RACEMATE, rate_mg_per_min=rate, weight_kg=70.0)


def test_a_clinic_is_offered_only_models_of_its_drug():
    assert "otto-2021" not in for_clinic_screens(Drug.RACEMATE)
    esketamine = {"otto-2021", "kamp-2020", "simons-2022", "perez-ruixo-2021"}
    assert set(for_clinic_screens(Drug.ESKETAMINE)) == esketamine


def test_a_model_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(InputRefused) as refusal:
        model("nobody-2000")
    assert "kamp-2020" in refusal.value.allowed


@pytest.mark.parametrize(
    ("model_id", "drug"),
    [("otto-2021", Drug.RACEMATE), ("racemate-otto-2021", Drug.ESKETAMINE), ("domino-1982", Drug.ESKETAMINE)],
)
def test_a_model_fed_with_the_other_drug_is_refused_rather_than_wrong_twofold(model_id, drug):
    with pytest.raises(InputRefused) as refusal:
        typical_curve(model(model_id), usual(drug), [40.0])
    assert refusal.value.given == drug
    assert drug not in refusal.value.allowed


@every_pair
@given(mg=doses, factor=st.floats(0.1, 10.0))
def test_concentration_is_proportional_to_dose(model_id, drug, mg, factor):
    one = typical_curve(model(model_id), usual(drug, mg=mg), [20.0, 40.0, 300.0]).ng_per_ml
    other = typical_curve(model(model_id), usual(drug, mg=mg * factor), [20.0, 40.0, 300.0]).ng_per_ml
    np.testing.assert_allclose(other, factor * one, rtol=1e-12)


@every_pair
@given(mg=doses, weight_kg=weights)
def test_the_whole_area_is_dose_over_clearance_and_the_curve_reaches_it(model_id, drug, mg, weight_kg):
    administered = usual(drug, mg=mg, weight_kg=weight_kg)
    whole = auc_ng_h_per_ml_to_infinity(model(model_id), administered)
    np.testing.assert_allclose(auc_until_ng_h_per_ml(model(model_id), administered, 1e6), whole, rtol=1e-9)


@every_pair
@given(rate=st.floats(0.01, 5.0), weight_kg=weights)
def test_an_endless_infusion_comes_to_the_steady_state(model_id, drug, rate, weight_kg):
    endless = Administration(drug, Schedule((Infusion(0.0, 1e6, rate),)), weight_kg=weight_kg)
    steady = steady_state_ng_per_ml(model(model_id), drug, rate_mg_per_min=rate, weight_kg=weight_kg)
    np.testing.assert_allclose(typical_curve(model(model_id), endless, 1e6).ng_per_ml, steady, rtol=1e-9)


@every_pair
def test_six_infusions_in_two_weeks_are_six_times_the_area(model_id, drug):
    days = (0, 2, 4, 7, 9, 11)
    course = Schedule(tuple(Infusion.of_dose(35.0, start_min=d * 1440, end_min=d * 1440 + 40) for d in days))
    administered = Administration(drug, course, weight_kg=70.0)
    area = auc_until_ng_h_per_ml(model(model_id), administered, 60 * 1440)
    np.testing.assert_allclose(area, 6 * auc_ng_h_per_ml_to_infinity(model(model_id), usual(drug)), rtol=1e-9)


@every_pair
def test_an_even_infusion_is_highest_at_its_end(model_id, drug):
    highest = peak(model(model_id), usual(drug))
    assert highest.at_min == 40.0
    grid = typical_curve(model(model_id), usual(drug), np.linspace(0, 300, 3001)).ng_per_ml
    assert highest.ng_per_ml == pytest.approx(grid.max(), rel=1e-12)


@every_pair
def test_a_faster_infusion_of_the_same_dose_peaks_higher(model_id, drug):
    tops = [peak(model(model_id), usual(drug, minutes=minutes)).ng_per_ml for minutes in (20, 40, 60, 100)]
    assert tops == sorted(tops, reverse=True)


@every_pair
def test_a_bolus_before_the_infusion_is_the_highest_point_when_it_is_large(model_id, drug):
    pushed = Schedule((Infusion.of_dose(10.0, end_min=40.0),), (Bolus(0.0, 200.0),))
    assert peak(model(model_id), Administration(drug, pushed, weight_kg=70.0)).at_min == 0.0


@pytest.mark.parametrize("model_id", ["clements-1981", "domino-1982", "hijazi-2003"])
def test_what_is_proportional_to_weight_gives_the_same_level_for_the_same_dose_by_weight(model_id):
    levels = [
        typical_curve(model(model_id), usual(Drug.RACEMATE, mg=0.5 * kg, weight_kg=kg), [40, 230]).ng_per_ml
        for kg in (50.0, 70.0, 130.0)
    ]
    np.testing.assert_allclose(levels, np.broadcast_to(levels[0], (3, 2)), rtol=1e-12)


def test_a_heavy_person_gets_more_than_a_dose_by_weight_promises():
    # 0.5 mg/kg at 130 kg: clearance grows with the power of 0.75, the dose with the weight. Independent run with a
    # matrix exponential: 279 ng/mL at 40 min, area 486 (253 and 417 at 70 kg).
    administered = usual(Drug.RACEMATE, mg=65.0, weight_kg=130.0)
    assert peak(model("kamp-2020"), administered).ng_per_ml == pytest.approx(279.0, abs=0.5)
    assert auc_ng_h_per_ml_to_infinity(model("kamp-2020"), administered) == pytest.approx(486.0, abs=0.6)


def test_the_periphery_of_otto_is_the_same_at_every_weight():
    light, heavy = (model("otto-2021").typical(kg) for kg in (50.0, 120.0))
    assert all(light[name] == heavy[name] for name in ("Q2", "V2", "Q3", "V3"))
    assert heavy["V1"] / light["V1"] == pytest.approx(2.4)


def test_the_racemate_is_the_sum_of_its_halves():
    found = model("racemate-otto-2021")
    times = np.arange(0.0, 300.0, 7.0)
    halves = [
        curve_of(found, usual(Drug.RACEMATE), analyte, times_min=times)
        for analyte in ("S-ketamine", "R-ketamine")
    ]
    whole = typical_curve(found, usual(Drug.RACEMATE), times)
    np.testing.assert_allclose(sum(half.ng_per_ml for half in halves), whole.ng_per_ml, rtol=1e-12)
    assert np.all(halves[1].ng_per_ml[1:] > halves[0].ng_per_ml[1:])  # R is cleared more slowly


def test_the_s_half_of_the_racemate_is_half_the_dose_as_esketamine():
    s_half = curve_of(model("racemate-otto-2021"), usual(Drug.RACEMATE), "S-ketamine", times_min=[40, 230])
    alone = typical_curve(model("otto-2021"), usual(Drug.ESKETAMINE, mg=17.5), [40, 230])
    np.testing.assert_allclose(s_half.ng_per_ml, alone.ng_per_ml, rtol=1e-12)


def test_r_cleared_as_fast_as_s_makes_the_racemate_s():
    equal = racemate_on(model("otto-2021"), clearance_ratio=1.0)
    np.testing.assert_allclose(
        typical_curve(equal, usual(Drug.RACEMATE), [40, 230]).ng_per_ml,
        typical_curve(model("otto-2021"), usual(Drug.ESKETAMINE), [40, 230]).ng_per_ml,
        rtol=1e-12,
    )


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clearance_ratio_that_cannot_be_is_refused(ratio):
    with pytest.raises(InputRefused, match="ratio"):
        racemate_on(model("otto-2021"), clearance_ratio=ratio)


@pytest.mark.parametrize("weight_kg", [0.0, -70.0, 351.0, float("nan"), float("inf")])
def test_a_weight_that_cannot_be_is_refused(weight_kg):
    with pytest.raises(InputRefused, match="weight"):
        usual(Drug.RACEMATE, weight_kg=weight_kg)


def test_giving_nothing_is_refused():
    with pytest.raises(InputRefused, match="dose"):
        Administration(Drug.RACEMATE, Schedule(), weight_kg=70.0)


def test_arterial_and_venous_are_never_held_against_each_other():
    assert model("otto-2021").compares_with(Site.VENOUS)
    assert not model("otto-2021").compares_with(Site.ARTERIAL)
    assert model("kamp-2020").compares_with(Site.ARTERIAL)
    assert not model("kamp-2020").compares_with(Site.VENOUS)
    assert not model("herd-2007").compares_with(Site.NOT_STATED)


def test_every_example_in_the_docstrings_runs():
    names = [f"{room.__name__}.{found.name}" for found in pkgutil.iter_modules(room.__path__)]
    results = [doctest.testmod(importlib.import_module(name)) for name in [room.__name__, *names]]
    assert sum(result.attempted for result in results) >= 5
    assert sum(result.failed for result in results) == 0
