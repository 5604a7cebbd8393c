"""What studies found: records with the provenance of every value, effect sizes, exact answers for small counts.

Everything here needs NumPy at most; whatever fits something stands in `pooling`.
"""

from __future__ import annotations

from unloop.science.evidence.arrays import FloatArray
from unloop.science.evidence.certainty import (
    Body,
    Certainty,
    CountedSample,
    WhatIsKnown,
    body_ids,
    certainty_of,
    read_body,
    sample_of,
    what_is_known,
)
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
from unloop.science.evidence.exact import Proportion, Rate, fisher_two_sided, proportion, rate
from unloop.science.evidence.forest import Axis, Further, Line, Whole, forest_svg
from unloop.science.evidence.importing import read_long, read_wide
from unloop.science.evidence.record import FOR_PATIENTS, Finding, Response, RiskOfBias, Sourced, StudyRecord
from unloop.science.evidence.store import (
    Figure,
    figure,
    patient_figure,
    read_study,
    refuse_overlap,
    refuse_shared_people,
    responses_to_pool,
    studies,
    study,
    study_ids,
)
from unloop.science.evidence.table import Given, StudyTable, read_table

__all__ = [
    "FOR_PATIENTS",
    "Axis",
    "Body",
    "Certainty",
    "CountedSample",
    "Counts",
    "Data",
    "Effects",
    "Figure",
    "Finding",
    "FloatArray",
    "Further",
    "Given",
    "Line",
    "Means",
    "Measure",
    "OneArm",
    "Proportion",
    "Rate",
    "Response",
    "RiskOfBias",
    "Sourced",
    "StudyRecord",
    "StudyTable",
    "WhatIsKnown",
    "Whole",
    "body_ids",
    "certainty_of",
    "effects_given",
    "effects_of",
    "figure",
    "fisher_two_sided",
    "forest_svg",
    "patient_figure",
    "proportion",
    "rate",
    "read_body",
    "read_long",
    "read_study",
    "read_table",
    "read_wide",
    "refuse_overlap",
    "refuse_shared_people",
    "responses_to_pool",
    "sample_of",
    "small_sample_correction",
    "studies",
    "study",
    "study_ids",
    "what_is_known",
]
