"""Handing messages over: each is leased to one worker, handed over with its key, and then marked.

A worker can die at any step. Before the message is handed over, the lease runs out and another worker takes it. After
it, the next worker hands it over once more with the same key, and whoever takes it knows that they have it already.
So each message arrives once in effect, and none is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.services import clinic_here
from unloop.clinic.work.messages.backends import Backend, NotTaken, Outgoing, way_out
from unloop.clinic.work.messages.hours import sending_time
from unloop.clinic.work.messages.outbox import outside_key, zone_of_clinic
from unloop.clinic.work.models import MessageState, OutgoingMessage

LEASE = timedelta(minutes=2)
"""So long a message is one worker's; longer than any way out may take to answer."""
MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""The pause before the next attempt doubles from a minute to an hour; after ten attempts a person is asked (policy)."""
NO_WAY_OUT, TOO_LATE = "no-way-out", "too-late"

WaysOut = Callable[[str], Backend | None]
"""The way out for a channel; None where there is none."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round came to, in messages."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0


def deliver_due(ways_out: WaysOut | None = None, *, most: int = 50) -> Delivered:
    """Hand over the messages whose time has come. Called by a tick of `unloop serve` and by `unloop messages deliver`.

    Args:
        ways_out: by default as this installation is set up.
        most: so many at most in one round.
    """
    now = clock.now()
    due = OutgoingMessage.objects.filter(_free(), next_at__lte=now).order_by("next_at")
    if due.exists() and sending_time(now, zone_of_clinic()) > now:
        due = due.filter(person__isnull=True)  # what waited while nobody worked does not go out at night
    ids = list(due.values_list("id", flat=True)[:most])
    if not ids:
        return Delivered()
    ways_out = ways_out or _as_set_up()
    results = [_deliver(message_id, ways_out) for message_id in ids]
    return Delivered(
        *(results.count(state) for state in (MessageState.SENT, MessageState.WAITING, MessageState.FAILED))
    )


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, from one on."""
    doublings = min(attempts - 1, 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _as_set_up() -> WaysOut:
    here = clinic_here()
    name = here.organisation.name if here.organisation else ""
    return lambda channel: way_out(channel, demo=here.demo, clinic=name)


def _free() -> Q:
    """Waiting, and no worker's."""
    nobody_has_it = Q(leased_until__isnull=True) | Q(leased_until__lte=clock.now())
    return Q(state=MessageState.WAITING) & nobody_has_it


def _deliver(message_id: UUID, ways_out: WaysOut) -> MessageState | None:
    lease = uuid4()
    if not _take(message_id, lease):
        return None
    message = OutgoingMessage.objects.get(id=message_id)
    too_late = message.not_after is not None and message.not_after <= clock.now()
    fault = NotTaken(TOO_LATE, for_good=True) if too_late else _hand_over(message, ways_out)
    return _settle(message, lease, fault)


def _take(message_id: UUID, lease: UUID) -> bool:
    """Make a message this worker's; one statement, so that of two workers one gets it."""
    now = clock.now()
    taken = OutgoingMessage.objects.filter(_free(), id=message_id, next_at__lte=now).update(
        lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    return taken == 1


def _hand_over(message: OutgoingMessage, ways_out: WaysOut) -> NotTaken | None:
    backend = ways_out(message.channel)
    if backend is None:
        return NotTaken(NO_WAY_OUT)
    try:
        backend.send(
            Outgoing(outside_key(message), message.channel, message.to, message.subject, message.text)
        )
    except NotTaken as fault:
        return fault
    except Exception as error:  # noqa: BLE001 - one message that cannot be sent does not hold up the others
        return NotTaken(type(error).__name__)
    return None


@transaction.atomic
def _settle(message: OutgoingMessage, lease: UUID, fault: NotTaken | None) -> MessageState | None:
    """Write down what came of it, unless the lease ran out and the message is another worker's by now."""
    now = clock.now()
    changes: dict[str, object] = {"lease": None, "leased_until": None}
    if fault is None:
        state = MessageState.SENT
        changes |= {
            "state": state,
            "sent_at": now,
            "text": "",
            "fault": "",
        }  # a link in it is nobody's any more
    elif fault.for_good or message.attempts >= MOST_ATTEMPTS:
        state = MessageState.FAILED
        changes |= {"state": state, "fault": fault.fault[:40]}
    else:
        state = MessageState.WAITING
        again = now + pause_after(message.attempts)
        if message.person_id is not None:
            again = sending_time(again, zone_of_clinic())
        changes |= {"next_at": again, "fault": fault.fault[:40]}
    if not OutgoingMessage.objects.filter(id=message.id, lease=lease).update(**changes):
        return None
    action = {MessageState.SENT: "sent", MessageState.FAILED: "given_up"}.get(state, "put_off")
    record(f"work.message.{action}", person=message.person_id, about=message,
           detail={"attempt": message.attempts, "fault": "" if fault is None else fault.fault[:40]})  # fmt: skip
    return state
