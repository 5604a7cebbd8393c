"""Opening a person's page: the look is recorded, and a form meant for somebody else goes nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from unloop.clinic.chart.models import Person
from unloop.clinic.chart.reading import open_unless_held_back
from unloop.clinic.chart.tokens import OtherPerson, check_token
from unloop.clinic.people.services import ClinicRequest

P = ParamSpec("P")
PersonView = Callable[Concatenate[ClinicRequest, Person, P], HttpResponse]
Wrapped = Callable[Concatenate[ClinicRequest, UUID, P], HttpResponse]
ALL_THE_SAME = "all-the-same"
"""With this in its address a page is shown that is held back from a second rater."""


def of_person(page: str) -> Callable[[PersonView[P]], Wrapped[P]]:
    """Turn a view of a person into one of a person's id.

    The look leaves a line in the trail; a posted form that was made for another person is answered with 409 and
    writes nothing (two tabs on two people). A page that shows what somebody is to rate unseen is held back from them
    until they say that they want to see it; what they send is taken.

    Args:
        page: what is looked at, as a code for the trail.
    """

    def decorate(view: PersonView[P]) -> Wrapped[P]:
        @wraps(view)
        def wrapped(
            request: ClinicRequest, person_id: UUID, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            all_the_same = request.method == "POST" or ALL_THE_SAME in request.GET
            person, held_back = open_unless_held_back(person_id, page=page, all_the_same=all_the_same)
            if held_back:
                context = {"person": person, "all_the_same": ALL_THE_SAME}
                return render(request, "chart/held_back.html", context)
            if request.method == "POST":
                try:
                    check_token(request, person.id)
                except OtherPerson:
                    return render(request, "chart/other_person.html", {"person": person}, status=409)
            return view(request, person, *args, **kwargs)

        return cast("Wrapped[P]", wrapped)

    return decorate
