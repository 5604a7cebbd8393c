"""Vial, bag and pump: the arithmetic of the dose table, the ceilings, and the slips that are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.care.plan import (
    BASE_AS_LABELLED,
    Body,
    DoseRule,
    Preparation,
    PreparationRule,
    WeightBasis,
    check_draw,
    left_in_line,
    prepare,
)
from unloop.facts import Sex
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
)

VIALS = tuple(Concentration(mg_per_ml=strength) for strength in (10, 50, 100))
REFERENCE = DoseRule(
    mg_per_kg=WeightedDose(mg_per_kg=0.5),
    minutes=Minutes(minutes=40),
    weight_basis=WeightBasis.ACTUAL,
    round_to=Dose(mg=1),
    floor=Dose(mg=15),
    ceiling=Dose(mg=60),
    max_rate=WeightedRate(mg_per_kg_per_h=1),
    slowest=Minutes(minutes=90),
)
BAG = PreparationRule(
    bag=Volume(ml=50), vials=VIALS, preferred_vial=VIALS[0], second_person_above=VIALS[0], flush=Volume(ml=10),
    tolerance_percent=2,
)  # fmt: skip


def prepared(
    kg: float, *, rule: DoseRule = REFERENCE, vial: Concentration = VIALS[0], bag: PreparationRule = BAG
) -> Preparation:
    return prepare(rule, Body(BodyWeight(kg=kg), Height(cm=165), Sex.FEMALE), bag, vial=vial)


DOSE_TABLE = [
    # kg, mg, mL of 10, mL of 50, mL of 100, mg/mL in 50 mL: worked out in the clinical procedure, section 3c
    (50, 25, 2.5, 0.50, 0.25, 0.50),
    (70, 35, 3.5, 0.70, 0.35, 0.70),
    (90, 45, 4.5, 0.90, 0.45, 0.90),
    (120, 60, 6.0, 1.20, 0.60, 1.20),
]


@pytest.mark.parametrize(("kg", "mg", "of_10", "of_50", "of_100", "in_bag"), DOSE_TABLE)
def test_the_dose_table_is_reproduced_to_a_hundredth_of_a_millilitre(
    kg: float, mg: float, of_10: float, of_50: float, of_100: float, in_bag: float
) -> None:
    for vial, ml in zip(VIALS, (of_10, of_50, of_100), strict=True):
        found = prepared(kg, vial=vial)
        assert found.dose.mg == mg
        assert found.draw.ml == pytest.approx(ml, abs=0.005)
        assert found.concentration.mg_per_ml == pytest.approx(in_bag, abs=0.0005)
        assert found.rate.ml_per_h == 75


@pytest.mark.parametrize(("bag", "rate"), [(50, 75), (100, 150), (20, 30)])
def test_the_pump_rate_follows_from_bag_and_minutes_and_never_from_the_person(
    bag: float, rate: float
) -> None:
    rule = replace(BAG, bag=Volume(ml=bag))
    assert {prepared(kg, bag=rule).rate.ml_per_h for kg in (40, 70, 98.3, 120)} == {rate}


@pytest.mark.parametrize(
    ("basis", "mg"), [(WeightBasis.ACTUAL, 55), (WeightBasis.ADJUSTED, 39), (WeightBasis.IDEAL, 28)]
)
def test_the_choice_of_weight_is_a_twofold_choice_in_a_heavy_person(basis: WeightBasis, mg: float) -> None:
    """110 kg and 165 cm: 55, 39 and 28.5 mg, the last rounded down to whole milligrams."""
    assert prepared(110, rule=replace(REFERENCE, weight_basis=basis)).dose.mg == mg


def test_ideal_weight_gives_28_and_a_half_milligrams_when_rounded_to_halves() -> None:
    rule = replace(REFERENCE, weight_basis=WeightBasis.IDEAL, round_to=Dose(mg=0.5))
    # 28.45 mg before rounding: the table shows 28.5, the nearest half; rounding down gives 28.
    assert prepared(110, rule=rule).dose.mg == 28
    steps = {step.label: step.result for step in prepared(110, rule=rule).steps}
    assert steps["Dose by body weight"] == pytest.approx(28.5, abs=0.05)


@pytest.mark.parametrize(("kg", "mg"), [(98.3, 49), (71.9, 35), (72, 36), (30, 15)])
def test_the_dose_is_rounded_down(kg: float, mg: float) -> None:
    assert prepared(kg).dose.mg == mg


def test_rounding_down_does_not_lose_a_step_to_floating_point() -> None:
    rule = replace(REFERENCE, mg_per_kg=WeightedDose(mg_per_kg=0.29))
    assert 0.29 * 100 < 29
    assert prepared(100, rule=rule).dose.mg == 29


def test_an_elder_of_45_kg_is_refused_and_not_raised_to_the_floor() -> None:
    """Fault 8 of the example protocol: 0.3 mg/kg at 45 kg is 13.5 mg, and a floor of 15 mg made it 15."""
    with pytest.raises(InputRefused) as refused:
        prepared(45, rule=replace(REFERENCE, mg_per_kg=WeightedDose(mg_per_kg=0.3)))
    assert refused.value.given == "13 mg"
    assert "never raises" in refused.value.mend
    assert BASE_AS_LABELLED in refused.value.allowed


@given(st.floats(20, 350), st.floats(0.01, 0.66), st.sampled_from(VIALS), st.floats(0, 40))
def test_no_dose_lies_above_the_ceiling_below_the_floor_or_above_the_weight(
    kg: float, mg_per_kg: float, vial: Concentration, floor: float
) -> None:
    rule = replace(REFERENCE, mg_per_kg=WeightedDose(mg_per_kg=mg_per_kg), floor=Dose(mg=floor))
    try:
        found = prepared(kg, rule=rule, vial=vial)
    except InputRefused:
        assert mg_per_kg * kg < max(floor, 1) + 1
        return
    assert max(floor, 1) <= found.dose.mg <= 60
    assert found.dose.mg <= mg_per_kg * kg + 1e-6
    assert found.dose.mg == pytest.approx(round(found.dose.mg), abs=1e-9)


@given(st.floats(30, 350), st.sampled_from(VIALS), st.floats(20, 120), st.floats(0.1, 1.5))
def test_volume_times_strength_is_the_dose(
    kg: float, vial: Concentration, minutes: float, mg_per_kg: float
) -> None:
    """Hazard H1, for all strengths; and the bag's volume times its concentration is the same dose."""
    assume(mg_per_kg / minutes * 60 <= 1)
    rule = replace(
        REFERENCE,
        mg_per_kg=WeightedDose(mg_per_kg=mg_per_kg),
        minutes=Minutes(minutes=minutes),
        slowest=Minutes(minutes=240),
        floor=Dose(mg=0),
    )
    found = prepared(kg, rule=rule, vial=vial)
    assert (found.draw * found.vial).mg == pytest.approx(found.dose.mg, rel=1e-9)
    assert (found.bag * found.concentration).mg == pytest.approx(found.dose.mg, rel=1e-9)


@given(st.floats(30, 350), st.floats(20, 120), st.floats(0.1, 1.5), st.sampled_from([20.0, 50.0, 100.0]))
def test_the_pump_never_runs_faster_than_the_ceiling_nor_ends_before_the_planned_minutes(
    kg: float, minutes: float, mg_per_kg: float, bag: float
) -> None:
    assume(mg_per_kg / minutes * 60 <= 1)
    rule = replace(
        REFERENCE,
        mg_per_kg=WeightedDose(mg_per_kg=mg_per_kg),
        minutes=Minutes(minutes=minutes),
        slowest=Minutes(minutes=240),
        floor=Dose(mg=0),
    )
    found = prepared(kg, rule=rule, bag=replace(BAG, bag=Volume(ml=bag)))
    weighted = found.check_rate(found.rate).mg_per_kg_per_h
    assert weighted <= 1 + 1e-9
    assert found.minutes.minutes >= minutes - 1e-6
    # Hazard H7: the rate, turned back into a dose over its own minutes, is the dose that was ordered.
    assert weighted * found.minutes.hours * found.dosing.weight.kg == pytest.approx(found.dose.mg, rel=1e-9)


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "rate"),
    [(1.0, 40, 1.5), (0.75, 40, 1.125), (0.5, 25, 1.2)],
)
def test_a_rule_whose_dose_and_minutes_exceed_the_rate_ceiling_cannot_be_made(
    mg_per_kg: float, minutes: float, rate: float
) -> None:
    """Fault 4 of the example protocol: 0.75 mg/kg run off in 40 min is 1.125 mg/kg/h."""
    with pytest.raises(InputRefused, match=f"which is {rate} mg/kg/h"):
        replace(
            REFERENCE,
            mg_per_kg=WeightedDose(mg_per_kg=mg_per_kg),
            minutes=Minutes(minutes=minutes),
            slowest=Minutes(minutes=240),
        )


@pytest.mark.parametrize(("mg_per_kg", "minutes"), [(1.0, 60), (0.75, 60), (0.5, 30)])
def test_a_rule_exactly_at_or_under_the_rate_ceiling_stands(mg_per_kg: float, minutes: float) -> None:
    rule = replace(
        REFERENCE,
        mg_per_kg=WeightedDose(mg_per_kg=mg_per_kg),
        minutes=Minutes(minutes=minutes),
        slowest=Minutes(minutes=240),
    )
    assert prepared(60, rule=rule).check_rate(prepared(60, rule=rule).rate).mg_per_kg_per_h <= 1 + 1e-9


@given(st.floats(30, 200), st.floats(1, 999))
def test_every_setting_of_the_pump_is_measured_against_the_ceiling(kg: float, ml_per_h: float) -> None:
    found = prepared(kg)
    by_hand = ml_per_h * found.concentration.mg_per_ml / found.dosing.weight.kg
    assume(abs(by_hand - 1) > 1e-6)
    if by_hand > 1:
        with pytest.raises(InputRefused, match="set a slower rate"):
            found.check_rate(PumpRate(ml_per_h=ml_per_h))
    else:
        assert found.check_rate(PumpRate(ml_per_h=ml_per_h)).mg_per_kg_per_h == pytest.approx(by_hand)


@given(st.floats(30, 200))
def test_the_fastest_setting_is_allowed_and_the_next_one_is_not(kg: float) -> None:
    found = prepared(kg)
    found.check_rate(found.fastest)
    with pytest.raises(InputRefused):
        found.check_rate(PumpRate(ml_per_h=found.fastest.ml_per_h + 0.2))


def test_a_pump_that_stands_is_a_pause_and_no_rate() -> None:
    with pytest.raises(InputRefused, match="record a pause or a stop"):
        prepared(70).check_rate(PumpRate(ml_per_h=0))


def test_slowing_down_spreads_the_rest_of_the_bag() -> None:
    found = prepared(70)
    assert found.rate_for_the_rest(given=Dose(mg=17.5), length=Minutes(minutes=40)).ml_per_h == 37.5


def test_catching_up_after_a_pause_is_refused_when_it_would_run_over_the_ceiling() -> None:
    found = prepared(70)
    with pytest.raises(InputRefused, match="rate for the rest of the bag"):
        found.rate_for_the_rest(given=Dose(mg=7), length=Minutes(minutes=20))


def test_an_empty_bag_has_no_rate_left() -> None:
    with pytest.raises(InputRefused):
        prepared(70).rate_for_the_rest(given=Dose(mg=35), length=Minutes(minutes=20))


@pytest.mark.parametrize("right", VIALS)
@pytest.mark.parametrize("taken", VIALS)
def test_a_slip_between_two_vials_is_refused_and_the_right_vial_is_not(
    right: Concentration, taken: Concentration
) -> None:
    found = prepared(70, vial=right)
    if right == taken:
        assert check_draw(found, vial=taken, drawn=found.draw).mg == pytest.approx(35)
        return
    with pytest.raises(InputRefused, match="discard the syringe"):
        check_draw(found, vial=taken, drawn=found.draw)


def test_a_tenfold_slip_says_how_much_was_drawn_and_how_much_it_should_be() -> None:
    found = prepared(70)
    with pytest.raises(InputRefused) as refused:
        check_draw(found, vial=VIALS[2], drawn=Volume(ml=3.5))
    assert refused.value.given == "3.5 mL of 100 mg/mL, which is 350 mg"
    assert "from 100 mg/mL it is 0.35 mL" in refused.value.mend


@pytest.mark.parametrize("percent", [0.5, 2, 5, 10])
def test_the_tolerance_of_a_draw_is_the_protocols(percent: float) -> None:
    found = prepared(70, bag=replace(BAG, tolerance_percent=percent))
    for side in (1, -1):
        just_inside, just_outside = (3.5 * (1 + side * (percent + off) / 100) for off in (-0.01, 0.01))
        check_draw(found, vial=VIALS[0], drawn=Volume(ml=just_inside))
        with pytest.raises(InputRefused, match=f"35 mg within {percent:g} %"):
            check_draw(found, vial=VIALS[0], drawn=Volume(ml=just_outside))


@pytest.mark.parametrize("percent", [0, -1, 10.1, 100, float("nan")])
def test_a_tolerance_that_tells_no_slip_cannot_be_set(percent: float) -> None:
    with pytest.raises(InputRefused, match="tolerance_percent"):
        replace(BAG, tolerance_percent=percent)


def test_the_rest_of_a_bag_may_last_as_long_as_a_whole_infusion_and_no_longer() -> None:
    half = Dose(mg=17.5)
    assert prepared(70).rate_for_the_rest(given=half, length=Minutes(minutes=90)).ml_per_h == pytest.approx(
        16.6
    )
    with pytest.raises(InputRefused, match="at most 90 min"):
        prepared(70).rate_for_the_rest(given=half, length=Minutes(minutes=90.5))


@pytest.mark.parametrize(("ml", "taken"), [(3.57, True), (3.43, True), (3.58, False), (3.42, False)])
def test_two_percent_is_the_limit_of_a_draw(*, ml: float, taken: bool) -> None:
    found = prepared(70)
    if taken:
        assert check_draw(found, vial=VIALS[0], drawn=Volume(ml=ml)).mg == pytest.approx(ml * 10)
        return
    with pytest.raises(InputRefused):
        check_draw(found, vial=VIALS[0], drawn=Volume(ml=ml))


def test_the_weak_vial_is_preferred_and_every_stronger_one_needs_a_second_person() -> None:
    assert BAG.choose_vial(VIALS[::-1]) == VIALS[0]
    assert BAG.choose_vial(VIALS[1:]) == VIALS[1]
    assert [prepared(70, vial=vial).second_person for vial in VIALS] == [False, True, True]


@pytest.mark.parametrize("at_hand", [(), (Concentration(mg_per_ml=20),)])
def test_no_usable_vial_is_refused(at_hand: tuple[Concentration, ...]) -> None:
    with pytest.raises(InputRefused, match="fetch a vial"):
        BAG.choose_vial(at_hand)


def test_a_vial_that_the_protocol_does_not_name_is_refused() -> None:
    with pytest.raises(InputRefused, match="10 mg/mL, 50 mg/mL, 100 mg/mL"):
        prepared(70, vial=Concentration(mg_per_ml=20))


def test_the_steps_can_be_read_from_top_to_bottom() -> None:
    assert [str(step) for step in prepared(98.3).steps] == [
        "Body weight: as weighed = 98.3 kg",
        "Dose by body weight: 0.5 mg/kg × 98.3 kg = 49.15 mg",
        "Rounded down: to whole steps of 1 mg = 49 mg",
        "Drug to draw up: 49 mg ÷ 10 mg/mL = 4.9 mL",
        "Fluid to take out of the bag first: the same volume = 4.9 mL",
        "Drug in the syringe, counted back: 4.9 mL × 10 mg/mL = 49 mg",
        "Concentration in the bag: 49 mg ÷ 50 mL = 0.98 mg/mL",
        "Pump rate: 50 mL ÷ 40 min × 60 min/h = 75 mL/h",
        "Rate for each kilogram: 75 mL/h × 0.98 mg/mL ÷ 98.3 kg = 0.75 mg/kg/h",
        "Line flushed at the same rate: so that the drug in the line is given = 10 mL",
    ]


def test_the_steps_of_an_adjusted_and_capped_dose_name_both_weights_and_the_ceiling() -> None:
    rule = replace(REFERENCE, weight_basis=WeightBasis.ADJUSTED, ceiling=Dose(mg=30))
    labels = [step.label for step in prepared(110, rule=rule).steps]
    assert labels[:5] == [
        "Body weight",
        "Ideal weight (Devine)",
        "Adjusted weight, which is dosed on",
        "Dose by body weight",
        "Cut to the largest dose of the protocol",
    ]


def test_the_steps_of_an_ideal_dose_name_the_formula() -> None:
    rule = replace(REFERENCE, weight_basis=WeightBasis.IDEAL)
    assert prepared(110, rule=rule).steps[1].formula == "45.5 + 2.3 × (165 ÷ 2.54 − 60)"


@pytest.mark.parametrize(("line", "bag", "share"), [(15, 50, 0.30), (2, 50, 0.04), (60, 50, 1.0)])
def test_an_unflushed_line_keeps_a_share_of_the_dose(line: float, bag: float, share: float) -> None:
    assert left_in_line(Volume(ml=line), bag=Volume(ml=bag)) == pytest.approx(share)


@pytest.mark.parametrize(
    "broken",
    [
        {"mg_per_kg": WeightedDose(mg_per_kg=0)},
        {"minutes": Minutes(minutes=0)},
        {"round_to": Dose(mg=0)},
        {"ceiling": Dose(mg=0)},
        {"floor": Dose(mg=61)},
        {"minutes": Minutes(minutes=90.1)},
        {"slowest": Minutes(minutes=39.9)},
    ],
    ids=[
        "no dose",
        "no time",
        "no step",
        "no ceiling",
        "a floor above the ceiling",
        "longer than the slowest",
        "a slowest below the time",
    ],
)
def test_a_rule_that_does_not_hold_together_cannot_be_made(broken: dict[str, Dose]) -> None:
    with pytest.raises(InputRefused):
        replace(REFERENCE, **broken)  # type: ignore[arg-type]


def test_a_preparation_rule_prefers_one_of_its_own_vials_and_has_a_bag() -> None:
    with pytest.raises(InputRefused, match="preferred vial"):
        replace(BAG, preferred_vial=Concentration(mg_per_ml=20))
    with pytest.raises(InputRefused, match="bag"):
        replace(BAG, bag=Volume(ml=0))


@pytest.mark.parametrize(("ml", "taken"), [(3.6, True), (3.5, True), (3.49, False), (1, False)])
def test_a_bag_has_room_for_the_drug_whose_volume_is_taken_out_of_it_first(*, ml: float, taken: bool) -> None:
    bag = replace(BAG, bag=Volume(ml=ml))
    if taken:
        assert prepared(70, bag=bag).draw.ml <= ml
        return
    with pytest.raises(InputRefused, match="take a larger bag or a stronger vial"):
        prepared(70, bag=bag)


@given(st.floats(50, 200), st.floats(0.5, 100), st.sampled_from(VIALS))
def test_no_bag_is_stronger_than_the_vial_it_was_made_from(kg: float, ml: float, vial: Concentration) -> None:
    try:
        found = prepared(kg, bag=replace(BAG, bag=Volume(ml=ml)), vial=vial)
    except InputRefused as refused:
        assert refused.where == "bag"  # noqa: PT017 - either is right
        return
    assert found.concentration.mg_per_ml <= vial.mg_per_ml * (1 + 1e-9)


def test_the_drug_says_that_it_is_the_racemate() -> None:
    assert "racemate" in prepared(70).drug
    assert BASE_AS_LABELLED == "mg of ketamine base as labelled; racemate"
