"""The treatments tried so far: entered as rows, each judged, all of them staged, under the curve of severity."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unloop.care.treatment_history import ErpTried, Staging
from unloop.care.treatment_history.pallanti import SOURCE as PALLANTI
from unloop.care.treatment_history.refractory import SOURCE as REFRACTORY
from unloop.clinic.chart.services import Person, load_chart, timeline
from unloop.clinic.consulting_room.answering import Question, questions
from unloop.clinic.consulting_room.forms import AnswerForm, RecordList
from unloop.clinic.consulting_room.standing import view_of
from unloop.clinic.consulting_room.treatment_lanes import draw_lanes, lanes_of
from unloop.clinic.consulting_room.treatments import (
    ErpFirst,
    JudgedTreatment,
    erp_first,
    offered_by_imports,
    staging_of,
)
from unloop.clinic.consulting_room.views.saving import Sheet, saved
from unloop.clinic.consulting_room.wording import spelled
from unloop.clinic.people.services import ClinicRequest
from unloop.facts import FactType, View
from unloop.protocol import Protocol


def treatments(request: ClinicRequest, person: Person, protocol: Protocol) -> HttpResponse:
    """The page of past treatments; asked by the page of answers, which has found person and protocol."""
    chart = load_chart(person)
    view = view_of(person, protocol, chart=chart)
    asked = questions("treatments", view, protocol)
    more, data = request.POST.get("add", ""), request.POST if request.method == "POST" else None
    form = AnswerForm(data, asked=asked)
    lists = _lists(request, person, asked, view=view, protocol=protocol)
    if data is not None and not more and saved(request, person, Sheet(asked, form, lists)):
        return redirect("consulting_room:evaluation", person.id)
    staging, first = staging_of(view, protocol), erp_first(view, protocol)
    lanes = lanes_of(staging)
    context = {
        "person": person, "form": form, "lists": lists, "adding": bool(more), "staging": staging, "erp": first,
        "sentence": _sentence(staging, first), "judged": [JudgedTreatment(one) for one in staging.treatments],
        "picture": draw_lanes(lanes, timeline(chart, view)), "undated": len(staging.treatments) - len(lanes),
        "stale": any(one.stale for one in asked), "protocol": protocol, "pallanti": PALLANTI, "refractory": REFRACTORY,
        "offered": any(row.imported for one in lists for row in one.rows),
    }  # fmt: skip
    status = 422 if data is not None and not more else 200
    return render(request, "consulting_room/treatments.html", context, status=status)


def _lists(
    request: ClinicRequest, person: Person, asked: tuple[Question, ...], *, view: View, protocol: Protocol
) -> list[RecordList]:
    data = request.POST if request.method == "POST" else None
    offered = offered_by_imports(person, view, protocol) if data is None else {}
    more = request.POST.get("add", "")
    return [
        RecordList(one, data, more=int(more == one.code), offered=offered.get(one.code, ()))
        for one in asked
        if one.definition.type is FactType.RECORDS
    ]


def _sentence(staging: Staging, first: ErpFirst | None) -> str:
    count = staging.adequate_sri_count
    if count is None:
        return _("Nobody has asked yet which treatments were tried.")
    number = spelled(count)
    return ngettext(
        "%s adequate treatment with a serotonin reuptake inhibitor, and %s.",
        "%s adequate treatments with serotonin reuptake inhibitors, and %s.", count,
    ) % (number[:1].upper() + number[1:], _erp(first))  # fmt: skip


def _erp(first: ErpFirst | None) -> str:
    match first.tried if first is not None else ErpTried.ADEQUATELY:
        case ErpTried.ADEQUATELY:
            return _("ERP was adequate")
        case ErpTried.NOT_ENOUGH:
            return _("ERP was not adequate")
        case ErpTried.NOT_YET:
            return _("ERP has not been tried yet")
        case ErpTried.UNKNOWN:
            return _("whether ERP was adequate is not known")
