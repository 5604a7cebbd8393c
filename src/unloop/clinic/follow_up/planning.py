"""Which contacts and ratings an ended infusion asks for, by the protocol that it ran under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.bedside.services import ChartedEvent, InfusionSession, protocol_of
from unloop.clinic.people.services import User
from unloop.clinic.work.services import NewTask, Task, TaskKind, duty_owners, open_task

LOOK_BACK = timedelta(days=120)
GRACE = timedelta(hours=4)
"""A contact is due four hours after its time (clinic policy); a rating within two days of its day."""
RATING_GRACE = timedelta(days=2)
LISTED_BEFORE = timedelta(hours=1)
"""A task stands in the lists from an hour before its time."""


@transaction.atomic
def plan_follow_up() -> tuple[Task, ...]:
    """Open the tasks of every infusion that has ended and has none yet. Called by a tick of `unloop serve`."""
    since = clock.now() - LOOK_BACK
    ended = (
        ChartedEvent.objects.filter(type="stopped", at__gte=since)
        .select_related("session", "session__person", "session__protocol")
        .order_by("at")
    )
    known = set(
        Task.objects.filter(kind__in=[TaskKind.CONTACT, TaskKind.RATE], opened_at__gte=since).values_list(
            "reason", flat=True
        )
    )
    begun = _begun_since(since) if ended else {}
    asked = [one for event in ended for one in _asked(event, begun) if one.reason not in known]
    owners = duty_owners() if asked else []
    return tuple(open_task(_task(one, owners)) for one in asked) if owners else ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One call or rating that an ended infusion asks for: at its time, due so long after, with what stands with it."""

    kind: TaskKind
    session: InfusionSession
    rule: str
    reason: str
    at: datetime
    grace: timedelta
    detail: dict[str, str | int | float | None]


def _begun_since(since: datetime) -> dict[UUID, list[datetime]]:
    """When infusions began, by person."""
    begun: dict[UUID, list[datetime]] = {}
    starts = ChartedEvent.objects.filter(type="started", at__gte=since)
    for person, at in starts.values_list("session__person", "at"):
        begun.setdefault(person, []).append(at)
    return begun


def _asked(event: ChartedEvent, begun: dict[UUID, list[datetime]]) -> Iterator[_Asked]:
    """Calls at once, so that somebody can plan for them; a rating on its day, unless a later infusion began before."""
    session, document = event.session, protocol_of(event.session).document
    for rule in document.aftercare:
        if rule.contact_after is not None:
            at = rule.contact_after.after(event.at)
            asks = {"after": str(rule.contact_after), "asks": ", ".join(rule.asks)}
            yield _Asked(TaskKind.CONTACT, session, rule.id, f"{rule.id}:{session.id}", at, GRACE, {**asks})
    for after in document.outcome.rate_after:
        at, rule_id = after.after(event.at), f"{document.outcome.id}-{after}"
        anew = any(event.at < start <= at for start in begun.get(session.person_id, ()))
        if not anew and at - LISTED_BEFORE <= clock.now():
            rates = {"after": str(after), "measure": document.outcome.primary}
            yield _Asked(
                TaskKind.RATE, session, rule_id, f"{rule_id}:{session.id}", at, RATING_GRACE, {**rates}
            )


def _task(one: _Asked, owners: list[User]) -> NewTask:
    return NewTask(
        kind=one.kind, person=one.session.person, reason=one.reason, begins_at=one.at - LISTED_BEFORE,
        due_at=one.at + one.grace, owner=owners[0], escalates_to=owners[1] if len(owners) > 1 else None,
        detail={"infusion": one.session.number, **one.detail, "rule": one.rule},
    )  # fmt: skip
