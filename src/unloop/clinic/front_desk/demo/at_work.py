"""The clinic's people at work at a chosen time: what every step of the demo stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.front_desk.booking import day_of
from unloop.clinic.people.services import AdoptedProtocol, Chair, User, chairs_in_use, current_protocol


@dataclass(frozen=True)
class AtWork:
    """The clinic's people at work, and the moment to which everything leads."""

    now: datetime

    @cached_property
    def provider(self) -> User:
        """Evaluates, plans, consents."""
        return User.objects.get(username="varga")

    @cached_property
    def nurse(self) -> User:
        """Infuses."""
        return User.objects.get(username="brandt")

    @cached_property
    def second(self) -> User:
        """Checks as the second person."""
        return User.objects.get(username="okafor")

    @cached_property
    def director(self) -> User:
        """Signs the protocol."""
        return User.objects.get(username="lindqvist")

    @cached_property
    def chairs(self) -> list[Chair]:
        """Where people are infused."""
        return list(chairs_in_use())

    @cached_property
    def protocol(self) -> AdoptedProtocol:
        """The one in force."""
        found = current_protocol()
        if found is None:
            raise LookupError("the demo adopts a protocol before anybody is evaluated")
        return found

    @contextmanager
    def at(self, *, days: float = 0, minutes: float = 0, by: User) -> Iterator[datetime]:
        """Be at another time, as somebody of the staff."""
        moment = self.now + timedelta(days=days, minutes=minutes)
        with clock.frozen(moment), acting(by.as_actor(), route="demo"):
            yield moment

    def today_at(self, hour: int) -> datetime:
        """An hour of the clinic's day."""
        return day_of(self.now)[0] + timedelta(hours=hour)
