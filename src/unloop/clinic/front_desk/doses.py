"""What the plan of an expected person gives for the weight as it stands, or why it gives nothing."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.plan import body_of
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.services import Plan, rule_of, view_of, work_out
from unloop.clinic.people.services import protocol_of
from unloop.facts import Chart, Unknown
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Dosed:
    """A dose as the plan gives it today; it is ordered at the bedside, not here.

    Attributes:
        number: of this infusion among all that were begun here, as at the bedside.
        planned: how many infusions the plan has; 0 where the number is beyond them, as in a second course.
        mg: milligrams of the base as labelled.
        mg_per_kg, weight_kg, minutes, drug: what they come from.
    """

    number: int
    planned: int
    mg: float
    mg_per_kg: float
    weight_kg: float
    minutes: float
    drug: str


@dataclass(frozen=True, slots=True)
class NoDose:
    """Why there is no dose yet; `because` is empty where nobody has made a plan."""

    because: str = ""


def dose_of(plan: Plan | None, person: Person, chart: Chart) -> Dosed | NoDose:
    """The dose of a person's next infusion by the plan that stands, for the weight in the chart."""
    if plan is None:
        return NoDose()
    protocol = protocol_of(plan.protocol)
    view = view_of(person, protocol, chart=chart)
    body = body_of(view)
    if isinstance(body, Unknown):
        return NoDose(", ".join(view.dictionary[code].label for code in body.missing))
    try:
        rule = rule_of(plan, protocol, view)
        prepared = work_out(rule, body, protocol)
    except InputRefused as refused:
        return NoDose(refused.mend)
    number, planned = len(chart.own_infusions or ()) + 1, int(plan.terms["infusions"])
    return Dosed(
        number=number, planned=planned if number <= planned else 0, mg=prepared.dose.mg,
        mg_per_kg=rule.mg_per_kg.mg_per_kg, weight_kg=body.weight.kg, minutes=rule.minutes.minutes,
        drug=str(plan.terms["drug"]),
    )  # fmt: skip
