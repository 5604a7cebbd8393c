"""Single-purpose links: made once, shown once, kept as a hash, opened by the birth date."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from unloop.care.symptoms import Instrument, Respondent, bundled
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import Outcome, record
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User
from unloop.clinic.questionnaires.languages import language
from unloop.clinic.questionnaires.models import TRIES, Invitation, LinkState, Purpose
from unloop.clinic.questionnaires.safety import asks_about_suicide, watch_over
from unloop.clinic.questionnaires.wordings import in_order
from unloop.clinic.work.services import call_off, first_to_act
from unloop.quantity import InputRefused

OPEN_FOR = timedelta(days=7)
"""How long a link opens (policy)."""
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Terms:
    """What else a link is made with: its language, the window of the schedule that it opens in, what it is for."""

    language: str = ""
    window: str = ""
    purpose: Purpose = Purpose.ANSWER


BY_HAND = Terms()


@transaction.atomic
def invite(
    person: Person,
    instruments: Sequence[str],
    *,
    by: User,
    reader: User | None = None,
    open_for: timedelta = OPEN_FOR,
    terms: Terms = BY_HAND,
) -> tuple[Invitation, str]:
    """Make a link through which a person answers these instruments, and its path; the path is known only now.

    Args:
        person: who answers; the birth date has to be known, since it opens the link.
        instruments: ids in any order; they are asked in the order of the protocol in force.
        by: who sends it.
        reader: who reads the answers; whoever sends it if they see charts, else whoever is on duty.
        open_for: how long it opens.
        terms: its language and window.

    Raises:
        InputRefused: no instrument or one that a clinician rates, no birth date, or an open link asks for the same
            instrument.
        NobodyOnDuty: a question on suicide, and at some time while it is open nobody would be on duty.
    """
    one_at_a_time(person)
    until = clock.now() + open_for
    chosen = _check(instruments, until=until)
    _refuse_twice(person, chosen)
    to_read = reader or (by if by.is_clinical else first_to_act())
    return new_link(
        person, [one.id for one in in_order(chosen)], by=by, reader=to_read, until=until, terms=terms
    )


@transaction.atomic
def new_link(
    person: Person, instruments: list[str], *, by: User, reader: User, until: datetime, terms: Terms
) -> tuple[Invitation, str]:
    """A link to these questions, or to none, with its path.

    Raises:
        InputRefused: no birth date is known, which has to open it.
    """
    if person.birth_date is None:
        raise InputRefused("birth date", given=None, allowed="a birth date, which opens the link",
                           mend="enter it in the person's record first")  # fmt: skip
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        person=person, token_hash=hash_of(token), purpose=terms.purpose, instruments=instruments, sent_by=by,
        reader=reader, made_at=clock.now(), expires_at=until, language=terms.language, window=terms.window,
    )  # fmt: skip
    record("questionnaires.link.made", person=person.id, about=invitation,
           detail={"instruments": invitation.instruments, "until": invitation.expires_at.isoformat()})  # fmt: skip
    return invitation, reverse("questionnaires:link", args=[token])


def _check(instruments: Sequence[str], *, until: datetime) -> list[Instrument]:
    if not instruments:
        raise InputRefused("questionnaires", given="none", allowed="at least one", mend="choose what to ask")
    chosen = [bundled(instrument_id) for instrument_id in dict.fromkeys(instruments)]
    for instrument in chosen:
        if instrument.respondent is not Respondent.SELF:
            raise InputRefused("questionnaires", given=instrument.id, allowed="what a person answers alone",
                               mend="rate this one with the person")  # fmt: skip
    if any(asks_about_suicide(instrument) for instrument in chosen):
        watch_over(until)
    return chosen


def _refuse_twice(person: Person, chosen: Sequence[Instrument]) -> None:
    """One open link asks for an instrument: two would bring two answers to what was asked once."""
    asked = asked_now(person)
    again = [one.title for one in chosen if one.id in asked]
    if again:
        raise InputRefused("questionnaires", given=f"{'; '.join(again)}, which an open link asks for already",
                           allowed="what no open link asks for",
                           mend="take that link back first, or leave this out")  # fmt: skip


def one_at_a_time(person: Person) -> None:
    """Whoever makes a link for a person waits for whoever makes another, so that the two cannot ask for the same."""
    Person.objects.select_for_update().get(pk=person.pk)


def asked_now(person: Person) -> frozenset[str]:
    """What open links ask this person for, however they were made."""
    links = Invitation.objects.filter(
        person=person, sent_at=None, withdrawn_at=None, expires_at__gt=clock.now(), tries__lt=TRIES
    )
    return frozenset(name for asked in links.values_list("instruments", flat=True) for name in asked)


def message_key(invitation: Invitation) -> str:
    """The key of the message that brings this link, where one does."""
    return f"window:{invitation.id}"


def hash_of(token: str) -> str:
    """What is kept of a token; it is random, so a plain hash cannot be reversed by guessing."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of(token: str) -> Invitation | None:
    """The invitation that this token opens, whatever its state."""
    found: Invitation | None = (
        Invitation.objects.filter(token_hash=hash_of(token)).select_related("person", "reader").first()
    )
    return found


@transaction.atomic
def try_birth_date(invitation_id: UUID, day: date) -> bool:
    """Whether this is the birth date of the person whose link it is; a wrong one is counted, five lock it."""
    invitation = Invitation.objects.select_for_update().select_related("person").get(id=invitation_id)
    now = clock.now()
    if invitation.state_at(now) is not LinkState.OPEN:
        return False
    if invitation.person.birth_date != day:
        invitation.tries += 1
        invitation.save(update_fields=["tries"])
        record("questionnaires.link.tried", person=invitation.person_id, about=invitation,
               outcome=Outcome.FAILED, detail={"tries": invitation.tries})  # fmt: skip
        return False
    if invitation.opened_at is None:
        invitation.opened_at = now
        invitation.save(update_fields=["opened_at"])
    record("questionnaires.link.opened", person=invitation.person_id, about=invitation)
    return True


@transaction.atomic
def speak(invitation: Invitation, code: str) -> None:
    """Speak this language from now on, on every device.

    Raises:
        InputRefused: nobody can answer in it.
    """
    invitation.language = language(code).code
    invitation.save(update_fields=["language"])
    record("questionnaires.link.language", person=invitation.person_id, about=invitation,
           detail={"language": invitation.language})  # fmt: skip


@transaction.atomic
def withdraw(invitation_id: UUID) -> None:
    """Take a link back; what was answered stays."""
    invitation = Invitation.objects.select_for_update().get(id=invitation_id)
    if invitation.state_at(clock.now()) is LinkState.OPEN:
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
        call_off(message_key(invitation))
        record("questionnaires.link.withdrawn", person=invitation.person_id, about=invitation)


def links_of(person: Person) -> list[Invitation]:
    """The links that were sent to a person and not answered yet, the latest first."""
    asked = Invitation.objects.filter(person=person, sent_at__isnull=True, purpose=Purpose.ANSWER)
    return list(asked.select_related("reader")[:20])
