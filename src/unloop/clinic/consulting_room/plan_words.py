"""A plan as it is read: its course day by day, what is held, the weights that disagree, and its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from unloop.care.evaluation import Hold, holds
from unloop.care.plan import (
    CourseDay,
    DoseByWeight,
    DoseRule,
    Tailoring,
    body_of,
    course_days,
    doses_by_weight,
    read_tailoring,
    series_rule,
)
from unloop.clinic.consulting_room.models import Plan
from unloop.clinic.consulting_room.plan_form import SRI_WORDS
from unloop.facts import DICTIONARY, Unknown, View
from unloop.protocol import Protocol
from unloop.quantity import InputRefused
from unloop.rules import say_each

_SHOWN = ("mg_per_kg", "minutes", "weight_basis", "most_mg", "infusions", "per_week", "step", "erp_sessions", "sri",
          "sri_words", "goals", "stop_rules", "hold", "protocol_version")  # fmt: skip


@dataclass(frozen=True, slots=True)
class StopWords:
    """A rule that ends or suspends a course, set before it begins; `words` say when it applies."""

    rule: str
    title: str
    words: str
    then: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a plan: what it changed against the one before, and why."""

    number: int
    plan: Plan
    by: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the dose.

    Attributes:
        course: each infusion with its ERP days.
        holds: what is held on the day; None while the list of medicines is unknown.
        by_weight: the dose by each weight; empty while the weight is unknown.
        stops: the protocol's rules for the end of a course.
        tailoring: of the plan that stands; None while there is none.
        sri: what becomes of the serotonin reuptake inhibitor, in words.
    """

    course: tuple[CourseDay, ...]
    holds: tuple[Hold, ...] | None
    by_weight: tuple[DoseByWeight, ...]
    stops: tuple[StopWords, ...]
    tailoring: Tailoring | None
    sri: str


def around(standing: Plan | None, rule: DoseRule, *, protocol: Protocol, view: View) -> Around:
    """What a page shows around the dose of a plan."""
    tailoring = None if standing is None else read_tailoring(standing.terms)
    held, body = holds(protocol, view), body_of(view)
    return Around(
        course=_course(tailoring, protocol),
        holds=None if isinstance(held, Unknown) else held,
        by_weight=() if isinstance(body, Unknown) else doses_by_weight(rule, body),
        stops=tuple(_stops(protocol)),
        tailoring=tailoring,
        sri="" if tailoring is None else str(SRI_WORDS[tailoring.sri]),
    )


def most_sessions(protocol: Protocol) -> int:
    """How many ERP sessions, one a day, fit into the window after each infusion."""
    days = course_days(
        series_rule(protocol), erp_within=protocol.document.schedule.erp_within, erp_sessions=0
    )
    return min((one.window[1] - one.day if one.window else 0 for one in days), default=0)


def versions_in_words(plans: tuple[Plan, ...], names: Mapping[UUID, str]) -> tuple[Version, ...]:
    """The versions, the last first, each with what it changed."""
    pairs = zip((None, *plans[:-1]), plans, strict=True) if plans else ()
    said = [
        Version(number, plan, names.get(plan.by, ""), () if before is None else tuple(_changed(before, plan)))
        for number, (before, plan) in enumerate(pairs, 1)
    ]
    return tuple(reversed(said))


def _course(tailoring: Tailoring | None, protocol: Protocol) -> tuple[CourseDay, ...]:
    rule, within = series_rule(protocol), protocol.document.schedule.erp_within
    try:
        return course_days(
            rule, erp_within=within, erp_sessions=0 if tailoring is None else tailoring.erp_sessions
        )
    except InputRefused:  # planned under a protocol with a longer window
        return course_days(rule, erp_within=within, erp_sessions=0)


def _when(found: tuple[str, ...]) -> str:
    return found[0] if len(found) == 1 else _("one of these is found: %s") % "; ".join(found)


def _stops(protocol: Protocol) -> Iterator[StopWords]:
    for one in protocol.document.stop:
        if one.scope == "course":
            source = "; ".join(source.cite for source in protocol.cite(one))
            words = _when(say_each(one.when.condition, DICTIONARY))
            yield StopWords(one.id, one.title, words, one.then, one.why, source)


def _changed(before: Plan, after: Plan) -> Iterator[str]:
    for name in _SHOWN:
        first, then = before.terms.get(name), after.terms.get(name)
        if first != then:
            yield _("%(what)s: %(after)s (before: %(before)s)") % {
                "what": _WORDS.get(name, name), "after": _said(then), "before": _said(first),
            }  # fmt: skip


def _said(value: object) -> str:
    match value:
        case None | "" | []:
            return _("none")
        case float():
            return f"{value:g}"
        case list():
            return "; ".join(str(one.get("medicine")) if isinstance(one, dict) else str(one) for one in value)
        case _:
            return str(value).replace("-", " ")


_WORDS = {
    "mg_per_kg": "mg/kg",
    "minutes": "minutes",
    "weight_basis": "weight that is dosed on",
    "most_mg": "largest dose, mg",
    "infusions": "infusions",
    "per_week": "infusions a week",
    "step": "step",
    "erp_sessions": "ERP sessions after each infusion",
    "sri": "serotonin reuptake inhibitor",
    "sri_words": "which medicine, and what is changed",
    "goals": "goals",
    "stop_rules": "own rules for stopping",
    "hold": "medicines looked at for the day",
    "protocol_version": "version of the protocol",
}
