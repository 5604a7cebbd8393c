"""Whether a past treatment was adequate: dose, time and adherence, never its outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from unloop.care.treatment_history.criteria import ErpCriteria, SriCriteria
from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.care.treatment_history.partial_date import WeeksBetween
from unloop.care.treatment_history.spans import contradictions, said_of, span_of
from unloop.facts import Record
from unloop.rules import Truth

_HUNDRED_YEARS_IN_WEEKS = 5200
_SLIP = (
    4  # a daily dose of more than four label maxima is a slip of the pen; experts go to three (escitalopram)
)


@dataclass(frozen=True, slots=True)
class Adequacy:
    """The answer for one treatment, with a reason for each criterion.

    Attributes:
        answer: true, false, or unknown while a number is missing that could decide.
        reasons: one phrase a criterion, with numbers and units.
        missing: the keys of the record that would have to be answered or corrected.
    """

    answer: Truth
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    answer: Truth
    reason: str
    key: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number of a record: its key, what it is, its unit, and the largest value that can be meant."""

    key: str
    what: str
    unit: str
    most: float = _HUNDRED_YEARS_IN_WEEKS

    def read(self, record: Record) -> float | None:
        value = record.get(self.key)
        return float(value) if _is_number(value) else None

    def plausible(self, value: float) -> bool:
        return 0 <= value <= self.most

    def say(self, value: float) -> str:
        return f"{value:g}%" if self.unit == "%" else f"{value:g} {self.unit}".rstrip()


_TOTAL = _Measure("weeks_total", "duration", "weeks")
_AT_HIGHEST = _Measure("weeks_at_max", "time at that dose", "weeks")
_TAKEN = _Measure("adherence_percent", "doses taken", "%", 100)
_SESSIONS = _Measure("sessions", "sessions", "")
_HOURS = _Measure("hours", "hours in all", "h")
_SPREAD = _Measure("weeks_total", "spread over", "weeks")
_EXERCISES = _Measure("homework_percent", "exercises done", "%", 100)


def judge_sri(treatment: Record, criteria: SriCriteria) -> Adequacy:
    """Judge one treatment with a serotonin reuptake inhibitor.

    A number that is missing, impossible or at odds with another is unknown, never enough. Where no duration was said,
    the dates speak, as far as they reach: from 2020 to 2021 is anything between two days and two years.

    Args:
        treatment: a record of `sri_treatments`.
        criteria: of the protocol.
    """
    name = treatment.get("name")
    if not isinstance(name, str) or not name.strip():
        return Adequacy(Truth.UNKNOWN, ("which medicine it was is not known",), ("name",))
    found = resolve(name)
    if not isinstance(found, Resolved):
        near = f"; similar: {', '.join(found.suggestions)}" if found.suggestions else ""
        return Adequacy(Truth.UNKNOWN, (f"{name} is not in the table of medicines{near}",), ("name",))
    drug = criteria.drug(found)
    if drug is None:
        return Adequacy(
            Truth.FALSE, (f"{found.ingredient} is none of the protocol's serotonin reuptake inhibitors",)
        )
    dose = criteria.doses[drug]
    highest = _Measure("max_dose_mg_per_day", "highest dose", "mg a day", _SLIP * dose.max_mg)
    parts = [
        _least(treatment, highest, dose.target_mg),
        _lasted(treatment, criteria.weeks_total_min),
        _least(treatment, _AT_HIGHEST, criteria.weeks_at_target_min),
        _least(treatment, _TAKEN, criteria.adherence_min_percent),
    ]
    return _all([*parts, *_at_odds(treatment)])


AUGMENTATION_WEEKS = 8.0
"""Shortest augmentation with an antipsychotic that counts, in weeks: refractoriness before deep brain stimulation,
PMC12148002, table 1. It asks for no dose."""


def judge_augmentation(treatment: Record) -> Adequacy:
    """Judge an antipsychotic that was added to a serotonin reuptake inhibitor, by its duration.

    Args:
        treatment: a record of `other_medicine_treatments`.
    """
    return _all([_lasted(treatment, AUGMENTATION_WEEKS), *_at_odds(treatment)])


def judge_erp(course: Record, criteria: ErpCriteria) -> Adequacy:
    """Judge one psychotherapy as exposure with response prevention.

    Args:
        course: a record of `psychotherapies`.
        criteria: of the protocol.
    """
    kind = course.get("kind")
    if kind is None:
        return Adequacy(Truth.UNKNOWN, ("the kind of therapy is not known",), ("kind",))
    if kind != "erp":
        return Adequacy(Truth.FALSE, (f"{kind} is not exposure with response prevention",))
    return _all(
        [
            _least(course, _SESSIONS, criteria.sessions_min),
            _least(course, _HOURS, criteria.hours_min),
            _spread(course, criteria.within_weeks),
            _least(course, _EXERCISES, criteria.homework_min_percent),
            _trained(course, criteria),
            *_at_odds(course),
        ]
    )


def _all(parts: Iterable[_Part]) -> Adequacy:
    parts = tuple(parts)
    answers = {part.answer for part in parts}
    if Truth.FALSE in answers:
        answer = Truth.FALSE
    else:
        answer = Truth.UNKNOWN if Truth.UNKNOWN in answers else Truth.TRUE
    missing = tuple(part.key for part in parts if part.answer is Truth.UNKNOWN)
    return Adequacy(answer, tuple(part.reason for part in parts), tuple(dict.fromkeys(missing)))


def _least(record: Record, measure: _Measure, limit: float) -> _Part:
    value = measure.read(record)
    asked = f"at least {measure.say(limit)} is asked"
    if value is None or not measure.plausible(value):
        return _open(measure, value, asked)
    enough = value >= limit
    verdict = "enough" if enough else "too little"
    return _Part(
        _truth(holds=enough), f"{measure.what} {measure.say(value)}, {verdict}: {asked}", measure.key
    )


def _most(record: Record, measure: _Measure, limit: float) -> _Part:
    value = measure.read(record)
    asked = f"at most {measure.say(limit)} is asked"
    if value is None or not measure.plausible(value):
        return _open(measure, value, asked)
    near = value <= limit
    verdict = "close enough" if near else "too far apart"
    return _Part(_truth(holds=near), f"{measure.what} {measure.say(value)}, {verdict}: {asked}", measure.key)


def _lasted(record: Record, limit: float) -> _Part:
    """The duration as it was said, or else as the dates bound it."""
    span = span_of(record) if record.get(_TOTAL.key) is None else None
    if span is None:
        return _least(record, _TOTAL, limit)
    asked = f"at least {_TOTAL.say(limit)} is asked"
    if span.least >= limit:
        return _Part(Truth.TRUE, f"{_by_dates(span)}, enough: {asked}", _TOTAL.key)
    if span.most < limit:
        return _Part(Truth.FALSE, f"{_by_dates(span)}, too little: {asked}", _TOTAL.key)
    return _Part(Truth.UNKNOWN, f"{_by_dates(span)}, which does not settle it: {asked}", _TOTAL.key)


def _spread(record: Record, limit: float) -> _Part:
    """Over how long the sessions were spread, as it was said, or else as the dates bound it."""
    span = span_of(record) if record.get(_SPREAD.key) is None else None
    if span is None:
        return _most(record, _SPREAD, limit)
    asked = f"at most {_SPREAD.say(limit)} is asked"
    if span.most <= limit:
        return _Part(Truth.TRUE, f"{_by_dates(span)}, close enough: {asked}", _SPREAD.key)
    if span.least > limit:
        return _Part(Truth.FALSE, f"{_by_dates(span)}, too far apart: {asked}", _SPREAD.key)
    return _Part(Truth.UNKNOWN, f"{_by_dates(span)}, which does not settle it: {asked}", _SPREAD.key)


def _by_dates(span: WeeksBetween) -> str:
    return f"by its dates {said_of(span)}"


def _open(measure: _Measure, value: float | None, asked: str) -> _Part:
    if value is None:
        return _Part(Truth.UNKNOWN, f"{measure.what} is not known; {asked}", measure.key)
    wrong = f"{measure.what} {measure.say(value)} cannot be right; check the number: {asked}"
    return _Part(Truth.UNKNOWN, wrong, measure.key)


def _at_odds(treatment: Record) -> list[_Part]:
    """Times that do not fit into one another leave each of them in doubt."""
    total, at_highest = _TOTAL.read(treatment), _AT_HIGHEST.read(treatment)
    odd: list[_Part] = []
    if total is not None and at_highest is not None and at_highest > total:
        words = f"{at_highest:g} weeks at one dose do not fit into {total:g} weeks; check both numbers"
        odd.append(_Part(Truth.UNKNOWN, words, _AT_HIGHEST.key))
    weeks = {
        measure.key: said
        for measure, said in ((_TOTAL, total), (_AT_HIGHEST, at_highest))
        if said is not None
    }
    return [*odd, *(_Part(Truth.UNKNOWN, words, key) for key, words in contradictions(treatment, weeks))]


def _trained(record: Record, criteria: ErpCriteria) -> _Part:
    key = "therapist_trained"
    value = record.get(key)
    if not criteria.therapist_trained:
        return _Part(Truth.TRUE, "the therapist's training is not asked", key)
    if not isinstance(value, bool):
        return _Part(Truth.UNKNOWN, "whether the therapist was trained in it is not known", key)
    words = "the therapist was trained in it" if value else "the therapist was not trained in it"
    return _Part(_truth(holds=value), words, key)


def _truth(*, holds: bool) -> Truth:
    return Truth.TRUE if holds else Truth.FALSE


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value  # noqa: PLR0124 - NaN
