"""What a planned or charted infusion lets one expect at an effect site, by one pharmacokinetic model or by several.

Speculative: a concentration model is joined to an effect model of other people. It is shown to say when an effect is
to be expected at its highest and when it has passed, never whether a person may be treated or go home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from unloop.dosing.expected import clinic_model, shown_minutes
from unloop.dosing.people import PEOPLE, even_normals, people_of, varying
from unloop.science.pharmacodynamics import (
    Absent,
    Effect,
    Observation,
    absent_effects,
    effect,
    effect_site_ng_per_ml,
    observations,
)
from unloop.science.pharmacokinetics import (
    Administration,
    Analyte,
    Drug,
    FloatArray,
    KineticModel,
    SpreadKind,
)
from unloop.science.pharmacokinetics.kinetic_model import Part

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
) -> ExpectedEffect:
    """The course of an effect that one model leads to.

    Args:
        model_id: a pharmacokinetic model that a clinic may show.
        given: from `planned` or `charted`.
        effect_id: one with a published delay; dissociation.
        at_min: the minutes to show; by default every minute from the start to three hours after the end.
        subjects: how many evenly spread people stand behind the band; 0 leaves it out.

    Raises:
        InputRefused: when the model is unknown, not for a clinic or does not take the drug, or the effect has no
            course that could be drawn.

    Example:
        >>> from unloop.dosing import planned
        >>> plan = planned(drug="racemate", dose_mg=35, minutes=40, weight_kg=70)
        >>> found = expected_effect("kamp-2020", plan, at_min=[0, 40, 240], subjects=0)
        >>> [round(percent) for percent in found.percent_of_maximum]
        [0, 47, 10]
    """
    chosen, wanted = clinic_model(model_id), effect(effect_id)
    times = shown_minutes(given) if at_min is None else np.array(list(at_min), dtype=np.float64)
    part, assumption = _s_ketamine(chosen, given.drug)
    site = part.share * effect_site_ng_per_ml(
        chosen.graph(chosen.typical(given.weight_kg), part),
        given.schedule,
        times,
        ke0_per_h=wanted.ke0_per_h,
    )
    percent = wanted.percent_of_maximum(site)
    low, high = _range(chosen, given, wanted, part=part, times=times, subjects=subjects)
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
        band_holds=_band_holds(chosen.spread),
        peak_percent=float(percent[highest]),
        peak_min=float(times[highest]),
        under_tenth_min=_under_tenth(times, percent, highest),
        assumption=assumption,
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
) -> tuple[ExpectedEffect, ...]:
    """What several models lead to, at the same minutes and in the order asked for."""
    minutes = None if at_min is None else tuple(at_min)
    return tuple(
        expected_effect(model_id, given, effect_id=effect_id, at_min=minutes, subjects=subjects)
        for model_id in model_ids
    )


def effects_not_modelled() -> tuple[Absent, ...]:
    """Effects that no published number describes, with the reason to show in their place."""
    return absent_effects()


def observed_courses(of_effect: str | None = None) -> tuple[Observation, ...]:
    """What studies saw over time, of one effect or of all; to be shown as observations, beside no model's line."""
    return tuple(one for one in observations() if of_effect is None or one.effect == of_effect)


def _s_ketamine(chosen: KineticModel, drug: Drug) -> tuple[Part, str]:
    """The part of the model whose concentration drives the effect, and what had to be assumed for it."""
    parts = chosen.parts_of(drug)
    for part in parts:
        if part.analyte is Analyte.S:
            return part, ""
    whole = parts[0]
    half = Part(Analyte.S, share=0.5 * whole.share, clearance_factor=whole.clearance_factor)
    return half, f"{chosen.id} does not tell S from R: half of its ketamine is taken as S-ketamine"


def _range(
    chosen: KineticModel,
    given: Administration,
    wanted: Effect,
    *,
    part: Part,
    times: FloatArray,
    subjects: int,
) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """The 5 % and 95 % lines over people and over what is not known of the effect."""
    if subjects == 0 or wanted.half_life_min is None:
        return None, None
    columns = even_normals(subjects, 2 + varying(chosen))
    # Where nobody differs in concentration the blood is solved once, and only the delay for each.
    people = (
        people_of(chosen, weight_kg=given.weight_kg, columns=columns[:, 2:])
        if varying(chosen)
        else chosen.typical(given.weight_kg)
    )
    half_lives = wanted.half_life_min.drawn(columns[:, 0])
    middles = wanted.c50_ng_per_ml.drawn(columns[:, 1])
    sites = part.share * effect_site_ng_per_ml(
        chosen.graph(people, part), given.schedule, times, ke0_per_h=np.log(2.0) * 60.0 / half_lives
    )
    percents = wanted.percent_of_maximum(sites, c50_ng_per_ml=middles[:, None])
    low, high = np.quantile(percents, (0.05, 0.95), axis=0)
    return tuple(low.tolist()), tuple(high.tolist())


def _band_holds(spread: SpreadKind) -> str:
    sure = "how sure the average effect and its delay are"
    if spread == "unknown":
        return f"{sure}; not how people differ in concentration, which this model does not say"
    return (
        f"{sure}, and how people differ in concentration; not how they differ in effect, which nobody printed"
    )


def _under_tenth(times: FloatArray, percent: FloatArray, highest: int) -> float | None:
    after = [(float(minute), float(value)) for minute, value in zip(times, percent, strict=True)][highest:]
    under: float | None = None
    for minute, value in after:
        under = None if value >= 10.0 else (minute if under is None else under)
    return under
