"""Numbers that a protocol says, for texts: a field of a rule, or the limit to which its condition holds a fact."""

from __future__ import annotations

from unloop.care.education.texts import ProtocolSlot, RuleSlot
from unloop.protocol import Protocol, Sourced, Written
from unloop.quantity.duration import Duration
from unloop.rules import walk
from unloop.rules.tree import Comparison, Value


def rule_named(protocol: Protocol, rule_id: str) -> Sourced | None:
    """A rule of a protocol by its id; dose, schedule and consent stand there once, and are found by that word."""
    document = protocol.document
    once: dict[str, Sourced] = {
        "dose": document.dose,
        "schedule": document.schedule,
        "consent": document.consent,
    }
    return once.get(rule_id) or next((one for one in protocol.rules if one.id == rule_id), None)


def protocol_number(slot: ProtocolSlot | RuleSlot, protocol: Protocol) -> float | None:
    """The number of a slot, a duration in minutes; None where the protocol has no such rule, field or limit."""
    found = rule_named(protocol, slot.rule)
    if found is None:
        return None
    value = _limit(found, slot.fact) if isinstance(slot, RuleSlot) else getattr(found, slot.of, None)
    if isinstance(value, Duration):
        return value.minutes
    return None if value is None else float(value)


def _limit(found: Sourced, fact: str) -> float | None:
    when = getattr(found, "when", None)
    if not isinstance(when, Written):
        return None
    limits = [
        one.operand
        for one in walk(when.condition)
        if isinstance(one, Comparison) and isinstance(one.term, Value) and one.term.code == fact
    ]
    return float(limits[0]) if limits and isinstance(limits[0], int | float) else None
