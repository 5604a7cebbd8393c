"""Who may open which address: read from `permissions.toml`, and closed where nothing is said."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources

from unloop.clinic.people.models import User
from unloop.clinic.people.roles import Role


class Entrance(Enum):
    """What somebody needs before roles are asked about."""

    PUBLIC = "public"
    """Nothing."""
    LINK = "link"
    """A token in the address, checked by the view."""
    SIGNED_IN = "signed-in"
    """A session; the second factor may still be missing (it is set up on such a page)."""
    STAFF = "staff"
    """A session with a second factor, any role."""
    ROLES = "roles"
    """A session with a second factor and one of the roles named."""


@dataclass(frozen=True, slots=True)
class Access:
    """The line of one address in the matrix."""

    entrance: Entrance
    roles: frozenset[Role] = frozenset()

    def admits(self, user: User) -> bool:
        """Whether a signed-in user holds what the line asks for (second factor aside)."""
        return self.entrance is not Entrance.ROLES or user.has_role(*self.roles)

    @property
    def is_open(self) -> bool:
        """Whether no session is asked for."""
        return self.entrance in {Entrance.PUBLIC, Entrance.LINK}

    @property
    def asks_second_factor(self) -> bool:
        """Whether the second factor has to be set up first."""
        return self.entrance in {Entrance.STAFF, Entrance.ROLES}


@dataclass(frozen=True, slots=True)
class Matrix:
    """All lines, and the addresses that a page calls by itself (they do not keep a session awake)."""

    routes: dict[str, Access]
    background: frozenset[str]

    def access(self, route: str) -> Access | None:
        """The line of a route; None means closed to everybody."""
        return self.routes.get(route)


@cache
def matrix() -> Matrix:
    """The matrix of this installation, read once."""
    text = resources.files("unloop.clinic.people").joinpath("permissions.toml").read_text(encoding="utf-8")
    return read(text)


def may_open(user: User, route: str) -> bool:
    """Whether a signed-in user may open an address, by its name; a page offers no link that would be refused."""
    access = matrix().access(route)
    return access is not None and access.admits(user)


def read(text: str) -> Matrix:
    """Read a matrix document.

    Raises:
        ValueError: an entrance or a role that does not exist.
    """
    document = tomllib.loads(text)
    return Matrix(
        routes={name: _access(line) for name, line in document["routes"].items()},
        background=frozenset(document.get("background", [])),
    )


def _access(line: str | list[str]) -> Access:
    if isinstance(line, str):
        return Access(Entrance(line))
    return Access(Entrance.ROLES, frozenset(Role(role) for role in line))
