"""The Bayesian answer for few studies: normal effects, a half-normal prior for tau, a grid and no sampling.

Given tau the pooled effect is normal, so its posterior is a mixture over a fine grid of tau (Rover 2020, J Stat
Softw 93(6)). The effect itself has a flat prior. The half-normal prior is the guidance of Rover et al. 2021; its
scale is a choice, so two further scales always stand beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import Effects, Means, Measure
from unloop.science.evidence.pooling.heterogeneity import Method, i2_percent, p_of_q
from unloop.science.evidence.pooling.numerics import normal_below, normal_quantile
from unloop.science.evidence.pooling.pooled import Pooled, scale_of_measure
from unloop.science.evidence.pooling.reference import Interval
from unloop.science.evidence.pooling.weighted import fit_at, intercept_only

CELLS, CELLS_BESIDE = 512, 128
NEGLIGIBLE = 40.0  # log density below the highest that no quantile here can feel
BESIDE = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior of tau on a grid, and of the effect as a mixture of normals over it.

    Attributes:
        tau: grid, shape (G,).
        mass: probability of each grid point, shape (G,), sums to 1.
        mean, sd: of the effect given tau, shape (G,).
    """

    tau: FloatArray
    mass: FloatArray
    mean: FloatArray
    sd: FloatArray

    def effect_interval(self, level: float) -> Interval:
        """The equal-tailed interval of the pooled effect."""
        return self._between(self.sd, level)

    def predicted(self, level: float) -> Interval:
        """The equal-tailed interval of a further study's true effect."""
        return self._between(np.hypot(self.sd, self.tau), level)

    @property
    def median(self) -> float:
        """The posterior median of the pooled effect."""
        return _quantile(self.mean, self.sd, self.mass, at=0.5)

    @property
    def standard_deviation(self) -> float:
        """The posterior standard deviation of the pooled effect."""
        middle = float(self.mass @ self.mean)
        return math.sqrt(float(self.mass @ (self.sd**2 + (self.mean - middle) ** 2)))

    def tau_quantile(self, at: float) -> float:
        """A quantile of tau."""
        return float(np.interp(at, np.cumsum(self.mass) - 0.5 * self.mass, self.tau))

    def _between(self, sd: FloatArray, level: float) -> Interval:
        tail = (1.0 - level) / 2.0
        low, high = (_quantile(self.mean, sd, self.mass, at=at) for at in (tail, 1.0 - tail))
        return low, high


def default_prior_scale(effects: Effects) -> float:
    """The scale of the half-normal prior for tau where none is given.

    0.5 on the log scale and for standardised differences (Rover 2021). For mean differences the same in units of
    the typical standard deviation within arms; for risks and proportions a quarter of it, which is what 0.5 on the
    log odds comes to at one half. The last two are a policy of ours, and the result says the scale.
    """
    match effects.measure:
        case Measure.MD if isinstance(effects.data, Means):
            variances = np.concatenate([effects.data.sd1**2, effects.data.sd2**2])
            return 0.5 * math.sqrt(float(variances.mean()))
        case Measure.RD | Measure.PR:
            return 0.125
        case Measure.MD:
            raise InputRefused(
                "tau-scale",
                given=None,
                allowed="a scale in the unit of the effects",
                mend="give one, such as half the standard deviation within an arm, since none can be computed here",
            )
        case _:
            return 0.5


def pool_bayes(effects: Effects, *, prior_scale: float | None = None, level: float = 0.95) -> Pooled:
    """Pool by the posterior under a half-normal prior for tau.

    Args:
        effects: one effect and variance a study.
        prior_scale: of the half-normal prior, in the unit of the effects; nothing: `default_prior_scale`.
        level: of every interval; equal-tailed.

    Raises:
        InputRefused: when the scale is not a positive number.
    """
    scale = default_prior_scale(effects) if prior_scale is None else prior_scale
    if not 0.0 < scale < math.inf:
        raise InputRefused(
            "tau-scale", given=scale, allowed="a positive number", mend="give the scale in the effects' unit"
        )
    found = posterior(effects, scale)
    none = fit_at(intercept_only(effects.yi, effects.vi), 0.0)
    tau_median = found.tau_quantile(0.5)
    tail = (1.0 - level) / 2.0
    return Pooled(
        measure=effects.measure,
        method=f"Bayesian, flat prior for the effect, half-normal({scale:g}) for tau; posterior medians",
        labels=effects.labels,
        level=level,
        estimate=found.median,
        se=found.standard_deviation,
        ci=found.effect_interval(level),
        p=None,
        tau2=tau_median**2,
        tau2_se=None,
        tau2_ci=(found.tau_quantile(tail) ** 2, found.tau_quantile(1.0 - tail) ** 2),
        i2=_i2(effects, tau_median**2),
        q=none.q,
        q_degrees=effects.k - 1,
        q_p=p_of_q(none, effects.k - 1) if effects.k > 1 else None,
        weights=_weights(effects, found),
        prediction_interval=found.predicted(level),
        scale=scale_of_measure(effects.measure),
        notes=(_beside(effects, scale, level=level),),
    )


def posterior(effects: Effects, scale: float, *, cells: int = CELLS) -> Posterior:
    """The posterior under half-normal(`scale`) for tau, on a grid of this many cells (even, for Simpson's rule)."""
    spread = float(np.ptp(effects.yi)) + math.sqrt(float(effects.vi.max())) + scale
    least = 1e-4 * min(scale, math.sqrt(float(effects.vi.min())))
    scan = np.concatenate([[0.0], np.geomspace(least, 1e3 * spread, 128)])
    density, _, _ = _log_density(effects, scan, scale)
    felt = np.flatnonzero(density > density.max() - NEGLIGIBLE)
    first, last = max(int(felt[0]) - 1, 0), min(int(felt[-1]) + 1, scan.size - 1)
    tau = np.linspace(scan[first], scan[last], cells + 1)
    log_density, mean, sd = _log_density(effects, tau, scale)
    simpson = np.full(cells + 1, 2.0)
    simpson[1::2], simpson[0], simpson[-1] = 4.0, 1.0, 1.0
    mass = simpson * np.exp(log_density - log_density.max())
    return Posterior(tau=tau, mass=mass / mass.sum(), mean=mean, sd=sd)


def _log_density(
    effects: Effects, tau: FloatArray, scale: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log posterior density of tau (without its constant), and mean and sd of the effect; shapes (G,)."""
    w = 1.0 / (effects.vi + tau[:, None] ** 2)
    total = w.sum(axis=1)
    mean = (w @ effects.yi) / total
    q = (w * (effects.yi - mean[:, None]) ** 2).sum(axis=1)
    prior = -0.5 * (tau / scale) ** 2
    return prior + 0.5 * (np.log(w).sum(axis=1) - np.log(total) - q), mean, 1.0 / np.sqrt(total)


def _quantile(mean: FloatArray, sd: FloatArray, mass: FloatArray, *, at: float) -> float:
    """Halley's steps (Newton's with the bend of the curve), halving the bracket where one would leave it."""
    each = mean + sd * normal_quantile(at)
    margin = 1e-6 * float(sd.max())
    low, high, near = float(each.min()) - margin, float(each.max()) + margin, float(mass @ each)
    within, precision = 1e-10 * float(sd.min()), 1.0 / sd
    height = mass * precision / math.sqrt(2.0 * math.pi)
    while high - low > within:
        z = (near - mean) * precision
        gap = float(mass @ normal_below(z)) - at
        low, high = (low, near) if gap > 0.0 else (near, high)
        bell = height * np.exp(-0.5 * z * z)
        density = float(bell.sum())
        step = gap / density if density > 0.0 else math.inf
        # Never less than half of Newton's step, nor more than twice: far out the bend misleads.
        bent = 1.0 + 0.5 * step * float(bell @ (z * precision)) / density if density > 0.0 else 1.0
        moved = near - step / min(2.0, max(0.5, bent))
        if abs(moved - near) <= within:
            break
        near = moved if low < moved < high else 0.5 * (low + high)
    return near


def _weights(effects: Effects, found: Posterior) -> FloatArray:
    each = 1.0 / (effects.vi + found.tau[:, None] ** 2)
    weights: FloatArray = 100.0 * (found.mass @ (each / each.sum(axis=1, keepdims=True)))
    return weights


def _i2(effects: Effects, tau2: float) -> float | None:
    if effects.k == 1:
        return None
    return i2_percent(intercept_only(effects.yi, effects.vi), tau2=tau2, method=Method.REML)


def _beside(effects: Effects, scale: float, *, level: float) -> str:
    parts = []
    for factor in BESIDE:
        other = posterior(effects, factor * scale, cells=CELLS_BESIDE)
        low, high = other.effect_interval(level)
        parts.append(f"half-normal({factor * scale:g}): {other.median:.3f} ({low:.3f} to {high:.3f})")
    return "with other priors for tau: " + "; ".join(parts)
