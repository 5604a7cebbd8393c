"""Every reference that a model file carries, held beside what the model gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import Check, GivenDose
from unloop.science.pharmacokinetics.drug import ng_per_ml_of_ketamine
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel
from unloop.science.pharmacokinetics.schedule import Bolus, Infusion, Schedule
from unloop.science.pharmacokinetics.simulation import auc_ng_h_per_ml_to_infinity, curve_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """One check, run.

    Attributes:
        reference: the printed or observed values in ng/mL, or ng h/mL for an area.
        ours: the model's, in the same order.
    """

    check: Check
    reference: FloatArray
    ours: FloatArray

    @property
    def deviations_percent(self) -> FloatArray:
        """How far ours is above the reference at each point."""
        return 100.0 * (self.ours / self.reference - 1.0)

    @property
    def bias_percent(self) -> float:
        """The mean deviation."""
        return float(np.mean(self.deviations_percent))

    @property
    def median_absolute_percent(self) -> float:
        """The median of the deviations' sizes."""
        return float(np.median(np.abs(self.deviations_percent)))

    @property
    def worst_percent(self) -> float:
        """The deviation of the point that is farthest off, with its sign."""
        return float(self.deviations_percent[np.argmax(np.abs(self.deviations_percent))])

    @property
    def within_bar(self) -> bool | None:
        """Whether the bar is kept; None where there is no bar and the deviation is only shown."""
        if self.check.bar is None:
            return None
        reached = (
            abs(self.worst_percent) if self.check.bar.of == "every point" else self.median_absolute_percent
        )
        return reached <= self.check.bar.percent


def verify(model: KineticModel) -> tuple[Comparison, ...]:
    """Run every check of a model's file, in its order."""
    return tuple(_compare(model, check) for check in model.checks)


def _compare(model: KineticModel, check: Check) -> Comparison:
    given = Administration(check.drug, _schedule(check.doses), weight_kg=check.weight_kg)
    if check.quantity == "auc to infinity":
        ours = np.array([auc_ng_h_per_ml_to_infinity(model, given)])
    else:
        ours = curve_of(model, given, check.analyte, times_min=check.times_min).ng_per_ml
    factor = ng_per_ml_of_ketamine(1.0) if check.unit == "nmol/mL" else 1.0
    return Comparison(check=check, reference=np.array(check.values) * factor, ours=ours)


def _schedule(doses: tuple[GivenDose, ...]) -> Schedule:
    return Schedule(
        infusions=tuple(
            Infusion.of_dose(dose.mg, start_min=dose.start_min, end_min=dose.end_min)
            for dose in doses
            if dose.end_min is not None
        ),
        boluses=tuple(Bolus(at_min=dose.start_min, mg=dose.mg) for dose in doses if dose.end_min is None),
    )
