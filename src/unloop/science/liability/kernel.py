"""`propagation.lifetime_risks` compiled, for registers and simulated populations; needs Numba, and no page loads it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np

from unloop.science.liability.arrays import BoolArray, FloatArray, IntArray
from unloop.science.liability.propagation import STANDS_STILL, SWEEPS
from unloop.science.liability.threshold_model import Kindred, LiabilityModel

_ROOT_2 = math.sqrt(2.0)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)
_Risks = Callable[[FloatArray, BoolArray, FloatArray, float, float], FloatArray]
_Settle = Callable[[FloatArray, FloatArray, FloatArray, float, int, int], None]
_MEAN, _PRECISION, _SHIFT, _SIGN, _COLUMN = range(5)


def lifetime_risks(kindred: Kindred, model: LiabilityModel) -> FloatArray:
    """As `propagation.lifetime_risks`, to about 1e-12, on one core and without the interpreter's lock."""
    stacked = kindred.stacked()
    return _risks(stacked.relatedness, stacked.ill, stacked.lived, model.heritability, model.threshold)


def _risks_of(  # noqa: PLR0917 - a kernel takes plain numbers
    relatedness: FloatArray, ill: BoolArray, lived: FloatArray, heritability: float, threshold: float
) -> FloatArray:
    families, people = ill.shape
    risks = np.empty(families)
    order, hardness = np.empty(people, np.int64), np.empty(people)
    covariance, state, log_determinant = np.empty((people, people)), np.empty((5, people)), np.empty(1)
    for family in range(families):
        told = _tell(ill[family], lived[family], order, hardness)
        state[:] = 0.0
        log_determinant[0] = 0.0
        for row in range(told):
            state[_SIGN, row] = 1.0 if row == 0 or ill[family, order[row]] else -lived[family, order[row]]
            for other in range(told):
                shared = heritability * relatedness[family, order[row], order[other]]
                covariance[row, other] = shared + (1.0 - heritability) * (row == other)
        _settle(covariance, state, log_determinant, threshold, 1, told)
        without = _log_evidence(covariance, state, log_determinant[0], threshold, 1, told)
        _settle(covariance, state, log_determinant, threshold, 0, told)
        risk = math.exp(_log_evidence(covariance, state, log_determinant[0], threshold, 0, told) - without)
        risks[family] = min(risk, 1.0)
    return risks


def _settle_of(  # noqa: PLR0917 - a kernel takes plain numbers
    covariance: FloatArray,
    state: FloatArray,
    log_determinant: FloatArray,
    threshold: float,
    first: int,
    told: int,
) -> None:
    """`_Fit.settle` for one family; rows of `state` are mean, precision, shift, sign, and room for a column."""
    for _ in range(SWEEPS):
        most = 0.0
        for j in range(first, told):
            mean, variance = _others(covariance, state, j)
            _, slope, curvature = _tilt(mean, variance, threshold, state[_SIGN, j])
            kept = 1.0 - variance * curvature
            precision, shift = curvature / kept, (slope + mean * curvature) / kept
            extra = precision - state[_PRECISION, j]
            share = 1.0 / (1.0 + extra * covariance[j, j])
            step = share * (shift - state[_SHIFT, j] - extra * state[_MEAN, j])
            most = max(most, abs(step * covariance[j, j]))
            for row in range(told):
                state[_COLUMN, row] = covariance[row, j]
            for row in range(told):
                state[_MEAN, row] += state[_COLUMN, row] * step
                scaled = extra * share * state[_COLUMN, row]
                for other in range(told):
                    covariance[row, other] -= scaled * state[_COLUMN, other]
            log_determinant[0] += math.log(share)
            state[_PRECISION, j], state[_SHIFT, j] = precision, shift
        if most < STANDS_STILL:
            break


def _log_evidence_of(  # noqa: PLR0917 - a kernel takes plain numbers
    covariance: FloatArray,
    state: FloatArray,
    log_determinant: float,
    threshold: float,
    first: int,
    told: int,
) -> float:
    """`_Fit.log_evidence` for one family."""
    total = 0.5 * log_determinant
    for j in range(first, told):
        mean, variance = _others(covariance, state, j)
        chance, _, _ = _tilt(mean, variance, threshold, state[_SIGN, j])
        precision, shift = state[_PRECISION, j], state[_SHIFT, j]
        marginal = variance / (1.0 + precision * variance)
        peak = (mean / variance + shift) ** 2 * marginal - mean * mean / variance
        total += math.log(chance) + 0.5 * (math.log1p(precision * variance) - peak + shift * state[_MEAN, j])
    return total


def _others_of(covariance: FloatArray, state: FloatArray, j: int) -> tuple[float, float]:
    """`_Fit.others` for one family."""
    variance = covariance[j, j]
    without = variance / (1.0 - state[_PRECISION, j] * variance)
    return without * (state[_MEAN, j] / variance - state[_SHIFT, j]), without


def _tell_of(  # noqa: PLR0917 - a kernel takes plain numbers
    ill: BoolArray, lived: FloatArray, order: IntArray, hardness: FloatArray
) -> int:
    """Put those who tell something into `order`, the hardest evidence first after person 0; returns how many."""
    told = 1
    order[0] = 0
    for person in range(1, ill.shape[0]):
        weight = 2.0 if ill[person] else lived[person]
        if weight == 0.0:
            continue
        place = told
        while place > 1 and hardness[place - 1] < weight:
            order[place], hardness[place] = order[place - 1], hardness[place - 1]
            place -= 1
        order[place], hardness[place] = person, weight
        told += 1
    return told


def _tilt_of(  # noqa: PLR0917 - a kernel takes plain numbers
    mean: float, variance: float, threshold: float, sign: float
) -> tuple[float, float, float]:
    """`_Fit.tilt` for one relative; `sign` is 1 for the ill and -lived for the others."""
    spread = math.sqrt(variance)
    a = (threshold - mean) / spread
    above = 0.5 * math.erfc(a / _ROOT_2)
    height = math.exp(-0.5 * a * a) / _ROOT_2_PI
    chance = above if sign == 1.0 else 1.0 + sign * above
    slope = sign * height / (chance * spread)
    return chance, slope, slope * slope - sign * a * height / (chance * variance)


_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}
_tell = cast(Callable[..., int], numba.njit(**_OPTIONS)(_tell_of))
_tilt = cast(
    Callable[[float, float, float, float], tuple[float, float, float]], numba.njit(**_OPTIONS)(_tilt_of)
)
_others = cast(
    Callable[[FloatArray, FloatArray, int], tuple[float, float]], numba.njit(**_OPTIONS)(_others_of)
)
_log_evidence = cast(Callable[..., float], numba.njit(**_OPTIONS)(_log_evidence_of))
_settle = cast(_Settle, numba.njit(**_OPTIONS)(_settle_of))
_risks = cast(_Risks, numba.njit(**_OPTIONS)(_risks_of))
