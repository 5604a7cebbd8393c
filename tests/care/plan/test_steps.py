"""What is shown is what was worked out: every formula on the page gives the result that stands behind it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.plan import Body, DoseRule, PreparationRule, WeightBasis, prepare
from unloop.facts import Sex
from unloop.quantity import (
    BodyWeight,
    Concentration,
    Dose,
    Height,
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
UNITS = re.compile(r"(?:mg/kg/h|mg/mL|mL/h|mg/kg|min/h|mg|mL|kg|min|cm)(?![A-Za-z])")

weights = st.integers(400, 2000).map(lambda tenths: tenths / 10)
heights = st.integers(145, 205)
sexes = st.sampled_from([Sex.FEMALE, Sex.MALE])


def prepared(kg, *, basis=WeightBasis.ACTUAL, cm=170, sex=Sex.FEMALE, vial=VIALS[0], **rule):
    changed = replace(RULE, weight_basis=basis, **rule)
    return prepare(changed, Body(BodyWeight(kg=kg), Height(cm=cm), sex), BAG, vial=vial)


def worked_out(formula: str) -> float | None:
    """The value of a formula as a person with a calculator gets it; None for words."""
    bare = UNITS.sub("", formula).replace("×", "*").replace("÷", "/").replace("−", "-")
    if re.fullmatch(r"[0-9.+\-*/() ]+", bare) is None:
        return None
    return float(eval(bare, {"__builtins__": {}}))  # noqa: S307 - digits and signs only, checked above


@given(weights, st.sampled_from(VIALS), st.sampled_from(WeightBasis), heights, sexes)
def test_every_formula_gives_its_result(kg, vial, basis, cm, sex):
    for step in prepared(kg, basis=basis, cm=cm, sex=sex, vial=vial).steps:
        value = worked_out(step.formula)
        if value is not None:
            # What stands in a formula is rounded to be read, so a person's result differs by that much at most.
            assert value == pytest.approx(step.result, rel=0.01, abs=0.06), step


def test_all_steps_but_those_in_words_can_be_worked_out_again():
    steps = prepared(98.3).steps
    assert sum(worked_out(step.formula) is not None for step in steps) == 6
    assert {"Dose by body weight", "Drug to draw up", "Pump rate"} <= {
        step.label for step in steps if worked_out(step.formula) is not None
    }


@given(weights, st.sampled_from(VIALS))
def test_the_last_result_of_each_kind_is_the_one_that_is_used(kg, vial):
    found = prepared(kg, vial=vial)
    by_label = {step.label: step.result for step in found.steps}
    assert by_label["Rounded down"] == found.dose.mg
    assert by_label["Drug to draw up"] == found.draw.ml
    assert by_label["Concentration in the bag"] == found.concentration.mg_per_ml
    assert by_label["Pump rate"] == found.rate.ml_per_h
    assert by_label["Drug in the syringe, counted back"] == pytest.approx(found.dose.mg)
    assert by_label["Fluid to take out of the bag first"] == found.draw.ml


@given(weights)
def test_a_step_is_written_with_two_decimals_and_its_unit(kg):
    for step in prepared(kg).steps:
        assert re.fullmatch(r".+: .+ = [0-9]+(\.[0-9]{1,2})? \S+", str(step)), step
        assert not re.search(r"\.[0-9]*0 ", str(step).rsplit("=", 1)[1])


def by_hand(kg: Fraction, mg_per_kg: Fraction, *, ceiling: int) -> int:
    """The dose in whole milligrams, in exact fractions."""
    return int(min(mg_per_kg * kg, Fraction(ceiling)))


@given(weights, st.integers(10, 66).map(lambda hundredths: Fraction(hundredths, 100)))
def test_the_dose_is_the_one_of_exact_arithmetic(kg, mg_per_kg):
    """Binary fractions neither lose a milligram nor add one."""
    expected = by_hand(Fraction(str(kg)), mg_per_kg, ceiling=60)
    rule = {"mg_per_kg": WeightedDose(mg_per_kg=float(mg_per_kg)), "floor": Dose(mg=1)}
    assert prepared(kg, **rule).dose.mg == expected


@pytest.mark.parametrize("step_mg", [0.5, 1, 2.5, 5])
@pytest.mark.parametrize("kg", [41, 57.3, 83.9, 110])
def test_a_dose_is_a_whole_number_of_steps(kg, step_mg):
    dose = prepared(kg, round_to=Dose(mg=step_mg)).dose.mg
    assert dose / step_mg == pytest.approx(round(dose / step_mg))
    assert 0 <= min(0.5 * kg, 60) - dose < step_mg


@pytest.mark.parametrize(
    ("kg", "floor", "refused"),
    [(20, 10, False), (20, 11, True), (30, 15, False), (29.9, 15, True), (45, 22, False)],
)
def test_the_floor_is_the_smallest_dose_that_is_given(kg, floor, refused):
    if refused:
        with pytest.raises(InputRefused, match="never raises"):
            prepared(kg, floor=Dose(mg=floor))
        return
    assert prepared(kg, floor=Dose(mg=floor)).dose.mg >= floor


@pytest.mark.parametrize(("kg", "mg"), [(119.9, 59), (120, 60), (120.1, 60), (200, 60), (350, 60)])
def test_the_ceiling_holds_at_every_weight(kg, mg):
    found = prepared(kg)
    assert found.dose.mg == mg
    cut = [step.label for step in found.steps if step.label.startswith("Cut")]
    assert bool(cut) == (0.5 * kg > 60)


@given(weights, weights)
def test_a_heavier_person_never_gets_less(one, other):
    lighter, heavier = sorted((one, other))
    assert prepared(lighter).dose <= prepared(heavier).dose


@given(weights, heights, sexes)
def test_adjusted_and_ideal_weight_only_ever_lower_the_dose(kg, cm, sex):
    actual = prepared(kg, cm=cm, sex=sex, floor=Dose(mg=1)).dose
    for basis in (WeightBasis.ADJUSTED, WeightBasis.IDEAL):
        assert prepared(kg, basis=basis, cm=cm, sex=sex, floor=Dose(mg=1)).dose <= actual


@given(weights, st.sampled_from(VIALS))
def test_the_strength_of_the_vial_changes_the_draw_and_nothing_in_the_bag(kg, vial):
    weak, this = prepared(kg), prepared(kg, vial=vial)
    assert (this.dose, this.concentration, this.rate, this.minutes) == (
        weak.dose,
        weak.concentration,
        weak.rate,
        weak.minutes,
    )
    assert this.draw.ml * vial.mg_per_ml == pytest.approx(weak.draw.ml * 10)


@pytest.mark.parametrize(
    ("minutes", "rate"), [(40, 75), (45, 66.6), (50, 60), (60, 50), (70, 42.8), (90, 33.3)]
)
def test_a_rate_that_the_pump_cannot_be_set_to_is_cut_and_never_raised(minutes, rate):
    found = prepared(70, minutes=Minutes(minutes=minutes))
    assert found.rate.ml_per_h == rate
    assert found.minutes.minutes >= minutes - 1e-9
