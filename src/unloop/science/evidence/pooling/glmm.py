"""The binomial-normal model of a meta-analysis: odds ratios and proportions without filling empty cells."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.evidence.effects import Counts, Effects, Measure, OneArm, effects_of
from unloop.science.evidence.pooling.binomial import Fit, Logits, maximise
from unloop.science.evidence.pooling.heterogeneity import Method, dersimonian_laird, i2_percent
from unloop.science.evidence.pooling.laplace import maximise_with_random_baselines
from unloop.science.evidence.pooling.numerics import chi2_above, x_log_y
from unloop.science.evidence.pooling.pooled import Pooled, Scale, empty_weights, predicted
from unloop.science.evidence.pooling.reference import Reference
from unloop.science.evidence.pooling.weighted import intercept_only

LARGEST_TAU = 30.0


class TwoArms(StrEnum):
    """Which likelihood two arms have; names as in metafor. `UM.RS` is by Laplace's approximation."""

    UM_FS = "UM.FS"
    UM_RS = "UM.RS"
    CM_AL = "CM.AL"

    @property
    def words(self) -> str:
        """The model's name."""
        return {
            TwoArms.UM_FS: "unconditional, a baseline for each study",
            TwoArms.UM_RS: "unconditional, baselines drawn from a normal law",
            TwoArms.CM_AL: "conditional on each study's events, approximate likelihood",
        }[self]


def pool_glmm(effects: Effects, *, model: TwoArms = TwoArms.UM_FS, level: float = 0.95) -> Pooled:
    """Pool events by maximum likelihood; log odds ratio of two arms, or log odds of one.

    A study without any event, or with nothing but events, says nothing about an odds ratio and is left out, named.

    Raises:
        InputRefused: when there are no events to read, or when they leave no finite estimate.
    """
    match effects.measure, effects.data:
        case Measure.OR, Counts() as counts:
            return _of_two_arms(effects.labels, counts, model, level=level)
        case Measure.PR, OneArm() as one_arm:
            return _of_one_arm(effects.labels, one_arm, level=level)
        case _:
            raise InputRefused(
                "method",
                given=f"glmm with {effects.measure.value}",
                allowed="or with events1, n1, events2, n2; pr with events, n",
                mend="choose one of these measures, or another method",
            )


def _of_two_arms(labels: tuple[str, ...], counts: Counts, model: TwoArms, *, level: float) -> Pooled:
    total = counts.events1 + counts.events2
    speaks = (total > 0) & (total < counts.n1 + counts.n2)
    used = Counts(*(values[speaks] for values in (counts.events1, counts.n1, counts.events2, counts.n2)))
    _check_finite(
        lower=bool(np.any((used.events1 > 0) & (used.events2 < used.n2))),
        upper=bool(np.any((used.events1 < used.n1) & (used.events2 > 0))),
    )
    kept = tuple(label for label, says in zip(labels, speaks.tolist(), strict=True) if says)
    reason = "no event in either arm, or nothing but events: it says nothing about an odds ratio"
    left_out = tuple((label, reason) for label, says in zip(labels, speaks.tolist(), strict=True) if not says)
    effects = effects_of(Measure.OR, used, labels=kept)
    logits = conditional(used) if model is TwoArms.CM_AL else two_arms(used)
    guess = _first_guess_of_tau(effects)
    if model is TwoArms.UM_RS:
        fit = maximise_with_random_baselines(used, theta=0.0, tau=guess)
    else:
        fit = maximise(logits, theta=_first_guess(effects), tau=guess)
    by = "Laplace's approximation" if model is TwoArms.UM_RS else "adaptive quadrature"
    words = f"binomial-normal model ({model.value}: {model.words}), {by}, normal law"
    q = max(0.0, 2.0 * (_saturated(logits) - fit.value_without_tau)) if model is not TwoArms.UM_RS else None
    pooled = _pooled(effects, fit, words, scale=Scale.LOG, q=q, level=level)
    return replace(pooled, left_out=left_out)


def _of_one_arm(labels: tuple[str, ...], data: OneArm, *, level: float) -> Pooled:
    _check_finite(lower=bool(np.any(data.events > 0)), upper=bool(np.any(data.events < data.n)))
    ones = np.ones(1)
    zeros = np.zeros((data.n.size, 1))
    logits = Logits(data.events[:, None], data.n[:, None], zeros, fixed=ones, own=0.0 * ones, random=ones)
    words = "binomial-normal model (log odds of a proportion), adaptive quadrature, normal law"
    events, others = data.events + 0.5, data.n - data.events + 0.5
    effects = Effects(Measure.PR, labels, np.log(events / others), 1.0 / events + 1.0 / others, data=data)
    fit = maximise(logits, theta=_first_guess(effects), tau=_first_guess_of_tau(effects))
    q = max(0.0, 2.0 * (_saturated(logits) - fit.value_without_tau))
    return _pooled(effects, fit, words, scale=Scale.LOGIT, q=q, level=level)


def two_arms(counts: Counts) -> Logits:
    """Both arms of every study, a baseline for each study, the random effect split between the arms."""
    events = np.stack([counts.events1, counts.events2], axis=1)
    people = np.stack([counts.n1, counts.n2], axis=1)
    return Logits(
        events,
        people,
        np.zeros_like(events),
        fixed=np.array([1.0, 0.0]),
        own=np.array([1.0, 1.0]),
        random=np.array([0.5, -0.5]),
    )


def conditional(counts: Counts) -> Logits:
    """The treated share of each study's events, offset by the sizes of the arms."""
    ones = np.ones(1)
    events = counts.events1[:, None]
    people = (counts.events1 + counts.events2)[:, None]
    return Logits(
        events, people, np.log(counts.n1 / counts.n2)[:, None], fixed=ones, own=0.0 * ones, random=ones
    )


def _pooled(effects: Effects, fit: Fit, words: str, *, scale: Scale, q: float | None, level: float) -> Pooled:
    studies = intercept_only(effects.yi, effects.vi)
    if fit.tau > LARGEST_TAU or not math.isfinite(fit.se):
        raise _no_finite_estimate("the heterogeneity runs beyond all bounds")
    alone = effects.k == 1
    tau2 = fit.tau**2
    reference = Reference()
    return Pooled(
        measure=effects.measure,
        method=words,
        labels=effects.labels,
        level=level,
        estimate=fit.theta,
        se=fit.se,
        ci=reference.interval(fit.theta, fit.se, level=level),
        p=reference.two_sided(fit.theta / fit.se),
        tau2=None if alone else tau2,
        tau2_se=None,
        tau2_ci=None,
        i2=None if alone else i2_percent(studies, tau2=tau2, method=Method.REML),
        q=q,
        q_degrees=studies.free,
        q_p=None if alone or q is None else chi2_above(q, studies.free),
        weights=empty_weights(),
        prediction_interval=None
        if alone
        else predicted(fit.theta, fit.se, tau2, reference=reference, level=level),
        scale=scale,
        notes=_notes(fit, k=effects.k),
    )


def _first_guess(effects: Effects) -> float:
    return float(np.average(effects.yi, weights=1.0 / effects.vi))


def _first_guess_of_tau(effects: Effects) -> float:
    studies = intercept_only(effects.yi, effects.vi)
    return math.sqrt(dersimonian_laird(studies)) if studies.free else 0.0


def _notes(fit: Fit, *, k: int) -> tuple[str, ...]:
    notes = ["Q is the likelihood ratio against a model that fits every study; studies have no weights here"]
    if 1 < k < 5:
        notes.append(
            f"{k} studies are too few to estimate heterogeneity: look at the Bayesian result beside this"
        )
    if fit.tau == 0.0 and k > 1:
        notes.append("heterogeneity is estimated as none, which few studies often give when there is some")
    return tuple(notes)


def _saturated(logits: Logits) -> float:
    """The log-likelihood of a model that fits every count."""
    share = logits.events / logits.people
    left = logits.people - logits.events
    return float((x_log_y(logits.events, share) + x_log_y(left, 1.0 - share)).sum())


def _check_finite(*, lower: bool, upper: bool) -> None:
    if not (lower and upper):
        raise _no_finite_estimate("all events lie on one side")


def _no_finite_estimate(why: str) -> InputRefused:
    return InputRefused(
        "method",
        given="glmm",
        allowed="events that leave a finite estimate",
        mend=f"use --method bayes or an exact method instead, since {why}",
    )
