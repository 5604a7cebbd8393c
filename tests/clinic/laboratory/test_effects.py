"""What pages show of effects: speculative and banded, what is absent by name, and observations apart from models."""

from __future__ import annotations

import pytest

from unloop.clinic.laboratory.services import (
    SHOWN_MODELS,
    charted_effects,
    expected_curves,
    expected_effects,
    not_modelled,
    observed,
)
from unloop.quantity import BodyWeight, Dose, Minutes

PLAN = (Dose(mg=35), Minutes(minutes=40), BodyWeight(kg=70))


def test_dissociation_stands_beside_each_curve_at_the_same_minutes() -> None:
    for effect, curve in zip(expected_effects(*PLAN), expected_curves(*PLAN), strict=True):
        assert (effect.model, effect.name) == (curve.model, curve.name)
        assert [one.minute for one in effect.points] == [one.minute for one in curve.points]
        assert 20 < effect.peak_percent < 60
        assert effect.peak_min >= curve.peak_min


def test_every_effect_says_that_it_is_speculative_of_whom_and_what_its_band_holds() -> None:
    for effect in expected_effects(*PLAN):
        assert effect.wording.startswith("Speculative")
        assert "17 healthy men" in effect.source
        assert effect.has_band
        assert effect.band_holds
        assert effect.notes


def test_a_session_charted_at_one_rate_is_the_plan_with_no_spread_between_people() -> None:
    planned, charted = expected_effects(*PLAN), charted_effects([(0, 35 / 40)], PLAN[2], PLAN[0])
    assert [one.model for one in charted] == list(SHOWN_MODELS)
    for one, other in zip(planned, charted, strict=True):
        middle = {point.minute: point for point in one.points}
        for point in other.points[::20]:
            assert point.percent == pytest.approx(middle[point.minute].percent, abs=1e-9)
            assert point.low >= middle[point.minute].low - 1
            assert point.high <= middle[point.minute].high + 1


def test_what_no_published_number_describes_is_named_with_its_reason() -> None:
    found = {one.title: one.reason for one in not_modelled()}
    assert "Abuhelwa" in found["Blood pressure and pulse"]
    assert all(found.values())


def test_observations_keep_their_numbers_their_people_and_their_source() -> None:
    first = observed()[0]
    assert first.points == ((0.0, "1 CADSS points"), (40.0, "14.9 CADSS points"))
    assert (first.people, first.source) == (10, "aan het Rot 2010")
    assert not any("[Hg]" in value for one in observed() for _, value in one.points)
    assert not any("[Hg]" in one.course for one in observed())
