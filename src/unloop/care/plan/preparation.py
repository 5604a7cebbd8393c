"""From dose to pump, one named step after the other, each with its formula and its number.

Every milligram here is ketamine base as labelled; the hydrochloride weighs 15 % more and is never counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from unloop.care.plan.dose_rule import HAIR, DoseRule, PreparationRule
from unloop.care.plan.dosing_weight import Body, DosingWeight, WeightBasis, dosing_weight
from unloop.quantity import (
    Concentration,
    Dose,
    InputRefused,
    Minutes,
    PumpRate,
    Quantity,
    Volume,
    WeightedRate,
    plain,
)

BASE_AS_LABELLED = "mg of ketamine base as labelled; racemate"
PUMP_STEP_ML_PER_H = 0.1  # volumetric pumps are set in tenths; the rate is cut to this, never raised


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation as it is shown: what, how, and the result with its unit."""

    label: str
    formula: str
    result: float
    unit: str

    def __str__(self) -> str:
        return f"{self.label}: {self.formula} = {plain(self.result, decimals=2)} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """An infusion worked out for one person, and how it came about.

    Attributes:
        drug: what is given, racemate or esketamine said.
        body: the measures it was worked out for.
        dosing: the weight that was dosed on.
        dose: milligrams of ketamine base as labelled.
        minutes: how long the bag lasts at `rate`; at least the protocol's minutes.
        vial: strength of the vial.
        draw: volume to draw up, and to take out of the bag first.
        bag: total volume of the bag.
        concentration: in the finished bag.
        rate: what the pump is set to.
        max_rate: the protocol's ceiling, for each kilogram of the dosing weight.
        slowest: the longest that the protocol lets an infusion be drawn out.
        flush: rinses the line at the same rate.
        tolerance_percent: how far the drug in the syringe may be off the dose.
        second_person: whether drawing up needs a second person.
        dose_steps: how weight and dose came about.
    """

    drug: str
    body: Body
    dosing: DosingWeight
    dose: Dose
    minutes: Minutes
    vial: Concentration
    draw: Volume
    bag: Volume
    concentration: Concentration
    rate: PumpRate
    max_rate: WeightedRate
    slowest: Minutes
    flush: Volume
    tolerance_percent: float
    second_person: bool
    dose_steps: tuple[Step, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The whole calculation in the order in which it is done."""
        in_bag = f"{plain(self.concentration.mg_per_ml, decimals=3)} mg/mL"
        dosed_on = f"{plain(self.dosing.weight.kg, decimals=1)} kg"
        return (
            *self.dose_steps,
            step("Drug to draw up", f"{self.dose} ÷ {self.vial}", self.draw),
            step("Fluid to take out of the bag first", "the same volume", self.draw),
            step(
                "Drug in the syringe, counted back",
                f"{shown(self.draw)} × {self.vial}",
                self.draw * self.vial,
            ),
            step("Concentration in the bag", f"{self.dose} ÷ {self.bag}", self.concentration),
            step("Pump rate", f"{self.bag} ÷ {shown(self.minutes)} × 60 min/h", self.rate),
            step(
                "Rate for each kilogram", f"{self.rate} × {in_bag} ÷ {dosed_on}", self.check_rate(self.rate)
            ),
            step("Line flushed at the same rate", "so that the drug in the line is given", self.flush),
        )

    @property
    def fastest(self) -> PumpRate:
        """The highest pump setting that keeps this bag under the rate ceiling."""
        per_hour = self.max_rate.mg_per_kg_per_h * self.dosing.weight.kg / self.concentration.mg_per_ml
        return cut_to_pump_step(min(per_hour, PumpRate.high))

    def check_rate(self, rate: PumpRate, *, where: str = "pump rate") -> WeightedRate:
        """The drug rate of a pump setting: start, slow-down, step and resume all pass through here.

        Raises:
            InputRefused: the setting is zero or exceeds the ceiling.
        """
        if rate.ml_per_h == 0:
            raise InputRefused(
                where, given=rate, allowed="above 0 mL/h", mend="record a pause or a stop instead"
            )
        weighted = rate.weighted(self.concentration, self.dosing.weight)
        if weighted.mg_per_kg_per_h > self.max_rate.mg_per_kg_per_h * (1 + HAIR):
            raise InputRefused(
                where,
                given=f"{rate}, which is {plain(weighted.mg_per_kg_per_h, decimals=3)} mg/kg/h",
                allowed=f"at most {self.fastest}, which keeps to {self.max_rate}",
                mend="set a slower rate",
            )
        return weighted

    def rate_for_the_rest(self, *, given: Dose, length: Minutes) -> PumpRate:
        """The pump setting that spreads what is left in the bag over a length of time.

        Raises:
            InputRefused: nothing is left, the rate would exceed the ceiling, or the rest would be drawn out longer
                than the protocol lets a whole infusion last.
        """
        if length > self.slowest:
            raise InputRefused(
                "length of the rest",
                given=length,
                allowed=f"at most {self.slowest}",
                mend="give it in less time",
            )
        left = Volume(ml=max(0.0, self.bag.ml - given.mg / self.concentration.mg_per_ml))
        rate = cut_to_pump_step(left.over(length).ml_per_h)
        self.check_rate(rate, where="rate for the rest of the bag")
        return rate


def prepare(rule: DoseRule, body: Body, preparation: PreparationRule, *, vial: Concentration) -> Preparation:
    """Work out dose, vial, bag and pump for one person.

    Args:
        rule: the protocol's dose after its adjustments.
        body: weight, and height and sex where the protocol doses on ideal or adjusted weight.
        preparation: vials and bag.
        vial: the strength that is used, from `PreparationRule.choose_vial` or as scanned.

    Raises:
        InputRefused: the dose falls below the floor, the vial is none of the protocol's, the drug does not fit into the
            bag, or a measure is missing.
    """
    preparation.choose_vial((vial,))
    dosing = dosing_weight(body, rule.weight_basis)
    dose, dose_steps = decide_dose(rule, dosing)
    check_room(dose, vial=vial, bag=preparation.bag)
    rate = cut_to_pump_step(preparation.bag.over(rule.minutes).ml_per_h)
    return Preparation(
        drug=preparation.drug,
        body=body,
        dosing=dosing,
        dose=dose,
        minutes=preparation.bag / rate,
        vial=vial,
        draw=dose / vial,
        bag=preparation.bag,
        concentration=dose / preparation.bag,
        rate=rate,
        max_rate=rule.max_rate,
        slowest=rule.slowest,
        tolerance_percent=preparation.tolerance_percent,
        flush=preparation.flush,
        second_person=preparation.needs_second_person(vial),
        dose_steps=(*weight_steps(body, dosing), *dose_steps),
    )


def decide_dose(rule: DoseRule, dosing: DosingWeight) -> tuple[Dose, tuple[Step, ...]]:
    """The dose: by weight, cut to the ceiling, rounded down, and refused below the floor.

    Raises:
        InputRefused: below the floor, which never raises a dose.
    """
    by_weight = rule.mg_per_kg.for_patient(dosing.weight)
    steps = [
        step("Dose by body weight", f"{rule.mg_per_kg} × {plain(dosing.weight.kg, decimals=1)} kg", by_weight)
    ]
    dose = by_weight
    if dose > rule.ceiling:
        dose = rule.ceiling
        steps.append(step("Cut to the largest dose of the protocol", f"at most {rule.ceiling}", dose))
    dose = Dose(mg=math.floor(dose.mg / rule.round_to.mg + HAIR) * rule.round_to.mg)
    steps.append(step("Rounded down", f"to whole steps of {rule.round_to}", dose))
    if dose < rule.floor or dose.mg == 0:
        raise InputRefused(
            "dose",
            given=dose,
            allowed=f"{rule.floor}-{rule.ceiling} ({BASE_AS_LABELLED})",
            mend="the floor never raises a dose; ask the physician whether to treat, and at which dose",
        )
    return dose, tuple(steps)


def weight_steps(body: Body, dosing: DosingWeight) -> tuple[Step, ...]:
    """How the dosing weight came about."""
    measured = step("Body weight", "as weighed", body.weight)
    match dosing.basis:
        case WeightBasis.ACTUAL:
            return (measured,)
        case WeightBasis.IDEAL:
            return measured, step("Ideal weight (Devine), which is dosed on", dosing.formula, dosing.weight)
        case WeightBasis.ADJUSTED:
            ideal = dosing_weight(body, WeightBasis.IDEAL)
            return (
                measured,
                step("Ideal weight (Devine)", ideal.formula, ideal.weight),
                step("Adjusted weight, which is dosed on", dosing.formula, dosing.weight),
            )


def check_draw(prepared: Preparation, *, vial: Concentration, drawn: Volume) -> Dose:
    """Count back the milligrams in a syringe from the vial that was scanned, and refuse a slip.

    Returns:
        The milligrams in the syringe.

    Raises:
        InputRefused: they differ from the order by more than the protocol's tolerance, as they do tenfold when
            100 mg/mL is taken for 10 mg/mL (hazard H1).
    """
    found = drawn * vial
    allowed = prepared.tolerance_percent
    if abs(found.mg - prepared.dose.mg) > allowed / 100 * prepared.dose.mg:
        right = prepared.dose / vial
        raise InputRefused(
            "syringe",
            given=f"{drawn} of {vial}, which is {plain(found.mg, decimals=2)} mg",
            allowed=f"{prepared.dose} within {plain(allowed)} %",
            mend=f"discard the syringe, read the vial again; from {vial} it is {plain(right.ml, decimals=2)} mL",
        )
    return found


def check_room(dose: Dose, *, vial: Concentration, bag: Volume) -> None:
    """Refuse a bag that is smaller than the drug: as much fluid is taken out of it as drug is put in.

    Raises:
        InputRefused: the drug alone is more than the bag holds.
    """
    if dose / vial > bag:
        raise InputRefused(
            "bag",
            given=bag,
            allowed=f"at least {dose / vial}, which {dose} of {vial} are",
            mend="take a larger bag or a stronger vial",
        )


def left_in_line(line: Volume, *, bag: Volume) -> float:
    """The share of the dose that stays in the line when it is not flushed."""
    return min(1.0, line.ml / bag.ml)


def cut_to_pump_step(ml_per_h: float) -> PumpRate:
    """A rate as the pump can be set, rounded down."""
    return PumpRate(ml_per_h=round(math.floor(ml_per_h / PUMP_STEP_ML_PER_H + HAIR) * PUMP_STEP_ML_PER_H, 1))


def shown(quantity: Quantity) -> str:
    """A quantity with two decimals at most, for a formula."""
    return f"{plain(quantity.amount, decimals=2)} {quantity.unit}"


def step(label: str, formula: str, result: Quantity) -> Step:
    """A step that ends in a quantity."""
    return Step(label, formula, result.amount, result.unit)
