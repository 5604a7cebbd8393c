"""Prevalence and familial correlation belong together: what one study's odds ratio means at another prevalence.

An odds ratio of a register, where 0.6% to 0.9% are diagnosed, must not be multiplied onto a lifetime prevalence of
2%: 5 times 2% would say 10 in 100, where the model that fits both says 6 or 7.
"""

from __future__ import annotations

import numpy as np

from unloop.quantity.refusal import InputRefused
from unloop.science.liability.normal import density, threshold_of, upper_tail
from unloop.science.liability.threshold_model import LiabilityModel

HIGHEST_CORRELATION = 0.95
_POINTS, _REACH = 4001, 8.0


def risk_beside_one_ill(prevalence: float, correlation: float) -> float:
    """The lifetime risk of somebody one of whose relatives is ill, liabilities correlated so, a fraction of 1."""
    threshold = threshold_of(prevalence)
    liability = threshold + np.linspace(0.0, _REACH, _POINTS)
    weight = density(liability)
    weight[[0, -1]] *= 0.5
    risk = upper_tail((threshold - correlation * liability) / np.sqrt(1.0 - correlation**2))
    return float(weight @ risk / weight.sum())


def odds_ratio(model: LiabilityModel, *, relatedness: float = 0.5) -> float:
    """The odds ratio that a register of this population would see: relatives of the ill against those of the well."""
    return _ratio(model.prevalence, relatedness * model.heritability)


def implied_correlation(observed_odds_ratio: float, *, prevalence: float) -> float:
    """The correlation of liabilities at which a study with this prevalence would see this odds ratio.

    Divided by the relatedness (0.5 for a sibling) it is the heritability, where nothing but genes is shared.

    Raises:
        InputRefused: an odds ratio below 1 or beyond what a correlation of 0.95 gives.
    """
    low, high = 0.0, HIGHEST_CORRELATION

    if not 1.0 <= observed_odds_ratio <= _ratio(prevalence, high):
        raise InputRefused(
            "odds ratio",
            given=observed_odds_ratio,
            allowed=f"1 to {_ratio(prevalence, high):.4g} at this prevalence",
            mend="check the study, and whether its prevalence is this one",
        )
    while high - low > 1e-10:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _ratio(prevalence, middle) < observed_odds_ratio else (low, middle)
    return 0.5 * (low + high)


def _ratio(prevalence: float, correlation: float) -> float:
    beside_ill = risk_beside_one_ill(prevalence, correlation)
    beside_well = prevalence * (1.0 - beside_ill) / (1.0 - prevalence)
    return _odds(beside_ill) / _odds(beside_well)


def _odds(chance: float) -> float:
    return chance / (1.0 - chance)
