"""A condition with one thing in it changed: a limit moved, an operator slipped, a part turned round or left out.

A decision table that answers as before for such a condition has nobody standing at that place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from unloop.quantity.duration import Duration
from unloop.rules import Condition, codes
from unloop.rules.tree import (
    Comparison,
    Conjunction,
    Disjunction,
    Flag,
    IsKnown,
    Membership,
    Negation,
    Operand,
    PromptCount,
    Repeated,
    Sustained,
)

NEIGHBOUR = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "=="}
OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "=="}


def changes(condition: Condition) -> Iterator[tuple[str, Condition]]:  # noqa: C901 - one arm a node
    """Every such condition, with words for what was changed."""
    match condition:
        case Flag() | IsKnown():
            yield f"not {condition.code}", Negation(condition, condition.place)
        case Comparison():
            yield from _of_comparison(condition)
        case Membership():
            for value in condition.values:
                left = tuple(one for one in condition.values if one != value)
                yield f"{condition.code} without {value}", replace(condition, values=left)
        case Negation():
            yield "negation left out", condition.condition
            yield from _inside(condition)
        case Sustained():
            for other in _moved(condition.duration):
                yield f"sustained for {other}", replace(condition, duration=other)
            yield from _inside(condition)
        case Repeated():
            for times in (condition.times - 1, condition.times + 1):
                yield f"repeated {times} times", replace(condition, times=times)
            for other in _moved(condition.apart):
                yield f"repeated {other} apart", replace(condition, apart=other)
            yield from _inside(condition)
        case Conjunction() | Disjunction():
            yield from _of_several(condition)


def _of_several(condition: Conjunction | Disjunction) -> Iterator[tuple[str, Condition]]:
    parts, place = condition.conditions, condition.place
    other = Disjunction if isinstance(condition, Conjunction) else Conjunction
    yield "and for or, or for and", other(parts, place)
    for index, part in enumerate(parts):
        before, after = parts[:index], parts[index + 1 :]
        yield (
            f"part {index + 1} ({', '.join(codes(part))}) left out",
            replace(condition, conditions=(*before, *after)),
        )
        for words, changed in changes(part):
            yield words, replace(condition, conditions=(*before, changed, *after))


def _inside(condition: Negation | Sustained | Repeated) -> Iterator[tuple[str, Condition]]:
    for words, changed in changes(condition.condition):
        yield words, replace(condition, condition=changed)


def _of_comparison(part: Comparison) -> Iterator[tuple[str, Condition]]:
    said = getattr(part.term, "code", None) or f"prompts {part.term.level}"
    for operator in dict.fromkeys((NEIGHBOUR[part.operator], OPPOSITE[part.operator])):
        yield f"{said} {operator} {part.operand}", replace(part, operator=operator)
    for operand in _moved(part.operand):
        yield f"{said} {part.operator} {operand}", replace(part, operand=operand)
    if isinstance(part.term, PromptCount):
        other = replace(part.term, same=not part.term.same)
        yield f"{said}, the same or any", replace(part, term=other)


def _moved(operand: Operand) -> Iterator[Operand]:
    """One less and one more, in the unit in which the limit is written."""
    if isinstance(operand, Duration):
        unit = next(one for one in (86400, 3600, 60) if operand.seconds % one == 0)
        for seconds in (operand.seconds - unit, operand.seconds + unit):
            yield Duration(operand.months, seconds)
    elif isinstance(operand, float):
        yield operand - 1
        yield operand + 1
