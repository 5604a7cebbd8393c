"""The typical person's concentration after what was given, in any model of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import Blood
from unloop.science.pharmacokinetics.drug import Analyte, Drug
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel, Part
from unloop.science.pharmacokinetics.solver import (
    NG_PER_ML_IN_MG_PER_L,
    auc_ng_h_per_ml,
    concentrations_ng_per_ml,
    read_times,
)


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
    times = read_times(times_min)
    return Curve(
        model_id=model.id,
        analyte=model.analyte_of(given.drug),
        blood=model.blood,
        times_min=times,
        ng_per_ml=summed_ng_per_ml(model, given, parameters=model.typical(given.weight_kg), times_min=times),
    )


def curve_of(model: KineticModel, given: Administration, analyte: Analyte, *, times_min: ArrayLike) -> Curve:
    """The typical person's curve of one substance of the racemate, or of the whole.

    Raises:
        InputRefused: when the model does not take the drug.
        KeyError: when the model does not tell this analyte apart.
    """
    if analyte is model.analyte_of(given.drug):
        return typical_curve(model, given, times_min)
    parts = {part.analyte: part for part in model.parts_of(given.drug)}
    times = read_times(times_min)
    parameters = model.typical(given.weight_kg)
    return Curve(
        model_id=model.id,
        analyte=analyte,
        blood=model.blood,
        times_min=times,
        ng_per_ml=_part_ng_per_ml(model, given, parts[analyte], parameters=parameters, times_min=times),
    )


def summed_ng_per_ml(
    model: KineticModel, given: Administration, *, parameters: Mapping[str, ArrayLike], times_min: FloatArray
) -> FloatArray:
    """The whole analyte's concentration for given parameters, numbers or arrays over people; shape (..., T)."""
    parts = model.parts_of(given.drug)
    curves = [
        _part_ng_per_ml(model, given, part, parameters=parameters, times_min=times_min) for part in parts
    ]
    total: FloatArray = np.sum(curves, axis=0)
    return total


def _part_ng_per_ml(
    model: KineticModel,
    given: Administration,
    part: Part,
    *,
    parameters: Mapping[str, ArrayLike],
    times_min: FloatArray,
) -> FloatArray:
    # The system is linear: the share of the dose is the share of the curve.
    return part.share * concentrations_ng_per_ml(model.graph(parameters, part), given.schedule, times_min)


def peak(model: KineticModel, given: Administration) -> Peak:
    """The typical person's highest concentration.

    It stands where an infusion ends, a rate changes or a bolus has just been given: the answer to one input only
    falls after the input, so no time in between is higher. A law test looks for one.
    """
    curve = typical_curve(model, given, given.schedule.breaks_min())
    highest = int(np.argmax(curve.ng_per_ml))
    return Peak(at_min=float(curve.times_min[highest]), ng_per_ml=float(curve.ng_per_ml[highest]))


def auc_until_ng_h_per_ml(model: KineticModel, given: Administration, until_min: float) -> float:
    """Area under the typical person's curve of the whole analyte up to a minute."""
    parameters = model.typical(given.weight_kg)
    areas = [
        part.share * auc_ng_h_per_ml(model.graph(parameters, part), given.schedule, until_min)
        for part in model.parts_of(given.drug)
    ]
    return float(np.sum(areas))


def auc_ng_h_per_ml_to_infinity(model: KineticModel, given: Administration) -> float:
    """Area under the typical person's whole curve: what was given over clearance, part by part."""
    return given.schedule.mg * _hours_per_litre(model, given.drug, given.weight_kg) * NG_PER_ML_IN_MG_PER_L


def steady_state_ng_per_ml(
    model: KineticModel, drug: Drug, *, rate_mg_per_min: float, weight_kg: float
) -> float:
    """The concentration that an endless infusion comes to: rate over clearance, part by part.

    Raises:
        InputRefused: when the model does not take the drug or the weight is out of range.
    """
    per_h = rate_mg_per_min * MINUTES_PER_HOUR
    return per_h * _hours_per_litre(model, drug, weight_kg) * NG_PER_ML_IN_MG_PER_L


def _hours_per_litre(model: KineticModel, drug: Drug, weight_kg: float) -> float:
    """The sum over substances of share / clearance, in h/L."""
    parameters = model.typical(weight_kg)
    return sum(
        part.share / float(model.graph(parameters, part).clearances_l_per_h.sum())
        for part in model.parts_of(drug)
    )
