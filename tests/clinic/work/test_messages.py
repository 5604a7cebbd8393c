"""A message goes out once in effect, whatever befalls the worker; where it does not go out, somebody sees it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import tried
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import Person, make_person
from unloop.clinic.work.messages import delivery
from unloop.clinic.work.messages.backends import NotTaken, Outgoing
from unloop.clinic.work.messages.hours import QUIET_FROM, QUIET_UNTIL, sending_time
from unloop.clinic.work.messages.outbox import call_off, lay_aside, send_again
from unloop.clinic.work.messages.wording import health_word
from unloop.clinic.work.models import MessageState, OutgoingMessage
from unloop.clinic.work.services import (
    NewTask,
    TaskKind,
    deliver_due,
    open_task,
    queue_message,
    undelivered,
)
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)  # in New York
NEW_YORK = ZoneInfo("America/New_York")


class Taker:
    """A way out that takes what it is given, and knows by the key what it has already."""

    def __init__(self) -> None:
        self.handed: list[str] = []
        self.taken: dict[str, Outgoing] = {}
        self.faults: list[NotTaken] = []

    def send(self, message: Outgoing) -> None:
        self.handed.append(message.key)
        if self.faults:
            raise self.faults.pop(0)
        self.taken.setdefault(message.key, message)

    def __call__(self, channel: str) -> Taker:
        return self


@pytest.fixture
def person(cast):
    with clock.frozen(NOON), acting(cast.provider.as_actor(), route="test"):
        yield make_person(Person(given="Ansel", family="Quill", birth_date=date(1984, 6, 1)))


def queue(person, key: str = "window:1", **changes) -> OutgoingMessage:
    said = {"person_id": person.id if person else None, "channel": "email", "to": "ansel@example.org",
            "subject": "Something waits for you", "text": "Open https://clinic.example/a/x9", "key": key} | changes  # fmt: skip
    queue_message(**said)
    return OutgoingMessage.objects.get(key=key)


# --- queueing --------------------------------------------------------------------------------------------------


def test_a_key_queues_one_message_however_often_it_is_said(person) -> None:
    first = queue(person)
    again = queue(person, to="elsewhere@example.org")
    assert (again.id, again.to) == (first.id, "ansel@example.org")
    assert AuditEntry.objects.filter(action="work.message.queued").count() == 1


def test_a_message_of_a_transaction_that_is_undone_never_was(person) -> None:
    with transaction.atomic():
        queue(person)
        transaction.set_rollback(True)
    assert not OutgoingMessage.objects.exists()
    assert deliver_due(Taker()).sent == 0


@pytest.mark.parametrize("said", [
    {"channel": "pigeon"}, {"to": "  "}, {"subject": "Your OCD questionnaire"}, {"text": "Your ketamine infusion is near"},
    {"text": "Open https://clinic.example/phq-9/x"}, {"text": "Su tratamiento"}, {"subject": "PHQ-9"},
])  # fmt: skip
def test_what_may_not_go_out_is_not_queued(person, said) -> None:
    with pytest.raises(InputRefused):
        queue(person, **said)
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("plain", [
    "Something waits for you until Friday", "https://clinic.example/a/ocd-Ketamine_phq-9x7suicidZ0", "See you on Monday",
    "Algo le espera hasta el viernes", "Dr Varga reads it on Monday",
])  # fmt: skip
def test_plain_words_and_random_links_say_nothing(plain: str) -> None:
    assert health_word(plain) is None


def test_the_trail_says_that_a_message_was_queued_and_nothing_of_what(person) -> None:
    queue(person)
    line = AuditEntry.objects.get(action="work.message.queued")
    assert line.person_id == person.id
    assert set(line.detail) == {"channel", "not_before"}


# --- quiet hours ---------------------------------------------------------------------------------------------------


@given(minutes=st.integers(0, 2 * 366 * 1440),
       zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]))  # fmt: skip
def test_a_message_never_reaches_a_person_at_night_and_never_early(minutes: int, zone: str) -> None:
    moment, place = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), ZoneInfo(zone)
    when = sending_time(moment, place)
    assert when >= moment
    assert QUIET_UNTIL <= when.astimezone(place).time() < QUIET_FROM
    assert sending_time(when, place) == when
    assert when - moment <= timedelta(hours=12)


def test_a_message_of_the_evening_waits_for_the_clinics_morning(person) -> None:
    with clock.frozen(datetime(2026, 12, 4, 3, 0, tzinfo=UTC)):  # 22:00 in New York
        message = queue(person)
    assert message.not_before == datetime(2026, 12, 4, 8, 0, tzinfo=NEW_YORK)


def test_what_should_have_gone_out_in_the_evening_does_not_go_out_at_night(person) -> None:
    queue(person)
    out = Taker()
    with clock.frozen(datetime(2026, 12, 4, 4, 0, tzinfo=UTC)):
        assert deliver_due(out).sent == 0
    with clock.frozen(datetime(2026, 12, 4, 13, 0, tzinfo=UTC)):
        assert deliver_due(out).sent == 1


def test_a_member_of_staff_is_told_at_night(person) -> None:
    with clock.frozen(datetime(2026, 12, 4, 4, 0, tzinfo=UTC)):
        queue(None)
        assert deliver_due(Taker()).sent == 1


# --- delivery ------------------------------------------------------------------------------------------------------


def test_a_message_that_is_taken_is_sent_once_and_its_text_forgotten(person) -> None:
    message, out = queue(person), Taker()
    assert deliver_due(out).sent == 1
    assert deliver_due(out).sent == 0
    message.refresh_from_db()
    assert (message.state, message.text, message.sent_at) == (MessageState.SENT, "", NOON)
    (taken,) = out.taken.values()
    assert (taken.to, taken.text) == ("ansel@example.org", "Open https://clinic.example/a/x9")
    assert "window" not in taken.key


def test_a_message_is_not_sent_before_its_time(person) -> None:
    queue(person, not_before=NOON + timedelta(hours=2))
    assert deliver_due(Taker()).sent == 0
    with clock.frozen(NOON + timedelta(hours=2)):
        assert deliver_due(Taker()).sent == 1


def test_the_pause_doubles_up_to_an_hour() -> None:
    minutes = [delivery.pause_after(attempts) / timedelta(minutes=1) for attempts in range(1, 9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_way_out_that_does_not_answer_is_tried_again_later(person) -> None:
    message, out = queue(person), Taker()
    out.faults = [NotTaken("http-503")]
    assert deliver_due(out).put_off == 1
    assert deliver_due(out).sent == 0
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert deliver_due(out).sent == 1
    message.refresh_from_db()
    assert message.attempts == 2
    assert len(set(out.handed)) == 1


def test_after_ten_attempts_a_person_is_asked(person) -> None:
    message, out = queue(person), Taker()
    out.faults = [NotTaken("timeout")] * 10
    now = NOON
    for _ in range(10):
        with clock.frozen(now):
            deliver_due(out)
        message.refresh_from_db()
        now = max(message.next_at, now)
    assert (message.state, message.attempts, message.fault) == (MessageState.FAILED, 10, "timeout")
    assert [one.id for one in undelivered(now)] == [message.id]


def test_a_message_that_is_refused_for_good_is_not_tried_again(person) -> None:
    message, out = queue(person), Taker()
    out.faults = [NotTaken("smtp-recipient", for_good=True)]
    assert deliver_due(out).given_up == 1
    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    assert AuditEntry.objects.get(action="work.message.given_up").detail["fault"] == "smtp-recipient"


def test_without_a_way_out_a_message_waits_where_somebody_sees_it(person) -> None:
    message = queue(person)
    assert deliver_due(lambda channel: None).put_off == 1
    assert undelivered(NOON) == []
    assert [one.id for one in undelivered(NOON + timedelta(hours=1, seconds=1))] == [message.id]


def test_a_message_that_breaks_its_way_out_does_not_hold_up_the_others(person) -> None:
    queue(person, "a:1", to="broken")
    queue(person, "a:2")

    class Breaks(Taker):
        def send(self, message: Outgoing) -> None:
            if message.to == "broken":
                raise ValueError("a header cannot hold this")
            super().send(message)

    found = deliver_due(Breaks())
    assert (found.sent, found.put_off) == (1, 1)


def test_a_message_that_is_called_off_does_not_go_out_and_its_text_is_forgotten(person) -> None:
    message, out = queue(person), Taker()
    call_off("window:1")
    call_off("window:1")
    assert deliver_due(out).sent == 0
    message.refresh_from_db()
    assert (message.state, message.text, out.handed) == (MessageState.CALLED_OFF, "", [])
    assert undelivered(NOON + timedelta(days=2)) == []
    assert AuditEntry.objects.get(action="work.message.called_off").person_id == person.id


def test_only_the_message_of_that_key_is_called_off_and_only_while_it_waits(person) -> None:
    gone, other = queue(person), queue(person, "window:2", not_before=NOON + timedelta(hours=1))
    deliver_due(Taker())
    for key in ("window:1", "window:3"):
        call_off(key)
    gone.refresh_from_db()
    other.refresh_from_db()
    assert (gone.state, other.state) == (MessageState.SENT, MessageState.WAITING)


def test_a_message_in_a_workers_hands_is_left_to_it_and_goes_out_by_nobody_else(person) -> None:
    message, worker, out = queue(person), uuid4(), Taker()
    delivery._take(message.id, worker)
    call_off("window:1")
    message.refresh_from_db()
    assert message.state == MessageState.WAITING
    with clock.frozen(NOON + delivery.LEASE):
        assert deliver_due(out).given_up == 1
    assert out.handed == []


def test_a_message_that_is_too_late_to_be_of_use_is_given_up_and_seen(person) -> None:
    message, out = queue(person, not_after=NOON + timedelta(hours=3)), Taker()
    with clock.frozen(NOON + timedelta(hours=3)):
        assert deliver_due(out).given_up == 1
        message.refresh_from_db()
        assert (message.state, message.fault, out.handed) == (MessageState.FAILED, "too-late", [])
        assert [one.id for one in undelivered(clock.now())] == [message.id]
        with pytest.raises(InputRefused, match="link is closed"):
            send_again(message.id)


def test_of_two_workers_one_gets_a_message(person) -> None:
    message = queue(person)
    assert delivery._take(message.id, uuid4())
    assert not delivery._take(message.id, uuid4())
    assert deliver_due(Taker()).sent == 0
    with clock.frozen(NOON + delivery.LEASE):
        assert deliver_due(Taker()).sent == 1


def test_a_worker_whose_lease_ran_out_writes_nothing_down(person) -> None:
    message, slow = queue(person), uuid4()
    delivery._take(message.id, slow)
    with clock.frozen(NOON + delivery.LEASE):
        assert delivery._take(message.id, uuid4())
        message.refresh_from_db()
        assert delivery._settle(message, slow, NotTaken("late", for_good=True)) is None
    message.refresh_from_db()
    assert message.state == MessageState.WAITING


class Killed(BaseException):
    """The worker is no more."""


def dying(step, *, after: bool):
    """A step of the work that its worker does not survive: it dies before or after it."""

    def dies(*args, **kwargs):
        if after:
            step(*args, **kwargs)
        raise Killed

    return dies


STEPS = ["_take", "_hand_over", "_settle"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(deaths=st.lists(st.one_of(st.none(), st.tuples(st.sampled_from(STEPS), st.booleans())), max_size=6),
       messages=st.integers(1, 3))  # fmt: skip
def test_wherever_workers_are_killed_each_message_arrives_once_in_effect(
    person, deaths, messages: int
) -> None:
    out, keys, now = Taker(), [f"kill:{uuid4()}" for _ in range(messages)], NOON
    OutgoingMessage.objects.filter(state=MessageState.WAITING).update(state=MessageState.FAILED)
    with clock.frozen(now):
        for key in keys:
            queue(person, key)
    for death in [*deaths, None]:
        now += delivery.LEASE
        with clock.frozen(now), pytest.MonkeyPatch.context() as patch:
            if death is not None:
                name, after = death
                patch.setattr(delivery, name, dying(getattr(delivery, name), after=after))
            try:
                deliver_due(out)
            except Killed:
                continue
    with clock.frozen(now + delivery.LEASE):
        deliver_due(out)
    mine = OutgoingMessage.objects.filter(key__in=keys)
    assert {message.state for message in mine} == {MessageState.SENT}
    assert len(out.taken) == messages
    assert set(Counter(out.handed)) == set(out.taken)


WORK = frozenset({delivery.__file__, str(Path(__file__))})
"""The files whose lines count: the work itself, and the way out that takes the message."""
LINES = 110
"""More than a worker runs through with two messages, so that some are not killed at all."""


@contextmanager
def killed_at_line(number: int) -> Iterator[None]:
    """The worker is no more when it comes to this line of its work, counted in lines that it ran through."""
    lines = count(1)

    def at_line(_frame: FrameType, event: str, _given: object) -> Callable[..., Any]:
        if event == "line" and next(lines) == number:
            raise Killed
        return at_line

    def at_call(frame: FrameType, _event: str, _given: object) -> Callable[..., Any] | None:
        return at_line if frame.f_code.co_filename in WORK else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        yield
    finally:
        sys.settrace(before)


@settings(tried(25), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(deaths=st.lists(st.integers(1, LINES), min_size=1, max_size=4))
def test_at_whatever_line_a_worker_is_killed_each_message_arrives_once_in_effect(person, deaths) -> None:
    out, keys, now = Taker(), [f"line:{uuid4()}" for _ in range(2)], NOON
    OutgoingMessage.objects.filter(state=MessageState.WAITING).update(state=MessageState.FAILED)
    with clock.frozen(now):
        for key in keys:
            queue(person, key)
    for line in deaths:
        now += delivery.LEASE
        with clock.frozen(now), suppress(Killed), killed_at_line(line):
            deliver_due(out)
    for _ in range(2):
        now += delivery.LEASE
        with clock.frozen(now):
            deliver_due(out)
    assert {one.state for one in OutgoingMessage.objects.filter(key__in=keys)} == {MessageState.SENT}
    assert len(out.taken) == len(keys)
    assert set(Counter(out.handed)) == set(out.taken)


# --- what was given up -----------------------------------------------------------------------------------------------


@pytest.fixture
def given_up(person) -> OutgoingMessage:
    message, out = queue(person), Taker()
    out.faults = [NotTaken("smtp-550", for_good=True)]
    deliver_due(out)
    return message


def test_a_message_given_up_is_sent_again_when_somebody_says_so(given_up) -> None:
    send_again(given_up.id)
    out = Taker()
    assert deliver_due(out).sent == 1
    with pytest.raises(InputRefused, match="given up"):
        send_again(given_up.id)


def test_a_message_is_laid_aside_by_a_named_person_with_a_word(given_up, cast) -> None:
    with pytest.raises(InputRefused, match="sentence"):
        lay_aside(given_up.id, by=cast.nurse, outcome=" ")
    laid = lay_aside(given_up.id, by=cast.nurse, outcome="Called instead.")
    assert (laid.laid_aside_by, laid.outcome, laid.text) == (cast.nurse, "Called instead.", "")
    assert undelivered(NOON + timedelta(days=9)) == []


@pytest.mark.postgres
@pytest.mark.parametrize("broken", [
    "state = 'sent'", "state = 'laid_aside'", "state = 'laid_aside', outcome = 'x'", "sent_at = '2026-12-03 14:00:00'",
])  # fmt: skip
def test_the_database_refuses_a_message_that_left_by_nobody(given_up, broken: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE work_message SET {broken}")  # noqa: S608 - the parameters above


# --- pages ------------------------------------------------------------------------------------------------------------


def test_what_was_not_delivered_is_listed_tried_again_and_laid_aside(given_up, cast, as_user) -> None:
    browser = as_user(cast.front_desk)
    assert "One message did not go out." in browser.get("/tasks/messages/").content.decode()
    page = browser.get(f"/tasks/messages/{given_up.id}/").content.decode()
    assert "The message was given up." in page
    assert browser.post(f"/tasks/messages/{given_up.id}/", {"outcome": " "}).status_code == 422
    assert browser.post(f"/tasks/messages/{given_up.id}/", {"outcome": "Called."}).status_code == 302
    assert "No message is held up." in browser.get("/tasks/messages/").content.decode()
    assert (
        f"Laid aside by {cast.front_desk.shown}"
        in browser.get(f"/tasks/messages/{given_up.id}/").content.decode()
    )


@pytest.mark.parametrize("role", ["front_desk", "nurse", "provider"])
def test_what_was_not_delivered_and_what_is_overdue_stand_on_the_page_of_the_day(
    given_up, person, cast, as_user, role: str
) -> None:
    with clock.frozen(NOON - timedelta(days=2)):
        task = open_task(
            NewTask(TaskKind.CONTACT, person, "call:1", NOON - timedelta(hours=1), cast.provider)
        )
    page = as_user(getattr(cast, role)).get("/today/").content.decode()
    assert "Not delivered" in page
    assert f"/tasks/messages/{given_up.id}/" in page
    assert (f"/tasks/{task.id}/" in page) is (role != "front_desk")
    assert ("overdue" in page) is (role != "front_desk")


def test_a_message_is_tried_again_by_page_once(given_up, cast, as_user) -> None:
    browser = as_user(cast.nurse)
    assert browser.post(f"/tasks/messages/{given_up.id}/again/").status_code == 302
    given_up.refresh_from_db()
    assert given_up.state == MessageState.WAITING
    assert browser.post(f"/tasks/messages/{given_up.id}/again/").status_code == 302
    assert browser.post(f"/tasks/messages/{given_up.id}/", {"outcome": "Called."}).status_code == 422


def test_a_look_at_the_messages_names_everybody_among_them(given_up, cast, as_user) -> None:
    as_user(cast.nurse).get("/tasks/messages/")
    line = AuditEntry.objects.get(action="work.messages.read")
    assert line.detail == {"messages": 1, "people": [str(given_up.person_id)]}
