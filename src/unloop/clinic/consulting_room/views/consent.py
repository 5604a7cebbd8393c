"""The consultation sheet, teach-back and consent, and taking consent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from unloop.care.consultation import consent_text
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.consulting_room.consenting import (
    Given,
    Understanding,
    consent_holds,
    current_consent,
    record_consent,
    withdraw_consent,
)
from unloop.clinic.consulting_room.forms import ConsentForm
from unloop.clinic.consulting_room.models import Consent, Plan
from unloop.clinic.consulting_room.planning import current_plan
from unloop.clinic.consulting_room.sheet import parts
from unloop.clinic.consulting_room.sheet_pdf import sheet_pdf
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
            refuse(form, refused)
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
        messages.success(request, _("The consent is taken back. Nothing is given."))
    return redirect("consulting_room:consent", person.id)


@require_GET
@of_person("consultation-sheet")
def pdf(_request: ClinicRequest, person: Person) -> HttpResponse:
    """The sheet on paper."""
    made = sheet_pdf(consent_text(), spoken_to=person.name, day=date_format(clock.today(), "j F Y"))
    # The file is named without the person: a list of downloads is read by others.
    return HttpResponse(
        made, content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="consultation.pdf"', "Cache-Control": "no-store"},
    )  # fmt: skip


def _page(request: ClinicRequest, person: Person, form: ConsentForm | None = None) -> HttpResponse:
    text, plan, last = consent_text(), current_plan(person), current_consent(person)
    context: dict[str, Any] = {
        "person": person, "text": text, "sheet": text.sheet, "parts": parts(text), "plan": plan, "consent": last,
        "heard_by": names_of([last.by]).get(last.by, "") if last else "",
        "holds": consent_holds(last, plan, text_sha256=text.sha256), "form": form or _form(None),
        "may_record": request.user.has_role(Role.PROVIDER, Role.MEDICAL_DIRECTOR),
    }  # fmt: skip
    return render(request, "consulting_room/consent.html", context, status=422 if form else 200)


def _same_plan(plan: Plan | None, shown: str) -> Plan:
    """The plan that stands, if it is the one that the page showed."""
    if plan is None or plan.sha256 != shown:
        raise InputRefused("plan", given=_("another plan than the one on the page"), allowed=_("the plan as it stands"),
                           mend=_("read the plan again with the person, then sign"))  # fmt: skip
    return plan


def _form(data: Any) -> ConsentForm:
    asked = [(one.id, one.text, one.listen_for) for one in consent_text().sheet.question]
    return ConsentForm(data, asked=asked)


def _given(form: ConsentForm) -> Given:
    said = form.cleaned_data
    return Given(
        answer=Consent.Answer(said["answer"]), signed_name=said["signed_name"], capacity=said["capacity"],
        witness=said["witness"], interpreter=said["interpreter"],
        teach_back=tuple(
            Understanding(text, said[f"words_{id_}"], understood=said[f"right_{id_}"] is True)
            for id_, text in form.question_ids
            if said[f"words_{id_}"].strip()
        ),
    )  # fmt: skip
