"""What a person's imported record mentions: deciding on it, and deciding again where that was a mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.chart.deciding import decide, decide_again, drafts_of, in_order, standing_decision
from unloop.clinic.chart.forms import DecideAgainForm, DraftForm
from unloop.clinic.chart.models import Draft, DraftKind, Person
from unloop.clinic.chart.views.guarding import of_person
from unloop.clinic.chart.views.people import last_import
from unloop.clinic.people.services import ClinicRequest, names_of
from unloop.quantity import InputRefused


@require_GET
@of_person("import")
def imported(request: ClinicRequest, person: Person) -> HttpResponse:
    """What the last import brought, what was left out, what waits for a decision and what was decided."""
    drafts = drafts_of(person)
    decided = [(draft, in_order(draft.decisions.all())) for draft in drafts]
    context = {
        "person": person, "brought": last_import(person), "drafts": drafts,
        "waiting": [draft for draft in drafts if not draft.decision],
        "decided": [(draft, made[:-1], made[-1]) for draft, made in decided if made],
        "decisions": [one for one in Draft.Decision.choices if one[0]],
    }  # fmt: skip
    return render(request, "chart/imported.html", context)


@require_POST
@of_person("draft")
def draft(request: ClinicRequest, person: Person, draft_id: UUID) -> HttpResponse:
    """Decide on one of them."""
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            decide(person, draft_id, **form.cleaned_data)
        except InputRefused as refused:
            messages.error(request, f"{refused.allowed}: {refused.mend}")
    else:
        messages.error(request, _("Choose one of the three answers."))
    return redirect("chart:imported", person.id)


@require_http_methods(["GET", "POST"])
@of_person("draft-again")
def again(request: ClinicRequest, person: Person, draft_id: UUID) -> HttpResponse:
    """Put another decision in the place of one that was a mistake."""
    one = get_object_or_404(Draft, id=draft_id, person=person)
    standing = standing_decision(one)
    if standing is None:
        return redirect("chart:imported", person.id)
    form = DecideAgainForm(request.POST or None, draft=one, standing=standing)
    if request.method == "POST" and form.is_valid():
        try:
            decide_again(person, one.id, **form.cleaned_data)
        except InputRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _said(one))
            return redirect("chart:imported", person.id)
    made = in_order(one.decisions.all())
    names = names_of([decision.by for decision in made if decision.by])
    context: dict[str, Any] = {
        "person": person, "draft": one, "standing": standing, "form": form,
        "made": [(decision, names.get(decision.by, "") if decision.by else "") for decision in made],
    }  # fmt: skip
    return render(request, "chart/again.html", context, status=422 if form.is_bound else 200)


def _said(draft: Draft) -> str:
    if draft.kind == DraftKind.MEDICINE:
        return _(
            "The new decision is kept. Go through the list of medicines again: it counts as incomplete until then."
        )
    return _("The new decision is kept; the earlier one stays visible beside it.")
