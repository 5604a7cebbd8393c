"""A clinic with two chairs, an adopted protocol where a test asks for one, and people who are expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

MORNING = datetime(2026, 12, 3, 13, 10, tzinfo=UTC)
"""Thursday, 08:10 in New York."""


@pytest.fixture
def provider(cast) -> Iterator[object]:
    """A provider, in whose name everything of the test is done, at ten past eight."""
    from unloop.clinic.audit import clock
    from unloop.clinic.audit.services import acting

    with clock.frozen(MORNING), acting(cast.provider.as_actor(), route="test"):
        yield cast.provider


@pytest.fixture
def somebody(provider) -> Callable[[str], object]:
    """Adds a person of this family name."""
    from unloop.clinic.chart.services import Person, make_person

    def somebody(family: str = "Quill"):
        return make_person(Person(given="Ansel", family=family, birth_date=date(1984, 6, 1)))

    return somebody


@pytest.fixture
def chairs(organisation) -> list[object]:
    """Two chairs."""
    from unloop.clinic.people.services import add_chair, add_location

    location = add_location(organisation, "Second floor")
    return [add_chair(location, f"Chair {number}") for number in (1, 2)]


@pytest.fixture
def adopted(cast, settings, tmp_path: Path):
    """The bundled protocol, signed the day before."""
    from datetime import timedelta

    from unloop.clinic.audit import clock
    from unloop.clinic.people.services import adopt_protocol
    from unloop.protocol import bundled

    settings.HOME = tmp_path
    with clock.frozen(MORNING - timedelta(days=1)):
        return adopt_protocol(
            bundled().text.encode(), by=cast.director, password="five made-up words stand here"
        )
