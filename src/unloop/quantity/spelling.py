"""How people write units and numbers that are not taken, and what to say to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from unloop.quantity.body import KG_PER_POUND, BodyWeight, Height
from unloop.quantity.drug import Concentration, Dose, PumpRate, Volume, WeightedDose, WeightedRate
from unloop.quantity.measured import Quantity
from unloop.quantity.minutes import Minutes
from unloop.quantity.vital import BreathingRate, HeartRate, Pressure, Saturation


@dataclass(frozen=True, slots=True)
class Foreign:
    """A unit that is not taken: its size in the unit that is, and the mend.

    Attributes:
        mend: what to do; `{given}` and `{turned}` stand for the two readings of the number.
        size: how many of the right unit one of this is; 0 where the two measure different things.
        decimals: how exactly `{turned}` is shown.
    """

    mend: str
    size: float = 0.0
    decimals: int = 4

    def say(self, number: float, given: str) -> str:
        """The mend with both readings filled in."""
        turned = f"{number * self.size:.{self.decimals}f}"
        if self.decimals > 1:
            turned = turned.rstrip("0").rstrip(".")
        return self.mend.format(given=given, turned=turned)


POUNDS = Foreign("enter kilograms: {given} is about {turned} kg, weigh again in kg", KG_PER_POUND, 1)
STONES = Foreign("enter kilograms: {given} is about {turned} kg, weigh again in kg", 14 * KG_PER_POUND, 1)
GRAMS_OF_BODY = Foreign("enter kilograms: {given} is {turned} kg, weigh again in kg", 0.001)
INCHES = Foreign("enter centimetres: {given} is about {turned} cm, measure again in cm", 2.54, 1)
FEET = Foreign("enter centimetres: {given} is about {turned} cm, measure again in cm", 30.48, 1)
METRES = Foreign("enter centimetres: {given} is {turned} cm, measure again in cm", 100.0, 1)
MICROGRAMS = Foreign("{given} is {turned} mg; read the order again and write milligrams", 0.001, 6)
MICROGRAMS_PER_KG = Foreign("{given} is {turned} mg/kg; read the order again and write mg/kg", 0.001, 6)
MICROGRAMS_PER_ML = Foreign("{given} is {turned} mg/mL; read the vial again and write mg/mL", 0.001, 6)
GRAMS = Foreign("{given} is {turned} mg; read the order again and write milligrams", 1000.0)
FOR_EACH_KG = Foreign("a dose for each kg was given; give the whole dose in mg")
WHOLE_DOSE = Foreign("a whole dose was given; give the dose for each kg, such as 0.5 mg/kg")
VOLUME_FOR_DOSE = Foreign(
    "a volume was given; give the dose in mg, the strength of the vial decides the volume"
)
DOSE_FOR_VOLUME = Foreign("a dose was given; give the volume in mL")
LITRES = Foreign("{given} is {turned} mL; write millilitres", 1000.0)
DRUG_RATE = Foreign("a drug rate was given; give what the pump is set to, in mL/h")
EACH_MINUTE = Foreign("{given} is {turned} mL/h; set and write the pump in mL/h", 60.0)
PERCENT_SOLUTION = Foreign("{given} is {turned} mg/mL; read the vial again and write mg/mL", 10.0)
KILOPASCAL = Foreign("{given} is about {turned} mm[Hg]; measure again in mm[Hg]", 7.50062, 1)
SECONDS = Foreign("{given} is {turned} min; write minutes", 1 / 60)
HOURS = Foreign("{given} is {turned} min; write minutes", 60.0)

MASSES: Final = {
    **dict.fromkeys(("mcg", "ug", "\u00b5g", "\u03bcg", "microgram", "micrograms"), MICROGRAMS),
    **dict.fromkeys(("g", "gram", "grams"), GRAMS),
}

FOREIGN: Final[dict[type[Quantity], dict[str, Foreign]]] = {
    BodyWeight: {
        **dict.fromkeys(("lb", "lbs", "pound", "pounds", "[lb_av]", "#"), POUNDS),
        **dict.fromkeys(("st", "stone", "stones"), STONES),
        **dict.fromkeys(("g", "gram", "grams"), GRAMS_OF_BODY),
    },
    Height: {
        **dict.fromkeys(("in", "inch", "inches", '"', "[in_i]"), INCHES),
        **dict.fromkeys(("ft", "foot", "feet", "'", "[ft_i]"), FEET),
        **dict.fromkeys(("m", "meter", "metre", "meters", "metres"), METRES),
    },
    Dose: {**MASSES, "mg/kg": FOR_EACH_KG, "ml": VOLUME_FOR_DOSE},
    WeightedDose: {
        **dict.fromkeys(("mcg/kg", "ug/kg", "\u00b5g/kg", "\u03bcg/kg"), MICROGRAMS_PER_KG),
        "mg": WHOLE_DOSE,
    },
    Concentration: {
        **dict.fromkeys(("mcg/ml", "ug/ml", "\u00b5g/ml", "\u03bcg/ml"), MICROGRAMS_PER_ML),
        "%": PERCENT_SOLUTION,
    },
    Volume: {**dict.fromkeys(("l", "litre", "liter", "litres", "liters"), LITRES), "mg": DOSE_FOR_VOLUME},
    PumpRate: {
        **dict.fromkeys(("mg/h", "mg/hr", "mg/min", "mg/kg/h", "mcg/kg/min"), DRUG_RATE),
        **dict.fromkeys(("ml/min", "ml/minute"), EACH_MINUTE),
    },
    Minutes: {
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECONDS),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOURS),
    },
    Pressure: {"kpa": KILOPASCAL},
}

# Spellings of the right unit in lower case without spaces: the mend is then only how to write it.
SPELLINGS: Final[dict[type[Quantity], frozenset[str]]] = {
    BodyWeight: frozenset({"kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"}),
    Height: frozenset({"cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres"}),
    Dose: frozenset({"mg", "mgs", "milligram", "milligrams"}),
    WeightedDose: frozenset({"mg/kg", "mgperkg"}),
    Concentration: frozenset({"mg/ml", "mgperml", "mg/cc"}),
    Volume: frozenset({"ml", "mls", "cc", "milliliter", "milliliters", "millilitre", "millilitres"}),
    PumpRate: frozenset({"ml/h", "ml/hr", "ml/hour", "mlperhour", "cc/h", "cc/hr"}),
    WeightedRate: frozenset({"mg/kg/h", "mg/kg/hr", "mg/kg/hour"}),
    Minutes: frozenset({"min", "mins", "minute", "minutes", "m"}),
    Pressure: frozenset({"mmhg", "mm[hg]", "torr"}),
    HeartRate: frozenset({"/min", "bpm", "perminute"}),
    BreathingRate: frozenset({"/min", "perminute"}),
    Saturation: frozenset({"%", "percent"}),
}

EXAMPLES: Final[dict[type[Quantity], str]] = {
    BodyWeight: "70",
    Height: "170",
    Dose: "35",
    WeightedDose: "0.5",
    Concentration: "10",
    Volume: "50",
    PumpRate: "75",
    WeightedRate: "0.75",
    Minutes: "40",
    Pressure: "120",
    HeartRate: "70",
    BreathingRate: "14",
    Saturation: "98",
}

# A pattern that the text begins with, and the mend; the first that fits is said.
SLIPS: Final[tuple[tuple[str, str], ...]] = (
    (
        r"([0-9]+),([0-9]{3})(?![0-9])",
        "write {0}{1} {unit} without the comma, or a decimal point if a decimal was meant",
    ),
    (r"([0-9]+),([0-9]+)", "write a decimal point: {0}.{1}, not {0},{1}, since 0,5 and 5 differ tenfold"),
    (r"\.([0-9]+)", "write 0.{0}, not .{0}, since a point without a zero before it is overlooked"),
    (r"([0-9]+)\.(?![0-9])", "write {0}, not {0}., since a point at the end is overlooked"),
    (r"[-\u2212\u2013]", "a negative value cannot be right; write a number and the unit, such as {example}"),
    (r"\+", "leave out the sign; write a number and the unit, such as {example}"),
    (r"[0-9.]+e[+-]?[0-9]", "write the number in full, without an exponent, such as {example}"),
    (r"(?:nan|inf)", "this is not a number; measure again and write it, such as {example}"),
    (r"0+([0-9]+(?:\.[0-9]+)?)", "leave out the leading zero: write {0} {unit}"),
)
