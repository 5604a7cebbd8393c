"""Adopting a protocol: a medical director signs these bytes, and from then on people may be treated under them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from unloop.care import evaluation
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people import home
from unloop.clinic.people.identity import confirm_identity
from unloop.clinic.people.installation import clinic_here
from unloop.clinic.people.models import AdoptedProtocol, User
from unloop.clinic.people.roles import Role
from unloop.protocol import Protocol, load
from unloop.quantity import InputRefused


def read_protocol(document: bytes) -> Protocol:
    """Read a document as this installation would, knowing which versions it has seen.

    Raises:
        InputRefused: it is not TOML.
        ProtocolRefused: it cannot be a protocol, or could not be carried out.
    """
    return evaluation.read_protocol(document, seen=home.seen_versions(settings.HOME))


def adopt_protocol(document: bytes, *, by: User, password: str) -> AdoptedProtocol:
    """Sign id, version and sha256 of a protocol. Kept in the database and, with the bytes, in the home.

    Raises:
        IdentityNotConfirmed: wrong password.
        ProtocolRefused: the document cannot be a protocol.
        InputRefused: not TOML, not signed by a medical director, not final, or adopted before.
    """
    if not by.has_role(Role.MEDICAL_DIRECTOR):
        raise InputRefused(
            "role",
            given=", ".join(by.roles),
            allowed="medical director",
            mend="let the medical director sign",
        )
    protocol = read_protocol(document)
    _check_adoptable(protocol)
    confirm_identity(by, password)
    return _sign(protocol, document, by)


@transaction.atomic
def _sign(protocol: Protocol, document: bytes, by: User) -> AdoptedProtocol:
    adopted = AdoptedProtocol(
        protocol_id=protocol.id,
        version=protocol.version,
        sha256=protocol.sha256,
        document=document,
        approved_by=by,
        signed_at=clock.now(),
        name=by.name,
        role=str(Role.MEDICAL_DIRECTOR.label),
    )
    adopted.save()
    detail = {"id": protocol.id, "version": protocol.version, "sha256": protocol.sha256}
    record("people.protocol.adopted", about=adopted, by=by.as_actor(), detail=detail)
    home.remember_protocol(settings.HOME, home.SeenProtocol(**detail))
    signature = detail | {
        "approved_by": str(by.pk),
        "name": adopted.name,
        "role": adopted.role,
        "signed_at": adopted.signed_at.isoformat(),
    }
    home.keep_adopted_protocol(settings.HOME, signature, document)
    return adopted


def current_protocol(at: datetime | None = None, *, protocol_id: str | None = None) -> AdoptedProtocol | None:
    """The protocol in force at a moment (default: now): the one signed last before it, of one id if given."""
    signed = AdoptedProtocol.objects.filter(signed_at__lte=at or clock.now())
    if protocol_id is not None:
        signed = signed.filter(protocol_id=protocol_id)
    latest: AdoptedProtocol | None = signed.order_by("-signed_at").first()
    return latest


def adopted_protocols() -> list[AdoptedProtocol]:
    """Every signed protocol, the latest first."""
    return list(AdoptedProtocol.objects.order_by("-signed_at"))


def adopted_by_hash(sha256: str) -> AdoptedProtocol | None:
    """The signed protocol with these bytes; a session that pinned it is never judged by another."""
    adopted: AdoptedProtocol | None = AdoptedProtocol.objects.filter(sha256=sha256).first()
    return adopted


def protocol_of(adopted: AdoptedProtocol) -> Protocol:
    """The signed document, read into types (kept in memory: the same bytes mean the same protocol)."""
    return _read(bytes(adopted.document))


@lru_cache(maxsize=16)
def _read(document: bytes) -> Protocol:
    return load(document)


def _check_adoptable(protocol: Protocol) -> None:
    status = protocol.document.protocol.status
    if status != "final" and not clinic_here().demo:
        raise InputRefused(
            "status",
            given=status,
            allowed="final",
            mend=_("finish the document; only a final one treats people"),
        )
    if AdoptedProtocol.objects.filter(protocol_id=protocol.id, version=protocol.version).exists():
        raise InputRefused(
            "version",
            given=f"{protocol.id} {protocol.version}",
            allowed="a version that is not adopted yet",
            mend=_("nothing to do, or give the document a new version"),
        )
