"""Everybody who was infused, counted: outcomes with who is missing, adverse events, and sessions without a gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from unloop.care.evaluation import look
from unloop.care.outcome import CONSENSUS, Basis, Category, Outcome, OutcomeDefinitions, definitions_of
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.bedside.services import ChartedEvent
from unloop.clinic.chart.services import Person, Timeline, load_charts, timeline
from unloop.clinic.follow_up.services import Entry, adverse_events
from unloop.clinic.laboratory.services import PerHundred, Share, per_hundred, share_of
from unloop.clinic.people.services import current_protocol, protocol_of
from unloop.protocol import Protocol, bundled
from unloop.quantity import InputRefused

_RESPONDED = frozenset({Category.RESPONSE, Category.REMISSION, Category.RECOVERY})
_REMITTED = frozenset({Category.REMISSION, Category.RECOVERY})


@dataclass(frozen=True, slots=True)
class Counted:
    """How many came to a word, of all who were infused; who was not rated counts among all.

    Attributes:
        by_score_only: how many of them without the clinical global impression that the definition asks for.
    """

    category: Category | None
    share: Share
    by_score_only: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """The clinic in numbers.

    Attributes:
        people: who was infused at least once.
        rated: of them, who was rated after the first infusion with a rating before it.
        response, remission: or better, by the words and durations of the definitions, at the last rating.
        by_score: a fall of the score as studies count it, at the last rating, whatever its duration; of all.
        of_rated: the same, of those who were rated.
        words: every word with how many came to it; it adds up to all.
        sessions: infusions that were begun.
        unjudged: of them, those without a clearance that held when they began; must be none.
        adverse, serious, related: adverse events since the first infusion; the serious ones; those that the treatment
            may have caused.
    """

    people: int
    rated: int
    response: Share | None
    remission: Share | None
    by_score: Share | None
    of_rated: Share | None
    words: tuple[Counted, ...]
    sessions: int
    unjudged: int
    adverse: PerHundred | None
    serious: PerHundred | None
    related: PerHundred | None
    source: str

    @property
    def missing(self) -> int:
        """Who was infused and has no rating before and after it."""
        return self.people - self.rated


def count_clinic() -> Cohort:
    """Count everybody who was infused, in few queries; the look leaves a line that names nobody."""
    begun = list(
        ChartedEvent.objects.filter(type="started")
        .select_related("session__person", "clearance__voided")
        .order_by("at")
    )
    first: dict[UUID, datetime] = {}
    for event in begun:
        first.setdefault(event.session.person_id, event.at)
    people = {event.session.person_id: event.session.person for event in begun}
    record("registry.counted", detail={"people": len(people), "sessions": len(begun)})
    definitions, courses = _courses(people.values())
    return _count(courses, definitions, begun, events=_since(adverse_events(people), first))


def _courses(people: Iterable[Person]) -> tuple[OutcomeDefinitions, list[Timeline]]:
    adopted = current_protocol()
    protocol = protocol_of(adopted) if adopted else bundled()
    definitions, now = _definitions(protocol), clock.now()
    charts = load_charts(people)
    return definitions, [
        timeline(chart, look(protocol, chart, at=now), definitions=definitions) for chart in charts.values()
    ]


def _definitions(protocol: Protocol) -> OutcomeDefinitions:
    try:
        return definitions_of(protocol)
    except InputRefused:
        return CONSENSUS


def _since(entries: Sequence[Entry], first: dict[UUID, datetime]) -> list[Entry]:
    return [entry for entry in entries if entry.event.onset >= first[entry.person_id]]


def _count(
    courses: Sequence[Timeline],
    definitions: OutcomeDefinitions,
    begun: Sequence[ChartedEvent],
    *,
    events: Sequence[Entry],
) -> Cohort:
    people, outcomes = len(courses), [_last(course) for course in courses]
    rated = [course for course, outcome in zip(courses, outcomes, strict=True) if outcome is not None]
    fell = sum(_fell(course, definitions) for course in rated)
    said = [outcome.category for outcome in outcomes if outcome is not None]
    return Cohort(
        people=people, rated=len(rated),
        response=share_of(sum(one in _RESPONDED for one in said), people),
        remission=share_of(sum(one in _REMITTED for one in said), people),
        by_score=share_of(fell, people), of_rated=share_of(fell, len(rated)),
        words=tuple(_words(outcomes)), sessions=len(begun), unjudged=sum(not _was_cleared(event) for event in begun),
        adverse=per_hundred(len(events), len(begun)),
        serious=per_hundred(sum(one.event.is_serious for one in events), len(begun)),
        related=per_hundred(sum(one.event.may_be_related for one in events), len(begun)),
        source=definitions.source,
    )  # fmt: skip


def _last(course: Timeline) -> Outcome | None:
    """The word at the last rating; None where there is none before and after the first infusion."""
    return course.latest.outcome if course.latest is not None else None


def _fell(course: Timeline, definitions: OutcomeDefinitions) -> bool:
    """Whether the last rating is down as far as response asks for, by the score alone."""
    if course.baseline is None or course.latest is None:
        return False
    down = 100 * (course.baseline.total - course.latest.total)
    return down >= definitions.response.fall_percent * course.baseline.total


def _words(outcomes: Sequence[Outcome | None]) -> Iterator[Counted]:
    """Each word that somebody came to, best first, and at the end who was not rated."""
    counted = Counter(None if one is None else one.category for one in outcomes)
    alone = Counter(one.category for one in outcomes if one is not None and one.basis is Basis.BY_SCORE_ONLY)
    order = (Category.RECOVERY, Category.REMISSION, Category.RESPONSE, Category.PARTIAL_RESPONSE, Category.NO_RESPONSE,
             Category.RELAPSE, Category.NOT_YET_SAID, None)  # fmt: skip
    for category in order:
        share = share_of(counted[category], len(outcomes))
        if share is not None:
            yield Counted(category, share, alone[category] if category is not None else 0)


def _was_cleared(event: ChartedEvent) -> bool:
    """Whether the infusion began on a start gate that was open for this session, under its protocol, at that moment."""
    clearance = event.clearance
    if clearance is None or clearance.gate != "start" or clearance.sha256 != event.session.protocol_sha256:
        return False
    voided = getattr(clearance, "voided", None)
    return (
        clearance.session_id == event.session_id
        and clearance.person_id == event.session.person_id
        and clearance.judged_at <= event.at < clearance.valid_until
        and (voided is None or voided.at >= event.recorded_at)
    )
