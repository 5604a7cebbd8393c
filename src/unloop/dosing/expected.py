"""What a planned or charted infusion lets one expect in blood, by one published model or by several.

Model output informs; it orders no dose. Where models disagree they are shown beside each other, and a model
without published variability gives a line and no band.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unloop.dosing import courses
from unloop.dosing.people import PEOPLE
from unloop.quantity import BodyWeight, Dose, InputRefused, Minutes
from unloop.science.pharmacokinetics import (
    Administration,
    Analyte,
    Drug,
    FloatArray,
    Infusion,
    KineticModel,
    Schedule,
    Site,
    SpreadKind,
    WeightRule,
    by_weight_rule,
    for_clinic_screens,
    from_rate_changes,
    left_out,
    model,
    peak,
)
from unloop.science.pharmacokinetics.solver import read_times

# Policy: the picture runs on for three hours after the infusion, past the usual time of going home, by the minute.
SHOWN_AFTER_MIN = 180

# The same people stand behind every picture, so that a band changes with the plan and never by chance.
BAND_SUBJECTS = PEOPLE


@dataclass(frozen=True, slots=True)
class Exposure:
    """The concentration that one model expects, with all that a reader needs to judge it.

    Attributes:
        model: the model's id; `title` says it in words.
        analyte: what the concentration is of: after racemate S + R, after esketamine S-ketamine.
        site: where the model's blood was drawn; `reads_as` is arterial or venous for a pooled model.
        times_min: minutes from the start of the infusion.
        ketamine_ng_per_ml: the typical person's concentration at each of them.
        p05, p95: the range of 90 in 100 people of this weight, or None where no variability is published.
        spread: `published`, `borrowed` (a construction of ours; `assumption` says what it assumes) or `unknown`.
        cmax_ng_per_ml, tmax_min: the typical person's peak, wherever it lies between the times.
        auc_ng_h_per_ml: the area under the typical person's whole curve.
        source: the publication and where its values were read.
        status: `verified` or `usable`.
        notes: what the model is known to miss, as sentences.
        left_out: what people differ in and the band does not hold, as sentences to show beside it; empty after a vein.
    """

    model: str
    title: str
    drug: Drug
    analyte: Analyte
    site: Site
    reads_as: Site
    times_min: tuple[float, ...]
    ketamine_ng_per_ml: tuple[float, ...]
    p05: tuple[float, ...] | None
    p95: tuple[float, ...] | None
    spread: SpreadKind
    assumption: str
    cmax_ng_per_ml: float
    tmax_min: float
    auc_ng_h_per_ml: float
    source: str
    status: str
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def planned(*, drug: Drug | str, dose_mg: float, minutes: float, weight_kg: float) -> Administration:
    """A dose given evenly from minute 0.

    Args:
        drug: `racemate` or `esketamine`; there is no default.
        dose_mg: milligrams of base as labelled, above 0.
        minutes: the infusion's length, above 0.
        weight_kg: body weight, 20-350 kg.

    Raises:
        InputRefused: when any of them is out of range.
    """
    dose, length = Dose(mg=dose_mg), Minutes(minutes=minutes)
    if dose.mg == 0 or length.minutes == 0:
        raise InputRefused(
            "plan",
            given=f"{dose} over {length}",
            allowed="a dose and a length above 0",
            mend="give the dose in mg and the length in minutes",
        )
    infusion = Infusion.of_dose(dose.mg, end_min=length.minutes)
    return Administration(read_drug(drug), Schedule((infusion,)), weight_kg=BodyWeight(kg=weight_kg).kg)


def charted(
    *, drug: Drug | str, rates: Sequence[tuple[float, float]], weight_kg: float, planned_dose_mg: float
) -> Administration:
    """A session as charted so far, its last rate going on until the planned dose is in.

    Args:
        rates: (minute, mg/min), ascending, each holding until the next; 0 is a pause or the stop. A stop is final
            for the picture: after a last rate of 0 nothing more is given.
        planned_dose_mg: where a running infusion ends; an infusion that has already given more ends at its last
            rate change.

    Raises:
        InputRefused: when nothing has been given, minutes do not ascend, or a number is out of range.
    """
    end_min = _end_of(rates, planned_mg=Dose(mg=planned_dose_mg).mg)
    schedule = from_rate_changes(rates, end_min=end_min)
    return Administration(read_drug(drug), schedule, weight_kg=BodyWeight(kg=weight_kg).kg)


def _end_of(rates: Sequence[tuple[float, float]], *, planned_mg: float) -> float:
    """The minute at which the last rate has brought in what is left of the planned dose."""
    if not rates:
        raise InputRefused(
            "rates", given="none", allowed="at least one", mend="chart the start of the infusion"
        )
    minute, rate = rates[-1]
    given = from_rate_changes(rates[:-1], end_min=minute).mg if len(rates) > 1 else 0.0
    left = planned_mg - given
    return minute + left / rate if rate > 0 and left > 0 else minute


def exposure(
    model_id: str,
    given: Administration,
    *,
    at_min: Iterable[float] | None = None,
    subjects: int = BAND_SUBJECTS,
) -> Exposure:
    """What one model expects.

    Args:
        model_id: a model that a clinic may show; models of children or intensive care are refused here.
        given: from `planned` or `charted`.
        at_min: the minutes to show; by default every minute from the start to three hours after the end.
        subjects: how many people stand behind the band; 0 leaves the band out.

    Raises:
        InputRefused: when the model is unknown, not for a clinic, or does not take the drug or a route.
    """
    chosen = clinic_model(model_id)
    times = shown_minutes(given) if at_min is None else read_times(list(at_min))
    # A peak after a vein stands at a break; the minutes shown by default hold them all.
    ascending = times if at_min is None else np.union1d(times, given.schedule.breaks_min())
    levels = courses.levels(chosen, given, ascending, subjects=subjects)
    shown = slice(None) if at_min is None else np.searchsorted(ascending, times)
    low, high = _range_of_people(levels[shown])
    cmax, tmax = _highest(chosen, given, levels[:, 0], times=ascending)
    return Exposure(
        model=chosen.id,
        title=chosen.title,
        drug=given.drug,
        analyte=chosen.analyte_of(given.drug),
        site=chosen.blood.site,
        reads_as=chosen.blood.reads_as,
        times_min=tuple(times.tolist()),
        ketamine_ng_per_ml=tuple(levels[shown, 0].tolist()),
        p05=low,
        p95=high,
        spread=chosen.spread,
        assumption=chosen.assumption,
        cmax_ng_per_ml=cmax,
        tmax_min=tmax,
        auc_ng_h_per_ml=courses.whole_area(chosen, given, subjects=subjects),
        source=f"{chosen.source.citation}, {chosen.source.identifier}; read in: {chosen.source.read_in}",
        status=chosen.status,
        notes=chosen.notes,
        left_out=left_out(chosen, given.schedule) if low is not None else (),
    )


def _highest(
    chosen: KineticModel, given: Administration, typical: FloatArray, *, times: FloatArray
) -> tuple[float, float]:
    """The typical person's peak in ng/mL and its minute, wherever it lies; with the breaks among the times."""
    if given.schedule.absorbed:
        found = peak(chosen, given)
        return found.ng_per_ml, found.at_min
    breaks = np.searchsorted(times, given.schedule.breaks_min())
    highest = breaks[int(np.argmax(typical[breaks]))]
    return float(typical[highest]), float(times[highest])


def side_by_side(
    model_ids: Sequence[str],
    given: Administration,
    *,
    at_min: Iterable[float] | None = None,
    subjects: int = BAND_SUBJECTS,
) -> tuple[Exposure, ...]:
    """What several models expect, at the same minutes and in the order asked for."""
    minutes = None if at_min is None else tuple(at_min)
    return tuple(exposure(model_id, given, at_min=minutes, subjects=subjects) for model_id in model_ids)


@dataclass(frozen=True, slots=True)
class PeakByWeight:
    """The typical person's peak where parameters go with body weight in one of the ways that papers disagree about.

    Attributes:
        rule: `0.75 and 1` for clearances and volumes, or `none`: everybody as somebody of 70 kg.
        ng_per_ml: the highest concentration at a change of the pump.
    """

    rule: WeightRule
    ng_per_ml: float


def peaks_by_weight_rule(model_id: str, given: Administration) -> tuple[PeakByWeight, ...]:
    """What one model expects by each way of going with body weight; at 70 kg they agree.

    Raises:
        InputRefused: when the model is unknown, not for a clinic, or does not take the drug.
    """
    curves = by_weight_rule(clinic_model(model_id), given, given.schedule.breaks_min())
    return tuple(PeakByWeight(rule, float(np.max(curve.ng_per_ml))) for rule, curve in curves.items())


def expected_exposure(
    model_id: str,
    *,
    drug: Drug | str,
    dose_mg: float,
    minutes: float,
    weight_kg: float,
    at_min: Iterable[float] | None = None,
) -> Exposure:
    """What one model expects of a plan: `exposure` of `planned`, in one call.

    Example:
        >>> plan = expected_exposure(
        ...     "kamp-2020", drug="racemate", dose_mg=35, minutes=40, weight_kg=70, at_min=[40]
        ... )
        >>> round(plan.cmax_ng_per_ml), plan.spread, plan.p05
        (253, 'unknown', None)
    """
    given = planned(drug=drug, dose_mg=dose_mg, minutes=minutes, weight_kg=weight_kg)
    return exposure(model_id, given, at_min=at_min)


def clinic_model(model_id: str) -> KineticModel:
    """A model that a clinic screen may show.

    Raises:
        InputRefused: when there is no such model, or it was made from children or people in intensive care.
    """
    chosen = model(model_id)
    if not chosen.for_clinic_screens:
        raise InputRefused(
            "model",
            given=f"{model_id}, a model of {chosen.people.group}",
            allowed=", ".join(for_clinic_screens()),
            mend="choose a model of adults; this one runs on the command line only",
        )
    return chosen


def read_drug(drug: Drug | str) -> Drug:
    """The drug by its name.

    Raises:
        InputRefused: when it is neither racemate nor esketamine; `ketamine` alone could mean either.
    """
    try:
        return Drug(drug)
    except ValueError as error:
        raise InputRefused(
            "drug", given=drug, allowed=" or ".join(Drug), mend="say which of the two the vial holds"
        ) from error


def shown_minutes(given: Administration) -> FloatArray:
    """Every minute from 0 to three hours after the last input, and each minute at which the rate changes."""
    breaks = given.schedule.breaks_min()
    by_minute = np.arange(0, math.ceil(breaks[-1]) + SHOWN_AFTER_MIN + 1, dtype=np.float64)
    return np.union1d(by_minute, breaks)


def ordered(times: FloatArray) -> tuple[FloatArray, NDArray[np.intp] | slice]:
    """Times once each and ascending, and where each that was asked for stands among them."""
    if np.all(np.diff(times) > 0):
        return times, slice(None)
    ascending = np.unique(times)
    return ascending, np.searchsorted(ascending, times)


def _range_of_people(levels: FloatArray) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """The range of 90 in 100 of everybody but the typical person, who comes first; shape (T, 1 + people)."""
    if levels.shape[1] == 1:
        return None, None
    low, high = courses.ranges(levels[:, 1:])
    return tuple(low.tolist()), tuple(high.tolist())
