"""A condition in plain words."""

from __future__ import annotations

from typing import assert_never

from unloop.facts import Dictionary, FactType
from unloop.quantity import Duration, plain
from unloop.rules.tree import (
    AgeOf,
    Comparison,
    Condition,
    Conjunction,
    Delta,
    Disjunction,
    Flag,
    IsKnown,
    Membership,
    Negation,
    Percent,
    PromptCount,
    Repeated,
    Sustained,
    Term,
    Value,
)

_UNITS = {
    "a": "years",
    "mm[Hg]": "mmHg",
    "kg/m2": "kg/m²",
    "/min": "a minute",
    "mg/d": "mg a day",
    "mL/min/{1.73_m2}": "mL/min per 1.73 m²",
    "m[IU]/L": "mIU/L",
    "10*3/uL": "10³/µL",
    "{xULN}": "times",
}
_ORDER = {
    "==": "is",
    "!=": "is not",
    "<": "is under",
    "<=": "is at most",
    ">": "is over",
    ">=": "is at least",
}
_FALL = {"<": "is over", "<=": "is at least", ">": "is under", ">=": "is at most", "==": "is", "!=": "is not"}
_AGE = {"<": "is newer than", "<=": "is at most", ">": "is older than", ">=": "is at least"}


def say(condition: Condition, dictionary: Dictionary) -> str:  # noqa: C901, PLR0911 - one arm a node
    """The condition as a phrase, such as "systolic blood pressure is at least 180 mmHg"."""
    match condition:
        case Flag(code=code):
            return f"{dictionary[code].label}: yes"
        case Negation(condition=Flag(code=code)):
            return f"{dictionary[code].label}: no"
        case Negation(condition=inner):
            return f"not ({say(inner, dictionary)})"
        case Comparison():
            return _comparison(condition, dictionary)
        case Membership(code=code, values=values):
            verb = "include" if dictionary[code].type is FactType.SET else "is"
            return f"{dictionary[code].label} {verb} {_listed(tuple(value.replace('-', ' ') for value in values))}"
        case IsKnown(code=code):
            return f"{dictionary[code].label} is known"
        case Sustained(condition=inner, duration=duration):
            return f"{_inside(inner, dictionary)} for at least {duration.words()}"
        case Repeated(condition=inner, times=times, apart=apart):
            return (
                f"{_inside(inner, dictionary)} in {times} readings in a row, at least {apart.words()} apart"
            )
        case Conjunction(conditions=parts):
            return " and ".join(_inside(part, dictionary) for part in parts)
        case Disjunction(conditions=parts):
            return " or ".join(_inside(part, dictionary) for part in parts)
        case _:
            assert_never(condition)


def say_each(condition: Condition, dictionary: Dictionary) -> tuple[str, ...]:
    """The phrases of which one is enough for the condition; a yes-or-no fact is called by its name alone."""
    match condition:
        case Disjunction(conditions=parts):
            return tuple(one for part in parts for one in say_each(part, dictionary))
        case Flag(code=code):
            return (dictionary[code].label,)
        case _:
            return (say(condition, dictionary),)


def amount(value: float, unit: str) -> str:
    """A number with its unit as people write it, without needless decimals."""
    shown = _UNITS.get(unit, "" if unit.startswith("{") else unit)
    number = plain(value)
    if not shown:
        return number
    return f"{number}{shown}" if shown == "%" else f"{number} {shown}"


def _inside(condition: Condition, dictionary: Dictionary) -> str:
    words = say(condition, dictionary)
    return f"({words})" if isinstance(condition, (Conjunction, Disjunction)) else words


def _comparison(comparison: Comparison, dictionary: Dictionary) -> str:
    term, operand = comparison.term, comparison.operand
    if isinstance(operand, Duration):
        verb = _AGE.get(comparison.operator, comparison.operator)
        return f"{_term(term, dictionary)} {verb} {operand.words()}" + (
            " old" if verb.startswith("is at") else ""
        )
    if isinstance(term, (Delta, Percent)) and not isinstance(operand, str) and operand < 0:
        # A change under nothing is said as a fall, since "over -25%" is read as a large one.
        fallen = f"the fall of {dictionary[term.code].label} from baseline {_FALL[comparison.operator]}"
        return f"{fallen} {amount(-operand, _unit(term, dictionary))}"
    verb = _ORDER[comparison.operator]
    if isinstance(operand, str):
        return f"{_term(term, dictionary)} {verb} {operand.replace('-', ' ')}"
    return f"{_term(term, dictionary)} {verb} {amount(operand, _unit(term, dictionary))}"


def _term(term: Term, dictionary: Dictionary) -> str:
    match term:
        case Value(code=code) | AgeOf(code=code):
            return dictionary[code].label
        case Delta(code=code) | Percent(code=code):
            return f"the change of {dictionary[code].label} from baseline"
        case PromptCount(level=level, same=same):
            return f"the number of {level} prompts" + (" of one kind" if same else "")
        case _:
            assert_never(term)


def _unit(term: Term, dictionary: Dictionary) -> str:
    match term:
        case Value(code=code) | Delta(code=code):
            return dictionary[code].unit
        case Percent():
            return "%"
        case AgeOf() | PromptCount():
            return ""
        case _:
            assert_never(term)


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
