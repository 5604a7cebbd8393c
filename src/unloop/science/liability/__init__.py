"""Lifetime risk by the liability-threshold model: kinship and statuses in, risk out.

In a notebook, a person whose mother was ill and whose sister of 25 is well so far::

    import numpy as np
    from unloop.science.liability import Kindred, LiabilityModel, lifetime_risks, part_lived

    shared = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]])  # twice the kinship
    kindred = Kindred(shared, np.array([False, True, False]), np.array([0.0, 0.0, part_lived(25.0)]))
    lifetime_risks(kindred, LiabilityModel(prevalence=0.02, heritability=0.48))

`peel` is exact in a millisecond for a family without loops, `lifetime_risks` takes any kinship and many families at
once. `kernel` is the same compiled (Numba) and `oracle` integrates any kinship (SciPy); both stand apart, since no page
may load what they need. A risk informs a person who asks for it. It gates nothing and doses nothing.
"""

from __future__ import annotations

from unloop.science.liability.arrays import BoolArray, FloatArray
from unloop.science.liability.calibration import implied_correlation, odds_ratio
from unloop.science.liability.estimate import Estimate, Tics, estimate, remaining
from unloop.science.liability.onset import MEAN_ONSET_YEARS, part_lived
from unloop.science.liability.peeling import Lineage, peel
from unloop.science.liability.propagation import (
    liability_covariance,
    lifetime_risks,
    posterior,
    selected_risks,
)
from unloop.science.liability.threshold_model import Kindred, LiabilityModel

__all__ = [
    "MEAN_ONSET_YEARS",
    "BoolArray",
    "Estimate",
    "FloatArray",
    "Kindred",
    "LiabilityModel",
    "Lineage",
    "Tics",
    "estimate",
    "implied_correlation",
    "liability_covariance",
    "lifetime_risks",
    "odds_ratio",
    "part_lived",
    "peel",
    "posterior",
    "remaining",
    "selected_risks",
]
