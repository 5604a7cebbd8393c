"""The organisation, its locations and its chairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.crypto import constant_time_compare

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people import installation
from unloop.clinic.people.models import Chair, Location, Organisation, User
from unloop.clinic.people.roles import Role
from unloop.clinic.people.staff import add_user
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What the first-run page asks about the clinic."""

    name: str
    zone: str
    language: str = "en"
    location: str = "Main"
    crisis_line: str = ""
    crisis_line_checked_on: date | None = None


def is_setup_token(given: str, *, printed: str) -> bool:
    """Whether the token is the one on the console; without a printed one, none is."""
    return bool(printed) and constant_time_compare(given, printed)


@transaction.atomic
def set_up(clinic: NewClinic, *, username: str, name: str, email: str, password: str) -> User:
    """Make the clinic and its first owner.

    Raises:
        InputRefused: there is a clinic already, or its zone is unknown.
    """
    if Organisation.objects.exists():
        raise InputRefused(
            "clinic",
            given="a second clinic",
            allowed="one clinic for each installation",
            mend="sign in as its owner, or serve another UNLOOP_HOME",
        )
    organisation = make_organisation(clinic, demo=False)
    owner = add_user(username=username, name=name, email=email, roles=[Role.OWNER])
    owner.set_password(password)
    owner.save(update_fields=["password"])
    record("people.clinic.set_up", about=organisation, by=owner.as_actor())
    return owner


@transaction.atomic
def make_organisation(clinic: NewClinic, *, demo: bool) -> Organisation:
    """The organisation with its first location."""
    check_zone(clinic.zone)
    organisation = Organisation.objects.create(
        installation=installation.mark(demo=demo),
        name=clinic.name,
        zone=clinic.zone,
        language=clinic.language,
        crisis_line=clinic.crisis_line,
        crisis_line_checked_on=clinic.crisis_line_checked_on,
    )
    add_location(organisation, clinic.location)
    return organisation


def check_zone(zone: str) -> None:
    """Refuse a zone that the time zone database does not know.

    Raises:
        InputRefused: with an example of a name that is known.
    """
    if zone not in _zones():
        raise InputRefused(
            "zone", given=zone, allowed="a name of the time zone database", mend="write e.g. America/New_York"
        )


@cache
def _zones() -> frozenset[str]:
    """Every zone that is known here; to list them reads a folder of hundreds of files."""
    return frozenset(available_timezones())


@transaction.atomic
def change_organisation(organisation: Organisation) -> None:
    """Keep changed details of the clinic."""
    check_zone(organisation.zone)
    organisation.save()
    record("people.clinic.changed", about=organisation)


@transaction.atomic
def add_location(organisation: Organisation, name: str, *, address: str = "") -> Location:
    """A place where the clinic treats."""
    location = Location.objects.create(organisation=organisation, name=name, address=address)
    record("people.location.added", about=location)
    return location


@transaction.atomic
def add_chair(location: Location, name: str) -> Chair:
    """A chair in which one person can be infused."""
    chair = Chair.objects.create(location=location, name=name)
    record("people.chair.added", about=chair)
    return chair


@transaction.atomic
def take_out_of_use(chair: Chair) -> None:
    """No new booking; what was given in it stays readable."""
    chair.out_of_use_since = clock.now()
    chair.save(update_fields=["out_of_use_since"])
    record("people.chair.out_of_use", about=chair)


@transaction.atomic
def put_into_use(chair: Chair) -> None:
    """Bookable again."""
    chair.out_of_use_since = None
    chair.save(update_fields=["out_of_use_since"])
    record("people.chair.in_use", about=chair)


def chairs_in_use() -> list[Chair]:
    """Every chair that can be booked, by location and name."""
    usable = Chair.objects.filter(out_of_use_since=None, location__closed_at=None)
    return list(usable.select_related("location"))
