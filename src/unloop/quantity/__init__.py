"""Quantities: one unit each, a plausible range, checked once at birth; and the refusal that says the mend."""

from __future__ import annotations

from unloop.quantity.body import BodyMassIndex, BodyWeight, Height, reasons_to_weigh_again
from unloop.quantity.drug import Concentration, Dose, PumpRate, Volume, WeightedDose, WeightedRate
from unloop.quantity.duration import Duration
from unloop.quantity.measured import Quantity, plain
from unloop.quantity.minutes import Minutes
from unloop.quantity.reading import read, read_field
from unloop.quantity.refusal import InputRefused
from unloop.quantity.vital import BreathingRate, HeartRate, Pressure, Saturation

__all__ = [
    "BodyMassIndex",
    "BodyWeight",
    "BreathingRate",
    "Concentration",
    "Dose",
    "Duration",
    "HeartRate",
    "Height",
    "InputRefused",
    "Minutes",
    "Pressure",
    "PumpRate",
    "Quantity",
    "Saturation",
    "Volume",
    "WeightedDose",
    "WeightedRate",
    "plain",
    "read",
    "read_field",
    "reasons_to_weigh_again",
]
