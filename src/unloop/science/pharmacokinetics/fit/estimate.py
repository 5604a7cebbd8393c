"""The most probable person: maximum a posteriori random effects, and how sure the levels make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.fit.case import Case
from unloop.science.pharmacokinetics.fit.engine import Engine, EngineName, engine_for
from unloop.science.pharmacokinetics.fit.level import Level
from unloop.science.pharmacokinetics.fit.prior import Prior
from unloop.science.pharmacokinetics.schedule import Schedule

HESSIAN_STEP = 1e-4  # of a prior standard deviation, between exact gradients: an error of about 1e-8
POLISHES = 8
SETTLED = 1e-10  # Newton's decrement; the objective could still fall by half of it
LARGEST_GRADIENT = 1e-4  # of the gradient's length in posterior standard deviations


@dataclass(frozen=True, slots=True)
class Estimate:
    """The maximum a posteriori fit of one person.

    Attributes:
        eta: shape (P,); 0 is the typical person.
        covariance: shape (P, P); of eta by Laplace: the inverse of the objective's curvature at the maximum.
        objective: -2 x the log of the joint density without its constants, the sum over levels of
            (y - f)^2 / v + ln v, with v in (ng/mL)^2 (for one below the limit, -2 ln of the chance of that), plus
            eta' omega^-1 eta: as NONMEM counts it.
        gradient_norm: the gradient's length at the maximum in posterior standard deviations; 0 at an exact one.
        agreed: how many of the `starts` searches ended at this maximum.
    """

    prior: Prior
    schedule: Schedule
    levels: tuple[Level, ...]
    case: Case
    engine: Engine
    eta: FloatArray
    covariance: FloatArray
    objective: float
    gradient_norm: float
    agreed: int
    starts: int

    @property
    def eta_errors(self) -> FloatArray:
        """Standard errors of eta; shape (P,)."""
        errors: FloatArray = np.sqrt(np.diagonal(self.covariance))
        return errors

    @property
    def etas(self) -> dict[str, float]:
        """Random effects by the parameter that they belong to."""
        return dict(zip(self.prior.names, self.eta.tolist(), strict=True))

    @property
    def parameters(self) -> dict[str, float]:
        """All parameters of this person, those that do not vary included, in L, L/h or 1/h."""
        return {name: float(value) for name, value in self.prior.people(self.eta).items()}

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the varying parameters, in their units: parameter x standard error of eta."""
        values = self.parameters
        return {
            name: values[name] * float(error)
            for name, error in zip(self.prior.names, self.eta_errors, strict=True)
        }

    @property
    def shrinkage(self) -> dict[str, float]:
        """For each random effect its variance after the levels over that before: 1, the levels say nothing of it."""
        before = np.diagonal(self.prior.covariance)
        after = np.diagonal(self.covariance)
        return dict(zip(self.prior.names, (after / before).tolist(), strict=True))

    def curve_ng_per_ml(self, minutes: FloatArray) -> FloatArray:
        """This person's concentration of the model's whole analyte; shape (T,)."""
        asked = self.prior.asked(self.schedule, minutes, analyte=self.prior.analyte)
        curve: FloatArray = self.engine.predict(asked, self.eta[None])[0]
        return curve

    def predicted_ng_per_ml(self) -> FloatArray:
        """The prediction beside each level; shape (N,)."""
        levels: FloatArray = self.engine.predict(self.case, self.eta[None])[0]
        return levels


def fit(
    prior: Prior, schedule: Schedule, levels: Sequence[Level], *, engine: EngineName | None = None
) -> Estimate:
    """The most probable random effects of one person.

    The search begins at the typical person and at one point beyond it along each axis of the spread, keeps the best
    end and polishes it by Newton's steps. An end whose gradient has not vanished is refused, never returned.

    Args:
        prior: the model at this weight and drug.
        schedule: what entered, and when.
        levels: none gives the typical person, and the spread between people as covariance.
        engine: `plain` or `compiled`; by default the compiled one, where the model lets it.

    Raises:
        InputRefused: when a level cannot be one of this model's, naming its row, or no search settled.
    """
    case = prior.case(schedule, levels)
    chosen = engine_for(prior, engine)
    etas, values = chosen.descend(case, prior.starts)
    usable = np.where(np.isfinite(values), values, np.inf)
    best = int(np.argmin(usable))
    eta, value, covariance, decrement = _polished(prior, case, chosen, eta=etas[best].copy())
    norm = float(np.sqrt(max(decrement, 0.0)))
    if not (np.isfinite(value) and norm <= LARGEST_GRADIENT):
        raise InputRefused(
            "levels",
            given=f"no maximum: the gradient is {norm:.1e} posterior standard deviations long",
            allowed=f"at most {LARGEST_GRADIENT:g}",
            mend="check units, times and doses of the levels; they may be no levels of this drug",
        )
    return Estimate(
        prior=prior,
        schedule=schedule,
        levels=tuple(levels),
        case=case,
        engine=chosen,
        eta=eta,
        covariance=covariance,
        objective=2.0 * value,
        gradient_norm=norm,
        agreed=int(np.count_nonzero(usable <= value + 1e-6)),
        starts=len(prior.starts),
    )


def _polished(
    prior: Prior, case: Case, engine: Engine, *, eta: FloatArray
) -> tuple[FloatArray, float, FloatArray, float]:
    """Newton's steps from the best end; the maximum, half the objective, the covariance and the decrement there."""
    value, gradient, covariance = _curvature(prior, case, engine, eta=eta)
    for _ in range(POLISHES):
        step = covariance @ gradient
        if gradient @ step <= SETTLED:
            break
        lengths = 0.5 ** np.arange(12.0)
        lower = np.flatnonzero(engine.values(case, eta - lengths[:, None] * step) < value)
        if lower.size == 0:
            break
        eta = eta - lengths[lower[0]] * step
        value, gradient, covariance = _curvature(prior, case, engine, eta=eta)
    return eta, value, covariance, float(gradient @ covariance @ gradient)


def _curvature(
    prior: Prior, case: Case, engine: Engine, *, eta: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Half the objective, its exact gradient, and the inverse of its Hessian, by differences of exact gradients."""
    steps = np.diag(HESSIAN_STEP * prior.omegas)
    values, gradients = engine.gradients(case, np.concatenate([eta[None], eta + steps, eta - steps]))
    effects = eta.size
    rows = (gradients[1 : 1 + effects] - gradients[1 + effects :]) / (2.0 * np.diagonal(steps)[:, None])
    return float(values[0]), gradients[0], _inverse((rows + rows.T) / 2.0, prior)


def _inverse(hessian: FloatArray, prior: Prior) -> FloatArray:
    """The inverse, with curvature lifted to a tenth of the prior's where the objective is not convex."""
    curvatures, axes = np.linalg.eigh(prior.root.T @ hessian @ prior.root)
    scaled = prior.root @ axes
    inverse: FloatArray = (scaled / np.maximum(curvatures, 0.1)) @ scaled.T
    return inverse
