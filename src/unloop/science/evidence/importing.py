"""Study records from a table: long (a row for each study, arm and time) or wide (a row for each study).

What a table says counts as read by whoever filled it in, `secondary` unless they say otherwise, so that no imported
value stands on a page for patients before somebody has held it against the paper.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from unloop.quantity import InputRefused
from unloop.quantity.refusal import shorten
from unloop.science.evidence.record import How, StudyRecord, Topic
from unloop.science.evidence.table import COUNTS, MEANS, csv_rows

ABOUT = ("study_id", "year", "doi", "instrument", "time_hours", "response_def", "source_note")
LONG = (
    "study_id", "year", "doi", "arm", "n", "route", "dose_mg_per_kg", "duration_min", "instrument", "time_hours",
    "mean", "sd", "responders", "response_def", "source_note",
)  # fmt: skip
OPTIONAL = ("unit", "drug", "phase", "carry_over")
CARRIED = ("shown", "not shown", "not known")
UNITS = {"YBOCS": "points", "YBOCS_7d": "points", "CYBOCS": "points", "OCD_VAS": "mm", "MRS_GABA_W": "1"}
ROUTES = frozenset({"IV", "IM", "IN", "SC", "oral"})
PERCENT = re.compile(r">\s*=?\s*(\d+(?:\.\d+)?)\s*%")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row with its place; an empty cell is nothing, never 0."""

    where: str
    number: int
    cells: Cells

    def text(self, name: str) -> str:
        """A cell, empty where the table has no such column."""
        return self.cells.get(name, "")

    def real(self, name: str) -> float | None:
        """A number or nothing."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            raise self.refused(name, "a number with a decimal point, or nothing", "mend this cell")
        return value

    def whole(self, name: str) -> int | None:
        """A whole number or nothing."""
        value = self.real(name)
        if value is not None and value != int(value):
            raise self.refused(name, "a whole number, or nothing", "mend this cell")
        return None if value is None else int(value)

    def refused(self, name: str, allowed: str, mend: str) -> InputRefused:
        """The refusal of a cell."""
        place = f"{self.where} row {self.number}, column {name}"
        return InputRefused(place, given=self.text(name) or None, allowed=allowed, mend=mend)


def read_long(
    text: bytes, *, where: str = "studies", how: How = "secondary", topic: Topic = "ketamine in OCD"
) -> tuple[StudyRecord, ...]:
    """Records from a long table.

    Args:
        text: CSV in UTF-8 with the columns of `LONG`, and `unit` and `drug` where they are wanted.
        where: what to call the file in a refusal.
        how: how its values were read.
        topic: of all its studies.

    Raises:
        InputRefused: with row and column of the first fault.
    """
    return _records(_table_rows(text, where, LONG), how=how, topic=topic)


def read_wide(
    text: bytes, *, where: str = "studies", how: How = "secondary", topic: Topic = "ketamine in OCD"
) -> tuple[StudyRecord, ...]:
    """Records from a wide table: the columns of `ABOUT` and those of means or of counts of two arms.

    Raises:
        InputRefused: with row and column of the first fault.
    """
    header = set(csv_rows(text, where)[0])
    form = MEANS if "mean1" in header else COUNTS
    rows = [
        TableRow(where, row.number, _arm_of_wide(row.cells, form, side))
        for row in _table_rows(text, where, (*ABOUT, *form))
        for side in ("1", "2")
    ]
    return _records(rows, how=how, topic=topic)


def _arm_of_wide(cells: Cells, form: Sequence[str], side: str) -> dict[str, str]:
    arm = {name: cells.get(name, "") for name in (*ABOUT, *OPTIONAL)}
    treated = side == "1"
    arm |= {"arm": "treated" if treated else "control", "n": cells[f"n{side}"]}
    arm |= {"role": "active"} if treated else {}
    if form is MEANS:
        return arm | {"mean": cells[f"mean{side}"], "sd": cells[f"sd{side}"]}
    return arm | {"responders": cells[f"events{side}"]}


def _table_rows(text: bytes, where: str, columns: Sequence[str]) -> list[TableRow]:
    header, *rows = csv_rows(text, where)
    strange = [name for name in header if name not in {*columns, *OPTIONAL}]
    missing = [name for name in columns if name not in header]
    if strange or missing or len(set(header)) < len(header):
        raise InputRefused(
            f"{where} row 1",
            given=", ".join(header),
            allowed=", ".join(columns),
            mend=f"add column {missing[0]}" if missing else "remove or rename what is not among these",
        )
    found = []
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if len(row) != len(header):
            raise InputRefused(
                f"{where} row {number}",
                given=f"{len(row)} cells",
                allowed=f"{len(header)} cells, as in the header",
                mend="mend this row",
            )
        found.append(TableRow(where, number, dict(zip(header, row, strict=True))))
    return found


def _records(rows: Sequence[TableRow], *, how: How, topic: Topic) -> tuple[StudyRecord, ...]:
    by_study: dict[str, list[TableRow]] = {}
    for row in rows:
        by_study.setdefault(row.text("study_id"), []).append(row)
    return tuple(_record(rows_of_study, how=how, topic=topic) for rows_of_study in by_study.values())


def _record(rows: Sequence[TableRow], *, how: How, topic: Topic) -> StudyRecord:
    first = rows[0]
    study_id, source = first.text("study_id"), first.text("doi")
    crossed = any(row.text("phase") or row.text("carry_over") for row in rows)
    document = {
        "study": {
            "id": study_id,
            "about": f"imported from {first.where}",
            "year": first.whole("year"),
            "topic": topic,
            "design": "randomised crossover" if crossed else "not stated",
            "status": "published",
            "source": source or "not stated",
            "doi": source if source.startswith("10.") else None,
        },
        "crossover": _crossover(first, how) if crossed else None,
        "arm": _arms(rows, how=how),
        "observation": [
            _common(row, how) | _observation(row)
            for row in rows
            if row.text("mean") or not row.text("responders")
        ],
        "response": [_common(row, how) | _response(row) for row in rows if row.text("responders")],
    }
    for row in rows:
        _check_events(row)
    try:
        return StudyRecord.model_validate_json(json.dumps(_without_nothing(document)))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        raise InputRefused(
            f"{first.where} study {shorten(study_id)}: {'.'.join(map(str, fault['loc']))}",
            given=shorten(fault.get("input")),
            allowed=fault["msg"],
            mend="mend the rows of this study",
        ) from error


def _check_events(row: TableRow) -> None:
    n, responded = row.whole("n"), row.whole("responders")
    if responded is not None and (n is None or responded > n):
        allowed = "a number of people in column n first" if n is None else f"at most n, which is {n}"
        raise row.refused("responders", allowed, "mend this cell")


def _arms(rows: Sequence[TableRow], *, how: How) -> list[dict[str, Any]]:
    arms: dict[str, dict[str, Any]] = {}
    for row in rows:
        arm = arms.setdefault(
            row.text("arm"), {"id": row.text("arm"), "role": row.text("role") or "not stated"}
        )
        route = row.text("route")
        if route and "dose" not in arm:
            amount = row.real("dose_mg_per_kg")
            dose = {
                "drug": row.text("drug") or "not stated",
                "route": route if route in ROUTES else "not stated",
                "amount": amount,
                "unit": None if amount is None else "mg/kg",
                "duration_min": row.real("duration_min"),
            }
            arm["dose"] = [{**dose, "how": how, "where": f"{row.where} row {row.number}"}]
    return list(arms.values())


def _crossover(row: TableRow, how: How) -> dict[str, Any]:
    if row.text("carry_over") not in CARRIED:
        mend = "say whether anything of the first treatment showed in the second period"
        raise row.refused("carry_over", ", ".join(CARRIED), mend)
    return {
        "carry_over": row.text("carry_over"),
        "how": how,
        "where": f"{row.where} row {row.number}",
    }


def _common(row: TableRow, how: How) -> dict[str, Any]:
    return {
        "arm": row.text("arm"),
        "n": row.whole("n"),
        "t_h": row.real("time_hours"),
        "phase": row.whole("phase"),
        "how": how,
        "where": f"{row.where} row {row.number}",
    }


def _observation(row: TableRow) -> dict[str, Any]:
    value = row.real("mean")
    instrument = row.text("instrument") or "not stated"
    known = UNITS.get(instrument)
    unit = row.text("unit") or known or ("not stated" if value is None else None)
    if known is not None and unit != known:
        raise row.refused(
            "unit", f"{known}, the unit of {instrument}", "mend this cell, or name the instrument meant"
        )
    if unit is None:
        raise row.refused("unit", "the unit of the instrument's score", "add a column unit")
    return {
        "instrument": instrument,
        "unit": unit,
        "value": value,
        "sd": row.real("sd"),
        "awaited": None if value is not None else (row.text("source_note")[:1000] or "not in the table"),
    }


def _response(row: TableRow) -> dict[str, Any]:
    words = row.text("response_def")
    if not words:
        mend = "say the instrument's reduction, such as >=35% Y-BOCS reduction"
        raise row.refused("response_def", "what counted as response", mend)
    percent = PERCENT.search(words)
    definition = {
        "instrument": row.text("instrument") or "not stated",
        "percent": None if percent is None else float(percent.group(1)),
        "words": words,
    }
    return {"events": row.whole("responders"), "definition": definition}


def _without_nothing(document: Any) -> Any:
    """The same without keys that hold nothing: a record says what is not known by leaving it out."""
    if isinstance(document, dict):
        return {key: _without_nothing(value) for key, value in document.items() if value is not None}
    if isinstance(document, list):
        return [_without_nothing(value) for value in document]
    return document
