"""What leaves the room: responses as CSV and FHIR, and the person's own view."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.exporting import as_bundle, as_csv
from unloop.clinic.questionnaires.forms import LookForm
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.own_view import let_look, own_bands
from unloop.clinic.questionnaires.second import hidden_from
from unloop.clinic.questionnaires.views.staff import show_link
from unloop.quantity import InputRefused


@require_GET
@of_person("responses")
def responses_csv(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every response of a person, one line an answer."""
    text = as_csv(_sheets(request, person, form="csv"))
    name = f"responses-{person.id}.csv"
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=_attached(name))


@require_GET
@of_person("responses")
def responses_fhir(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every response of a person as FHIR R4."""
    bundle = as_bundle(_sheets(request, person, form="fhir"))
    name = f"responses-{person.id}.json"
    return JsonResponse(bundle, content_type="application/fhir+json", headers=_attached(name))


@require_http_methods(["GET", "POST"])
@of_person("own-view")
def own_view(request: ClinicRequest, person: Person) -> HttpResponse:
    """What the person may see: to turn the screen at a visit, or as a link on request."""
    form = LookForm(request.POST if request.method == "POST" else None, sender=request.user)
    if form.is_bound and form.is_valid():
        try:
            made, path = let_look(
                person, by=request.user, reader=form.chosen_reader, language=form.cleaned_data["language"]
            )
        except InputRefused as refused:
            form.add_error(None, f"{refused.where}: {refused.given}. {refused.allowed}. {refused.mend}.")
        else:
            return show_link(request, made, path)
    bands = own_bands(person, without=hidden_from(request.user, person))
    context = {"person": person, "form": form, "bands": bands}
    return render(request, "questionnaires/own_view.html", context, status=422 if form.is_bound else 200)


def _sheets(request: ClinicRequest, person: Person, *, form: str) -> QuerySet[AnswerSheet]:
    """Every sheet that was sent, second ratings too, but for those that are hidden from the reader."""
    sent = AnswerSheet.objects.filter(person=person, sent_at__isnull=False).select_related("wording")
    sheets = sent.exclude(id__in=hidden_from(request.user, person)).order_by("sent_at")
    record(
        "questionnaires.responses.exported", person=person.id, detail={"form": form, "count": sheets.count()}
    )
    return sheets


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
