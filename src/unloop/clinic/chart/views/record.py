"""A person's record: the medicines taken now, and every entry with its corrections."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from unloop.clinic.chart.correcting import correct, entries_of, label_of
from unloop.clinic.chart.drafts import name_medicines, say_medicines, suggested_medicines
from unloop.clinic.chart.forms import CorrectionForm, MedicinesForm
from unloop.clinic.chart.models import FactRow, Person
from unloop.clinic.chart.reading import hidden_facts
from unloop.clinic.chart.views.guarding import of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@of_person("medicines")
def medicines(request: ClinicRequest, person: Person) -> HttpResponse:
    """What the person takes now."""
    form = MedicinesForm(request.POST or None, initial={"medicines": "\n".join(suggested_medicines(person))})
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            named = say_medicines(person, form.names(), complete=form.cleaned_data["complete"])
        except InputRefused as error:
            refused = error
        else:
            unknown = [one.written for one in named if one.ingredient is None]
            if unknown:
                messages.warning(
                    request, _("Not in the table, so a clinician decides: %s") % ", ".join(unknown)
                )
            return redirect("chart:medicines", person.id)
    named = name_medicines(form.names() if form.is_bound and form.is_valid() else suggested_medicines(person))
    context = {"person": person, "form": form, "named": named, "refused": refused}
    return render(request, "chart/medicines.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET"])
@of_person("facts")
def facts(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every entry with its age and source, the corrected ones struck through beside what replaced them."""
    hidden = hidden_facts(person)
    entries = [entry for entry in entries_of(person) if entry.row.id not in hidden]
    return render(request, "chart/facts.html", {"person": person, "entries": entries, "hidden": len(hidden)})


@require_http_methods(["GET", "POST"])
@of_person("correction")
def correction(request: ClinicRequest, person: Person, fact_id: UUID) -> HttpResponse:
    """Correct an entry, or take it back."""
    row = get_object_or_404(FactRow.objects.exclude(id__in=hidden_facts(person)), id=fact_id, person=person)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            correct(person, row, **form.cleaned_data)
        except InputRefused as refused:
            form.add_error("value", f"{refused.given}: {_('allowed is')} {refused.allowed}. {refused.mend}")
        else:
            return redirect("chart:facts", person.id)
    context = {"person": person, "row": row, "label": label_of(row), "form": form}
    return render(request, "chart/correction.html", context, status=422 if form.is_bound else 200)
