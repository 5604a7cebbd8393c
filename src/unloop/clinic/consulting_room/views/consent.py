"""The consultation sheet, teach-back and consent, and taking consent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from unloop.care.consultation import Ability, consent_text
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.consulting_room.consenting import (
    Given,
    Understanding,
    consent_holds,
    current_consent,
    record_consent,
    withdraw_consent,
)
from unloop.clinic.consulting_room.consultation_forms import ResearchForm, TakingForm
from unloop.clinic.consulting_room.consultation_numbers import numbers
from unloop.clinic.consulting_room.consultation_sheets import changed_since, last_sheet
from unloop.clinic.consulting_room.models import Consent, ConsentTaking, Plan, ResearchConsent
from unloop.clinic.consulting_room.planning import current_plan
from unloop.clinic.consulting_room.research import record_research_consent, research_consent
from unloop.clinic.consulting_room.views.refusing import refuse
from unloop.clinic.people.services import ClinicRequest, Role, names_of
from unloop.quantity import InputRefused


@require_GET
@of_person("consent")
def consent(request: ClinicRequest, person: Person) -> HttpResponse:
    """The sheet to talk through, and what the person said to it."""
    return _page(request, person)


@require_POST
@of_person("consent-record")
def keep(request: ClinicRequest, person: Person) -> HttpResponse:
    """Keep the person's answer."""
    plan, form = current_plan(person), _form(request.POST)
    if form.is_valid():
        try:
            record_consent(person, _same_plan(plan, request.POST.get("plan", "")), _given(form))
        except InputRefused as refused:
            refuse(form, refused, field=refused.where)
        else:
            messages.success(
                request, _("The person's answer is kept, with the text and the plan it was given to.")
            )
            return redirect("consulting_room:consent", person.id)
    return _page(request, person, form)


@require_POST
@of_person("consent-withdraw")
def withdraw(request: ClinicRequest, person: Person) -> HttpResponse:
    """Take the consent back, in one step."""
    try:
        withdraw_consent(person)
    except InputRefused as refused:
        messages.error(request, f"{refused.where}: {refused.mend}")
    else:
        messages.success(
            request, _("The consent is taken back. Nothing is given. If an infusion runs, stop the pump now.")
        )
    return redirect("consulting_room:consent", person.id)


@require_POST
@of_person("research-record")
def research(request: ClinicRequest, person: Person) -> HttpResponse:
    """Keep what the person says about research, or that it is taken back; the treatment knows nothing of it."""
    if "withdraw" in request.POST:
        return _said_of_research(request, person, ResearchConsent.Answer.WITHDRAWN, name="")
    form = ResearchForm(request.POST)
    if not form.is_valid():
        return _page(request, person, research_form=form)
    answer = ResearchConsent.Answer(form.cleaned_data["research"])
    return _said_of_research(request, person, answer, name=form.cleaned_data["research_name"])


def _said_of_research(
    request: ClinicRequest, person: Person, answer: ResearchConsent.Answer, *, name: str
) -> HttpResponse:
    try:
        record_research_consent(person, answer, signed_name=name)
    except InputRefused as refused:
        messages.error(request, f"{refused.where}: {refused.mend}")
    else:
        messages.success(request, _("The answer about research is kept. It has no bearing on the treatment."))
    return redirect("consulting_room:consent", person.id)


def _page(
    request: ClinicRequest,
    person: Person,
    form: TakingForm | None = None,
    *,
    research_form: ResearchForm | None = None,
) -> HttpResponse:
    text, plan, last, now = consent_text(), current_plan(person), current_consent(person), numbers()
    taking = getattr(last, "taking", None)
    found = _found(taking)
    context: dict[str, Any] = {
        "person": person, "text": text, "plan": plan, "consent": last,
        "heard_by": names_of([last.by]).get(last.by, "") if last else "",
        "holds": consent_holds(last, plan, text_sha256=text.sha256), "form": form or _form(None),
        "refused": form or research_form, "changed": changed_since(last, now), "state": last_sheet(person, now),
        "research": research_consent(person), "research_form": research_form or ResearchForm(),
        "may_record": request.user.has_role(Role.PROVIDER, Role.MEDICAL_DIRECTOR),
        "taking": taking, "found": found, "cannot": [asked for asked, there in found if not there],
        "not_understood": last is not None and any(not one["understood"] for one in last.teach_back),
    }  # fmt: skip
    status = 422 if form or research_form else 200
    return render(request, "consulting_room/consent.html", context, status=status)


def _found(taking: ConsentTaking | None) -> list[tuple[str, bool]]:
    """Each ability that was looked at for the last answer, as it is asked, and whether it was there."""
    kept = taking.abilities if taking is not None else None
    return [(_(one.question), kept[one.value]) for one in Ability if kept]


def _same_plan(plan: Plan | None, shown: str) -> Plan:
    """The plan that stands, if it is the one that the page showed."""
    if plan is None or plan.sha256 != shown:
        raise InputRefused("plan", given=_("another plan than the one on the page"), allowed=_("the plan as it stands"),
                           mend=_("read the plan again with the person, then sign"))  # fmt: skip
    return plan


def _form(data: Any) -> TakingForm:
    asked = [(one.id, one.text, one.listen_for) for one in consent_text().sheet.question]
    return TakingForm(data, asked=asked)


def _given(form: TakingForm) -> Given:
    said = form.cleaned_data
    return Given(
        answer=Consent.Answer(said["answer"]), signed_name=said["signed_name"], abilities=form.abilities(),
        witness=said["witness"], interpreter=said["interpreter"], sooner=said["sooner"],
        teach_back=tuple(
            Understanding(text, said[f"words_{id_}"], understood=said[f"right_{id_}"] in {"True", "again"},
                          again=said[f"right_{id_}"] == "again")
            for id_, text in form.question_ids
            if said[f"words_{id_}"].strip()
        ),
    )  # fmt: skip
