"""Whether a past treatment was adequate: dose, time and adherence, never its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.facts import Absence, Derivation, Finding, Known, Record, Unknown, View
from unloop.rules import Truth


@dataclass(frozen=True, slots=True)
class DoseRange:
    """Daily dose of one serotonin reuptake inhibitor: what counts as adequate, and the label's maximum; mg a day."""

    target_mg: float
    max_mg: float


@dataclass(frozen=True, slots=True)
class SriCriteria:
    """When a treatment with a serotonin reuptake inhibitor counts.

    Attributes:
        weeks_total_min: shortest treatment in weeks.
        weeks_at_target_min: shortest time at the target dose or above, in weeks.
        adherence_min_percent: smallest share of doses taken, in percent.
        doses: target and maximum by ingredient.
    """

    weeks_total_min: float
    weeks_at_target_min: float
    adherence_min_percent: float
    doses: Mapping[str, DoseRange]


@dataclass(frozen=True, slots=True)
class ErpCriteria:
    """When a course of exposure with response prevention counts.

    Attributes:
        sessions_min, hours_min: smallest number of sessions, and of hours in all.
        within_weeks: longest time over which they may be spread, in weeks.
        homework_min_percent: smallest share of the agreed exercises done between sessions, in percent.
        therapist_trained: whether the therapist must be trained in it.
    """

    sessions_min: float
    hours_min: float
    within_weeks: float
    homework_min_percent: float
    therapist_trained: bool


@dataclass(frozen=True, slots=True)
class Adequacy:
    """The answer for one treatment, with a reason for each criterion.

    Attributes:
        answer: true, false, or unknown while a number is missing that could decide.
        reasons: one sentence a criterion, with numbers and units.
        missing: the keys of the record that would have to be answered.
    """

    answer: Truth
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    answer: Truth
    reason: str
    key: str


def judge_sri(treatment: Record, criteria: SriCriteria) -> Adequacy:
    """Judge one treatment with a serotonin reuptake inhibitor.

    Args:
        treatment: a record of `sri_treatments`.
        criteria: of the protocol.
    """
    ingredient = sri_of(treatment, criteria)
    if ingredient is None:
        name = treatment.get("name")
        return Adequacy(
            Truth.FALSE, (f"{name or 'unnamed'} is none of the protocol's serotonin reuptake inhibitors",), ()
        )
    target = criteria.doses[ingredient].target_mg
    return _all(
        _least(treatment, "max_dose_mg_per_day", target, what="highest dose", unit="mg a day"),
        _least(treatment, "weeks_total", criteria.weeks_total_min, what="duration", unit="weeks"),
        _least(
            treatment, "weeks_at_max", criteria.weeks_at_target_min, what="time at that dose", unit="weeks"
        ),
        _least(treatment, "adherence_percent", criteria.adherence_min_percent, what="doses taken", unit="%"),
    )


def judge_erp(course: Record, criteria: ErpCriteria) -> Adequacy:
    """Judge one psychotherapy as exposure with response prevention.

    Args:
        course: a record of `psychotherapies`.
        criteria: of the protocol.
    """
    kind = course.get("kind")
    if kind is None:
        return Adequacy(Truth.UNKNOWN, ("kind of therapy is not known",), ("kind",))
    if kind != "erp":
        return Adequacy(Truth.FALSE, (f"{kind} is not exposure with response prevention",), ())
    return _all(
        _least(course, "sessions", criteria.sessions_min, what="sessions", unit=""),
        _least(course, "hours", criteria.hours_min, what="hours in all", unit="h"),
        _most(course, "weeks_total", criteria.within_weeks, what="spread over", unit="weeks"),
        _least(course, "homework_percent", criteria.homework_min_percent, what="exercises done", unit="%"),
        _trained(course, required=criteria.therapist_trained),
    )


def failed(treatment: Record) -> Truth:
    """Whether a treatment did not help enough: by the Y-BOCS before and after, else by what was said of it.

    A fall of less than 25 % is a failure (the border of partial response, Mataix-Cols 2016). A treatment that was
    not tolerated did not fail: nobody knows what it would have done.
    """
    before, after = treatment.get("ybocs_before"), treatment.get("ybocs_after")
    if _is_number(before) and _is_number(after) and float(before) > 0:
        return Truth.TRUE if 100 * (float(after) - float(before)) / float(before) > -25 else Truth.FALSE
    match treatment.get("outcome"):
        case "none":
            return Truth.TRUE
        case "partial" | "response" | "intolerance":
            return Truth.FALSE
        case _:
            return Truth.UNKNOWN


def sri_of(treatment: Record, criteria: SriCriteria) -> str | None:
    """The ingredient of a treatment, if it is one that the criteria name."""
    found = resolve(str(treatment.get("name") or ""))
    if isinstance(found, Resolved) and len(found.ingredients) == 1 and found.ingredient in criteria.doses:
        return found.ingredient
    return None


def derivations(sri: SriCriteria, erp: ErpCriteria) -> Mapping[str, Derivation]:
    """How the counts of adequate treatments are computed on reading.

    Counted are treatments that are certainly adequate; two courses of one medicine count once. The count is known
    only beside the statement that the history is complete.
    """

    def sri_count(view: View) -> Finding:
        def certain(records: tuple[Record, ...]) -> int:
            adequate = [one for one in records if judge_sri(one, sri).answer is Truth.TRUE]
            return len({sri_of(one, sri) for one in adequate})

        return _count(view, "sri_treatments", certain=certain)

    def erp_count(view: View) -> Finding:
        def certain(records: tuple[Record, ...]) -> int:
            return sum(judge_erp(one, erp).answer is Truth.TRUE for one in records)

        return _count(view, "psychotherapies", certain=certain)

    return {"adequate_sri_count": sri_count, "adequate_erp_count": erp_count}


def _count(view: View, code: str, *, certain: Callable[[tuple[Record, ...]], int]) -> Finding:
    finding = view.find(code)
    if isinstance(finding, Unknown):
        return finding
    if not finding.complete:
        return Unknown(Absence.MISSING, ("treatment_history_complete",))
    records = tuple(
        one for one in (finding.value if isinstance(finding.value, tuple) else ()) if isinstance(one, Mapping)
    )
    return Known(float(certain(records)), finding.at, finding.facts)


def _all(*parts: _Part) -> Adequacy:
    answers = {part.answer for part in parts}
    answer = (
        Truth.FALSE if Truth.FALSE in answers else Truth.UNKNOWN if Truth.UNKNOWN in answers else Truth.TRUE
    )
    missing = tuple(part.key for part in parts if part.answer is Truth.UNKNOWN)
    return Adequacy(answer, tuple(part.reason for part in parts), missing)


def _least(record: Record, key: str, limit: float, *, what: str, unit: str) -> _Part:
    value = record.get(key)
    if not _is_number(value):
        return _Part(Truth.UNKNOWN, f"{what} is not known; at least {_amount(limit, unit)} is asked", key)
    enough = value >= limit
    verdict = "enough" if enough else "too little"
    reason = f"{what} {_amount(value, unit)}, {verdict}: at least {_amount(limit, unit)} is asked"
    return _Part(Truth.TRUE if enough else Truth.FALSE, reason, key)


def _most(record: Record, key: str, limit: float, *, what: str, unit: str) -> _Part:
    value = record.get(key)
    if not _is_number(value):
        return _Part(Truth.UNKNOWN, f"{what} is not known; at most {_amount(limit, unit)} is asked", key)
    near = value <= limit
    verdict = "close enough" if near else "too far apart"
    reason = f"{what} {_amount(value, unit)}, {verdict}: at most {_amount(limit, unit)} is asked"
    return _Part(Truth.TRUE if near else Truth.FALSE, reason, key)


def _trained(record: Record, *, required: bool) -> _Part:
    value = record.get("therapist_trained")
    if not required:
        return _Part(Truth.TRUE, "the therapist's training is not asked", "therapist_trained")
    if not isinstance(value, bool):
        return _Part(
            Truth.UNKNOWN, "whether the therapist was trained in it is not known", "therapist_trained"
        )
    words = "the therapist was trained in it" if value else "the therapist was not trained in it"
    return _Part(Truth.TRUE if value else Truth.FALSE, words, "therapist_trained")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _amount(value: float, unit: str) -> str:
    if unit == "%":
        return f"{value:g}%"
    return f"{value:g} {unit}".rstrip()
