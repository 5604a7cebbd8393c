"""The dose by each weight: shown side by side, one chosen, none raised."""

from __future__ import annotations

from unloop.care.plan import Body, WeightBasis, base_dose, doses_by_weight
from unloop.facts import Sex
from unloop.protocol import bundled
from unloop.quantity import BodyWeight, Height

HEAVY = Body(BodyWeight(kg=110), Height(cm=165), Sex.FEMALE)


def test_the_three_weights_differ_by_almost_twice_in_a_heavy_person() -> None:
    found = doses_by_weight(base_dose(bundled("ocd-ivket")), HEAVY)
    assert {one.basis: one.dose.mg for one in found if one.dose} == {
        WeightBasis.ACTUAL: 55, WeightBasis.IDEAL: 28, WeightBasis.ADJUSTED: 39,
    }  # fmt: skip
    assert [one.basis for one in found if one.chosen] == [WeightBasis.ACTUAL]


def test_without_a_height_only_the_measured_weight_has_a_dose() -> None:
    actual, ideal, adjusted = doses_by_weight(base_dose(bundled("ocd-ivket")), Body(BodyWeight(kg=70)))
    assert actual.dose is not None
    for one in (ideal, adjusted):
        assert one.dose is None
        assert one.refusal is not None
        assert "height" in one.refusal.mend


def test_a_weight_that_leads_below_the_floor_is_refused_and_not_raised() -> None:
    tiny = Body(BodyWeight(kg=20), Height(cm=160), Sex.FEMALE)
    assert all(
        one.dose is None or one.dose.mg >= 10
        for one in doses_by_weight(base_dose(bundled("ocd-ivket")), tiny)
    )
