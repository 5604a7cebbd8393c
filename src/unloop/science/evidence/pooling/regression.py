"""Meta-regression: effects on moderators, with what heterogeneity is left; and subgroups side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.evidence.effects import Effects
from unloop.science.evidence.pooling.heterogeneity import Method, i2_percent, p_of_q, tau2_of
from unloop.science.evidence.pooling.numerics import chi2_above, f_above
from unloop.science.evidence.pooling.pooled import Adjustment, Pooled, factor_of, pool
from unloop.science.evidence.pooling.reference import Interval, Reference
from unloop.science.evidence.pooling.weighted import Studies, fit_at, intercept_only


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One line of a meta-regression."""

    name: str
    estimate: float
    se: float
    ci: Interval
    p: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A meta-regression.

    Attributes:
        coefficients: the intercept first.
        tau2: heterogeneity that the moderators leave.
        i2: percent of the remaining variation that is between studies.
        qm, qm_p: test of all moderators together; with Hartung-Knapp it is an F.
        qe, qe_p: test of what is left.
        r2: percent of tau2 that the moderators explain; nothing where there was none.
    """

    coefficients: tuple[Coefficient, ...]
    tau2: float
    i2: float
    qm: float
    qm_p: float
    qe: float
    qe_degrees: int
    qe_p: float
    r2: float | None


def regress(
    effects: Effects,
    moderators: Mapping[str, ArrayLike],
    method: Method = Method.REML,
    *,
    adjustment: Adjustment = Adjustment.NONE,
    level: float = 0.95,
) -> Regression:
    """Effects on moderators with an intercept.

    Args:
        effects: one effect and variance a study.
        moderators: name to k numbers; in the units that the slopes are wanted in.
        method: how the remaining tau2 is estimated.
        adjustment: as in `pool`.
        level: of the intervals.

    Raises:
        InputRefused: when there are too few studies, or a moderator is constant or a copy of others.
    """
    studies = _with_moderators(effects, moderators)
    tau2 = tau2_of(studies, method)
    fit = fit_at(studies, tau2)
    factor = factor_of(fit, studies, adjustment)
    covariance = fit.covariance * factor**2
    reference = Reference(None if adjustment is Adjustment.NONE else studies.free)
    errors = np.sqrt(np.diag(covariance)).tolist()
    lines = zip(("intercept", *moderators), fit.beta.tolist(), errors, strict=True)
    slopes = fit.beta[1:]
    qm = float(slopes @ np.linalg.solve(covariance[1:, 1:], slopes))
    none = fit_at(studies, 0.0)
    return Regression(
        coefficients=tuple(
            Coefficient(
                name,
                beta,
                se,
                ci=reference.interval(beta, se, level=level),
                p=reference.two_sided(beta / se),
            )
            for name, beta, se in lines
        ),
        tau2=tau2,
        i2=i2_percent(studies, tau2=tau2, method=method),
        qm=qm if reference.degrees is None else qm / slopes.size,
        qm_p=_p_of_moderators(qm, slopes.size, reference.degrees),
        qe=none.q,
        qe_degrees=studies.free,
        qe_p=p_of_q(none, studies.free),
        r2=_r2(effects, method, left=tau2),
    )


def _p_of_moderators(qm: float, m: int, degrees: int | None) -> float:
    return chi2_above(qm, m) if degrees is None else f_above(qm / m, (m, degrees))


def _r2(effects: Effects, method: Method, *, left: float) -> float | None:
    before = tau2_of(intercept_only(effects.yi, effects.vi), method)
    return max(0.0, 100.0 * (before - left) / before) if before > 0.0 else None


def _with_moderators(effects: Effects, moderators: Mapping[str, ArrayLike]) -> Studies:
    columns = [np.asarray(values, dtype=np.float64) for values in moderators.values()]
    if not columns or any(c.shape != (effects.k,) or not np.isfinite(c).all() for c in columns):
        raise _moderators_refused(moderators, "at least one moderator with a finite number for every study")
    x = np.column_stack([np.ones(effects.k), *columns])
    spread = np.abs(x).max(axis=0)
    if effects.k <= x.shape[1] or not spread.all() or np.linalg.matrix_rank(x / spread) < x.shape[1]:
        raise _moderators_refused(
            moderators, "fewer moderators than studies less one, none constant or a sum of others"
        )
    return Studies(effects.yi, effects.vi, x)


def _moderators_refused(moderators: Mapping[str, ArrayLike], allowed: str) -> InputRefused:
    return InputRefused(
        "moderators",
        given=", ".join(moderators) or "none",
        allowed=allowed,
        mend="leave out a moderator, or fill in its missing values",
    )


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Every subgroup pooled by itself, and a test of whether they differ.

    Attributes:
        pooled: name to its own pooled effect, each with its own tau2.
        q_between, q_degrees, q_p: test of the difference between subgroups; p is nothing for one subgroup.
    """

    pooled: Mapping[str, Pooled]
    q_between: float
    q_degrees: int
    q_p: float | None


def pool_subgroups(
    effects: Effects,
    groups: Sequence[str],
    method: Method = Method.REML,
    *,
    adjustment: Adjustment = Adjustment.NONE,
    level: float = 0.95,
) -> Subgroups:
    """Pool each subgroup by itself, in order of first appearance.

    Raises:
        InputRefused: when there is not one group for each study.
    """
    if len(groups) != effects.k:
        raise InputRefused(
            "groups",
            given=f"{len(groups)} for {effects.k} studies",
            allowed="one group for each study",
            mend="name the group of every study",
        )
    pooled = {
        name: pool(
            subset(effects, [i for i, group in enumerate(groups) if group == name]),
            method,
            adjustment=adjustment,
            level=level,
        )
        for name in dict.fromkeys(groups)
    }
    y = np.array([one.estimate for one in pooled.values()])
    v = np.array([one.se**2 for one in pooled.values()])
    if not v.all():
        raise InputRefused(
            "hksj",
            given="a subgroup without any spread",
            allowed="subgroups whose pooled effects have a standard error",
            mend="use the modified Hartung-Knapp method",
        )
    q = fit_at(intercept_only(y, v), 0.0).q
    degrees = len(pooled) - 1
    return Subgroups(pooled, q, degrees, chi2_above(q, degrees) if degrees else None)


def subset(effects: Effects, rows: Sequence[int]) -> Effects:
    """Some of the studies, in the order given; what they were computed from is left behind."""
    index = np.asarray(rows, dtype=np.intp)
    labels = tuple(effects.labels[i] for i in rows)
    halves = tuple(label for label in effects.in_halves if label in labels)
    return Effects(effects.measure, labels, effects.yi[index], effects.vi[index], in_halves=halves)
