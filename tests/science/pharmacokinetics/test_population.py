"""People are drawn only where a paper lets them be, from a generator that the caller passes, and always the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    AbsorbedDose,
    Administration,
    Drug,
    Infusion,
    Route,
    Schedule,
    band,
    concentrations_ng_per_ml,
    draw_parameters,
    for_clinic_screens,
    model,
    model_ids,
    population,
    typical_curve,
)
from unloop.science.pharmacokinetics.kernels import choice, compiled, fastest
from unloop.science.pharmacokinetics.population import curves_in_lots, people_of, write_curves
from unloop.science.pharmacokinetics.quantiles import WIDEST

TIMES = np.array([0.0, 10.0, 40.0, 41.0, 80.0, 230.0, 720.0])
PUBLISHED = [(m, d) for m in model_ids() for d in model(m).parts if model(m).spread != "unknown"]
UNKNOWN = [(m, d) for m in model_ids() for d in model(m).parts if model(m).spread == "unknown"]
with_spread = pytest.mark.parametrize(("model_id", "drug"), PUBLISHED, ids=str)


def half_mg_per_kg(drug):
    return Administration(drug, Schedule((Infusion.of_dose(35.0, end_min=40.0),)), weight_kg=70.0)


def seeded(seed=20):
    return np.random.default_rng(seed)


def curves_of(found, people, part, schedule):
    return concentrations_ng_per_ml(found.graph(people, part), schedule, TIMES[1:])


@pytest.mark.parametrize(("model_id", "drug"), UNKNOWN, ids=str)
def test_without_published_variability_there_is_a_line_and_no_band_of_any_width(model_id, drug):
    rng = seeded()
    found = band(model(model_id), half_mg_per_kg(drug), TIMES, subjects=100, rng=rng)
    assert (found.p05, found.p95, found.spread, found.subjects) == (None, None, "unknown", 0)
    typical = typical_curve(model(model_id), half_mg_per_kg(drug), TIMES)
    np.testing.assert_array_equal(found.p50, typical.ng_per_ml)
    assert rng.standard_normal() == seeded().standard_normal()  # the generator was left alone


def test_at_least_one_model_for_each_drug_has_a_band():
    drawn = {drug for model_id, drug in PUBLISHED if model_id in for_clinic_screens()}
    assert drawn == set(Drug)


def test_drawing_people_from_a_model_without_variability_is_refused_with_the_reason():
    with pytest.raises(InputRefused, match="no copy that could be read"):
        draw_parameters(model("kamp-2020"), weight_kg=70.0, subjects=10, rng=seeded())


@with_spread
def test_a_construction_of_ours_says_that_its_spread_is_borrowed(model_id, drug):
    expected = "borrowed" if model_id == "racemate-otto-2021" else "published"
    found = band(model(model_id), half_mg_per_kg(drug), TIMES, subjects=20, rng=seeded())
    assert found.spread == expected
    assert bool(model(model_id).assumption) == (expected == "borrowed")


@with_spread
def test_the_band_lies_around_its_middle_and_is_empty_before_the_start(model_id, drug):
    found = band(model(model_id), half_mg_per_kg(drug), TIMES, subjects=500, rng=seeded())
    assert found.p05[0] == found.p50[0] == found.p95[0] == 0.0
    assert np.all(found.p05[1:] < found.p50[1:])
    assert np.all(found.p50[1:] < found.p95[1:])


@with_spread
def test_the_middle_of_many_people_is_near_the_typical_person(model_id, drug):
    found = band(model(model_id), half_mg_per_kg(drug), TIMES, subjects=40_000, rng=seeded())
    typical = typical_curve(model(model_id), half_mg_per_kg(drug), TIMES).ng_per_ml
    np.testing.assert_allclose(found.p50, typical, rtol=0.03)


@with_spread
def test_nine_in_ten_new_people_fall_into_the_band(model_id, drug):
    administered = half_mg_per_kg(drug)
    found = band(model(model_id), administered, TIMES[1:], subjects=4000, rng=seeded(1))
    people = draw_parameters(model(model_id), weight_kg=70.0, subjects=2000, rng=seeded(2))
    curves = sum(
        part.share * curves_of(model(model_id), people, part, administered.schedule)
        for part in model(model_id).parts_of(drug)
    )
    inside = np.mean((curves >= found.p05) & (curves <= found.p95), axis=0)
    # Three standard errors of 2000 people around 0.90 are 0.02.
    np.testing.assert_allclose(inside, 0.90, atol=0.03)


@with_spread
def test_the_same_seed_draws_the_same_band(model_id, drug):
    one, again = (
        band(model(model_id), half_mg_per_kg(drug), TIMES, subjects=50, rng=seeded()) for _ in range(2)
    )
    np.testing.assert_array_equal(one.p95, again.p95)


@settings(max_examples=20)
@given(st.integers(1, 60), st.integers(1, 60))
def test_the_first_people_stay_who_they_are_when_more_are_drawn(few, more):
    small, large = sorted((few, more))
    one = draw_parameters(model("otto-2021"), weight_kg=70.0, subjects=small, rng=seeded())
    other = draw_parameters(model("otto-2021"), weight_kg=70.0, subjects=large, rng=seeded())
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name][:small])


def test_solving_in_lots_changes_nothing():
    given_, found = half_mg_per_kg(Drug.RACEMATE), model("racemate-otto-2021")
    whole = band(found, given_, TIMES, subjects=100, rng=seeded())
    small = replace(population.NUMPY, lot=7)
    np.testing.assert_allclose(
        band(found, given_, TIMES, subjects=100, rng=seeded(), engine=small).p95, whole.p95, rtol=1e-13
    )


@settings(max_examples=20)
@given(st.integers(0, 2**64 - 1), st.integers(0, 10**12), st.integers(1, 40))
def test_a_person_is_the_same_in_any_crowd(seed, first, count):
    crowd = people_of(model("otto-2021"), weight_kg=70.0, seed=seed, first=first, count=count)
    last = people_of(model("otto-2021"), weight_kg=70.0, seed=seed, first=first + count - 1, count=1)
    for name, values in crowd.items():
        assert values[-1] == last[name][0]


@with_spread
def test_the_compiled_engine_draws_the_same_band(model_id, drug):
    asked = {"subjects": 300, "rng": seeded()}
    plain = band(model(model_id), half_mg_per_kg(drug), TIMES, **asked)
    engine = compiled(threads=2)
    found = band(model(model_id), half_mg_per_kg(drug), TIMES, subjects=300, rng=seeded(), engine=engine)
    assert engine.name == "numba"
    np.testing.assert_allclose(found.p05, plain.p05, rtol=1e-11)
    np.testing.assert_allclose(found.p95, plain.p95, rtol=1e-11)


def test_without_numba_the_engine_is_numpys(monkeypatch):
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    assert fastest() is population.NUMPY


def test_a_crowd_too_large_to_hold_is_counted_as_it_passes(monkeypatch):
    given_, found = half_mg_per_kg(Drug.ESKETAMINE), model("otto-2021")
    held = band(found, given_, TIMES, subjects=3000, rng=seeded())
    monkeypatch.setattr(population, "LARGEST_HELD", 1000)
    counted = band(found, given_, TIMES, subjects=3000, rng=seeded())
    assert (held.exact, counted.exact) == (True, False)
    for one, other in ((held.p05, counted.p05), (held.p50, counted.p50), (held.p95, counted.p95)):
        np.testing.assert_allclose(other, one, rtol=WIDEST)


def test_curves_are_written_a_lot_at_a_time(tmp_path):
    given_, found = half_mg_per_kg(Drug.ESKETAMINE), model("otto-2021")
    small = replace(population.NUMPY, lot=40)
    asked = {"subjects": 100, "seed": 5}
    lots = curves_in_lots(found, given_, TIMES, **asked, engine=small)
    told = list(write_curves(tmp_path / "curves.npy", lots, subjects=100, times=TIMES.size))
    assert told == [40, 80, 100]
    whole = np.concatenate(list(curves_in_lots(found, given_, TIMES, **asked)))
    np.testing.assert_allclose(np.load(tmp_path / "curves.npy"), whole, rtol=1e-13)


def test_drawn_parameters_have_the_printed_covariance_on_the_log_scale():
    # Otto 2021 in nlmixr2lib: omega^2 V1 0.084177, CL 0.026048, covariance 0.02261.
    subjects = 200_000
    people = draw_parameters(model("otto-2021"), weight_kg=70.0, subjects=subjects, rng=seeded())
    logs = np.log(np.stack([people["V1"] / 133.0, people["CL"] / 95.2]))
    np.testing.assert_allclose(np.cov(logs), [[0.084177, 0.02261], [0.02261, 0.026048]], rtol=0.02)
    np.testing.assert_allclose(logs.mean(axis=1), 0.0, atol=4 * np.sqrt(0.084 / subjects))


def test_what_has_no_variability_is_typical_for_everyone():
    people = draw_parameters(model("otto-2021"), weight_kg=70.0, subjects=5, rng=seeded())
    np.testing.assert_array_equal(people["V2"], np.full(5, 187.0))


@pytest.mark.parametrize("covariance", [[[0.0, 0.0], [0.0, 0.04]], [[0.04, 0.04], [0.04, 0.04]]])
def test_a_variance_of_zero_or_a_perfect_correlation_is_taken(covariance):
    root = population._root(np.array(covariance))
    np.testing.assert_allclose(root @ root.T, covariance, atol=1e-12)


def test_heavier_people_of_the_same_draw_differ_only_by_size():
    light, heavy = (
        draw_parameters(model("otto-2021"), weight_kg=kg, subjects=9, rng=seeded()) for kg in (70.0, 140.0)
    )
    np.testing.assert_allclose(heavy["V1"] / light["V1"], 2.0)
    np.testing.assert_allclose(heavy["CL"] / light["CL"], 2.0**0.75)


@pytest.mark.parametrize("subjects", [0, -5, 10**9])
def test_a_number_of_people_that_cannot_be_held_is_refused_before_anything_is_drawn(subjects):
    with pytest.raises(InputRefused, match="subjects"):
        band(model("otto-2021"), half_mg_per_kg(Drug.ESKETAMINE), TIMES, subjects=subjects, rng=seeded())


@pytest.mark.parametrize(
    ("model_id", "route", "named"),
    [
        ("simons-2022", Route.FILM, "oral film.F_mucosa"),
        ("perez-ruixo-2021", Route.NASAL, "nasal.k_nose"),
        ("perez-ruixo-2021", Route.ORAL, "oral.k_gut"),
    ],
)
def test_a_band_after_an_absorbed_dose_says_by_what_it_is_too_narrow(model_id, route, named):
    taken = Administration(
        Drug.ESKETAMINE, Schedule(absorbed=(AbsorbedDose(route, 0.0, 50.0),)), weight_kg=70.0
    )
    (said,) = band(model(model_id), taken, TIMES, subjects=20, rng=seeded()).left_out
    assert f"the {route} dose" in said
    assert "too narrow" in said
    assert named in said


@pytest.mark.parametrize("model_id", ["simons-2022", "perez-ruixo-2021"])
def test_a_band_after_a_vein_leaves_nothing_out_that_is_published(model_id):
    assert (
        band(model(model_id), half_mg_per_kg(Drug.ESKETAMINE), TIMES, subjects=20, rng=seeded()).left_out
        == ()
    )


def test_absorption_without_published_variability_is_said_to_be_so():
    known = model("perez-ruixo-2021")
    alone = replace(known, between_all=known.between)
    taken = Administration(
        Drug.ESKETAMINE, Schedule(absorbed=(AbsorbedDose(Route.ORAL, 0.0, 50.0),)), weight_kg=70.0
    )
    (said,) = band(alone, taken, TIMES, subjects=20, rng=seeded()).left_out
    assert "no variability is published" in said
