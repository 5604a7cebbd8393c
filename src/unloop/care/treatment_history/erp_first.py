"""Whether exposure with response prevention was tried, which is said before ketamine is offered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from unloop.care.treatment_history.adequacy import judge_erp
from unloop.care.treatment_history.criteria import ErpCriteria
from unloop.facts import Known, View
from unloop.rules import Truth


class ErpTried(StrEnum):
    """How far exposure with response prevention was tried."""

    ADEQUATELY = "adequately"
    NOT_ENOUGH = "not-enough"
    NOT_YET = "not-yet"
    UNKNOWN = "unknown"


def erp_tried(view: View, criteria: ErpCriteria) -> ErpTried:
    """What a chart says of it; not tried yet only where the history is said to be complete."""
    found = view.find("psychotherapies")
    if not isinstance(found, Known):
        return ErpTried.UNKNOWN
    courses = (
        [one for one in found.value if isinstance(one, Mapping)] if isinstance(found.value, tuple) else []
    )
    exposure = [one for one in courses if one.get("kind") == "erp"]
    if any(judge_erp(one, criteria).answer is Truth.TRUE for one in exposure):
        return ErpTried.ADEQUATELY
    if not found.complete or any(one.get("kind") is None for one in courses):
        return ErpTried.UNKNOWN
    if not exposure:
        return ErpTried.NOT_YET
    unsure = any(judge_erp(one, criteria).answer is Truth.UNKNOWN for one in exposure)
    return ErpTried.UNKNOWN if unsure else ErpTried.NOT_ENOUGH
