"""How an event is said in words, on the chart, in the list and in the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unloop.care.infusion import (
    Checked,
    Discharged,
    Happening,
    ImpossibleTransition,
    MedicineGiven,
    Note,
    Paused,
    PumpConfirmedOff,
    RateChanged,
    Resumed,
    Score,
    SessionState,
    Signed,
    Started,
    Stopped,
    Symptom,
    Vitals,
)
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused, plain
from unloop.rules import amount

SYMPTOMS = (
    ("nausea", gettext_lazy("Nausea")),
    ("dizziness", gettext_lazy("Dizzy")),
    ("floating", gettext_lazy("Floating")),
    ("anxiety", gettext_lazy("Anxious")),
)
SEVERITIES = (
    ("mild", gettext_lazy("mild")),
    ("moderate", gettext_lazy("moderate")),
    ("severe", gettext_lazy("severe")),
)
STATES = {
    SessionState.ORDERED: gettext_lazy("ordered"),
    SessionState.CHECKED: gettext_lazy("checked by a second person"),
    SessionState.RUNNING: gettext_lazy("running"),
    SessionState.PAUSED: gettext_lazy("paused"),
    SessionState.STOPPED: gettext_lazy("stopped; nobody has confirmed that the pump is off"),
    SessionState.RECOVERING: gettext_lazy("recovering"),
    SessionState.DISCHARGED: gettext_lazy("gone home"),
    SessionState.SIGNED: gettext_lazy("signed"),
}
FIELDS = {
    "sbp": gettext_lazy("Systolic"),
    "dbp": gettext_lazy("Diastolic"),
    "hr": gettext_lazy("Heart rate"),
    "spo2": gettext_lazy("Oxygen, %"),
    "rr": gettext_lazy("Breaths"),
    "at": gettext_lazy("Taken at"),
    "rate_ml_per_h": gettext_lazy("Pump rate, mL/h"),
    "name": gettext_lazy("Medicine given"),
    "dose": gettext_lazy("Dose"),
    "unit": gettext_lazy("Unit"),
    "route": gettext_lazy("Route"),
    "text": gettext_lazy("Note"),
    "reason": gettext_lazy("Why was it stopped?"),
    "because": gettext_lazy("Not now, because"),
    "severity": gettext_lazy("How strong"),
    "code": gettext_lazy("What was seen"),
    "second": gettext_lazy("Second person's check"),
}
"""What the pages call the fields of an entry."""
KINDS = {
    "checked": gettext_lazy("second person's check"),
    "started": gettext_lazy("start of the pump"),
    "rate_changed": gettext_lazy("pump slower"),
    "paused": gettext_lazy("pump paused"),
    "resumed": gettext_lazy("pump running again"),
    "stopped": gettext_lazy("pump stopped"),
    "pump_confirmed_off": gettext_lazy("the pump is off"),
    "vitals": gettext_lazy("readings"),
    "score": gettext_lazy("score"),
    "symptom": gettext_lazy("symptom"),
    "medicine_given": gettext_lazy("medicine given"),
    "note": gettext_lazy("note"),
    "corrected": gettext_lazy("correction"),
    "discharged": gettext_lazy("gone home"),
    "signed": gettext_lazy("signature"),
}
"""What the pages call an entry."""


def refused_in_words(refused: InputRefused, document: Mapping[str, Any]) -> InputRefused:
    """The same refusal, named as the page names the field, instead of as a session file does.

    Args:
        refused: by the core, which names the place in a file.
        document: the entry that was refused.
    """
    place, _comma, field = refused.where.rpartition(", ")
    if not (place or field).startswith("event"):
        return refused
    kind = str(KINDS.get(str(document.get("type")), _("entry")))
    if not place:
        where = kind
    elif field == "value":
        where = label_of(str(document.get("code", "")))
    else:
        where = str(FIELDS.get(field, kind))
    given = kind if isinstance(refused, ImpossibleTransition) else _units(refused.given)
    return type(refused)(where, given=given, allowed=_units(refused.allowed), mend=_units(refused.mend))


def _units(text: str) -> str:
    """Units as people write them; the core names them by their code."""
    return text.replace("mm[Hg]", "mmHg")


def event_words(event: Happening) -> str:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    """One short phrase, with numbers and units."""
    match event:
        case Checked():
            return _("checked by a second person")
        case Started():
            return _("start %s") % event.rate
        case RateChanged():
            return _("rate %s") % event.rate
        case Paused():
            return _("paused")
        case Resumed():
            return _("resumed, %s") % event.rate
        case Stopped():
            return _("stopped: %s") % event.reason if event.reason else _("stopped")
        case PumpConfirmedOff():
            return _("pump confirmed off")
        case Vitals():
            breaths = _(", breaths %g") % event.rr.amount if event.rr is not None else ""
            return _("%(sbp)g/%(dbp)g mmHg, heart rate %(hr)g, oxygen %(spo2)g%%") % {
                "sbp": event.sbp.amount, "dbp": event.dbp.amount, "hr": event.hr.amount, "spo2": event.spo2.amount,
            } + breaths  # fmt: skip
        case Score():
            return f"{label_of(event.code)}: {value_words(event.value, code=event.code)}"
        case Symptom():
            severity = dict(SEVERITIES).get(event.severity.value, event.severity.value)
            return f"{dict(SYMPTOMS).get(event.code, label_of(event.code))}, {severity}".lower()
        case MedicineGiven():
            return f"{event.name} {plain(event.dose)} {event.unit}, {event.route}"
        case Note():
            return event.text
        case Discharged():
            return _("gone home")
        case Signed():
            return _("signed")
        case _:
            assert_never(event)


def label_of(code: str) -> str:
    """The dictionary's word for a code."""
    definition = DICTIONARY.get(code)
    return definition.label if definition is not None else code.replace("_", " ")


def value_words(value: object, *, code: str) -> str:
    """Yes and no in words, numbers with the unit that the dictionary gives their code."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not isinstance(value, int | float):
        return str(value).replace("-", " ")
    definition = DICTIONARY.get(code)
    return amount(value, definition.unit if definition is not None else "")
