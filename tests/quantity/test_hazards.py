"""Slips that have killed: each is stopped by a type or a range, before any rule is asked."""

from __future__ import annotations

import copy
import itertools
import pickle

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
    PumpRate,
    Volume,
    WeightedDose,
    WeightedRate,
    read,
)


@given(st.integers(20, 350), st.integers(15, 60))
def test_a_whole_dose_typed_as_a_dose_for_each_kilogram_is_stopped(kg: int, mg: int) -> None:
    """Hazard H4: 35 mg read as 35 mg/kg is 70 times the dose."""
    with pytest.raises(InputRefused, match="a whole dose was given"):
        read(f"{mg} mg", WeightedDose)
    with pytest.raises(InputRefused, match="whether a whole dose in mg was entered"):
        WeightedDose(mg_per_kg=mg)


@given(st.floats(0.001, 60))
def test_micrograms_are_never_milligrams(mg: float) -> None:
    """Hazard H2: a thousandfold dose."""
    text = f"{mg * 1000:.0f}"
    for unit in ("mcg", "ug", "\u00b5g", "\u03bcg"):
        with pytest.raises(InputRefused):
            read(f"{text} {unit}", Dose)


@pytest.mark.parametrize(
    ("written", "meant"), list(itertools.product(["5.0", "50", "0.5", "5"], ["mg/kg", "mg", "mg/mL"]))
)
def test_a_number_is_read_as_it_stands_or_not_at_all(written: str, meant: str) -> None:
    """Hazard H5: no reading ever moves a decimal point."""
    kind = {"mg/kg": WeightedDose, "mg": Dose, "mg/mL": Concentration}[meant]
    try:
        found = read(f"{written} {meant}", kind)
    except InputRefused:
        return
    assert found.amount == float(written)
    assert "." not in written or not written.endswith("0")


@given(st.integers(1, 120))
def test_a_rate_of_drug_is_no_rate_of_pump(mg_per_h: int) -> None:
    """Hazard H7: mg/h and mL/h differ by the concentration."""
    with pytest.raises(InputRefused, match="a drug rate was given"):
        read(f"{mg_per_h} mg/h", PumpRate)


@given(st.floats(10, 120), st.sampled_from([20.0, 50.0, 100.0]), st.floats(15, 60), st.floats(40, 150))
def test_rate_and_dose_turn_into_each_other_and_back(
    minutes: float, bag: float, mg: float, kg: float
) -> None:
    """Hazard H7, the round trip: dose over time to pump rate, to drug rate, and back to the dose."""
    volume, length, weight = Volume(ml=bag), Minutes(minutes=minutes), BodyWeight(kg=kg)
    if bag / minutes * 60 > PumpRate.high or mg / kg / minutes * 60 > WeightedRate.high:
        return
    concentration = Dose(mg=mg) / volume
    rate = volume.over(length)
    assert (rate.during(length) * concentration).mg == pytest.approx(mg)
    assert rate.weighted(concentration, weight).mg_per_kg_per_h * length.hours * kg == pytest.approx(mg)
    assert (volume / rate).minutes == pytest.approx(minutes)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (1.70, Height),
        (5.6, Height),
        (67, Height),
        (9.8, BodyWeight),
        (983, BodyWeight),
        (98300, BodyWeight),
        (500, Concentration),
        (1.5e6, Dose),
        (75_000, PumpRate),
        (2400, Minutes),
    ],
    ids=[
        "metres",
        "feet",
        "inches",
        "a slip down",
        "a slip up",
        "grams",
        "a tenfold vial",
        "nanograms",
        "uL/h",
        "seconds",
    ],
)
def test_a_number_in_the_wrong_unit_falls_out_of_the_range(given: float, kind: type[Height]) -> None:
    with pytest.raises(InputRefused):
        kind(given)


@pytest.mark.parametrize("strength", [10, 50, 100])
def test_the_vials_that_exist_are_plausible_and_ten_times_the_strongest_is_not(strength: float) -> None:
    assert Concentration(mg_per_ml=strength).mg_per_ml == strength
    with pytest.raises(InputRefused):
        Concentration(mg_per_ml=1000)


def test_quantities_are_values() -> None:
    dose = Dose(mg=35)
    assert copy.deepcopy(dose) == dose
    assert pickle.loads(pickle.dumps(dose)) == dose  # noqa: S301 - what was written a moment ago
    assert len({dose, Dose(mg=35.0), Dose(mg=36)}) == 2
    assert repr(dose) == "Dose(mg=35.0)"
    assert not hasattr(dose, "__dict__")


@given(st.lists(st.floats(0, 100), max_size=10))
def test_doses_add_up_in_any_order(parts: list[float]) -> None:
    forwards = backwards = Dose(mg=0)
    for mg in parts:
        forwards = forwards + Dose(mg=mg)
    for mg in reversed(parts):
        backwards = backwards + Dose(mg=mg)
    assert forwards.mg == pytest.approx(backwards.mg)
    assert forwards.mg == pytest.approx(sum(parts))


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_what_is_added_can_be_taken_away_again(first: float, second: float) -> None:
    if first + second > Volume.high:
        return
    assert (Volume(ml=first) + Volume(ml=second) - Volume(ml=second)).ml == pytest.approx(first, abs=1e-9)
