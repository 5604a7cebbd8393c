"""A model that may run: typical parameters at a body weight, and what becomes of a drug in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.document import (
    Blood,
    Check,
    Disposition,
    LogNormal,
    Parameter,
    People,
    Proportional,
    Source,
    Status,
    Unknown,
)
from unloop.science.pharmacokinetics.drug import Analyte, Drug, Site
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, CompartmentGraph, mammillary
from unloop.science.pharmacokinetics.schedule import Schedule

REFERENCE_KG = 70.0
HEAVIEST_KG = 350.0  # policy: the same upper end as a body weight in the clinic

SpreadKind = Literal["published", "borrowed", "unknown"]
"""`published`: printed with the model. `borrowed`: a construction of ours takes its base model's and says what it
assumes. `unknown`: none published or readable; nothing is drawn."""


@dataclass(frozen=True, slots=True)
class Part:
    """One substance of what was given: its share of the milligrams and its clearance beside the typical one."""

    analyte: Analyte
    share: float
    clearance_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Administration:
    """What was given to whom.

    Attributes:
        drug: racemate or esketamine; never left to be guessed.
        schedule: milligrams of base and minutes.
        weight_kg: body weight, above 0 and at most 350 kg.

    Raises:
        InputRefused: when the weight is out of range or nothing was given.
    """

    drug: Drug
    schedule: Schedule
    weight_kg: float

    def __post_init__(self) -> None:
        check_weight(self.weight_kg)
        if not self.schedule.infusions and not self.schedule.boluses:
            raise InputRefused(
                "schedule", given="no dose", allowed="at least one", mend="give a dose and its minutes"
            )


@dataclass(frozen=True, slots=True)
class KineticModel:
    """A model of the library, complete and checked.

    Attributes:
        parts: for each drug that the model takes, the substances that it becomes. Their concentrations add up to
            the analyte.
        between: between-subject variability of the parameters, or why there is none.
        assumption: what a construction of ours assumes about its variability; empty for a published model.
    """

    id: str
    title: str
    status: Status
    notes: tuple[str, ...]
    people: People
    blood: Blood
    source: Source
    disposition: Disposition
    parts: Mapping[Drug, tuple[Part, ...]]
    between: LogNormal | Unknown
    residual: Proportional | Unknown
    checks: tuple[Check, ...]
    assumption: str = ""

    @property
    def spread(self) -> SpreadKind:
        """Whether a band between people may be drawn, and on what it would rest."""
        match self.between:
            case Unknown():
                return "unknown"
            case LogNormal():
                return "borrowed" if self.assumption else "published"
            case _:
                assert_never(self.between)

    @property
    def for_clinic_screens(self) -> bool:
        """Adults' models that are complete and agree with print; never children's or intensive care's."""
        return self.people.group == "adults" and self.status in {"verified", "usable"}

    def parts_of(self, drug: Drug) -> tuple[Part, ...]:
        """The substances that a drug becomes in this model.

        Raises:
            InputRefused: when the model was not made for this drug; fed with the racemate, a model of S-ketamine
                would be wrong two-fold.
        """
        if drug not in self.parts:
            taken = " or ".join(sorted(self.parts))
            raise InputRefused(
                f"model {self.id}",
                given=drug,
                allowed=taken,
                mend=f"choose a model that takes {drug}, or give the part that is {taken} as such",
            )
        return self.parts[drug]

    def analyte_of(self, drug: Drug) -> Analyte:
        """What the summed concentration is of, after this drug."""
        parts = self.parts_of(drug)
        return parts[0].analyte if len(parts) == 1 else Analyte.RACEMIC

    def typical(self, weight_kg: float) -> dict[str, float]:
        """The typical person's parameters at a body weight, in L, L/h and 1/h.

        Raises:
            InputRefused: when the weight is out of range.
        """
        weight = check_weight(weight_kg)
        return {
            name: _at_weight(parameter, weight) for name, parameter in self.disposition.parameters.items()
        }

    def graph(self, parameters: Mapping[str, ArrayLike], part: Part) -> CompartmentGraph:
        """The compartments of one substance; parameters may be numbers or arrays over people."""
        values = {name: np.asarray(value, dtype=np.float64) for name, value in parameters.items()}
        names = ("2", "3")[: self.disposition.compartments - 1]
        match self.disposition.form:
            case "clearances":
                clearance = values["CL"]
                exchanges = [values[f"Q{name}"] for name in names]
                peripheral = [values[f"V{name}"] for name in names]
            case "rate-constants":
                clearance = values["k10"] * values["V1"]
                exchanges = [values[f"k1{name}"] * values["V1"] for name in names]
                peripheral = [flow / values[f"k{name}1"] for name, flow in zip(names, exchanges, strict=True)]
            case _:
                assert_never(self.disposition.form)
        return mammillary(
            clearance_l_per_h=clearance * part.clearance_factor,
            volumes_l=[values["V1"], *peripheral],
            exchanges_l_per_h=exchanges,
        )

    def compares_with(self, site: Site) -> bool:
        """Whether a level drawn there may be held against this model; where either is not stated, it may not."""
        return site is self.blood.reads_as and site is not Site.NOT_STATED


def _at_weight(parameter: Parameter, weight_kg: float) -> float:
    per_hour = parameter.value * (MINUTES_PER_HOUR if parameter.unit in {"L/min", "1/min"} else 1.0)
    match parameter.per:
        case "person":
            return per_hour
        case "kg":
            return per_hour * weight_kg
        case "70 kg":
            return per_hour * math.pow(weight_kg / REFERENCE_KG, parameter.weight_exponent or 0.0)
        case _:
            assert_never(parameter.per)


def check_weight(weight_kg: float) -> float:
    """The weight itself.

    Raises:
        InputRefused: when it is not a number above 0 and at most 350 kg.
    """
    if not (math.isfinite(weight_kg) and 0 < weight_kg <= HEAVIEST_KG):
        raise InputRefused(
            "body weight",
            given=f"{weight_kg} kg",
            allowed=f"above 0 and at most {HEAVIEST_KG:g} kg",
            mend="check whether it was entered in pounds; give kg",
        )
    return weight_kg
