"""Education: what people are told before they ever sign in, as data: statements with sources, figures by their ids."""

from __future__ import annotations

from unloop.care.education.of_protocol import protocol_number, rule_named
from unloop.care.education.reading import english_grade, spanish_ease
from unloop.care.education.texts import (
    Certainty,
    Count,
    CountSlot,
    FindingSlot,
    Language,
    Page,
    ProtocolSlot,
    Reference,
    RuleSlot,
    Say,
    Section,
    Slot,
    fill,
    languages,
    page_ids,
    pages,
    references,
    slots,
    slots_in,
    words,
)
from unloop.care.education.written import written

__all__ = [
    "Certainty",
    "Count",
    "CountSlot",
    "FindingSlot",
    "Language",
    "Page",
    "ProtocolSlot",
    "Reference",
    "RuleSlot",
    "Say",
    "Section",
    "Slot",
    "english_grade",
    "fill",
    "languages",
    "page_ids",
    "pages",
    "protocol_number",
    "references",
    "rule_named",
    "slots",
    "slots_in",
    "spanish_ease",
    "words",
    "written",
]
