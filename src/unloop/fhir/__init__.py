"""FHIR R4 (4.0.1): bundles into people and facts, and questionnaires into official wording. Pure mapping."""

from __future__ import annotations

from unloop.fhir.bundle import MAX_ENTRIES, read_bundle
from unloop.fhir.dates import PartialDate, Precision
from unloop.fhir.document import MAX_BYTES, MAX_DEPTH
from unloop.fhir.example import example_bundle
from unloop.fhir.family_history import (
    ImportedFamily,
    family_member_histories,
    read_family_members,
    read_health_portrait,
)
from unloop.fhir.imported import (
    Coding,
    DraftAllergy,
    DraftCondition,
    DraftMedicine,
    Imported,
    ImportedAddress,
    ImportedIdentifier,
    ImportedName,
    ImportedPerson,
    ImportedTelecom,
)
from unloop.fhir.notes import Adapted, NotUnderstood
from unloop.fhir.questionnaire import OfficialItem, OfficialOption, OfficialWording, read_questionnaire
from unloop.fhir.wording import Misfit, fit

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ENTRIES",
    "Adapted",
    "Coding",
    "DraftAllergy",
    "DraftCondition",
    "DraftMedicine",
    "Imported",
    "ImportedAddress",
    "ImportedFamily",
    "ImportedIdentifier",
    "ImportedName",
    "ImportedPerson",
    "ImportedTelecom",
    "Misfit",
    "NotUnderstood",
    "OfficialItem",
    "OfficialOption",
    "OfficialWording",
    "PartialDate",
    "Precision",
    "example_bundle",
    "family_member_histories",
    "fit",
    "read_bundle",
    "read_family_members",
    "read_health_portrait",
    "read_questionnaire",
]
