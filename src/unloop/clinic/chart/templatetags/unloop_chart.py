"""The line that says whose page it is, with the ways to the person's other pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit import clock
from unloop.clinic.chart.dates import in_words
from unloop.clinic.chart.models import Person
from unloop.clinic.chart.reading import OpenChart, allergies_of
from unloop.clinic.chart.tokens import FIELD, token_for
from unloop.clinic.people.services import Link, may_open
from unloop.facts import completed_years

register = template.Library()
register.filter(in_words)

PAGES = (
    (_("Course"), "chart:person"),
    (_("Evaluation"), "consulting_room:evaluation"),
    (_("Family"), "consulting_room:family"),
    (_("Plan"), "consulting_room:plan"),
    (_("Consent"), "consulting_room:consent"),
    (_("Sessions"), "bedside:person_sessions"),
    (_("Answers"), "questionnaires:person"),
    (_("Events"), "follow_up:adverse_events"),
    (_("Visits"), "front_desk:booking"),
    (_("Record"), "chart:facts"),
)


@register.inclusion_tag("unloop/parts/person_line.html", takes_context=True)
def whose(context: dict[str, Any], person: Person) -> dict[str, Any]:
    """Name, birth date with age, allergies, and the person's pages: on every page of a person.

    A page that has read the chart gives it as `opened`, so that nothing is read twice.
    """
    opened = context.get("opened")
    today = clock.today()
    age = completed_years(person.birth_date, today) if person.birth_date else None
    request = context["request"]
    links = [
        Link(str(label), address, current=address == request.path)
        for label, route in PAGES
        if may_open(request.user, route) and (address := _address(route, person))
    ]
    return {
        "name": person.name, "born": person.birth_date, "age": age, "notes": (),
        "allergies": opened.allergies if isinstance(opened, OpenChart) else allergies_of(person),
        "links": links,
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def first_page(context: dict[str, Any], person: Person) -> str:
    """The first of a person's pages that the reader may open; empty where there is none."""
    user = context["request"].user
    return next(
        (address for _, route in PAGES if may_open(user, route) and (address := _address(route, person))), ""
    )


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], route: str) -> bool:
    """Whether the reader may open an address, by its name."""
    return may_open(context["request"].user, route)


@register.simple_tag
def for_person(person: Person) -> SafeString:
    """The hidden field that ties a form to its person."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token_for(person.id))


def _address(route: str, person: Person) -> str | None:
    try:
        return reverse(route, args=[person.id])
    except NoReverseMatch:
        return None
