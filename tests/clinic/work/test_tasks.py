"""A task is opened once for its reason, and closed by a named person who says what was done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import Person, make_person
from unloop.clinic.work.models import Task
from unloop.clinic.work.services import (
    NewTask,
    TaskKind,
    close_task,
    duty_owners,
    first_to_act,
    open_task,
    open_tasks,
)
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 3, 13, 10, tzinfo=UTC)


@pytest.fixture
def person(cast):
    """Somebody in care, at ten past eight."""
    with clock.frozen(NOW), acting(cast.provider.as_actor(), route="test"):
        yield make_person(Person(given="Ansel", family="Quill", birth_date=date(1984, 6, 1)))


@pytest.fixture
def task(person, cast) -> Task:
    """An answer that speaks of suicide: for the provider within the hour, then for the director too."""
    return open_task(NewTask(TaskKind.SAFETY, person, "phq-9:1", NOW + timedelta(hours=1), cast.provider, cast.director,
                             detail={"item": 9, "answer": 1}))  # fmt: skip


def test_the_same_reason_opens_one_task(task, person, cast) -> None:
    again = open_task(NewTask(TaskKind.SAFETY, person, "phq-9:1", NOW + timedelta(hours=9), cast.director))
    assert again == task
    assert again.due_at == NOW + timedelta(hours=1)
    assert AuditEntry.objects.filter(action="work.task.opened").count() == 1


def test_a_closed_task_is_not_opened_again_for_its_reason(task, person, cast) -> None:
    close_task(task.id, by=cast.provider, outcome="Called; safe at home.")
    again = open_task(NewTask(TaskKind.SAFETY, person, "phq-9:1", NOW + timedelta(hours=1), cast.provider))
    assert again.closed_at is not None
    assert Task.objects.count() == 1


def test_a_task_is_closed_with_who_when_and_what(task, cast) -> None:
    closed = close_task(task.id, by=cast.nurse, outcome="  Called; safe at home. ")
    assert (closed.closed_by, closed.closed_at, closed.outcome) == (cast.nurse, NOW, "Called; safe at home.")
    assert AuditEntry.objects.get(action="work.task.closed").person_id == task.person_id


@pytest.mark.parametrize("outcome", ["", "   ", "\n"])
def test_nobody_closes_a_task_without_a_word(task, cast, outcome: str) -> None:
    with pytest.raises(InputRefused, match="sentence"):
        close_task(task.id, by=cast.provider, outcome=outcome)
    task.refresh_from_db()
    assert task.closed_at is None


def test_a_task_is_closed_once(task, cast) -> None:
    close_task(task.id, by=cast.provider, outcome="Called.")
    with pytest.raises(InputRefused, match="open task"):
        close_task(task.id, by=cast.nurse, outcome="Called as well.")


@pytest.mark.postgres
@pytest.mark.parametrize("broken", [
    "closed_at = '2026-12-03 14:00:00'",
    "closed_at = '2026-12-03 14:00:00', outcome = 'done'",
    "closed_at = '2026-12-03 14:00:00', closed_by_id = owner_id",
    "closed_by_id = owner_id, outcome = 'done'",
    "outcome = 'done'",
])  # fmt: skip
def test_the_database_itself_refuses_a_task_closed_by_nobody_or_without_a_word(task, broken: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE work_task SET {broken}")  # noqa: S608 - the parameters above
    task.refresh_from_db()
    assert task.closed_at is None


def test_past_its_time_a_task_waits_for_the_next_in_line_as_well(task, cast) -> None:
    assert task.answers_now(NOW) == cast.provider
    assert list(open_tasks(cast.director)) == []
    with clock.frozen(NOW + timedelta(hours=1, seconds=1)):
        assert task.answers_now(clock.now()) == cast.director
        assert task.is_overdue(clock.now())
        assert list(open_tasks(cast.director)) == [task] == list(open_tasks(cast.provider))


def test_what_speaks_of_suicide_stands_before_what_has_been_overdue_for_longer(task, person, cast) -> None:
    late = open_task(NewTask(TaskKind.CONTACT, person, "call:1", NOW - timedelta(hours=9), cast.nurse))
    assert list(open_tasks()) == [task, late]


def test_a_task_for_tomorrow_is_not_listed_today(person, cast) -> None:
    tomorrow = NOW + timedelta(days=1)
    open_task(
        NewTask(
            TaskKind.CONTACT, person, "call:1", tomorrow + timedelta(hours=4), cast.nurse, begins_at=tomorrow
        )
    )
    assert not open_tasks()
    with clock.frozen(tomorrow):
        assert open_tasks().count() == 1


def test_providers_are_on_duty_first_and_nobody_else_is(cast) -> None:
    assert duty_owners() == [cast.provider, cast.director]
    assert first_to_act() == cast.provider


def test_a_clinic_without_a_provider_is_told_before_it_asks_about_suicide(hire) -> None:
    hire("nobody", "nurse")
    with pytest.raises(InputRefused, match="provider"):
        first_to_act()


# --- by page ---------------------------------------------------------------------------------------------------


def test_the_list_says_whose_they_are_and_which_are_late(task, cast, as_user) -> None:
    assert "1 task waits for you." in as_user(cast.provider).get("/tasks/").content.decode()
    assert (
        "Nothing waits for you; 1 task waits for somebody else."
        in as_user(cast.nurse).get("/tasks/").content.decode()
    )
    with clock.frozen(NOW + timedelta(hours=2)):
        page = as_user(cast.director).get("/tasks/").content.decode()
    assert "1 task waits for you." in page
    assert "overdue" in page


def test_a_task_past_its_time_still_stands_among_those_of_its_owner(task, cast, as_user) -> None:
    with clock.frozen(task.due_at + timedelta(hours=1)):
        for user in (task.owner, task.escalates_to):
            page = as_user(user).get("/tasks/").content.decode()
            assert "1 task waits for you." in page


def test_a_look_at_the_list_names_everybody_on_it(task, cast, as_user) -> None:
    as_user(cast.nurse).get("/tasks/")
    line = AuditEntry.objects.get(action="work.tasks.read")
    assert (line.actor_id, line.detail) == (cast.nurse.pk, {"tasks": 1, "people": [str(task.person_id)]})


def test_a_look_at_a_task_is_a_look_at_its_person(task, cast, as_user) -> None:
    page = as_user(cast.nurse).get(f"/tasks/{task.id}/").content.decode()
    assert "Ansel Quill" in page
    assert AuditEntry.objects.filter(
        action="chart.read", person_id=task.person_id, actor_id=cast.nurse.pk
    ).exists()


def test_a_task_is_closed_by_page(task, cast, as_user) -> None:
    assert (
        as_user(cast.nurse).post(f"/tasks/{task.id}/", {"outcome": "Called; safe at home."}).status_code
        == 302
    )
    task.refresh_from_db()
    assert task.closed_by == cast.nurse
    page = as_user(cast.provider).get(f"/tasks/{task.id}/").content.decode()
    assert "Called; safe at home." in page
    assert f"Closed by {cast.nurse.shown}." in page


@pytest.mark.parametrize("outcome", ["", "  "])
def test_a_task_closed_without_a_word_comes_back(task, cast, as_user, outcome: str) -> None:
    response = as_user(cast.nurse).post(f"/tasks/{task.id}/", {"outcome": outcome})
    assert response.status_code == 422
    task.refresh_from_db()
    assert task.closed_at is None


def test_whoever_comes_second_sees_what_was_done(task, cast, as_user) -> None:
    close_task(task.id, by=cast.provider, outcome="Called; safe at home.")
    response = as_user(cast.nurse).post(f"/tasks/{task.id}/", {"outcome": "Called too."})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Called; safe at home." in page
    assert "Somebody was faster" in page
    task.refresh_from_db()
    assert task.outcome == "Called; safe at home."


def test_a_task_that_is_none_is_not_found(cast, as_user, person) -> None:
    assert as_user(cast.nurse).get(f"/tasks/{uuid4()}/").status_code == 404


def test_thirty_tasks_ask_the_database_little(person, cast, as_user) -> None:
    for number in range(30):
        open_task(NewTask(TaskKind.READ_ANSWERS, person, f"read:{number}", NOW, cast.provider, cast.director))
    tab = as_user(cast.provider)
    tab.get("/tasks/")
    with CaptureQueriesContext(connection) as captured:
        assert tab.get("/tasks/").status_code == 200
    assert len(captured) <= 15
