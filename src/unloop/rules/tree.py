"""The typed tree of a condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, assert_never

from unloop.quantity.duration import Duration

Operator = Literal["==", "!=", "<", "<=", ">", ">="]


class Truth(StrEnum):
    """The three answers of Kleene's strong logic."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text of a rule something stands; both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a number or a choice."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class AgeOf:
    """How long ago the fact was true."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Delta:
    """Change from the baseline, in the fact's unit."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Percent:
    """Change from the baseline, in percent of it."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class PromptCount:
    """How often prompts of a level were raised in this session; with `same`, the most often raised rule alone."""

    level: str
    same: bool
    place: Place


Term = Value | AgeOf | Delta | Percent | PromptCount
Operand = float | Duration | str


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no fact that stands for itself."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Comparison:
    """A term held against a number, a duration or a choice."""

    term: Term
    operator: Operator
    operand: Operand
    place: Place


@dataclass(frozen=True, slots=True)
class Membership:
    """A choice that is one of these, or a set that holds at least one of these."""

    code: str
    values: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class IsKnown:
    """Whether the fact has a value that counts."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sustained:
    """The condition has held without a break for at least this long."""

    condition: Condition
    duration: Duration
    place: Place


@dataclass(frozen=True, slots=True)
class Repeated:
    """The condition held in this many readings in a row that lie at least this far apart."""

    condition: Condition
    times: int
    apart: Duration
    place: Place


@dataclass(frozen=True, slots=True)
class Negation:
    """Not."""

    condition: Condition
    place: Place


@dataclass(frozen=True, slots=True)
class Conjunction:
    """All of these."""

    conditions: tuple[Condition, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Disjunction:
    """At least one of these."""

    conditions: tuple[Condition, ...]
    place: Place


Condition = (
    Flag | Comparison | Membership | IsKnown | Sustained | Repeated | Negation | Conjunction | Disjunction
)


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything inside it, outside first."""
    yield condition
    match condition:
        case Conjunction(conditions=inner) | Disjunction(conditions=inner):
            for one in inner:
                yield from walk(one)
        case Negation(condition=one) | Sustained(condition=one) | Repeated(condition=one):
            yield from walk(one)
        case Flag() | Comparison() | Membership() | IsKnown():
            return
        case _:
            assert_never(condition)


def codes(condition: Condition) -> tuple[str, ...]:
    """The fact codes that the condition reads, each once, in order of appearance."""
    found: dict[str, None] = {}
    for part in walk(condition):
        match part:
            case Flag(code=code) | Membership(code=code) | IsKnown(code=code):
                found[code] = None
            case Comparison(term=Value(code=code) | AgeOf(code=code) | Delta(code=code) | Percent(code=code)):
                found[code] = None
            case _:
                continue
    return tuple(found)
