"""The plan of a person to print and take home."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from unloop.care.plan import Adjustment, DoseByProtocol, Preparation, body_of, dose_by_protocol
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, of_person, open_chart
from unloop.clinic.consulting_room.models import Plan
from unloop.clinic.consulting_room.plan_paper import Planned, plan_pdf
from unloop.clinic.consulting_room.plan_words import around, versions_in_words
from unloop.clinic.consulting_room.planning import rule_in_terms, rule_of, versions, work_out
from unloop.clinic.consulting_room.standing import in_force, view_of
from unloop.clinic.people.services import ClinicRequest, names_of, protocol_of
from unloop.facts import DICTIONARY, Unknown, View
from unloop.protocol import Protocol
from unloop.quantity import InputRefused
from unloop.rules import Truth, say


@require_GET
@of_person("plan-paper")
def plan_paper(_request: ClinicRequest, person: Person) -> HttpResponse:
    """The version that stands, in plain words, as a PDF."""
    plans = versions(person)
    if not plans:
        raise Http404
    made = plan_pdf(
        planned_of(plans, open_chart_view(person, plans[-1])), spoken_to=person.name,
        day=date_format(clock.today(), "j F Y"),
    )  # fmt: skip
    # The file is named without the person: a list of downloads is read by others.
    return HttpResponse(
        made, content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="plan.pdf"', "Cache-Control": "no-store"},
    )  # fmt: skip


def open_chart_view(person: Person, plan: Plan) -> View:
    """The chart, its look written down, as the protocol of the plan sees it."""
    return view_of(person, protocol_of(plan.protocol), chart=open_chart(person).chart)


def planned_of(plans: tuple[Plan, ...], view: View) -> Planned:
    """What the paper says of the last of these versions."""
    plan = plans[-1]
    protocol = protocol_of(plan.protocol)
    decided = dose_by_protocol(protocol, view)
    return Planned(
        plan=plan, protocol=protocol, prepared=_prepared(plan, view, decided),
        changes=(*decided.applied, *_ordered_step(plan, protocol)),
        around=around(plan, decided.rule, protocol=protocol, view=view),
        versions=versions_in_words(plans, names_of({one.by for one in plans})), same=_same(plan, protocol, view),
    )  # fmt: skip


def _prepared(plan: Plan, view: View, decided: DoseByProtocol) -> Preparation | InputRefused:
    protocol = protocol_of(plan.protocol)
    body = body_of(view)
    missing = [code for one in decided.undecided for code in one.missing]
    missing += body.missing if isinstance(body, Unknown) else ()
    if missing or isinstance(body, Unknown):
        labels = ", ".join(dict.fromkeys(DICTIONARY[code].label for code in missing))
        return InputRefused(
            "dose", given=None, allowed="a dose by the protocol", mend=f"to be answered: {labels}"
        )
    try:
        return work_out(rule_in_terms(plan.terms, protocol), body, protocol)
    except InputRefused as refused:
        return refused


def _ordered_step(plan: Plan, protocol: Protocol) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            rule=one.id, words=say(one.when.condition, DICTIONARY), why=f"{plan.reason} {one.why}".strip(),
            answer=Truth.TRUE, basis=one.basis, sources=tuple(source.cite for source in protocol.cite(one)),
        )
        for one in protocol.document.dose.step
        if one.id == plan.terms.get("step")
    )  # fmt: skip


def _same(plan: Plan, protocol: Protocol, view: View) -> bool:
    """Whether the protocol in force is the plan's, and still gives what was planned."""
    current = in_force()
    if current is None or current.adopted.pk != plan.protocol_id:
        return False
    try:
        rule_of(plan, protocol, view)
    except InputRefused:
        return False
    return True
