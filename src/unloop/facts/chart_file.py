"""Reading a chart from a file: the strict door through which facts come in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from unloop.facts.chart import Chart, check_corrections
from unloop.facts.dictionary import DICTIONARY, Dictionary
from unloop.facts.fact import Fact, Person, Phase, Sex
from unloop.quantity.refusal import InputRefused

_FACT_KEYS = frozenset(
    {"code", "value", "unit", "at", "recorded_at", "id", "supersedes", "by", "session", "phase", "source"}
)


def read_chart(text: str | bytes, *, dictionary: Dictionary = DICTIONARY) -> Chart:
    """Read `CHART.json`: `{"person": {"birth_date", "sex"}, "facts": [...]}`.

    A missing key means unknown; unknown keys, derived codes, wrong units and implausible values are refused.

    Raises:
        InputRefused: naming the entry by its place in the file.
    """
    document = _object(_json(text), where="chart", allowed={"person", "facts"})
    person = _object(document.get("person", {}), where="person", allowed={"birth_date", "sex"})
    entries = document.get("facts", [])
    if not isinstance(entries, list):
        raise InputRefused("facts", given=type(entries).__name__, allowed="a list", mend="write [] for none")
    facts = tuple(_fact(entry, index, dictionary) for index, entry in enumerate(entries))
    check_corrections(facts)
    return Chart(_person(person), facts)


def read_time(text: object, *, where: str) -> datetime:
    """An ISO 8601 time with an offset.

    Raises:
        InputRefused: no time, or no offset from UTC.
    """
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputRefused(
            where,
            given=text,
            allowed="an ISO 8601 time with offset, such as 2026-03-02T09:30:00+00:00",
            mend="write date, T, time and the offset from UTC",
        )
    return moment


def _json(text: str | bytes) -> object:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise InputRefused(
            "chart", given="text that is not JSON", allowed="UTF-8 JSON", mend=f"mend the file: {error}"
        ) from None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number that JSON knows")


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the same key stands twice in one object")
    return found


def _object(value: object, *, where: str, allowed: Iterable[str]) -> Mapping[str, Any]:
    keys = sorted(allowed)
    if not isinstance(value, dict):
        raise InputRefused(
            where,
            given=type(value).__name__,
            allowed=f"an object with {', '.join(keys)}",
            mend="write { ... }",
        )
    for key in value:
        if key not in keys:
            raise InputRefused(where, given=key, allowed=", ".join(keys), mend="remove or rename this key")
    return value


def _person(person: Mapping[str, Any]) -> Person:
    born, sex = person.get("birth_date"), person.get("sex", "unknown")
    try:
        birth_date = None if born is None else date.fromisoformat(born)
    except (TypeError, ValueError):
        # What stood there may be most of a birth date, so it is not repeated.
        raise InputRefused(
            "person.birth_date",
            given="something else than a date",
            allowed="a date such as 1990-04-30",
            mend="write year-month-day",
        ) from None
    if sex not in list(Sex):
        raise InputRefused("person.sex", given=sex, allowed=", ".join(Sex), mend="choose one of these")
    return Person(birth_date, Sex(sex))


def _fact(entry: object, index: int, dictionary: Dictionary) -> Fact:
    where = f"facts[{index}]"
    fields = _object(entry, where=where, allowed=_FACT_KEYS)
    definition = dictionary.define(_text(fields, "code", where=where), where=f"{where}.code")
    where = f"{where} ({definition.code})"
    if definition.derived:
        raise InputRefused(
            where,
            given="a derived fact",
            allowed="recorded facts only",
            mend=f"record {', '.join(definition.inputs) or 'its inputs'} instead",
        )
    withdraws = "value" in fields and fields["value"] is None and "supersedes" in fields
    value = None if withdraws else definition.check(fields.get("value"), fields.get("unit"), where=where)
    at = read_time(fields.get("at"), where=f"{where}.at")
    recorded_at = read_time(fields.get("recorded_at", fields.get("at")), where=f"{where}.recorded_at")
    if recorded_at < at:
        raise InputRefused(
            f"{where}.recorded_at",
            given=recorded_at.isoformat(),
            allowed=f"not before {at.isoformat()}",
            mend="a fact cannot be written down before it is true",
        )
    session, phase = _session(fields, in_session=definition.in_session, phases=definition.phases, where=where)
    return Fact(
        id=_text(fields, "id", where=where, default=f"#{index}"),
        code=definition.code,
        value=value,
        at=at,
        recorded_at=recorded_at,
        unit=definition.unit,
        by=_text(fields, "by", where=where, default=""),
        source=_text(fields, "source", where=where, default=""),
        supersedes=_text(fields, "supersedes", where=where) if "supersedes" in fields else None,
        session=session,
        phase=phase,
    )


def _session(
    fields: Mapping[str, Any], *, in_session: bool, phases: tuple[Phase, ...], where: str
) -> tuple[str | None, Phase | None]:
    session, phase = fields.get("session"), fields.get("phase")
    if not in_session:
        if phase is not None:
            raise InputRefused(
                f"{where}.phase",
                given=phase,
                allowed="no phase: this fact is of the course",
                mend="remove the phase",
            )
        return (_text(fields, "session", where=where) if session is not None else None), None
    if not isinstance(session, str) or not session:
        raise InputRefused(
            f"{where}.session",
            given=session,
            allowed="the id of an infusion session",
            mend="name the session that this reading belongs to",
        )
    if phase not in list(phases):
        raise InputRefused(
            f"{where}.phase", given=phase, allowed=", ".join(phases), mend="name the part of the session"
        )
    return session, Phase(phase)


def _text(fields: Mapping[str, Any], key: str, *, where: str, default: str | None = None) -> str:
    value = fields.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise InputRefused(f"{where}.{key}", given=value, allowed="text", mend=f"give {key} as text")
    return value
