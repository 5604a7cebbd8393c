"""Which contacts and ratings an ended infusion asks for, by the protocol that it ran under."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.bedside.services import ChartedEvent, InfusionSession, protocol_of
from unloop.clinic.people.services import User
from unloop.clinic.work.services import NewTask, Task, TaskKind, duty_owners, open_task
from unloop.protocol import Protocol
from unloop.quantity.duration import Duration

LOOK_BACK = timedelta(days=120)
GRACE = timedelta(hours=4)
"""A contact is due four hours after its time (clinic policy); a rating within two days of its day."""
RATING_GRACE = timedelta(days=2)


@transaction.atomic
def plan_follow_up() -> tuple[Task, ...]:
    """Open the tasks of every infusion that has ended and has none yet. Called on reading and by the worker's tick."""
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
    owners = duty_owners() if ended else []
    if not owners:
        return ()
    asked = (new for event in ended for new in _asked(event.session, event.at, owners))
    return tuple(open_task(new) for new in asked if new.reason not in known)


def _asked(session: InfusionSession, ended_at: datetime, owners: list[User]) -> Iterator[NewTask]:
    protocol = protocol_of(session)
    for rule, after in _contacts(protocol):
        yield _task(
            TaskKind.CONTACT,
            session,
            owners,
            reason=f"{rule}:{session.id}",
            at=after.after(ended_at),
            grace=GRACE,
        )
    for after in protocol.document.outcome.rate_after:
        reason = f"{protocol.document.outcome.id}-{after}:{session.id}"
        yield _task(
            TaskKind.RATE, session, owners, reason=reason, at=after.after(ended_at), grace=RATING_GRACE
        )


def _contacts(protocol: Protocol) -> Iterator[tuple[str, Duration]]:
    for rule in protocol.document.aftercare:
        if rule.contact_after is not None:
            yield rule.id, rule.contact_after


def _task(
    kind: TaskKind,
    session: InfusionSession,
    owners: list[User],
    *,
    reason: str,
    at: datetime,
    grace: timedelta,
) -> NewTask:
    return NewTask(
        kind=kind, person=session.person, reason=reason, begins_at=at - timedelta(hours=1), due_at=at + grace,
        owner=owners[0], escalates_to=owners[1] if len(owners) > 1 else None,
        detail={"infusion": session.number, "rule": reason.split(":", maxsplit=1)[0]},
    )  # fmt: skip
