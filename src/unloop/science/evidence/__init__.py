"""What studies found: effect sizes, exact answers for small counts; pooling stands in `pooling`, which needs SciPy."""

from __future__ import annotations

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.effects import (
    Counts,
    Data,
    Effects,
    Means,
    Measure,
    OneArm,
    effects_given,
    effects_of,
    small_sample_correction,
)
from unloop.science.evidence.exact import Proportion, fisher_two_sided, proportion

__all__ = [
    "Counts",
    "Data",
    "Effects",
    "FloatArray",
    "Means",
    "Measure",
    "OneArm",
    "Proportion",
    "effects_given",
    "effects_of",
    "fisher_two_sided",
    "proportion",
    "small_sample_correction",
]
