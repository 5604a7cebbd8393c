"""The body weight that a dose is worked out for: as weighed, ideal, or adjusted between the two."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from unloop.facts import Sex
from unloop.quantity import BodyWeight, Height, InputRefused, plain

# Devine 1974 (Drug Intell Clin Pharm 8:650-655): weight at 60 inches, and for each inch above.
DEVINE_AT_60_INCHES_KG = {Sex.FEMALE: 45.5, Sex.MALE: 50.0}
DEVINE_FOR_EACH_INCH_KG = 2.3
CM_IN_AN_INCH = 2.54
# The usual share of the weight above ideal that is added again; for ketamine no trial fixes it (policy).
SHARE_OF_EXCESS = 0.4


class WeightBasis(StrEnum):
    """Which weight a protocol doses on."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True)
class Body:
    """The measures that a dose depends on.

    Height and sex are needed for ideal and adjusted weight only.
    """

    weight: BodyWeight
    height: Height | None = None
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True, slots=True)
class DosingWeight:
    """The weight that was used, by which formula; never above the weight that was measured."""

    weight: BodyWeight
    basis: WeightBasis
    formula: str


def ideal_weight(body: Body) -> DosingWeight:
    """Ideal body weight after Devine; below 60 inches the same line is followed downwards, to a lower dose.

    Raises:
        InputRefused: height or sex is unknown, or the line leads below the plausible weights.
    """
    if body.height is None:
        raise InputRefused(
            "height", given=None, allowed=Height.allowed(), mend="measure height: ideal weight needs it"
        )
    if body.sex is Sex.UNKNOWN:
        raise InputRefused(
            "sex",
            given=body.sex,
            allowed="female or male",
            mend="record the sex that Devine's formula asks for",
        )
    start = DEVINE_AT_60_INCHES_KG[body.sex]
    kg = start + DEVINE_FOR_EACH_INCH_KG * (body.height.cm / CM_IN_AN_INCH - 60)
    formula = f"{plain(start)} + {plain(DEVINE_FOR_EACH_INCH_KG)} × ({plain(body.height.cm)} ÷ 2.54 − 60)"
    return DosingWeight(BodyWeight(kg=kg), WeightBasis.IDEAL, formula)


def adjusted_weight(body: Body) -> DosingWeight:
    """Ideal weight and four tenths of what was weighed above it.

    Raises:
        InputRefused: as `ideal_weight`.
    """
    ideal = ideal_weight(body).weight
    kg = ideal.kg + SHARE_OF_EXCESS * (body.weight.kg - ideal.kg)
    shown = plain(ideal.kg, decimals=1)
    formula = f"{shown} + {plain(SHARE_OF_EXCESS)} × ({plain(body.weight.kg)} − {shown})"
    return DosingWeight(BodyWeight(kg=kg), WeightBasis.ADJUSTED, formula)


def dosing_weight(body: Body, basis: WeightBasis) -> DosingWeight:
    """The weight to dose on.

    In a person below ideal weight both formulas lie above what was weighed and would raise the dose: there the
    measured weight is used.

    Raises:
        InputRefused: as `ideal_weight`.
    """
    measured = DosingWeight(body.weight, WeightBasis.ACTUAL, "as weighed")
    match basis:
        case WeightBasis.ACTUAL:
            return measured
        case WeightBasis.IDEAL:
            found = ideal_weight(body)
        case WeightBasis.ADJUSTED:
            found = adjusted_weight(body)
        case _:
            assert_never(basis)
    return found if found.weight < body.weight else measured
