"""Facts: one person's observations, what they mean, and what of them counts at a moment."""

from __future__ import annotations

from unloop.facts.chart import Chart, Infusion, check_corrections
from unloop.facts.chart_file import read_chart, read_time
from unloop.facts.derived import BASIC, both, completed_years
from unloop.facts.dictionary import DICTIONARY, Dictionary, FactDefinition, FactType, read_dictionary
from unloop.facts.fact import Fact, Person, Phase, Record, Sex, Value
from unloop.facts.view import Absence, Derivation, Finding, Known, Unknown, View

__all__ = [
    "BASIC",
    "DICTIONARY",
    "Absence",
    "Chart",
    "Derivation",
    "Dictionary",
    "Fact",
    "FactDefinition",
    "FactType",
    "Finding",
    "Infusion",
    "Known",
    "Person",
    "Phase",
    "Record",
    "Sex",
    "Unknown",
    "Value",
    "View",
    "both",
    "check_corrections",
    "completed_years",
    "read_chart",
    "read_dictionary",
    "read_time",
]
