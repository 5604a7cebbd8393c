"""The library before a visitor who never signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from unloop.protocol import Protocol, bundled

if TYPE_CHECKING:
    from unloop.clinic.library.pages import ShownPage


@pytest.fixture
def visitor(organisation) -> Client:
    """A browser that nobody signed in with, before the tests' clinic."""
    return Client()


@dataclass(frozen=True, slots=True)
class Read:
    """What a visitor was answered, with what it cost and left behind."""

    status: int
    page: bytes
    queries: int
    cookies: int
    audited: int


@pytest.fixture(scope="module")
def answers() -> dict[str, Read]:
    """What was read already; a page is the same for everybody, so it is asked for once."""
    return {}


@pytest.fixture
def read(answers: dict[str, Read], request: pytest.FixtureRequest):
    """Read an address as a visitor."""

    def read(address: str) -> Read:
        if address not in answers:
            answers[address] = _read(request.getfixturevalue("visitor"), address)
        return answers[address]

    return read


def _read(visitor: Client, address: str) -> Read:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from unloop.clinic.audit.models import AuditEntry

    before = AuditEntry.objects.count()
    with CaptureQueriesContext(connection) as asked:
        answer = visitor.get(address)
    audited = AuditEntry.objects.count() - before
    return Read(answer.status_code, answer.content, len(asked), len(answer.cookies), audited)


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return bundled("ocd-ivket")


@pytest.fixture(scope="session")
def shown(protocol: Protocol):
    """A page as it is shown under the bundled protocol."""
    from unloop.clinic.library.pages import shown_page

    def shown(page_id: str, language: str = "en") -> ShownPage:
        return shown_page(page_id, language, protocol=protocol)

    return shown
