"""Asking by the schedule: windows that open after treatment, with one link and one message each, and then close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction

from unloop.care.symptoms import Window, after_infusion, windows
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import FactRow, Person
from unloop.clinic.people.services import User, clinic_here
from unloop.clinic.questionnaires.languages import language
from unloop.clinic.questionnaires.link_message import message_of
from unloop.clinic.questionnaires.links import Terms, asked_now, invite, message_key, one_at_a_time
from unloop.clinic.questionnaires.models import AnswerSheet, Followed, Invitation, LinkState
from unloop.clinic.questionnaires.safety import NobodyOnDuty
from unloop.clinic.work.services import call_off, queue_message
from unloop.quantity import InputRefused

INFUSION = "infusion_given"


class WindowState(StrEnum):
    """Where a window of a person stands."""

    TO_COME = "to come"
    WAITS = "waits for somebody on duty"
    ELSEWHERE = "another link asks for the same"
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed without an answer"


@dataclass(frozen=True, slots=True)
class Asked:
    """One window of a person, as staff see it."""

    window: Window
    state: WindowState


@transaction.atomic
def follow(person: Person, *, reader: User, by: User, language_code: str = "") -> Followed:
    """Ask a person by the schedule from now on.

    Raises:
        InputRefused: there is no birth date, no address, no mail or phone, no such language, or it is done already.
    """
    if Followed.objects.filter(person=person, stopped_at=None).exists():
        raise InputRefused("schedule", given="a person who is asked already", allowed="somebody who is not",
                           mend="stop it first")  # fmt: skip
    if person.birth_date is None or not (person.email or person.phone):
        raise InputRefused("schedule", given="a record without birth date, or without mail and phone",
                           allowed="a birth date, which opens the link, and an address for the message",
                           mend="enter them in the person's record first")  # fmt: skip
    if not settings.ORIGIN and not clinic_here().demo:
        raise InputRefused("schedule", given="a clinic without an address", allowed="an address that a phone reaches",
                           mend="set UNLOOP_ORIGIN")  # fmt: skip
    followed: Followed = Followed.objects.create(
        person=person, reader=reader, language=language(language_code).code if language_code else "",
        started_at=clock.now(), started_by=by,
    )  # fmt: skip
    record("questionnaires.schedule.started", person=person.id, about=followed,
           detail={"schedule": after_infusion().id, "version": after_infusion().version})  # fmt: skip
    open_windows_of(followed)
    return followed


@transaction.atomic
def stop_following(person: Person, *, by: User) -> None:
    """Ask no more; a window that is open stays open until it closes."""
    followed = Followed.objects.select_for_update().filter(person=person, stopped_at=None).first()
    if followed is not None:
        followed.stopped_at, followed.stopped_by = clock.now(), by
        followed.save(update_fields=["stopped_at", "stopped_by"])
        record("questionnaires.schedule.stopped", person=person.id, about=followed)


def followed(person: Person) -> Followed | None:
    """By which terms a person is asked; None where nobody asks."""
    found: Followed | None = (
        Followed.objects.filter(person=person, stopped_at=None).select_related("reader").first()
    )
    return found


def open_windows() -> int:
    """Open every window that is due, for everybody who is asked; answers with how many. Called by a tick.

    A person for whom a window cannot be opened (nobody is on duty, or another link asks for the same) holds nobody else
    up and is tried again.
    """
    active = Followed.objects.filter(stopped_at=None).select_related("person", "reader", "started_by")
    return sum(open_windows_of(one) for one in active)


@transaction.atomic
def open_windows_of(one: Followed) -> int:
    """Open the windows of one person that are due and were not opened before."""
    now = clock.now()
    due = [window for window in windows_of(one) if window.is_open(now)]
    opened = _opened(one.person, due)
    return sum(_open(one, window) for window in due if window.key not in opened)


def restart(person: Person, codes: frozenset[str]) -> None:
    """After an infusion: close at its time what was open before it. Called whenever facts are added."""
    if INFUSION not in codes:
        return
    for one in Followed.objects.filter(person=person, stopped_at=None):
        planned = {window.key: window for window in windows_of(one)}
        for invitation in Invitation.objects.filter(person=person, sent_at=None).exclude(window=""):
            window = planned.get(invitation.window)
            closes = invitation.made_at if window is None else window.closes
            if closes < invitation.expires_at:
                invitation.expires_at = max(closes, invitation.made_at)
                invitation.save(update_fields=["expires_at"])
                if invitation.expires_at <= clock.now():
                    call_off(message_key(invitation))
                record("questionnaires.window.closed", person=person.id, about=invitation,
                       detail={"until": invitation.expires_at.isoformat()})  # fmt: skip


def windows_of(one: Followed) -> tuple[Window, ...]:
    """The windows of a person by the schedule and the infusions that stand in the chart."""
    given = FactRow.objects.filter(person=one.person, code=INFUSION, superseded_by=None, value__isnull=False)
    return windows(after_infusion(), start=one.started_at, infusions=given.values_list("at", flat=True))


def asked_of(one: Followed) -> list[Asked]:
    """Each window of a person with its state."""
    planned = windows_of(one)
    links = {link.window: link for link in Invitation.objects.filter(person=one.person).exclude(window="")}
    return [Asked(window, _state(one.person, window, links.get(window.key))) for window in planned]


def _state(person: Person, window: Window, link: Invitation | None) -> WindowState:
    now = clock.now()
    if link is not None and link.sent_at is not None:
        return WindowState.ANSWERED
    if now < window.opens:
        return WindowState.TO_COME
    if not window.is_open(now):
        return WindowState.CLOSED
    if link is not None:  # one that was locked or taken back is not made again
        return WindowState.OPEN if link.state_at(now) is LinkState.OPEN else WindowState.CLOSED
    if not set(window.instruments) - _answered_since(person, window.opens):
        return WindowState.ANSWERED
    return WindowState.WAITS if left_to_ask(person, window) else WindowState.ELSEWHERE


def left_to_ask(person: Person, window: Window) -> tuple[str, ...]:
    """What a window asks for and no open link does, and was not answered through another one while it is open."""
    elsewhere = asked_now(person) | _answered_since(person, window.opens)
    return tuple(name for name in window.instruments if name not in elsewhere)


def _answered_since(person: Person, begin: datetime) -> frozenset[str]:
    sent = AnswerSheet.objects.filter(person=person, invitation__isnull=False, sent_at__gte=begin)
    return frozenset(sent.values_list("instrument", flat=True))


def _opened(person: Person, due: Iterable[Window]) -> set[str]:
    keys = [window.key for window in due]
    return set(Invitation.objects.filter(person=person, window__in=keys).values_list("window", flat=True))


def _open(one: Followed, window: Window) -> bool:
    """One link and one message, or neither; False where nobody is on duty for as long as it is open.

    What another link asks for, or was answered through one since the window opened, is not asked again.
    """
    one_at_a_time(one.person)
    instruments = left_to_ask(one.person, window)
    if not instruments:
        return False
    terms = Terms(language=one.language, window=window.key)
    try:
        made, path = invite(
            one.person, instruments, by=one.started_by, reader=one.reader if one.reader.is_active else None,
            open_for=window.closes - clock.now(), terms=terms,
        )  # fmt: skip
    except NobodyOnDuty:
        return False
    _tell(one.person, made, path)
    return True


def _tell(person: Person, invitation: Invitation, path: str) -> None:
    """A message without a word about health; the outbox keeps the quiet hours of the clinic's zone."""
    message = message_of(invitation, f"{settings.ADDRESS}{path}")
    by_mail = bool(person.email)
    queue_message(
        person_id=UUID(str(person.id)), channel="email" if by_mail else "text",
        to=person.email if by_mail else person.phone, subject=message.subject if by_mail else "", text=message.text,
        key=message_key(invitation), not_after=invitation.expires_at,
    )  # fmt: skip
