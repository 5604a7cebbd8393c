"""Treatment history: what was tried and whether it was adequate, and what medicines mean beside ketamine."""

from __future__ import annotations

from unloop.care.treatment_history.adequacy import Adequacy, judge_erp, judge_sri
from unloop.care.treatment_history.counting import adequate_erp_courses, adequate_sri_drugs, derivations
from unloop.care.treatment_history.criteria import DoseRange, ErpCriteria, SriCriteria
from unloop.care.treatment_history.failure import failed
from unloop.care.treatment_history.ingredients import (
    DiazepamRange,
    Ingredient,
    IngredientTable,
    read_table,
    shipped_table,
)
from unloop.care.treatment_history.interactions import Interaction, MedicineVerdict, judge_medicines
from unloop.care.treatment_history.naming import How, Resolved, Unmapped, canonical, resolve

__all__ = [
    "Adequacy",
    "DiazepamRange",
    "DoseRange",
    "ErpCriteria",
    "How",
    "Ingredient",
    "IngredientTable",
    "Interaction",
    "MedicineVerdict",
    "Resolved",
    "SriCriteria",
    "Unmapped",
    "adequate_erp_courses",
    "adequate_sri_drugs",
    "canonical",
    "derivations",
    "failed",
    "judge_erp",
    "judge_medicines",
    "judge_sri",
    "read_table",
    "resolve",
    "shipped_table",
]
