"""The bridge from a plan, or from a session as charted, to what pharmacological models expect of it."""

from __future__ import annotations

from unloop.dosing.effect import (
    ExpectedEffect,
    effects_not_modelled,
    effects_side_by_side,
    expected_effect,
    observed_courses,
)
from unloop.dosing.expected import (
    Exposure,
    PeakByWeight,
    charted,
    clinic_model,
    expected_exposure,
    exposure,
    peaks_by_weight_rule,
    planned,
    read_drug,
    side_by_side,
)
from unloop.science.pharmacokinetics import Administration, Analyte, Drug, Site, for_clinic_screens

__all__ = [
    "Administration",
    "Analyte",
    "Drug",
    "ExpectedEffect",
    "Exposure",
    "PeakByWeight",
    "Site",
    "charted",
    "clinic_model",
    "effects_not_modelled",
    "effects_side_by_side",
    "expected_effect",
    "expected_exposure",
    "exposure",
    "for_clinic_screens",
    "observed_courses",
    "peaks_by_weight_rule",
    "planned",
    "read_drug",
    "side_by_side",
]
