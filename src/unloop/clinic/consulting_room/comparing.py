"""Two plans side by side, by what models expect in plasma: to be looked at, ordering nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from unloop.care.plan import Body, DoseRule, Preparation, body_of
from unloop.clinic.consulting_room.models import Plan
from unloop.clinic.consulting_room.planning import Proposal, rule_in_terms, work_out
from unloop.clinic.laboratory.services import Curve, expected_curves
from unloop.facts import Unknown, View
from unloop.protocol import Protocol
from unloop.quantity import InputRefused, WeightedRate

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan that can be looked at: what the protocol gives, a step that it proposes, or a version laid down."""

    id: str
    label: str
    rule: DoseRule
    infusions: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What one plan would come to for the weight of today.

    Attributes:
        candidate: which plan.
        preparation: dose and time.
        rate: drug for each kilogram and hour.
        curves: by model.
        areas: under each curve as far as it is shown, ng·h/mL.
        course_mg: of all its infusions.
    """

    candidate: Candidate
    preparation: Preparation
    rate: WeightedRate
    curves: tuple[Curve, ...]
    areas: tuple[float, ...]
    course_mg: float


def candidates(plans: tuple[Plan, ...], proposal: Proposal, protocol: Protocol) -> tuple[Candidate, ...]:
    """The plans to choose from: today's first, then what is proposed, then the versions, the last first."""
    return tuple(_candidates(plans, proposal, protocol))


def expect(candidate: Candidate, view: View, protocol: Protocol) -> Expected:
    """Work a plan out for the weight of today and ask the models.

    Raises:
        InputRefused: the weight is unknown, or the dose is refused.
    """
    body = body_of(view)
    if isinstance(body, Unknown):
        raise InputRefused("weight", given=None, allowed="a weight that counts", mend="weigh the person")
    return _expect(candidate, body, protocol)


def _expect(candidate: Candidate, body: Body, protocol: Protocol) -> Expected:
    prepared = work_out(candidate.rule, body, protocol)
    curves = expected_curves(prepared.dose, prepared.minutes, body.weight)
    return Expected(
        candidate=candidate, preparation=prepared, rate=prepared.check_rate(prepared.rate), curves=curves,
        areas=tuple(_area(curve) for curve in curves), course_mg=prepared.dose.mg * candidate.infusions,
    )  # fmt: skip


def _candidates(plans: tuple[Plan, ...], proposal: Proposal, protocol: Protocol) -> Iterator[Candidate]:
    infusions = protocol.document.schedule.infusions
    yield Candidate("today", _("As the protocol gives it today"), proposal.dose.rule, infusions)
    for one, rule in proposal.dose.proposals:
        yield Candidate(one.rule, _("Proposed by the protocol: %s") % one.rule, rule, infusions)
    for number, plan in reversed(tuple(enumerate(plans, 1))):
        try:
            rule = rule_in_terms(plan.terms, protocol)
        except InputRefused:  # laid down under a protocol with other ceilings: it is not compared under these
            continue
        yield Candidate(f"v{number}", _("Plan, version %d") % number, rule, int(plan.terms["infusions"]))


def _area(curve: Curve) -> float:
    """By the trapezoid rule over the points that are shown, every other minute."""
    pairs = pairwise(curve.points)
    return sum((two.minute - one.minute) * (one.ng_per_ml + two.ng_per_ml) / 2 for one, two in pairs) / _HOUR
