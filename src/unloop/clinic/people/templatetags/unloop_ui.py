"""The pieces that pages are set from: mark, field, error summary, person line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

register = template.Library()

_WORDS = (
    *(_("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight")),
    *(_("nine"), _("ten"), _("eleven"), _("twelve")),
)
_MARKS = {"answered", "missing", "stale", "excludes"}


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go, by its label; `current` marks the page that is open."""

    label: str
    address: str
    current: bool = False


@register.inclusion_tag("unloop/parts/mark.html")
def mark(state: str) -> dict[str, Any]:
    """The 15 px sign of an answer's state; its word always stands beside it.

    `{% mark "missing" %}`: answered, missing, stale (out of date) or excludes.
    """
    if state not in _MARKS:
        raise ValueError(f"no mark for {state!r}; there are {', '.join(sorted(_MARKS))}")
    return {"state": state}


@register.inclusion_tag("unloop/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A labelled form field with its hint and errors; choices are drawn as answer rows."""
    bound.field.widget.attrs.pop("placeholder", None)  # a label that vanishes while one types is none
    return {"field": bound}


@register.inclusion_tag("unloop/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What has to be mended, on top of the page, each line leading to its field."""
    return {"form": form}


@register.inclusion_tag("unloop/parts/person_line.html")
def person_line(
    name: str,
    born: date,
    *,
    age: int | None = None,
    allergies: str = "",
    notes: Sequence[str] = (),
    links: Any = (),
) -> dict[str, Any]:
    """Whose page it is: name, birth date, allergies, always; `links` are `Link`s to the person's other pages."""
    return {"name": name, "born": born, "age": age, "allergies": allergies, "notes": notes, "links": links}


@register.filter
def open_to(route: str, user: Any) -> bool:
    """`{% if "chart:medicines"|open_to:signed_in %}`: offer no link that would be refused."""
    from unloop.clinic.people.permissions import may_open  # noqa: PLC0415 - the matrix imports the models

    return bool(user) and may_open(user, route)


@register.filter
def day(value: date | datetime | None) -> str:
    """`3 December 2026`, in the clinic's zone."""
    return "" if value is None else date_format(_local(value), "j F Y")


@register.filter
def clock(value: datetime | None) -> str:
    """`10:26`, in the clinic's zone."""
    return "" if value is None else date_format(_local(value), "H:i")


@register.filter
def moment(value: datetime | None) -> str:
    """`3 December 2026, 10:26`, in the clinic's zone."""
    return "" if value is None else f"{day(value)}, {clock(value)}"


@register.filter
def spelled(number: int) -> str:
    """Zero to twelve in words, for a page's first sentence; figures beyond."""
    return str(_WORDS[number]) if 0 <= number < len(_WORDS) else str(number)


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value
