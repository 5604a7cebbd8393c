"""The first page of a person: the course on one picture, with the same numbers below."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_GET

from unloop.care.evaluation import look
from unloop.care.outcome import CONSENSUS, OutcomeDefinitions, definitions_of
from unloop.clinic.audit import clock
from unloop.clinic.chart.drawing import draw
from unloop.clinic.chart.models import Person
from unloop.clinic.chart.multiples import small_multiples
from unloop.clinic.chart.reading import hidden_facts, open_chart
from unloop.clinic.chart.telling import argument, sentence, word
from unloop.clinic.chart.timeline import timeline
from unloop.clinic.chart.views.guarding import of_person
from unloop.clinic.people.services import ClinicRequest, current_protocol, protocol_of
from unloop.facts import Chart
from unloop.protocol import Protocol, bundled
from unloop.quantity import InputRefused


@require_GET
@of_person("course")
def person(request: ClinicRequest, person: Person) -> HttpResponse:
    """Severity with infusions, medicines and ERP under one axis."""
    opened = open_chart(person)
    adopted = current_protocol()
    protocol = protocol_of(adopted) if adopted else bundled()
    view = look(protocol, opened.chart, at=clock.now())
    definitions = _definitions(protocol)
    hidden = hidden_facts(person)
    course = timeline(_without(opened.chart, hidden), view, definitions=definitions)
    context = {
        "person": person,
        "opened": opened,
        "course": course,
        "hidden": len(hidden),
        "rule": definitions,
        "sentence": sentence(course),
        "word": word(course),
        "argument": argument(course),
        "picture": draw(course, get_current_timezone()) if course.points or course.infusions else None,
        "multiples": small_multiples(course, get_current_timezone()),
        "waiting": sum(len(names) for names in opened.undecided.values()),
    }
    return render(request, "chart/person.html", context)


def _without(chart: Chart, hidden: frozenset[UUID]) -> Chart:
    """The chart as somebody sees it who was asked to rate without knowing these facts."""
    if not hidden:
        return chart
    ids = {str(one) for one in hidden}
    return replace(chart, facts=tuple(fact for fact in chart.facts if str(fact.id) not in ids))


def _definitions(protocol: Protocol) -> OutcomeDefinitions:
    """What the protocol calls a response; the consensus, which names itself, where its rules cannot be counted."""
    try:
        return definitions_of(protocol)
    except InputRefused:
        return CONSENSUS
