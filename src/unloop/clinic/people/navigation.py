"""The rooms on top of every page: those that exist and that the user's roles open."""

from __future__ import annotations

from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from unloop.clinic.people.models import User
from unloop.clinic.people.permissions import Entrance, matrix, may_open
from unloop.clinic.people.templatetags.unloop_ui import Link

ROOMS: tuple[tuple[Promise, str], ...] = (
    (_("Today"), "front_desk:today"),
    (_("People"), "chart:people"),
    (_("Chairs"), "bedside:chairs"),
    (_("Answers"), "questionnaires:answers"),
    (_("Tasks"), "work:tasks"),
    (_("Library"), "library:home"),
    (_("Clinic"), "people:clinic"),
)


def rooms(user: User, path: str) -> list[Link]:
    """The rooms open to this user; the one whose address the path begins with is current."""
    links = [
        (label, address) for label, route in ROOMS if (address := _address(route)) and may_open(user, route)
    ]
    current = max((address for _, address in links if path.startswith(address)), key=len, default=None)
    return [Link(str(label), address, address == current) for label, address in links]


def first_room(user: User) -> str | None:
    """The address of the first room that one of this user's roles opens; what is open to anybody is not counted."""
    for _label, route in ROOMS:
        access = matrix().access(route)
        if access is not None and access.entrance is Entrance.ROLES and access.admits(user):
            return _address(route)
    return None


@cache
def _address(route: str) -> str | None:
    try:
        return reverse(route)
    except NoReverseMatch:
        return None
