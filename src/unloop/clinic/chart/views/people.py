"""Finding people, making a new one, and importing a record."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from unloop.clinic.chart.forms import PersonForm, UploadForm, WhoseForm
from unloop.clinic.chart.importing import LikelyDuplicate, answer_whose, import_bundle, wait
from unloop.clinic.chart.models import ImportRecord, Person, WaitingBundle
from unloop.clinic.chart.reading import open_person
from unloop.clinic.chart.searching import find_people
from unloop.clinic.chart.writing import make_person
from unloop.clinic.people.services import ClinicRequest
from unloop.fhir import MAX_BYTES
from unloop.quantity import InputRefused

PAGE = 50


@require_GET
def people(request: ClinicRequest) -> HttpResponse:
    """Everybody, or those whose name, birth date or number is looked for."""
    wanted = request.GET.get("q", "").strip()
    page = Paginator(find_people(wanted), PAGE).get_page(request.GET.get("page"))
    context = {"people": page, "wanted": wanted}
    return render(request, "chart/parts/people.html" if request.htmx else "chart/people.html", context)


@require_http_methods(["GET", "POST"])
def new_person(request: ClinicRequest) -> HttpResponse:
    """Somebody who is here for the first time."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = make_person(form.save(commit=False))
        return redirect("chart:person", person.id) if request.user.is_clinical else redirect("chart:people")
    return render(request, "chart/new_person.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def import_record(request: ClinicRequest) -> HttpResponse:
    """Upload a FHIR record."""
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MAX_BYTES:
            form.add_error("file", _("The file has %(has)d MB; at most %(most)d MB are read. Export one person only.")
                           % {"has": file.size // 1_000_000, "most": MAX_BYTES // 1_000_000})  # fmt: skip
        else:
            return _import(request, form, file.read())
    return render(
        request, "chart/import.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _import(request: ClinicRequest, form: UploadForm, data: bytes) -> HttpResponse:
    try:
        result = import_bundle(data)
    except InputRefused as refused:
        return render(request, "chart/import.html", {"form": form, "refused": refused}, status=422)
    if isinstance(result, LikelyDuplicate):
        return redirect("chart:whose", wait(data, result.candidates).id)
    return redirect("chart:imported", result.person.id)


@require_http_methods(["GET", "POST"])
def whose(request: ClinicRequest, waiting_id: UUID) -> HttpResponse:
    """Ask whose record it is before anything is written."""
    waiting = get_object_or_404(WaitingBundle, id=waiting_id)
    candidates = [open_person(UUID(one), page="whose") for one in waiting.candidates]
    form = WhoseForm(request.POST if request.method == "POST" else None, candidates=candidates)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            result = answer_whose(waiting, form.cleaned_data["answer"])
        except InputRefused as error:
            refused = error
        else:
            messages.success(request, _("The record is imported."))
            return redirect("chart:imported", result.person.id)
    context = {"form": form, "candidates": candidates, "refused": refused}
    return render(request, "chart/whose.html", context, status=422 if form.is_bound else 200)


def last_import(person: Person) -> ImportRecord | None:
    """The import that brought something last."""
    latest: ImportRecord | None = ImportRecord.objects.filter(person=person).order_by("-at").first()
    return latest
