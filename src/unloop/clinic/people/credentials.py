"""Qualifications: entered by one person, verified by another, void when they expire or are withdrawn."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.models import Credential, User
from unloop.clinic.people.roles import CredentialKind, Role
from unloop.quantity import InputRefused


@transaction.atomic
def add_credential(
    user: User, kind: CredentialKind, *, number: str, issuer: str = "", expires_on: date | None = None
) -> Credential:
    """Enter a qualification; it counts for nothing until it is verified."""
    credential = Credential.objects.create(
        user=user, kind=kind.value, number=number, issuer=issuer, expires_on=expires_on
    )
    record("people.credential.added", about=credential, detail={"kind": kind.value})
    return credential


@transaction.atomic
def verify_credential(credential: Credential, *, by: User) -> None:
    """Say that the original or the register was seen.

    Raises:
        InputRefused: it is one's own and somebody else could verify it, or it was withdrawn.
    """
    if credential.user_id == by.pk and _somebody_else_can_verify(by):
        raise InputRefused(
            "credential",
            given="your own",
            allowed="a credential of somebody else",
            mend="ask another owner or the medical director to verify it",
        )
    if credential.withdrawn_at is not None:
        raise InputRefused(
            "credential", given="withdrawn", allowed="a standing credential", mend="enter it anew"
        )
    credential.verified_by, credential.verified_at = by, clock.now()
    credential.save(update_fields=["verified_by", "verified_at"])
    record("people.credential.verified", about=credential, detail={"kind": credential.kind})


@transaction.atomic
def withdraw_credential(credential: Credential) -> None:
    """It no longer counts, from now on; that it once did stays readable."""
    credential.withdrawn_at = clock.now()
    credential.save(update_fields=["withdrawn_at"])
    record("people.credential.withdrawn", about=credential, detail={"kind": credential.kind})


def holds_credential(user: User, *kinds: CredentialKind, at: datetime | None = None) -> bool:
    """Whether an active user holds at least one of these, verified and in date, at a moment (default: now)."""
    moment = at or clock.now()
    wanted = [kind.value for kind in kinds]
    day = timezone.localdate(moment)
    held = Credential.objects.filter(user=user, kind__in=wanted)
    return user.is_active and any(credential.holds(on=day, at=moment) for credential in held)


def _somebody_else_can_verify(user: User) -> bool:
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return any(other.has_role(Role.OWNER, Role.MEDICAL_DIRECTOR) for other in others)
