"""One effect and its variance for each study, computed as metafor's `escalc` computes them by default.

Differences are treated minus control. Ratios are on the log scale. Half a patient is added to every cell of a
fourfold table that has an empty cell, and of no other (Viechtbauer 2010, J Stat Softw 36(3)); that is an
approximation, which `in_halves` names, and the binomial-normal model does without it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.evidence.arrays import FloatArray

LARGEST = 1e9
LEAST_VARIANCE, LARGEST_VARIANCE = 1e-12, 1e18


class Measure(StrEnum):
    """What is compared."""

    MD = "md"
    SMD = "smd"
    OR = "or"
    RR = "rr"
    RD = "rd"
    PR = "pr"

    @property
    def is_ratio(self) -> bool:
        """Pooled and reported on the log scale."""
        return self in {Measure.OR, Measure.RR}

    @property
    def words(self) -> str:
        """The measure as a table heading says it."""
        return WORDS[self]


WORDS = {
    Measure.MD: "mean difference",
    Measure.SMD: "standardised mean difference (Hedges g)",
    Measure.OR: "log odds ratio",
    Measure.RR: "log risk ratio",
    Measure.RD: "risk difference",
    Measure.PR: "proportion",
}


@dataclass(frozen=True, slots=True)
class Means:
    """Means of two arms, 1 treated and 2 control; every array of shape (k,)."""

    n1: FloatArray
    mean1: FloatArray
    sd1: FloatArray
    n2: FloatArray
    mean2: FloatArray
    sd2: FloatArray


@dataclass(frozen=True, slots=True)
class Counts:
    """Events among people in two arms, 1 treated and 2 control; every array of shape (k,)."""

    events1: FloatArray
    n1: FloatArray
    events2: FloatArray
    n2: FloatArray


@dataclass(frozen=True, slots=True)
class OneArm:
    """Events among people in one arm; arrays of shape (k,)."""

    events: FloatArray
    n: FloatArray


Data = Means | Counts | OneArm


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects ready to be pooled.

    Attributes:
        labels: one for each study.
        yi: effects, shape (k,); on the log scale for ratios.
        vi: their sampling variances, shape (k,).
        data: what they were computed from; nothing where effects and variances were given.
        in_halves: labels of the studies to whose cells half a patient was added.
    """

    measure: Measure
    labels: tuple[str, ...]
    yi: FloatArray
    vi: FloatArray
    data: Data | None = None
    in_halves: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not len(self.labels) == self.yi.size == self.vi.size or self.yi.size == 0:
            raise InputRefused(
                "studies",
                given=f"{len(self.labels)} labels, {self.yi.size} effects, {self.vi.size} variances",
                allowed="at least one study, with one effect and one variance each",
                mend="give one of each for every study",
            )
        _check_range(self)

    @property
    def k(self) -> int:
        """The number of studies."""
        return len(self.labels)


def effects_of(measure: Measure, data: Data, *, labels: tuple[str, ...]) -> Effects:
    """Effects and variances of every study.

    Raises:
        InputRefused: when the measure needs other data than these, or a variance cannot be computed from them.
    """
    match measure, data:
        case Measure.MD, Means():
            return Effects(measure, labels, *_mean_difference(data), data=data)
        case Measure.SMD, Means():
            return Effects(measure, labels, *_hedges_g(data), data=data)
        case ((Measure.OR | Measure.RR | Measure.RD), Counts()):
            return _of_counts(measure, data, labels)
        case Measure.PR, OneArm():
            return _of_one_arm(data, labels)
        case _:
            raise InputRefused(
                "measure",
                given=measure.value,
                allowed={
                    Means: "md or smd, from means of two arms",
                    Counts: "or, rr or rd, from events of two arms",
                    OneArm: "pr, from events of one arm",
                }[type(data)],
                mend="choose a measure of these data, or give the data of this measure",
            )


def effects_given(measure: Measure, yi: ArrayLike, vi: ArrayLike, *, labels: tuple[str, ...]) -> Effects:
    """Effects that were computed elsewhere; ratios on the log scale.

    Raises:
        InputRefused: when a number is out of range or their numbers differ.
    """
    return Effects(measure, labels, np.asarray(yi, dtype=np.float64), np.asarray(vi, dtype=np.float64))


def _check_range(effects: Effects) -> None:
    wrong_effect = ~(np.abs(effects.yi) <= LARGEST)
    wrong_variance = ~((effects.vi >= LEAST_VARIANCE) & (effects.vi <= LARGEST_VARIANCE))
    wrong = np.flatnonzero(wrong_effect | wrong_variance)
    if wrong.size:
        first = int(wrong[0])
        raise InputRefused(
            f"study {effects.labels[first]}",
            given=f"effect {effects.yi[first]:g}, variance {effects.vi[first]:g}",
            allowed=f"effects of at most {LARGEST:g} either way, variances from {LEAST_VARIANCE:g} up",
            mend="check the numbers and their unit",
        )


def _mean_difference(data: Means) -> tuple[FloatArray, FloatArray]:
    return data.mean1 - data.mean2, data.sd1**2 / data.n1 + data.sd2**2 / data.n2


def _hedges_g(data: Means) -> tuple[FloatArray, FloatArray]:
    free = data.n1 + data.n2 - 2.0
    pooled = ((data.n1 - 1.0) * data.sd1**2 + (data.n2 - 1.0) * data.sd2**2) / free
    correction = np.array([small_sample_correction(m) for m in free.tolist()])
    g = correction * (data.mean1 - data.mean2) / np.sqrt(pooled)
    return g, 1.0 / data.n1 + 1.0 / data.n2 + g**2 / (2.0 * (data.n1 + data.n2))


def small_sample_correction(degrees: float) -> float:
    """Hedges' exact correction of a standardised difference, by gamma functions (not the usual approximation)."""
    return math.exp(math.lgamma(degrees / 2) - 0.5 * math.log(degrees / 2) - math.lgamma((degrees - 1) / 2))


def _of_counts(measure: Measure, data: Counts, labels: tuple[str, ...]) -> Effects:
    cells = np.stack([data.events1, data.n1 - data.events1, data.events2, data.n2 - data.events2])
    empty = (cells == 0).any(axis=0)
    a, b, c, d = cells + 0.5 * empty
    n1, n2 = a + b, c + d
    if measure is Measure.OR:
        yi, vi = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    elif measure is Measure.RR:
        yi, vi = np.log((a / n1) / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2
    else:
        yi, vi = a / n1 - c / n2, a * b / n1**3 + c * d / n2**3
    halves = tuple(label for label, has in zip(labels, empty.tolist(), strict=True) if has)
    return Effects(measure, labels, yi, vi, data=data, in_halves=halves)


def _of_one_arm(data: OneArm, labels: tuple[str, ...]) -> Effects:
    empty = (data.events == 0) | (data.events == data.n)
    events, others = data.events + 0.5 * empty, data.n - data.events + 0.5 * empty
    people = events + others
    halves = tuple(label for label, has in zip(labels, empty.tolist(), strict=True) if has)
    return Effects(
        Measure.PR, labels, events / people, events * others / people**3, data=data, in_halves=halves
    )
