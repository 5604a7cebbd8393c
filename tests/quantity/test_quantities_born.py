"""A quantity is checked once, when it is born."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unloop.quantity
from unloop.quantity import (
    BodyMassIndex,
    BodyWeight,
    BreathingRate,
    Concentration,
    Dose,
    HeartRate,
    Height,
    InputRefused,
    Minutes,
    Pressure,
    PumpRate,
    Quantity,
    Saturation,
    Volume,
    WeightedDose,
    WeightedRate,
    plain,
)

KINDS: list[type[Quantity]] = [
    BodyMassIndex,
    BodyWeight,
    BreathingRate,
    Concentration,
    Dose,
    HeartRate,
    Height,
    Minutes,
    Pressure,
    PumpRate,
    Saturation,
    Volume,
    WeightedDose,
    WeightedRate,
]


@pytest.mark.parametrize("kind", KINDS)
def test_both_ends_of_the_range_are_taken(kind: type[Quantity]) -> None:
    assert kind.of(kind.low).amount == kind.low
    assert kind.of(kind.high).amount == kind.high


@pytest.mark.parametrize("kind", KINDS)
def test_just_outside_the_range_is_refused_with_the_range_and_the_mend(kind: type[Quantity]) -> None:
    for outside in (math.nextafter(kind.low, -math.inf), math.nextafter(kind.high, math.inf)):
        with pytest.raises(InputRefused) as refused:
            kind.of(outside)
        assert refused.value.where == kind.what
        assert refused.value.allowed == kind.allowed()
        assert refused.value.mend == kind.check


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [math.nan, math.inf, -math.inf, 1e308, -1.0, 10**400])
def test_what_is_no_measurement_is_refused(kind: type[Quantity], given: float) -> None:
    with pytest.raises(InputRefused):
        kind.of(given)


@pytest.mark.parametrize("given", [True, "70", "70 kg", None, [70], 70 + 0j])
def test_what_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(InputRefused, match="give a number in kg"):
        BodyWeight(kg=given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_of_a_refusal_has_four_parts(kind: type[Quantity]) -> None:
    with pytest.raises(InputRefused) as refused:
        kind.of(-7)
    assert all(refused.value.as_dict().values())


def test_a_whole_number_is_kept_as_a_decimal_so_that_json_shows_one_type() -> None:
    assert isinstance(Dose(mg=35).mg, float)


def test_minus_zero_is_zero() -> None:
    assert str(Dose(mg=-0.0)) == "0 mg"


def test_a_quantity_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Dose(mg=35).mg = 350  # type: ignore[misc]


def test_two_kinds_are_never_equal_and_never_compare() -> None:
    kinds: list[Quantity] = [HeartRate(per_min=70), BreathingRate(per_min=70)]
    assert kinds[0] != kinds[1]
    with pytest.raises(TypeError):
        _ = Dose(mg=35) < BodyWeight(kg=70)  # type: ignore[operator]


def test_one_kind_compares_by_its_number() -> None:
    assert Dose(mg=35) < Dose(mg=36)
    assert max(Pressure(mm_hg=120), Pressure(mm_hg=180)).mm_hg == 180


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (35.0, "35"),
        (0.5, "0.5"),
        (1200.0, "1200"),
        (0.000001, "0.000001"),
        (1e-9, "0"),
        (-1e-9, "0"),
        (100.10, "100.1"),
        (1e15, "1000000000000000"),
        (math.inf, "inf"),
    ],
)
def test_a_number_is_written_without_exponent_trailing_zero_or_bare_point(
    number: float, written: str
) -> None:
    assert plain(number) == written


@given(st.floats(0, 1575))
def test_a_written_dose_never_ends_in_a_decimal_zero_nor_begins_with_a_point(mg: float) -> None:
    number = str(Dose(mg=mg)).removesuffix(" mg")
    assert not number.startswith(".")
    assert "." not in number or not number.endswith(("0", "."))
    assert "e" not in number


def test_every_unit_is_its_own_ucum_code() -> None:
    assert {kind.unit for kind in KINDS} == {
        "kg/m2",
        "kg",
        "/min",
        "mg/mL",
        "mg",
        "cm",
        "min",
        "mm[Hg]",
        "mL/h",
        "%",
        "mL",
        "mg/kg",
        "mg/kg/h",
    }


def test_the_exported_names_are_complete_and_sorted() -> None:
    names = unloop.quantity.__all__
    assert names == sorted(names)
    public = {
        name
        for name, value in vars(unloop.quantity).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("unloop.quantity")
    }
    assert public == set(names)
