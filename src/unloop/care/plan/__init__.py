"""What is planned: the dose by protocol, the arithmetic of vial, bag and pump, and the series.

Milligrams are ketamine base as labelled, of the racemate unless said otherwise.
"""

from __future__ import annotations

from unloop.care.plan.by_protocol import (
    Adjustment,
    DoseByProtocol,
    base_dose,
    body_of,
    dose_by_protocol,
    preparation_rule,
    series_rule,
)
from unloop.care.plan.by_weight import DoseByWeight, doses_by_weight
from unloop.care.plan.dose_rule import DoseRule, PreparationRule
from unloop.care.plan.dosing_weight import (
    Body,
    DosingWeight,
    WeightBasis,
    adjusted_weight,
    dosing_weight,
    ideal_weight,
)
from unloop.care.plan.preparation import (
    BASE_AS_LABELLED,
    Preparation,
    Step,
    check_draw,
    check_room,
    left_in_line,
    prepare,
)
from unloop.care.plan.series import NextInfusion, SeriesComplete, SeriesRule, check_start, next_infusion
from unloop.care.plan.tailoring import CourseDay, Sri, Tailoring, course_days, read_tailoring

__all__ = [
    "BASE_AS_LABELLED",
    "Adjustment",
    "Body",
    "CourseDay",
    "DoseByProtocol",
    "DoseByWeight",
    "DoseRule",
    "DosingWeight",
    "NextInfusion",
    "Preparation",
    "PreparationRule",
    "SeriesComplete",
    "SeriesRule",
    "Sri",
    "Step",
    "Tailoring",
    "WeightBasis",
    "adjusted_weight",
    "base_dose",
    "body_of",
    "check_draw",
    "check_room",
    "check_start",
    "course_days",
    "dose_by_protocol",
    "doses_by_weight",
    "dosing_weight",
    "ideal_weight",
    "left_in_line",
    "next_infusion",
    "preparation_rule",
    "prepare",
    "read_tailoring",
    "series_rule",
]
