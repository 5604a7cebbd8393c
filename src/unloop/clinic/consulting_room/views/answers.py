"""Answering: one page a group of the dictionary, past treatments as rows, and decisions about medicines."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from unloop.clinic.chart.services import ImportedDose, Person, imported_doses, of_person
from unloop.clinic.consulting_room.answering import Question, questions
from unloop.clinic.consulting_room.forms import AnswerForm, DecisionForm, RecordList
from unloop.clinic.consulting_room.standing import in_force, view_of
from unloop.clinic.consulting_room.treatments import (
    beside_ketamine_now,
    compared_by_dose,
    decide_medicines,
    doses_now,
    keep_doses,
    medicines_to_decide,
    standing_decisions,
)
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated
from unloop.clinic.consulting_room.views.saving import Sheet, saved
from unloop.clinic.consulting_room.views.treatments import treatments
from unloop.clinic.consulting_room.wording import GROUPS, rating_ways
from unloop.clinic.people.services import ClinicRequest
from unloop.facts import FactType, View


@require_http_methods(["GET", "POST"])
@of_person("answers")
def answer(request: ClinicRequest, person: Person, group: str) -> HttpResponse:
    """The questions of one page; what is not answered is not written."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    if group == "treatments":
        return treatments(request, person, current.protocol)
    view = view_of(person, current.protocol)
    asked = questions(group, view, current.protocol)
    if not asked or group not in GROUPS:
        raise Http404
    more = request.POST.get("add", "")
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, asked=asked, beside=_beside(person, asked, view))
    lists = [
        RecordList(one, data, more=int(more == one.code))
        for one in asked
        if one.definition.type is FactType.RECORDS
    ]
    if data is not None and not more and saved(request, person, Sheet(asked, form, lists)):
        return redirect("consulting_room:evaluation", person.id)
    context = {
        "person": person, "group": group, "title": GROUPS[group], "form": form, "lists": lists,
        "ways": rating_ways(person) if group == "scales" else (),
        "adding": bool(more), "asked": len(asked),
        "counting": sum(one.standing is not None for one in asked),
    }  # fmt: skip
    return render(
        request, "consulting_room/answer.html", context, status=422 if data is not None and not more else 200
    )


def _beside(person: Person, asked: tuple[Question, ...], view: View) -> dict[str, str]:
    """By code, what stands beside a question: what charted doses come to, and imported records, not converted."""
    if not any(one.code == "diazepam_equivalent" for one in asked):
        return {}
    words: list[str] = []
    charted = beside_ketamine_now(view).diazepam
    if charted is not None and charted.parts:
        words.append(_("From the charted doses: %s.") % "; ".join(charted.parts))
    doses = imported_doses(person, "benzodiazepine")
    if doses:
        words.append(_("In the imported record, not converted: %s.") % "; ".join(_dose(one) for one in doses))
    return {"diazepam_equivalent": " ".join(words)} if words else {}


def _dose(one: ImportedDose) -> str:
    said = f"{one.name}, {one.dose}"
    since = _("%(said)s, from %(day)s") % {"said": said, "day": one.begun} if one.begun else said
    return _("%s (not decided yet)") % since if one.undecided else since


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
    doses = {
        str(one.get("medicine")): f"{one['mg_per_day']:g}" for one in doses_now(view) if one.get("mg_per_day")
    }
    forms = [
        DecisionForm(data, prefix=f"m{index}", by_dose=compared_by_dose(name),
                     initial={"medicine": name, "mg_per_day": doses.get(name), **dict(made.get(name, {}))})
        for index, name in enumerate(names)
    ]  # fmt: skip
    if data is not None and _all_valid(forms):
        decided = [
            {"medicine": name, "decision": form.cleaned_data["decision"], "reason": form.cleaned_data["reason"].strip(),
             "decided_by": request.user.name}
            for name, form in zip(names, forms, strict=True)
            if form.cleaned_data["decision"] and form.cleaned_data["medicine"] == name
        ]  # fmt: skip
        keep_doses(person, view, {
            name: form.cleaned_data["mg_per_day"]
            for name, form in zip(names, forms, strict=True) if form.cleaned_data.get("mg_per_day") is not None
        })  # fmt: skip
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
        "beside": beside_ketamine_now(view),
    }
    return render(
        request, "consulting_room/medicine_decisions.html", context, status=422 if data is not None else 200
    )


def _all_valid(forms: list[DecisionForm]) -> bool:
    """Ask every form, so that each shows what is to be mended."""
    valid = [form.is_valid() for form in forms]
    return all(valid)
