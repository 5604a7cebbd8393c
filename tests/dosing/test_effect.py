"""What a plan or a session lets one expect at the effect site: said to be speculative, with what it rests on."""

from __future__ import annotations

import dataclasses
import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.dosing import (
    Drug,
    charted,
    effect,
    effects_not_modelled,
    effects_side_by_side,
    expected_effect,
    exposure,
    for_clinic_screens,
    observed_courses,
    planned,
)
from unloop.dosing.people import even_normals, people_of, varying
from unloop.quantity import InputRefused
from unloop.science.pharmacodynamics import effect as dissociation
from unloop.science.pharmacodynamics import effect_site_ng_per_ml
from unloop.science.pharmacokinetics import band, draw_parameters, model

MODELS = for_clinic_screens(Drug.RACEMATE)
every_model = pytest.mark.parametrize("model_id", MODELS)


def usual(**changes):
    return planned(**{"drug": "racemate", "dose_mg": 35.0, "minutes": 40.0, "weight_kg": 70.0, **changes})


@every_model
def test_an_effect_says_what_it_is_by_which_model_and_that_it_is_speculative(model_id):
    found = expected_effect(model_id, usual())
    assert (found.effect, found.model, found.drug) == ("dissociation", model_id, Drug.RACEMATE)
    assert found.speculative
    assert "decides nothing" in found.wording
    assert "Olofsen" in found.source
    assert found.notes


@every_model
def test_the_effect_rises_late_peaks_after_the_end_and_goes(model_id):
    found = expected_effect(model_id, usual(), subjects=0)
    percent = np.array(found.percent_of_maximum)
    assert percent[0] == 0.0
    assert 40.0 <= found.peak_min < 60.0
    assert 20.0 < found.peak_percent < 60.0
    assert percent[-1] < 0.4 * found.peak_percent


@every_model
def test_the_typical_person_lies_within_the_band(model_id):
    found = expected_effect(model_id, usual())
    low, middle, high = (np.array(c[1:]) for c in (found.p05, found.percent_of_maximum, found.p95))
    assert np.all(low < middle)
    assert np.all(middle < high)


def test_a_band_says_what_it_holds():
    known, unknown = effects_side_by_side(["racemate-otto-2021", "kamp-2020"], usual())
    assert "how people differ in concentration" in known.band_holds
    assert "not how people differ" in unknown.band_holds
    assert known.p05 is not None
    assert unknown.p05 is not None


def test_a_band_changes_with_the_plan_and_never_by_chance():
    assert expected_effect("racemate-otto-2021", usual()) == expected_effect("racemate-otto-2021", usual())


def test_no_people_is_no_band():
    assert expected_effect("kamp-2020", usual(), subjects=0).p05 is None


def test_where_a_model_does_not_tell_s_from_r_half_is_taken_and_it_is_said():
    for found in effects_side_by_side(MODELS, usual(), subjects=0):
        assert bool(found.assumption) == (found.model != "racemate-otto-2021")


@every_model
def test_half_as_much_esketamine_is_about_as_much_of_an_effect(model_id):
    if Drug.ESKETAMINE not in model(model_id).parts:
        pytest.skip("takes the racemate alone")
    racemate = expected_effect(model_id, usual(), subjects=0)
    esketamine = expected_effect(model_id, usual(drug="esketamine", dose_mg=17.5), subjects=0)
    np.testing.assert_allclose(esketamine.percent_of_maximum, racemate.percent_of_maximum, rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(MODELS), st.floats(1, 100), st.floats(5, 120))
def test_a_larger_dose_is_never_less_of_an_effect_and_a_slower_one_never_a_higher_peak(model_id, mg, minutes):
    one = expected_effect(model_id, usual(dose_mg=mg, minutes=minutes), subjects=0)
    more = expected_effect(model_id, usual(dose_mg=2 * mg, minutes=minutes), subjects=0)
    slower = expected_effect(model_id, usual(dose_mg=mg, minutes=2 * minutes), subjects=0)
    assert np.all(np.array(more.percent_of_maximum) >= np.array(one.percent_of_maximum))
    assert slower.peak_percent <= one.peak_percent + 1e-9


@every_model
def test_a_pause_shows_in_the_session_and_the_past_stays(model_id):
    def session(*rates):
        return charted(drug="racemate", rates=rates, weight_kg=70.0, planned_dose_mg=35.0)

    minutes = list(range(90))
    running = expected_effect(model_id, session((0, 0.875)), at_min=minutes, subjects=0)
    paused = expected_effect(
        model_id, session((0, 0.875), (20, 0.0), (30, 0.875)), at_min=minutes, subjects=0
    )
    np.testing.assert_allclose(paused.percent_of_maximum[:21], running.percent_of_maximum[:21], rtol=1e-9)
    assert paused.percent_of_maximum[30] < running.percent_of_maximum[30]
    assert paused.peak_min > running.peak_min


def test_the_minute_from_which_little_is_left_is_the_last_crossing():
    found = expected_effect("domino-1982", usual(), subjects=0)
    after = [
        p
        for m, p in zip(found.times_min, found.percent_of_maximum, strict=True)
        if m >= found.under_tenth_min
    ]
    assert max(after) < 10.0
    assert expected_effect("domino-1982", usual(), at_min=[10, 40], subjects=0).under_tenth_min is None


def test_several_models_stand_beside_each_other_at_the_same_minutes():
    found = effects_side_by_side(["kamp-2020", "clements-1981"], usual(), at_min=iter([40, 80]))
    assert [one.model for one in found] == ["kamp-2020", "clements-1981"]
    assert {one.times_min for one in found} == {(40.0, 80.0)}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"effect_id": "blood-pressure"}, "Abuhelwa"),
        ({"effect_id": "drug-high"}, "course over time"),
        ({"model_id": "herd-2007"}, "command line"),
        ({"model_id": "otto-2021"}, "esketamine"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(asked, words):
    with pytest.raises(InputRefused, match=words):
        expected_effect(
            asked.get("model_id", "kamp-2020"), usual(), effect_id=asked.get("effect_id", "dissociation")
        )


def test_what_is_not_modelled_is_named_and_what_was_observed_is_kept_apart():
    assert "blood-pressure" in {one.id for one in effects_not_modelled()}
    assert {one.effect for one in observed_courses("blood-pressure")} == {"blood-pressure"}
    assert len(observed_courses()) > len(observed_courses("dissociation")) > 1


def test_an_expected_effect_is_plain_data():
    found = expected_effect("kamp-2020", usual(), at_min=[0, 40])
    assert json.loads(json.dumps(dataclasses.asdict(found)))["effect"] == "dissociation"


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(effect).failed == 0
    assert doctest.testmod(effect).attempted >= 3


# --- The people behind a band -------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2, 4, 6])
def test_evenly_spread_people_have_the_moments_of_a_normal(columns):
    drawn = even_normals(512, columns)
    np.testing.assert_allclose(drawn.mean(axis=0), 0.0, atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T).reshape(columns, columns), np.eye(columns), atol=0.12)


def test_evenly_spread_people_differ_as_those_drawn_by_chance_do():
    otto = model("otto-2021")
    even = people_of(otto, weight_kg=80.0, columns=even_normals(512, varying(otto)))
    drawn = draw_parameters(otto, weight_kg=80.0, subjects=20_000, rng=np.random.default_rng(1))
    for name in ("V1", "CL"):
        assert np.quantile(even[name], (0.05, 0.5, 0.95)) == pytest.approx(
            np.quantile(drawn[name], (0.05, 0.5, 0.95)), rel=0.03
        )
    assert np.corrcoef(np.log(even["V1"]), np.log(even["CL"]))[0, 1] == pytest.approx(0.483, abs=0.06)


def test_a_band_of_few_even_people_is_that_of_many_by_chance():
    minutes = [10.0, 40.0, 80.0, 230.0]
    few = exposure("racemate-otto-2021", usual(), at_min=minutes)
    many = band(model("racemate-otto-2021"), usual(), minutes, subjects=20_000, rng=np.random.default_rng(3))
    np.testing.assert_allclose(few.p05, many.p05, rtol=0.03)
    np.testing.assert_allclose(few.p95, many.p95, rtol=0.03)


def test_a_model_without_spread_has_only_typical_people():
    kamp = model("kamp-2020")
    people = people_of(kamp, weight_kg=70.0, columns=even_normals(8, 0))
    assert all(np.unique(values).size == 1 for values in people.values())


def test_where_nobody_differs_in_concentration_solving_the_blood_once_changes_no_band():
    kamp, minutes = model("kamp-2020"), [20.0, 48.0, 120.0]
    shown = expected_effect("kamp-2020", usual(), at_min=minutes, subjects=160)
    known, columns = dissociation("dissociation"), even_normals(160, 2)
    (part,) = kamp.parts_of(Drug.RACEMATE)
    each = (
        0.5
        * part.share
        * effect_site_ng_per_ml(
            kamp.graph(people_of(kamp, weight_kg=70.0, columns=columns[:, 2:]), part),
            usual().schedule,
            minutes,
            ke0_per_h=np.log(2.0) * 60.0 / known.half_life_min.drawn(columns[:, 0]),
        )
    )
    middles = known.c50_ng_per_ml.drawn(columns[:, 1])[:, None]
    percents = known.percent_of_maximum(each, c50_ng_per_ml=middles)
    np.testing.assert_allclose(shown.p05, np.quantile(percents, 0.05, axis=0), rtol=1e-12)
    np.testing.assert_allclose(shown.p95, np.quantile(percents, 0.95, axis=0), rtol=1e-12)
