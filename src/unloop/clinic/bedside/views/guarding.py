"""Opening a session's page: it belongs to the person in the address, and the look is recorded."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest

P = ParamSpec("P")
SessionView = Callable[Concatenate[ClinicRequest, InfusionSession, P], HttpResponse]
Wrapped = Callable[Concatenate[ClinicRequest, UUID, P], HttpResponse]


def of_session(page: str) -> Callable[[SessionView[[]]], Wrapped[[UUID]]]:
    """Turn a view of a session into one of a person's and a session's id; a form made for another person gets 409."""

    def decorate(view: SessionView[[]]) -> Wrapped[[UUID]]:
        @of_person(page)
        def inner(request: ClinicRequest, person: Person, session_id: UUID) -> HttpResponse:
            rows = InfusionSession.objects.select_related("person", "protocol", "chair")
            return view(request, get_object_or_404(rows, id=session_id, person=person))

        @wraps(view)
        def wrapped(request: ClinicRequest, person_id: UUID, session_id: UUID) -> HttpResponse:
            return inner(request, person_id, session_id)

        return wrapped

    return decorate


def new_id() -> UUID:
    """The id of an entry that a form will make, for browsers that make none themselves."""
    return uuid4()


def form_id(request: ClinicRequest) -> UUID:
    """The id that a posted form carries; a form without a usable one is a new entry."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid4()
