"""A model adjusted to a person: other drugs, genes, age, ancestry and sex, each factor with its reason and source.

Nothing is adjusted in silence: what a model prints no rule for is refused, and every factor stands in
`KineticModel.adjustments` beside the curve that it made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.document import Effect
from unloop.science.pharmacokinetics.drug import Analyte
from unloop.science.pharmacokinetics.interactions import known_interactions
from unloop.science.pharmacokinetics.kinetic_model import (
    Adjustment,
    Administration,
    KineticModel,
    Part,
    WeightRule,
)
from unloop.science.pharmacokinetics.reference import Ancestry
from unloop.science.pharmacokinetics.schedule import Route
from unloop.science.pharmacokinetics.simulation import Curve, typical_curve

AGE_YEARS = (
    18.0,
    90.0,
)  # policy: adults, to a little above the oldest of 86 in the one study with a rule for age
RULE_FROM_YEARS = 60.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a person beside the weight; None leaves the model as it is.

    Attributes:
        genotype: of CYP2B6, such as `*1/*6`.
        ancestry: as one paper groups its people; Japanese people count as Asian there too.
    """

    genotype: str | None = None
    ancestry: Ancestry | None = None
    age_years: float | None = None
    sex: Literal["female", "male"] | None = None


def adjusted(
    model: KineticModel, *, taking: Sequence[str] = (), traits: Traits | None = None
) -> KineticModel:
    """The model with its typical person adjusted, as far as something was printed for it.

    A drug taken beside ketamine changes what the liver clears, by the well-stirred rule; the adjusted model then
    takes a dose into a vein only, since after a swallowed one the gut counts too: read its printed ratio in
    `known_interactions().interaction_with(drug).after(Route.ORAL)`.

    Args:
        model: any model of the library.
        taking: ids of drugs, such as `ticlopidine`.
        traits: of the person.

    Raises:
        InputRefused: when nothing is known of a drug or genotype, or the model prints no rule for an age or ancestry.

    Example:
        >>> from unloop.science.pharmacokinetics.library import model
        >>> blocked = adjusted(model("kamp-2020"), taking=["ticlopidine"])
        >>> round(1 / blocked.adjustments[0].factor, 2)
        1.22
    """
    person = traits or Traits()
    found = [
        *(one for drug in taking for one in _of_drug(model, drug)),
        *_of_genotype(model, person.genotype),
        *_of_ancestry(model, person.ancestry),
        *_of_age(model, person.age_years),
        *_of_sex(model, person.sex),
    ]
    changed = replace(model, adjustments=(*model.adjustments, *found))
    return replace(changed, absorptions=()) if taking else changed


def _of_drug(model: KineticModel, drug: str) -> list[Adjustment]:
    known = known_interactions()
    found = known.interaction_with(drug)
    into_vein = found.after(Route.INTRAVENOUS)
    return _on_clearance(
        model,
        ratio=known.well_stirred.clearance_ratio(found.intrinsic_clearance_times),
        reason=f"{found.what}: intrinsic clearance x {found.intrinsic_clearance_times:g}, from {found.derived_from}",
        source=into_vein.source if into_vein is not None else known.well_stirred.source,
    )


def _of_genotype(model: KineticModel, alleles: str | None) -> list[Adjustment]:
    if alleles is None:
        return []
    known = known_interactions()
    found, origin = known.genotype_of(alleles), known.genotypes
    return _on_clearance(
        model,
        ratio=found.clearance_ratio,
        reason=f"{origin.gene} {alleles}, after {origin.route}; but {origin.against}",
        source=origin.source,
    )


def _of_sex(model: KineticModel, sex: Literal["female", "male"] | None) -> list[Adjustment]:
    if sex != "female":
        return []
    women = known_interactions().women
    reason = "women's clearance beside men's, from another study than the model's"
    metabolite = [f"{made.id}.CL" for made in model.metabolites if made.id == "NK"]
    return [
        *_on_clearance(model, ratio=women.clearance_ratio, reason=reason, source=women.source),
        *(Adjustment(name, women.clearance_ratio, reason, women.source) for name in metabolite),
    ]


def _on_clearance(model: KineticModel, *, ratio: float, reason: str, source: str) -> list[Adjustment]:
    """The factors that change the plasma clearance by a ratio, in whatever way the model writes it."""
    match model.disposition.form:
        case "clearances":
            return [Adjustment("CL", ratio, reason, source)]
        case "rate-constants":
            return [Adjustment("k10", ratio, reason, source)]
        case "well-stirred liver":
            times = known_interactions().well_stirred.intrinsic_times(ratio)
            return [Adjustment(name, times, reason, source) for name in ("kel", "kmet")]


def _of_ancestry(model: KineticModel, ancestry: Ancestry | None) -> list[Adjustment]:
    if ancestry is None:
        return []
    groups = {"Asian", ancestry}
    return [
        _printed(model, effect, factor=effect.factor or 1.0)
        for effect in _needed(
            model, (e for e in model.effects if e.when in groups), of=f"ancestry {ancestry}"
        )
    ]


def _of_age(model: KineticModel, age_years: float | None) -> list[Adjustment]:
    if age_years is None:
        return []
    if not AGE_YEARS[0] <= age_years <= AGE_YEARS[1]:
        raise InputRefused(
            "age",
            given=f"{age_years:g} years",
            allowed=f"{AGE_YEARS[0]:g}-{AGE_YEARS[1]:g} years",
            mend="check the age",
        )
    beyond = max(0.0, age_years - RULE_FROM_YEARS)
    effects = _needed(model, (e for e in model.effects if e.when == "over 60 years"), of="age")
    printed = model.printed_parameters()
    return [
        _printed(
            model, effect, factor=1.0 - (effect.falls_per_year or 0.0) * beyond / printed[effect.on].value
        )
        for effect in effects
        if beyond > 0
    ]


def _needed(model: KineticModel, effects: Iterable[Effect], *, of: str) -> list[Effect]:
    found = list(effects)
    if not found:
        raise InputRefused(
            f"adjustment of {model.id}",
            given=of,
            allowed="what the model prints a rule for",
            mend="leave it out, or choose a model that has a rule for it",
        )
    return found


def _printed(model: KineticModel, effect: Effect, *, factor: float) -> Adjustment:
    return Adjustment(effect.on, factor, f"{effect.when}: {effect.printed_as}", model.source.citation)


def by_weight_rule(
    model: KineticModel, given: Administration, times_min: ArrayLike
) -> dict[WeightRule, Curve]:
    """The typical curve with and without an effect of body weight, since papers disagree and neither is proven.

    Kamp 2020 and others scale clearance by the power of 0.75; Perez-Ruixo 2021 found no effect from 39 to 170 kg.
    At 70 kg both are the same.
    """
    rules: tuple[WeightRule, ...] = ("0.75 and 1", "none")
    return {rule: typical_curve(model.with_weight_rule(rule), given, times_min) for rule in rules}


def by_clearance_ratio(
    model: KineticModel, given: Administration, times_min: ArrayLike
) -> dict[float, Curve]:
    """The typical curve of a racemate built of S and R, over the range of what R's clearance may be beside S's.

    Raises:
        InputRefused: when the model is no such construction.
    """
    ratio = model.clearance_ratio
    if ratio is None:
        raise InputRefused(
            "model",
            given=model.id,
            allowed="a racemate built of S- and R-ketamine",
            mend="choose racemate-otto-2021; other models take the racemate as it stands",
        )
    return {
        value: typical_curve(_with_ratio(model, value), given, times_min)
        for value in (ratio.low, ratio.value, ratio.high)
    }


def _with_ratio(model: KineticModel, ratio: float) -> KineticModel:
    parts = {
        drug: tuple(
            Part(part.analyte, share=part.share, clearance_factor=ratio)
            if part.analyte is Analyte.R
            else part
            for part in found
        )
        for drug, found in model.parts.items()
    }
    return replace(model, parts=parts)
