"""People instead of the typical person: random effects drawn, and the band that they span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import LogNormal, Unknown
from unloop.science.pharmacokinetics.drug import Analyte
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel, SpreadKind
from unloop.science.pharmacokinetics.simulation import summed_ng_per_ml
from unloop.science.pharmacokinetics.solver import read_times

QUANTILES = (0.05, 0.5, 0.95)

# Every person's curve is held at once for the quantiles: 4e7 values are 320 MB. Solved in smaller lots, so that
# the modes, which take several times as much, stay small.
LARGEST_BAND = 40_000_000
LOT = 2_000


@dataclass(frozen=True, slots=True)
class Band:
    """The middle of people and the range of 90 in 100 of them, or the typical person alone.

    The band is of true concentrations between people of one weight; it holds no error of sampling or assay, and
    none of the model itself. 5 in 100 people are below it at a time and 5 above.

    Attributes:
        times_min: shape (T,).
        p50: shape (T,); the median of the people drawn, or the typical person where the spread is unknown.
        p05, p95: shape (T,), or None where no variability is published. Never a band of zero width.
        subjects: how many people were drawn; 0 where none could be.
    """

    analyte: Analyte
    times_min: FloatArray
    p05: FloatArray | None
    p50: FloatArray
    p95: FloatArray | None
    spread: SpreadKind
    subjects: int


def draw_parameters(
    model: KineticModel, *, weight_kg: float, subjects: int, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Parameters of people of one weight, shape (subjects,) each; the first people stay the same when more are drawn.

    A parameter without published variability is the typical one for everyone. Draws exactly
    `subjects` x (number of varying parameters) standard normals.

    Raises:
        InputRefused: when the model has no published variability, or the weight or the number is out of range.
    """
    _check_subjects(subjects)
    typical = model.typical(weight_kg)
    match model.between:
        case Unknown(reason=reason):
            raise InputRefused(
                f"variability of {model.id}",
                given="unknown",
                allowed="a published one",
                mend=f"none: {reason}",
            )
        case LogNormal(parameters=names, covariance=covariance):
            etas = rng.standard_normal((subjects, len(names))) @ _root(np.array(covariance))
        case _:
            assert_never(model.between)
    people = {name: np.full(subjects, value) for name, value in typical.items()}
    for column, name in enumerate(names):
        people[name] = people[name] * np.exp(etas[:, column])
    return people


def band(
    model: KineticModel,
    given: Administration,
    times_min: ArrayLike,
    *,
    subjects: int,
    rng: np.random.Generator,
) -> Band:
    """The range of people's concentrations after one administration.

    Args:
        model: any model of the library; one without published variability gives the typical person and no band.
        given: drug, schedule and body weight.
        times_min: T minutes on the schedule's clock.
        subjects: how many people to draw; with fewer than 20 the 5 % lines mean little.
        rng: a generator of the caller's; the same seed gives the same band. Untouched where no spread is known.

    Raises:
        InputRefused: when the model does not take the drug, or subjects x times is more than memory should hold.
    """
    times = read_times(times_min)
    _check_subjects(subjects)
    if subjects * times.size > LARGEST_BAND:
        raise InputRefused(
            "subjects",
            given=f"{subjects} people at {times.size} times",
            allowed=f"at most {LARGEST_BAND} values at once",
            mend="ask for fewer people or fewer times",
        )
    analyte = model.analyte_of(given.drug)
    if isinstance(model.between, Unknown):
        middle = summed_ng_per_ml(model, given, parameters=model.typical(given.weight_kg), times_min=times)
        return Band(analyte, times, p05=None, p50=middle, p95=None, spread=model.spread, subjects=0)
    people = draw_parameters(model, weight_kg=given.weight_kg, subjects=subjects, rng=rng)
    curves = np.concatenate(
        [
            summed_ng_per_ml(
                model,
                given,
                parameters={name: values[first : first + LOT] for name, values in people.items()},
                times_min=times,
            )
            for first in range(0, subjects, LOT)
        ]
    )
    p05, p50, p95 = np.quantile(np.ascontiguousarray(curves.T), QUANTILES, axis=1)
    return Band(analyte, times, p05=p05, p50=p50, p95=p95, spread=model.spread, subjects=subjects)


def _check_subjects(subjects: int) -> None:
    if subjects < 1:
        raise InputRefused(
            "subjects", given=subjects, allowed="1 or more", mend="say how many people to draw"
        )


def _root(covariance: FloatArray) -> FloatArray:
    """The symmetric square root: the one that no choice of signs or order enters, and a variance of 0 is taken."""
    variances, axes = np.linalg.eigh(covariance)
    root: FloatArray = (axes * np.sqrt(np.maximum(variances, 0.0))) @ axes.T
    return root
