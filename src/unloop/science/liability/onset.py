"""At what age OCD begins: which part of the lifetime risk somebody of an age has passed.

The mean is that of the NCS-R (19.5 years, SE 1.0; PMC2797569). The form is ours (policy): a Rayleigh law, which has no
further number to choose and agrees with what else was reported there: 19% before 10 ("nearly a quarter of males"
before 10, women later) and 6% after 37 ("few after the early 30s").
"""

from __future__ import annotations

import math

MEAN_ONSET_YEARS = 19.5


def part_lived(age_years: float, *, mean_onset_years: float = MEAN_ONSET_YEARS) -> float:
    """The fraction of all who ever fall ill that has done so by this age, 0 to 1."""
    scale = mean_onset_years * math.sqrt(2.0 / math.pi)
    return -math.expm1(-0.5 * (max(age_years, 0.0) / scale) ** 2)
