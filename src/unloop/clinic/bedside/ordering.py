"""Ordering one infusion: what the plan gives for the weight of the day, once everything before it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from unloop.care.consultation import consent_text
from unloop.care.evaluation import look
from unloop.care.infusion import order_of
from unloop.care.plan import Preparation, body_of
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.chart.services import Person, load_chart
from unloop.clinic.consulting_room.services import (
    Consent,
    GateChoice,
    Plan,
    consent_holds,
    current_clearance,
    current_plan,
    plan_and_answer,
    rule_of,
    work_out,
)
from unloop.clinic.people.services import Chair, current_protocol, protocol_of
from unloop.facts import Chart, Unknown, View
from unloop.quantity import InputRefused, plain

ORDER_COUNTS_FOR = timedelta(hours=24)
"""An order is for the day; later, weight and plan are read again."""
WEIGHT_COUNTS_FOR = timedelta(days=7)
"""Hazard H9: a dose follows a weight of at most seven days (policy; the protocol's start rule says the same)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that has to stand before an infusion can be ordered, and the page on which it is mended."""

    words: str | Promise
    link: str | Promise
    route: str


class NotYetOrderable(InputRefused):
    """Something that comes before an order is missing; `missing` says what and where it is mended."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        self.missing = missing
        super().__init__(
            "order", given="no order", allowed="an order once everything before it stands",
            mend=", ".join(str(one.link) for one in missing),
        )  # fmt: skip


def missing_before_order(person: Person) -> tuple[Missing, ...]:
    """What still stands between a person and an order, in the order in which it is done."""
    return missing_for(person, *plan_and_answer(person), chart=load_chart(person))


def missing_for(
    person: Person, plan: Plan | None, consent: Consent | None, *, chart: Chart
) -> tuple[Missing, ...]:
    """The same for the plan that stands, the last answer and a chart, where they are read already."""
    adopted = current_protocol()
    if adopted is None:
        return (Missing(_("No protocol is in force."), _("Adopt a protocol"), "people:protocols"),)
    found = []
    if current_clearance(person, GateChoice.EVALUATION, protocol=protocol_of(adopted)) is None:
        found.append(Missing(_("No signed evaluation holds today."), _("Open the evaluation"), "consulting_room:evaluation"))  # fmt: skip
    if plan is None or plan.protocol_id != adopted.pk:
        found.append(Missing(_("No plan stands under the protocol in force."), _("Make the plan"), "consulting_room:plan"))  # fmt: skip
    elif not consent_holds(consent, plan, text_sha256=consent_text().sha256):
        found.append(Missing(_("No consent to this plan stands."), _("Open the consent"), "consulting_room:consent"))  # fmt: skip
    if not _weighed(look(protocol_of(adopted), chart, at=clock.now())):
        found.append(Missing(_("No weight of the last seven days."), _("Enter the weight"), "consulting_room:evaluation"))  # fmt: skip
    return tuple(found)


def prepare_order(
    person: Person, plan: Plan, *, vial_mg_per_ml: float | None = None, chart: Chart | None = None
) -> Preparation:
    """Dose, vial, bag and pump for the weight of the day, by the plan.

    Raises:
        InputRefused: the weight is missing or older than seven days, the dose is below the floor, or the vial is none
            of the protocol's, or the dose rule of today is not the one that was consented to.
    """
    protocol = protocol_of(plan.protocol)
    view = look(protocol, load_chart(person) if chart is None else chart, at=clock.now())
    if not _weighed(view):
        raise InputRefused("weight", given="none of the last 7 days", allowed="a weight of at most 7 days",
                           mend="weigh the person and enter it")  # fmt: skip
    return _prepared(plan, view, vial_mg_per_ml=vial_mg_per_ml)


@transaction.atomic
def order_session(
    person: Person, plan: Plan, *, chair: Chair | None = None, vial_mg_per_ml: float | None = None,
    order_id: UUID | None = None,
) -> InfusionSession:  # fmt: skip
    """Order the next infusion of a plan. The same order sent again is the one that stands already.

    Args:
        person: for whom.
        plan: the plan that stands.
        chair: where.
        vial_mg_per_ml: strength of the vial; by default the one that the protocol prefers.
        order_id: made where the order was filled in.

    Raises:
        NotYetOrderable: evaluation, plan, consent or weight is missing.
        InputRefused: the plan is not the one that stands, or the dose is refused.
    """
    Person.objects.select_for_update().get(pk=person.pk)  # a button pressed twice comes one after the other
    known = InfusionSession.objects.filter(id=order_id).first() if order_id else None
    if known is not None:
        return _same_order(known, person)
    (standing, consent), chart = plan_and_answer(person), load_chart(person)
    missing = missing_for(person, standing, consent, chart=chart)
    if missing:
        raise NotYetOrderable(missing)
    if standing is None or standing.id != plan.id:
        raise InputRefused("plan", given=plan.sha256[:12], allowed="the plan as it stands",
                           mend="the plan has changed; open the order again")  # fmt: skip
    prepared = prepare_order(person, plan, vial_mg_per_ml=vial_mg_per_ml, chart=chart)
    session = _row(person, plan, prepared, chair=chair, order_id=order_id or uuid4())
    session.save()
    record("bedside.session.ordered", person=person.id, about=session,
           detail={"number": session.number, "sha256": session.protocol_sha256})  # fmt: skip
    return session


def _same_order(known: InfusionSession, person: Person) -> InfusionSession:
    if known.person_id != person.pk:
        raise InputRefused("order", given="an id that another order has", allowed="an id of its own for each order",
                           mend="reload the page and order again")  # fmt: skip
    return known


def preparation_of(session: InfusionSession, *, chart: Chart | None = None) -> Preparation:
    """The preparation of a session again, from what was known when it was ordered.

    Raises:
        InputRefused: it cannot be worked out to the same dose any more.
    """
    plan = Plan.objects.select_related("protocol").get(id=session.plan_id)
    view = look(protocol_of(session.protocol), chart or load_chart(session.person), at=session.ordered_at)
    prepared = _prepared(plan, view, vial_mg_per_ml=session.vial_mg_per_ml)
    if (prepared.dose.mg, prepared.bag.ml) != (session.dose_mg, session.bag_ml):
        raise InputRefused("order", given=prepared.dose, allowed=f"{session.dose_mg:g} mg as ordered",
                           mend="the record has changed since the order; order again")  # fmt: skip
    return prepared


def preparation_now(session: InfusionSession, *, chart: Chart | None = None) -> Preparation:
    """The preparation of an order that is still to be given, once it is what would be ordered at this moment.

    Hazard H9: what was drawn up for a weight that has since been measured anew, or corrected, is not given.

    Raises:
        InputRefused: the order is not the last one or not of the last 24 hours, another plan stands, or the plan gives
            another dose for the weight that counts now.
    """
    check_last_of_the_day(session)
    plan = current_plan(session.person)
    if plan is None or plan.id != session.plan_id:
        raise InputRefused("order", given="an order by an earlier plan", allowed="an order by the plan that stands",
                           mend="order again; what was drawn up is not given")  # fmt: skip
    prepared = prepare_order(session.person, plan, vial_mg_per_ml=session.vial_mg_per_ml, chart=chart)
    if (prepared.dose.mg, prepared.bag.ml) != (session.dose_mg, session.bag_ml):
        raise InputRefused("order", given=f"{session.dose_mg:g} mg for {plain(session.weight_kg, decimals=1)} kg",
                           allowed=f"{prepared.dose} for {prepared.body.weight}, the weight that counts now",
                           mend="order again; what was drawn up is not given")  # fmt: skip
    return prepared


def check_last_of_the_day(session: InfusionSession) -> None:
    """Refuse to start an order of another day, or one that a later order of the person replaced.

    Raises:
        InputRefused: it is one of these.
    """
    replaced = InfusionSession.objects.filter(person_id=session.person_id, ordered_at__gt=session.ordered_at)
    if clock.now() - session.ordered_at > ORDER_COUNTS_FOR or replaced.exists():
        raise InputRefused("start", given=f"an order of {session.ordered_at.isoformat(timespec='minutes')}",
                           allowed="the last order, of the last 24 hours", mend="order a new session")  # fmt: skip


def _prepared(plan: Plan, view: View, *, vial_mg_per_ml: float | None) -> Preparation:
    protocol = protocol_of(plan.protocol)
    body = body_of(view)
    if isinstance(body, Unknown):
        raise InputRefused("weight", given=None, allowed="a weight that counts",
                           mend="weigh the person and enter it")  # fmt: skip
    return work_out(rule_of(plan, protocol, view), body, protocol, vial_mg_per_ml=vial_mg_per_ml)


def _weighed(view: View) -> bool:
    weight = view.find("weight")
    return not isinstance(weight, Unknown) and view.now - weight.at <= WEIGHT_COUNTS_FOR


def _row(
    person: Person, plan: Plan, prepared: Preparation, *, chair: Chair | None, order_id: UUID
) -> InfusionSession:
    order, by = order_of(prepared), current_actor().id
    if by is None:
        raise InputRefused(
            "order", given="nobody", allowed="a member of staff", mend="sign in and order again"
        )
    begun = ChartedEvent.objects.filter(session__person=person, type="started").count()
    return InfusionSession(
        id=order_id, person=person, protocol=plan.protocol, protocol_sha256=plan.protocol.sha256, plan_id=plan.id, chair=chair,
        number=begun + 1, drug=order.drug, dose_mg=order.dose.mg, weight_kg=prepared.body.weight.kg,
        minutes=order.minutes.minutes, concentration_mg_per_ml=order.concentration.mg_per_ml, bag_ml=order.bag.ml,
        vial_mg_per_ml=prepared.vial.mg_per_ml, fastest_ml_per_h=prepared.fastest.ml_per_h, ordered_at=clock.now(),
        ordered_by=by,
    )  # fmt: skip
