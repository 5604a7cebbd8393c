"""The documents beside an item of the evaluation: how many prove it, and where one more is attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from unloop.care.evaluation import Standing
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.board import Answered
from unloop.facts import DICTIONARY, Known, View

_TESTED = frozenset(
    {"urine_drug_screen", "pregnancy_test", "prescription_monitoring_checked", "physical_examination"}
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What is attached to the entries of an item; `address` leads to the documents, one entry chosen if none is."""

    documents: int
    address: str


def proof_of(row: Answered, view: View, *, documents: Mapping[str, int], person: Person) -> Proof | None:
    """The documents of an item; None for rules, and for items that nobody proves with a paper.

    Args:
        row: an answered item.
        view: the chart as it was judged.
        documents: how many stand by each code.
        person: whose.
    """
    if row.verdict.standing is not Standing.ITEM:
        return None
    codes = [use.code for use in row.verdict.used]
    count = sum(documents.get(code, 0) for code in codes)
    proved = next((code for code in codes if _on_paper(code)), None)
    if not count and proved is None:
        return None
    address = reverse("chart:documents", args=[person.id])
    entry = _entry(proved, view) if proved is not None and not count else ""
    return Proof(count, f"{address}?fact={entry}" if entry else address)


def _on_paper(code: str) -> bool:
    definition = DICTIONARY[code]
    return code in _TESTED or (definition.group == "laboratory" and not definition.derived)


def _entry(code: str, view: View) -> str:
    finding = view.find(code)
    return str(finding.facts[-1].id) if isinstance(finding, Known) and finding.facts else ""
