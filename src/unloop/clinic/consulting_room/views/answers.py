"""Answering: one page a group of the dictionary, past treatments as rows, and decisions about medicines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from unloop.clinic.chart.services import ImportedDose, Person, imported_doses, of_person
from unloop.clinic.consulting_room.answering import Question, questions, save_answers
from unloop.clinic.consulting_room.forms import AnswerForm, DecisionForm, RecordList
from unloop.clinic.consulting_room.standing import in_force, view_of
from unloop.clinic.consulting_room.treatments import (
    decide_medicines,
    judge_records,
    medicines_to_decide,
    records_of,
    standing_decisions,
)
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated, refuse
from unloop.clinic.consulting_room.wording import GROUPS, rating_ways
from unloop.clinic.people.services import ClinicRequest
from unloop.facts import FactType
from unloop.protocol import Protocol
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@of_person("answers")
def answer(request: ClinicRequest, person: Person, group: str) -> HttpResponse:
    """The questions of one page; what is not answered is not written."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    asked = questions(group, view_of(person, current.protocol), current.protocol)
    if not asked or group not in GROUPS:
        raise Http404
    more = request.POST.get("add", "")
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, asked=asked, beside=_imported(person, asked))
    lists = [
        RecordList(one, data, more=int(more == one.code))
        for one in asked
        if one.definition.type is FactType.RECORDS
    ]
    if data is not None and not more and _saved(request, person, _Sheet(asked, form, lists)):
        return redirect("consulting_room:evaluation", person.id)
    context = {
        "person": person, "group": group, "title": GROUPS[group], "form": form, "lists": lists,
        "judged": _judged(asked, current.protocol), "ways": rating_ways(person) if group == "scales" else (),
        "adding": bool(more), "asked": len(asked),
        "counting": sum(one.standing is not None for one in asked),
    }  # fmt: skip
    return render(
        request, "consulting_room/answer.html", context, status=422 if data is not None and not more else 200
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as it was sent."""

    asked: tuple[Question, ...]
    form: AnswerForm
    lists: list[RecordList]

    def is_valid(self) -> bool:
        valid = [self.form.is_valid(), *(one.is_valid() for one in self.lists)]
        return all(valid)

    def answers(self) -> dict[str, object]:
        lists = {one.definition.code: one.records() for one in self.lists if _said(one, self.form)}
        return self.form.answers() | lists


def _imported(person: Person, asked: tuple[Question, ...]) -> dict[str, str]:
    """By code, what imported records say beside a question; nothing is converted."""
    if not any(one.code == "diazepam_equivalent" for one in asked):
        return {}
    doses = imported_doses(person, "benzodiazepine")
    if not doses:
        return {}
    words = _("In the imported record, not converted: %s.") % "; ".join(_dose(one) for one in doses)
    return {"diazepam_equivalent": words}


def _dose(one: ImportedDose) -> str:
    said = f"{one.name}, {one.dose}"
    since = _("%(said)s, from %(day)s") % {"said": said, "day": one.begun} if one.begun else said
    return _("%s (not decided yet)") % since if one.undecided else since


def _saved(request: ClinicRequest, person: Person, sheet: _Sheet) -> bool:
    if not sheet.is_valid():
        return False
    said = sheet.form.cleaned_data
    try:
        added = save_answers(person, sheet.asked, sheet.answers(), at=said["at"], again=said["again"])
    except InputRefused as refused:
        refuse(sheet.form, refused, refused.where)
        return False
    words = ngettext("%d answer was written.", "%d answers were written.", len(added)) % len(added)
    messages.success(
        request, words if added else _("Nothing was written, since nothing differs from what stands.")
    )
    return True


def _said(one: RecordList, form: AnswerForm) -> bool:
    """Whether the list was answered: with a row, with a row taken out, or as none beside a statement."""
    statement = one.definition.complete_by
    stated = statement is not None and form.cleaned_data.get(statement) is True
    return bool(one.records()) or one.question.last is not None or stated


def _judged(asked: tuple[Question, ...], protocol: Protocol) -> list[dict[str, Any]]:
    return [
        {"label": one.definition.label, "records": judge_records(one.code, records_of(one.last), protocol)}
        for one in asked
        if one.definition.type is FactType.RECORDS and records_of(one.last)
    ]


@require_http_methods(["GET", "POST"])
@of_person("medicine-decisions")
def medicine_decisions(request: ClinicRequest, person: Person) -> HttpResponse:
    """A named clinician decides about each medicine that matters to ketamine."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    view = view_of(person, current.protocol)
    medicines = medicines_to_decide(current.protocol, view)
    names = list(dict.fromkeys(one.medicine for one in medicines if one.state != "blocked"))
    data = request.POST if request.method == "POST" else None
    made = {str(one.get("medicine")): one for one in standing_decisions(view)}
    forms = [
        DecisionForm(data, prefix=f"m{index}", initial={"medicine": name, **dict(made.get(name, {}))})
        for index, name in enumerate(names)
    ]
    if data is not None and _all_valid(forms):
        decided = [
            {"medicine": name, "decision": form.cleaned_data["decision"], "reason": form.cleaned_data["reason"].strip(),
             "decided_by": request.user.name}
            for name, form in zip(names, forms, strict=True)
            if form.cleaned_data["decision"] and form.cleaned_data["medicine"] == name
        ]  # fmt: skip
        changed = [one for one in decided if dict(made.get(str(one["medicine"]), {})) != one]
        if changed:
            decide_medicines(person, view, changed)
        messages.success(
            request, _("The decisions are written.") if changed else _("Nothing was decided anew.")
        )
        return redirect("consulting_room:evaluation", person.id)
    rows = [
        (form, [one for one in medicines if one.medicine == name])
        for name, form in zip(names, forms, strict=True)
    ]
    context = {
        "person": person,
        "rows": rows,
        "blocked": [one for one in medicines if one.state == "blocked"],
    }
    return render(
        request, "consulting_room/medicine_decisions.html", context, status=422 if data is not None else 200
    )


def _all_valid(forms: list[DecisionForm]) -> bool:
    """Ask every form, so that each shows what is to be mended."""
    valid = [form.is_valid() for form in forms]
    return all(valid)
