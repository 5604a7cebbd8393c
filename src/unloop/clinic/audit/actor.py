"""Who acts, and on which page: known to every service without being handed down by each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What sort of actor it is."""

    USER = "user"
    LINK = "link"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, a person behind a single-purpose link, or the installation itself.

    Attributes:
        kind: user, link or system.
        id: the user's or the link's id; None for the installation.
        role: the roles held at that moment, comma separated; for the installation, which part of it acts.
    """

    kind: ActorKind
    id: UUID | None = None
    role: str = ""

    @classmethod
    def system(cls, part: str = "") -> Actor:
        """The installation itself, e.g. its worker or a command on its console."""
        return cls(ActorKind.SYSTEM, role=part)

    @classmethod
    def link(cls, link_id: UUID) -> Actor:
        """Whoever holds a single-purpose link."""
        return cls(ActorKind.LINK, link_id)


@dataclass(frozen=True, slots=True)
class _Scene:
    actor: Actor
    route: str


_EMPTY = _Scene(Actor.system(), "")
_scene: ContextVar[_Scene | None] = ContextVar("scene", default=None)


def current_actor() -> Actor:
    """Who acts now; outside any `acting` block, the installation."""
    return (_scene.get() or _EMPTY).actor


def current_route() -> str:
    """The name of the page or command through which it happens."""
    return (_scene.get() or _EMPTY).route


@contextmanager
def acting(actor: Actor, *, route: str | None = None) -> Iterator[None]:
    """Everything recorded inside the block is recorded as done by `actor`."""
    token = _scene.set(_Scene(actor, current_route() if route is None else route))
    try:
        yield
    finally:
        _scene.reset(token)
