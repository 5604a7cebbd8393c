"""The concentration at an effect site that follows the blood with a delay: exact, in NumPy.

The effect site takes up nothing that the blood would miss: dCe/dt = ke0 (C - Ce). Where the blood is a sum of modes
of rates r, each filled by the inputs as g(r, t), the site is the sum of the convolutions

    ke0 (g(r, t) - g(ke0, t)) / (ke0 - r),

which is ke0 times the slope of -g in r where the two rates agree. No step is taken and no volume is invented.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import CompartmentGraph, FloatArray, Schedule, modal
from unloop.science.pharmacokinetics.decay import once, twice

MINUTES_PER_HOUR = 60.0
NG_PER_ML_IN_MG_PER_L = 1000.0
TIE = 1e-4  # of the difference of rates x time, below which a quotient of differences loses digits


def effect_site_ng_per_ml(
    graph: CompartmentGraph, schedule: Schedule, times_min: ArrayLike, *, ke0_per_h: ArrayLike
) -> FloatArray:
    """Concentration at the effect site of the compartment that blood is drawn from.

    Args:
        graph: one person's compartments, or many people's along leading axes; flows equal both ways.
        schedule: infusions and boluses into a vein.
        times_min: T minutes on the schedule's clock, in any order.
        ke0_per_h: a rate above 0, or one for each person.

    Returns:
        Shape (..., T), in ng/mL.

    Raises:
        InputRefused: when a rate is not above 0, a time is not a number, or a dose would have to be absorbed first.
    """
    if schedule.absorbed:
        raise InputRefused(
            "effect site", given="a dose to be absorbed", allowed="infusions and boluses into a vein",
            mend="look at the concentration alone; the delay was measured after a vein",
        )  # fmt: skip
    ke0 = np.asarray(ke0_per_h, dtype=np.float64)[..., None] / MINUTES_PER_HOUR
    times = np.atleast_1d(np.asarray(times_min, dtype=np.float64))
    if not np.all(np.isfinite(ke0) & (ke0 > 0)):
        raise InputRefused("ke0", given=ke0_per_h, allowed="above 0 per hour", mend="check its unit")
    if times.ndim != 1 or not np.all(np.isfinite(times)):
        raise InputRefused("times", given=times_min, allowed="finite minutes", mend="check the times")
    found = modal.modes(graph)
    rates = found.rates_per_min[..., None]
    weights = (found.shapes[..., :, 0] / found.root_volumes[..., :1]) ** 2
    convolved = _divided(rates, ke0[..., None, :], schedule, times=times)
    site: FloatArray = NG_PER_ML_IN_MG_PER_L * ke0 * (weights[..., None, :] @ convolved)[..., 0, :]
    return site


def _divided(rates: FloatArray, ke0: FloatArray, schedule: Schedule, *, times: FloatArray) -> FloatArray:
    """(g(r) - g(ke0)) / (ke0 - r) at each time, shape (..., n, T)."""
    apart = ke0 - rates
    quotient = (filling(rates, schedule, times) - filling(ke0, schedule, times)) / np.where(
        apart != 0, apart, 1.0
    )
    span = float(np.ptp(np.concatenate([times, schedule.breaks_min()])))
    tied = np.abs(apart) * span < TIE
    if not np.any(tied):
        return quotient
    middle = (rates + ke0) / 2.0  # symmetric about it, the slope errs by the square of a ten-thousandth
    return np.where(tied, -slope_of_filling(middle, schedule, times), quotient)


def filling(rates: FloatArray, schedule: Schedule, times: FloatArray) -> FloatArray:
    """What the inputs have left in modes of these rates in 1/min, shape (..., 1), at each time; shape (..., T)."""
    left = np.zeros(np.broadcast_shapes(rates.shape, times.shape))
    for part in schedule.infusions:
        after = times >= part.end_min
        during = (times > part.start_min) & ~after
        left[..., during] += part.rate_mg_per_min * once(rates, times[during] - part.start_min)
        reached = part.rate_mg_per_min * once(rates, np.array([part.end_min - part.start_min]))
        left[..., after] += reached * np.exp(-rates * (times[after] - part.end_min))
    for bolus in schedule.boluses:
        since = times >= bolus.at_min
        left[..., since] += bolus.mg * np.exp(-rates * (times[since] - bolus.at_min))
    return left


def slope_of_filling(rates: FloatArray, schedule: Schedule, times: FloatArray) -> FloatArray:
    """The derivative of `filling` by the rate; shape (..., T)."""
    slope = np.zeros(np.broadcast_shapes(rates.shape, times.shape))
    for part in schedule.infusions:
        on = np.clip(times, part.start_min, part.end_min) - part.start_min
        off = np.maximum(times - part.end_min, 0.0)
        held = once(rates, on)
        moment = on * held - twice(rates, on)  # the integral of s exp(-r s)
        slope -= part.rate_mg_per_min * np.exp(-rates * off) * (moment + off * held)
    for bolus in schedule.boluses:
        since = np.maximum(times - bolus.at_min, 0.0)
        slope -= bolus.mg * since * np.exp(-rates * since)
    return slope
