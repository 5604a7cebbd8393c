"""One question a page: back, resume, look before sending, send once."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.models import FactRow
from unloop.clinic.questionnaires.models import AnswerGiven, AnswerSheet, Invitation
from unloop.clinic.questionnaires.services import SheetClosed
from unloop.clinic.questionnaires.sheets import give_answer, send
from unloop.clinic.work.models import Task
from unloop.quantity import InputRefused

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


def answer_all(phone, path, *, points="1", last="0", questions=9):
    for number in range(1, questions + 1):
        token = last if number == questions else points
        response = phone.post(f"{path}at/1.{number}/", {"answer": token})
        assert response.status_code == 302
    return response


def test_each_answer_leads_to_the_next_question_and_the_last_one_to_the_review(opened, phone):
    assert phone.post(f"{opened}at/1.1/", {"answer": "2"}).headers["Location"] == f"{opened}at/1.2/"
    assert answer_all(phone, opened).headers["Location"] == f"{opened}look/"


def test_going_back_shows_the_answer_that_was_given(opened, phone):
    phone.post(f"{opened}at/1.1/", {"answer": "2"})
    second = phone.get(f"{opened}at/1.2/").content.decode()
    assert f'href="{opened}at/1.1/"' in second
    assert 'value="2" class="chosen"' in phone.get(f"{opened}at/1.1/").content.decode()


def test_i_would_rather_not_say_stands_among_the_answers_set_apart(opened, phone):
    page = phone.get(f"{opened}at/1.1/").content.decode()
    assert page.index('class="apart"') < page.index("I’d rather not say")
    phone.post(f"{opened}at/1.1/", {"answer": "asked-declined"})
    assert AnswerSheet.objects.get().answers == {"1": "asked-declined"}


@pytest.mark.parametrize("token", ["", "4", "-1", "asked-unknown", "None", "1.0", "9" * 500])
def test_what_is_no_answer_is_asked_again_and_nothing_is_kept(token, opened, phone):
    response = phone.post(f"{opened}at/1.1/", {"answer": token})
    assert response.status_code == 422
    assert "Choose one answer" in response.content.decode()
    assert AnswerGiven.objects.count() == 0


@pytest.mark.parametrize("name", ["1.10", "2.1", "0.1", "1", "x.y", "1.", "²"])
def test_a_place_that_does_not_exist_leads_to_the_next_question(name, opened, phone):
    assert phone.get(f"{opened}at/{name}/").headers["Location"] == f"{opened}at/1.1/"


def test_another_device_goes_on_where_the_first_one_stopped(opened, phone):
    for number in (1, 2, 3):
        phone.post(f"{opened}at/1.{number}/", {"answer": "1"})
    with clock.frozen(MONDAY + timedelta(days=3)):
        tablet = Client()
        assert tablet.get(f"{opened}at/1.4/").headers["Location"] == opened
        assert tablet.post(opened, RIGHT).headers["Location"] == f"{opened}at/1.4/"


def test_several_questionnaires_follow_one_another_and_are_sent_together(ines, sent_to, phone):
    path = sent_to(ines, "gad-7", "phq-9")
    phone.post(path, RIGHT)
    for number in range(1, 9):
        phone.post(f"{path}at/1.{number}/", {"answer": "1"})
    assert phone.post(f"{path}at/1.9/", {"answer": "0"}).headers["Location"] == f"{path}at/2.1/"
    assert f'href="{path}at/1.9/"' in phone.get(f"{path}at/2.1/").content.decode()
    for number in range(1, 8):
        phone.post(f"{path}at/2.{number}/", {"answer": "0"})
    phone.post(f"{path}look/")
    assert set(AnswerSheet.objects.values_list("instrument", "score__total")) == {("phq-9", 8), ("gad-7", 0)}


def test_an_answer_can_be_changed_from_the_review_and_both_are_kept(opened, phone):
    answer_all(phone, opened)
    assert f"{opened}at/1.3/?from=review" in phone.get(f"{opened}look/").content.decode()
    changed = phone.post(f"{opened}at/1.3/?from=review", {"answer": "3"})
    assert changed.headers["Location"] == f"{opened}look/"
    assert list(AnswerGiven.objects.filter(link_id="3").values_list("token", flat=True)) == ["1", "3"]


def test_the_same_answer_pressed_twice_is_kept_once(opened, phone):
    for _ in range(2):
        assert phone.post(f"{opened}at/1.1/", {"answer": "1"}).headers["Location"] == f"{opened}at/1.2/"
    assert AnswerGiven.objects.count() == 1
    assert AuditEntry.objects.filter(action="questionnaires.answer.given").count() == 1


def test_sending_scores_the_sheet_writes_the_facts_and_asks_somebody_to_read(opened, phone, ines, cast):
    answer_all(phone, opened)
    assert phone.post(f"{opened}look/").headers["Location"] == f"{opened}sent/"
    sheet = AnswerSheet.objects.get()
    assert (sheet.score["total"], sheet.score["band"], sheet.score["missing"]) == (8, "mild", [])
    facts = {row.code: row for row in FactRow.objects.filter(person=ines)}
    assert {code: row.value for code, row in facts.items()} == {"phq9": 8.0, "phq9_item9": 0.0}
    assert {row.source for row in facts.values()} == {f"questionnaire/{sheet.id}"}
    task = Task.objects.get()
    assert (task.kind, task.owner, task.person) == ("read_answers", cast.provider, ines)
    assert task.due_at == datetime(2026, 3, 3, 22, 0, tzinfo=UTC)  # Tuesday 17:00 in New York


def test_the_sent_page_says_who_reads_it_and_shows_no_score(opened, phone):
    answer_all(phone, opened)
    phone.post(f"{opened}look/")
    page = phone.get(f"{opened}sent/").content.decode()
    assert "V. Varga reads your answers on Tuesday, 3 March, not before." in page
    assert "mild" not in page
    assert " 8" not in page.split("<main")[1]


def test_sending_twice_sends_once(opened, phone):
    answer_all(phone, opened)
    for _ in range(2):
        phone.post(f"{opened}look/")
    assert (FactRow.objects.count(), Task.objects.count()) == (2, 1)
    assert AuditEntry.objects.filter(action="questionnaires.sheet.sent").count() == 1


def test_sending_twice_or_going_back_leads_to_who_reads_it(opened, phone):
    answer_all(phone, opened)
    for response in (phone.post(f"{opened}look/"), phone.post(f"{opened}look/"), phone.get(f"{opened}look/")):
        assert (response.status_code, response.headers["Location"]) == (302, f"{opened}sent/")
    assert Client().get(f"{opened}look/").status_code == 410


def test_a_sheet_that_was_sent_takes_no_further_answer(opened, phone):
    answer_all(phone, opened)
    phone.post(f"{opened}look/")
    assert phone.post(f"{opened}at/1.1/", {"answer": "3"}).status_code == 410
    sheet = AnswerSheet.objects.get()
    with pytest.raises(SheetClosed):
        give_answer(sheet.id, "1", "3")
    assert send(sheet.id).score == sheet.score
    assert Client().post(opened, RIGHT).status_code == 410


def test_a_question_left_out_is_never_a_zero(opened, phone):
    for number in (1, 2, 3, 4, 5, 6, 7, 9):
        phone.post(f"{opened}at/1.{number}/", {"answer": "0"})
    assert "One question has no answer." in phone.get(f"{opened}look/").content.decode()
    phone.post(f"{opened}look/")
    sheet = AnswerSheet.objects.get()
    assert (sheet.score["total"], sheet.score["missing"]) == (None, ["8"])
    assert list(FactRow.objects.values_list("code", flat=True)) == ["phq9_item9"]


def test_what_was_answered_before_a_link_expired_is_kept(opened, phone):
    phone.post(f"{opened}at/1.1/", {"answer": "3"})
    with clock.frozen(MONDAY + timedelta(days=8)):
        assert phone.post(f"{opened}look/").status_code == 410
    sheet = AnswerSheet.objects.get()
    assert (sheet.answers, sheet.sent_at) == ({"1": 3}, None)


def test_help_names_the_crisis_line_and_when_it_was_looked_up(opened, phone, organisation):
    organisation.crisis_line = "Crisis line 555 0100"
    organisation.crisis_line_checked_on = MONDAY.date()
    organisation.save()
    page = phone.get(f"{opened}help/").content.decode()
    assert 'href="tel:5550100"' in page
    assert "Looked up on 2 March 2026." in page


def test_an_unknown_question_is_refused_by_the_service(opened, phone):
    phone.get(f"{opened}at/1.1/")
    with pytest.raises(InputRefused):
        give_answer(AnswerSheet.objects.get().id, "77", "1")
    assert Invitation.objects.get().sent_at is None


def test_each_answer_is_a_button_that_sends_it(opened, phone):
    page = phone.get(f"{opened}at/1.1/").content.decode()
    assert re.findall(r'<button name="answer" id="answer-\d" value="([^"]+)"', page) == [
        *("0", "1", "2", "3"),
        "asked-declined",
    ]
    assert 'type="radio"' not in page


@pytest.mark.parametrize("place", ["", "at/1.1/", "look/", "help/", "told/1.9/"])
def test_a_page_with_all_that_it_links_weighs_less_than_sixty_kilobytes(place, opened, phone):
    phone.post(f"{opened}at/1.9/", {"answer": "1"})
    page = phone.get(f"{opened}{place}", follow=True).content
    linked = set(re.findall(rb'(?:src|href)="/static/([^"]+)"', page))
    files = [Path(finders.find(name.decode())).read_bytes() for name in linked]
    assert len(files) >= 5
    assert sum(len(gzip.compress(one)) for one in (page, *files)) < 60_000


def test_no_phone_page_fetches_letters(opened, phone):
    sheet = Path(finders.find("questionnaires/phone.css")).read_text(encoding="utf-8")
    shipped = re.findall(r'font-family: "([^"]+)"', Path(finders.find("unloop/base.css")).read_text("utf-8"))
    assert shipped
    assert not any(name in sheet for name in shipped)
    assert "--sans:" in sheet
    assert "questionnaires/phone.css" in phone.get(f"{opened}at/1.1/").content.decode()


@pytest.mark.parametrize("word", ["streak", "badge", "score", "progress", "%", "almost done", "countdown"])
def test_nothing_on_a_question_counts_or_cheers(word, opened, phone):
    body = phone.get(f"{opened}at/1.5/").content.decode().split("<main")[1].split("</main>")[0]
    assert word not in re.sub("<[^>]+>", "", body).lower()
    assert "<progress" not in body
    assert "<meter" not in body
