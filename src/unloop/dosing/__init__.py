"""The bridge from a plan, or from a session as charted, to what pharmacological models expect of it."""

from __future__ import annotations

from unloop.dosing.expected import (
    Exposure,
    charted,
    clinic_model,
    expected_exposure,
    exposure,
    planned,
    read_drug,
    side_by_side,
)
from unloop.science.pharmacokinetics import Administration, Analyte, Drug, Site, for_clinic_screens

__all__ = [
    "Administration",
    "Analyte",
    "Drug",
    "Exposure",
    "Site",
    "charted",
    "clinic_model",
    "expected_exposure",
    "exposure",
    "for_clinic_screens",
    "planned",
    "read_drug",
    "side_by_side",
]
