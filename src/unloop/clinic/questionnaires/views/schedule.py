"""Asking by the schedule: who is asked, when each window opens, and who reads the answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from unloop.care.symptoms import after_infusion
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.forms import ReaderForm, said_of
from unloop.clinic.questionnaires.scheduling import asked_of, follow, followed, stop_following
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@of_person("schedule")
def schedule(request: ClinicRequest, person: Person) -> HttpResponse:
    """Begin or stop to ask a person by the schedule, and see each window with its state."""
    if request.method == "POST" and "stop" in request.POST:
        stop_following(person, by=request.user)
        messages.success(request, _("No further window opens."))
        return redirect("questionnaires:schedule", person.id)
    form = ReaderForm(request.POST if request.method == "POST" else None, sender=request.user)
    if form.is_bound and form.is_valid():
        try:
            follow(
                person,
                reader=form.chosen_reader,
                by=request.user,
                language_code=form.cleaned_data["language"],
            )
        except InputRefused as refused:
            form.add_error(None, said_of(refused))
        else:
            return redirect("questionnaires:schedule", person.id)
    terms = followed(person)
    context = {
        "person": person, "form": form, "terms": terms, "schedule": after_infusion(),
        "asked": asked_of(terms) if terms is not None else [],
    }  # fmt: skip
    return render(request, "questionnaires/schedule.html", context, status=422 if form.is_bound else 200)
