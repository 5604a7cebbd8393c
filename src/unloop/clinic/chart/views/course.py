"""The first page of a person: the course on one picture, with the same numbers below."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from unloop.care.evaluation import look
from unloop.clinic.audit import clock
from unloop.clinic.chart.drawing import draw
from unloop.clinic.chart.models import Person
from unloop.clinic.chart.reading import open_chart
from unloop.clinic.chart.timeline import Timeline, timeline
from unloop.clinic.chart.views.guarding import of_person
from unloop.clinic.people.services import ClinicRequest, current_protocol, protocol_of
from unloop.protocol import bundled


@require_GET
@of_person("course")
def person(request: ClinicRequest, person: Person) -> HttpResponse:
    """Severity with infusions and medicines under one axis."""
    opened = open_chart(person)
    adopted = current_protocol()
    view = look(protocol_of(adopted) if adopted else bundled(), opened.chart, at=clock.now())
    course = timeline(opened.chart, view)
    context = {
        "person": person,
        "opened": opened,
        "course": course,
        "sentence": sentence(course),
        "picture": draw(course, get_current_timezone()) if course.points or course.infusions else None,
        "waiting": sum(len(names) for names in opened.undecided.values()),
    }
    return render(request, "chart/person.html", context)


def sentence(course: Timeline) -> str:
    """The one true sentence about a course; never a cause."""
    if course.latest is None:
        return _("No rating yet, so no course to draw.")
    if not course.infusions:
        return _("Y-BOCS %(now)g, before any infusion.") % {"now": course.latest.total}
    count = len(course.infusions)
    over = ngettext("%(count)d infusion", "%(count)d infusions", count) % {"count": count}
    if course.baseline is None or course.latest.at <= course.baseline.at:
        return _("%(over)s given; not rated since.") % {"over": over}
    points = course.baseline.total - course.latest.total
    if points == 0:
        return _("Severity is unchanged over %(over)s.") % {"over": over}
    words = (
        _("Severity fell by %(points)g points over %(over)s.")
        if points > 0
        else _("Severity rose by %(points)g points over %(over)s.")
    )
    return words % {"points": abs(points), "over": over}
