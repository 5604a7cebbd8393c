"""Every reference that a model file carries, held beside what the model gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from unloop.science.pharmacokinetics.adjustment import Traits, adjusted
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel
from unloop.science.pharmacokinetics.reference import Check, GivenDose
from unloop.science.pharmacokinetics.schedule import AbsorbedDose, Bolus, Infusion, Route, Schedule
from unloop.science.pharmacokinetics.simulation import (
    auc_ng_h_per_ml_to_infinity,
    auc_until_ng_h_per_ml,
    curve_of,
    peak_between,
)


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
    ours = np.concatenate([_ours(model, check, doses) for doses in _regimens(check)])
    return Comparison(check=check, reference=np.array(check.values) * _unit(check), ours=ours)


def _regimens(check: Check) -> list[tuple[GivenDose, ...]]:
    """The check's doses, once or with its first dose taken in turn."""
    if not check.for_each_mg:
        return [check.doses]
    return [(check.doses[0].model_copy(update={"mg": mg}), *check.doses[1:]) for mg in check.for_each_mg]


def _ours(printed: KineticModel, check: Check, doses: tuple[GivenDose, ...]) -> FloatArray:
    traits = Traits(ancestry=check.people.ancestry, age_years=check.people.age_years)
    model = adjusted(printed, traits=traits)
    given = Administration(check.drug, _schedule(doses), weight_kg=check.weight_kg)
    until = check.until_min or 0.0
    match check.quantity:
        case "concentration":
            return curve_of(model, given, check.analyte, times_min=check.times_min).ng_per_ml
        case "peak":
            found = peak_between(model, given, check.analyte, from_min=check.from_min, until_min=until)
            return np.array([found.ng_per_ml])
        case "auc":
            ends = (check.from_min, until) if check.from_min else (until,)
            areas = [auc_until_ng_h_per_ml(model, given, minute, analyte=check.analyte) for minute in ends]
            return np.array([areas[-1] - (areas[0] if check.from_min else 0.0)])
        case "auc to infinity":
            return np.array([auc_ng_h_per_ml_to_infinity(model, given, analyte=check.analyte)])
        case _:
            assert_never(check.quantity)


def _unit(check: Check) -> float:
    """What a printed value is multiplied by to be in ng/mL or ng h/mL."""
    match check.unit:
        case "ng/mL" | "ng.h/mL":
            return 1.0
        case "nmol/mL":
            return check.analyte.g_per_mol
        case "ng.min/mL":
            return 1.0 / MINUTES_PER_HOUR
        case _:
            assert_never(check.unit)


def _schedule(doses: tuple[GivenDose, ...]) -> Schedule:
    veins = [dose for dose in doses if dose.route is Route.INTRAVENOUS]
    return Schedule(
        infusions=tuple(
            Infusion.of_dose(dose.mg, start_min=dose.start_min, end_min=dose.end_min)
            for dose in veins
            if dose.end_min is not None
        ),
        boluses=tuple(Bolus(at_min=dose.start_min, mg=dose.mg) for dose in veins if dose.end_min is None),
        absorbed=tuple(
            AbsorbedDose(dose.route, dose.start_min, dose.mg)
            for dose in doses
            if dose.route is not Route.INTRAVENOUS
        ),
    )
