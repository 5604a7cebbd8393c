"""The outcome definitions of a protocol: the thresholds and durations that its `[outcome]` rules write out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from unloop.care.outcome.definitions import (
    CONSENSUS,
    ImprovementRule,
    OutcomeDefinitions,
    RelapseRule,
    RemissionRule,
)
from unloop.protocol import Protocol
from unloop.protocol.document import OutcomeRule
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused
from unloop.rules.tree import Comparison, Condition, Conjunction, Delta, Percent, Value

_Bounds = Mapping[tuple[str, str, str], float]
"""By kind of term, fact code and operator: the number that the term is held against."""


def definitions_of(protocol: Protocol) -> OutcomeDefinitions:
    """The definitions that a protocol writes out, for `categorise`.

    What a protocol leaves out (a word, or the longest gap between ratings) is taken from the consensus of 2016; the
    source that is shown names the protocol and what the rules cite.

    Raises:
        InputRefused: a rule that is not a fall of the primary score in percent, or the score itself, together with
            the clinical global impression: such a definition cannot be counted here, and none is guessed.
    """
    outcome = protocol.document.outcome
    rules: dict[str, OutcomeRule] = {rule.name: rule for rule in outcome.rule}
    found = replace(CONSENSUS, source=_source(protocol, rules))
    score = outcome.primary
    if score != "ybocs":
        raise InputRefused(
            f"{outcome.id}.primary", given=score, allowed="ybocs", mend="judge the outcome by the Y-BOCS"
        )
    if (rule := rules.get("response")) is not None:
        found = replace(found, response=_improvement(rule, score, CONSENSUS.response))
    if (rule := rules.get("partial-response")) is not None:
        found = replace(found, partial_response=_improvement(rule, score, CONSENSUS.partial_response))
    if (rule := rules.get("remission")) is not None:
        found = replace(found, remission=_remission(rule, rules.get("recovery"), score))
    if (rule := rules.get("relapse")) is not None:
        found = replace(found, relapse=_relapse(rule, score))
    if (rule := rules.get("noticeable-change")) is not None:
        found = replace(
            found,
            noticeable_points=-_bound(rule, ("delta", score, "<=")),
            noticeable_source=_cited(protocol, rule),
        )
    return found


def _improvement(rule: OutcomeRule, score: str, otherwise: ImprovementRule) -> ImprovementRule:
    return ImprovementRule(
        fall_percent=-_bound(rule, ("percent", score, "<=")),
        cgi_i_at_most=int(_bound(rule, ("value", "cgi_i", "<="))),
        lasting=rule.lasting or otherwise.lasting,
    )


def _remission(rule: OutcomeRule, recovery: OutcomeRule | None, score: str) -> RemissionRule:
    otherwise = CONSENSUS.remission
    return RemissionRule(
        score_at_most=_bound(rule, ("value", score, "<=")),
        cgi_s_at_most=int(_bound(rule, ("value", "cgi_s", "<="))),
        lasting=rule.lasting or otherwise.lasting,
        recovery_lasting=_lasting(recovery) or otherwise.recovery_lasting,
        longest_gap=otherwise.longest_gap,
    )


def _relapse(rule: OutcomeRule, score: str) -> RelapseRule:
    return RelapseRule(
        score_at_least=_bound(rule, ("value", score, ">=")),
        cgi_i_at_least=int(_bound(rule, ("value", "cgi_i", ">="))),
        lasting=rule.lasting or CONSENSUS.relapse.lasting,
    )


def _lasting(rule: OutcomeRule | None) -> Duration | None:
    return None if rule is None else rule.lasting


def _bound(rule: OutcomeRule, wanted: tuple[str, str, str]) -> float:
    bounds = _bounds(rule.when.condition)
    if bounds is None or wanted not in bounds:
        kind, code, operator = wanted
        term = {"percent": f"pct({code})", "delta": f"delta({code})"}.get(kind, code)
        raise InputRefused(
            f"{rule.id}.when",
            given=rule.when.text,
            allowed=f"comparisons joined by and, with {term} {operator} a number among them",
            mend="write the definition in this form",
        )
    return bounds[wanted]


def _bounds(condition: Condition) -> _Bounds | None:
    """The comparisons of a condition that are all to hold; None where it is anything else."""
    parts = condition.conditions if isinstance(condition, Conjunction) else (condition,)
    found: dict[tuple[str, str, str], float] = {}
    for part in parts:
        if not isinstance(part, Comparison) or not isinstance(part.operand, (int, float)):
            return None
        match part.term:
            case Percent(code=code):
                found["percent", code, part.operator] = float(part.operand)
            case Delta(code=code):
                found["delta", code, part.operator] = float(part.operand)
            case Value(code=code):
                found["value", code, part.operator] = float(part.operand)
            case _:
                return None
    return found


def _source(protocol: Protocol, rules: Mapping[str, OutcomeRule]) -> str:
    named = [rules[name] for name in ("response", "remission") if name in rules]
    cited = dict.fromkeys(_cited(protocol, rule) for rule in named)
    return f"protocol {protocol.id} {protocol.version}: {'; '.join(cited)}" if cited else CONSENSUS.source


def _cited(protocol: Protocol, rule: OutcomeRule) -> str:
    sources = {source.id: source.cite for source in protocol.document.source}
    return "; ".join(sources.get(name, name) for name in rule.src)
