"""Vial, bag and pump: dose, concentration, volume and rate, with only the arithmetic that means something.

A dose is milligrams of ketamine base as labelled, of the racemate unless said otherwise: the hydrochloride weighs
15 % more, and a label of 50 mg/mL counts the base.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from unloop.quantity.body import BodyWeight
from unloop.quantity.measured import Quantity, is_a
from unloop.quantity.minutes import Minutes


@dataclass(frozen=True, slots=True, order=True)
class Dose(Quantity):
    """Milligrams in all, for one person; 0 is nothing given yet.

    The upper end is the label's largest intravenous induction (4.5 mg/kg) at the largest body weight. It is no
    treatment limit: that is the protocol's, and far lower.
    """

    mg: float

    what = "dose"
    unit = "mg"
    low = 0.0
    high = 1575.0
    check = "check the unit (mg, not mcg) and the decimal point"

    def per_kg(self, weight: BodyWeight) -> WeightedDose:
        """This dose for each kilogram of a body weight."""
        return WeightedDose(mg_per_kg=self.mg / weight.kg)

    def __add__(self, other: Dose) -> Dose:
        if not is_a(other, Dose):
            return NotImplemented
        return Dose(mg=self.mg + other.mg)

    def __sub__(self, other: Dose) -> Dose:
        if not is_a(other, Dose):
            return NotImplemented
        return Dose(mg=self.mg - other.mg)

    @overload
    def __truediv__(self, other: Concentration) -> Volume: ...
    @overload
    def __truediv__(self, other: Volume) -> Concentration: ...
    @overload
    def __truediv__(self, other: Dose) -> float: ...
    def __truediv__(self, other: object) -> Volume | Concentration | float:
        match other:
            case Concentration():
                return Volume(ml=self.mg / other.mg_per_ml)
            case Volume():
                return Concentration(mg_per_ml=self.mg / over_zero(other.ml, "volume", self))
            case Dose():
                return self.mg / over_zero(other.mg, "dose", self)
            case _:
                return NotImplemented


@dataclass(frozen=True, slots=True, order=True)
class WeightedDose(Quantity):
    """Milligrams for each kilogram of body weight; the label's largest intravenous induction is 4.5 mg/kg."""

    mg_per_kg: float

    what = "dose by body weight"
    unit = "mg/kg"
    low = 0.0
    high = 4.5
    check = "check whether a whole dose in mg was entered; give mg for each kg"

    def for_patient(self, weight: BodyWeight) -> Dose:
        """The whole dose at a body weight."""
        return Dose(mg=self.mg_per_kg * weight.kg)

    def over(self, length: Minutes) -> WeightedRate:
        """The rate that gives this dose evenly over a length of time."""
        return WeightedRate(mg_per_kg_per_h=self.mg_per_kg / over_zero(length.hours, "time", self))


@dataclass(frozen=True, slots=True, order=True)
class Concentration(Quantity):
    """Milligrams in each millilitre; the strongest ketamine vial holds 100 mg/mL."""

    mg_per_ml: float

    what = "concentration"
    unit = "mg/mL"
    low = 0.001
    high = 100.0
    check = "check the strength on the vial and the unit (mg/mL)"

    def __mul__(self, volume: Volume) -> Dose:
        if not is_a(volume, Volume):
            return NotImplemented
        return Dose(mg=self.mg_per_ml * volume.ml)


@dataclass(frozen=True, slots=True, order=True)
class Volume(Quantity):
    """Millilitres; the largest bag holds 1000 mL."""

    ml: float

    what = "volume"
    unit = "mL"
    low = 0.0
    high = 1000.0
    check = "check the unit (mL, not L)"

    def over(self, length: Minutes) -> PumpRate:
        """The pump rate that delivers this volume evenly over a length of time."""
        return PumpRate(ml_per_h=self.ml / over_zero(length.hours, "time", self))

    def __add__(self, other: Volume) -> Volume:
        if not is_a(other, Volume):
            return NotImplemented
        return Volume(ml=self.ml + other.ml)

    def __sub__(self, other: Volume) -> Volume:
        if not is_a(other, Volume):
            return NotImplemented
        return Volume(ml=self.ml - other.ml)

    def __mul__(self, concentration: Concentration) -> Dose:
        if not is_a(concentration, Concentration):
            return NotImplemented
        return concentration * self

    def __truediv__(self, rate: PumpRate) -> Minutes:
        if not is_a(rate, PumpRate):
            return NotImplemented
        return Minutes(minutes=self.ml / over_zero(rate.ml_per_h, "rate", self) * 60.0)


@dataclass(frozen=True, slots=True, order=True)
class PumpRate(Quantity):
    """What the pump is set to; 0 is a pump that stands. 999 mL/h is the usual end of a volumetric pump's scale."""

    ml_per_h: float

    what = "pump rate"
    unit = "mL/h"
    low = 0.0
    high = 999.0
    check = "check the unit (mL/h, not mg/h or mL/min)"

    def during(self, length: Minutes) -> Volume:
        """What the pump delivers in a length of time."""
        return Volume(ml=self.ml_per_h * length.hours)

    def weighted(self, concentration: Concentration, weight: BodyWeight) -> WeightedRate:
        """The drug rate that this pump rate means for one body weight and one bag."""
        return WeightedRate(mg_per_kg_per_h=self.ml_per_h * concentration.mg_per_ml / weight.kg)


@dataclass(frozen=True, slots=True, order=True)
class WeightedRate(Quantity):
    """Milligrams for each kilogram and hour; the label's fastest push is 0.5 mg/kg/min, which is 30 mg/kg/h."""

    mg_per_kg_per_h: float

    what = "rate by body weight"
    unit = "mg/kg/h"
    low = 0.0
    high = 30.0
    check = "check dose, minutes and body weight"


def over_zero(divisor: float, name: str, kept: Quantity) -> float:
    """The divisor, unless it is zero: then the quotient has no meaning and is refused in the dividend's name."""
    if divisor == 0:
        raise kept.refusal(f"{kept} divided by a {name} of 0", mend=f"give a {name} above 0")
    return divisor
