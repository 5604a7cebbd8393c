"""The chart app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.chart import placing, strokes
from unloop.clinic.chart.documents import documents_by_code
from unloop.clinic.chart.drafts import ImportedDose, imported_doses
from unloop.clinic.chart.importing import ImportResult, LikelyDuplicate, import_bundle
from unloop.clinic.chart.models import Draft, DraftKind, FactRow, ImportRecord, Person, SexChoice
from unloop.clinic.chart.reading import (
    OpenChart,
    allergies_of,
    count_infusions_with,
    hide_facts_with,
    hold_back_with,
    load_chart,
    load_charts,
    open_chart,
    open_person,
    undecided_medicines,
)
from unloop.clinic.chart.recording import NewFact, SameIdOtherContent, add_facts, on_facts_added
from unloop.clinic.chart.timeline import Timeline, timeline
from unloop.clinic.chart.views.guarding import of_person
from unloop.clinic.chart.writing import make_person

__all__ = [
    "Draft",
    "DraftKind",
    "FactRow",
    "ImportRecord",
    "ImportResult",
    "ImportedDose",
    "LikelyDuplicate",
    "NewFact",
    "OpenChart",
    "Person",
    "SameIdOtherContent",
    "SexChoice",
    "Timeline",
    "add_facts",
    "allergies_of",
    "count_infusions_with",
    "documents_by_code",
    "hide_facts_with",
    "hold_back_with",
    "import_bundle",
    "imported_doses",
    "load_chart",
    "load_charts",
    "make_person",
    "of_person",
    "on_facts_added",
    "open_chart",
    "open_person",
    "placing",
    "strokes",
    "timeline",
    "undecided_medicines",
]
