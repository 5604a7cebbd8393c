"""Consultation: what is said about benefits, risks and alternatives before anybody consents."""

from __future__ import annotations

from unloop.care.consultation.capacity import Ability, can_decide
from unloop.care.consultation.readiness import CERTAIN, ready_to_choose
from unloop.care.consultation.sheet import (
    LANGUAGES,
    Asked,
    ConsentText,
    Count,
    Modifier,
    OfHundred,
    Option,
    Points,
    Question,
    Section,
    Sheet,
    Statement,
    consent_text,
    figure_slots,
    filled,
    slots_named,
)

__all__ = [
    "CERTAIN",
    "LANGUAGES",
    "Ability",
    "Asked",
    "ConsentText",
    "Count",
    "Modifier",
    "OfHundred",
    "Option",
    "Points",
    "Question",
    "Section",
    "Sheet",
    "Statement",
    "can_decide",
    "consent_text",
    "figure_slots",
    "filled",
    "ready_to_choose",
    "slots_named",
]
