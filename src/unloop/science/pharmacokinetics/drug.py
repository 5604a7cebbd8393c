"""What was given, what is measured, and where it is measured: three things that models are silently mixed up in.

Half of the racemate is S-ketamine, 1.15 mg of the hydrochloride is 1 mg of base, and arterial blood runs ahead of
venous blood while a drug is infused. Each is a type here, so that a model meets only the dose and the sample that
it was made for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from unloop.quantity import InputRefused

# Molar masses in g/mol; the hydrochloride's ratio to the base is the 1.15 of the salt trap.
KETAMINE_G_PER_MOL = 237.73
KETAMINE_HYDROCHLORIDE_G_PER_MOL = 274.2
NORKETAMINE_G_PER_MOL = 223.70
HYDROXYNORKETAMINE_G_PER_MOL = 239.70


class Drug(StrEnum):
    """What a person is given. It is always said; ketamine alone could mean either."""

    RACEMATE = "racemate"
    ESKETAMINE = "esketamine"


class Analyte(StrEnum):
    """What a concentration is a concentration of. Racemic ketamine is what an ordinary assay reports."""

    RACEMIC = "ketamine (S + R)"
    S = "S-ketamine"
    R = "R-ketamine"
    S_NORKETAMINE = "S-norketamine"
    S_HYDROXYNORKETAMINE = "S-hydroxynorketamine"

    @property
    def g_per_mol(self) -> float:
        """Molar mass of the base; S, R and their sum weigh the same."""
        match self:
            case Analyte.RACEMIC | Analyte.S | Analyte.R:
                return KETAMINE_G_PER_MOL
            case Analyte.S_NORKETAMINE:
                return NORKETAMINE_G_PER_MOL
            case Analyte.S_HYDROXYNORKETAMINE:
                return HYDROXYNORKETAMINE_G_PER_MOL
            case _:
                assert_never(self)


class Site(StrEnum):
    """Where the blood was taken. `pooled` models were fitted to both and say which of the two they read like."""

    ARTERIAL = "arterial"
    VENOUS = "venous"
    POOLED = "pooled"
    NOT_STATED = "not stated"


class Weighed(StrEnum):
    """What the milligrams of a dose weigh."""

    BASE = "base"
    HYDROCHLORIDE = "hydrochloride"


def as_base_mg(mg: float, weighed: Weighed) -> float:
    """Milligrams of ketamine base in a dose that was weighed as base or as hydrochloride.

    Labels count the base, so a dose read from a label is already base. Weighed powder and some papers count the
    salt: 1.153 mg of hydrochloride holds 1 mg of base.

    Raises:
        InputRefused: when `mg` is negative or not a number.
    """
    if not (math.isfinite(mg) and mg >= 0):
        raise InputRefused("dose", given=mg, allowed="0 mg or more", mend="give the milligrams as a number")
    match weighed:
        case Weighed.BASE:
            return mg
        case Weighed.HYDROCHLORIDE:
            return mg * KETAMINE_G_PER_MOL / KETAMINE_HYDROCHLORIDE_G_PER_MOL
        case _:
            assert_never(weighed)


@dataclass(frozen=True, slots=True)
class SaltDose:
    """Milligrams of ketamine hydrochloride: never a dose of base by mistake, since no schedule takes it.

    1.15 mg of the hydrochloride holds 1 mg of base (molar masses 274.2 and 237.73 g/mol).

    Raises:
        InputRefused: when the amount is not above zero.

    Example:
        >>> round(SaltDose(hydrochloride_mg=1.15).base_mg, 2)
        1.0
    """

    hydrochloride_mg: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.hydrochloride_mg) and self.hydrochloride_mg > 0):
            raise InputRefused(
                "dose of hydrochloride",
                given=f"{self.hydrochloride_mg} mg",
                allowed="an amount above 0 mg",
                mend="give the milligrams as a number",
            )

    @property
    def base_mg(self) -> float:
        """The base that the salt holds, which is what schedules and models take."""
        return as_base_mg(self.hydrochloride_mg, Weighed.HYDROCHLORIDE)


def ng_per_ml_of_ketamine(nmol_per_ml: float) -> float:
    """A ketamine concentration in ng/mL from nmol/mL; S, R and their sum weigh the same."""
    return nmol_per_ml * KETAMINE_G_PER_MOL
