"""The clinic in numbers: everybody infused counts once, who is missing too, and nobody is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from unloop.care.outcome import (
    ActionTaken,
    AdverseEvent,
    Category,
    EventOutcome,
    Grade,
    Relatedness,
    Seriousness,
)
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.row_refusal import lifted
from unloop.clinic.audit.services import acting
from unloop.clinic.bedside.services import ChartedEvent, InfusionSession
from unloop.clinic.bedside.start_gate import START_GATE
from unloop.clinic.chart.services import NewFact, Person, add_facts, make_person
from unloop.clinic.follow_up.services import record_adverse_event
from unloop.clinic.people.services import adopt_protocol
from unloop.clinic.registry.services import count_clinic
from unloop.protocol import bundled

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
BEGUN = NOON - timedelta(days=60)


@pytest.fixture
def clinic(cast, settings, tmp_path: Path) -> Iterator[object]:
    """A clinic that treats under the bundled protocol."""
    settings.HOME = tmp_path
    with clock.frozen(BEGUN - timedelta(days=9)):
        adopted = adopt_protocol(
            bundled().text.encode(), by=cast.director, password="five made-up words stand here"
        )
    with clock.frozen(NOON), acting(cast.provider.as_actor(), route="test"):
        yield adopted


@pytest.fixture
def infused(clinic, cast):
    """Somebody with one infusion, and ratings: total, CGI-I, CGI-S and how many days after it."""

    def infused(name: str, *ratings: tuple[float, int | None, int | None, int]) -> Person:
        person = make_person(Person(given="Ansel", family=name, birth_date=date(1984, 6, 1)))
        session = InfusionSession(
            person=person, protocol=clinic, protocol_sha256=clinic.sha256, plan_id=uuid4(), number=1, drug="ketamine",
            dose_mg=34.0, weight_kg=68.0, minutes=40.0, concentration_mg_per_ml=0.34, bag_ml=100.0, vial_mg_per_ml=10.0,
            fastest_ml_per_h=150.0, ordered_at=BEGUN, ordered_by=cast.provider.pk,
        )  # fmt: skip
        session.save()
        with lifted(connection, START_GATE):
            ChartedEvent(
                id=uuid4(), session=session, type="started", at=BEGUN, recorded_at=BEGUN, by="x",
                document={"rate_ml_per_h": 150.0},
            ).save()  # fmt: skip
        for total, cgi_i, cgi_s, days in ratings:
            at = BEGUN + timedelta(days=days)
            said = {"ybocs": total, "cgi_i": cgi_i, "cgi_s": cgi_s}
            add_facts(
                person, [NewFact(code, value, at=at) for code, value in said.items() if value is not None]
            )
        return person

    return infused


@pytest.fixture
def four(infused) -> list[Person]:
    """One who responded, one partly, one not, and one who was never rated after."""
    return [
        infused("Aster", (30, None, 5, -1), (15, 2, 3, 7), (15, 2, 3, 20)),
        infused("Birch", (30, None, 5, -1), (22, 3, 4, 7), (22, 3, 4, 20)),
        infused("Cedar", (30, None, 5, -1), (29, None, 5, 7)),
        infused("Dogwood", (30, None, 5, -1)),
    ]


def test_everybody_infused_is_counted_once_and_the_words_add_up(four) -> None:
    counted = count_clinic()
    words = {one.category: one.share.events for one in counted.words}
    assert (counted.people, counted.rated, counted.missing) == (4, 3, 1)
    assert (
        words[Category.RESPONSE]
        == words[Category.PARTIAL_RESPONSE]
        == words[Category.NO_RESPONSE]
        == words[None]
        == 1
    )
    assert sum(words.values()) == 4


def test_who_is_missing_counts_as_no_response_among_all_and_not_among_the_rated(four) -> None:
    counted = count_clinic()
    assert (counted.response.events, counted.response.people) == (1, 4)
    assert (counted.by_score.people, counted.of_rated.people) == (4, 3)
    assert counted.by_score.low < counted.by_score.estimate < counted.by_score.high
    assert counted.remission.events == 0
    assert counted.remission.high == pytest.approx(0.602, abs=0.001)


def test_a_word_without_cgi_is_counted_as_by_score_only(four) -> None:
    alone = {one.category: one.by_score_only for one in count_clinic().words}
    assert alone[Category.NO_RESPONSE] == 1
    assert alone[Category.RESPONSE] == 0


def test_a_session_without_a_clearance_is_found_whatever_the_database_let_in(four, cast, as_user) -> None:
    counted = count_clinic()
    assert (counted.sessions, counted.unjudged) == (4, 4)
    page = as_user(cast.owner).get("/clinic/numbers/").content.decode()
    assert "4 sessions were begun without a complete evaluation." in page


def test_adverse_events_count_from_the_first_infusion_on(four) -> None:
    event = AdverseEvent("Nausea", BEGUN + timedelta(hours=1), Grade.MILD, Relatedness.UNRELATED, ActionTaken.NONE,
                         EventOutcome.RESOLVED)  # fmt: skip
    record_adverse_event(four[0], event)
    serious = AdverseEvent("Low mood", BEGUN + timedelta(days=1), Grade.SEVERE, Relatedness.NOT_ASSESSED,
                           ActionTaken.TREATED, EventOutcome.RESOLVED, frozenset({Seriousness.HOSPITAL}))  # fmt: skip
    record_adverse_event(four[1], serious)
    before = AdverseEvent("Headache", BEGUN - timedelta(days=1), Grade.MILD, Relatedness.UNRELATED, ActionTaken.NONE,
                          EventOutcome.RESOLVED)  # fmt: skip
    record_adverse_event(four[2], before)
    counted = count_clinic()
    assert (counted.adverse.events, counted.serious.events, counted.related.events) == (2, 1, 1)
    assert counted.adverse.estimate == 50
    assert counted.adverse.low < 50 < counted.adverse.high


def test_before_anybody_was_infused_there_is_nothing_to_count(clinic, cast, as_user) -> None:
    counted = count_clinic()
    assert (counted.people, counted.response, counted.adverse, counted.words) == (0, None, None, ())
    assert "Nobody has been infused yet." in as_user(cast.owner).get("/clinic/numbers/").content.decode()


def test_the_owner_sees_counts_and_nobody(four, cast, as_user) -> None:
    page = as_user(cast.owner).get("/clinic/numbers/").content.decode()
    assert not [person.family for person in four if person.family in page or str(person.id) in page]
    assert "1 of 4" in page
    assert "Rodriguez 2013" in page
    line = AuditEntry.objects.get(action="registry.counted")
    assert (line.person_id, line.detail) == (None, {"people": 4, "sessions": 4})


@pytest.mark.parametrize("role", ["nurse", "provider", "front_desk", "researcher"])
def test_nobody_but_owner_and_director_sees_the_numbers(clinic, cast, as_user, role: str) -> None:
    assert as_user(getattr(cast, role)).get("/clinic/numbers/").status_code == 403


def test_counting_asks_the_database_little(four, cast, as_user) -> None:
    browser = as_user(cast.owner)
    browser.get("/clinic/numbers/")
    with CaptureQueriesContext(connection) as captured:
        assert browser.get("/clinic/numbers/").status_code == 200
    assert len(captured) <= 15
