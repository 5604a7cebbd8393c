"""Readings of one moment at the bedside."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.quantity.measured import Quantity, is_a


@dataclass(frozen=True, slots=True, order=True)
class Pressure(Quantity):
    """Arterial blood pressure, systolic or diastolic; 16 kPa is 120 mm[Hg], so kPa fall outside the range."""

    mm_hg: float

    what = "blood pressure"
    unit = "mm[Hg]"
    low = 20.0
    high = 320.0
    check = "check whether it was entered in kPa; measure again in mm[Hg]"

    def __sub__(self, other: Pressure) -> float:
        if not is_a(other, Pressure):
            return NotImplemented
        return self.mm_hg - other.mm_hg


@dataclass(frozen=True, slots=True, order=True)
class HeartRate(Quantity):
    """Heart beats each minute."""

    per_min: float

    what = "heart rate"
    unit = "/min"
    low = 15.0
    high = 300.0
    check = "measure again over a whole minute"


@dataclass(frozen=True, slots=True, order=True)
class BreathingRate(Quantity):
    """Breaths each minute; 0 is an arrest of breathing and can be charted."""

    per_min: float

    what = "breathing rate"
    unit = "/min"
    low = 0.0
    high = 80.0
    check = "count again over a whole minute"


@dataclass(frozen=True, slots=True, order=True)
class Saturation(Quantity):
    """Oxygen saturation by pulse oximeter, in percent."""

    percent: float

    what = "oxygen saturation"
    unit = "%"
    low = 30.0
    high = 100.0
    check = "check the probe; give percent, not a fraction"
