"""The consultation: the choices side by side, giving the sheet, and what matters to the person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from unloop.care.consultation import LANGUAGES, consent_text
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.consulting_room.consultation import Told
from unloop.clinic.consulting_room.consultation_forms import GiveForm, MattersForm
from unloop.clinic.consulting_room.consultation_numbers import numbers
from unloop.clinic.consulting_room.consultation_sheets import (
    give_sheet,
    keep_what_matters,
    last_sheet,
    last_what_matters,
)
from unloop.clinic.consulting_room.differing import said_of
from unloop.clinic.consulting_room.models import WhatMatters
from unloop.clinic.consulting_room.planning import current_plan
from unloop.clinic.consulting_room.sheet_pdf import sheet_pdf
from unloop.clinic.consulting_room.standing import InForce, in_force
from unloop.clinic.consulting_room.views.refusing import refuse
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


@require_GET
@of_person("consultation")
def consultation(request: ClinicRequest, person: Person) -> HttpResponse:
    """Everything that is talked through before anybody is asked to sign."""
    return _page(request, person)


@require_POST
@of_person("consultation-give")
def give(request: ClinicRequest, person: Person) -> HttpResponse:
    """Keep that the sheet was given, with every number on it."""
    form = GiveForm(request.POST)
    if not form.is_valid():
        return _page(request, person, give_form=form)
    give_sheet(person, form.cleaned_data["language"])
    messages.success(request, _("It is kept that the sheet was given. The time to think runs from now."))
    return redirect("consulting_room:consultation", person.id)


@require_POST
@of_person("consultation-values")
def values(request: ClinicRequest, person: Person) -> HttpResponse:
    """Keep what matters to the person, and whether the person is ready to choose."""
    form = MattersForm(request.POST, sheet=consent_text(_language(request)).sheet)
    if form.is_valid():
        try:
            keep_what_matters(person, matters=form.matters(), sure=form.sure(), language=form.sheet.language)
        except InputRefused as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("What matters to the person is kept."))
            return redirect("consulting_room:consultation", person.id)
    return _page(request, person, matters_form=form)


@require_GET
@of_person("consultation-sheet")
def pdf(request: ClinicRequest, person: Person) -> HttpResponse:
    """The sheet on paper, in the language that was chosen."""
    current, plan = in_force(), current_plan(person)
    told = _told(_language(request), current)
    made = sheet_pdf(told, told.differences(said_of(person, told, current)), spoken_to=person.name,
                     day=date_format(clock.today(), "Y-m-d"), plan=plan.sha256 if plan else "")  # fmt: skip
    # The file is named without the person: a list of downloads is read by others.
    return HttpResponse(
        made, content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="consultation.pdf"', "Cache-Control": "no-store"},
    )  # fmt: skip


def _page(
    request: ClinicRequest,
    person: Person,
    *,
    give_form: GiveForm | None = None,
    matters_form: MattersForm | None = None,
) -> HttpResponse:
    language, current = _language(request), in_force()
    told, said = _told(language, current), last_what_matters(person)
    context: dict[str, Any] = {
        "person": person, "told": told, "sheet": told.sheet, "language": language, "rows": told.rows(), "parts": told.parts(),
        "words": told.sheet.words, "key": told.sheet.words["sure_key"].split("|"),
        "drawing": told.word("drawing", noticed=told.written["noticed"], people=told.written["noticed-people"]),
        "different": told.differences(said_of(person, told, current)),
        "state": last_sheet(person, told.numbers), "said": said,
        "said_lines": _lines(said), "give_form": give_form or GiveForm(initial={"language": language}),
        "form": matters_form or MattersForm(sheet=told.sheet), "refused": matters_form or give_form,
        "languages": LANGUAGES,
    }  # fmt: skip
    status = 422 if give_form or matters_form else 200
    return render(request, "consulting_room/consultation.html", context, status=status)


def _told(language: str, current: InForce | None) -> Told:
    return Told(consent_text(language), numbers(current.protocol if current else None))


def _language(request: ClinicRequest) -> str:
    asked = request.GET.get("language") or request.POST.get("sheet_language") or ""
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _lines(said: WhatMatters | None) -> list[tuple[str, str]]:
    """What the person said, question by question, as it is asked in English."""
    if said is None:
        return []
    sheet = consent_text().sheet
    levels = {"much": _("much"), "somewhat": _("somewhat"), "little": _("little")}
    answers = {True: _("yes"), False: _("no"), None: _("not said")}
    return [
        *((one.text, levels.get(said.matters.get(one.id, ""), _("not said"))) for one in sheet.value),
        *((one.text, answers[said.sure.get(one.id)]) for one in sheet.sure),
    ]
