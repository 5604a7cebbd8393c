"""What was ordered, and that it is the preparation that was worked out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.infusion import PinnedProtocol, order_of
from unloop.care.plan import Body, DoseRule, PreparationRule, WeightBasis, prepare
from unloop.quantity import (
    BodyWeight,
    Concentration,
    Dose,
    InputRefused,
    Minutes,
    Volume,
    WeightedDose,
    WeightedRate,
)

VIALS = tuple(Concentration(mg_per_ml=strength) for strength in (10, 50, 100))
RULE = DoseRule(
    mg_per_kg=WeightedDose(mg_per_kg=0.5),
    minutes=Minutes(minutes=40),
    weight_basis=WeightBasis.ACTUAL,
    round_to=Dose(mg=1),
    floor=Dose(mg=10),
    ceiling=Dose(mg=60),
    max_rate=WeightedRate(mg_per_kg_per_h=1),
    slowest=Minutes(minutes=90),
)
BAG = PreparationRule(
    bag=Volume(ml=50), vials=VIALS, preferred_vial=VIALS[0], second_person_above=VIALS[0], flush=Volume(ml=10),
    tolerance_percent=2,
)  # fmt: skip


@given(st.floats(40, 200), st.sampled_from(VIALS), st.sampled_from([20.0, 50.0, 100.0]), st.floats(30, 90))
def test_every_preparation_is_an_order_that_holds_together(kg, vial, bag, minutes):
    rule = replace(RULE, minutes=Minutes(minutes=minutes))
    preparation = replace(BAG, bag=Volume(ml=bag))
    prepared = prepare(rule, Body(BodyWeight(kg=kg)), preparation, vial=vial)
    order = order_of(prepared)
    assert order.most.mg == pytest.approx(prepared.dose.mg)
    assert order.most <= prepared.dose
    assert order.planned_rate.ml_per_h == pytest.approx(prepared.rate.ml_per_h)
    assert "racemate" in order.drug


def test_the_planned_rate_follows_from_bag_and_minutes(bedside):
    assert bedside.order.planned_rate.ml_per_h == pytest.approx(75)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"dose": Dose(mg=0)}, "dose_mg"),
        ({"minutes": Minutes(minutes=0)}, "minutes"),
        ({"bag": Volume(ml=0)}, "bag_ml"),
        ({"concentration": Concentration(mg_per_ml=7)}, "concentration_mg_per_ml"),
        ({"concentration": Concentration(mg_per_ml=0.07)}, "concentration_mg_per_ml"),
        ({"bag": Volume(ml=100)}, "concentration_mg_per_ml"),
        ({"dose": Dose(mg=350)}, "concentration_mg_per_ml"),
    ],
    ids=[
        "no dose",
        "no time",
        "no bag",
        "ten times too strong",
        "ten times too weak",
        "another bag",
        "another dose",
    ],
)
def test_an_order_that_does_not_hold_together_cannot_be_made(bedside, change, where):
    with pytest.raises(InputRefused) as refused:
        replace(bedside.order, **change)
    assert refused.value.where == where


@pytest.mark.parametrize(("strength", "most"), [(0.69, 34.5), (0.7, 35), (0.71, 35)])
def test_no_more_than_bag_and_order_can_be_given(bedside, strength, most):
    order = replace(bedside.order, concentration=Concentration(mg_per_ml=strength))
    assert order.most.mg == pytest.approx(most)


def test_a_pinned_protocol_is_named_by_id_version_and_the_beginning_of_its_hash():
    assert (
        str(PinnedProtocol("ocd-ivket", "1.0.0", "abcdef0123456789" * 4))
        == "ocd-ivket 1.0.0 (sha256 abcdef012345)"
    )
