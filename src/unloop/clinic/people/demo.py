"""The staff of a demo clinic. Every name is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from django.contrib.auth.hashers import make_password
from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.people import credentials, places, staff
from unloop.clinic.people.installation import clinic_here
from unloop.clinic.people.models import Organisation, User
from unloop.clinic.people.roles import CredentialKind, Role

PASSWORD = "everyone here is made up"  # noqa: S105 - no secret: printed beside each signature of the demo
ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class _Somebody:
    username: str
    name: str
    profession: str
    roles: tuple[Role, ...]
    credentials: tuple[CredentialKind, ...] = ()


STAFF = (
    _Somebody(
        "varga",
        "A. Varga",
        "psychiatrist",
        (Role.PROVIDER,),
        (CredentialKind.PHYSICIAN, CredentialKind.PSYCHIATRIST, CredentialKind.YBOCS_RATER),
    ),
    _Somebody("brandt", "J. Brandt", "nurse", (Role.NURSE,), (CredentialKind.REGISTERED_NURSE,)),
    _Somebody("okafor", "M. Okafor", "nurse", (Role.NURSE,), (CredentialKind.REGISTERED_NURSE,)),
    _Somebody("ruiz", "L. Ruiz", "front desk", (Role.FRONT_DESK,)),
    _Somebody("hahn", "S. Hahn", "researcher", (Role.RESEARCHER,)),
    _Somebody(
        "lindqvist",
        "E. Lindqvist",
        "owner and medical director",
        (Role.OWNER, Role.MEDICAL_DIRECTOR),
        (CredentialKind.PHYSICIAN, CredentialKind.PSYCHIATRIST),
    ),
)


@transaction.atomic
def seed() -> None:
    """A clinic with two chairs and six members of staff; does nothing where there is one already.

    Raises:
        NotServable: this database belongs to a real clinic.
    """
    if Organisation.objects.exists():
        return
    clinic = places.NewClinic(
        name="Riverside Clinic (made up)",
        zone=ZONE,
        location="Riverside",
        crisis_line="555 0100 (made up; a real clinic enters its own)",
        crisis_line_checked_on=clock.today(),
    )
    organisation = places.make_organisation(clinic, demo=True)
    for name in ("Chair 1", "Chair 2"):
        places.add_chair(organisation.locations.get(), name)
    password = make_password(PASSWORD)
    users = [_add(somebody, password) for somebody in STAFF]
    director = users[-1]
    for somebody, user in zip(STAFF, users, strict=True):
        for number, kind in enumerate(somebody.credentials, start=1):
            credential = credentials.add_credential(
                user,
                kind,
                number=f"DEMO-{somebody.username}-{number}",
                expires_on=clock.today() + timedelta(days=700),
            )
            credentials.verify_credential(credential, by=director)


def demo_staff() -> list[User]:
    """Those whom the demo's sign-in page offers; nobody outside a demo."""
    if not clinic_here().demo:
        return []
    order = {somebody.username: place for place, somebody in enumerate(STAFF)}
    users = User.objects.filter(username__in=order, is_active=True)
    return sorted(users, key=lambda user: order[user.username])


def is_loopback(address: str) -> bool:
    """Whether a request came from this very machine."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _add(somebody: _Somebody, password: str) -> User:
    user = staff.add_user(
        username=somebody.username, name=somebody.name, roles=somebody.roles, profession=somebody.profession
    )
    user.password = password  # one hash for all: six would take seconds, and it guards nothing
    user.save(update_fields=["password"])
    return user
