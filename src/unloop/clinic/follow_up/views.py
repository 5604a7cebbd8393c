"""Pages of follow-up: what befell a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.care.outcome import LeavingReason
from unloop.clinic.chart.services import FactRow, Person, of_person
from unloop.clinic.follow_up.events import (
    CODE,
    adverse_events,
    change_adverse_event,
    entry_of,
    leave_treatment,
    leavings_of,
    record_adverse_event,
    record_erp_session,
    say_life_event,
)
from unloop.clinic.follow_up.forms import (
    AdverseEventForm,
    ChangeForm,
    ErpForm,
    LeavingForm,
    LifeEventForm,
    OnceForm,
    as_entered,
)
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


@require_GET
@of_person("adverse_events")
def events(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every adverse event, and the ways to write down what befell the person."""
    return _events(request, person)


@require_http_methods(["GET", "POST"])
@of_person("adverse_event")
def new_event(request: ClinicRequest, person: Person) -> HttpResponse:
    """Write an adverse event down."""
    form = AdverseEventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_adverse_event(person, form.event(), entry=form.cleaned_data["entry"])
        except InputRefused as refused:
            _say(form, refused)
        else:
            return redirect("follow_up:adverse_events", person.id)
    context = {"person": person, "form": form}
    return render(request, "follow_up/event.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@of_person("adverse_event")
def change_event(request: ClinicRequest, person: Person, fact_id: UUID) -> HttpResponse:
    """Say something else of an adverse event, e.g. what became of it."""
    row = get_object_or_404(FactRow, id=fact_id, person=person, code=CODE)
    entry = entry_of(row)
    if entry is None:
        return redirect("follow_up:adverse_events", person.id)
    form = ChangeForm(request.POST or None, initial=as_entered(entry.event))
    if request.method == "POST" and form.is_valid():
        try:
            change_adverse_event(person, row, form.event(), reason=form.cleaned_data["reason"])
        except InputRefused as refused:
            _say(form, refused)
        else:
            return redirect("follow_up:adverse_events", person.id)
    context = {"person": person, "form": form, "entry": entry}
    return render(request, "follow_up/event.html", context, status=422 if form.is_bound else 200)


@require_POST
@of_person("life_event")
def life_event(request: ClinicRequest, person: Person) -> HttpResponse:
    """Write down what happened in the person's life."""
    form = LifeEventForm(request.POST, auto_id="life_%s")
    if form.is_valid() and _taken(form, partial(say_life_event, person, form.cleaned_data["words"])):
        messages.success(request, _("It stands on the course."))
        return redirect("follow_up:adverse_events", person.id)
    return _events(request, person, life=form)


@require_POST
@of_person("erp_session")
def erp_session(request: ClinicRequest, person: Person) -> HttpResponse:
    """Write down a session of ERP."""
    form = ErpForm(request.POST, auto_id="erp_%s")
    if form.is_valid() and _taken(
        form, partial(record_erp_session, person, float(form.cleaned_data["minutes"]))
    ):
        messages.success(request, _("It stands on the course."))
        return redirect("follow_up:adverse_events", person.id)
    return _events(request, person, erp=form)


@require_POST
@of_person("leaving")
def leaving(request: ClinicRequest, person: Person) -> HttpResponse:
    """Write down that the person left treatment early."""
    form = LeavingForm(request.POST, auto_id="left_%s")
    if form.is_valid() and _taken(
        form, partial(leave_treatment, person, LeavingReason(form.cleaned_data["reason"]))
    ):
        messages.success(request, _("It is written down."))
        return redirect("follow_up:adverse_events", person.id)
    return _events(request, person, left=form)


def _taken(form: OnceForm, write: Callable[..., None]) -> bool:
    """Whether what was entered was written; otherwise the form says why not."""
    try:
        write(at=form.cleaned_data["at"], entry=form.cleaned_data["entry"])
    except InputRefused as refused:
        _say(form, refused)
        return False
    return True


def _events(request: ClinicRequest, person: Person, **wrong: forms.Form) -> HttpResponse:
    """The page, with the form that could not be taken as it was entered."""
    entries = adverse_events([person.id])
    fresh = {
        "life": LifeEventForm(auto_id="life_%s"),
        "erp": ErpForm(auto_id="erp_%s"),
        "left": LeavingForm(auto_id="left_%s"),
    }
    context = {
        "person": person, "entries": entries, "serious": sum(one.event.is_serious for one in entries),
        "wrong": next(iter(wrong.values()), None), "leavings": leavings_of(person), **fresh, **wrong,
    }  # fmt: skip
    return render(request, "follow_up/events.html", context, status=422 if wrong else 200)


def _say(form: OnceForm, refused: InputRefused) -> None:
    field = "onset" if refused.where == "at" and "onset" in form.fields else refused.where
    where = field if field in form.fields and field != "entry" else None
    form.add_error(
        where, f"{_('Allowed is')}: {refused.allowed}. {refused.mend[:1].upper()}{refused.mend[1:]}."
    )
