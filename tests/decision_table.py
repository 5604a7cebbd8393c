"""The people of a decision table: the ready one, with what a row says otherwise, as a rule sees them."""

from __future__ import annotations

from typing import Any

import charts
from charts import JUDGED_AT, SESSION
from unloop.care.evaluation import look
from unloop.facts import DICTIONARY, Phase, View
from unloop.protocol import Protocol
from unloop.rules import Context, RaisedPrompt

Row = dict[str, Any]
CALM = (
    ("sbp", 122, "mm[Hg]"), ("dbp", 76, "mm[Hg]"), ("hr", 70, "/min"), ("rr", 14, "/min"), ("spo2", 98, "%"),
    ("rass", 0, ""), ("cadss6", 0, ""), ("end_organ_symptom", False, ""), ("vomiting", False, ""),
    ("stridor", False, ""), ("seizure", False, ""), ("anaphylaxis", False, ""), ("asks_to_stop", False, ""),
)  # fmt: skip
PHASES: dict[str, tuple[Phase, ...]] = {
    "evaluation": (), "start": (Phase.BEFORE,), "drip": tuple(Phase), "discharge": (Phase.RECOVERY,),
}  # fmt: skip
TWO_DAYS = 48
OF_THE_PERSON = frozenset({"age", "sex", "infusions", "prompts"})


def chart_of(row: Row, place: str) -> charts.Document:
    """The chart of a row's person, at a place: `evaluation`, `start`, `drip` or `discharge`."""
    chart = _base(place)
    for code, value in row.items():
        if code not in OF_THE_PERSON:
            chart = charts.plus(charts.without(chart, code), *_entries(code, value, place))
    if "infusions" in row:
        chart = charts.plus(charts.without(chart, "infusion_given"), *_infusions(row["infusions"]))
    person = dict(chart["person"])
    if "age" in row:
        person["birth_date"] = JUDGED_AT.date().replace(year=JUDGED_AT.year - row["age"]).isoformat()
    return {**chart, "person": {**person, "sex": row.get("sex", person["sex"])}}


def view_of(row: Row, place: str, protocol: Protocol) -> View:
    """The same chart as the protocol sees it there."""
    chart = charts.read(chart_of(row, place))
    return look(protocol, chart, at=JUDGED_AT, session=SESSION, phases=PHASES[place])


def context_of(row: Row, place: str, protocol: Protocol) -> Context:
    """What a condition is judged over."""
    raised = tuple(RaisedPrompt(*one.split(" ")) for one in row.get("prompts", ()))
    return Context(view_of(row, place, protocol), raised if place == "drip" else None)


def _base(place: str) -> charts.Document:
    match place:
        case "evaluation":
            return charts.document()
        case "start":
            return charts.ready_to_start()
        case "drip":
            return charts.plus(charts.ready_to_start(), *charts.before(CALM, phase="infusion"))
        case _:
            return charts.ready_to_leave()


def _entries(code: str, value: object, place: str) -> list[charts.Document]:
    in_session = DICTIONARY[code].in_session
    answers = value if _has_times(value) else [[-5 if in_session else 0, value]]
    phase = {"start": "before", "drip": "infusion", "discharge": "recovery"}.get(place)
    bound = {"session": SESSION, "phase": phase} if in_session else {}
    unit = DICTIONARY[code].unit
    return [charts.entry(code, one, unit=unit, minutes=minutes, **bound) for minutes, one in answers]


def _has_times(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, list) and len(one) == 2 for one in value)
    )


def _infusions(said: int | list[float]) -> list[charts.Document]:
    hours = [TWO_DAYS * (n + 1) for n in range(said)] if isinstance(said, int) else said
    if not hours:
        return [charts.entry("infusion_given", 0, unit="mg")]
    return [charts.entry("infusion_given", 34, unit="mg", minutes=-60 * one) for one in hours]
