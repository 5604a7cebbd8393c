"""Past treatments that just count by the bundled protocol, to be changed one key at a time."""

from __future__ import annotations

from typing import Any

from unloop.care.evaluation import erp_criteria, sri_criteria
from unloop.protocol import bundled

SRI, ERP = sri_criteria(bundled()), erp_criteria(bundled())

FAILED = {"outcome": "none"}
SERTRALINE: dict[str, Any] = {
    "name": "sertraline", "max_dose_mg_per_day": 150, "weeks_total": 12, "weeks_at_max": 6, "adherence_percent": 80,
    **FAILED,
}  # fmt: skip
COURSE: dict[str, Any] = {
    "kind": "erp", "sessions": 12, "hours": 15, "weeks_total": 26, "homework_percent": 50, "therapist_trained": True,
    **FAILED,
}  # fmt: skip


def sri(name: str, **changed: object) -> dict[str, Any]:
    """A treatment with this medicine that was just adequate and failed, with what is changed about it."""
    return {**SERTRALINE, "name": name, "max_dose_mg_per_day": SRI.doses[name].target_mg, **changed}


def without(record: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The record with these keys left out."""
    return {key: value for key, value in record.items() if key not in keys}
