"""The three gates: the same rules over a chart, at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from unloop.care.evaluation.medicines import medicine_verdicts
from unloop.care.evaluation.overriding import overridden
from unloop.care.evaluation.seeing import look
from unloop.care.evaluation.verdict import (
    Asked,
    Expiry,
    NotReady,
    Outcome,
    Ready,
    Standing,
    Verdict,
    outcome_of_gaps,
)
from unloop.facts import DICTIONARY, Absence, Chart, Known, Phase, Unknown, View
from unloop.protocol import EvaluationItem, Gate, GateRule, Protocol, Stop
from unloop.rules import Context, Gap, Judgement, RaisedPrompt, Truth, Use, codes, evaluate, say

_STANDING = {"require": Standing.REQUIRED, "absolute": Standing.ABSOLUTE, "relative": Standing.RELATIVE}
_PHASES: dict[Gate, tuple[Phase, ...]] = {
    "evaluation": (),
    "start": (Phase.BEFORE,),
    "discharge": (Phase.RECOVERY,),
}


def judge(
    gate: Gate,
    protocol: Protocol,
    chart: Chart,
    *,
    at: datetime,
    session: str | None = None,
    prompts: tuple[RaisedPrompt, ...] | None = None,
) -> Ready | NotReady:
    """Ask one gate of one chart at one moment.

    Args:
        gate: `evaluation` (is the comprehensive evaluation complete and in date), `start` (every rule again, with the
            facts of this session before the infusion, consent and plan) or `discharge` (over facts recorded after
            the infusion ended).
        protocol: the rules.
        chart: the person's facts.
        at: the moment; timezone-aware. Later entries are not seen.
        session: the infusion session that `start` and `discharge` look at.
        prompts: the prompts raised in this session so far, for rules that count them.

    Returns:
        Ready only if every rule was answered and none stands against it.
    """
    view = look(protocol, chart, at=at, session=session, phases=_PHASES[gate])
    context = Context(view, prompts)
    verdicts = tuple(_verdicts(gate, protocol, context))
    asked = Asked(
        gate=gate, protocol=protocol.id, version=protocol.version, sha256=protocol.sha256, at=at, session=session,
        verdicts=verdicts,
    )  # fmt: skip
    fields = {name: getattr(asked, name) for name in Asked.__dataclass_fields__}
    if verdicts and all(verdict.outcome.opens for verdict in verdicts):
        return Ready(**fields, expiries=_expiries(verdicts, view))
    return NotReady(**fields)


def _verdicts(gate: Gate, protocol: Protocol, context: Context) -> Iterator[Verdict]:
    document = protocol.document
    if gate == "discharge":
        yield from (_judge_rule(rule, protocol, context) for rule in document.discharge.require)
        return
    yield from (_judge_rule(rule, protocol, context) for rule in document.gate if gate in rule.at)
    yield from (_judge_item(item, protocol, context) for item in document.evaluation)
    yield from medicine_verdicts(protocol, context.view)
    if gate == "start":
        yield from (_judge_rule(rule, protocol, context) for rule in document.sameday)
        yield from (_judge_stop(stop, protocol, context) for stop in document.stop if stop.scope == "course")


def _judge_rule(rule: GateRule, protocol: Protocol, context: Context) -> Verdict:
    judgement = evaluate(rule.when.condition, context)
    passing = Truth.TRUE if rule.kind == "require" else Truth.FALSE
    outcome = _outcome(judgement, passing)
    if (
        outcome is Outcome.EXCLUDES
        and rule.override is not None
        and overridden(rule.id, rule.override, reads=codes(rule.when.condition), view=context.view)
    ):
        outcome = Outcome.OVERRIDDEN
    return Verdict(
        rule=rule.id, title=rule.title, standing=_STANDING[rule.kind], answer=judgement.answer, outcome=outcome,
        used=judgement.used, missing=judgement.missing, words=say(rule.when.condition, context.view.dictionary),
        why=rule.why, basis=rule.basis, sources=protocol.cite(rule), override=rule.override,
    )  # fmt: skip


def _judge_stop(stop: Stop, protocol: Protocol, context: Context) -> Verdict:
    judgement = evaluate(stop.when.condition, context)
    return Verdict(
        rule=stop.id, title=stop.title, standing=Standing.ABSOLUTE, answer=judgement.answer,
        outcome=_outcome(judgement, Truth.FALSE), used=judgement.used, missing=judgement.missing,
        words=say(stop.when.condition, context.view.dictionary), why=f"{stop.why} {stop.then}", basis=stop.basis,
        sources=protocol.cite(stop),
    )  # fmt: skip


def _outcome(judgement: Judgement, passing: Truth) -> Outcome:
    if judgement.answer is Truth.UNKNOWN:
        return outcome_of_gaps(judgement.missing)
    return Outcome.PASSES if judgement.answer is passing else Outcome.EXCLUDES


def _judge_item(item: EvaluationItem, protocol: Protocol, context: Context) -> Verdict:
    view = context.view
    applies = evaluate(item.applies.condition, context) if item.applies else Judgement(Truth.TRUE)
    used, gaps = list(applies.used), []
    for code in item.facts:
        finding = view.find(code)
        if isinstance(finding, Unknown):
            gaps += [Gap(one, finding.absence) for one in finding.missing]
        elif finding.complete:
            used.append(Use(code, finding.value, finding.at))
        else:
            gaps.append(Gap(view.dictionary[code].complete_by or code, Absence.MISSING))
    # An item whose applicability is unknown counts as applying.
    if applies.answer is Truth.FALSE:
        answer, outcome, used, gaps = Truth.TRUE, Outcome.DOES_NOT_APPLY, list(applies.used), []
    elif gaps:
        answer, outcome = Truth.UNKNOWN, outcome_of_gaps(tuple(gaps))
    else:
        answer, outcome = Truth.TRUE, Outcome.PASSES
    labels = ", ".join(view.dictionary[code].label for code in item.facts)
    return Verdict(
        rule=item.id, title=item.title, standing=Standing.ITEM, answer=answer, outcome=outcome, used=tuple(used),
        missing=tuple(dict.fromkeys(gaps)), words=f"in date: {labels}", why=item.why, basis=item.basis,
        sources=protocol.cite(item),
    )  # fmt: skip


def _expiries(verdicts: tuple[Verdict, ...], view: View) -> tuple[Expiry, ...]:
    """When each recorded fact that was used stops counting, the first to expire first."""
    found: dict[str, datetime] = {}
    for code in {use.code for verdict in verdicts for use in verdict.used}:
        finding = view.find(code)
        for fact in finding.facts if isinstance(finding, Known) else ():
            max_age = view.max_age(DICTIONARY[fact.code])
            if max_age is not None:
                expires = max_age.after(fact.at)
                found[fact.code] = min(expires, found.get(fact.code, expires))
    return tuple(Expiry(code, at) for code, at in sorted(found.items(), key=lambda one: (one[1], one[0])))
