"""Booking a visit, calling it off, and the clinic's day."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.timezone import get_current_timezone

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.services import Person
from unloop.clinic.front_desk.models import Appointment, VisitKind
from unloop.clinic.people.services import Chair
from unloop.quantity import InputRefused

LONGEST = timedelta(hours=24)
"""No visit is longer, so what began earlier has ended."""


@transaction.atomic
def book(
    person: Person, kind: VisitKind, begins_at: datetime, *, chair: Chair | None = None, minutes: int = 120
) -> Appointment:
    """Expect a person at a time. The same visit booked again is the visit that is booked.

    Raises:
        InputRefused: the chair is taken then, the person is expected elsewhere then, or the time has no offset.
    """
    if begins_at.tzinfo is None:
        raise InputRefused(
            "time", given=begins_at, allowed="a time with an offset", mend="name the clinic's zone"
        )
    _one_after_the_other(person, chair)
    meanwhile = _meanwhile(begins_at, minutes)
    of_person = [one for one in meanwhile if one.person_id == person.id]
    wanted = (kind, begins_at, minutes, chair.pk if chair else None)
    for one in of_person:
        if (one.kind, one.begins_at, one.minutes, one.chair_id) == wanted:
            return one
    if of_person:
        raise InputRefused("begins_at", given="a second visit then", allowed="one visit at a time",
                           mend="choose another time, or call the other visit off")  # fmt: skip
    if chair is not None and any(one.chair_id == chair.pk for one in meanwhile):
        raise InputRefused("chair", given=chair, allowed="a chair that is free then",
                           mend="choose another time or chair")  # fmt: skip
    appointment = Appointment(
        person=person, kind=kind, chair=chair, begins_at=begins_at, minutes=minutes, made_at=clock.now(),
        made_by=current_actor().id,
    )  # fmt: skip
    appointment.save()
    record("front_desk.booked", person=person.id, about=appointment, detail={"kind": kind.value})
    return appointment


def _one_after_the_other(person: Person, chair: Chair | None) -> None:
    """Two desks that book one chair or one person at once: the second sees what the first has booked."""
    Person.objects.select_for_update().get(pk=person.pk)
    if chair is not None:
        Chair.objects.select_for_update().get(pk=chair.pk)


def _meanwhile(begins_at: datetime, minutes: int) -> list[Appointment]:
    """The visits that share a part of this time."""
    end = begins_at + timedelta(minutes=minutes)
    near = Appointment.objects.filter(
        called_off_at__isnull=True, begins_at__lt=end, begins_at__gt=begins_at - LONGEST
    )
    return [one for one in near if one.begins_at + timedelta(minutes=one.minutes) > begins_at]


@transaction.atomic
def call_off(appointment_id: UUID) -> Appointment:
    """No longer expect a person; the row stays."""
    appointment = get_object_or_404(Appointment, id=appointment_id, called_off_at__isnull=True)
    appointment.called_off_at = clock.now()
    appointment.save(update_fields=["called_off_at"])
    record("front_desk.called_off", person=appointment.person_id, about=appointment)
    return appointment


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The clinic's day around a moment: from midnight to midnight in its zone."""
    local = moment.astimezone(get_current_timezone())
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, begin + timedelta(days=1)
