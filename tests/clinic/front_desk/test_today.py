"""Today: who is expected, who is ready, and why the others are not."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

import charts
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.row_refusal import lifted
from unloop.clinic.bedside.services import ChartedEvent, InfusionSession
from unloop.clinic.bedside.start_gate import START_GATE
from unloop.clinic.chart.services import NewFact, add_facts, import_bundle
from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.front_desk.services import book, expected
from unloop.clinic.work.services import NewTask, Task, TaskKind, open_task, set_duty
from unloop.fhir import example_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def tab(cast, as_user, provider):
    """The provider's browser."""
    return as_user(cast.provider)


def make_ready(person) -> None:
    """Everything that the evaluation asks for, as old as in the ready chart."""
    shift = clock.now() - charts.JUDGED_AT
    facts = charts.read(charts.document()).facts
    add_facts(person, [NewFact(one.code, list(one.value) if isinstance(one.value, tuple) else one.value, one.unit,
                               at=one.at + shift) for one in facts])  # fmt: skip


def test_nobody_expected_is_a_sentence_and_a_way_on(tab) -> None:
    page = tab.get("/today/").content.decode()
    assert "No one is expected." in page
    assert 'href="/people/"' in page


def test_without_a_protocol_those_expected_are_named_and_nobody_is_judged(tab, somebody) -> None:
    book(somebody(), VisitKind.INFUSION, clock.now() + timedelta(hours=1))
    page = tab.get("/today/").content.decode()
    assert "One person is expected. No protocol is adopted, so nobody can be treated." in page
    assert "Ansel Quill" in page
    assert [one.ready for one in expected(clock.now(), None)] == [None]


def test_ready_and_not_ready_are_told_apart_with_reasons(tab, somebody, adopted, chairs) -> None:
    ready, not_ready = somebody("Quill"), somebody("Tamm")
    make_ready(ready)
    book(ready, VisitKind.INFUSION, clock.now() + timedelta(hours=1), chair=chairs[0])
    book(not_ready, VisitKind.INFUSION, clock.now() + timedelta(hours=2), chair=chairs[1])
    page = tab.get("/today/").content.decode()
    assert "Two people are expected. One is ready, one is not." in page
    first, second = page.split('id="ready"')
    assert "Ansel Tamm" in first.split('id="not-ready"')[1]
    assert "Ansel Quill" in second
    assert "First to expire" in second
    assert f"/people/{not_ready.id}/evaluation/" in first
    assert adopted.version in page


def test_a_front_desk_reads_how_many_are_open_and_not_which(cast, as_user, somebody, adopted) -> None:
    book(somebody(), VisitKind.INFUSION, clock.now() + timedelta(hours=1))
    titles = [item.verdict.title for item in expected(clock.now(), adopted)[0].open_items]
    page = as_user(cast.front_desk).get("/today/").content.decode()
    assert f"{len(titles)} items open" in page
    assert not [title for title in titles if title in page]
    assert "Waiting for somebody" not in page


def test_a_visit_of_late_evening_is_of_this_day_in_the_clinics_zone(tab, somebody) -> None:
    book(somebody("Late"), VisitKind.RATING, clock.now() + timedelta(hours=15))  # 23:10 in New York
    book(somebody("Early"), VisitKind.RATING, clock.now() + timedelta(hours=17))  # 01:10 of the next day
    assert "Ansel Late" in (page := tab.get("/today/").content.decode())
    assert "Ansel Early" not in page
    assert "Ansel Early" in tab.get("/today/?day=2026-12-04").content.decode()


@pytest.mark.parametrize("day", ["", "rubbish", "2026-13-40", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_today(tab, day: str) -> None:
    assert "3 December 2026" in tab.get("/today/", {"day": day}).content.decode()


def test_the_look_at_a_day_names_everybody_on_it(tab, somebody) -> None:
    person = somebody()
    book(person, VisitKind.RATING, clock.now())
    tab.get("/today/")
    assert AuditEntry.objects.get(action="front_desk.day.read").detail == {
        "visits": 1,
        "people": [str(person.id)],
    }


def test_an_overdue_task_is_marked_in_words(tab, somebody, cast) -> None:
    open_task(
        NewTask(TaskKind.SAFETY, somebody(), "phq-9:1", clock.now() - timedelta(minutes=1), cast.provider)
    )
    page = tab.get("/today/").content.decode()
    assert "overdue" in page
    assert cast.provider.shown in page


def infused(person, adopted, chair, *, minutes_ago: float, ended: bool) -> None:
    """An infusion of today, begun so long ago; one that ended did so after twenty minutes."""
    began = clock.now() - timedelta(minutes=minutes_ago)
    session = InfusionSession(
        person=person, protocol=adopted, protocol_sha256=adopted.sha256, plan_id=uuid4(), number=3, chair=chair,
        drug="ketamine", dose_mg=34.0, weight_kg=68.0, minutes=40.0, concentration_mg_per_ml=0.34, bag_ml=100.0,
        vial_mg_per_ml=10.0, fastest_ml_per_h=150.0, ordered_at=began, ordered_by=uuid4(),
    )  # fmt: skip
    session.save()
    happened = [("started", began, {"rate_ml_per_h": 150.0})]
    if ended:
        off = began + timedelta(minutes=20)
        happened += [("stopped", off, {}), ("pump_confirmed_off", off + timedelta(minutes=1), {})]
    for kind, at, document in happened:
        ChartedEvent(
            id=uuid4(), session=session, type=kind, at=at, recorded_at=at, by="x", document=document
        ).save()


@pytest.fixture
def busy_day(somebody, adopted, chairs, cast) -> None:
    """Twelve people are expected and have tasks; three were infused before them, one of whom still is."""
    import_bundle(example_bundle())
    for number in range(12):
        person = somebody(f"Person {number}")
        make_ready(person)
        book(person, VisitKind.INFUSION, clock.now() + timedelta(minutes=number), chair=None)
        open_task(NewTask(TaskKind.READ_ANSWERS, person, f"read:{number}", clock.now(), cast.provider))
    with lifted(connection, START_GATE):
        for number, (minutes, ended) in enumerate(((90, True), (60, True), (10, False))):
            infused(
                somebody(f"Seated {number}"), adopted, chairs[number % 2], minutes_ago=minutes, ended=ended
            )


@pytest.mark.usefixtures("busy_day")
def test_a_day_with_a_dozen_people_and_three_infusions_asks_the_database_little(tab) -> None:
    cache.clear()  # the first look of the day
    with CaptureQueriesContext(connection) as captured:
        page = tab.get("/today/").content.decode()
    assert "Twelve people are expected. All of them are ready." in page
    assert "infusion under way" in page
    marks = ("SAVEPOINT", "RELEASE")
    asked = [query["sql"] for query in captured if not query["sql"].startswith(marks)]
    assert len(asked) <= 15, "\n".join(asked)


@pytest.mark.usefixtures("busy_day")
def test_looking_at_the_day_opens_no_task(tab) -> None:
    before = set(Task.objects.values_list("id", flat=True))
    tab.get("/today/")
    assert set(Task.objects.values_list("id", flat=True)) == before


def test_nobody_ready_is_said_as_such(tab, somebody, adopted) -> None:
    book(somebody(), VisitKind.INFUSION, clock.now() + timedelta(hours=1))
    assert "One person is expected. None is ready." in tab.get("/today/").content.decode()


def test_a_day_on_which_nobody_is_on_duty_says_so(tab, cast) -> None:
    words = "Nobody is on duty now, so no questionnaire that asks about suicide is open."
    assert words in tab.get("/today/").content.decode()
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    assert words not in tab.get(f"/today/?day={tomorrow}").content.decode()
    set_duty(cast.provider, begins_at=clock.now(), ends_at=clock.now() + timedelta(hours=8))
    assert words not in tab.get("/today/").content.decode()
