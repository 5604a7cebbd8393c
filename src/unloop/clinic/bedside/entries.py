"""What a hand enters at the bedside, read from a form into the events of a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import get_current_timezone

from unloop.clinic.audit import clock
from unloop.clinic.bedside.preparing import VITALS
from unloop.clinic.bedside.wording import FIELDS
from unloop.facts import DICTIONARY, FactDefinition, FactType
from unloop.quantity import InputRefused

Form = Mapping[str, Any]
Entry = dict[str, Any]
HALF_A_DAY = timedelta(hours=12)
CLOCK_MAY_RUN_AHEAD = timedelta(seconds=30)
"""A tablet's clock is compared with the server's once a page; what still runs ahead by less is taken as now."""


def read_entries(form: Form) -> tuple[Entry, ...]:
    """The events that one submitted form stands for; each has an id that follows from the form's.

    Raises:
        InputRefused: a field is missing or cannot be read.
    """
    kind = form.get("kind", "")
    reader = _READERS.get(kind)
    if reader is None:
        raise InputRefused(
            "what is charted",
            given=kind,
            allowed="what the buttons of this page chart",
            mend="reload the page and enter it again",
        )
    _refuse_unkeepable(form)
    form_id = _identifier(form, "id")
    time = read_time(form)
    stamped = {"at": time.isoformat()} if time else {}
    return tuple({**entry, **stamped, "id": str(_id_of(form_id, entry))} for entry in reader(form))


def _refuse_unkeepable(form: Form) -> None:
    """A character zero is none that PostgreSQL keeps; only a program sends one."""
    if any("\0" in str(value) for value in form.values()):
        raise InputRefused("text", given="a character that cannot be kept", allowed="letters, digits and signs",
                           mend="write it again")  # fmt: skip


def read_time(form: Form) -> datetime | None:
    """When it happened: the moment at which it was kept on the tablet, or a clock time; None is now.

    A clock time that is still to come today is one before midnight where that is less than half a day ago; otherwise
    it is a slip, and 12:30 typed at noon is not a reading of yesterday.

    Raises:
        InputRefused: it is neither.
    """
    given = (form.get("at") or form.get("at_time") or "").strip()
    if not given:
        return None
    now = clock.now()
    try:
        if form.get("at"):
            moment = datetime.fromisoformat(given)
        else:
            hour, minute = (int(part) for part in given.split(":")[:2])
            moment = now.astimezone(get_current_timezone()).replace(
                hour=hour, minute=minute, second=0, microsecond=0
            )
            moment = moment if moment <= now else _last_evening(moment, now)
    except ValueError as error:
        raise _no_time(given) from error
    if moment.tzinfo is None:
        raise _no_time(given)
    return now if now < moment <= now + CLOCK_MAY_RUN_AHEAD else moment


def _last_evening(moment: datetime, now: datetime) -> datetime:
    before = moment - timedelta(days=1)
    return before if now - before < HALF_A_DAY else moment


def _no_time(given: str) -> InputRefused:
    return InputRefused("time", given=given, allowed="a time such as 10:20", mend="write hours and minutes")


def read_answers(form: Form, questions: tuple[FactDefinition, ...]) -> dict[str, object]:
    """The answers that a form of questions holds; a question left open is left out.

    Raises:
        InputRefused: a number cannot be read.
    """
    given = {one.code: form.get(one.code, "").strip() for one in questions}
    return {code: read_value(DICTIONARY[code], text) for code, text in given.items() if text}


def read_value(definition: FactDefinition, text: str) -> bool | float | str:
    """One answer as the dictionary holds it.

    Raises:
        InputRefused: it is none.
    """
    if definition.type is FactType.BOOL:
        if text not in {"yes", "no"}:
            raise InputRefused(definition.label, given=text, allowed="yes, no", mend="choose one of these")
        return text == "yes"
    if definition.type is FactType.NUMBER:
        return _number(text, where=definition.label)
    return text


def _number(text: str, *, where: str) -> float:
    if "," in text:
        raise InputRefused(
            where, given=text, allowed="a number with a point", mend="write 0.5 instead of 0,5"
        )
    try:
        return float(text)
    except ValueError as error:
        raise InputRefused(where, given=text, allowed="a number", mend="write digits only") from error


def _vitals(form: Form) -> Iterator[Entry]:
    given = {code: str(form.get(code, "")).strip() for code in (*VITALS, "rass")}
    missing = [str(FIELDS[code]) for code in VITALS if not given[code] and code != "rr"]
    if missing:
        raise InputRefused("readings", given=None, allowed="pressure, heart rate and oxygen in one set",
                           mend="enter also: " + ", ".join(missing))  # fmt: skip
    readings = {code: _number(given[code], where=str(FIELDS[code])) for code in VITALS if given[code]}
    yield {"type": "vitals", **readings}
    if given["rass"]:
        yield {"type": "score", "code": "rass", "value": _number(given["rass"], where="RASS")}


def _score(form: Form) -> Iterator[Entry]:
    code = str(form.get("code", ""))
    definition = DICTIONARY.define(code, where="score")
    yield {"type": "score", "code": code, "value": read_value(definition, str(form.get("value", "")).strip())}


def _symptom(form: Form) -> Iterator[Entry]:
    yield {"type": "symptom", "code": form.get("code", ""), "severity": form.get("severity", "")}


def _rate(kind: str) -> Callable[[Form], Iterator[Entry]]:
    def read(form: Form) -> Iterator[Entry]:
        yield {
            "type": kind,
            "rate_ml_per_h": _number(str(form.get("rate_ml_per_h", "")), where=str(FIELDS["rate_ml_per_h"])),
        }

    return read


def _bare(kind: str) -> Callable[[Form], Iterator[Entry]]:
    def read(_form: Form) -> Iterator[Entry]:
        yield {"type": kind}

    return read


def _medicine(form: Form) -> Iterator[Entry]:
    dose = _number(str(form.get("dose", "")), where=str(FIELDS["dose"]))
    named = {key: str(form.get(key, "")).strip() for key in ("name", "unit", "route")}
    yield {"type": "medicine_given", "dose": dose, **named}


def _note(form: Form) -> Iterator[Entry]:
    yield {"type": "note", "text": _text(form, "text")}


def _reason(form: Form) -> Iterator[Entry]:
    """Why the pump was stopped, asked afterwards."""
    yield {"type": "corrected", "event": str(_identifier(form, "event")), "reason": _text(form, "reason")}


def _undo(form: Form) -> Iterator[Entry]:
    for event in str(form.get("event", "")).split() or [""]:
        yield {
            "type": "corrected",
            "event": str(_identifier({"event": event}, "event")),
            "entered_in_error": True,
        }


def prompt_words(rule: str, answer: str) -> str:
    """How an answer to a prompt is charted, so that it can be found again."""
    return f"{rule}: {answer}"


def _prompt(form: Form) -> Iterator[Entry]:
    """What was done about a prompt, or why not now."""
    rule = _text(form, "rule")
    answer = "done" if form.get("answer") == "done" else f"not now, because {_text(form, 'because')}"
    yield {"type": "note", "text": prompt_words(rule, answer)}


def _text(form: Form, name: str) -> str:
    text = str(form.get(name, "")).strip()
    if not text:
        raise InputRefused(
            str(FIELDS.get(name, name)), given=None, allowed="a few words", mend="write them and send again"
        )
    return text


def _identifier(form: Form, name: str) -> UUID:
    try:
        return UUID(str(form.get(name, "")))
    except ValueError as error:
        raise InputRefused("entry", given=form.get(name), allowed="the id of an entry",
                           mend="reload the page and enter it again") from error  # fmt: skip


def _id_of(form_id: UUID, entry: Entry) -> UUID:
    """One form may stand for several events: each but the first kind takes an id that follows from the form's."""
    part = "rass" if entry.get("code") == "rass" else entry.get("event")
    return uuid5(form_id, part) if part else form_id


_READERS: dict[str, Callable[[Form], Iterator[Entry]]] = {
    "vitals": _vitals,
    "score": _score,
    "symptom": _symptom,
    "rate_changed": _rate("rate_changed"),
    "resumed": _rate("resumed"),
    "paused": _bare("paused"),
    "stopped": _bare("stopped"),
    "pump_confirmed_off": _bare("pump_confirmed_off"),
    "medicine_given": _medicine,
    "note": _note,
    "reason": _reason,
    "undo": _undo,
    "prompt": _prompt,
}
