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
from unloop.science.evidence.forest import Axis, Line, Whole, forest_svg
from unloop.science.evidence.table import Given, StudyTable, read_table

__all__ = [
    "Axis",
    "Counts",
    "Data",
    "Effects",
    "FloatArray",
    "Given",
    "Line",
    "Means",
    "Measure",
    "OneArm",
    "Proportion",
    "StudyTable",
    "Whole",
    "effects_given",
    "effects_of",
    "fisher_two_sided",
    "forest_svg",
    "proportion",
    "read_table",
    "small_sample_correction",
]
