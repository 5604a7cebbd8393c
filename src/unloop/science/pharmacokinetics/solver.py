"""Amounts, concentrations and areas of a graph under a schedule, at any times.

Exact to rounding: every stretch of constant rate has a closed form, and no step is ever taken. Reversible graphs
go by their modes, others by matrix exponentials.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import exponential, modal
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, CompartmentGraph
from unloop.science.pharmacokinetics.schedule import Schedule

NG_PER_ML_IN_MG_PER_L = 1000.0


def amounts_mg(graph: CompartmentGraph, schedule: Schedule, times_min: ArrayLike) -> FloatArray:
    """Milligrams in each compartment at each time.

    Args:
        graph: one person's compartments, or many people's along leading axes.
        schedule: what entered compartment 0.
        times_min: T minutes in any order, on the schedule's clock; at a bolus's minute it has been given.

    Returns:
        Shape (..., T, n).

    Raises:
        InputRefused: when a time is not a number, or a dose would have to be absorbed first.
    """
    _check_inputs(schedule)
    ascending, place = np.unique(read_times(times_min), return_inverse=True)
    solve = modal.amounts_mg if graph.reversible else exponential.amounts_mg
    return _placed(solve(graph, schedule, ascending), place)


def areas_mg_min(graph: CompartmentGraph, schedule: Schedule, times_min: ArrayLike) -> FloatArray:
    """Area under each compartment's amount from the first input to each time, in mg min; shape (..., T, n)."""
    _check_inputs(schedule)
    ascending, place = np.unique(read_times(times_min), return_inverse=True)
    solve = modal.areas_mg_min if graph.reversible else exponential.areas_mg_min
    return _placed(solve(graph, schedule, ascending), place)


def _check_inputs(schedule: Schedule) -> None:
    if schedule.absorbed:
        raise InputRefused(
            "schedule",
            given=", ".join(sorted({dose.route for dose in schedule.absorbed})),
            allowed="infusions and boluses into a vein",
            mend="ask a model that takes this route; compartments alone say nothing of absorption",
        )


def _placed(solved: FloatArray, place: NDArray[np.intp]) -> FloatArray:
    """Solutions at ascending times, put back where each time was asked for."""
    asked_in_order = place.size == solved.shape[-2] and bool(np.all(np.diff(place) > 0))
    return solved if asked_in_order else solved[..., place, :]


def concentrations_ng_per_ml(
    graph: CompartmentGraph, schedule: Schedule, times_min: ArrayLike, *, compartment: int = 0
) -> FloatArray:
    """Concentration in one compartment, by default the one that blood is drawn from; shape (..., T)."""
    amounts = amounts_mg(graph, schedule, times_min)[..., compartment]
    return amounts / graph.volumes_l[..., compartment, None] * NG_PER_ML_IN_MG_PER_L


def auc_ng_h_per_ml(
    graph: CompartmentGraph, schedule: Schedule, until_min: ArrayLike, *, compartment: int = 0
) -> FloatArray:
    """Area under the concentration from the first input to each time; shape (..., T)."""
    areas = areas_mg_min(graph, schedule, until_min)[..., compartment]
    litres = graph.volumes_l[..., compartment, None]
    return areas / litres * NG_PER_ML_IN_MG_PER_L / MINUTES_PER_HOUR


def eliminated_mg(graph: CompartmentGraph, schedule: Schedule, times_min: ArrayLike) -> FloatArray:
    """Milligrams that have left the body up to each time; with the amounts inside, all that was given."""
    areas = areas_mg_min(graph, schedule, times_min)
    per_min = graph.clearances_l_per_h / graph.volumes_l / MINUTES_PER_HOUR
    eliminated: FloatArray = (areas * per_min[..., None, :]).sum(axis=-1)
    return eliminated


def read_times(times_min: ArrayLike) -> FloatArray:
    """Times as a one-dimensional array of minutes.

    Raises:
        InputRefused: when a time is not a finite number.
    """
    times = np.atleast_1d(np.asarray(times_min, dtype=np.float64))
    if times.ndim != 1 or not np.all(np.isfinite(times)):
        raise InputRefused(
            "times", given=times_min, allowed="finite minutes in one list", mend="check the times"
        )
    return times
