"""Official wording: where to get it, loading it, seeing what does not fit, reading it, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.care.symptoms import Instrument, MissingRule, library, measurement_error
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.empty_form import empty_form
from unloop.clinic.questionnaires.forms import WordingForm, said_of
from unloop.clinic.questionnaires.models import LoadedWording
from unloop.clinic.questionnaires.results import bands_in_words
from unloop.clinic.questionnaires.wordings import (
    FAMILY_PORTRAIT,
    can_be_worded,
    current_wordings,
    document_of,
    in_session,
    in_words,
    load_wording,
    take_wording_back,
)
from unloop.fhir import MAX_BYTES, Misfit
from unloop.quantity import InputRefused

_FIELDS = {"language": "language", "right to use it": "permission", "official wording": "instrument"}
"""At which field of the form a refusal is said; at the file where it is about the file."""


@require_http_methods(["GET", "POST"])
def wordings(request: ClinicRequest) -> HttpResponse:
    """Whose words are served for each questionnaire, where the official ones are had, and the form to load a file."""
    form = WordingForm(request.POST or None, request.FILES or None)
    misfit: Misfit | None = None
    if form.is_bound and form.is_valid():
        misfit = _load(request, form)
        if misfit is None and form.is_valid():
            return redirect("questionnaires:wordings")
    served = current_wordings()
    context = {
        "form": form, "misfit": misfit, "portrait": next(iter(served.get(FAMILY_PORTRAIT, ())), None),
        "served": [(one, served.get(one.id, [])) for one in can_be_worded()],
    }  # fmt: skip
    return render(request, "questionnaires/wordings.html", context, status=422 if form.is_bound else 200)


def _load(request: ClinicRequest, form: WordingForm) -> Misfit | None:
    """What does not fit, if anything; why the file cannot be taken is said at the field that it is about."""
    file, given = form.cleaned_data["file"], form.cleaned_data
    if file.size > MAX_BYTES:
        form.add_error("file", _("The file is too large. Export this one questionnaire only."))
        return None
    try:
        outcome = load_wording(
            given["instrument"], file.read(), by=request.user, permission=given["permission"],
            spoken=given["language"],
        )  # fmt: skip
    except InputRefused as refused:
        form.add_error(_FIELDS.get(refused.where, "file"), said_of(refused))
        return None
    if isinstance(outcome, Misfit):
        return outcome
    to_read = given["instrument"] == FAMILY_PORTRAIT
    messages.success(request, _("It is kept to be read, and asked of nobody.") if to_read
                     else _("The official wording is served from now on."))  # fmt: skip
    return None


@require_POST
def wording_back(request: ClinicRequest, instrument: str) -> HttpResponse:
    """Show our own short labels again."""
    if instrument in {FAMILY_PORTRAIT, *(one.id for one in can_be_worded())}:
        take_wording_back(instrument, by=request.user, spoken=request.POST.get("language", ""))
    return redirect("questionnaires:wordings")


@require_GET
def wording_empty(_request: ClinicRequest, instrument: str) -> HttpResponse:
    """A FHIR Questionnaire with the numbers and points of this instrument and no words, to be filled in."""
    found = next((one for one in can_be_worded() if one.id == instrument), None)
    if found is None:
        raise Http404
    return JsonResponse(
        empty_form(found),
        json_dumps_params={"indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{found.id}.json"'},
    )


@require_GET
def instruments(request: ClinicRequest) -> HttpResponse:
    """Every instrument: who answers it, in whose words, and how long it is."""
    served = current_wordings()
    context = {"instruments": [(one, served.get(one.id, []), in_session(one)) for one in library()]}
    return render(request, "questionnaires/instruments.html", context)


@require_GET
def instrument(request: ClinicRequest, instrument: str) -> HttpResponse:
    """One instrument as it is asked now, with its licence, its scoring and where each number comes from."""
    loaded = current_wordings().get(instrument, [])
    wanted = next((one for one in loaded if one.language == request.GET.get("in")), next(iter(loaded), None))
    wording = LoadedWording.objects.get(pk=wanted.pk) if wanted is not None else None
    if instrument == FAMILY_PORTRAIT and wording is not None:
        context = {"wording": wording, "document": document_of(wording)}
        return render(request, "questionnaires/portrait.html", context)
    if instrument not in {one.id for one in library()}:
        raise Http404
    asked: Instrument = in_words(instrument, wording)
    context = {
        "instrument": asked, "wording": wording, "loaded": loaded, "bedside": in_session(asked),
        "document": document_of(wording) if wording is not None else None,
        "schemes": [(bands_in_words(one.name), one) for one in asked.schemes], "error": measurement_error(asked),
        "levels": asked.missing_rule is MissingRule.LADDER,
    }  # fmt: skip
    return render(request, "questionnaires/instrument.html", context)
