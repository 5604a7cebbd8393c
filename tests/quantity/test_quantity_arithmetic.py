"""Arithmetic exists only where it means something; pint is the oracle for what it means."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import (
    BodyWeight,
    Concentration,
    Dose,
    Height,
    InputRefused,
    Minutes,
    Pressure,
    PumpRate,
    Volume,
    WeightedDose,
    WeightedRate,
)

UNITS: Any = pint.UnitRegistry()

kilograms = st.floats(20, 350)
strengths = st.sampled_from([10.0, 50.0, 100.0])
small = st.floats(0.01, 10)
lengths = st.floats(1, 240)


def close(left: float, right: float) -> bool:
    return left == pytest.approx(right, rel=1e-12, abs=1e-12)


@given(st.floats(0.01, 4.5), kilograms)
def test_dose_by_weight_agrees_with_pint(mg_per_kg: float, kg: float) -> None:
    expected = (mg_per_kg * UNITS.mg / UNITS.kg * (kg * UNITS.kg)).to("mg").magnitude
    assert close(WeightedDose(mg_per_kg=mg_per_kg).for_patient(BodyWeight(kg=kg)).mg, expected)


@given(small, strengths)
def test_volume_times_concentration_agrees_with_pint_both_ways_round(ml: float, strength: float) -> None:
    expected = (ml * UNITS.mL * (strength * UNITS.mg / UNITS.mL)).to("mg").magnitude
    volume, concentration = Volume(ml=ml), Concentration(mg_per_ml=strength)
    assert close((volume * concentration).mg, expected)
    assert close((concentration * volume).mg, expected)


@given(st.floats(1, 100), lengths)
def test_rate_from_volume_and_time_agrees_with_pint(ml: float, minutes: float) -> None:
    expected = (ml * UNITS.mL / (minutes * UNITS.minute)).to("mL/hour").magnitude
    if expected > 999:
        with pytest.raises(InputRefused):
            Volume(ml=ml).over(Minutes(minutes=minutes))
        return
    assert close(Volume(ml=ml).over(Minutes(minutes=minutes)).ml_per_h, expected)


@given(st.floats(1, 300), st.floats(0.1, 5), kilograms)
def test_drug_rate_from_pump_rate_agrees_with_pint(rate: float, strength: float, kg: float) -> None:
    expected = (
        (rate * UNITS.mL / UNITS.hour * (strength * UNITS.mg / UNITS.mL) / (kg * UNITS.kg))
        .to("mg/kg/hour")
        .magnitude
    )
    if expected > 30:
        return
    found = PumpRate(ml_per_h=rate).weighted(Concentration(mg_per_ml=strength), BodyWeight(kg=kg))
    assert close(found.mg_per_kg_per_h, expected)


@given(st.floats(0.1, 60), strengths)
def test_dose_over_concentration_gives_the_volume_back(mg: float, strength: float) -> None:
    concentration = Concentration(mg_per_ml=strength)
    assert close((Dose(mg=mg) / concentration * concentration).mg, mg)


@given(st.floats(1, 100), st.floats(10, 900))
def test_what_the_pump_delivers_in_the_time_it_needs_is_the_volume(ml: float, rate: float) -> None:
    pump = PumpRate(ml_per_h=rate)
    assert close(pump.during(Volume(ml=ml) / pump).ml, ml)


@given(st.floats(0.1, 60), kilograms)
def test_a_dose_by_the_kilogram_and_back_is_the_dose(mg: float, kg: float) -> None:
    weight = BodyWeight(kg=kg)
    assert close(Dose(mg=mg).per_kg(weight).for_patient(weight).mg, mg)


@given(st.floats(0.1, 1), lengths, kilograms)
def test_the_two_ways_to_the_drug_rate_agree(mg_per_kg: float, minutes: float, kg: float) -> None:
    weight, bag, length = BodyWeight(kg=kg), Volume(ml=50), Minutes(minutes=minutes)
    if 50 / minutes * 60 > 999 or mg_per_kg / minutes * 60 > 30 or mg_per_kg * kg / 50 > 100:
        return
    dose = WeightedDose(mg_per_kg=mg_per_kg)
    by_dose = dose.over(length)
    by_pump = bag.over(length).weighted(dose.for_patient(weight) / bag, weight)
    assert close(by_dose.mg_per_kg_per_h, by_pump.mg_per_kg_per_h)


def test_sums_and_differences_stay_in_their_kind() -> None:
    assert Dose(mg=20) + Dose(mg=15) == Dose(mg=35)
    assert Dose(mg=35) - Dose(mg=15) == Dose(mg=20)
    assert Volume(ml=50) - Volume(ml=3.5) + Volume(ml=3.5) == Volume(ml=50)
    assert Minutes(minutes=40) + Minutes(minutes=60) - Minutes(minutes=20) == Minutes(minutes=80)
    assert Pressure(mm_hg=146) - Pressure(mm_hg=128) == 18
    assert Dose(mg=25) / Dose(mg=50) == 0.5
    assert Dose(mg=35) / Volume(ml=50) == Concentration(mg_per_ml=0.7)


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(InputRefused):
        _ = Dose(mg=15) - Dose(mg=35)


@pytest.mark.parametrize(
    "meaningless",
    [
        lambda: Dose(mg=35) + BodyWeight(kg=70),  # type: ignore[operator]
        lambda: Dose(mg=35) - Volume(ml=3),  # type: ignore[operator]
        lambda: Dose(mg=35) * Dose(mg=35),  # type: ignore[operator]
        lambda: Dose(mg=35) / BodyWeight(kg=70),  # type: ignore[operator]
        lambda: Dose(mg=35) + 1,  # type: ignore[operator]
        lambda: Volume(ml=50) * 2,  # type: ignore[operator]
        lambda: Volume(ml=50) + Dose(mg=1),  # type: ignore[operator]
        lambda: Volume(ml=50) - Dose(mg=1),  # type: ignore[operator]
        lambda: Volume(ml=50) / Minutes(minutes=40),  # type: ignore[operator]
        lambda: Concentration(mg_per_ml=10) * Minutes(minutes=1),  # type: ignore[operator]
        lambda: Minutes(minutes=40) + 1,  # type: ignore[operator]
        lambda: Minutes(minutes=40) - 1,  # type: ignore[operator]
        lambda: Pressure(mm_hg=120) - 20,  # type: ignore[operator]
        lambda: Pressure(mm_hg=120) + Pressure(mm_hg=20),  # type: ignore[operator]
    ],
)
def test_arithmetic_without_meaning_is_a_type_error(meaningless: object) -> None:
    assert callable(meaningless)
    with pytest.raises(TypeError):
        meaningless()


@pytest.mark.parametrize(
    "by_zero",
    [
        lambda: Dose(mg=35) / Volume(ml=0),
        lambda: Dose(mg=35) / Dose(mg=0),
        lambda: Volume(ml=50).over(Minutes(minutes=0)),
        lambda: Volume(ml=50) / PumpRate(ml_per_h=0),
        lambda: WeightedDose(mg_per_kg=0.5).over(Minutes(minutes=0)),
    ],
)
def test_division_by_zero_is_refused_with_what_to_give(by_zero: object) -> None:
    assert callable(by_zero)
    with pytest.raises(InputRefused, match="above 0"):
        by_zero()


def test_body_mass_index_is_weight_over_height_squared() -> None:
    assert BodyWeight(kg=110).bmi(Height(cm=165)).kg_per_m2 == pytest.approx(40.404, abs=0.001)


def test_minutes_and_timedelta_are_one_length() -> None:
    assert Minutes.between(timedelta(minutes=52, seconds=30)).minutes == 52.5
    assert Minutes(minutes=52.5).as_timedelta() == timedelta(minutes=52, seconds=30)
    assert Minutes(minutes=90).hours == 1.5


def test_the_oracle_numbers_of_the_reference_infusion() -> None:
    """0.5 mg/kg over 40 min is 0.75 mg/kg/h and a 50 mL bag runs at 75 mL/h, whatever the weight."""
    assert WeightedDose(mg_per_kg=0.5).over(Minutes(minutes=40)) == WeightedRate(mg_per_kg_per_h=0.75)
    assert Volume(ml=50).over(Minutes(minutes=40)).ml_per_h == pytest.approx(75, abs=1e-9)
