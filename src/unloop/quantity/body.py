"""The body that a dose is worked out for: weight, height, body mass index."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.quantity.measured import Quantity, plain


@dataclass(frozen=True, slots=True, order=True)
class Height(Quantity):
    """Standing height; 100-250 cm, so that inches and feet fall outside the range."""

    cm: float

    what = "height"
    unit = "cm"
    low = 100.0
    high = 250.0
    check = "check whether it was entered in inches, feet or metres; measure in cm"

    @property
    def m(self) -> float:
        """The same height in metres."""
        return self.cm / 100.0


@dataclass(frozen=True, slots=True, order=True)
class BodyMassIndex(Quantity):
    """Weight over height squared; the widest range that a plausible weight and height can give."""

    kg_per_m2: float

    what = "body mass index"
    unit = "kg/m2"
    low = 3.0
    high = 350.0
    check = "check weight and height"


@dataclass(frozen=True, slots=True, order=True)
class BodyWeight(Quantity):
    """Body weight; 20-350 kg. Pounds as kilograms often lie inside this range: see `reasons_to_weigh_again`."""

    kg: float

    what = "body weight"
    unit = "kg"
    low = 20.0
    high = 350.0
    check = "check whether it was entered in pounds; weigh again in kg"

    def bmi(self, height: Height) -> BodyMassIndex:
        """Body mass index at this weight."""
        return BodyMassIndex(kg_per_m2=self.kg / height.m**2)


KG_PER_POUND = 0.45359237  # the international pound, exact by definition

# Hazard H3: a weight in pounds typed as kilograms gives 2.2 times the dose. Both limits are policy.
USUAL_BMI = (12.0, 70.0)
USUAL_CHANGE = 0.15


def reasons_to_weigh_again(
    weight: BodyWeight, *, height: Height | None = None, last: BodyWeight | None = None
) -> tuple[str, ...]:
    """Why a plausible weight should be entered a second time before it is believed; empty when nothing speaks for it.

    The last weight catches pounds in everyone (a 2.2-fold jump), the body mass index only in heavier people.
    """
    reasons: list[str] = []
    if last is not None and abs(weight.kg - last.kg) > USUAL_CHANGE * last.kg:
        reasons.append(
            f"{weight} differs from the last weight of {last} by more than 15 %; "
            f"check for pounds ({plain(weight.kg, decimals=1)} lb is {weight.kg * KG_PER_POUND:.1f} kg)"
        )
    if height is not None:
        bmi = weight.bmi(height)
        low, high = USUAL_BMI
        if not low <= bmi.kg_per_m2 <= high:
            reasons.append(
                f"{weight} at {height} is a body mass index of {plain(bmi.kg_per_m2, decimals=1)}; "
                "check weight and height"
            )
    return tuple(reasons)
