"""A body that changes: another weight, another clearance, another drug beside ketamine, from a minute on.

What is inside stays inside: the milligrams are carried over, and every stretch is solved exactly with the parameters
that hold in it. Where a volume changes, the concentration jumps with it, as it does in the body that is meant.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.drug import Analyte, Drug
from unloop.science.pharmacokinetics.exponential import states
from unloop.science.pharmacokinetics.kinetic_model import KineticModel, check_weight
from unloop.science.pharmacokinetics.schedule import Schedule
from unloop.science.pharmacokinetics.simulation import Curve, measured_parts
from unloop.science.pharmacokinetics.solver import NG_PER_ML_IN_MG_PER_L, read_times
from unloop.science.pharmacokinetics.system import whole_system


@dataclass(frozen=True, slots=True)
class Stretch:
    """A model and a body weight that hold from a minute until the next stretch begins.

    Attributes:
        from_min: where it begins; the first stretch holds before that too.
        model: of one published model throughout, perhaps adjusted in another way.
    """

    from_min: float
    model: KineticModel
    weight_kg: float

    def __post_init__(self) -> None:
        check_weight(self.weight_kg)
        if not math.isfinite(self.from_min):
            raise InputRefused(
                "stretch", given=self.from_min, allowed="a minute", mend="say from when it holds"
            )


def changing_curve(
    stretches: Sequence[Stretch],
    *,
    drug: Drug,
    schedule: Schedule,
    times_min: ArrayLike,
    analyte: Analyte | None = None,
) -> Curve:
    """The typical person's curve through changes of weight or of parameters.

    Args:
        stretches: in order of time, one at least.
        drug, schedule: what was given, over the whole of it.
        times_min: T minutes in any order; at the minute of a change the new volume counts.
        analyte: the whole unless another one is named.

    Raises:
        InputRefused: when stretches do not ascend or are of different models, nothing was given, a clearance grows
            with time by itself, or the model does not take the drug or a route.
        KeyError: when the model does not tell this analyte apart.

    Example:
        >>> from unloop.science.pharmacokinetics import Infusion, adjusted, model
        >>> otto = model("otto-2021")
        >>> given = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
        >>> blocked = Stretch(60.0, adjusted(otto, taking=["ticlopidine"]), weight_kg=70.0)
        >>> curve = changing_curve(
        ...     [Stretch(0.0, otto, weight_kg=70.0), blocked], drug=Drug.ESKETAMINE, schedule=given, times_min=[40, 230]
        ... )
        >>> curve.ng_per_ml.round(1)
        array([158.,  32.])
    """
    first = _checked(stretches, schedule).model
    times = read_times(times_min)
    ascending, place = np.unique(times, return_inverse=True)
    sought = first.analyte_of(drug) if analyte is None else Analyte(analyte)
    total: FloatArray = np.zeros(times.size)
    for part, measured in measured_parts(first, drug, sought):
        systems = [
            whole_system(one.model, one.model.typical(one.weight_kg), own, routes=schedule.routes)
            for one in stretches
            for own in one.model.parts_of(drug)
            if own.analyte is part.analyte
        ]
        starts = [-math.inf, *(one.from_min for one in stretches[1:])]
        graphs = list(zip(starts, [one.graph for one in systems], strict=True))
        found = states(graphs, systems[0].inputs(schedule), ascending)
        observed = systems[0].observed[measured]
        held = np.searchsorted(starts, ascending, side="right") - 1
        litres = np.array([one.graph.volumes_l[observed] for one in systems])[held]
        weighs = NG_PER_ML_IN_MG_PER_L * systems[0].mg_per_parent_mg[measured] * part.share
        total = total + (found.amounts_mg[:, observed] / litres * weighs)[place]
    return Curve(first.id, sought, first.blood, times, total)


def _checked(stretches: Sequence[Stretch], schedule: Schedule) -> Stretch:
    if not stretches or schedule.empty:
        raise InputRefused(
            "course", given="nothing", allowed="a stretch and a dose", mend="say what was given to whom"
        )
    for earlier, later in itertools.pairwise(stretches):
        if not earlier.from_min < later.from_min:
            raise InputRefused(
                "stretches",
                given=f"{later.from_min} min after {earlier.from_min} min",
                allowed="ascending minutes",
                mend="put the stretches in order of time",
            )
        if later.model.id != earlier.model.id:
            raise InputRefused(
                "stretches",
                given=f"{later.model.id} after {earlier.model.id}",
                allowed="one model throughout",
                mend="adjust one model; compartments of different models are not the same ones",
            )
    if any(made.clearance == "rising" for made in stretches[0].model.metabolites):
        raise InputRefused(
            f"model {stretches[0].model.id}",
            given="a clearance that grows with time by itself",
            allowed="models whose parameters change only where a stretch says so",
            mend="choose another model",
        )
    return stretches[0]
