"""A positive or skipped answer on suicide has an owner before the next page renders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template.response import TemplateResponse

from unloop.clinic.audit import clock
from unloop.clinic.people.staff import deactivate
from unloop.clinic.questionnaires import safety
from unloop.clinic.questionnaires.models import AnswerGiven, AnswerSheet
from unloop.clinic.questionnaires.reading import tasks_about, waiting
from unloop.clinic.questionnaires.services import rate
from unloop.clinic.work.models import Task
from unloop.clinic.work.services import close_task
from unloop.clinic.work.wording import in_words, place_of

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


def the_task():
    return Task.objects.get(kind="safety")


def test_the_task_stands_when_the_answer_has_been_taken_and_no_page_was_rendered_yet(
    opened, phone, cast, ines, monkeypatch
):
    def no_page(*_args, **_kwargs):
        raise AssertionError("a page was rendered before the task was looked for")

    monkeypatch.setattr("unloop.clinic.questionnaires.guarding.render", no_page)
    response = phone.post(f"{opened}at/1.9/", {"answer": "1"})
    assert not isinstance(response, TemplateResponse)
    assert response.headers["Location"] == f"{opened}told/1.9/"
    task = the_task()
    assert (task.person, task.owner, task.escalates_to) == (ines, cast.provider, cast.director)
    assert task.due_at == MONDAY + timedelta(hours=1)
    assert task.reason == f"phq-9:{AnswerSheet.objects.get().id}"


def test_without_its_task_the_answer_is_not_kept_either(opened, phone, monkeypatch):
    def broken(_new):
        raise RuntimeError("the task could not be opened")

    monkeypatch.setattr(safety, "open_task", broken)
    with pytest.raises(RuntimeError):
        phone.post(f"{opened}at/1.9/", {"answer": "3"})
    assert (AnswerGiven.objects.count(), Task.objects.count()) == (0, 0)


def test_the_person_sees_who_was_told_and_whom_to_call_before_going_on(opened, phone, organisation):
    organisation.crisis_line = "Crisis line 555 0100"
    organisation.save()
    page = phone.post(f"{opened}at/1.9/", {"answer": "2"}, follow=True).content.decode()
    assert "V. Varga was told about your answer just now." in page
    assert "by 11:00" in page  # New York
    assert "Crisis line 555 0100" in page
    assert f'href="{opened}"' in page


def test_beside_a_question_on_suicide_stands_who_is_told_at_once_and_the_crisis_line(
    opened, phone, cast, organisation
):
    organisation.crisis_line, organisation.crisis_line_checked_on = "Line 555 0100", clock.today()
    organisation.save()
    page = phone.get(f"{opened}at/1.9/").content.decode()
    assert f"{cast.provider.name}, who is on duty, is told at once." in page
    assert "Line 555 0100" in page
    assert "not before" not in page
    another = phone.get(f"{opened}at/1.1/").content.decode()
    assert "not before" in another
    assert "on duty" not in another


def test_a_question_left_open_is_not_called_an_answer_that_speaks_of_suicide(opened, phone, as_user, cast):
    phone.post(f"{opened}at/1.9/", {"answer": "asked-declined"})
    task, provider = the_task(), as_user(cast.provider)
    assert in_words(task) == "question on suicide left open: PHQ-9, depression"
    sheet = provider.get(f"/people/{task.person_id}/answers/{AnswerSheet.objects.get().id}/").content.decode()
    for page in (provider.get("/answers/").content.decode(), sheet):
        assert "Question on suicide left open" in page
        assert "speaks of suicide" not in page
    assert "left open, which is not a no" in sheet


def test_what_was_left_open_and_then_answered_worse_is_said_by_the_same_task(opened, phone):
    phone.post(f"{opened}at/1.9/", {"answer": "asked-declined"})
    due = the_task().due_at
    with clock.frozen(MONDAY + timedelta(minutes=20)):
        phone.post(f"{opened}at/1.9/", {"answer": "3"})
    assert (the_task().detail["answer"], the_task().due_at) == ("positive", due)
    with clock.frozen(MONDAY + timedelta(minutes=30)):
        phone.post(f"{opened}at/1.9/", {"answer": "asked-declined"})
    assert the_task().detail["answer"] == "positive"


def test_a_positive_answer_taken_back_leaves_its_task(opened, phone):
    phone.post(f"{opened}at/1.9/", {"answer": "3"})
    phone.post(f"{opened}at/1.9/", {"answer": "0"})
    assert the_task().closed_at is None
    assert list(AnswerGiven.objects.values_list("token", flat=True)) == ["3", "0"]


def test_the_same_answer_twice_opens_one_task(opened, phone):
    for token in ("1", "1", "3"):
        phone.post(f"{opened}at/1.9/", {"answer": token})
    assert Task.objects.filter(kind="safety").count() == 1


def test_a_declined_answer_opens_a_task_at_once(opened, phone):
    phone.post(f"{opened}at/1.9/", {"answer": "asked-declined"})
    assert the_task().detail["answer"] == "unanswered"


def test_a_skipped_answer_opens_a_task_on_sending_and_the_person_is_told(opened, phone):
    for number in range(1, 9):
        phone.post(f"{opened}at/1.{number}/", {"answer": "0"})
    assert not Task.objects.exists()
    phone.post(f"{opened}look/")
    assert the_task().detail["answer"] == "unanswered"
    page = phone.get(f"{opened}sent/").content.decode()
    heading = page.split("<h1")[1].split("</h1>")[0]
    assert "or one that you left out" in heading
    assert "not before" not in heading
    assert "V. Varga reads the others on Tuesday, 3 March, not before." in page


def test_a_negative_answer_opens_none(opened, phone):
    for number in range(1, 10):
        phone.post(f"{opened}at/1.{number}/", {"answer": "0"})
    phone.post(f"{opened}look/")
    assert not Task.objects.filter(kind="safety").exists()


def test_our_own_check_in_is_watched_too(ines, sent_to, phone):
    path = sent_to(ines, "check-in")
    phone.post(path, RIGHT)
    assert phone.post(f"{path}at/1.16/", {"answer": "1"}).headers["Location"] == f"{path}told/1.16/"
    assert the_task().reason.startswith("check-in:")


def test_when_everybody_on_duty_has_left_whoever_reads_the_answers_is_asked(opened, phone, cast):
    deactivate(cast.provider)
    deactivate(cast.director)
    phone.post(f"{opened}at/1.9/", {"answer": "1"})
    assert the_task().owner == cast.provider  # the reader of this link


def test_a_clinicians_rating_is_watched_as_well(ines, cast):
    rate(ines, "c-ssrs", {"1": 1, "2": 0, "6": 0}, by=cast.nurse)
    assert the_task().owner == cast.provider
    assert the_task().reason.startswith("c-ssrs:")


def test_a_further_answer_after_the_task_was_closed_opens_a_further_one(opened, phone, cast):
    phone.post(f"{opened}at/1.9/", {"answer": "1"})
    close_task(the_task().id, by=cast.provider, outcome="Called; safe at home.")
    told = phone.post(f"{opened}at/1.9/", {"answer": "3"})
    assert told.headers["Location"] == f"{opened}told/1.9/"
    sheet, further = AnswerSheet.objects.get(), Task.objects.get(kind="safety", closed_at=None)
    assert further.reason == f"phq-9/2:{sheet.id}"
    assert (further.owner, further.due_at) == (cast.provider, MONDAY + timedelta(hours=1))
    assert tasks_about(sheet) == [further]
    assert [one.sheets for one in waiting()] == [(sheet,)]
    assert place_of(further, cast.provider).address.endswith(f"/answers/{sheet.id}/")


def test_answers_to_other_questions_open_no_further_task_once_it_was_closed(opened, phone, cast):
    phone.post(f"{opened}at/1.9/", {"answer": "1"})
    close_task(the_task().id, by=cast.provider, outcome="Called; safe at home.")
    phone.post(f"{opened}at/1.9/", {"answer": "1"})
    phone.post(f"{opened}at/1.1/", {"answer": "3"})
    phone.post(f"{opened}look/")
    assert Task.objects.filter(kind="safety").count() == 1
