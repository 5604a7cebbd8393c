"""From the text of a condition to its tree."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from importlib import resources
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError
from lark.tree import Meta

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
    Operand,
    Operator,
    Percent,
    Place,
    PromptCount,
    Repeated,
    Sustained,
    Term,
    Value,
)

MAX_LENGTH = 2000
"""Longer texts are refused: no rule that a person can read needs more."""
MAX_LEVELS = 50
"""More brackets or more negations than this are refused, since each may lie inside the last."""
_NOT = re.compile(r"\bnot\b")
_WORD = re.compile(r"[\w.]+")


def parse(text: str, *, where: str = "condition") -> Condition:
    """Read a condition such as `sbp >= 180 and not escort`.

    Raises:
        InputRefused: with line and column of the first thing that is not understood.
    """
    return _parsed(text, where)


@lru_cache(maxsize=2048)
def _parsed(text: str, where: str) -> Condition:
    """Kept in memory: a protocol is read more often than it is changed, and a tree never changes."""
    levels = max(text.count("("), len(_NOT.findall(text)))
    if len(text) > MAX_LENGTH or levels > MAX_LEVELS:
        raise InputRefused(
            where,
            given=f"{len(text)} characters and {levels} levels",
            allowed=f"at most {MAX_LENGTH} characters and {MAX_LEVELS} levels",
            mend="split the rule in two",
        )
    try:
        tree = _parser().parse(text)
        return _Build(where).transform(tree)
    except UnexpectedInput as error:
        raise _refusal(text, error, where=where) from None
    except VisitError as error:
        if isinstance(error.orig_exc, InputRefused):
            raise error.orig_exc from None
        raise


@cache
def _parser() -> Lark:
    grammar = resources.files("unloop.rules").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, start="condition", parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _refusal(text: str, error: UnexpectedInput, *, where: str) -> InputRefused:
    lines = text.split("\n")
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        line, column, given = len(lines), len(lines[-1]) + 1, "the end"
    else:
        line, column = error.line, error.column
        rest = lines[line - 1][column - 1 :]
        word = _WORD.match(rest)
        given = word[0] if word is not None else rest[:12]
    return InputRefused(
        f"{where}, line {line}, column {column}",
        given=given,
        allowed="facts, numbers, durations, and or not, comparisons, in [...], known(), age_of(), sustained(), "
        "repeat(), delta(), pct(), count_prompts()",
        mend="mend the condition at this place; see docs/rules.md",
    )


def _place(meta: Meta) -> Place:
    return Place(meta.line, meta.column)


@v_args(meta=True, inline=False)
class _Build(Transformer[Token, Condition]):
    """Turns each grammar rule into its node; one method a rule, named as in the grammar."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def disjunction(self, meta: Meta, parts: list[Condition]) -> Condition:
        return Disjunction(tuple(parts), _place(meta))

    def conjunction(self, meta: Meta, parts: list[Condition]) -> Condition:
        return Conjunction(tuple(parts), _place(meta))

    def negated(self, meta: Meta, parts: list[Condition]) -> Condition:
        return Negation(parts[0], _place(meta))

    def flag(self, meta: Meta, parts: list[Token]) -> Flag:
        return Flag(str(parts[0]), _place(meta))

    def comparison(self, meta: Meta, parts: list[object]) -> Comparison:
        term, operator, operand = parts
        return Comparison(
            cast("Term", term), cast("Operator", str(operator)), cast("Operand", operand), _place(meta)
        )

    def membership(self, meta: Meta, parts: list[object]) -> Membership:
        return Membership(str(parts[0]), tuple(str(part) for part in parts[1:]), _place(meta))

    def known(self, meta: Meta, parts: list[Token]) -> IsKnown:
        return IsKnown(str(parts[0]), _place(meta))

    def sustained(self, meta: Meta, parts: list[object]) -> Sustained:
        condition, duration = parts
        return Sustained(cast("Condition", condition), self._length(duration, meta), _place(meta))

    def repeated(self, meta: Meta, parts: list[object]) -> Repeated:
        condition, times, apart = parts
        count = int(str(times))
        if not 2 <= count <= 20:
            raise InputRefused(
                self._spot(meta),
                given=count,
                allowed="2 to 20 readings",
                mend="write repeat(condition, 2, PT5M)",
            )
        return Repeated(cast("Condition", condition), count, self._length(apart, meta), _place(meta))

    def value(self, meta: Meta, parts: list[Token]) -> Value:
        return Value(str(parts[0]), _place(meta))

    def age_of(self, meta: Meta, parts: list[Token]) -> AgeOf:
        return AgeOf(str(parts[0]), _place(meta))

    def delta(self, meta: Meta, parts: list[Token]) -> Delta:
        return Delta(str(parts[0]), _place(meta))

    def percent(self, meta: Meta, parts: list[Token]) -> Percent:
        return Percent(str(parts[0]), _place(meta))

    def prompt_count(self, meta: Meta, parts: list[Token]) -> PromptCount:
        return PromptCount(str(parts[0]), len(parts) > 1, _place(meta))

    def number(self, meta: Meta, parts: list[Token]) -> float:
        number = float(parts[0])
        if math.isinf(number):
            raise InputRefused(
                self._spot(meta), given=parts[0], allowed="a number", mend="write fewer digits"
            )
        return number

    def duration(self, meta: Meta, parts: list[Token]) -> Duration:
        return self._length(parts[0], meta)

    def symbol(self, _meta: Meta, parts: list[Token]) -> str:
        return str(parts[0])

    def _length(self, token: object, meta: Meta) -> Duration:
        return Duration.parse(str(token), where=self._spot(meta))

    def _spot(self, meta: Meta) -> str:
        return f"{self._where}, line {meta.line}, column {meta.column}"
