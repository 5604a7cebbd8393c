"""Protocols: documents of rules, read into types or refused with every reason."""

from __future__ import annotations

from unloop.protocol.document import (
    Aftercare,
    Document,
    Dose,
    DoseAdjust,
    DoseStep,
    EvaluationItem,
    Gate,
    GateRule,
    Medicine,
    Monitor,
    Override,
    Preparation,
    Prompt,
    Source,
    Sourced,
    Stop,
    Written,
)
from unloop.protocol.linting import Refusal
from unloop.protocol.protocol import Protocol, ProtocolRefused, SeenVersions, bundled, bundled_ids, load

__all__ = [
    "Aftercare",
    "Document",
    "Dose",
    "DoseAdjust",
    "DoseStep",
    "EvaluationItem",
    "Gate",
    "GateRule",
    "Medicine",
    "Monitor",
    "Override",
    "Preparation",
    "Prompt",
    "Protocol",
    "ProtocolRefused",
    "Refusal",
    "SeenVersions",
    "Source",
    "Sourced",
    "Stop",
    "Written",
    "bundled",
    "bundled_ids",
    "load",
]
