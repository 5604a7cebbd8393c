"""Planning a course by the protocol in force, and working out a dose for the weight of the day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from django.db import transaction

from unloop.care.consultation import consent_text
from unloop.care.evaluation import holds, look
from unloop.care.plan import (
    Body,
    DoseByProtocol,
    DoseRule,
    Preparation,
    Tailoring,
    WeightBasis,
    base_dose,
    body_of,
    course_days,
    dose_by_protocol,
    preparation_rule,
    prepare,
    read_tailoring,
    series_rule,
)
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import NewFact, Person, add_facts, load_chart
from unloop.clinic.consulting_room.models import Plan
from unloop.clinic.consulting_room.signer import signer
from unloop.clinic.people.services import AdoptedProtocol, protocol_of
from unloop.facts import Chart, Unknown, View
from unloop.protocol import Protocol
from unloop.quantity import Concentration, Dose, InputRefused, Minutes, WeightedDose


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the protocol gives this person today.

    Attributes:
        dose: rule, adjustments and proposals.
        preparation: vial, bag and pump worked out; None while something is missing or refused.
        missing: facts without which there is no dose.
        refusal: why there is no dose although everything is known, e.g. below the floor.
    """

    dose: DoseByProtocol
    preparation: Preparation | None
    missing: tuple[str, ...] = ()
    refusal: InputRefused | None = None


def propose(
    person: Person, protocol: Protocol, *, vial_mg_per_ml: float | None = None, chart: Chart | None = None
) -> Proposal:
    """Work out dose and preparation for a person's weight as it stands now.

    Args:
        person: for whom.
        protocol: by which.
        vial_mg_per_ml: strength of the vial; by default the one that the protocol prefers.
        chart: the person's, where the caller has read it already.
    """
    view = look(protocol, load_chart(person) if chart is None else chart, at=clock.now())
    dose = dose_by_protocol(protocol, view)
    missing = _missing(dose, view)
    if missing:
        return Proposal(dose, None, missing)
    body = body_of(view)
    if isinstance(body, Unknown):
        return Proposal(dose, None, body.missing)
    try:
        return Proposal(dose, work_out(dose.rule, body, protocol, vial_mg_per_ml=vial_mg_per_ml))
    except InputRefused as refusal:
        return Proposal(dose, None, refusal=refusal)


def work_out(
    rule: DoseRule, body: Body, protocol: Protocol, *, vial_mg_per_ml: float | None = None
) -> Preparation:
    """Vial, bag and pump for one body under one rule.

    Raises:
        InputRefused: below the floor, a vial that the protocol does not have, a measure that is missing.
    """
    preparation = preparation_rule(protocol)
    vial = preparation.preferred_vial if vial_mg_per_ml is None else Concentration(mg_per_ml=vial_mg_per_ml)
    return prepare(rule, body, preparation, vial=vial)


@transaction.atomic
def make_plan(
    person: Person,
    adopted: AdoptedProtocol,
    *,
    step: str = "",
    reason: str = "",
    tailoring: Tailoring | None = None,
) -> Plan:
    """Lay down a plan as the protocol gives it, or with one of the steps that it proposes.

    A plan is never edited: a change is a new version with a reason, and a consent to the earlier one holds no more.

    Args:
        person: for whom.
        adopted: the protocol in force.
        step: id of a proposed step that the physician orders; empty for none.
        reason: why; required for a step, and for a plan that differs from the one that stands.
        tailoring: what is decided beside dose and series; None keeps what the plan that stands says.

    Raises:
        InputRefused: something is missing, the protocol refuses the dose, the step is not proposed, the ERP sessions
            do not fit into their window, or a change has no reason.
    """
    protocol = protocol_of(adopted)
    chart = load_chart(person)
    proposal = propose(person, protocol, chart=chart)
    if proposal.refusal is not None:
        raise proposal.refusal
    if proposal.preparation is None:
        raise InputRefused("plan", given="no dose", allowed="a dose by the protocol",
                           mend="answer first: " + ", ".join(proposal.missing))  # fmt: skip
    rule, preparation = _chosen(proposal, protocol, step=step, reason=reason)
    standing = current_plan(person)
    tailored = tailoring or read_tailoring(standing.terms if standing is not None else {})
    course_days(series_rule(protocol), erp_within=protocol.document.schedule.erp_within,
                erp_sessions=tailored.erp_sessions)  # fmt: skip
    held = _held(look(protocol, chart, at=clock.now()), protocol)
    terms = {**_terms(rule, protocol, step=step), **tailored.terms(), "hold": held}
    if standing is not None and standing.sha256 != sha256_of(terms) and not reason.strip():
        raise InputRefused("reason", given=None, allowed="a sentence", mend="write why the plan is changed")
    text = consent_text()
    plan = Plan(
        person=person, protocol=adopted, terms=terms, sha256=sha256_of(terms), consent_text_version=text.version,
        consent_text_sha256=text.sha256, dose_mg=preparation.dose.mg, weight_kg=preparation.body.weight.kg,
        reason=reason.strip(), at=clock.now(), by=signer(),
    )  # fmt: skip
    plan.save()
    _say_in_chart(plan, earlier=standing)
    record(
        "consulting_room.plan.made",
        person=person.id,
        about=plan,
        detail={"sha256": plan.sha256, "step": step},
    )
    return plan


def versions(person: Person) -> tuple[Plan, ...]:
    """Every plan of a person, the first first; the last one stands."""
    return tuple(Plan.objects.filter(person=person).select_related("protocol").order_by("at"))


def current_plan(person: Person) -> Plan | None:
    """The plan that was made last."""
    latest: Plan | None = (
        Plan.objects.filter(person=person).select_related("protocol").order_by("-at").first()
    )
    return latest


def rule_of(plan: Plan, protocol: Protocol, view: View) -> DoseRule:
    """The dose rule of a plan: the protocol's as it stands now, with the step that was ordered.

    Raises:
        InputRefused: it is not the rule that was consented to any more, as after a birthday that lowers the dose, or
            when the protocol has ceased to propose the ordered step.
    """
    decided = dose_by_protocol(protocol, view)
    step = str(plan.terms.get("step", ""))
    proposed = (rule for adjustment, rule in decided.proposals if adjustment.rule == step)
    rule = next(proposed, decided.rule)
    today = _dose_terms(rule)
    consented = {name: plan.terms.get(name) for name in today}
    if today != consented:
        raise InputRefused("dose rule", given=_words(today), allowed=_words(consented) + ", as in the plan",
                           mend="lay down a new plan and ask for consent again")  # fmt: skip
    return rule


def rule_in_terms(terms: dict[str, object], protocol: Protocol) -> DoseRule:
    """The dose rule that the terms of a plan say, under the ceilings of a protocol; to be compared, never ordered.

    Raises:
        InputRefused: the terms break a ceiling of the protocol.
    """
    return replace(
        base_dose(protocol),
        mg_per_kg=WeightedDose(mg_per_kg=float(str(terms["mg_per_kg"]))),
        minutes=Minutes(minutes=float(str(terms["minutes"]))),
        weight_basis=WeightBasis(str(terms["weight_basis"])),
        ceiling=Dose(mg=float(str(terms["most_mg"]))),
    )


def sha256_of(terms: dict[str, object]) -> str:
    """The hash by which a plan is consented to."""
    return hashlib.sha256(json.dumps(terms, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _held(view: View, protocol: Protocol) -> list[dict[str, str]]:
    """What is held on the day, as the plan says it; nothing while the list of medicines is unknown."""
    found = holds(protocol, view)
    return [] if isinstance(found, Unknown) else [
        {"medicine": one.medicine, "state": one.state, "before": str(one.before or ""), "rule": one.rule}
        for one in found
    ]  # fmt: skip


def _say_in_chart(plan: Plan, *, earlier: Plan | None) -> None:
    terms = plan.terms
    facts = [NewFact("plan", [{
        "sha256": plan.sha256, "consent_text_sha256": plan.consent_text_sha256, "mg_per_kg": terms["mg_per_kg"],
        "minutes": terms["minutes"], "dose_mg": plan.dose_mg,
    }])]  # fmt: skip
    before = [] if earlier is None else list(read_tailoring(earlier.terms).goals)
    if terms["goals"] != before:
        facts.append(NewFact("treatment_goals", [{"in_own_words": one} for one in terms["goals"]]))
    add_facts(plan.person, facts)


def _missing(dose: DoseByProtocol, view: View) -> tuple[str, ...]:
    undecided = tuple(code for adjustment in dose.undecided for code in adjustment.missing)
    body = body_of(view)
    return tuple(dict.fromkeys((*(body.missing if isinstance(body, Unknown) else ()), *undecided)))


def _chosen(
    proposal: Proposal, protocol: Protocol, *, step: str, reason: str
) -> tuple[DoseRule, Preparation]:
    if not step and proposal.preparation is not None:
        return proposal.dose.rule, proposal.preparation
    for adjustment, rule in proposal.dose.proposals:
        if adjustment.rule == step and proposal.preparation is not None:
            if not reason.strip():
                raise InputRefused(
                    "reason", given=None, allowed="a sentence", mend="write why this step is ordered"
                )
            return rule, work_out(rule, proposal.preparation.body, protocol)
    raise InputRefused("step", given=step, allowed=", ".join(one.rule for one, _ in proposal.dose.proposals) or "none",
                       mend="choose a step that the protocol proposes for this person today")  # fmt: skip


def _terms(rule: DoseRule, protocol: Protocol, *, step: str) -> dict[str, object]:
    schedule = protocol.document.schedule
    return {
        "drug": protocol.document.protocol.drug,
        **_dose_terms(rule),
        "infusions": schedule.infusions,
        "per_week": schedule.per_week,
        "step": step,
        "protocol": protocol.id,
        "protocol_version": protocol.version,
        "protocol_sha256": protocol.sha256,
    }


def _dose_terms(rule: DoseRule) -> dict[str, object]:
    """What of a rule a person consents to."""
    return {
        "mg_per_kg": rule.mg_per_kg.mg_per_kg,
        "minutes": rule.minutes.minutes,
        "weight_basis": rule.weight_basis.value,
        "most_mg": rule.ceiling.mg,
    }


def _words(terms: dict[str, object]) -> str:
    return "{mg_per_kg} mg/kg over {minutes} min by {weight_basis} weight, at most {most_mg} mg".format(
        **terms
    )
