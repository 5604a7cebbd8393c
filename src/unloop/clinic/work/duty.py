"""The duty roster: who acts on an answer that speaks of suicide, hour by hour, and who acts when they do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.people.services import Role, User, staff
from unloop.clinic.work.models import DutyWindow, DutyWithdrawn
from unloop.quantity import InputRefused

LONGEST = timedelta(days=31)
"""A window is a month at most: a roster that nobody looks at again is none (policy)."""


@dataclass(frozen=True, slots=True)
class DutyOwner:
    """Who acts at a moment.

    Attributes:
        escalates_to: who acts when the owner has not; None where nobody was named.
        begins_at, ends_at: of the window, in which the clinic may say so to the person.
    """

    user: User
    escalates_to: User | None
    begins_at: datetime
    ends_at: datetime


def duty_owner(at: datetime) -> DutyOwner | None:
    """Who is on duty at a moment: of the windows around it, the one that was set last; None where there is none.

    Somebody who has left the staff is not on duty; then whoever was to act after them is.
    """
    for window in _standing().filter(begins_at__lte=at, ends_at__gt=at).order_by("-made_at"):
        here = [one for one in (window.user, window.escalates_to) if one is not None and one.is_active]
        if here:
            return DutyOwner(here[0], here[1] if len(here) > 1 else None, window.begins_at, window.ends_at)
    return None


def somebody_on_duty(at: datetime) -> Exists:
    """Whether somebody is on duty at a moment, to be asked along with a query that is made anyhow."""
    around = DutyWindow.objects.filter(withdrawn__isnull=True, begins_at__lte=at, ends_at__gt=at)
    return Exists(around.filter(Q(user__is_active=True) | Q(escalates_to__is_active=True)))


def duty_owners(at: datetime | None = None) -> list[User]:
    """Who can be asked to act, in their order: whoever is on duty, who acts after them, then all who could be.

    Args:
        at: by default now.
    """
    on_duty = duty_owner(at or clock.now())
    first = [] if on_duty is None else [on_duty.user, on_duty.escalates_to]
    people = [user for user in staff() if user.is_active and could_be_on_duty(user)]
    rest = sorted(people, key=lambda user: (not user.has_role(Role.PROVIDER), user.name))
    return list(dict.fromkeys([user for user in first if user is not None] + rest))


def first_to_act() -> User:
    """Who has to act now on an answer that speaks of suicide: whoever is on duty, else the first who could be.

    Raises:
        InputRefused: there is nobody; a questionnaire that asks about suicide must not be opened then.
    """
    found = duty_owners()
    if not found:
        raise InputRefused("duty", given="nobody", allowed="a provider on the staff",
                           mend="add a provider before a questionnaire with a question on suicide is sent")  # fmt: skip
    return found[0]


def could_be_on_duty(user: User) -> bool:
    """Whether somebody may act on such an answer: a provider or a medical director."""
    return user.has_role(Role.PROVIDER, Role.MEDICAL_DIRECTOR)


@transaction.atomic
def set_duty(
    user: User, *, begins_at: datetime, ends_at: datetime, escalates_to: User | None = None
) -> DutyWindow:
    """Put somebody on duty between two times. Where windows overlap, the one that was set last stands.

    Raises:
        InputRefused: the window is empty, too long or over, or one of the two may not act.
    """
    if not begins_at < ends_at or ends_at - begins_at > LONGEST:
        raise InputRefused("ends_at", given=ends_at.isoformat(), allowed="later than the begin, by 31 days at most",
                           mend="choose another end")  # fmt: skip
    if ends_at <= clock.now():
        raise InputRefused("ends_at", given=ends_at.isoformat(), allowed="a time to come",
                           mend="who was on duty is not written down afterwards")  # fmt: skip
    for where, one in (("user", user), ("escalates_to", escalates_to)):
        if one is not None and not (one.is_active and could_be_on_duty(one)):
            raise InputRefused(where, given="somebody else", allowed="a provider or a medical director",
                               mend="choose one of them")  # fmt: skip
    if escalates_to == user:
        raise InputRefused("escalates_to", given="the same", allowed="somebody else, or nobody",
                           mend="choose who acts when the first does not")  # fmt: skip
    window = DutyWindow(user=user, escalates_to=escalates_to, begins_at=begins_at, ends_at=ends_at,
                        made_at=clock.now(), made_by=current_actor().id)  # fmt: skip
    window.save()
    record("work.duty.set", about=window, detail={
        "owner": str(user.pk), "next": str(escalates_to.pk) if escalates_to else None,
        "from": begins_at.isoformat(), "to": ends_at.isoformat(),
    })  # fmt: skip
    return window


@transaction.atomic
def withdraw_duty(window: DutyWindow) -> None:
    """Take a window off the roster; the row stays. Once is enough."""
    if DutyWithdrawn.objects.filter(window=window).exists():
        return
    DutyWithdrawn(window=window, at=clock.now(), by=current_actor().id).save()
    record("work.duty.withdrawn", about=window)


def roster(begin: datetime) -> QuerySet[DutyWindow]:
    """The windows that stand from a moment on, in their order."""
    return _standing().filter(ends_at__gt=begin).order_by("begins_at", "made_at")


def first_gap(begin: datetime, end: datetime) -> datetime | None:
    """The first moment between two times at which nobody is on duty; None where somebody always is."""
    reached = begin
    for window in roster(begin):
        if window.begins_at > reached:
            break
        active = window.user.is_active or (window.escalates_to is not None and window.escalates_to.is_active)
        reached = max(reached, window.ends_at) if active else reached
    return reached if reached < end else None


def _standing() -> QuerySet[DutyWindow]:
    windows: QuerySet[DutyWindow] = DutyWindow.objects.filter(withdrawn__isnull=True)
    return windows.select_related("user", "escalates_to")
