"""What the plan page shows of models: several beside each other, and never a band without a published spread."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unloop.clinic.laboratory.services import (
    SHOWN_MODELS,
    charted_curves,
    charted_effects,
    expected_curves,
    expected_effects,
)
from unloop.quantity import BodyWeight, Dose, InputRefused, Minutes
from unloop.science.pharmacokinetics import for_clinic_screens, model_ids

PLAN = (Dose(mg=35), Minutes(minutes=40), BodyWeight(kg=70))


def test_two_models_stand_beside_each_other_and_disagree() -> None:
    first, second = expected_curves(*PLAN)
    assert (first.model, second.model) == SHOWN_MODELS
    assert abs(first.peak_ng_per_ml - second.peak_ng_per_ml) > 20


def test_a_model_without_published_spread_is_a_line_alone() -> None:
    for curve in expected_curves(*PLAN):
        assert curve.has_band == (curve.spread != "unknown")


def test_every_curve_says_what_it_is_of_where_blood_was_drawn_and_who_published_it() -> None:
    for curve in expected_curves(*PLAN):
        assert all((curve.analyte, curve.site, curve.source, curve.title, curve.status))


def test_the_picture_begins_at_nothing_holds_the_end_of_the_infusion_and_falls_after_it() -> None:
    for curve in expected_curves(Dose(mg=35), Minutes(minutes=40.5), BodyWeight(kg=70)):
        at = {point.minute: point.ng_per_ml for point in curve.points}
        assert at[0] == 0
        assert at[40.5] > at[220] > 0


def test_twice_the_dose_is_twice_the_concentration() -> None:
    once, twice = expected_curves(*PLAN), expected_curves(Dose(mg=70), *PLAN[1:])
    for one, other in zip(once, twice, strict=True):
        assert other.peak_ng_per_ml == pytest.approx(2 * one.peak_ng_per_ml, rel=1e-6)


def test_a_session_charted_at_one_rate_is_the_plan() -> None:
    as_planned, as_charted = expected_curves(*PLAN), charted_curves([(0, 35 / 40)], PLAN[2], PLAN[0])
    for one, other in zip(as_planned, as_charted, strict=True):
        assert other.peak_ng_per_ml == pytest.approx(one.peak_ng_per_ml, rel=1e-3)


@pytest.mark.parametrize("model", sorted(set(model_ids()) - set(for_clinic_screens())))
def test_a_model_of_children_or_intensive_care_is_refused_on_every_page(model: str) -> None:
    charted = ([(0, 35 / 40)], PLAN[2], PLAN[0])
    for ask, about in ((expected_curves, PLAN), (expected_effects, PLAN), (charted_curves, charted), (charted_effects, charted)):  # fmt: skip
        with pytest.raises(InputRefused, match="model"):
            ask(*about, models=[model])


def test_the_models_of_the_pages_are_models_of_adults() -> None:
    assert set(SHOWN_MODELS) <= set(for_clinic_screens())
    assert len(for_clinic_screens()) < len(model_ids())


def test_the_peak_by_each_way_of_body_weight_stands_with_each_curve_and_agrees_at_70_kg() -> None:
    for at_70, heavy in zip(
        expected_curves(*PLAN), expected_curves(*PLAN[:2], BodyWeight(kg=110)), strict=True
    ):
        assert [one.scaled for one in heavy.by_weight] == [True, False]
        scaled, alike = (one.ng_per_ml for one in heavy.by_weight)
        assert alike == pytest.approx(at_70.peak_ng_per_ml)
        assert scaled < 0.9 * alike
        assert all(one.ng_per_ml == pytest.approx(at_70.peak_ng_per_ml) for one in at_70.by_weight)


def test_a_dose_into_a_vein_leaves_nothing_out_of_a_band() -> None:
    assert {curve.left_out for curve in expected_curves(*PLAN)} == {()}


@pytest.mark.parametrize(
    ("model", "name"),
    [("kamp-2020", "Kamp 2020"), ("racemate-otto-2021", "Otto 2021"), ("perez-ruixo-2021", "Perez Ruixo 2021"), ("made-up", "made-up")],
)  # fmt: skip
def test_a_model_is_named_as_people_cite_it(model: str, name: str) -> None:
    (curve, _other) = expected_curves(*PLAN)
    assert replace(curve, model=model).name == name
