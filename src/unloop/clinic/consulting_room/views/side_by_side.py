"""Two plans side by side by predicted exposure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from unloop.clinic.chart.services import Person, of_person, open_chart
from unloop.clinic.consulting_room.comparing import Candidate, Expected, candidates, expect
from unloop.clinic.consulting_room.drawing import draw_pair
from unloop.clinic.consulting_room.planning import propose, versions
from unloop.clinic.consulting_room.standing import in_force, view_of
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


class PairForm(forms.Form):
    """Which two plans are compared."""

    first = forms.ChoiceField(label=gettext_lazy("First plan"))
    second = forms.ChoiceField(label=gettext_lazy("Second plan"))

    def __init__(self, *args: Any, offered: tuple[Candidate, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(one.id, one.label) for one in offered]


@require_GET
@of_person("side-by-side")
def side_by_side(request: ClinicRequest, person: Person) -> HttpResponse:
    """Two plans of one person, beside each other; what is not there falls back to the first two."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    opened = open_chart(person)
    view = view_of(person, current.protocol, chart=opened.chart)
    proposal = propose(person, current.protocol, chart=opened.chart)
    offered = candidates(versions(person), proposal, current.protocol)
    chosen = _chosen(request, offered)
    context: dict[str, Any] = {
        "person": person, "opened": opened, "protocol": current.protocol, "few": len(offered) < 2,
        "form": PairForm(initial={"first": chosen[0].id, "second": chosen[1].id}, offered=offered),
    }  # fmt: skip
    if len(offered) > 1:
        try:
            both = tuple(expect(one, view, current.protocol) for one in chosen)
        except InputRefused as refused:
            context["refusal"] = refused
        else:
            context |= {
                "both": both,
                "rows": _rows(*both),
                "pictures": draw_pair(both[0].curves, both[1].curves),
            }
    return render(request, "consulting_room/side_by_side.html", context)


def _chosen(request: ClinicRequest, offered: tuple[Candidate, ...]) -> tuple[Candidate, Candidate]:
    by_id = {one.id: one for one in offered}
    first = by_id.get(request.GET.get("first", ""), offered[0])
    others = [one for one in offered if one.id != first.id] or [first]
    return first, by_id.get(request.GET.get("second", ""), others[0])


def _rows(first: Expected, second: Expected) -> list[tuple[str, tuple[str, str]]]:
    """Each line of the table: what, and the two plans; predictions are told apart in the template by their place."""
    return [(words, (one, two)) for (words, one), (_w, two) in zip(_said(first), _said(second), strict=True)]


def _said(one: Expected) -> list[tuple[str, str]]:
    prepared = one.preparation
    lines = [
        (_("Dose of one infusion"), f"{prepared.dose}"),
        (_("Dose by weight"), f"{one.candidate.rule.mg_per_kg}, {prepared.dosing.basis.value}"),
        (_("Time"), f"{prepared.minutes}"),
        (_("Rate for each kilogram"), f"{one.rate.mg_per_kg_per_h:.2f} mg/kg/h"),
        (_("Infusions"), f"{one.candidate.infusions}"),
        (_("All infusions together"), f"{one.course_mg:.0f} mg"),
    ]
    for curve, area in zip(one.curves, one.areas, strict=True):
        lines += [
            (_("%s, predicted peak") % curve.name, f"{curve.peak_ng_per_ml:.0f} ng/mL"),
            (_("%s, predicted area until three hours after") % curve.name, f"{area:.0f} ng·h/mL"),
        ]
    return lines
