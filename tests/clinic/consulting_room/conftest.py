"""A person with a whole chart, a signed protocol, and credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from charts import JUDGED_AT, document

if TYPE_CHECKING:
    from django.test import Client

    from unloop.clinic.chart.services import Person
    from unloop.clinic.people.services import AdoptedProtocol, User

PASSWORD = "five made-up words stand here"
NOW = JUDGED_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[datetime]:
    """The clock stands an hour after the ready chart was answered."""
    from unloop.clinic.audit import clock

    with clock.frozen(NOW) as at:
        yield at


@pytest.fixture
def credential() -> Callable[..., None]:
    """Give somebody a verified credential."""
    from unloop.clinic.people.models import Credential
    from unloop.clinic.people.services import CredentialKind

    def credential(user: User, *kinds: str) -> None:
        for kind in kinds:
            Credential.objects.create(
                user=user, kind=CredentialKind(kind).value, number="1", issuer="board",
                expires_on=date(2030, 1, 1), verified_by=user, verified_at=NOW - timedelta(days=400),
            )  # fmt: skip

    return credential


@pytest.fixture
def adopted(cast: Any) -> AdoptedProtocol:
    """The bundled protocol, signed."""
    from unloop.clinic.people.services import adopt_protocol
    from unloop.protocol import bundled

    return adopt_protocol(bundled("ocd-ivket").text.encode(), by=cast.director, password=PASSWORD)


@pytest.fixture
def newcomer(db: None) -> Person:
    """Somebody of whom nothing is known yet."""
    return _person("Nova", "Newcomer")


@pytest.fixture
def ready(cast: Any, fill: Callable[..., None]) -> Person:
    """Somebody whose every answer is in, an hour old."""
    from unloop.clinic.audit.services import acting

    person = _person("Rhea", "Ready")
    with acting(cast.provider.as_actor()):
        fill(person)
    return person


@pytest.fixture
def fill() -> Callable[..., None]:
    """Write the ready chart into the database, some codes left out or answered otherwise."""
    return _fill


def _fill(person: Person, *, without: tuple[str, ...] = (), at: datetime = JUDGED_AT, **values: Any) -> None:
    from unloop.clinic.chart.services import NewFact, add_facts

    add_facts(person, [
        NewFact(one["code"], values.get(one["code"], one["value"]), one.get("unit", ""), at=at)
        for one in document()["facts"] if one["code"] not in without
    ])  # fmt: skip


def _person(given: str, family: str) -> Person:
    from unloop.clinic.chart.services import Person

    return Person.objects.create(
        given=given, family=family, birth_date=date(1991, 4, 30), sex="female", made_at=NOW
    )


@pytest.fixture
def see(as_user: Callable[[User], Client]) -> Callable[..., str]:
    """The text of a page as somebody sees it."""
    from django.urls import reverse

    def see(user: User, route: str, person: Person, *args: Any, status: int = 200, **query: str) -> str:
        answer = as_user(user).get(reverse(f"consulting_room:{route}", args=[person.id, *args]), query)
        assert answer.status_code == status
        return " ".join(answer.content.decode().split())

    return see


@pytest.fixture
def send(as_user: Callable[[User], Client]) -> Callable[..., Any]:
    """Post a form that was made for this person."""
    from django.urls import reverse

    from unloop.clinic.chart.tokens import FIELD, token_for

    def send(user: User, route: str, person: Person, *args: Any, **data: Any) -> Any:
        address = reverse(f"consulting_room:{route}", args=[person.id, *args])
        return as_user(user).post(address, {FIELD: token_for(person.id), **data})

    return send
