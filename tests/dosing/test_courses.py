"""Everybody solved together comes to the same numbers as one by one, whatever the pump and whatever the minutes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.dosing import Administration, Drug, courses, expected_effect, exposure, for_clinic_screens
from unloop.dosing.people import even_normals, people_of, varying
from unloop.quantity import InputRefused
from unloop.science.pharmacodynamics import effect_site_ng_per_ml
from unloop.science.pharmacokinetics import (
    AbsorbedDose,
    Bolus,
    Infusion,
    Route,
    Schedule,
    auc_ng_h_per_ml_to_infinity,
    concentrations_ng_per_ml,
    model,
    peak,
    typical_curve,
)

MODELS = for_clinic_screens(Drug.RACEMATE)
every_model = pytest.mark.parametrize("model_id", MODELS)
BY_MINUTE = np.arange(0.0, 241.0)


@st.composite
def schedules(draw):
    """Infusions that may overlap, with pauses and boluses, beginning between minutes as well as on them."""
    minute = st.one_of(st.integers(0, 120).map(float), st.floats(0, 120))
    infusions = [
        Infusion(begin, begin + draw(st.floats(0.5, 60.0)), rate_mg_per_min=draw(st.floats(0.1, 2.0)))
        for begin in draw(st.lists(minute, min_size=1, max_size=4))
    ]
    boluses = [Bolus(at, draw(st.floats(1.0, 20.0))) for at in draw(st.lists(minute, max_size=2))]
    return Schedule(tuple(infusions), tuple(boluses))


minutes = st.one_of(
    st.just(BY_MINUTE),
    st.just(np.arange(0.0, 241.0, 5.0)),
    st.lists(st.floats(-10.0, 300.0), min_size=1, max_size=30, unique=True).map(
        lambda m: np.array(sorted(m))
    ),
)


def given_to(schedule, *, weight_kg=83.0, drug=Drug.RACEMATE):
    return Administration(drug, schedule, weight_kg=weight_kg)


@every_model
@settings(max_examples=25, deadline=None)
@given(schedules(), minutes)
def test_the_typical_persons_level_is_that_of_the_solver(model_id, schedule, times):
    chosen = model(model_id)
    together = courses.levels(chosen, given_to(schedule), times, subjects=0)
    alone = typical_curve(chosen, given_to(schedule), times).ng_per_ml
    np.testing.assert_allclose(together[:, 0], alone, rtol=1e-10, atol=1e-10)


@every_model
@settings(max_examples=25, deadline=None)
@given(schedules(), minutes, st.floats(0.5, 60.0))
def test_the_effect_site_is_that_of_the_solver(model_id, schedule, times, half_life):
    chosen = model(model_id)
    together = courses.effect_sites(
        chosen, given_to(schedule), times, ke0_per_min=np.array([np.log(2.0) / half_life]), subjects=0
    )
    (part,) = courses.parts_of(chosen, Drug.RACEMATE, "S")
    alone = part.share * effect_site_ng_per_ml(
        chosen.graph(chosen.typical(83.0), part), schedule, times, ke0_per_h=np.log(2.0) * 60.0 / half_life
    )
    np.testing.assert_allclose(together[:, 0], alone, rtol=1e-9, atol=1e-9)


def test_everybody_behind_a_band_has_the_level_that_the_solver_gives_them():
    chosen = model("racemate-otto-2021")
    schedule = Schedule((Infusion(0.0, 14.5, 0.9), Infusion(20.0, 50.0, 0.6)))
    together = courses.levels(chosen, given_to(schedule), BY_MINUTE, subjects=160)
    people = people_of(chosen, weight_kg=83.0, columns=even_normals(160, varying(chosen)))
    alone = sum(
        part.share * concentrations_ng_per_ml(chosen.graph(people, part), schedule, BY_MINUTE)
        for part in chosen.parts_of(Drug.RACEMATE)
    )
    assert together.shape == (241, 161)
    np.testing.assert_allclose(together[:, 1:].T, alone, rtol=1e-11, atol=1e-11)


@every_model
def test_a_delay_as_fast_as_a_mode_keeps_its_digits(model_id):
    chosen, given = model(model_id), given_to(Schedule((Infusion(0.0, 40.0, 0.875),)))
    rates = courses.disposition(model_id, Drug.RACEMATE, of="S", weight_kg=83.0, subjects=0).rates_per_min
    (part,) = courses.parts_of(chosen, Drug.RACEMATE, "S")
    for ke0 in (rates[0, 0], rates[-1, 0] * (1 + 1e-13), rates[1, 0] * (1 - 1e-9)):
        found = courses.effect_sites(chosen, given, BY_MINUTE, ke0_per_min=np.array([ke0]), subjects=0)
        alone = part.share * effect_site_ng_per_ml(
            chosen.graph(chosen.typical(83.0), part), given.schedule, BY_MINUTE, ke0_per_h=ke0 * 60.0
        )
        np.testing.assert_allclose(found[:, 0], alone, rtol=1e-9, atol=1e-12)
        beside = courses.effect_sites(
            chosen, given, BY_MINUTE, ke0_per_min=np.array([ke0 * 1.001]), subjects=0
        )
        np.testing.assert_allclose(found, beside, rtol=2e-3, atol=1e-9)


@every_model
@settings(max_examples=15, deadline=None)
@given(schedules())
def test_peak_and_area_are_those_of_the_models_own(model_id, schedule):
    chosen, given = model(model_id), given_to(schedule)
    found = exposure(model_id, given, at_min=[10.0], subjects=0)
    assert found.cmax_ng_per_ml == pytest.approx(peak(chosen, given).ng_per_ml, rel=1e-10)
    assert found.auc_ng_h_per_ml == pytest.approx(auc_ng_h_per_ml_to_infinity(chosen, given), rel=1e-9)


def test_minutes_may_come_in_any_order_and_twice():
    given = given_to(Schedule((Infusion(0.0, 40.0, 0.875),)))
    mixed, in_order = [80.0, 10.0, 40.0, 10.0], [10.0, 40.0, 80.0]
    for name in ("ketamine_ng_per_ml", "p05", "p95"):
        level = dict(
            zip(in_order, getattr(exposure("racemate-otto-2021", given, at_min=in_order), name), strict=True)
        )
        shown = getattr(exposure("racemate-otto-2021", given, at_min=mixed), name)
        assert shown == pytest.approx([level[minute] for minute in mixed])
    found = expected_effect("kamp-2020", given, at_min=mixed)
    assert found.times_min == tuple(mixed)
    assert found.percent_of_maximum[1] == found.percent_of_maximum[3]


@pytest.mark.parametrize("people", [2, 7, 160])
def test_a_range_is_where_numpy_places_it(people):
    values = np.random.default_rng(people).lognormal(size=(30, people))
    low, high = courses.ranges(values)
    np.testing.assert_allclose([low, high], np.quantile(values, (0.05, 0.95), axis=1), rtol=1e-12)


# --- What was absorbed first --------------------------------------------------------------------------------


def sprayed():
    return given_to(Schedule(absorbed=(AbsorbedDose(Route.NASAL, 0.0, 56.0),)), drug=Drug.ESKETAMINE)


def test_a_band_after_a_spray_says_by_what_it_is_too_narrow():
    found = exposure("perez-ruixo-2021", sprayed(), at_min=range(0, 240, 10))
    assert found.p05 is not None
    assert [("nasal" in said, "too narrow" in said) for said in found.left_out] == [(True, True)]
    assert found.cmax_ng_per_ml == pytest.approx(peak(model("perez-ruixo-2021"), sprayed()).ng_per_ml)


def test_a_line_alone_and_a_band_after_a_vein_leave_nothing_out():
    vein = given_to(Schedule((Infusion(0.0, 40.0, 0.5),)), drug=Drug.ESKETAMINE)
    assert exposure("perez-ruixo-2021", vein, at_min=[40]).left_out == ()
    assert exposure("perez-ruixo-2021", sprayed(), at_min=[40], subjects=0).left_out == ()


def test_an_effect_after_a_spray_is_refused_and_never_drawn_as_nothing():
    with pytest.raises(InputRefused, match="nasal"):
        expected_effect("perez-ruixo-2021", sprayed())
