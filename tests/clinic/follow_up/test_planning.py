"""An ended infusion asks for calls and ratings, by the protocol that it ran under, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from unloop.clinic.audit import clock
from unloop.clinic.audit.row_refusal import lifted
from unloop.clinic.audit.services import acting
from unloop.clinic.bedside.services import ChartedEvent, InfusionSession
from unloop.clinic.bedside.start_gate import START_GATE
from unloop.clinic.chart.services import Person, make_person
from unloop.clinic.follow_up.services import plan_follow_up
from unloop.clinic.people.services import adopt_protocol
from unloop.clinic.work.services import Task, TaskKind, close_task, open_tasks
from unloop.protocol import bundled

pytestmark = pytest.mark.django_db
ENDED = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)


@pytest.fixture
def session(cast, settings, tmp_path: Path):
    """A session that was ordered under the bundled protocol."""
    settings.HOME = tmp_path
    with clock.frozen(ENDED - timedelta(hours=1)), acting(cast.provider.as_actor(), route="test"):
        adopted = adopt_protocol(
            bundled().text.encode(), by=cast.director, password="five made-up words stand here"
        )
        person = make_person(Person(given="Ansel", family="Quill", birth_date=date(1984, 6, 1)))
        session = InfusionSession(
            person=person, protocol=adopted, protocol_sha256=adopted.sha256, plan_id=uuid4(), number=3,
            drug="ketamine", dose_mg=34.0, weight_kg=68.0, minutes=40.0, concentration_mg_per_ml=0.34, bag_ml=100.0,
            vial_mg_per_ml=10.0, fastest_ml_per_h=150.0, ordered_at=clock.now(), ordered_by=cast.provider.pk,
        )  # fmt: skip
        session.save()
    return session


@pytest.fixture
def stop(session, cast):
    """Charts that an infusion ended; what stands before the end is the bedside's affair."""

    def stop(at: datetime = ENDED) -> ChartedEvent:
        event = ChartedEvent(
            id=uuid4(),
            session=session,
            type="stopped",
            at=at,
            recorded_at=at,
            by=str(cast.nurse.pk),
            document={},
        )
        event.save()
        return event

    return stop


def plan(at: datetime = ENDED + timedelta(minutes=5)) -> tuple[Task, ...]:
    with clock.frozen(at):
        return plan_follow_up()


def test_nothing_is_asked_before_an_infusion_has_ended(session) -> None:
    assert plan() == ()


def test_an_ended_infusion_asks_for_the_calls_and_ratings_of_its_protocol(stop) -> None:
    stop()
    opened = plan()
    document = bundled().document
    calls = [rule.contact_after for rule in document.aftercare if rule.contact_after is not None]
    due = {task.due_at - timedelta(hours=4) for task in opened if task.kind == TaskKind.CONTACT}
    assert (
        due
        == {after.after(ENDED) for after in calls}
        >= {ENDED + timedelta(hours=24), ENDED + timedelta(hours=48)}
    )
    assert not any(task.kind == TaskKind.RATE for task in opened)


def test_after_every_infusion_the_person_is_called_at_24_and_48_hours_and_at_7_and_14_days(stop) -> None:
    stop()
    calls = sorted(
        task.due_at - timedelta(hours=4) - ENDED for task in plan() if task.kind == TaskKind.CONTACT
    )
    assert calls == [timedelta(hours=24), timedelta(hours=48), timedelta(days=7), timedelta(days=14)]


def test_a_rating_is_asked_for_on_its_day(stop) -> None:
    stop()
    ratings = {
        task.due_at - timedelta(days=2)
        for task in plan(ENDED + timedelta(days=91))
        if task.kind == TaskKind.RATE
    }
    assert ratings == {after.after(ENDED) for after in bundled().document.outcome.rate_after}
    assert ENDED + timedelta(days=7) in ratings


def test_a_later_infusion_starts_the_clock_of_ratings_anew(stop, session) -> None:
    stop()
    begun = ENDED + timedelta(days=3)
    with lifted(connection, START_GATE):
        ChartedEvent(
            id=uuid4(), session=session, type="started", at=begun, recorded_at=begun, by="x", document={}
        ).save()
    opened = plan(ENDED + timedelta(days=30))
    ratings = {task.due_at - timedelta(days=2) for task in opened if task.kind == TaskKind.RATE}
    assert ratings == {ENDED + timedelta(days=1)}


def test_planning_again_opens_nothing_more(stop) -> None:
    stop()
    assert len(plan()) == Task.objects.count() > 0
    assert plan() == ()
    assert plan(ENDED + timedelta(days=30))
    assert plan(ENDED + timedelta(days=30)) == ()


def test_a_call_that_was_made_is_not_asked_for_again(stop, cast) -> None:
    stop()
    first = plan()[0]
    close_task(first.id, by=cast.provider, outcome="Slept badly, otherwise well.")
    assert plan() == ()


def test_a_task_stands_in_the_list_from_an_hour_before_its_time(stop) -> None:
    stop()
    plan()
    with clock.frozen(ENDED + timedelta(hours=22, minutes=59)):
        assert not open_tasks()
    with clock.frozen(ENDED + timedelta(hours=23)):
        assert open_tasks().exists()


def test_a_task_has_an_owner_somebody_after_them_and_says_what_it_is_about(stop, cast) -> None:
    stop()
    for task in plan():
        assert (task.owner, task.escalates_to) == (cast.provider, cast.director)
        assert task.detail["infusion"] == 3
        assert task.reason.startswith(task.detail["rule"])


def test_each_infusion_asks_for_its_own(stop, session) -> None:
    stop()
    count = len(plan())
    copy = {field.attname: getattr(session, field.attname) for field in InfusionSession._meta.concrete_fields}
    second = InfusionSession(**copy | {"id": uuid4(), "number": 4, "ordered_at": ENDED + timedelta(days=3)})
    second.save()
    later = ENDED + timedelta(days=3, hours=1)
    ChartedEvent(
        id=uuid4(), session=second, type="stopped", at=later, recorded_at=later, by="x", document={}
    ).save()
    opened = plan(later + timedelta(minutes=1))
    assert sum(task.kind == TaskKind.CONTACT for task in opened) == count


def test_an_infusion_of_long_ago_asks_for_nothing(stop) -> None:
    stop()
    assert plan(ENDED + timedelta(days=121)) == ()


def test_a_clinic_without_a_provider_plans_once_it_has_one(stop, cast) -> None:
    stop()
    for user in (cast.provider, cast.director):
        user.is_active = False
        user.save()
    assert plan() == ()
    cast.provider.is_active = True
    cast.provider.save()
    assert plan()
