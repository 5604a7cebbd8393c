"""The gates: is this person evaluated, may this infusion start, may this person go home."""

from __future__ import annotations

from unloop.care.evaluation.holding import Hold, holds
from unloop.care.evaluation.judging import judge
from unloop.care.evaluation.laboratory import LabValue, Place, laboratory_values
from unloop.care.evaluation.medicines import interactions
from unloop.care.evaluation.overriding import last_change, signature_in_time
from unloop.care.evaluation.reading import read_protocol
from unloop.care.evaluation.seeing import erp_criteria, look, sri_criteria
from unloop.care.evaluation.verdict import Asked, Expiry, NotReady, Outcome, Ready, Standing, Verdict

__all__ = [
    "Asked",
    "Expiry",
    "Hold",
    "LabValue",
    "NotReady",
    "Outcome",
    "Place",
    "Ready",
    "Standing",
    "Verdict",
    "erp_criteria",
    "holds",
    "interactions",
    "judge",
    "laboratory_values",
    "last_change",
    "look",
    "read_protocol",
    "signature_in_time",
    "sri_criteria",
]
