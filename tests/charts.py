"""Charts to judge: the ready one of the scenarios, and changes to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from unloop.facts import DICTIONARY, Chart, read_chart

READY = Path(__file__).parent / "scenarios" / "charts" / "ready.chart.json"
JUDGED_AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
SESSION = "d6b1a9f0-0000-4000-8000-000000000001"

Document = dict[str, Any]


def document() -> Document:
    """The ready chart as it stands in the file."""
    return json.loads(READY.read_text("utf-8"))


def codes(chart: Document) -> list[str]:
    """The codes that the chart holds, each once."""
    return list(dict.fromkeys(fact["code"] for fact in chart["facts"]))


def without(chart: Document, *dropped: str) -> Document:
    """The chart with every entry of these codes taken away."""
    return {**chart, "facts": [fact for fact in chart["facts"] if fact["code"] not in dropped]}


def with_value(chart: Document, code: str, value: object) -> Document:
    """The chart with another answer to one question."""
    facts = [{**fact, "value": value} if fact["code"] == code else fact for fact in chart["facts"]]
    return {**chart, "facts": facts}


def plus(chart: Document, *facts: Document) -> Document:
    """The chart with further entries."""
    return {**chart, "facts": [*chart["facts"], *facts]}


def read(chart: Document) -> Chart:
    """The chart as the core reads it."""
    return read_chart(json.dumps(chart))


def entry(code: str, value: object, *, unit: str = "", minutes: float = 0, **more: object) -> Document:
    """One entry, so many minutes from the judged moment."""
    at = (JUDGED_AT + timedelta(minutes=minutes)).isoformat()
    return {"code": code, "value": value, "at": at, **({"unit": unit} if unit else {}), **more}


def before(
    values: Iterable[tuple[str, object, str]], *, minutes: float = -5, phase: str = "before"
) -> list[Document]:
    """Session readings."""
    return [
        entry(code, value, unit=unit, minutes=minutes, session=SESSION, phase=phase)
        for code, value, unit in values
    ]


DAY = (
    ("fasted_solids", 10, "h"), ("fasted_clear", 3, "h"), ("escort", True, ""), ("iv_patent", True, ""),
    ("acls_on_site", True, ""), ("nurse_in_room", True, ""), ("emergency_equipment_checked", True, ""),
    ("second_check", True, ""), ("suicide_risk_today", "none", ""), ("sbp", 122, "mm[Hg]"), ("dbp", 76, "mm[Hg]"),
    ("hr", 70, "/min"), ("rr", 14, "/min"), ("spo2", 98, "%"), ("rass", 0, ""), ("oriented", True, ""),
)  # fmt: skip

HOME = (
    ("aldrete", 10, ""), ("mpadss", 10, ""), ("oriented", True, ""), ("rass", 0, ""), ("cadss6", 0, ""),
    ("sbp", 124, "mm[Hg]"), ("dbp", 78, "mm[Hg]"), ("hr", 72, "/min"), ("rr", 14, "/min"), ("spo2", 98, "%"),
    ("suicide_risk_today", "none", ""), ("escort", True, ""), ("aftercare_sheet_given", True, ""),
    ("end_organ_symptom", False, ""), ("vomiting", False, ""), ("stridor", False, ""), ("seizure", False, ""),
    ("anaphylaxis", False, ""),
)  # fmt: skip

_HASH = "a" * 64
CONSENTED = (
    entry(
        "plan",
        [{"sha256": _HASH, "consent_text_sha256": "b" * 64, "mg_per_kg": 0.5, "minutes": 40, "dose_mg": 34}],
    ),
    entry("consent", [{"text_sha256": "b" * 64, "plan_sha256": _HASH, "given": True}]),
    entry("teach_back", True),
    entry("capacity", True),
    entry("no_ketamine_elsewhere", True),
    entry("infusion_given", 0, unit="mg"),
)


def ready_to_start() -> Document:
    """A chart that is ready at the start gate at the judged moment."""
    return plus(document(), *CONSENTED, *before(DAY))


def ready_to_leave() -> Document:
    """A session that ended 70 minutes before the judged moment."""
    ended = entry("infusion_ended", True, minutes=-70, session=SESSION, phase="recovery")
    return plus({"person": document()["person"], "facts": []}, ended, *before(HOME, phase="recovery"))


def kind(code: str) -> str:
    """The shape of a fact's value."""
    return DICTIONARY[code].type.value


def plausible(code: str, value: float | bool) -> float | bool:  # noqa: FBT001
    """The value, moved into the plausible range of a number."""
    definition = DICTIONARY[code]
    if isinstance(value, bool) or definition.low is None or definition.high is None:
        return value
    return min(max(value, definition.low), definition.high)
