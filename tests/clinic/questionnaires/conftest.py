"""A person who answers, and a phone that is nobody's on the staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from unloop.clinic.chart.models import Person

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BORN = date(1990, 5, 17)


@pytest.fixture(autouse=True)
def monday() -> Iterator[datetime]:
    """The clock stands on a Monday morning in New York."""
    from unloop.clinic.audit import clock

    with clock.frozen(MONDAY) as at:
        yield at


@pytest.fixture
def cast(cast, monday) -> object:
    """The staff, with somebody on duty for a month and somebody to act after them."""
    from unloop.clinic.work.services import set_duty

    set_duty(
        cast.provider,
        begins_at=monday - timedelta(days=1),
        ends_at=monday + timedelta(days=29),
        escalates_to=cast.director,
    )
    return cast


@pytest.fixture
def ines(cast) -> Person:
    """Somebody whom the clinic treats."""
    from unloop.clinic.chart.models import Person

    return Person.objects.create(given="Ines", family="Quill", birth_date=BORN, sex="female", made_at=MONDAY)


@pytest.fixture
def tom(cast) -> Person:
    """Somebody else."""
    from unloop.clinic.chart.models import Person

    return Person.objects.create(given="Tom", family="Weir", birth_date=date(1980, 1, 2), made_at=MONDAY)


@pytest.fixture
def sent_to(cast) -> Callable[..., str]:
    """The path of a fresh link."""
    from unloop.clinic.questionnaires.links import invite

    def sent_to(person: Person, *instruments: str) -> str:
        return invite(person, instruments or ("phq-9",), by=cast.provider)[1]

    return sent_to


@pytest.fixture
def phone() -> Client:
    """A browser in which nobody of the staff is signed in."""
    from django.test import Client

    return Client()


@pytest.fixture
def opened(ines, sent_to, phone) -> str:
    """The path of a PHQ-9 link that Ines has opened on her phone."""
    path = sent_to(ines)
    assert phone.post(path, {"day": "17", "month": "5", "year": "1990"}).status_code == 302
    return path
