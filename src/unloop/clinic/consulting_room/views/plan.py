"""The plan: what the protocol gives, how it is prepared, what models expect, and laying it down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from unloop.care.plan import BASE_AS_LABELLED, Preparation, preparation_rule, read_tailoring
from unloop.clinic.chart.services import Person, of_person, open_chart
from unloop.clinic.consulting_room.consenting import current_consent
from unloop.clinic.consulting_room.drawing import draw_curves, draw_effects
from unloop.clinic.consulting_room.models import Plan
from unloop.clinic.consulting_room.plan_form import PlanForm
from unloop.clinic.consulting_room.plan_words import around, most_sessions, versions_in_words
from unloop.clinic.consulting_room.planning import Proposal, current_plan, make_plan, propose, versions
from unloop.clinic.consulting_room.signing import last_sign_off
from unloop.clinic.consulting_room.standing import InForce, in_force, view_of
from unloop.clinic.consulting_room.treatments import beside_ketamine_now, erp_first
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated, refuse
from unloop.clinic.consulting_room.wording import GROUPS
from unloop.clinic.laboratory.services import (
    Curve,
    EffectCurve,
    expected_curves,
    expected_effects,
    not_modelled,
    observed,
)
from unloop.clinic.people.services import ClinicRequest, Role, names_of
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused

_VIAL = re.compile(r"\d{1,3}(\.\d{1,2})?")
_TABLE_MINUTES = (0, 10, 20, 30, 40, 60, 90, 120, 180)


@require_GET
@of_person("plan")
def plan(request: ClinicRequest, person: Person) -> HttpResponse:
    """What would be given to this person by the protocol, worked out step by step."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    return _page(request, person, current)


@require_POST
@of_person("lay-down")
def lay_down(request: ClinicRequest, person: Person) -> HttpResponse:
    """Lay down the plan as it stands on the page."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    proposal = propose(person, current.protocol)
    form = _form(current_plan(person), proposal, current, data=request.POST)
    if form.is_valid():
        try:
            made = make_plan(
                person,
                current.adopted,
                step=form.cleaned_data.get("step", ""),
                reason=form.cleaned_data.get("reason", ""),
                tailoring=form.tailoring(),
            )
        except InputRefused as refused:
            refuse(form, refused, refused.where)
        else:
            messages.success(request, _("The plan is laid down: %s.") % made.sha256[:12])
            return redirect("consulting_room:plan", person.id)
    return _page(request, person, current, form=form)


def _page(
    request: ClinicRequest, person: Person, current: InForce, *, form: PlanForm | None = None
) -> HttpResponse:
    chosen = request.GET.get("vial", "")
    vial = float(chosen) if _VIAL.fullmatch(chosen) else None
    opened = open_chart(person)
    proposal = propose(person, current.protocol, vial_mg_per_ml=vial, chart=opened.chart)
    plans, consent = versions(person), current_consent(person)
    standing = plans[-1] if plans else None
    view = view_of(person, current.protocol, chart=opened.chart)
    names = names_of({one.by for one in plans}) if plans else {}
    context: dict[str, Any] = {
        "person": person, "opened": opened, "protocol": current.protocol, "proposal": proposal, "preparation": proposal.preparation,
        "base": BASE_AS_LABELLED, "rule": proposal.dose.rule, "schedule": current.protocol.document.schedule,
        "vials": preparation_rule(current.protocol).vials, "chosen": vial,
        "missing": [(DICTIONARY[code].label, _group(code)) for code in proposal.missing],
        "form": form or _form(standing, proposal, current), "standing": standing, "consent": consent,
        "made_by": names.get(standing.by, "") if standing else "",
        "around": around(standing, proposal.dose.rule, protocol=current.protocol, view=view),
        "versions": versions_in_words(plans, names), "beside": beside_ketamine_now(view),
        "may_plan": request.user.has_role(Role.PROVIDER, Role.MEDICAL_DIRECTOR),
        "same": standing is not None and _same(standing, proposal, current),
        "erp": erp_first(view, current.protocol),
        "signed": last_sign_off(person, current.protocol), **_expected(proposal.preparation),
    }  # fmt: skip
    return render(request, "consulting_room/plan.html", context, status=422 if form else 200)


def _form(standing: Plan | None, proposal: Proposal, current: InForce, *, data: Any = None) -> PlanForm:
    return PlanForm(
        data, steps=_steps(proposal), most_sessions=most_sessions(current.protocol),
        standing=None if standing is None else read_tailoring(standing.terms),
    )  # fmt: skip


def _expected(preparation: Preparation | None) -> dict[str, Any]:
    if preparation is None:
        return {"curves": ()}
    planned = (preparation.dose, preparation.minutes, preparation.body.weight)
    curves, effects = expected_curves(*planned), expected_effects(*planned)
    length = preparation.minutes.minutes
    return {
        "curves": curves, "picture": draw_curves(curves, minutes=length), "table": _table(curves),
        "effects": effects, "effect_picture": draw_effects(effects, minutes=length), "effect_table": _table(effects),
        "not_modelled": not_modelled(), "observed": observed(),
    }  # fmt: skip


def _table(curves: Sequence[Curve] | Sequence[EffectCurve]) -> list[tuple[float, list[Any]]]:
    by_minute = [{point.minute: point for point in curve.points} for curve in curves]
    return [(minute, [points.get(minute) for points in by_minute]) for minute in _TABLE_MINUTES]


def _steps(proposal: Proposal) -> list[tuple[str, str]]:
    return [
        (one.rule, f"{rule.mg_per_kg}, {rule.minutes} ({one.rule}: {one.words})")
        for one, rule in proposal.dose.proposals
    ]


def _group(code: str) -> str:
    definition = DICTIONARY[code]
    return definition.group if definition.group in GROUPS else "measurements"


def _same(standing: Plan, proposal: Proposal, current: InForce) -> bool:
    """Whether the plan that stands is what the protocol gives today, for the weight of today."""
    preparation = proposal.preparation
    return (
        preparation is not None
        and standing.terms["protocol_sha256"] == current.protocol.sha256
        and standing.weight_kg == preparation.body.weight.kg
        and (bool(standing.terms["step"]) or standing.dose_mg == preparation.dose.mg)
    )
