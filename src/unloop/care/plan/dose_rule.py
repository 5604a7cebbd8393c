"""What a protocol says of the dose and its preparation, as plain values, with ceilings that hold together."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.plan.dosing_weight import WeightBasis
from unloop.quantity import Concentration, Dose, InputRefused, Minutes, Volume, WeightedDose, WeightedRate

# Floating-point products such as 0.29 x 100 = 28.999999999999996 must not lose a whole step when rounded down.
HAIR = 1e-9
# With 10 mg/mL taken for 50 mg/mL four fifths are missing; a tenth is far from that and wider than any syringe errs (policy).
WIDEST_TOLERANCE_PERCENT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRule:
    """Dose and duration for one person, after the protocol's adjustments were decided.

    All milligrams are ketamine base as labelled.

    Attributes:
        mg_per_kg: dose for each kilogram of the dosing weight.
        minutes: planned length of the infusion.
        weight_basis: the weight that is dosed on.
        round_to: the dose is rounded down to whole steps of this.
        floor: a dose below this is refused; it is never raised to it.
        ceiling: the dose is cut to this, whatever the weight.
        max_rate: the fastest rate, for each kilogram of the dosing weight.
        slowest: the longest that an infusion may be drawn out.
    """

    mg_per_kg: WeightedDose
    minutes: Minutes
    weight_basis: WeightBasis
    round_to: Dose
    floor: Dose
    ceiling: Dose
    max_rate: WeightedRate
    slowest: Minutes

    def __post_init__(self) -> None:
        above_zero("mg_per_kg", self.mg_per_kg.mg_per_kg, f"0-{self.mg_per_kg.high:g} mg/kg")
        above_zero("minutes", self.minutes.minutes, "1-1440 min")
        above_zero("round_to", self.round_to.mg, "such as 1 mg")
        above_zero("ceiling", self.ceiling.mg, "such as 60 mg")
        if self.floor > self.ceiling:
            raise InputRefused(
                "floor",
                given=self.floor,
                allowed=f"at most the ceiling of {self.ceiling}",
                mend="lower the floor or raise the ceiling",
            )
        if self.minutes > self.slowest:
            raise InputRefused(
                "minutes",
                given=self.minutes,
                allowed=f"at most {self.slowest}",
                mend="plan a shorter infusion",
            )
        rate = self.mg_per_kg.over(self.minutes)
        if rate.mg_per_kg_per_h > self.max_rate.mg_per_kg_per_h * (1 + HAIR):
            raise InputRefused(
                "dose and minutes",
                given=f"{self.mg_per_kg} over {self.minutes}, which is {rate}",
                allowed=f"at most {self.max_rate}",
                mend="give the dose over a longer time",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationRule:
    """How vial and bag become an infusion.

    Attributes:
        bag: total volume, the same for every weight; the drug's own volume is taken out of the bag first.
        vials: strengths that may be used.
        preferred_vial: taken whenever it is at hand; small draws from strong vials are hard to measure.
        second_person_above: a stronger vial is drawn up only before a second person (hazard H1).
        flush: rinses the line at the same rate, so that the dose left in it is given.
        tolerance_percent: how far the drug in the syringe may be off the order; more is a slip (hazard H1).
        drug: what is given, in words that say racemate or esketamine.
    """

    bag: Volume
    vials: tuple[Concentration, ...]
    preferred_vial: Concentration
    second_person_above: Concentration
    flush: Volume
    tolerance_percent: float
    drug: str = "ketamine, racemate"

    def __post_init__(self) -> None:
        above_zero("bag", self.bag.ml, "such as 50 mL")
        if not 0 < self.tolerance_percent <= WIDEST_TOLERANCE_PERCENT:
            raise InputRefused(
                "tolerance_percent",
                given=self.tolerance_percent,
                allowed=f"above 0, at most {WIDEST_TOLERANCE_PERCENT:g}",
                mend="name a tolerance that still tells a slip",
            )
        if self.preferred_vial not in self.vials:
            raise InputRefused(
                "preferred vial",
                given=self.preferred_vial,
                allowed=", ".join(str(vial) for vial in self.vials) or "no vial",
                mend="prefer one of the vials that may be used",
            )

    def choose_vial(self, at_hand: tuple[Concentration, ...]) -> Concentration:
        """The preferred vial, else the weakest one at hand.

        Raises:
            InputRefused: none at hand may be used.
        """
        usable = sorted(vial for vial in at_hand if vial in self.vials)
        if not usable:
            raise InputRefused(
                "vial",
                given=", ".join(str(vial) for vial in at_hand) or None,
                allowed=", ".join(str(vial) for vial in self.vials),
                mend="fetch a vial of one of these strengths",
            )
        return self.preferred_vial if self.preferred_vial in usable else usable[0]

    def needs_second_person(self, vial: Concentration) -> bool:
        """Whether drawing up from this vial needs a second person."""
        return vial > self.second_person_above


def above_zero(where: str, number: float, allowed: str) -> None:
    """Refuse a zero where one would turn a rule into nothing."""
    if number <= 0:
        raise InputRefused(where, given=number, allowed=f"above 0, {allowed}", mend="give a number above 0")
