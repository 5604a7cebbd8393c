"""A person's sessions, and ordering the next one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods

from unloop.care.plan import Preparation
from unloop.clinic.bedside.board import sessions_of
from unloop.clinic.bedside.forms import OrderForm
from unloop.clinic.bedside.ordering import Missing, missing_for, order_session, prepare_order
from unloop.clinic.bedside.views.guarding import form_id, new_id
from unloop.clinic.bedside.wording import STATES
from unloop.clinic.chart.services import OpenChart, Person, of_person, open_chart
from unloop.clinic.consulting_room.services import Plan, changed_since, numbers, plan_and_answer
from unloop.clinic.people.services import ClinicRequest, chairs_in_use, protocol_of
from unloop.quantity import InputRefused


@require_GET
@of_person("sessions")
def person_sessions(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every session of a person, the latest first."""
    rows = [{"session": one, "state": state, "words": STATES[state]} for one, state in sessions_of(person)]
    return render(request, "bedside/sessions.html", {"person": person, "rows": rows})


@require_http_methods(["GET", "POST"])
@of_person("order")
def order(request: ClinicRequest, person: Person) -> HttpResponse:
    """The next infusion worked out step by step; what is missing first, each with one link."""
    (plan, consent), opened = plan_and_answer(person), open_chart(person)
    missing = missing_for(person, plan, consent, chart=opened.chart)
    if missing or plan is None:
        rows = [{"words": one.words, "link": one.link, "address": _address(one, person)} for one in missing]
        context = {"person": person, "opened": opened, "missing": rows}
        return render(request, "bedside/order.html", context,
                      status=409 if request.method == "POST" else 200)  # fmt: skip
    changed = changed_since(consent, numbers(protocol_of(plan.protocol)), chart=opened.chart)
    return _order(request, person, plan, opened=opened, changed=changed)


def _order(
    request: ClinicRequest, person: Person, plan: Plan, *, opened: OpenChart, changed: tuple[str, ...]
) -> HttpResponse:
    vials = protocol_of(plan.protocol).document.preparation
    form = OrderForm(
        request.POST or None, chairs=chairs_in_use(), vials=vials.allowed_vial_mg_per_ml,
        initial={"vial": f"{vials.preferred_vial_mg_per_ml:g}"},
    )  # fmt: skip
    vial = float(form.cleaned_data["vial"]) if form.is_bound and form.is_valid() else None
    refused: InputRefused | None = None
    prepared: Preparation | None = None
    try:
        prepared = prepare_order(person, plan, vial_mg_per_ml=vial, chart=opened.chart)
        if vial is not None and "look" not in request.POST:
            session = order_session(person, plan, chair=form.chosen_chair(), vial_mg_per_ml=vial,
                                    order_id=form_id(request))  # fmt: skip
            return redirect("bedside:session", person.id, session.id)
    except InputRefused as error:
        refused = error
    context = {
        "person": person,
        "new_id": new_id,
        "opened": opened,
        "form": form,
        "prepared": prepared,
        "refused": refused,
        "plan": plan,
        "changed": changed,
    }
    return render(request, "bedside/order.html", context, status=422 if refused or form.errors else 200)


def _address(missing: Missing, person: Person) -> str:
    for arguments in ([person.id], []):
        try:
            return reverse(missing.route, args=arguments)
        except NoReverseMatch:
            continue
    return reverse("bedside:person_sessions", args=[person.id])
