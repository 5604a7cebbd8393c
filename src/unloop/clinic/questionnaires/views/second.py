"""Second ratings: asking for one, and how far the raters of this clinic agree."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from unloop.care.symptoms import FEWEST_PAIRS
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.forms import SecondRaterForm
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.second import agreements, ask_second, hidden_from
from unloop.clinic.questionnaires.wordings import instrument_of
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@of_person("second-rating")
def ask(request: ClinicRequest, person: Person, sheet_id: UUID) -> HttpResponse:
    """Choose who rates a second time, without seeing the first rating."""
    first = get_object_or_404(
        AnswerSheet.objects.select_related("entered_by", "wording"), id=sheet_id, person=person
    )
    if first.id in hidden_from(request.user, person):
        return render(request, "questionnaires/hidden.html", {"person": person, "sheet": first})
    form = SecondRaterForm(request.POST if request.method == "POST" else None, first_rater=first.entered_by)
    if form.is_bound and form.is_valid():
        try:
            ask_second(first, rater=form.chosen, by=request.user)
        except InputRefused as refused:
            form.add_error("rater", f"{refused.given}. {refused.allowed}. {refused.mend}.")
        else:
            messages.success(
                request, _("%(who)s is asked on the person's page of answers.") % {"who": form.chosen.name}
            )
            return redirect("questionnaires:sheet", person.id, first.id)
    context = {"person": person, "sheet": first, "instrument": instrument_of(first), "form": form}
    return render(request, "questionnaires/second.html", context, status=422 if form.is_bound else 200)


@require_GET
def agreement(request: ClinicRequest) -> HttpResponse:
    """How far first and second ratings of this clinic agree, by instrument."""
    found = agreements()
    record("questionnaires.agreement.read", detail={"instruments": len(found)})
    context = {"found": found, "fewest": FEWEST_PAIRS}
    return render(request, "questionnaires/agreement.html", context)
