"""One pooled effect with everything that has to be said beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import Effects, Measure
from unloop.science.evidence.pooling.heterogeneity import (
    Method,
    i2_percent,
    p_of_q,
    q_profile,
    se_of_reml,
    tau2_of,
)
from unloop.science.evidence.pooling.reference import Interval, Reference
from unloop.science.evidence.pooling.weighted import Studies, WeightedFit, fit_at, intercept_only

FEW = 5
LARGEST_LOG = 700.0


class Adjustment(StrEnum):
    """How the pooled effect's uncertainty is widened for few studies."""

    NONE = "none"
    HKSJ = "hksj"
    HKSJ_MODIFIED = "hksj-modified"


class Scale(StrEnum):
    """What scale an effect is pooled on."""

    AS_IT_IS = "as it is"
    LOG = "log"
    LOGIT = "logit"

    def back(self, value: float) -> float:
        """From the scale of pooling to the ratio or the proportion; a ratio beyond all numbers is the largest."""
        match self:
            case Scale.AS_IT_IS:
                return value
            case Scale.LOG:
                return math.exp(min(value, LARGEST_LOG))
            case Scale.LOGIT:
                return 1.0 / (1.0 + math.exp(min(-value, LARGEST_LOG)))
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled effect; ratios on the log scale.

    Attributes:
        scale: what scale the numbers are on.
        method: how it was computed, in words that name the law of the interval.
        labels: the studies in it.
        tau2: the heterogeneity variance; nothing where one study alone cannot show any.
        tau2_ci: its Q-profile interval, where the method has one.
        i2: percent of the variation that is between studies.
        q, q_degrees, q_p: Cochran's Q, or the likelihood ratio that stands in for it.
        weights: percent, shape (k,); empty where the model gives a study no weight.
        prediction_interval: where the effect of a further study of the same kind is expected.
        left_out: studies that say nothing in this model, each with the reason.
        notes: what a reader must be told beside the number.
    """

    measure: Measure
    method: str
    labels: tuple[str, ...]
    level: float
    estimate: float
    se: float
    ci: Interval
    p: float | None
    tau2: float | None
    tau2_se: float | None
    tau2_ci: Interval | None
    i2: float | None
    q: float | None
    q_degrees: int
    q_p: float | None
    weights: FloatArray
    prediction_interval: Interval | None
    degrees: int | None = None
    scale: Scale = Scale.AS_IT_IS
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def k(self) -> int:
        """The number of studies in it."""
        return len(self.labels)

    def with_notes(self, *notes: str) -> Pooled:
        """The same with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def pool(
    effects: Effects,
    method: Method = Method.REML,
    *,
    adjustment: Adjustment = Adjustment.NONE,
    level: float = 0.95,
) -> Pooled:
    """Pool studies by inverse variance.

    Args:
        effects: one effect and variance a study.
        method: how tau2 is estimated.
        adjustment: none (normal law); Hartung-Knapp-Sidik-Jonkman; or the same never narrower than without it (Rover 2015).
        level: of every interval.

    Raises:
        InputRefused: when Hartung-Knapp is asked for one study.
    """
    studies = intercept_only(effects.yi, effects.vi)
    _check_degrees(studies, adjustment)
    tau2 = tau2_of(studies, method)
    fit = fit_at(studies, tau2)
    reference = Reference() if adjustment is Adjustment.NONE else Reference(studies.free)
    se = math.sqrt(float(fit.covariance[0, 0])) * factor_of(fit, studies, adjustment)
    estimate = float(fit.beta[0])
    none = fit_at(studies, 0.0)
    alone = effects.k == 1
    random = method is not Method.FE and not alone
    return Pooled(
        measure=effects.measure,
        method=f"{method.words}, {_law_in_words(adjustment, studies.free)}",
        labels=effects.labels,
        level=level,
        estimate=estimate,
        se=se,
        ci=reference.interval(estimate, se, level=level),
        p=reference.two_sided(estimate / se) if se > 0.0 else None,
        tau2=None if alone else tau2,
        tau2_se=se_of_reml(studies, tau2) if random and method is Method.REML else None,
        tau2_ci=None if alone else q_profile(studies, level=level),
        i2=None if alone else i2_percent(studies, tau2=tau2, method=method),
        q=none.q,
        q_degrees=studies.free,
        q_p=None if alone else p_of_q(none, studies.free),
        weights=100.0 * fit.w / fit.w.sum(),
        prediction_interval=predicted(estimate, se, tau2, reference=reference, level=level)
        if random
        else None,
        degrees=reference.degrees,
        scale=scale_of_measure(effects.measure),
        notes=_notes(
            effects, method, adjustment=adjustment, narrower=factor_of(fit, studies, Adjustment.HKSJ) < 1.0
        ),
    )


def predicted(estimate: float, se: float, tau2: float, *, reference: Reference, level: float) -> Interval:
    """Where a further study's true effect is expected, by the same law as the interval (as in metafor)."""
    return reference.interval(estimate, math.sqrt(se**2 + tau2), level=level)


def scale_of_measure(measure: Measure) -> Scale:
    """Ratios are pooled on the log scale, everything else as it is."""
    return Scale.LOG if measure.is_ratio else Scale.AS_IT_IS


def factor_of(fit: WeightedFit, studies: Studies, adjustment: Adjustment) -> float:
    """What the standard error is multiplied by: 1, Hartung and Knapp's factor, or that and never less than 1."""
    if adjustment is Adjustment.NONE or studies.free < 1:
        return 1.0
    factor = math.sqrt(fit.q / studies.free)
    return factor if adjustment is Adjustment.HKSJ else max(1.0, factor)


def _check_degrees(studies: Studies, adjustment: Adjustment) -> None:
    if adjustment is not Adjustment.NONE and studies.free < 1:
        raise InputRefused(
            "hksj",
            given=f"{studies.y.size} study",
            allowed="two studies or more",
            mend="leave Hartung-Knapp out, since one study has no spread",
        )


def _law_in_words(adjustment: Adjustment, free: int) -> str:
    return {
        Adjustment.NONE: "normal law",
        Adjustment.HKSJ: f"Hartung-Knapp-Sidik-Jonkman, t with {free} degrees of freedom",
        Adjustment.HKSJ_MODIFIED: f"modified Hartung-Knapp (factor at least 1), t with {free} degrees of freedom",
    }[adjustment]


def _notes(effects: Effects, method: Method, *, adjustment: Adjustment, narrower: bool) -> tuple[str, ...]:
    notes = []
    if effects.k == 1:
        notes.append("one study: nothing is pooled, and it shows no heterogeneity")
    elif effects.k < FEW and method is not Method.FE:
        notes.append(
            f"{effects.k} studies are too few to estimate heterogeneity: take the Bayesian result as the main one"
        )
    if narrower and adjustment is Adjustment.HKSJ:
        notes.append(
            "Hartung-Knapp is narrower here than the normal law: take the modified one as the main one"
        )
    if effects.in_halves:
        notes.append(
            "half a patient was added to the cells of "
            + ", ".join(effects.in_halves)
            + ": look at the binomial-normal model beside this one"
        )
    if len(set(effects.labels)) < effects.k:
        notes.append(
            "a study stands more than once: people who are counted twice make the interval too narrow"
        )
    return tuple(notes)


def empty_weights() -> FloatArray:
    """For models that give a study no weight."""
    return np.empty(0)
