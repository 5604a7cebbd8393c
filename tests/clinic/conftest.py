"""A clinic with a named cast: whoever a test needs is on the staff, signed in with a second factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from models_ready import pytest_configure  # noqa: F401 - pytest finds its hook here

if TYPE_CHECKING:
    from django.test import Client

    from unloop.clinic.people.models import Organisation, User


PASSWORD = "five made-up words stand here"
BACKEND = "unloop.clinic.people.sign_in.Backend"


@cache
def _hashed_password() -> str:
    """The password as it is kept; hashed once, since thousands of people are hired with it."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody on the staff of the tests' clinic, by what they do."""

    provider: User
    nurse: User
    second_nurse: User
    front_desk: User
    researcher: User
    owner: User
    director: User

    def by_role(self) -> dict[str, User]:
        """One user for each role."""
        return {
            "provider": self.provider,
            "nurse": self.nurse,
            "front_desk": self.front_desk,
            "researcher": self.researcher,
            "owner": self.owner,
            "medical_director": self.director,
        }


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_cleared_between_tests() -> Iterator[None]:
    """A test that really commits is followed by a flush, which the triggers would refuse."""
    from django.db import connection
    from django.test import TransactionTestCase

    from unloop.clinic.audit import append_only

    clear = TransactionTestCase._fixture_teardown

    def clear_with_triggers_lifted(self: TransactionTestCase) -> None:
        with append_only.lifted(connection):
            clear(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", clear_with_triggers_lifted)
        yield


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> None:
    """Tries are counted in the cache."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def organisation(db: None) -> Organisation:
    """A real clinic (not a demo) in New York."""
    from unloop.clinic.people import places

    return places.make_organisation(
        places.NewClinic(name="Clinic of the tests", zone="America/New_York"), demo=False
    )


@pytest.fixture
def hire(organisation: Organisation) -> Callable[..., User]:
    """Add somebody with these roles, a password and (unless told) a second factor."""
    from allauth.mfa.models import Authenticator

    from unloop.clinic.people import staff
    from unloop.clinic.people.roles import Role

    def hire(username: str, *roles: str, profession: str = "", second_factor: bool = True) -> User:
        user = staff.add_user(
            username=username,
            name=f"{username[0].upper()}. {username.title()}",
            email=f"{username}@clinic.example",
            roles=[Role(role) for role in roles],
            profession=profession,
        )
        user.password = _hashed_password()
        user.save(update_fields=["password"])
        if second_factor:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
        return user

    return hire


@pytest.fixture
def cast(hire: Callable[..., User]) -> Cast:
    """A whole staff."""
    return Cast(
        provider=hire("varga", "provider", profession="psychiatrist"),
        nurse=hire("brandt", "nurse", profession="nurse"),
        second_nurse=hire("okafor", "nurse", profession="nurse"),
        front_desk=hire("ruiz", "front_desk"),
        researcher=hire("hahn", "researcher"),
        owner=hire("lindqvist", "owner"),
        director=hire("moreau", "medical_director", profession="psychiatrist"),
    )


@pytest.fixture
def as_user(client: Client) -> Callable[[User], Client]:
    """The test's browser, signed in as somebody."""

    def as_user(user: User) -> Client:
        client.force_login(user, backend=BACKEND)
        return client

    return as_user


@pytest.fixture
def a_changed_number(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The store says another number of one trial from now on, as after an upgrade with a mended record."""
    from unloop.care.consultation import figure_slots
    from unloop.clinic.consulting_room import consultation_numbers
    from unloop.clinic.laboratory.services import study_number

    def now_it_is(value: float) -> None:
        def other(slot: Any) -> Any:
            found = study_number(slot)
            return replace(found, value=value) if slot == figure_slots()["ssri"] else found

        monkeypatch.setattr(consultation_numbers, "study_number", other)

    return now_it_is
