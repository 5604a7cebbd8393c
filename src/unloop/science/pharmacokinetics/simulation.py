"""The typical person's concentration after what was given, in any model of the library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import Blood
from unloop.science.pharmacokinetics.drug import Analyte, Drug
from unloop.science.pharmacokinetics.exponential import States, states
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, plasma_clearance_l_per_h
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel, Part
from unloop.science.pharmacokinetics.solver import (
    NG_PER_ML_IN_MG_PER_L,
    auc_ng_h_per_ml,
    concentrations_ng_per_ml,
    read_times,
)
from unloop.science.pharmacokinetics.system import System, whole_system

DAY_MIN = 1440.0
HELD_MIN = 15.0  # how long a clearance that grows with time is held


@dataclass(frozen=True, slots=True)
class Curve:
    """A concentration over time that says of what, where and by which model.

    Attributes:
        times_min: shape (T,), in the order asked for.
        ng_per_ml: shape (T,).
    """

    model_id: str
    analyte: Analyte
    blood: Blood
    times_min: FloatArray
    ng_per_ml: FloatArray


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest concentration and the minute it is reached at."""

    at_min: float
    ng_per_ml: float


def typical_curve(model: KineticModel, given: Administration, times_min: ArrayLike) -> Curve:
    """The typical person's curve of the whole analyte.

    Args:
        model: any model of the library.
        given: drug, schedule and body weight.
        times_min: T minutes on the schedule's clock, in any order.

    Raises:
        InputRefused: when the model does not take the drug, or a time is not a number.

    Example:
        >>> from unloop.science.pharmacokinetics import Drug, Infusion, Schedule, model
        >>> given = Administration(Drug.RACEMATE, Schedule((Infusion.of_dose(35.0, end_min=40.0),)), weight_kg=70.0)
        >>> curve = typical_curve(model("kamp-2020"), given, [40, 80])
        >>> curve.ng_per_ml.round(1)
        array([253.1,  73.7])
    """
    return curve_of(model, given, model.analyte_of(given.drug), times_min=times_min)


def curve_of(model: KineticModel, given: Administration, analyte: Analyte, *, times_min: ArrayLike) -> Curve:
    """The typical person's curve of the whole, of one substance of the racemate, or of a metabolite.

    Raises:
        InputRefused: when the model does not take the drug or a route.
        KeyError: when the model does not tell this analyte apart.
    """
    times, analyte = read_times(times_min), Analyte(analyte)
    return Curve(
        model_id=model.id,
        analyte=analyte,
        blood=model.blood,
        times_min=times,
        ng_per_ml=ng_per_ml_of(
            model, given, analyte, parameters=model.typical(given.weight_kg), times_min=times
        ),
    )


def summed_ng_per_ml(
    model: KineticModel, given: Administration, *, parameters: Mapping[str, ArrayLike], times_min: FloatArray
) -> FloatArray:
    """The whole analyte's concentration for given parameters, numbers or arrays over people; shape (..., T)."""
    whole = model.analyte_of(given.drug)
    return ng_per_ml_of(model, given, whole, parameters=parameters, times_min=times_min)


def ng_per_ml_of(
    model: KineticModel,
    given: Administration,
    analyte: Analyte,
    *,
    parameters: Mapping[str, ArrayLike],
    times_min: FloatArray,
) -> FloatArray:
    """One analyte's concentration for given parameters, numbers or arrays over people; shape (..., T).

    Raises:
        InputRefused: when the model does not take the drug or a route.
        KeyError: when the model does not tell this analyte apart.
    """
    curves = [
        # The system is linear: the share of the dose is the share of the curve.
        part.share
        * _part_ng_per_ml(model, given, part, measured=measured, parameters=parameters, times_min=times_min)
        for part, measured in measured_parts(model, given.drug, analyte)
    ]
    total: FloatArray = np.sum(curves, axis=0)
    return total


def measured_parts(model: KineticModel, drug: Drug, analyte: Analyte) -> list[tuple[Part, Analyte]]:
    """The substances whose sum is the analyte, and what of each is measured.

    Raises:
        InputRefused: when the model does not take the drug.
        KeyError: when the model does not tell this analyte apart.
    """
    parts = model.parts_of(drug)
    if analyte is model.analyte_of(drug):
        return [(part, part.analyte) for part in parts]
    if analyte not in model.analytes_of(drug):
        raise KeyError(analyte)
    own = [(part, analyte) for part in parts if part.analyte is analyte]
    return own or [(part, analyte) for part in parts if part.analyte is _origin(model, analyte)]


def _origin(model: KineticModel, analyte: Analyte) -> Analyte:
    """The substance given that a metabolite comes from in the end."""
    formed = {made.analyte: made.formed_from for made in model.metabolites}
    while analyte in formed:
        analyte = formed[analyte]
    return analyte


def _part_ng_per_ml(
    model: KineticModel,
    given: Administration,
    part: Part,
    *,
    measured: Analyte,
    parameters: Mapping[str, ArrayLike],
    times_min: FloatArray,
) -> FloatArray:
    if measured is part.analyte and not given.schedule.absorbed:
        return concentrations_ng_per_ml(model.graph(parameters, part), given.schedule, times_min)
    solved, whole = _solved(model, given, part, parameters=parameters, times_min=times_min)
    return _in_ng_per_ml(solved.amounts_mg, whole, measured)


def _solved(
    model: KineticModel,
    given: Administration,
    part: Part,
    *,
    parameters: Mapping[str, ArrayLike],
    times_min: FloatArray,
    areas: bool = False,
) -> tuple[States, System]:
    """Everything that becomes of one substance, and the system that it was solved in."""
    ascending, place = np.unique(times_min, return_inverse=True)
    routes = given.schedule.routes
    first = float(given.schedule.breaks_min()[0])
    starts = _starts(model, first, last=float(ascending[-1]))
    systems = [
        whole_system(model, parameters, part, routes=routes, at_hours=middle)
        for middle in _middles_h(starts, first)
    ]
    stretches = list(zip(starts, [one.graph for one in systems], strict=True))
    found = states(stretches, systems[0].inputs(given.schedule), ascending, areas=areas)
    return States(found.amounts_mg[..., place, :], found.areas_mg_min[..., place, :]), systems[0]


def _starts(model: KineticModel, first: float, *, last: float) -> list[float]:
    """The minutes from which the compartments stay the same: one stretch, but where a clearance grows with time.

    There it is held for a quarter of an hour at its value in the middle, at most 0.2 % from what it is.
    """
    if not any(made.clearance == "rising" for made in model.metabolites) or last <= first:
        return [-math.inf]
    return [-math.inf, *np.arange(first, last, HELD_MIN)[1:].tolist()]


def _middles_h(starts: Sequence[float], first: float) -> list[float]:
    begins = [first, *starts[1:]]
    return [(begin - first + HELD_MIN / 2) / MINUTES_PER_HOUR for begin in begins]


def _in_ng_per_ml(amounts: FloatArray, whole: System, measured: Analyte) -> FloatArray:
    """Milligrams of the parent, or areas under them, as a concentration of what is measured."""
    place = whole.observed[measured]
    litres = whole.graph.volumes_l[..., place, None]
    return amounts[..., place] / litres * (NG_PER_ML_IN_MG_PER_L * whole.mg_per_parent_mg[measured])


def peak(model: KineticModel, given: Administration, analyte: Analyte | None = None) -> Peak:
    """The typical person's highest concentration, of the whole unless another analyte is named.

    After a vein it stands where an infusion ends, a rate changes or a bolus has just been given: the answer to one
    input only falls after the input, so no time in between is higher. A law test looks for one. What is absorbed
    or formed first peaks in between; it is sought minute by minute and then ever closer.

    Raises:
        InputRefused: when the model does not take the drug or a route.
        KeyError: when the model does not tell this analyte apart.
    """
    sought = model.analyte_of(given.drug) if analyte is None else Analyte(analyte)
    breaks = given.schedule.breaks_min()
    own = any(part.analyte is measured for part, measured in measured_parts(model, given.drug, sought))
    if own and not given.schedule.absorbed:
        return _highest(curve_of(model, given, sought, times_min=breaks))
    length = DAY_MIN
    while True:
        by_minute = np.union1d(np.arange(breaks[0], breaks[-1] + length, 1.0), breaks)
        found = _highest(curve_of(model, given, sought, times_min=by_minute))
        if found.at_min < by_minute[-1]:
            break
        length *= 2.0
    return _closer(model, given, found, of=sought, between=(float(breaks[0]), math.inf))


def peak_between(
    model: KineticModel, given: Administration, analyte: Analyte, *, from_min: float, until_min: float
) -> Peak:
    """The typical person's highest concentration between two minutes, sought as `peak` does."""
    breaks = given.schedule.breaks_min()
    inside = breaks[(breaks >= from_min) & (breaks <= until_min)]
    by_minute = np.concatenate([np.arange(from_min, until_min, 1.0), [until_min], inside])
    found = _highest(curve_of(model, given, analyte, times_min=np.unique(by_minute)))
    return _closer(model, given, found, of=analyte, between=(from_min, until_min))


def _closer(
    model: KineticModel, given: Administration, found: Peak, *, of: Analyte, between: tuple[float, float]
) -> Peak:
    """A peak that was found by the minute, to a few ten-thousandths of a minute."""
    for width in (1.0, 0.05, 0.0025):
        around = np.linspace(found.at_min - width, found.at_min + width, 41)
        inside = around[(around >= between[0]) & (around <= between[1])]
        closer = _highest(curve_of(model, given, of, times_min=inside))
        found = closer if closer.ng_per_ml > found.ng_per_ml else found
    return found


def _highest(curve: Curve) -> Peak:
    highest = int(np.argmax(curve.ng_per_ml))
    return Peak(at_min=float(curve.times_min[highest]), ng_per_ml=float(curve.ng_per_ml[highest]))


def auc_until_ng_h_per_ml(
    model: KineticModel, given: Administration, until_min: float, *, analyte: Analyte | None = None
) -> float:
    """Area under the typical person's curve up to a minute, of the whole unless another analyte is named.

    Raises:
        InputRefused: when the model does not take the drug or a route, or its area is withheld.
        KeyError: when the model does not tell this analyte apart.
    """
    measured = _with_area(model, given, analyte)
    parameters, until = model.typical(given.weight_kg), read_times(until_min)
    total = 0.0
    for part, substance in measured:
        if substance is part.analyte and not given.schedule.absorbed:
            areas = auc_ng_h_per_ml(model.graph(parameters, part), given.schedule, until)
        else:
            solved, whole = _solved(model, given, part, parameters=parameters, times_min=until, areas=True)
            areas = _in_ng_per_ml(solved.areas_mg_min, whole, substance) / MINUTES_PER_HOUR
        total += part.share * float(areas[0])
    return total


def auc_ng_h_per_ml_to_infinity(
    model: KineticModel, given: Administration, *, analyte: Analyte | None = None
) -> float:
    """Area under the typical person's whole curve, of the whole analyte unless another one is named.

    Raises:
        InputRefused: when the model does not take the drug or a route, its area is withheld, or a clearance that
            grows with time leaves no closed form.
        KeyError: when the model does not tell this analyte apart.
    """
    total = 0.0
    parameters = model.typical(given.weight_kg)
    for part, substance in _with_area(model, given, analyte):
        if substance is not part.analyte and any(made.clearance == "rising" for made in model.metabolites):
            raise InputRefused(
                f"area of {substance}",
                given="a clearance that grows with time",
                allowed="an area up to a minute",
                mend="say until when",
            )
        whole = whole_system(model, parameters, part, routes=given.schedule.routes)
        entering = np.zeros(whole.graph.n)
        for place, schedule in whole.inputs(given.schedule).items():
            entering[place] = schedule.mg
        areas = np.asarray(np.linalg.solve(-whole.graph.rate_matrix_per_min(), entering), dtype=np.float64)
        total += part.share * float(_in_ng_per_ml(areas[None, :], whole, substance)[0]) / MINUTES_PER_HOUR
    return total


def _with_area(
    model: KineticModel, given: Administration, analyte: Analyte | None
) -> list[tuple[Part, Analyte]]:
    """What an area is summed from.

    Raises:
        InputRefused: when the model's file says that this area is never reported.
    """
    sought = model.analyte_of(given.drug) if analyte is None else Analyte(analyte)
    for made in model.metabolites:
        if made.analyte is sought and made.area == "withheld":
            raise InputRefused(
                f"area of {sought} in {model.id}",
                given="asked for",
                allowed="its concentrations and its peak",
                mend=f"take another model: {made.reason}",
            )
    return measured_parts(model, given.drug, sought)


def steady_state_ng_per_ml(
    model: KineticModel, drug: Drug, *, rate_mg_per_min: float, weight_kg: float
) -> float:
    """The concentration that an endless infusion comes to: rate over clearance, part by part.

    Raises:
        InputRefused: when the model does not take the drug, the weight is out of range or the rate is not above 0.
    """
    if not (math.isfinite(rate_mg_per_min) and rate_mg_per_min > 0):
        raise InputRefused(
            "infusion rate",
            given=f"{rate_mg_per_min} mg/min",
            allowed="a rate above 0 mg/min",
            mend="give the rate of the infusion",
        )
    parameters = model.typical(weight_kg)
    hours_per_litre = sum(
        part.share / plasma_clearance_l_per_h(model.graph(parameters, part)) for part in model.parts_of(drug)
    )
    return rate_mg_per_min * MINUTES_PER_HOUR * hours_per_litre * NG_PER_ML_IN_MG_PER_L
