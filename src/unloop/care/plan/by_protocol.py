"""The dose that a protocol gives one person, with the rules that changed it and the steps it only proposes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from unloop.care.plan.dose_rule import DoseRule, PreparationRule
from unloop.care.plan.dosing_weight import Body, WeightBasis
from unloop.care.plan.series import SeriesRule
from unloop.facts import Known, Unknown, View
from unloop.protocol import DoseAdjust, DoseStep, Protocol
from unloop.quantity import (
    BodyWeight,
    Concentration,
    Dose,
    Height,
    Minutes,
    Volume,
    WeightedDose,
    WeightedRate,
)
from unloop.rules import Context, Truth, evaluate, say


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A rule of the protocol that changes the dose, or proposes a change.

    Attributes:
        rule: its id.
        words: its condition in plain words.
        why, basis, sources: the protocol's reason, and who says so.
        answer: true for rules that apply; unknown for those that could.
        missing: the facts that would have to be answered.
    """

    rule: str
    words: str
    why: str
    answer: Truth
    missing: tuple[str, ...] = ()
    basis: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoseByProtocol:
    """What the protocol says about one person's dose.

    Attributes:
        rule: dose, time and ceilings after the adjustments.
        applied: the adjustments that apply.
        undecided: adjustments that cannot be judged; with any of these there is no dose.
        proposals: steps shown to a physician and never applied by the software.
    """

    rule: DoseRule
    applied: tuple[Adjustment, ...]
    undecided: tuple[Adjustment, ...]
    proposals: tuple[tuple[Adjustment, DoseRule], ...]


def body_of(view: View) -> Body | Unknown:
    """The measures that the dose depends on, or unknown while the weight is."""
    weight, height = view.find("weight"), view.find("height")
    if isinstance(weight, Unknown):
        return weight
    cm = height.value if isinstance(height, Known) else None
    return Body(
        weight=BodyWeight(kg=_number(weight)),
        height=Height(cm=float(cm)) if isinstance(cm, float) else None,
        sex=view.chart.person.sex,
    )


def dose_by_protocol(protocol: Protocol, view: View) -> DoseByProtocol:
    """Decide dose and duration by the protocol.

    Of several adjustments that apply, each ceiling holds: the lowest dose and the longest time are taken.

    Args:
        protocol: the document.
        view: the person's chart as the protocol sees it.
    """
    dose = protocol.document.dose
    judged = [(one, _judge(one, protocol, view)) for one in dose.adjust]
    rule = base_dose(protocol)
    for one, adjustment in judged:
        if adjustment.answer is Truth.TRUE:
            rule = _adjusted(rule, one)
    return DoseByProtocol(
        rule=rule,
        applied=tuple(adjustment for _, adjustment in judged if adjustment.answer is Truth.TRUE),
        undecided=tuple(adjustment for _, adjustment in judged if adjustment.answer is Truth.UNKNOWN),
        proposals=tuple(
            (adjustment, _stepped(rule, one))
            for one in dose.step
            if (adjustment := _judge(one, protocol, view)).answer is Truth.TRUE
        ),
    )


def base_dose(protocol: Protocol) -> DoseRule:
    """Dose, time and ceilings before any adjustment."""
    dose = protocol.document.dose
    return DoseRule(
        mg_per_kg=WeightedDose(mg_per_kg=dose.mg_per_kg), minutes=Minutes(minutes=dose.minutes),
        weight_basis=WeightBasis(dose.weight), round_to=Dose(mg=dose.round_down_to_mg), floor=Dose(mg=dose.min_mg),
        ceiling=Dose(mg=dose.max_mg), max_rate=WeightedRate(mg_per_kg_per_h=dose.max_rate_mg_per_kg_h),
        slowest=Minutes(minutes=dose.slowest_minutes),
    )  # fmt: skip


def preparation_rule(protocol: Protocol) -> PreparationRule:
    """Vials and bag as the protocol has them."""
    preparation = protocol.document.preparation
    return PreparationRule(
        bag=Volume(ml=preparation.bag_ml),
        vials=tuple(Concentration(mg_per_ml=vial) for vial in preparation.allowed_vial_mg_per_ml),
        preferred_vial=Concentration(mg_per_ml=preparation.preferred_vial_mg_per_ml),
        second_person_above=Concentration(mg_per_ml=preparation.second_person_above_mg_per_ml),
        flush=Volume(ml=preparation.flush_ml),
        tolerance_percent=preparation.tolerance_percent,
    )


def series_rule(protocol: Protocol) -> SeriesRule:
    """The induction series as the protocol has it."""
    schedule = protocol.document.schedule
    return SeriesRule(
        infusions=schedule.infusions,
        per_week=schedule.per_week,
        min_gap=schedule.min_gap,
        assess_after=schedule.assess_after,
    )


def _judge(one: DoseAdjust | DoseStep, protocol: Protocol, view: View) -> Adjustment:
    judgement = evaluate(one.when.condition, Context(view))
    return Adjustment(
        rule=one.id,
        words=say(one.when.condition, view.dictionary),
        why=one.why,
        answer=judgement.answer,
        missing=tuple(dict.fromkeys(gap.code for gap in judgement.missing)),
        basis=one.basis,
        sources=tuple(source.cite for source in protocol.cite(one)),
    )


def _adjusted(rule: DoseRule, one: DoseAdjust) -> DoseRule:
    change = one.set
    mg_per_kg = (
        rule.mg_per_kg.mg_per_kg
        if change.mg_per_kg is None
        else min(change.mg_per_kg, rule.mg_per_kg.mg_per_kg)
    )
    minutes = rule.minutes.minutes if change.minutes is None else max(change.minutes, rule.minutes.minutes)
    return replace(
        rule,
        mg_per_kg=WeightedDose(mg_per_kg=mg_per_kg),
        minutes=Minutes(minutes=minutes),
        weight_basis=rule.weight_basis if change.weight is None else WeightBasis(change.weight),
    )


def _stepped(rule: DoseRule, one: DoseStep) -> DoseRule:
    change = one.propose
    return replace(
        rule,
        mg_per_kg=rule.mg_per_kg if change.mg_per_kg is None else WeightedDose(mg_per_kg=change.mg_per_kg),
        minutes=rule.minutes if change.minutes is None else Minutes(minutes=change.minutes),
        weight_basis=rule.weight_basis if change.weight is None else WeightBasis(change.weight),
    )


def _number(finding: Known) -> float:
    return finding.value if isinstance(finding.value, float) else float(str(finding.value))
