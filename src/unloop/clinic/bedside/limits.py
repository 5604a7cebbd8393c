"""The limits that a protocol's prompts draw on the chart, read out of their conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from unloop.protocol import Prompt, Protocol
from unloop.rules import Condition, walk
from unloop.rules.tree import Comparison, Repeated, Value

DRAWN = ("sbp", "spo2")
UPPER, LOWER = (">", ">="), ("<", "<=")


@dataclass(frozen=True, slots=True)
class Limit:
    """One line on the chart.

    Attributes:
        code: what it is a limit of.
        value: where it lies.
        upper: whether readings above it meet the rule.
        words: what the protocol asks for there.
        rule: id of the prompt.
        acts: whether the protocol asks for the pump to be paused or stopped.
    """

    code: str
    value: float
    upper: bool
    words: str
    rule: str
    acts: bool


def limits(protocol: Protocol) -> tuple[Limit, ...]:
    """Upper limits of systolic pressure and lower limits of oxygen, each value once, in document order."""
    found: dict[tuple[str, float], Limit] = {}
    for prompt in protocol.document.prompt:
        for one in _of_prompt(prompt):
            found.setdefault((one.code, one.value), one)
    return tuple(found.values())


def _of_prompt(prompt: Prompt) -> Iterator[Limit]:
    condition = prompt.when.condition
    twice = any(isinstance(part, Repeated) for part in walk(condition))
    for part in walk(condition):
        held = _held(part)
        if held is None:
            continue
        code, upper, value = held
        if code in DRAWN and upper == (code == "sbp"):
            yield Limit(
                code,
                value,
                upper,
                _words(prompt.pump, value, twice=twice),
                prompt.id,
                prompt.pump != "continue",
            )


def _held(part: Condition) -> tuple[str, bool, float] | None:
    match part:
        case Comparison(term=Value(code=code), operator=operator, operand=float(value)):
            sign = str(operator)
            if sign in (*UPPER, *LOWER):
                return code, sign in UPPER, value
        case _:
            return None
    return None


def _words(pump: str, value: float, *, twice: bool) -> str:
    shown = f"{value:g}"
    match pump:
        case "pause":
            return _("pause at %s, twice") % shown if twice else _("pause at %s") % shown
        case "stop":
            return _("stop at %s") % shown
        case _:
            return _("check at %s") % shown
