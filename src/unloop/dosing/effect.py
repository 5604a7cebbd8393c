"""What a planned or charted infusion lets one expect at an effect site, by one pharmacokinetic model or by several.

Speculative: a concentration model is joined to an effect model of other people. It is shown to say when an effect is
to be expected at its highest and when it has passed, never whether a person may be treated or go home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from unloop.dosing import courses
from unloop.dosing.expected import clinic_model, ordered, shown_minutes
from unloop.dosing.people import PEOPLE
from unloop.quantity import InputRefused
from unloop.science.pharmacodynamics import (
    Absent,
    Effect,
    Observation,
    absent_effects,
    effect,
    observations,
)
from unloop.science.pharmacokinetics import Administration, Drug, FloatArray, KineticModel
from unloop.science.pharmacokinetics.solver import read_times

BandOf = Literal["people", "average"]
"""`people`: how sure the average is, and how people differ in concentration where the model says it. `average`: how
sure the average alone is, at the typical person's concentration."""

DISSOCIATION = "dissociation"
WORDING = (
    "Speculative: a model of concentration joined to a model of effect in other people. It says when an effect is to "
    "be expected, not how strong it will be in this person, and it decides nothing."
)


@dataclass(frozen=True, slots=True)
class ExpectedEffect:
    """The course of one effect that one pharmacokinetic model leads to, with all that a reader needs to judge it.

    Attributes:
        effect, title: the effect's id and words.
        model: the pharmacokinetic model's id.
        times_min: minutes from the start of the infusion.
        effect_site_ng_per_ml: S-ketamine at the effect site, the typical person.
        percent_of_maximum: the typical person's effect, 0 to 100.
        p05, p95: the range of 90 in 100, of what `band_holds` says; None where no people were asked for.
        band_holds: what the band is a band of.
        peak_percent, peak_min: the highest of the values shown, and its minute.
        under_tenth_min: the first minute shown, after the peak, from which the effect stays under a tenth of
            maximum; None where it does not within the minutes shown.
        assumption: how S-ketamine was told from a model of the racemate; empty where the model tells it.
        speculative: always true; `wording` says it in words for people.
    """

    effect: str
    title: str
    model: str
    model_title: str
    drug: Drug
    times_min: tuple[float, ...]
    effect_site_ng_per_ml: tuple[float, ...]
    percent_of_maximum: tuple[float, ...]
    p05: tuple[float, ...] | None
    p95: tuple[float, ...] | None
    band_holds: str
    peak_percent: float
    peak_min: float
    under_tenth_min: float | None
    assumption: str
    source: str
    sureness: str
    notes: tuple[str, ...]
    speculative: bool = True
    wording: str = WORDING


def expected_effect(
    model_id: str,
    given: Administration,
    *,
    effect_id: str = DISSOCIATION,
    at_min: Iterable[float] | None = None,
    subjects: int = PEOPLE,
    band_of: BandOf = "people",
) -> ExpectedEffect:
    """The course of an effect that one model leads to.

    Args:
        model_id: a pharmacokinetic model that a clinic may show.
        given: from `planned` or `charted`.
        effect_id: one with a published delay; dissociation.
        at_min: the minutes to show; by default every minute from the start to three hours after the end.
        subjects: how many evenly spread people stand behind the band; 0 leaves it out.
        band_of: what the band holds.

    Raises:
        InputRefused: when the model is unknown, not for a clinic or does not take the drug, the drug did not go into
            a vein, or the effect has no course that could be drawn.

    Example:
        >>> from unloop.dosing import planned
        >>> plan = planned(drug="racemate", dose_mg=35, minutes=40, weight_kg=70)
        >>> found = expected_effect("kamp-2020", plan, at_min=[0, 40, 240], subjects=0)
        >>> [round(percent) for percent in found.percent_of_maximum]
        [0, 47, 10]
    """
    chosen, wanted = clinic_model(model_id), effect(effect_id)
    _check_route(given)
    times = shown_minutes(given) if at_min is None else read_times(list(at_min))
    ascending, shown = ordered(times)
    sites, percents = _everybody(chosen, given, wanted, times=ascending, subjects=subjects, band_of=band_of)
    site, percent = sites[shown, 0], percents[shown, 0]
    low, high = _range(percents[shown])
    highest = int(np.argmax(percent))
    return ExpectedEffect(
        effect=wanted.id,
        title=wanted.title,
        model=chosen.id,
        model_title=chosen.title,
        drug=given.drug,
        times_min=tuple(times.tolist()),
        effect_site_ng_per_ml=tuple(site.tolist()),
        percent_of_maximum=tuple(percent.tolist()),
        p05=low,
        p95=high,
        band_holds=_band_holds(chosen, band_of),
        peak_percent=float(percent[highest]),
        peak_min=float(times[highest]),
        under_tenth_min=_under_tenth(times, percent, highest),
        assumption=_assumption(chosen, given.drug),
        source=f"{wanted.source}; read in: {wanted.read_in}; {wanted.people}",
        sureness=wanted.sureness,
        notes=wanted.notes,
    )


def effects_side_by_side(
    model_ids: Sequence[str],
    given: Administration,
    *,
    effect_id: str = DISSOCIATION,
    at_min: Iterable[float] | None = None,
    subjects: int = PEOPLE,
    band_of: BandOf = "people",
) -> tuple[ExpectedEffect, ...]:
    """What several models lead to, at the same minutes and in the order asked for."""
    minutes = None if at_min is None else tuple(at_min)
    return tuple(
        expected_effect(
            model_id, given, effect_id=effect_id, at_min=minutes, subjects=subjects, band_of=band_of
        )
        for model_id in model_ids
    )


def effects_not_modelled() -> tuple[Absent, ...]:
    """Effects that no published number describes, with the reason to show in their place."""
    return absent_effects()


def observed_courses(of_effect: str | None = None) -> tuple[Observation, ...]:
    """What studies saw over time, of one effect or of all; to be shown as observations, beside no model's line."""
    return tuple(one for one in observations() if of_effect is None or one.effect == of_effect)


def _check_route(given: Administration) -> None:
    if given.schedule.absorbed:
        raise InputRefused(
            "route of an effect",
            given=", ".join(given.schedule.routes),
            allowed="infusions and boluses into a vein",
            mend="look at the concentration alone; the effect and its delay were measured after a vein",
        )


def _everybody(
    chosen: KineticModel,
    given: Administration,
    wanted: Effect,
    *,
    times: FloatArray,
    subjects: int,
    band_of: BandOf,
) -> tuple[FloatArray, FloatArray]:
    """S-ketamine at the effect site and percent of the effect's maximum; shape (T, 1 + subjects), typical first.

    Where nobody differs in concentration the blood is solved once, and only the delay for each.
    """
    normals = _normals(chosen, subjects)
    sites = courses.effect_sites(
        chosen,
        given,
        times,
        ke0_per_min=_ke0_per_min(wanted, normals[:, 0]),
        subjects=subjects if band_of == "people" else 0,
    )
    middles = wanted.c50_ng_per_ml.drawn(normals[:, 1])
    return sites, wanted.percent_of_maximum(sites, c50_ng_per_ml=middles)


def _normals(chosen: KineticModel, subjects: int) -> FloatArray:
    """Standard normals for the delay and for the middle of an effect; shape (1 + subjects, 2), typical first."""
    columns = courses.normals_of(chosen, subjects, of="S")[:, : courses.EFFECT_COLUMNS]
    return np.concatenate([np.zeros((1, courses.EFFECT_COLUMNS)), columns])


def _ke0_per_min(wanted: Effect, normals: FloatArray) -> FloatArray:
    if wanted.half_life_min is None:
        return np.array([wanted.ke0_per_h])  # refuses, with the reason
    ke0: FloatArray = np.log(2.0) / wanted.half_life_min.drawn(normals)
    return ke0


def _range(percents: FloatArray) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """The 5 % and 95 % lines over people and over what is not known of the effect."""
    if percents.shape[1] == 1:
        return None, None
    low, high = courses.ranges(percents[:, 1:])
    return tuple(low.tolist()), tuple(high.tolist())


def _assumption(chosen: KineticModel, drug: Drug) -> str:
    if courses.tells_s(chosen, drug):
        return ""
    return "the model does not tell S from R: half of its ketamine is taken as S-ketamine"


def _band_holds(chosen: KineticModel, band_of: BandOf) -> str:
    sure = "how sure the average effect and its delay are"
    if band_of == "average":
        return f"{sure}; not how people differ, in concentration or in effect"
    if chosen.spread == "unknown":
        return f"{sure}; not how people differ in concentration, which this model does not say"
    borrowed = ", by a borrowed spread" if chosen.spread == "borrowed" else ""
    return (
        f"{sure}, and how people differ in concentration{borrowed}; not how they differ in effect, which nobody "
        "printed"
    )


def _under_tenth(times: FloatArray, percent: FloatArray, highest: int) -> float | None:
    """The first minute shown, from the peak on, after which the effect stays under a tenth of maximum."""
    above = np.flatnonzero(percent[highest:] >= 10.0)
    first = highest + (int(above[-1]) + 1 if above.size else 0)
    return float(times[first]) if first < times.size else None
