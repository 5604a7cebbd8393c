"""Judging one condition over one chart, three-valued, with what it rested on and what it lacked."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, assert_never

from unloop.facts import Absence, Finding, Known, Unknown, View
from unloop.facts.fact import Value as FactValue
from unloop.quantity.duration import Duration
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
    Truth,
    Value,
    codes,
)

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
T = TypeVar("T")
QUARTER_HOUR = Duration.parse("PT15M")


@dataclass(frozen=True, slots=True)
class Use:
    """A fact that was read and had a value."""

    code: str
    value: FactValue
    at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact whose absence leaves the answer open."""

    code: str
    absence: Absence


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to a condition, with its trace.

    Attributes:
        answer: true, false or unknown.
        used: every fact that was read and had a value, in order of reading.
        missing: the facts that would have to be answered; empty unless the answer is unknown.
    """

    answer: Truth
    used: tuple[Use, ...] = ()
    missing: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class RaisedPrompt:
    """A prompt that was raised in this session."""

    rule: str
    level: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a condition is judged over.

    Attributes:
        view: the chart at the moment of judging.
        prompts: the prompts raised so far in this session; None outside a session.
        max_gap: readings further apart than this say nothing about the time between them.
    """

    view: View
    prompts: tuple[RaisedPrompt, ...] | None = None
    max_gap: Duration = QUARTER_HOUR

    def at(self, moment: datetime) -> Context:
        """The same context at an earlier moment."""
        return Context(self.view.looking_back(moment), self.prompts, self.max_gap)


def evaluate(condition: Condition, context: Context) -> Judgement:  # noqa: C901, PLR0911 - one arm a node
    """Judge a condition by Kleene's strong three-valued logic.

    An unknown part leaves the whole unknown unless the rest decides it. Taking facts away can only turn an answer
    into unknown, except under `known()`, whose use the protocol linter restricts.
    """
    match condition:
        case Flag():
            return _flag(condition, context)
        case Comparison():
            return _comparison(condition, context)
        case Membership():
            return _membership(condition, context)
        case IsKnown():
            return _is_known(condition, context)
        case Sustained():
            return _over_readings(
                condition, context, _held_for(condition.duration, context.max_gap, now=context.view.now)
            )
        case Repeated():
            return _over_readings(
                condition, context, _held_in(condition.times, condition.apart, context.max_gap)
            )
        case Negation():
            inner = evaluate(condition.condition, context)
            return Judgement(_OPPOSITE[inner.answer], inner.used, inner.missing)
        case Conjunction():
            return _combine([evaluate(part, context) for part in condition.conditions], decides=Truth.FALSE)
        case Disjunction():
            return _combine([evaluate(part, context) for part in condition.conditions], decides=Truth.TRUE)
        case _:
            assert_never(condition)


def _combine(parts: list[Judgement], *, decides: Truth) -> Judgement:
    answers = {part.answer for part in parts}
    used = _once(use for part in parts for use in part.used)
    if decides in answers:
        return Judgement(decides, used)
    if Truth.UNKNOWN in answers:
        return Judgement(Truth.UNKNOWN, used, _once(gap for part in parts for gap in part.missing))
    return Judgement(_OPPOSITE[decides], used)


def _flag(flag: Flag, context: Context) -> Judgement:
    answers = {True: Truth.TRUE, False: Truth.FALSE}
    return _judge(
        flag.code,
        context.view.find(flag.code),
        lambda value: answers[value] if isinstance(value, bool) else Truth.UNKNOWN,
    )


def _membership(membership: Membership, context: Context) -> Judgement:
    finding = context.view.find(membership.code)
    if isinstance(finding, Known) and isinstance(finding.value, tuple):
        use = (Use(membership.code, finding.value, finding.at),)
        if any(one in membership.values for one in finding.value):
            return Judgement(Truth.TRUE, use)
        if not finding.complete:
            statement = context.view.dictionary[membership.code].complete_by or membership.code
            return Judgement(Truth.UNKNOWN, use, (Gap(statement, Absence.MISSING),))
        return Judgement(Truth.FALSE, use)
    return _judge(membership.code, finding, lambda value: _truth(holds=value in membership.values))


def _is_known(known: IsKnown, context: Context) -> Judgement:
    finding = context.view.find(known.code)
    if isinstance(finding, Known) and finding.complete:
        return Judgement(Truth.TRUE, (Use(known.code, finding.value, finding.at),))
    return Judgement(Truth.FALSE)


def _comparison(comparison: Comparison, context: Context) -> Judgement:
    term = comparison.term
    if isinstance(term, PromptCount):
        return _compare_prompts(comparison, term, context)
    finding = context.view.find(term.code)
    if isinstance(term, AgeOf):
        return _compare_age(comparison, term, finding, context=context)
    if isinstance(term, Value):
        return _judge(term.code, finding, lambda value: _hold(comparison, value))
    return _compare_change(comparison, term, finding, context=context)


def _compare_prompts(comparison: Comparison, term: PromptCount, context: Context) -> Judgement:
    if context.prompts is None:
        return Judgement(Truth.UNKNOWN, (), (Gap("prompts of this session", Absence.MISSING),))
    raised = Counter(prompt.rule for prompt in context.prompts if prompt.level == term.level)
    count = max(raised.values(), default=0) if term.same else raised.total()
    return Judgement(_hold(comparison, float(count)))


def _compare_age(comparison: Comparison, term: AgeOf, finding: Finding, *, context: Context) -> Judgement:
    limit = comparison.operand
    if isinstance(finding, Unknown) or not isinstance(limit, Duration):
        return _judge(term.code, finding, lambda _value: Truth.UNKNOWN)
    # Months have no fixed length, so the moment is held against the one at which the fact reaches that age.
    reached = limit.after(finding.at)
    holds = _COMPARE[comparison.operator](context.view.now.timestamp(), reached.timestamp())
    return Judgement(_truth(holds=holds), (Use(term.code, finding.value, finding.at),))


def _compare_change(
    comparison: Comparison, term: Delta | Percent, finding: Finding, *, context: Context
) -> Judgement:
    baseline = context.view.baseline(term.code)
    if isinstance(finding, Unknown):
        return _judge(term.code, finding, lambda _value: Truth.UNKNOWN)
    use = (Use(term.code, finding.value, finding.at),)
    now, before = _number(finding.value), _number(baseline.value) if isinstance(baseline, Known) else None
    # A percentage of nothing, or of less than nothing, has no meaning.
    if now is None or before is None or (isinstance(term, Percent) and before <= 0):
        return Judgement(Truth.UNKNOWN, use, (Gap(f"baseline of {term.code}", Absence.MISSING),))
    change = 100 * (now - before) / before if isinstance(term, Percent) else now - before
    return Judgement(_hold(comparison, change), use)


def _judge(code: str, finding: Finding, hold: Callable[[FactValue], Truth]) -> Judgement:
    match finding:
        case Known():
            answer, use = hold(finding.value), (Use(code, finding.value, finding.at),)
            return Judgement(answer, use, (Gap(code, Absence.MISSING),) if answer is Truth.UNKNOWN else ())
        case Unknown():
            return Judgement(Truth.UNKNOWN, (), tuple(Gap(one, finding.absence) for one in finding.missing))
        case _:
            assert_never(finding)


def _hold(comparison: Comparison, value: FactValue) -> Truth:
    """Compare like with like; a value of another type than the rule was checked for answers nothing."""
    operand, number = comparison.operand, _number(value)
    if number is not None and isinstance(operand, float):
        # Nine decimals: 123.3 is exactly 3 times 41.1, whatever binary fractions make of it.
        return _truth(holds=_COMPARE[comparison.operator](round(number, 9), round(operand, 9)))
    if isinstance(value, str) and isinstance(operand, str) and comparison.operator in {"==", "!="}:
        return _truth(holds=(value == operand) is (comparison.operator == "=="))
    return Truth.UNKNOWN


def _number(value: FactValue) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _truth(*, holds: bool) -> Truth:
    return Truth.TRUE if holds else Truth.FALSE


def _once(items: Iterable[T]) -> tuple[T, ...]:
    found: list[T] = []
    for item in items:
        if item not in found:
            found.append(item)
    return tuple(found)


# ---------------------------------------------------------------------------------------------- readings in a row
_Readings = Iterator[tuple[datetime, Truth]]


def _over_readings(
    condition: Sustained | Repeated, context: Context, answer: Callable[[_Readings], Truth]
) -> Judgement:
    """Judge the inner condition at every moment at which one of its facts was read, and let `answer` decide."""
    now = evaluate(condition.condition, context)
    if now.answer is not Truth.TRUE:
        return now
    read = {code: context.view.readings(code) for code in codes(condition.condition)}
    moments = sorted({fact.at for facts in read.values() for fact in facts}, reverse=True)
    verdict = answer((moment, evaluate(condition.condition, context.at(moment)).answer) for moment in moments)
    # A fact that was never read could have brought the reading that fills the row.
    if verdict is Truth.TRUE or (verdict is Truth.FALSE and all(read.values())):
        return Judgement(verdict, now.used)
    return Judgement(Truth.UNKNOWN, now.used, tuple(Gap(code, Absence.MISSING) for code in read))


def _held_for(duration: Duration, max_gap: Duration, *, now: datetime) -> Callable[[_Readings], Truth]:
    """True if the true readings alone span it, false if the last false reading leaves no room for it until now."""

    def answer(latest_first: _Readings) -> Truth:
        last = later = None
        for moment, truth in latest_first:
            if truth is Truth.FALSE:
                return Truth.FALSE if duration.after(moment) >= now else Truth.UNKNOWN
            if truth is Truth.UNKNOWN or (later is not None and max_gap.after(moment) < later):
                return Truth.UNKNOWN
            last, later = last or moment, moment
            if duration.after(moment) <= last:
                return Truth.TRUE
        return Truth.UNKNOWN

    return answer


def _held_in(times: int, apart: Duration, max_gap: Duration) -> Callable[[_Readings], Truth]:
    """Count back over readings far enough apart; a false reading before the count is full breaks the row."""

    def answer(latest_first: _Readings) -> Truth:
        count, counted, later = 0, None, None
        for moment, truth in latest_first:
            if truth is Truth.FALSE:
                return Truth.FALSE
            if truth is Truth.UNKNOWN or (later is not None and max_gap.after(moment) < later):
                return Truth.UNKNOWN
            later = moment
            if counted is None or apart.after(moment) <= counted:
                counted, count = moment, count + 1
            if count >= times:
                return Truth.TRUE
        return Truth.UNKNOWN

    return answer
