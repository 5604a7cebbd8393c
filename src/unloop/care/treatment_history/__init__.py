"""Treatment history: what was tried and whether it was adequate, and what medicines mean beside ketamine."""

from __future__ import annotations

from unloop.care.treatment_history.adequacy import (
    Adequacy,
    DoseRange,
    ErpCriteria,
    SriCriteria,
    derivations,
    failed,
    judge_erp,
    judge_sri,
    sri_of,
)
from unloop.care.treatment_history.ingredients import IngredientTable, shipped_table
from unloop.care.treatment_history.interactions import Interaction, MedicineVerdict, judge_medicines
from unloop.care.treatment_history.naming import How, Resolved, Unmapped, resolve

__all__ = [
    "Adequacy",
    "DoseRange",
    "ErpCriteria",
    "How",
    "IngredientTable",
    "Interaction",
    "MedicineVerdict",
    "Resolved",
    "SriCriteria",
    "Unmapped",
    "derivations",
    "failed",
    "judge_erp",
    "judge_medicines",
    "judge_sri",
    "resolve",
    "shipped_table",
    "sri_of",
]
