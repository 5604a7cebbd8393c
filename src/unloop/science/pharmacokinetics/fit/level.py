"""Measured concentrations, and how far a measurement may lie from a prediction."""

from __future__ import annotations

import math
from dataclasses import dataclass

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.drug import Analyte, Site


@dataclass(frozen=True, slots=True)
class Level:
    """One measured concentration.

    Attributes:
        minutes: when it was drawn, on the clock of the doses.
        ng_per_ml: the concentration; for one below the limit of quantification, that limit.
        analyte: what was measured. An ordinary assay of ketamine counts S and R together.
        site: where the blood was taken.
        below: whether the laboratory reported "below the limit". Such a level is kept as what it says, a reading
            under the limit (likelihood M3 of Beal 2001): leaving it out would make late levels look higher than
            they are, and half the limit would be a number that nobody measured.
        row: the line it was read from, for refusals.

    Raises:
        InputRefused: when the concentration is negative, zero or not a number, or the minute is not one.
    """

    minutes: float
    ng_per_ml: float
    analyte: Analyte
    site: Site
    below: bool = False
    row: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.ng_per_ml) and self.ng_per_ml > 0):
            raise self.refused(
                f"{self.ng_per_ml} ng/mL",
                allowed="a concentration above 0",
                mend="write a level below the limit of quantification as that limit, such as <2",
            )
        if not math.isfinite(self.minutes):
            raise self.refused(f"{self.minutes} min", allowed="a minute", mend="say when it was drawn")

    @property
    def of_metabolite(self) -> bool:
        """Whether it is of what ketamine becomes, and not of ketamine."""
        return self.analyte not in {Analyte.RACEMIC, Analyte.S, Analyte.R}

    def refused(self, given: object, *, allowed: str, mend: str) -> InputRefused:
        """A refusal that names this level's line, or its minute."""
        return InputRefused(
            self.row or f"level at {self.minutes:g} min", given=given, allowed=allowed, mend=mend
        )


@dataclass(frozen=True, slots=True)
class Residual:
    """The standard deviation of a level around its prediction f: sqrt((proportional f)^2 + additive^2).

    Attributes:
        proportional: a fraction of the prediction.
        additive_ng_per_ml: the same at every concentration.
        source: where both come from.

    Raises:
        InputRefused: when one is negative or not a number, or both are zero.
    """

    proportional: float
    additive_ng_per_ml: float = 0.0
    source: str = "given"

    def __post_init__(self) -> None:
        both = (self.proportional, self.additive_ng_per_ml)
        if not all(math.isfinite(one) and one >= 0 for one in both) or not any(both):
            raise InputRefused(
                "residual error",
                given=f"proportional {self.proportional}, additive {self.additive_ng_per_ml} ng/mL",
                allowed="0 or more each, and not both 0",
                mend="give the fraction of the prediction, or ng/mL, that an assay and a model may be off by",
            )
