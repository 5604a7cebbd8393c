"""Events to and from JSON: the strict door through which a session's entries come in, from a file or a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TypedDict, TypeVar

from unloop.care.infusion.events import (
    Checked,
    Corrected,
    Discharged,
    InfusionEvent,
    MedicineGiven,
    Note,
    Paused,
    PumpConfirmedOff,
    RateChanged,
    Resumed,
    Score,
    Severity,
    Signed,
    Started,
    Stopped,
    Symptom,
    Vitals,
)
from unloop.care.infusion.fields import LONGEST_NOTE, Fields
from unloop.care.infusion.pump import SLOWEST
from unloop.facts import DICTIONARY
from unloop.quantity import BreathingRate, HeartRate, InputRefused, Pressure, PumpRate, Quantity, Saturation

Q = TypeVar("Q", bound=Quantity)
SAID_BY_EVENTS = frozenset({"infusion_ended", "infusion_given", "second_check"})
CODE = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Envelope(TypedDict):
    """The keys that every event has."""

    id: str
    at: datetime
    recorded_at: datetime
    by: str


def read_event(document: object, *, where: str = "event") -> InfusionEvent:
    """Read one event.

    Args:
        document: the JSON object.
        where: how the event is named in a message.

    Raises:
        InputRefused: naming the event and the field.
    """
    fields = Fields(document, where)
    kind = fields.text("type")
    if kind not in PAYLOADS:
        raise InputRefused(
            fields.place("type"), given=kind, allowed=", ".join(PAYLOADS), mend="name a type of event"
        )
    fields.where = f"{where} ({kind})"
    envelope = Envelope(
        id=fields.identifier("id"),
        at=fields.time("at"),
        recorded_at=fields.time("recorded_at"),
        by=fields.text("by", longest=200),
    )
    event = PAYLOADS[kind](fields, envelope)
    fields.finish()
    return event


def write_event(event: InfusionEvent) -> dict[str, object]:
    """The JSON object of an event; `read_event` gives the same event back."""
    document: dict[str, object] = {"id": event.id, "type": event.kind}
    for field in dataclass_fields(event):
        if field.name == "changes":
            continue
        value: object = getattr(event, field.name)
        left_out = value is None or (field.default == value and field.name in OPTIONAL)
        if not left_out:
            document[FILE_NAMES.get(field.name, field.name)] = as_json(value)
    if isinstance(event, Corrected):
        document.update(event.changes)
    return document


FILE_NAMES = {"rate": "rate_ml_per_h"}
OPTIONAL = frozenset({"reason", "entered_in_error"})


def as_json(value: object) -> object:
    """A field's value as JSON holds it."""
    match value:
        case Quantity():
            return value.amount
        case datetime():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _:
            return value


def canonical_code(fields: Fields) -> str:
    """The code of a score or symptom; `cadss-6` and `cadss_6` are the dictionary's `cadss6`."""
    code = fields.text("code")
    if CODE.fullmatch(code) is None:
        raise InputRefused(
            fields.place("code"),
            given=code,
            allowed="a code such as cadss6",
            mend="write small letters, no spaces",
        )
    return _by_bare_code().get(code.replace("-", "").replace("_", ""), code)


@cache
def _by_bare_code() -> dict[str, str]:
    """Every code of the dictionary by its letters and digits alone."""
    return {known.replace("_", ""): known for known in DICTIONARY}


def _checked(fields: Fields, envelope: Envelope) -> Checked:
    second = fields.text("second", longest=200)
    if second == envelope["by"]:
        raise InputRefused(
            fields.place("second"),
            given="the same person as by",
            allowed="another person",
            mend="let a second person check and name them",
        )
    return Checked(**envelope, second=second)


def _rate(fields: Fields) -> PumpRate:
    rate = fields.quantity("rate_ml_per_h", PumpRate)
    if rate < SLOWEST:
        raise InputRefused(
            fields.place("rate_ml_per_h"),
            given=rate,
            allowed=f"{SLOWEST} or more",
            mend="record a pause or a stop instead",
        )
    return rate


def _stopped(fields: Fields, envelope: Envelope) -> Stopped:
    return Stopped(
        **envelope, reason=fields.text("reason", longest=LONGEST_NOTE) if fields.has("reason") else ""
    )


def _vital(fields: Fields, code: str, kind: type[Q]) -> Q:
    definition = DICTIONARY[code]
    return kind.of(float(fields.checked(code, definition)))


def _vitals(fields: Fields, envelope: Envelope) -> Vitals:
    sbp, dbp = _vital(fields, "sbp", Pressure), _vital(fields, "dbp", Pressure)
    if sbp <= dbp:
        raise InputRefused(
            fields.place("sbp"),
            given=f"{sbp} over {dbp}",
            allowed="systolic above diastolic",
            mend="check whether the two were exchanged",
        )
    hr, spo2 = _vital(fields, "hr", HeartRate), _vital(fields, "spo2", Saturation)
    rr = _vital(fields, "rr", BreathingRate) if fields.has("rr") else None
    return Vitals(**envelope, sbp=sbp, dbp=dbp, hr=hr, spo2=spo2, rr=rr)


def _score(fields: Fields, envelope: Envelope) -> Score:
    code = canonical_code(fields)
    definition = DICTIONARY.get(code)
    if definition is None:
        return Score(**envelope, code=code, value=fields.scalar("value"))
    if definition.derived or code in SAID_BY_EVENTS:
        raise InputRefused(
            fields.place("code"),
            given=code,
            allowed="a code that is observed",
            mend="leave it out: it follows from the other events",
        )
    return Score(**envelope, code=code, value=fields.checked("value", definition))


def _symptom(fields: Fields, envelope: Envelope) -> Symptom:
    code = canonical_code(fields)
    severity = fields.take("severity")
    if type(severity) is int and 0 <= severity < len(Severity):
        return Symptom(**envelope, code=code, severity=list(Severity)[severity])
    if severity not in list(Severity):
        allowed = f"{', '.join(Severity)}, or 0-3 in this order"
        raise InputRefused(
            fields.place("severity"), given=severity, allowed=allowed, mend="choose one of these"
        )
    return Symptom(**envelope, code=code, severity=Severity(str(severity)))


def _medicine(fields: Fields, envelope: Envelope) -> MedicineGiven:
    dose = fields.number("dose")
    if dose <= 0:
        raise InputRefused(
            fields.place("dose"), given=dose, allowed="above 0", mend="give the dose that was given"
        )
    name, unit, route = fields.text("name", longest=120), fields.text("unit"), fields.text("route")
    return MedicineGiven(**envelope, name=name, dose=dose, unit=unit, route=route)


def _corrected(fields: Fields, envelope: Envelope) -> Corrected:
    event = fields.identifier("event")
    true_at = fields.time("true_at") if fields.has("true_at") else None
    in_error = fields.take("entered_in_error") if fields.has("entered_in_error") else False
    changes = tuple(sorted((key, fields.scalar(key)) for key in fields.left()))
    if in_error is not True and not changes and true_at is None:
        raise InputRefused(
            fields.where,
            given="no change",
            allowed="fields of the event, true_at, or entered_in_error: true",
            mend="say what is corrected",
        )
    return Corrected(
        **envelope, event=event, changes=changes, true_at=true_at, entered_in_error=in_error is True
    )


Reader = Callable[[Fields, Envelope], InfusionEvent]

PAYLOADS: dict[str, Reader] = {
    "checked": _checked,
    "started": lambda fields, envelope: Started(**envelope, rate=_rate(fields)),
    "rate_changed": lambda fields, envelope: RateChanged(**envelope, rate=_rate(fields)),
    "paused": lambda _, envelope: Paused(**envelope),
    "resumed": lambda fields, envelope: Resumed(**envelope, rate=_rate(fields)),
    "stopped": _stopped,
    "pump_confirmed_off": lambda _, envelope: PumpConfirmedOff(**envelope),
    "vitals": _vitals,
    "score": _score,
    "symptom": _symptom,
    "medicine_given": _medicine,
    "note": lambda fields, envelope: Note(**envelope, text=fields.text("text", longest=LONGEST_NOTE)),
    "corrected": _corrected,
    "discharged": lambda _, envelope: Discharged(**envelope),
    "signed": lambda _, envelope: Signed(**envelope),
}


def change_field(event: InfusionEvent, correction: Corrected, *, where: str) -> InfusionEvent:
    """The event with the fields of one correction in place of its own.

    Raises:
        InputRefused: the correction names a field that the event does not have, or a value that it cannot take.
    """
    document = write_event(event) | dict(correction.changes)
    fixed = {
        "id": event.id,
        "type": event.kind,
        "by": event.by,
        "recorded_at": correction.recorded_at.isoformat(),
    }
    at = correction.true_at or event.at
    return read_event({**document, **fixed, "at": at.isoformat()}, where=where)
