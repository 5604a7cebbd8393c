"""Signing the evaluation: a credentialled person's word that it was made, over a gate that is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from unloop.care.evaluation import NotReady
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.clearance import clear
from unloop.clinic.consulting_room.models import Clearance, GateChoice
from unloop.clinic.people.services import (
    CredentialKind,
    Role,
    User,
    confirm_identity,
    holds_credential,
)
from unloop.facts import DICTIONARY
from unloop.protocol import Protocol
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class SignOff:
    """The last signature of an evaluation, and what became of it.

    Attributes:
        by: who signed.
        at: when.
        holds_until: when its first fact stops counting.
        voided_at: when a fact changed on which it rested; None while none did.
        because_of: the labels of those facts.
        other_protocol: whether it was signed under a document that is no longer in force.
    """

    by: str
    at: datetime
    holds_until: datetime
    voided_at: datetime | None
    because_of: tuple[str, ...]
    other_protocol: bool
    expired: bool

    @property
    def holds(self) -> bool:
        """Whether it counts now."""
        return self.voided_at is None and not self.expired and not self.other_protocol


def may_sign(user: User) -> bool:
    """Whether somebody may sign an evaluation: a physician, a psychiatrist or the medical director."""
    if user.has_role(Role.MEDICAL_DIRECTOR):
        return True
    return user.has_role(Role.PROVIDER) and holds_credential(
        user, CredentialKind.PHYSICIAN, CredentialKind.PSYCHIATRIST
    )


def sign_evaluation(person: Person, protocol: Protocol, *, by: User, password: str) -> Clearance | NotReady:
    """Sign a complete evaluation; the judgement itself is kept as its proof.

    Returns:
        The clearance, or the reasons why the gate is shut.

    Raises:
        InputRefused: the signer lacks the credential.
        IdentityNotConfirmed: wrong password.
    """
    if not may_sign(by):
        raise InputRefused(
            "signature", given=", ".join(by.roles) or None,
            allowed=_("a provider with a verified credential as physician or psychiatrist, or the medical director"),
            mend=_("let one of them sign, or have the credential verified"),
        )  # fmt: skip
    confirm_identity(by, password)
    return clear(GateChoice.EVALUATION, person, protocol)


def last_sign_off(person: Person, protocol: Protocol) -> SignOff | None:
    """The signature that was set last, whether it holds or not; None while nobody signed."""
    last = (
        Clearance.objects.filter(person=person, gate=GateChoice.EVALUATION)
        .select_related("voided")
        .annotate(signed_by=Subquery(User.objects.filter(pk=OuterRef("by")).values("name")[:1]))
        .order_by("-judged_at")
        .first()
    )
    if last is None:
        return None
    voided = getattr(last, "voided", None)
    return SignOff(
        by=last.signed_by or "", at=last.judged_at, holds_until=last.valid_until,
        voided_at=voided.at if voided else None,
        because_of=tuple(DICTIONARY[code].label for code in voided.because_of) if voided else (),
        other_protocol=last.sha256 != protocol.sha256, expired=last.valid_until <= clock.now(),
    )  # fmt: skip
