"""Going on although a relative rule stands against it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.consulting_room.overriding_page import Overriding, answer_override
from unloop.clinic.consulting_room.standing import in_force
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated
from unloop.clinic.people.services import ClinicRequest


@require_http_methods(["GET", "POST"])
@of_person("override")
def override(request: ClinicRequest, person: Person, rule: str) -> HttpResponse:
    """Who would have to sign, who has, and the form of whoever is here. A rule that nobody overrides has no page."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    back = reverse("consulting_room:evaluation", args=[person.id])
    return answer_override(request, Overriding(person, current.protocol, rule, back=back))
