"""Official wording: loading it, seeing what does not fit, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.forms import WordingForm
from unloop.clinic.questionnaires.wordings import (
    CAN_BE_WORDED,
    current_wording,
    in_words,
    load_wording,
    take_wording_back,
)
from unloop.fhir import MAX_BYTES, Misfit
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
def wordings(request: ClinicRequest) -> HttpResponse:
    """Whose words are served for each questionnaire, and the form to load a file."""
    form = WordingForm(request.POST or None, request.FILES or None)
    misfit: Misfit | None = None
    if form.is_bound and form.is_valid():
        outcome = _load(request, form)
        if outcome is None:
            return redirect("questionnaires:wordings")
        if isinstance(outcome, Misfit):
            misfit = outcome
        else:
            form.add_error("file", outcome)
    served = [(in_words(one, wording := current_wording(one)), wording) for one in CAN_BE_WORDED]
    context = {"form": form, "misfit": misfit, "served": served}
    return render(request, "questionnaires/wordings.html", context, status=422 if form.is_bound else 200)


def _load(request: ClinicRequest, form: WordingForm) -> Misfit | str | None:
    """None when it was loaded; otherwise what does not fit, or why the file cannot be read."""
    file = form.cleaned_data["file"]
    if file.size > MAX_BYTES:
        return _("The file is too large. Export this one questionnaire only.")
    try:
        outcome = load_wording(form.cleaned_data["instrument"], file.read(), by=request.user)
    except InputRefused as refused:
        return f"{refused.where}: {refused.given}. {refused.allowed}. {refused.mend}."
    if isinstance(outcome, Misfit):
        return outcome
    messages.success(request, _("The official wording is served from now on."))
    return None


@require_POST
def wording_back(request: ClinicRequest, instrument: str) -> HttpResponse:
    """Show our own short labels again."""
    if instrument in CAN_BE_WORDED:
        take_wording_back(instrument, by=request.user)
    return redirect("questionnaires:wordings")
