"""What the plan page shows of models: several beside each other, and never a band without a published spread."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unloop.clinic.laboratory.services import SHOWN_MODELS, charted_curves, expected_curves
from unloop.quantity import BodyWeight, Dose, InputRefused, Minutes

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


def test_a_model_of_children_is_refused_on_a_page() -> None:
    with pytest.raises(InputRefused, match="model"):
        expected_curves(*PLAN, models=["flint-2017"])


@pytest.mark.parametrize(
    ("model", "name"),
    [("kamp-2020", "Kamp 2020"), ("racemate-otto-2021", "Otto 2021"), ("perez-ruixo-2021", "Perez Ruixo 2021"), ("made-up", "made-up")],
)  # fmt: skip
def test_a_model_is_named_as_people_cite_it(model: str, name: str) -> None:
    (curve, _other) = expected_curves(*PLAN)
    assert replace(curve, model=model).name == name
