"""Whether a condition makes sense over the fact dictionary, before it is ever judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from unloop.facts import Dictionary, FactDefinition, FactType
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused
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
    Place,
    PromptCount,
    Repeated,
    Sustained,
    Value,
    codes,
    walk,
)

_ORDERED = frozenset({"<", "<=", ">", ">="})
LEVELS = ("yellow", "orange", "red")
"""Levels of a prompt, mildest first."""


def check(condition: Condition, dictionary: Dictionary, *, where: str = "condition") -> None:
    """Refuse facts that do not exist, comparisons of the wrong type and choices that no fact has.

    Raises:
        InputRefused: with line and column.
    """
    checker = _Checker(dictionary, where)
    for part in walk(condition):
        checker.check(part)


def known_under_negation(condition: Condition, *, negative: bool = False) -> Iterator[IsKnown]:
    """Every `known()` whose being false could make the condition true.

    There, taking facts away could open a gate; `negative` says whether the gate asks for a false answer.
    """
    match condition:
        case IsKnown():
            if negative:
                yield condition
        case Negation(condition=inner):
            yield from known_under_negation(inner, negative=not negative)
        case Conjunction(conditions=inner) | Disjunction(conditions=inner):
            for one in inner:
                yield from known_under_negation(one, negative=negative)
        case Sustained(condition=inner) | Repeated(condition=inner):
            # In a row of readings, both presence and absence of a reading change the answer.
            yield from known_under_negation(inner, negative=True)
            yield from known_under_negation(inner, negative=False)
        case Flag() | Comparison() | Membership():
            return
        case _:
            assert_never(condition)


@dataclass(frozen=True, slots=True)
class _Checker:
    dictionary: Dictionary
    where: str

    def check(self, part: Condition) -> None:
        match part:
            case Flag(code=code):
                self.expect(code, part.place, FactType.BOOL, mend="compare it with a value")
            case Membership(code=code, values=values):
                definition = self.expect(
                    code, part.place, FactType.ENUM, FactType.SET, mend="use a comparison"
                )
                for value in values:
                    self.expect_choice(definition, value, part.place)
                    definition.check_member(value, where=self.spot(part.place))
            case IsKnown(code=code):
                self.define(code, part.place)
            case Comparison():
                self.check_comparison(part)
            case Sustained(condition=inner) | Repeated(condition=inner):
                self.check_readings(inner, part.place)
            case Negation() | Conjunction() | Disjunction():
                return
            case _:
                assert_never(part)

    def spot(self, place: Place) -> str:
        return f"{self.where}, line {place.line}, column {place.column}"

    def define(self, code: str, place: Place) -> FactDefinition:
        return self.dictionary.define(code, where=self.spot(place))

    def expect(self, code: str, place: Place, *types: FactType, mend: str) -> FactDefinition:
        definition = self.define(code, place)
        if definition.type in types:
            return definition
        raise InputRefused(
            self.spot(place), given=f"{code} ({definition.type})", allowed=" or ".join(types), mend=mend
        )

    def expect_choice(self, definition: FactDefinition, value: object, place: Place) -> None:
        if definition.values and value not in definition.values:
            raise InputRefused(
                self.spot(place),
                given=value,
                allowed=", ".join(definition.values),
                mend=f"choose values that {definition.code} has",
            )

    def expect_operand(self, part: Comparison, kind: type, allowed: str) -> None:
        if not isinstance(part.operand, kind):
            raise InputRefused(
                self.spot(part.place), given=part.operand, allowed=allowed, mend="compare like with like"
            )

    def check_comparison(self, part: Comparison) -> None:
        match part.term:
            case PromptCount(level=level):
                self.expect_operand(part, float, "a number of prompts")
                if level not in LEVELS:
                    raise InputRefused(
                        self.spot(part.place),
                        given=level,
                        allowed=", ".join(LEVELS),
                        mend="name a level of prompts",
                    )
            case AgeOf(code=code):
                self.define(code, part.place)
                self.expect_operand(part, Duration, "a duration such as P30D")
                self.expect_order(part, "compare ages by order")
            case Delta(code=code) | Percent(code=code):
                self.expect(code, part.place, FactType.NUMBER, mend="use a number")
                self.expect_operand(part, float, "a number")
            case Value(code=code):
                mend = "write the fact alone, or not before it"
                self.check_value(
                    part, self.expect(code, part.place, FactType.NUMBER, FactType.ENUM, mend=mend)
                )
            case _:
                assert_never(part.term)

    def expect_order(self, part: Comparison, mend: str) -> None:
        if part.operator not in _ORDERED:
            raise InputRefused(self.spot(part.place), given=part.operator, allowed="<, <=, >, >=", mend=mend)

    def check_value(self, part: Comparison, definition: FactDefinition) -> None:
        if definition.type is FactType.NUMBER:
            self.expect_operand(part, float, f"a number in {definition.unit}")
            self.expect_plausible(part, definition)
            return
        self.expect_operand(part, str, ", ".join(definition.values))
        if part.operator in _ORDERED:
            raise InputRefused(
                self.spot(part.place),
                given=part.operator,
                allowed="== or !=",
                mend=f"{definition.code} is a choice",
            )
        self.expect_choice(definition, part.operand, part.place)

    def expect_plausible(self, part: Comparison, definition: FactDefinition) -> None:
        """A limit that no value can reach makes a rule that never fires, or always."""
        low, high = definition.low, definition.high
        if low is None or high is None or not isinstance(part.operand, float):
            return
        if not low <= part.operand <= high:
            raise InputRefused(
                self.spot(part.place),
                given=f"{part.operand:g}",
                allowed=f"{low:g} to {high:g} {definition.unit}".rstrip(),
                mend="check the limit and its decimal point",
            )

    def check_readings(self, inner: Condition, place: Place) -> None:
        for part in walk(inner):
            if isinstance(part, (Sustained, Repeated)):
                raise self.no_row("one row inside another", place)
            # The age of a reading at its own moment is nothing, and raised prompts have no moments here.
            if isinstance(part, Comparison) and isinstance(part.term, (AgeOf, PromptCount)):
                raise self.no_row("an age or a count of prompts", place)
        for code in codes(inner):
            if not self.define(code, place).in_session:
                raise self.no_row(code, place)

    def no_row(self, given: str, place: Place) -> InputRefused:
        return InputRefused(
            self.spot(place),
            given=given,
            allowed="readings of one session",
            mend="use sustained() and repeat() over session facts only",
        )
