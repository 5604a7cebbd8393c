"""Windows open after treatment with one link and one message, close at the next infusion, and are taken once."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import tried
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.chart.tokens import token_for
from unloop.clinic.people.staff import deactivate
from unloop.clinic.questionnaires.links import invite, withdraw
from unloop.clinic.questionnaires.models import AnswerSheet, Followed, Invitation, LinkState
from unloop.clinic.questionnaires.safety import NobodyOnDuty
from unloop.clinic.questionnaires.scheduling import WindowState, asked_of, followed
from unloop.clinic.questionnaires.services import answer_sheet, follow, open_windows, stop_following
from unloop.clinic.work.models import MessageState, OutgoingMessage, Task
from unloop.clinic.work.services import set_duty
from unloop.quantity import InputRefused

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reached_by_phones(settings):
    settings.ORIGIN = settings.ADDRESS = "https://clinic.example"


@pytest.fixture
def reached(ines):
    """Ines, with an address for messages."""
    ines.email = "ines@home.example"
    ines.save()
    return ines


@pytest.fixture
def asked(reached, cast):
    """Ines is asked by the schedule from Monday on."""
    with acting(cast.nurse.as_actor()):
        return follow(reached, reader=cast.nurse, by=cast.nurse)


def later(days=0, **more):
    return clock.frozen(MONDAY + timedelta(days=days, **more))


def infused(person, at=None):
    add_facts(person, [NewFact("infusion_given", 35, at=at)])


def kept_on_duty(cast):
    """Somebody is on duty for a month from this moment on."""
    set_duty(cast.provider, begins_at=clock.now(), ends_at=clock.now() + timedelta(days=30))


def states(one):
    return [(seen.window.timing, seen.state) for seen in asked_of(one)]


def test_before_any_infusion_the_first_window_opens_at_once_with_one_message(asked, reached):
    link = Invitation.objects.get()
    assert (link.reader, link.expires_at) == (asked.reader, MONDAY + timedelta(days=7))
    assert set(link.instruments) == {"check-in", "oci-r", "phq-9", "gad-7", "wsas"}
    message = OutgoingMessage.objects.get()
    assert (message.to, message.key) == ("ines@home.example", f"window:{link.id}")
    assert "https://clinic.example/q/" in message.text
    assert "until 9 March 2026" in message.text
    assert states(asked) == [("before", WindowState.OPEN)]


def test_the_link_of_the_message_opens_the_questions(asked, phone):
    path = "/q/" + OutgoingMessage.objects.get().text.rpartition("/q/")[2]
    assert phone.post(path, RIGHT).headers["Location"].startswith(path)


def test_a_window_opens_once_however_often_the_clock_ticks(asked):
    for _tick in range(3):
        assert open_windows() == 0
    assert (Invitation.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_a_window_that_was_answered_is_not_opened_again(asked):
    answer_sheet(Invitation.objects.get(), {"gad-7": {"1": 1}})
    assert open_windows() == 0
    assert states(asked) == [("before", WindowState.ANSWERED)]
    assert AnswerSheet.objects.filter(instrument="gad-7").count() == 1


def test_an_infusion_starts_the_clock_again(asked, reached, cast):
    with later(days=2):
        infused(reached)
        closed = Invitation.objects.get()
        assert closed.expires_at == clock.now()
    with later(days=8, hours=23):
        assert open_windows() == 0
    with later(days=9):
        kept_on_duty(cast)
        assert open_windows() == 1
        assert Invitation.objects.first().expires_at == clock.now() + timedelta(days=3)
        assert [seen for seen in states(asked) if seen[1] is WindowState.OPEN] == [
            ("day-7", WindowState.OPEN)
        ]


def test_an_infusion_that_is_charted_late_closes_what_had_opened(asked, reached, phone):
    path = "/q/" + OutgoingMessage.objects.get().text.rpartition("/q/")[2]
    phone.post(path, RIGHT)
    with later(days=1):
        infused(reached, at=MONDAY + timedelta(hours=1))
        assert phone.get(path).status_code == 410
    assert Invitation.objects.get().expires_at == MONDAY + timedelta(hours=1)


def test_what_an_earlier_infusion_would_have_asked_for_is_not_asked_after_the_next(asked, reached, cast):
    with later(days=1):
        infused(reached)
    with later(days=6):
        infused(reached)
    with later(days=9):
        kept_on_duty(cast)
        assert open_windows() == 0
        assert {seen.window.anchor for seen in asked_of(asked)[1:]} == {MONDAY + timedelta(days=6)}


def test_a_window_waits_while_nobody_is_on_duty_for_as_long_as_it_is_open(reached, cast):
    with later(days=26):
        asked = follow(reached, reader=cast.nurse, by=cast.nurse)
        assert (Invitation.objects.count(), OutgoingMessage.objects.count()) == (0, 0)
        assert states(asked) == [("before", WindowState.WAITS)]
        kept_on_duty(cast)
        assert open_windows() == 1


def test_one_person_who_cannot_be_asked_holds_nobody_else_up(asked, reached, tom, cast):
    tom.email = "tom@home.example"
    tom.save()
    Invitation.objects.all().delete()
    Followed.objects.create(person=tom, reader=cast.nurse, started_at=MONDAY, started_by=cast.nurse)
    deactivate(cast.provider)
    deactivate(cast.director)
    assert open_windows() == 0
    assert Task.objects.count() == 0


def test_a_night_window_sends_its_message_in_the_morning_of_the_clinic(reached, cast):
    with later(hours=12):  # ten in the evening in New York
        follow(reached, reader=cast.nurse, by=cast.nurse)
    assert OutgoingMessage.objects.get().not_before == datetime(2026, 3, 3, 13, 0, tzinfo=UTC)


def test_a_window_that_an_infusion_closes_at_night_sends_no_message_in_the_morning(reached, cast):
    with later(hours=12):
        follow(reached, reader=cast.nurse, by=cast.nurse)
        infused(reached)
    assert OutgoingMessage.objects.get().state == MessageState.CALLED_OFF
    assert Invitation.objects.get().expires_at == MONDAY + timedelta(hours=12)


def test_a_link_that_is_taken_back_before_its_message_went_out_sends_none(asked):
    message = OutgoingMessage.objects.get()
    assert message.not_after == Invitation.objects.get().expires_at
    withdraw(Invitation.objects.get().id)
    message.refresh_from_db()
    assert (message.state, message.text) == (MessageState.CALLED_OFF, "")


def test_the_message_speaks_the_persons_language_and_says_nothing_about_health(reached, cast):
    follow(reached, reader=cast.nurse, by=cast.nurse, language_code="es")
    message = OutgoingMessage.objects.get()
    assert "Le esperan unas preguntas" in message.text
    assert "hasta el 9 de marzo de 2026" in message.text
    assert Invitation.objects.get().language == "es"


def test_whoever_has_only_a_phone_gets_a_text(ines, cast):
    ines.phone = "+1 555 0101"
    ines.save()
    follow(ines, reader=cast.nurse, by=cast.nurse)
    message = OutgoingMessage.objects.get()
    assert (message.channel, message.subject) == ("text", "")


@pytest.mark.parametrize("lacking", ["address", "birth date", "origin"])
def test_nobody_is_asked_who_could_not_be_reached_or_could_not_open_the_link(
    lacking, reached, cast, settings
):
    match lacking:
        case "address":
            reached.email = ""
        case "birth date":
            reached.birth_date = None
        case _:
            settings.ORIGIN = ""
    with pytest.raises(InputRefused, match="schedule"):
        follow(reached, reader=cast.nurse, by=cast.nurse)


def test_nobody_is_asked_twice(asked, reached, cast):
    with pytest.raises(InputRefused, match="already"):
        follow(reached, reader=cast.nurse, by=cast.nurse)


def test_whoever_is_asked_no_more_keeps_the_window_that_is_open(asked, reached, cast):
    stop_following(reached, by=cast.nurse)
    stop_following(reached, by=cast.nurse)
    assert followed(reached) is None
    assert Invitation.objects.get().expires_at == MONDAY + timedelta(days=7)
    with later(days=9):
        assert open_windows() == 0


def test_the_page_begins_and_stops(as_user, cast, reached):
    nurse, address = as_user(cast.nurse), f"/people/{reached.id}/answers/schedule/"
    form = {"for_person": token_for(reached.id), "reader": str(cast.nurse.pk), "language": ""}
    assert "Nobody asks this person by the schedule." in nurse.get(address).content.decode()
    assert nurse.post(address, form).status_code == 302
    page = nurse.get(address).content.decode()
    assert "before the first infusion" in page
    assert "B. Brandt reads the answers" in page
    assert nurse.post(address, form).status_code == 422
    nurse.post(address, {"for_person": token_for(reached.id), "stop": "yes"})
    assert followed(reached) is None


def test_the_page_says_why_somebody_cannot_be_asked(as_user, cast, ines):
    form = {"for_person": token_for(ines.id), "reader": str(cast.nurse.pk), "language": ""}
    page = as_user(cast.nurse).post(f"/people/{ines.id}/answers/schedule/", form)
    assert page.status_code == 422
    assert "Enter them in the person" in page.content.decode()


# --- One open request for an instrument -----------------------------------------------------------------------


def open_now(person):
    """What the open links of a person ask for, each as often as it is asked."""
    now = clock.now()
    links = [one for one in Invitation.objects.filter(person=person) if one.state_at(now) is LinkState.OPEN]
    return [name for one in links for name in one.instruments]


def test_a_window_asks_only_what_no_link_by_hand_asks_for(reached, cast):
    invite(reached, ["phq-9", "gad-7"], by=cast.provider)
    asked = follow(reached, reader=cast.nurse, by=cast.nurse)
    opened = Invitation.objects.exclude(window="").get()
    assert set(opened.instruments) == {"check-in", "oci-r", "wsas"}
    assert sorted(open_now(reached)) == ["check-in", "gad-7", "oci-r", "phq-9", "wsas"]
    assert states(asked) == [("before", WindowState.OPEN)]


def test_a_window_waits_while_another_link_asks_for_all_of_it_and_is_done_when_that_is_answered(
    reached, cast
):
    by_hand, _path = invite(reached, ["check-in", "oci-r", "phq-9", "gad-7", "wsas"], by=cast.provider)
    asked = follow(reached, reader=cast.nurse, by=cast.nurse)
    assert Invitation.objects.count() == 1
    assert states(asked) == [("before", WindowState.ELSEWHERE)]
    with later(hours=5):
        answer_sheet(by_hand, {"gad-7": {"1": 1}})
        assert open_windows() == 0
        assert states(asked) == [("before", WindowState.ANSWERED)]


def test_a_window_opens_when_the_link_that_asked_for_the_same_is_taken_back(reached, cast):
    by_hand, _path = invite(reached, ["check-in", "oci-r", "phq-9", "gad-7", "wsas"], by=cast.provider)
    asked = follow(reached, reader=cast.nurse, by=cast.nurse)
    withdraw(by_hand.id)
    assert states(asked) == [("before", WindowState.WAITS)]
    assert open_windows() == 1
    assert states(asked) == [("before", WindowState.OPEN)]


def test_no_link_by_hand_asks_for_what_a_window_asks_for(asked, reached, cast):
    with pytest.raises(InputRefused, match="GAD-7"):
        invite(reached, ["gad-7"], by=cast.provider)


def test_a_window_whose_link_was_taken_back_is_not_opened_again(asked, reached):
    withdraw(Invitation.objects.get().id)
    assert open_windows() == 0
    assert states(asked) == [("before", WindowState.CLOSED)]


HAPPENINGS = st.one_of(
    st.tuples(st.just("hours"), st.integers(1, 200)),
    st.tuples(st.just("by hand"), st.lists(st.sampled_from(["check-in", "phq-9", "gad-7", "wsas"]), min_size=1, unique=True)),
    st.tuples(st.sampled_from(["infused", "answered", "taken back"]), st.none()),
)  # fmt: skip


@settings(tried(15), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(HAPPENINGS, min_size=2, max_size=10))
def test_whatever_happens_no_two_open_requests_ask_for_one_instrument(asked, reached, cast, happenings):
    hours = 0
    with transaction.atomic():
        for month in range(1, 4):
            begin = MONDAY + timedelta(days=29 * month)
            set_duty(cast.provider, begins_at=begin, ends_at=begin + timedelta(days=29))
        for what, how in happenings:
            hours += how if what == "hours" else 0
            with later(hours=hours), acting(cast.nurse.as_actor()):
                open_ones = [one for one in Invitation.objects.filter(person=reached)
                             if one.state_at(clock.now()) is LinkState.OPEN]  # fmt: skip
                match what:
                    case "by hand":
                        with suppress(InputRefused):
                            invite(reached, how, by=cast.provider)
                    case "infused":
                        infused(reached)
                    case "answered" if open_ones:
                        answer_sheet(open_ones[0], {})
                    case "taken back" if open_ones:
                        withdraw(open_ones[0].id)
                open_windows()
                assert len(open_now(reached)) == len(set(open_now(reached)))
        transaction.set_rollback(True)


def test_a_reader_who_has_left_reads_nothing_and_whoever_is_on_duty_does(asked, reached, phone, cast):
    path = "/q/" + OutgoingMessage.objects.get().text.rpartition("/q/")[2]
    phone.post(path, RIGHT)
    assert "B. Brandt reads this on" in phone.get(f"{path}at/1.1/").content.decode()
    deactivate(cast.nurse)
    assert "V. Varga reads this on" in phone.get(f"{path}at/1.1/").content.decode()
    answer_sheet(Invitation.objects.get(), {"gad-7": {"1": 1}})
    assert Task.objects.get(kind="read_answers").owner == cast.provider


# --- Somebody on duty ---------------------------------------------------------------------------------------


def test_a_link_with_a_question_on_suicide_opens_only_for_as_long_as_somebody_is_on_duty(ines, cast):
    with later(days=25):
        with pytest.raises(NobodyOnDuty, match="31 March 2026"):
            invite(ines, ["phq-9"], by=cast.provider)
        invite(ines, ["phq-9"], by=cast.provider, open_for=timedelta(days=3))
        invite(ines, ["gad-7"], by=cast.provider)


def test_questions_on_suicide_wait_while_nobody_is_on_duty_and_the_crisis_line_stands_there(
    ines, cast, phone, organisation
):
    organisation.crisis_line, organisation.crisis_line_checked_on = "Line 555 0100", MONDAY.date()
    organisation.save()
    _made, path = invite(ines, ["gad-7", "phq-9"], by=cast.provider)
    phone.post(path, RIGHT)
    for user in (cast.provider, cast.director):
        deactivate(user)
    page = phone.get(f"{path}at/1.9/").content.decode()
    assert "These questions open when somebody is there to read the answers." in page
    assert "Line 555 0100" in page
    assert "Looked up on 2 March 2026." in page
    assert "Thoughts of dying" not in page
    assert "Feeling tense" in phone.get(f"{path}at/2.1/").content.decode()


def test_an_answer_that_arrives_when_the_last_one_has_left_is_kept_and_has_an_owner(ines, cast, phone):
    _made, path = invite(ines, ["phq-9"], by=cast.provider)
    phone.post(path, RIGHT)
    for user in (cast.provider, cast.director):
        deactivate(user)
    phone.post(f"{path}at/1.9/", {"answer": "2"})
    assert AnswerSheet.objects.get().answers == {"9": 2}
    assert Task.objects.get(kind="safety").owner == cast.provider
