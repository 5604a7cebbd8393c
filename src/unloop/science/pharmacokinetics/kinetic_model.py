"""A model that may run: typical parameters at a body weight, and what becomes of a drug in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import (
    Absorption,
    Blood,
    ClearanceRatio,
    Disposition,
    Effect,
    LogNormal,
    Metabolite,
    Occasions,
    People,
    Proportional,
    Source,
    Status,
    Unknown,
)
from unloop.science.pharmacokinetics.drug import Analyte, Drug, Site
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, CompartmentGraph, mammillary
from unloop.science.pharmacokinetics.parameter import DIMENSION_OF_UNIT, Dimension, Parameter
from unloop.science.pharmacokinetics.reference import Check
from unloop.science.pharmacokinetics.schedule import Route, Schedule

REFERENCE_KG = 70.0
HEAVIEST_KG = 350.0  # policy: the same upper end as a body weight in the clinic

SpreadKind = Literal["published", "borrowed", "unknown"]
"""`published`: printed with the model. `borrowed`: a construction of ours takes its base model's and says what it
assumes. `unknown`: none published or readable; nothing is drawn."""


WeightRule = Literal["as printed", "0.75 and 1", "none"]
"""How parameters go with body weight: as the model's file says; clearances by the power of 0.75 and volumes by that
of 1, whatever the file says; or not at all, everybody as the typical person of 70 kg. Papers disagree."""

POWER_OF_WEIGHT: dict[Dimension, float] = {
    "volume": 1.0,
    "clearance": 0.75,
    "rate": -0.25,
    "time": 0.25,
    "share": 0.0,
}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A factor on one parameter of the typical person, with why and from where."""

    parameter: str
    factor: float
    reason: str
    source: str


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
        if self.schedule.empty:
            raise InputRefused(
                "schedule", given="no dose", allowed="at least one", mend="give a dose and its minutes"
            )


@dataclass(frozen=True, slots=True)
class KineticModel:
    """A model of the library, complete and checked.

    Attributes:
        parts: for each drug that the model takes, the substances that it becomes. Their concentrations add up to
            the analyte.
        between: between-subject variability of the parameters that a level of the drug itself rests on after it
            was given into a vein, or why there is none.
        between_all: the same with the parameters of metabolites and of absorption.
        between_occasions: variability within one person, as printed; kept, not drawn.
        metabolites, absorptions, effects: what the file says of each; empty where it says nothing.
        clearance_ratio: of a racemate built of S and R: R's clearance over S's, with its range.
        adjustments: factors on the typical person's parameters; empty for the model as printed.
        weight_rule: `as printed`, or one of the two that papers disagree about.
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
    between_all: LogNormal | Unknown | None = None
    between_occasions: Occasions | None = None
    metabolites: tuple[Metabolite, ...] = ()
    absorptions: tuple[Absorption, ...] = ()
    effects: tuple[Effect, ...] = ()
    clearance_ratio: ClearanceRatio | None = None
    adjustments: tuple[Adjustment, ...] = ()
    weight_rule: WeightRule = "as printed"

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

    def analytes_of(self, drug: Drug) -> tuple[Analyte, ...]:
        """Everything that the model gives a concentration of after this drug, the whole first."""
        parts = self.parts_of(drug)
        found = [self.analyte_of(drug), *(part.analyte for part in parts)]
        for made in self.metabolites:
            if made.formed_from in found:
                found.append(made.analyte)
        return tuple(dict.fromkeys(found))

    @property
    def routes(self) -> tuple[Route, ...]:
        """The ways of giving that the model was made for; every model takes a vein."""
        return (Route.INTRAVENOUS, *(taken.route for taken in self.absorptions))

    @property
    def notice(self) -> str:
        """What has to stand beside everything that the model says, or nothing for a model of adults in a clinic."""
        if self.for_clinic_screens:
            return ""
        if self.people.group == "adults":
            return "For reference only; not for a clinic."
        return f"A model of {self.people.group}: for reference only, never for a clinic."

    def printed_parameters(self) -> dict[str, Parameter]:
        """Every parameter as the file has it; those of metabolites and absorption under their id or route and a dot."""
        found: dict[str, Parameter] = {
            str(name): value for name, value in self.disposition.parameters.items()
        }
        for made in self.metabolites:
            found |= {f"{made.id}.{name}": value for name, value in made.parameters.items()}
        for taken in self.absorptions:
            found |= {f"{taken.route}.{name}": value for name, value in taken.parameters.items()}
        return found

    def typical(self, weight_kg: float) -> dict[str, float]:
        """The typical person's parameters at a body weight, in L, L/h, 1/h, h and shares of 1.

        Raises:
            InputRefused: when the weight is out of range.
        """
        weight = check_weight(weight_kg)
        found = {
            name: _at_weight(parameter, weight, self.weight_rule)
            for name, parameter in self.printed_parameters().items()
        }
        for adjustment in self.adjustments:
            found[adjustment.parameter] *= adjustment.factor
        return found

    def with_weight_rule(self, rule: WeightRule) -> KineticModel:
        """The same model with its parameters going with body weight in another way."""
        return replace(self, weight_rule=rule)

    def graph(self, parameters: Mapping[str, ArrayLike], part: Part) -> CompartmentGraph:
        """The compartments of one substance; parameters may be numbers or arrays over people.

        What becomes of it stands in `unloop.science.pharmacokinetics.system`: here it leaves the body.
        """
        values = {
            str(name): np.asarray(parameters[name], dtype=np.float64) for name in self.disposition.parameters
        }
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
            case "well-stirred liver":
                clearance = (values["kel"] + values["kmet"]) * values["VH"]
                exchanges = [*(values[f"Q{name}"] for name in names), values["QH"]]
                peripheral = [*(values[f"V{name}"] for name in names), values["VH"]]
            case _:
                assert_never(self.disposition.form)
        whole = mammillary(
            clearance_l_per_h=clearance * part.clearance_factor,
            volumes_l=[values["V1"], *peripheral],
            exchanges_l_per_h=exchanges,
        )
        return whole if self.clears_from == 0 else _cleared_from(whole, self.clears_from)

    @property
    def clears_from(self) -> int:
        """The compartment that the drug is cleared from: the central one, or the liver, which stands last."""
        return self.disposition.compartments if self.disposition.form == "well-stirred liver" else 0

    def compares_with(self, site: Site) -> bool:
        """Whether a level drawn there may be held against this model; where either is not stated, it may not."""
        return site is self.blood.reads_as and site is not Site.NOT_STATED


def _cleared_from(graph: CompartmentGraph, compartment: int) -> CompartmentGraph:
    clearances: FloatArray = np.zeros_like(graph.clearances_l_per_h)
    clearances[..., compartment] = graph.clearances_l_per_h[..., 0]
    return CompartmentGraph(graph.volumes_l, graph.flows_l_per_h, clearances)


def _at_weight(parameter: Parameter, weight_kg: float, rule: WeightRule) -> float:
    match rule:
        case "as printed":
            return _in_hours(parameter) * _as_printed(parameter, weight_kg)
        case "none":
            return _in_hours(parameter) * _as_printed(parameter, REFERENCE_KG)
        case "0.75 and 1":
            power = POWER_OF_WEIGHT[DIMENSION_OF_UNIT[parameter.unit]]
            at_reference = _in_hours(parameter) * _as_printed(parameter, REFERENCE_KG)
            return at_reference * math.pow(weight_kg / REFERENCE_KG, power)
        case _:
            assert_never(rule)


def _in_hours(parameter: Parameter) -> float:
    match parameter.unit:
        case "L/min" | "1/min":
            return parameter.value * MINUTES_PER_HOUR
        case "min":
            return parameter.value / MINUTES_PER_HOUR
        case "L" | "L/h" | "1/h" | "h" | "1":
            return parameter.value
        case _:
            assert_never(parameter.unit)


def _as_printed(parameter: Parameter, weight_kg: float) -> float:
    match parameter.per:
        case "person":
            return 1.0
        case "kg":
            return weight_kg
        case "70 kg":
            return math.pow(weight_kg / REFERENCE_KG, parameter.weight_exponent or 0.0)
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
