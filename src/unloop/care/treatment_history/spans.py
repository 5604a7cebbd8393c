"""How long a treatment lasted, by the dates it was given; and where two statements about time cannot both be right."""

from __future__ import annotations

from collections.abc import Iterator

from unloop.care.treatment_history.partial_date import (
    PartialDate,
    WeeksBetween,
    read_partial_date,
    weeks_between,
)
from unloop.facts import Record
from unloop.quantity.refusal import InputRefused

_ROUNDING = 1  # somebody who says thirteen weeks may mean ninety days


def span_of(record: Record) -> WeeksBetween | None:
    """The weeks between `start` and `end` of a record; None where one is not known or they are the wrong way round."""
    start, end = _date(record, "start"), _date(record, "end")
    return weeks_between(start, end) if start is not None and end is not None else None


def said_of(span: WeeksBetween) -> str:
    """The weeks between two dates, in words."""
    least, most = int(span.least), int(span.most)
    return f"{least} weeks" if least == most else f"{least} to {most} weeks"


def contradictions(record: Record, weeks: dict[str, float]) -> Iterator[tuple[str, str]]:
    """Statements about time that cannot stand together: the key to be checked, and why.

    Args:
        record: of a treatment.
        weeks: what was said in weeks, by key.
    """
    start, end = _date(record, "start"), _date(record, "end")
    if start is None or end is None:
        return
    span = weeks_between(start, end)
    if span is None:
        yield "end", f"it cannot end in {end.text} when it began in {start.text}; check both dates"
        return
    for key, said in weeks.items():
        if said > span.most + _ROUNDING:
            yield key, f"{said:g} weeks do not fit between {start.text} and {end.text}; check them"


def _date(record: Record, key: str) -> PartialDate | None:
    value = record.get(key)
    if not isinstance(value, str):
        return None
    try:
        return read_partial_date(value, where=key)
    except InputRefused:
        return None
