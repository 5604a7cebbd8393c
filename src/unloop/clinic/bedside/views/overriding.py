"""Going on over a relative rule that stands at the start of a session, such as a pressure that only a physician accepts."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from unloop.care.infusion import SessionState, replay
from unloop.clinic.audit import clock
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.sessions import chart_with_session, events_of, protocol_of
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.consulting_room.services import AtStart, Overriding, answer_override
from unloop.clinic.people.services import ClinicRequest

_WAITING = frozenset({SessionState.ORDERED, SessionState.CHECKED})


@require_http_methods(["GET", "POST"])
@of_person("session-override")
def override(request: ClinicRequest, person: Person, *, session_id: UUID, rule: str) -> HttpResponse:
    """Who would have to sign before the start; once the infusion has begun there is nothing to decide."""
    session = get_object_or_404(
        InfusionSession.objects.select_related("person", "protocol"), id=session_id, person=person
    )
    events = events_of(session)
    if replay(session.order, events, at=clock.now()).state not in _WAITING:
        raise Http404
    start = AtStart(session.id, chart_with_session(session, events=events))
    back = reverse("bedside:session", args=[person.id, session.id])
    return answer_override(request, Overriding(person, protocol_of(session), rule, back=back, start=start))
