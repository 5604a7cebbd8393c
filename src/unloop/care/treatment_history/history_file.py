"""TREATMENTS.json read into a history; what is missing stays unknown, and an unknown key is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping

from unloop.care.treatment_history.history import History
from unloop.care.treatment_history.partial_date import read_partial_date, weeks_between
from unloop.facts import Record
from unloop.quantity.refusal import InputRefused

_LONGEST = 400
_OUTCOMES = ("none", "partial", "response", "intolerance", "unknown")

_Scalar = float | str | bool
_Reader = Callable[[object, str], _Scalar]


def read_history(data: bytes) -> History:
    """Read TREATMENTS.json.

    Raises:
        InputRefused: not JSON, an unknown key, a value of another kind or out of range, or an end before its start.
    """
    try:
        document = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputRefused(
            "treatments", given="not JSON", allowed="one JSON document in UTF-8", mend="check the file"
        ) from None
    lists = _object(document, "treatments", frozenset(_LISTS))
    medicines, psychotherapy, procedures = (_records(lists.get(name), name) for name in _LISTS)
    return History(medicines, psychotherapy, procedures)


def _records(raw: object, name: str) -> tuple[Record, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise _wrong(name, raw, "a list, [] for none")
    return tuple(_record(one, f"{name}[{place}]", name) for place, one in enumerate(raw))


def _record(raw: object, where: str, name: str) -> Record:
    needed, readers = _LISTS[name]
    given = _object(raw, where, frozenset(readers))
    if given.get(needed) is None:
        raise InputRefused(where, given=f"no {needed}", allowed=f"the key {needed}", mend="write it")
    record: dict[str, _Scalar] = {
        key: readers[key](value, f"{where}, {key}") for key, value in given.items() if value is not None
    }
    _check_order(record, where)
    return record


def _check_order(record: Mapping[str, _Scalar], where: str) -> None:
    start, end = record.get("start"), record.get("end")
    if start is None or end is None:
        return
    first, last = (read_partial_date(str(one), where=where) for one in (start, end))
    if weeks_between(first, last) is None:
        raise InputRefused(
            f"{where}, end", given=f"{last.text}, after a start in {first.text}", allowed="an end that is not before the start",
            mend="correct one of the two dates",
        )  # fmt: skip


def _object(raw: object, where: str, allowed: frozenset[str]) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise _wrong(where, raw, "an object")
    for key in raw:
        if key not in allowed:
            raise InputRefused(
                where, given=f"the key {key[:60]}", allowed=", ".join(sorted(allowed)), mend="leave it out"
            )
    return raw


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= _LONGEST:
        shown = f"a text of {len(value)} characters" if isinstance(value, str) else value
        raise _wrong(where, shown, f"a text of 1 to {_LONGEST} characters")
    return value.strip()


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, value, "true, false, or null for not known")
    return value


def _date(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, value, "a year, a month or a day: 2021, 2021-06 or 2021-06-15")
    return read_partial_date(value, where=where).text


def _number(low: float, high: float) -> _Reader:
    def read(value: object, where: str) -> float:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if (
            not number
            or not isinstance(value, (int, float))
            or not math.isfinite(value)
            or not low <= value <= high
        ):
            raise _wrong(where, value, f"a number from {low:g} to {high:g}, or null for not known")
        return float(value)

    return read


def _one_of(*words: str) -> _Reader:
    def read(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise _wrong(where, value, ", ".join(words))
        return value

    return read


def _wrong(where: str, given: object, allowed: str) -> InputRefused:
    shown = given if isinstance(given, str | int | float | bool | None) else type(given).__name__
    return InputRefused(where, given=shown, allowed=allowed, mend="write it as allowed")


LIMITS: Mapping[str, tuple[float, float]] = {
    "max_dose_mg_per_day": (0, 100_000), "weeks_total": (0, 5200), "weeks_at_max": (0, 5200), "sessions": (0, 100_000),
    "hours": (0, 100_000), "adherence_percent": (0, 100), "homework_percent": (0, 100), "ybocs_before": (0, 50),
    "ybocs_after": (0, 50), "cgi_i": (1, 7),
}  # fmt: skip
"""The least and the most that a number of a past treatment can be meant as, by its key."""
_WEEKS, _PERCENT, _COUNT = (_number(*LIMITS[key]) for key in ("weeks_total", "adherence_percent", "sessions"))
_TIMES: dict[str, _Reader] = {"start": _date, "end": _date}
_RESULT: dict[str, _Reader] = {
    "ybocs_before": _number(*LIMITS["ybocs_before"]),
    "ybocs_after": _number(*LIMITS["ybocs_after"]),
    "cgi_i": _number(*LIMITS["cgi_i"]),
    "outcome": _one_of(*_OUTCOMES),
    "stopped_because": _text,
}
_MEDICINE: dict[str, _Reader] = {
    "name": _text, "max_dose_mg_per_day": _number(*LIMITS["max_dose_mg_per_day"]), "highest_tolerated": _flag, "weeks_total": _WEEKS,
    "weeks_at_max": _WEEKS, "route": _text, "augments": _text, "adherence_percent": _PERCENT, **_TIMES, **_RESULT,
}  # fmt: skip
_TALK: dict[str, _Reader] = {
    "kind": _one_of("erp", "cbt", "other"), "sessions": _COUNT, "hours": _COUNT, "weeks_total": _WEEKS,
    "therapist_trained": _flag, "therapist_training": _text, "homework_percent": _PERCENT, "content": _text,
    "completed": _flag, "confirmed_by_therapist": _flag, **_TIMES, **_RESULT,
}  # fmt: skip
_DONE: dict[str, _Reader] = {
    "kind": _one_of("tms", "dbs", "ablation", "ect", "other"), "sessions": _COUNT, **_TIMES, **_RESULT,
}  # fmt: skip
_LISTS: dict[str, tuple[str, dict[str, _Reader]]] = {
    "medicines": ("name", _MEDICINE), "psychotherapy": ("kind", _TALK), "procedures": ("kind", _DONE),
}  # fmt: skip
