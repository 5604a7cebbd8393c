"""What befell a person is written down once, corrected beside itself, and looked at within a day where it is serious."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from unloop.care.outcome import ActionTaken, AdverseEvent, EventOutcome, Grade, Relatedness, Seriousness
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import FactRow, Person, make_person
from unloop.clinic.follow_up.services import (
    adverse_events,
    change_adverse_event,
    record_adverse_event,
    record_erp_session,
    say_life_event,
)
from unloop.clinic.people.staff import deactivate
from unloop.clinic.work.services import Task, TaskKind, close_task
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
NAUSEA = AdverseEvent("Nausea", NOON - timedelta(hours=2), Grade.MODERATE, Relatedness.PROBABLE, ActionTaken.TREATED,
                      EventOutcome.RESOLVING)  # fmt: skip
SERIOUS = replace(NAUSEA, term="Low mood", grade=Grade.SEVERE, serious=frozenset({Seriousness.HOSPITAL}))


@pytest.fixture
def person(cast):
    with clock.frozen(NOON), acting(cast.provider.as_actor(), route="test"):
        yield make_person(Person(given="Ansel", family="Quill", birth_date=date(1984, 6, 1)))


def stands(person) -> list[AdverseEvent]:
    return [entry.event for entry in adverse_events([person.id])]


def test_an_adverse_event_stands_as_it_was_written(person) -> None:
    record_adverse_event(person, NAUSEA)
    assert stands(person) == [NAUSEA]
    assert AuditEntry.objects.get(action="follow_up.adverse_event.recorded").detail["grade"] == 2
    assert not Task.objects.exists()


def test_a_change_stands_beside_what_was_written_first(person) -> None:
    row = record_adverse_event(person, NAUSEA)
    over = replace(NAUSEA, outcome=EventOutcome.RESOLVED, ended_on=date(2026, 12, 3))
    change_adverse_event(person, row, over, reason="gone by the evening")
    assert stands(person) == [over]
    assert FactRow.objects.filter(code="adverse_event").count() == 2
    with pytest.raises(InputRefused, match="stands"):
        change_adverse_event(person, row, NAUSEA, reason="again")


def test_a_serious_one_opens_one_task_for_whoever_is_on_duty(person, cast) -> None:
    row = record_adverse_event(person, SERIOUS)
    task = Task.objects.get(kind=TaskKind.ADVERSE_EVENT)
    assert (task.owner, task.due_at, task.detail["term"]) == (
        cast.provider,
        NOON + timedelta(hours=24),
        "Low mood",
    )
    change_adverse_event(person, row, replace(SERIOUS, outcome=EventOutcome.RESOLVED), reason="over")
    assert Task.objects.count() == 1


def test_one_that_turns_serious_opens_a_task_then(person) -> None:
    row = record_adverse_event(person, NAUSEA)
    change_adverse_event(person, row, SERIOUS, reason="admitted in the night")
    assert Task.objects.count() == 1


def test_one_that_gets_worse_after_its_task_was_closed_opens_another(person, cast) -> None:
    row = record_adverse_event(person, SERIOUS)
    first = Task.objects.get()
    close_task(first.id, by=cast.provider, outcome="Seen on the ward.")
    row = change_adverse_event(person, row, replace(SERIOUS, outcome=EventOutcome.RESOLVING), reason="better")
    assert Task.objects.count() == 1
    worse = replace(SERIOUS, serious=SERIOUS.serious | {Seriousness.DISABILITY})
    change_adverse_event(person, row, worse, reason="cannot walk")
    assert Task.objects.filter(closed_at=None).count() == 1


def test_where_nobody_who_could_be_on_duty_is_left_whoever_writes_it_down_keeps_it(person, cast) -> None:
    for user in (cast.provider, cast.director):
        deactivate(user)
    with acting(cast.nurse.as_actor(), route="test"):
        record_adverse_event(person, SERIOUS)
    assert Task.objects.get().owner == cast.nurse


def test_nothing_is_written_of_a_time_to_come(person) -> None:
    with pytest.raises(InputRefused):
        record_adverse_event(person, replace(NAUSEA, onset=NOON + timedelta(hours=1)))
    assert stands(person) == []


def test_a_life_event_and_a_session_of_erp_become_facts(person) -> None:
    say_life_event(person, " Moved in with my sister. ", at=NOON - timedelta(days=3))
    record_erp_session(person, 90, at=NOON - timedelta(days=1))
    assert list(FactRow.objects.values_list("code", "value")) == [
        ("life_event", [{"in_own_words": "Moved in with my sister."}]), ("erp_session", 90),
    ]  # fmt: skip
    with pytest.raises(InputRefused):
        say_life_event(person, "  ", at=NOON)


# --- by page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def post(person, cast, as_user):
    """Sends a form of this person's pages as the nurse."""

    def post(path: str, **data: object):
        browser = as_user(cast.nurse)
        page = browser.get(f"/people/{person.id}/events/").content.decode()
        token = re.search(r'name="for_person" value="([^"]+)"', page)
        assert token is not None
        return browser.post(f"/people/{person.id}/events/{path}", {"for_person": token[1], **data})

    return post


FORM = "5f3c1e9a-7a55-4d6c-9b34-0f1d0f9f7a11"
ENTERED = {"term": "Nausea", "onset": "2026-12-03T10:00", "grade": "2", "relatedness": "probable", "action": "treated",
           "outcome": "resolving"}  # fmt: skip


def test_an_adverse_event_is_recorded_listed_and_changed_by_page(person, post, cast, as_user) -> None:
    assert post("new/", **ENTERED).status_code == 302
    page = as_user(cast.nurse).get(f"/people/{person.id}/events/").content.decode()
    assert "One adverse event is recorded." in page
    assert "2, moderate" in page
    row = FactRow.objects.get(code="adverse_event")
    changed = ENTERED | {"outcome": "resolved", "ended_on": "2026-12-03", "reason": "gone"}
    assert post(f"{row.id}/", **changed).status_code == 302
    assert stands(person)[0].outcome is EventOutcome.RESOLVED


def test_a_contradiction_comes_back_at_its_field_with_what_was_entered(post) -> None:
    response = post("new/", **ENTERED | {"grade": "5"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Nausea"' in page
    assert "grade 5" in page


@pytest.mark.parametrize(("path", "data"), [
    ("new/", ENTERED | {"onset": "2026-12-09T10:00"}), ("new/", ENTERED | {"onset": "1926-12-01T10:00"}),
    ("new/", ENTERED | {"ended_on": "2026-12-03"}),
    ("new/", ENTERED | {"outcome": "resolved", "ended_on": "2026-12-09"}),
    ("life/", {"words": "Moved", "at": "0001-01-01T00:00"}), ("erp/", {"minutes": "90", "at": "1984-05-31T10:00"}),
    ("leaving/", {"reason": "other", "at": "1900-01-01T10:00"}), ("life/", {"words": "", "at": "2026-12-01T10:00"}),
    ("erp/", {"minutes": "2", "at": "2026-12-01T10:00"}), ("erp/", {"minutes": "90", "at": "2026-12-09T10:00"}),
])  # fmt: skip
def test_what_cannot_be_comes_back(post, path: str, data) -> None:
    assert post(path, **data).status_code == 422
    assert not FactRow.objects.exists()


FORMS = [
    ("new/", ENTERED, {"onset": "2026-12-03T09:00"}),
    ("life/", {"words": "New post", "at": "2026-12-01T10:00"}, {"words": "Another"}),
    ("erp/", {"minutes": "90", "at": "2026-12-01T10:00"}, {"at": "2026-12-02T10:00"}),
    ("leaving/", {"reason": "other", "at": "2026-12-01T10:00"}, {"reason": "severe-worsening"}),
]


@pytest.mark.parametrize(("path", "data", "_other"), FORMS)
def test_a_form_that_arrives_twice_is_one_entry(post, path: str, data, _other) -> None:
    for _again in range(2):
        assert post(path, **data, entry=FORM).status_code == 302
    assert FactRow.objects.count() == 1


@pytest.mark.parametrize(("path", "data", "other"), FORMS)
def test_a_form_sent_before_says_nothing_else_the_second_time(post, path: str, data, other) -> None:
    post(path, **data, entry=FORM)
    response = post(path, **data | other, entry=FORM)
    assert response.status_code == 422
    assert "There is something to mend" in response.content.decode()
    assert FactRow.objects.count() == 1


def test_a_serious_event_whose_form_arrives_twice_opens_one_task(post) -> None:
    for _again in range(2):
        post("new/", **ENTERED, serious="hospital", entry=FORM)
    assert Task.objects.count() == 1
    assert AuditEntry.objects.filter(action="follow_up.adverse_event.recorded").count() == 1


def test_each_form_has_an_id_of_its_own(person, cast, as_user) -> None:
    page = as_user(cast.nurse).get(f"/people/{person.id}/events/").content.decode()
    ids = re.findall(r'name="entry" value="([0-9a-f-]{36})"', page)
    assert len(set(ids)) == len(ids) == 3


def test_life_and_erp_are_entered_by_page(post) -> None:
    assert post("life/", words="New post at work", at="2026-12-01T10:00").status_code == 302
    assert post("erp/", minutes="90", at="2026-12-01T15:00").status_code == 302
    assert FactRow.objects.count() == 2


def test_leaving_is_entered_by_page(post) -> None:
    assert post("leaving/", at="2026-12-01T10:00").status_code == 422
    assert post("leaving/", reason="other", at="2026-12-01T10:00").status_code == 302
    assert FactRow.objects.get().value == "other"


def test_a_leaving_that_is_written_down_stands_on_the_page(person, post, cast, as_user) -> None:
    post("leaving/", reason="other", at="2026-12-01T10:00")
    page = as_user(cast.nurse).get(f"/people/{person.id}/events/").content.decode()
    assert "1 December 2026, 10:00: another reason, which is not a relapse" in page


def test_a_long_list_asks_the_database_little(person, cast, as_user) -> None:
    for hours in range(20):
        record_adverse_event(person, replace(NAUSEA, onset=NOON - timedelta(hours=hours)))
    browser = as_user(cast.nurse)
    browser.get(f"/people/{person.id}/events/")
    with CaptureQueriesContext(connection) as captured:
        browser.get(f"/people/{person.id}/events/")
    assert len(captured) <= 15
