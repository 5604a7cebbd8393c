"""The outbox: a message is a row, written with what it belongs to; if that is not kept, the message never was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.people.services import Organisation, User
from unloop.clinic.work.messages.hours import sending_time
from unloop.clinic.work.messages.wording import refuse_health_words
from unloop.clinic.work.models import Channel, MessageState, OutgoingMessage
from unloop.quantity import InputRefused

LATE_AFTER = timedelta(hours=1)
"""A message that has not gone out so long after it should have stands on the front page (policy)."""


@transaction.atomic
def queue_message(  # noqa: PLR0913 - a message is all of these, each by its name
    *,
    person_id: UUID | None,
    channel: str,
    to: str,
    subject: str,
    text: str,
    key: str,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    """Queue a message, in the caller's transaction. The same key queues one message, whatever else is said.

    Args:
        person_id: whom it reaches; None for a member of staff, who has no quiet hours.
        channel: `email` or `text`.
        to: the mail address or the phone number.
        subject: of a mail; empty for a text message.
        text: without a word that tells a bystander what it is about.
        key: names the reason once, e.g. `window:<id>`; nobody outside sees it.
        not_before: the first moment at which it may go out; for a person it moves out of the quiet hours.
        not_after: from when on it is of no use, e.g. since the link in it is closed; one that has not gone out by
            then is given up, and somebody sees it.

    Raises:
        InputRefused: no such channel, nobody to send it to, or a word that speaks of health.
    """
    if channel not in Channel.values:
        raise InputRefused("message, channel", given=channel, allowed=", ".join(Channel.values),
                           mend="choose one of these")  # fmt: skip
    if not to.strip():
        raise InputRefused("message, to", given=None, allowed="a mail address or a phone number",
                           mend="enter it in the record first")  # fmt: skip
    refuse_health_words(subject=subject, text=text)
    now = clock.now()
    first = max(not_before or now, now)
    if person_id is not None:
        first = sending_time(first, zone_of_clinic())
    message, queued = OutgoingMessage.objects.get_or_create(
        key=key,
        defaults={"person_id": person_id, "channel": channel, "to": to.strip(), "subject": subject, "text": text,
                  "made_at": now, "made_by": current_actor().id, "not_before": first, "not_after": not_after,
                  "next_at": first},
    )  # fmt: skip
    if queued:
        detail = {"channel": channel, "not_before": first.isoformat()}
        record("work.message.queued", person=person_id, about=message, detail=detail)


@transaction.atomic
def call_off(key: str) -> None:
    """What a message speaks of is over: where it still waits it does not go out, and its text is forgotten.

    One that a worker is handing over at this moment goes out, unless the worker dies of it.
    """
    now = clock.now()
    waiting = OutgoingMessage.objects.select_for_update().filter(key=key, state=MessageState.WAITING)
    waiting.filter(leased_until__gt=now).update(not_after=now)
    for message in waiting.exclude(leased_until__gt=now):
        message.state, message.text, message.lease, message.leased_until = (
            MessageState.CALLED_OFF,
            "",
            None,
            None,
        )
        message.save(update_fields=["state", "text", "lease", "leased_until"])
        record("work.message.called_off", person=message.person_id, about=message)


def zone_of_clinic() -> tzinfo:
    """The zone in which quiet hours are meant; UTC before there is a clinic."""
    organisation = Organisation.objects.first()
    return organisation.tz if organisation is not None else UTC


def outside_key(message: OutgoingMessage) -> str:
    """The key as others see it: the same at every attempt, and without a word in it."""
    return hashlib.sha256(message.key.encode()).hexdigest()[:32]


def undelivered(now: datetime) -> Sequence[OutgoingMessage]:
    """Messages that were given up, and those that should have gone out an hour ago; the oldest first."""
    late = Q(state=MessageState.WAITING, not_before__lt=now - LATE_AFTER)
    found = OutgoingMessage.objects.filter(Q(state=MessageState.FAILED) | late)
    return list(found.select_related("person").order_by("not_before"))


@transaction.atomic
def send_again(message_id: UUID) -> OutgoingMessage:
    """Try a message again that was given up: from now on, with all its attempts before it.

    Raises:
        InputRefused: it was not given up, or is of no use any more.
    """
    message = _given_up(message_id)
    if message.not_after is not None and message.not_after <= clock.now():
        raise InputRefused("message", given="a message whose link is closed", allowed="one that is still of use",
                           mend="lay it aside, and reach the person in another way")  # fmt: skip
    message.state, message.attempts, message.next_at = MessageState.WAITING, 0, clock.now()
    if message.person_id is not None:
        message.next_at = sending_time(message.next_at, zone_of_clinic())
    message.not_before = message.next_at
    message.save(update_fields=["state", "attempts", "next_at", "not_before"])
    record("work.message.again", person=message.person_id, about=message)
    return message


@transaction.atomic
def lay_aside(message_id: UUID, *, by: User, outcome: str) -> OutgoingMessage:
    """Lay a message aside that was given up: a named person says what was done instead. Its text is forgotten.

    Raises:
        InputRefused: it was not given up, or nothing was written.
    """
    if not outcome.strip():
        raise InputRefused("what was done", given=None, allowed="a sentence",
                           mend="write how the person was reached instead")  # fmt: skip
    message = _given_up(message_id)
    message.state, message.text = MessageState.LAID_ASIDE, ""
    message.laid_aside_by, message.outcome = by, outcome.strip()
    message.save(update_fields=["state", "text", "laid_aside_by", "outcome"])
    record("work.message.laid_aside", person=message.person_id, about=message)
    return message


def _given_up(message_id: UUID) -> OutgoingMessage:
    message: OutgoingMessage = get_object_or_404(OutgoingMessage.objects.select_for_update(), id=message_id)
    if message.state != MessageState.FAILED:
        raise InputRefused("message", given=str(message.state), allowed="a message that was given up",
                           mend="reload the page")  # fmt: skip
    return message
