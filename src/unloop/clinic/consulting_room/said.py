"""A fact's value as people write it, and what somebody typed as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from unloop.facts import DICTIONARY, FactDefinition
from unloop.quantity import InputRefused
from unloop.rules import amount

_DECIMAL = re.compile(r"[-+]?\d{1,9}(\.\d{1,6})?")


def say_value(code: str, value: object) -> str:
    """A value of this code with its unit."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int() | float():
            return amount(round(float(value), 2), DICTIONARY[code].unit)
        case list() | tuple():
            return "; ".join(say_record(one) if isinstance(one, Mapping) else str(one) for one in value) or _(
                "none"
            )
        case _:
            return str(value).replace("-", " ")


def say_record(record: Mapping[str, object]) -> str:
    """One record in one line, what is not known left out."""
    return ", ".join(f"{say_key(key)}: {_plain(value)}" for key, value in record.items() if value is not None)


def say_key(key: str) -> str:
    """A key of a record as words."""
    return _KEYS.get(key, key.replace("_", " "))


def say_unit(unit: str) -> str:
    """A unit as people write it; empty where there is none to mistake."""
    return amount(2, unit).removeprefix("2").strip()


def read_number(text: str, definition: FactDefinition) -> float:
    """A number that somebody typed, with a point for decimals.

    Raises:
        InputRefused: a comma, a unit or a word; or out of the plausible range.
    """
    low, high = definition.low, definition.high
    allowed = (
        f"{low:g}-{high:g} {say_unit(definition.unit)}".strip()
        if low is not None and high is not None
        else ""
    )
    return _checked(text, definition.label, allowed=allowed, low=low, high=high)


def read_amount(text: str, where: str, limits: tuple[float, float] | None = None) -> float:
    """A number of a record: between these limits, or 0 or more.

    Raises:
        InputRefused: anything else.
    """
    low, high = limits or (0, 1e6)
    allowed = _("%(low)s to %(high)s") % {"low": f"{low:g}", "high": f"{high:g}"} if limits else "0 or more"
    return _checked(text, where, allowed=allowed, low=low, high=high)


def _checked(text: str, where: str, *, allowed: str, low: float | None, high: float | None) -> float:
    stripped = text.strip()
    if _DECIMAL.fullmatch(stripped) is None:
        comma = "," in stripped
        mend = (
            _("write a point for decimals: 0,5 and 5 differ tenfold")
            if comma
            else _("write digits only, the unit stands beside the field")
        )
        raise InputRefused(where, given=text, allowed=allowed, mend=mend)
    number = float(stripped)
    if (low is not None and number < low) or (high is not None and number > high):
        raise InputRefused(where, given=stripped, allowed=allowed,
                           mend=_("check the number and its unit against the original"))  # fmt: skip
    return number


def four_parts(refused: InputRefused) -> str:
    """A refusal in one line for a form: what was given, what is allowed, how to mend it."""
    return _("%(given)s was given; allowed is %(allowed)s. To mend it: %(mend)s.") % refused.as_dict()


def _plain(value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case float():
            return f"{value:g}"
        case _:
            return str(value)


_KEYS = {
    "max_dose_mg_per_day": "highest dose in mg a day",
    "weeks_total": "weeks in all",
    "weeks_at_max": "weeks at the highest dose",
    "adherence_percent": "doses taken in %",
    "ybocs_before": "Y-BOCS before",
    "ybocs_after": "Y-BOCS after",
    "homework_percent": "exercises done in %",
    "therapist_trained": "therapist trained in it",
    "hours": "hours in all",
    "stopped_because": "stopped because",
    "decided_by": "decided by",
    "start": "from",
    "end": "until",
    "augments": "added to",
    "route": "way of taking it",
    "cgi_i": "CGI-I at the end (1 to 7)",
    "highest_tolerated": "no more was tolerated",
    "therapist_training": "the therapist's training",
    "content": "what was done in the sessions",
    "confirmed_by_therapist": "confirmed by the therapist",
}
