"""A fit as a picture: levels, the most probable curve, and the bands before and after the levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.fit.posterior import QUANTILES, Posterior

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 400
LONG_MIN = 480.0
PRIOR_PEOPLE = 400
PRIOR_SEED = 20_130_401  # the picture of one file is always the same


def shown_minutes(posterior: Posterior) -> FloatArray:
    """From the first dose to a tenth beyond the last level, or to three hours after the last dose; shape (T,)."""
    estimate = posterior.estimate
    breaks = estimate.schedule.breaks_min()
    drawn = [level.minutes for level in estimate.levels]
    end = max([float(breaks[-1]) + 180.0, *(minute + 0.1 * (minute - breaks[0]) for minute in drawn)])
    return np.union1d(np.linspace(float(breaks[0]), end, POINTS), breaks)


def prior_quantiles(posterior: Posterior, minutes: FloatArray) -> FloatArray:
    """5 %, 50 % and 95 % of people of this weight before any level; shape (3, T)."""
    estimate = posterior.estimate
    rng = np.random.default_rng(PRIOR_SEED)
    root = np.linalg.cholesky(estimate.prior.covariance)
    etas = rng.standard_normal((PRIOR_PEOPLE, estimate.eta.size)) @ root.T
    asked = estimate.prior.asked(estimate.schedule, minutes, analyte=estimate.prior.analyte)
    bands: FloatArray = np.quantile(estimate.engine.predict(asked, etas), QUANTILES, axis=0)
    return bands


def draw(posterior: Posterior, path: str | Path) -> None:
    """Write the picture to a file; its ending says the format, such as .png, .svg or .pdf.

    Raises:
        InputRefused: when matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputRefused(
            "--plot", given="no matplotlib", allowed="the extra `plots`", mend="pip install 'unloop[plots]'"
        ) from None
    figure = Figure(figsize=(8.0, 5.0), layout="constrained")
    draw_on(figure.add_subplot(), posterior)
    try:
        figure.savefig(path, dpi=150)
    except (OSError, ValueError) as error:
        raise InputRefused(
            "plot", given=path, allowed="a file that can be written, such as fit.png", mend=str(error)
        ) from None


def draw_on(axes: Axes, posterior: Posterior) -> None:
    """Draw on axes of the caller's."""
    estimate, minutes = posterior.estimate, shown_minutes(posterior)
    before, after = prior_quantiles(posterior, minutes), posterior.curve_quantiles(minutes)
    axes.fill_between(
        minutes, before[0], before[2], color="#d9d4c7", label="90 in 100 people, before the levels"
    )
    axes.fill_between(minutes, after[0], after[2], color="#8fb4c9", alpha=0.8, label="this person, 90 %")
    axes.plot(minutes, estimate.curve_ng_per_ml(minutes), color="#1f4e66", label="most probable")
    _draw_levels(axes, posterior)
    axes.set_xlabel("minutes")
    axes.set_ylabel(f"{estimate.prior.analyte}, ng/mL, {estimate.prior.model.blood.reads_as} blood")
    if (
        minutes[-1] - minutes[0] > LONG_MIN
    ):  # late levels are small: on a linear axis they all read as nothing
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.5 * before[0][minutes > minutes[0] + 0.02 * (minutes[-1] - minutes[0])].min())
    else:
        axes.set_ylim(bottom=0.0)
    axes.set_title(f"{estimate.prior.model.title}\nModel output informs; it orders no dose.", fontsize=10)
    axes.legend(frameon=False, fontsize=9)


def _draw_levels(axes: Axes, posterior: Posterior) -> None:
    """Levels with one residual standard deviation of the prediction; below the limit, an arrow down from it."""
    estimate = posterior.estimate
    whole = [
        (level, predicted)
        for level, predicted in zip(estimate.levels, estimate.predicted_ng_per_ml(), strict=True)
        if level.analyte is estimate.prior.analyte
    ]
    residual = estimate.prior.residuals[estimate.prior.analyte]
    measured = [(one.minutes, one.ng_per_ml, predicted) for one, predicted in whole if not one.below]
    if measured:
        minutes, values, predictions = np.array(measured).T
        spread = np.hypot(residual.proportional * predictions, residual.additive_ng_per_ml)
        axes.errorbar(
            minutes, values, yerr=spread, fmt="o", color="#7a2e1d", capsize=3, label="level, ± residual SD"
        )
    below = [(one.minutes, one.ng_per_ml) for one, _ in whole if one.below]
    if below:
        minutes, limits = np.array(below).T
        axes.plot(minutes, limits, "v", color="#7a2e1d", fillstyle="none", label="below the limit")
