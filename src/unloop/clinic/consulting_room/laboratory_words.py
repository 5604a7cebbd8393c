"""Laboratory values as the evaluation shows them: the value, its range and its multiple, each with the unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from unloop.care.evaluation import LabValue, laboratory_values
from unloop.facts import View
from unloop.rules import amount


@dataclass(frozen=True, slots=True)
class LabRow:
    """One value with its range in words."""

    value: LabValue
    said: str
    range: str


def laboratory_rows(view: View) -> tuple[LabRow, ...]:
    """The laboratory values that count, in words."""
    return tuple(
        LabRow(one, amount(round(one.value, 2), one.unit), _range(one)) for one in laboratory_values(view)
    )


def _range(one: LabValue) -> str:
    match one.low, one.high:
        case None, None:
            return _("no range given")
        case None, float() as high:
            return _("up to %s") % amount(high, one.unit)
        case float() as low, None:
            return _("from %s") % amount(low, one.unit)
        case low, high:
            return _("%(low)s to %(high)s") % {"low": f"{low:g}", "high": amount(high or 0, one.unit)}
