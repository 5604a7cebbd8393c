"""Who acts on an answer is set by windows; what is not done in time goes to the next in line, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import Person, make_person
from unloop.clinic.work.duty import LONGEST, first_gap
from unloop.clinic.work.models import DutyWindow, DutyWithdrawn, OutgoingMessage, TaskNote
from unloop.clinic.work.services import (
    NewTask,
    TaskKind,
    close_task,
    duty_owner,
    duty_owners,
    escalate_overdue,
    open_task,
    set_duty,
    withdraw_duty,
)
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def at_noon(cast):
    with clock.frozen(NOON), acting(cast.director.as_actor(), route="test"):
        yield cast


def on_duty(at: datetime = NOON):
    found = duty_owner(at)
    return None if found is None else (found.user, found.escalates_to)


def test_nobody_is_on_duty_before_somebody_is_put_there(at_noon) -> None:
    assert on_duty() is None


def test_somebody_is_on_duty_from_the_first_moment_to_before_the_last(at_noon) -> None:
    set_duty(at_noon.provider, begins_at=NOON, ends_at=NOON + HOUR, escalates_to=at_noon.director)
    assert on_duty(NOON - timedelta(seconds=1)) is None
    assert on_duty(NOON) == (at_noon.provider, at_noon.director)
    assert on_duty(NOON + HOUR - timedelta(seconds=1)) is not None
    assert on_duty(NOON + HOUR) is None


def test_the_person_can_be_told_until_when(at_noon) -> None:
    set_duty(at_noon.provider, begins_at=NOON, ends_at=NOON + HOUR)
    assert (duty_owner(NOON).begins_at, duty_owner(NOON).ends_at) == (NOON, NOON + HOUR)


def test_of_windows_that_overlap_the_last_one_set_stands(at_noon) -> None:
    set_duty(at_noon.provider, begins_at=NOON, ends_at=NOON + DAY)
    with clock.frozen(NOON + timedelta(minutes=1)):
        swap = set_duty(at_noon.director, begins_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    assert [on_duty(NOON + hours * HOUR)[0] for hours in (0.5, 1.5, 2.5)] == [
        at_noon.provider, at_noon.director, at_noon.provider
    ]  # fmt: skip
    withdraw_duty(swap)
    withdraw_duty(swap)
    assert on_duty(NOON + 1.5 * HOUR)[0] == at_noon.provider


def test_somebody_who_left_is_not_on_duty(at_noon) -> None:
    set_duty(at_noon.provider, begins_at=NOON, ends_at=NOON + DAY, escalates_to=at_noon.director)
    at_noon.provider.is_active = False
    at_noon.provider.save()
    assert on_duty() == (at_noon.director, None)
    at_noon.director.is_active = False
    at_noon.director.save()
    assert on_duty() is None


def test_those_on_duty_come_first_among_those_who_can_act(at_noon) -> None:
    assert duty_owners() == [at_noon.provider, at_noon.director]
    set_duty(at_noon.director, begins_at=NOON, ends_at=NOON + HOUR, escalates_to=at_noon.provider)
    assert duty_owners() == [at_noon.director, at_noon.provider]
    assert duty_owners(NOON + DAY) == [at_noon.provider, at_noon.director]


@pytest.mark.parametrize(("begin", "end"), [
    (NOON, NOON), (NOON + HOUR, NOON), (NOON, NOON + LONGEST + HOUR), (NOON - DAY, NOON - HOUR),
])  # fmt: skip
def test_a_window_is_not_empty_nor_over_nor_longer_than_a_month(at_noon, begin, end) -> None:
    with pytest.raises(InputRefused):
        set_duty(at_noon.provider, begins_at=begin, ends_at=end)


def test_only_those_who_may_act_are_put_on_duty_and_nobody_after_themselves(at_noon) -> None:
    for user, after in (
        (at_noon.nurse, None),
        (at_noon.provider, at_noon.nurse),
        (at_noon.provider, at_noon.provider),
    ):
        with pytest.raises(InputRefused):
            set_duty(user, begins_at=NOON, ends_at=NOON + HOUR, escalates_to=after)
    assert not DutyWindow.objects.exists()


@pytest.mark.postgres
def test_the_database_keeps_what_the_roster_said(at_noon) -> None:
    window = set_duty(at_noon.provider, begins_at=NOON, ends_at=NOON + HOUR)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE work_duty_window SET ends_at = begins_at")
    withdraw_duty(window)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM work_duty_withdrawn")
    assert DutyWithdrawn.objects.filter(window=window).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyWindow(user=window.user, begins_at=NOON, ends_at=NOON, made_at=NOON).save()
    assert AuditEntry.objects.filter(action="work.duty.set").count() == 1


def test_a_gap_in_the_roster_is_found(at_noon) -> None:
    assert first_gap(NOON, NOON + DAY) == NOON
    set_duty(at_noon.provider, begins_at=NOON - HOUR, ends_at=NOON + 5 * HOUR)
    set_duty(at_noon.director, begins_at=NOON + 3 * HOUR, ends_at=NOON + 9 * HOUR)
    assert first_gap(NOON, NOON + DAY) == NOON + 9 * HOUR
    set_duty(at_noon.director, begins_at=NOON + 10 * HOUR, ends_at=NOON + 2 * DAY)
    assert first_gap(NOON, NOON + DAY) == NOON + 9 * HOUR
    set_duty(at_noon.provider, begins_at=NOON + 9 * HOUR, ends_at=NOON + 10 * HOUR)
    assert first_gap(NOON, NOON + DAY) is None


# --- escalation ------------------------------------------------------------------------------------------------------


@pytest.fixture
def task(at_noon):
    person = make_person(Person(given="Ansel", family="Quill", birth_date=date(1984, 6, 1)))
    return open_task(NewTask(TaskKind.SAFETY, person, "x:1", NOON + HOUR, at_noon.provider, at_noon.director))


def test_a_task_in_time_goes_to_nobody_else(task) -> None:
    with clock.frozen(task.due_at):
        assert escalate_overdue() == ()


def test_an_overdue_task_goes_to_the_next_in_line_once_and_they_are_told(task, cast) -> None:
    with clock.frozen(task.due_at + timedelta(minutes=1)):
        (note,) = escalate_overdue()
        assert escalate_overdue() == ()
    assert (note.task, note.to) == (task, cast.director)
    message = OutgoingMessage.objects.get()
    assert (message.to, message.person_id) == (cast.director.email, None)
    assert "Quill" not in message.text + message.subject
    assert AuditEntry.objects.get(action="work.task.escalated").person_id == task.person_id


def test_a_task_without_a_next_in_line_gets_one_of_those_who_can_act(task, cast) -> None:
    lone = open_task(NewTask(TaskKind.CONTACT, task.person, "x:2", NOON, cast.provider))
    with clock.frozen(NOON + timedelta(minutes=1)):
        (note,) = escalate_overdue()
    lone.refresh_from_db()
    assert note.to == lone.escalates_to == cast.director


def test_a_closed_task_goes_nowhere(task, cast) -> None:
    close_task(task.id, by=cast.provider, outcome="Called.")
    with clock.frozen(task.due_at + DAY):
        assert escalate_overdue() == ()


def test_where_nobody_is_left_to_take_it_the_task_stays_where_it_is(task, cast) -> None:
    lone = open_task(NewTask(TaskKind.CONTACT, task.person, "x:2", NOON, cast.provider))
    cast.director.is_active = False
    cast.director.save()
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert escalate_overdue() == ()
    lone.refresh_from_db()
    assert lone.escalates_to is None


@pytest.mark.postgres
def test_that_a_task_was_left_cannot_be_taken_back(task) -> None:
    with clock.frozen(task.due_at + DAY):
        escalate_overdue()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM work_task_note")
    assert TaskNote.objects.count() == 1


# --- pages ------------------------------------------------------------------------------------------------------------


def posted(cast, **changes: str) -> dict[str, str]:
    """A window of this afternoon, as the form sends it."""
    return {"user": str(cast.provider.pk), "begins_at": "2026-12-03T12:00", "ends_at": "2026-12-03T18:00",
            "escalates_to": str(cast.director.pk)} | changes  # fmt: skip


def test_the_director_sets_the_roster_in_the_clinics_zone(at_noon, as_user) -> None:
    page = as_user(at_noon.director).get("/tasks/duty/").content.decode()
    assert "Nobody is on duty now." in page
    assert as_user(at_noon.director).post("/tasks/duty/add/", posted(at_noon)).status_code == 302
    window = DutyWindow.objects.get()
    assert (window.begins_at, window.ends_at) == (NOON, NOON + 6 * HOUR)
    page = as_user(at_noon.nurse).get("/tasks/duty/").content.decode()
    assert "V. Varga, psychiatrist acts on answers now." in page
    assert "From 3 December 2026, 18:00 on nobody is on duty." in page
    assert "<form" not in page.split("<main")[1]


def test_a_window_that_cannot_be_comes_back_with_what_was_entered(at_noon, as_user) -> None:
    response = as_user(at_noon.owner).post("/tasks/duty/add/", posted(at_noon, ends_at="2026-12-03T11:00"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "later than the begin" in page
    assert 'value="2026-12-03T11:00"' in page


def test_a_window_is_taken_off_the_roster(at_noon, as_user) -> None:
    window = set_duty(at_noon.provider, begins_at=NOON, ends_at=NOON + HOUR)
    assert as_user(at_noon.owner).post(f"/tasks/duty/{window.id}/withdraw/").status_code == 302
    assert on_duty() is None


def test_a_nurse_cannot_set_the_roster(at_noon, as_user) -> None:
    assert as_user(at_noon.nurse).post("/tasks/duty/add/", posted(at_noon)).status_code == 403


def test_the_page_of_a_task_says_that_it_was_left(task, cast, as_user) -> None:
    with clock.frozen(task.due_at + HOUR):
        escalate_overdue()
        page = as_user(cast.nurse).get(f"/tasks/{task.id}/").content.decode()
    assert f"gone to {cast.director.shown} as well" in page


def test_a_long_roster_asks_the_database_little(at_noon, as_user) -> None:
    for day in range(30):
        set_duty(at_noon.provider, begins_at=NOON + day * DAY, ends_at=NOON + (day + 1) * DAY)
    browser = as_user(at_noon.owner)
    browser.get("/tasks/duty/")
    with CaptureQueriesContext(connection) as captured:
        assert browser.get("/tasks/duty/").status_code == 200
    assert len(captured) <= 15
