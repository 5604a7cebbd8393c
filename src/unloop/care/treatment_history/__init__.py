"""Treatment history: what was tried and whether it was adequate, and what medicines mean beside ketamine."""

from __future__ import annotations

from unloop.care.treatment_history.adequacy import (
    AUGMENTATION_WEEKS,
    Adequacy,
    judge_augmentation,
    judge_erp,
    judge_sri,
)
from unloop.care.treatment_history.counting import adequate_erp_courses, adequate_sri_drugs, derivations
from unloop.care.treatment_history.criteria import DoseRange, ErpCriteria, SriCriteria
from unloop.care.treatment_history.daily_dose import AsDiazepam, as_diazepam, read_daily_dose
from unloop.care.treatment_history.erp_first import ErpTried, erp_tried
from unloop.care.treatment_history.failure import failed
from unloop.care.treatment_history.history import History, Treatment, judge_history
from unloop.care.treatment_history.history_file import LIMITS, read_history
from unloop.care.treatment_history.ingredients import (
    DiazepamRange,
    Ingredient,
    IngredientTable,
    read_table,
    shipped_table,
)
from unloop.care.treatment_history.interactions import Interaction, MedicineVerdict, judge_medicines
from unloop.care.treatment_history.known_interactions import (
    SIZE_NOT_KNOWN,
    Beside,
    KnownInteraction,
    beside_ketamine,
    known_interactions,
    read_known_interactions,
)
from unloop.care.treatment_history.naming import How, Resolved, Unmapped, canonical, resolve
from unloop.care.treatment_history.pallanti import PallantiLevel
from unloop.care.treatment_history.partial_date import (
    PartialDate,
    WeeksBetween,
    read_partial_date,
    weeks_between,
)
from unloop.care.treatment_history.refractory import Criterion
from unloop.care.treatment_history.staging import SRIS_ASKED, Staging, stage

__all__ = [
    "AUGMENTATION_WEEKS",
    "LIMITS",
    "SIZE_NOT_KNOWN",
    "SRIS_ASKED",
    "Adequacy",
    "AsDiazepam",
    "Beside",
    "Criterion",
    "DiazepamRange",
    "DoseRange",
    "ErpCriteria",
    "ErpTried",
    "History",
    "How",
    "Ingredient",
    "IngredientTable",
    "Interaction",
    "KnownInteraction",
    "MedicineVerdict",
    "PallantiLevel",
    "PartialDate",
    "Resolved",
    "SriCriteria",
    "Staging",
    "Treatment",
    "Unmapped",
    "WeeksBetween",
    "adequate_erp_courses",
    "adequate_sri_drugs",
    "as_diazepam",
    "beside_ketamine",
    "canonical",
    "derivations",
    "erp_tried",
    "failed",
    "judge_augmentation",
    "judge_erp",
    "judge_history",
    "judge_medicines",
    "judge_sri",
    "known_interactions",
    "read_daily_dose",
    "read_history",
    "read_known_interactions",
    "read_partial_date",
    "read_table",
    "resolve",
    "shipped_table",
    "stage",
    "weeks_between",
]
