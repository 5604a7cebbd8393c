"""Target symptoms: written at a visit, asked about in the check-in in the person's own words, each followed apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from unloop.care.symptoms import Compulsion, CompulsionKind, Dimension, Obsession, Trouble, target_item
from unloop.clinic.audit import clock
from unloop.clinic.chart.models import FactRow
from unloop.clinic.chart.tokens import token_for
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.targets import courses, standing, write_list

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}
STOVE = Obsession(Dimension.HARM_AND_SAFETY_DOUBT, "that the stove is on")
CHECKING = Compulsion(CompulsionKind.CHECKING, "the stove, <nine> times", Dimension.HARM_AND_SAFETY_DOUBT)

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(ines):
    write_list(ines, [Trouble("", STOVE, 3), Trouble("", CHECKING)])
    return standing(ines)


@pytest.fixture
def page(ines):
    return f"/people/{ines.id}/answers/symptoms/"


def form(person, *rows):
    data = {"for_person": token_for(person.id), "s-TOTAL_FORMS": str(len(rows)), "s-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"s-{number}-{key}": value for key, value in row.items()}
    return data


def row(words, kind="obsession", about="", **more):
    return {"id": "", "kind": kind, "about": about, "in_own_words": words, "trouble": ""} | more


def answer_check_in(phone, path, answers):
    phone.post(path, RIGHT)
    for link_id, token in answers.items():
        assert phone.post(f"{path}at/1.{link_id}/", {"answer": token}).status_code == 302
    phone.post(f"{path}look/")


def test_the_list_is_written_on_one_page_and_stands_as_a_fact(as_user, cast, ines, page):
    nurse = as_user(cast.nurse)
    rows = [
        row("that the stove is on", about="harm-and-safety-doubt", trouble="3"),
        row("the stove, nine times", kind="checking"),
    ]
    assert nurse.post(page, form(ines, *rows)).status_code == 302
    first, second = standing(ines)
    assert (first.id, first.symptom, first.points) == ("s1", STOVE, 3)
    assert (second.id, second.symptom) == ("s2", Compulsion(CompulsionKind.CHECKING, "the stove, nine times"))
    shown = nurse.get(page).content.decode()
    assert "Two symptoms are followed" in shown
    assert "“that the stove is on”" in shown
    assert "Quite a lot" in shown


def test_a_symptom_keeps_its_name_when_it_is_put_in_other_words(as_user, cast, ines, page, listed):
    rows = [
        row("that the oven is on", id="s1", about="harm-and-safety-doubt", trouble="1"),
        row("the stove, twice", id="s2", kind="checking", over="on"),
        row("that a door is open"),
    ]
    with clock.frozen(MONDAY + timedelta(minutes=5)):
        as_user(cast.provider).post(page, form(ines, *rows))
    first, second, third = courses(ines)
    assert [points for _at, points in first.points] == [3, 1]
    assert second.over_since == MONDAY + timedelta(minutes=5)
    assert third.id == "s3"


@pytest.mark.parametrize(
    "wrong",
    [row(""), row("x", kind="nothing"), row("x", trouble="7"), row("x", about="elsewhere"), row("a\tb")],
    ids=["no words", "no such kind", "too much", "no such dimension", "a control character"],
)
def test_what_cannot_be_written_is_said_and_changes_nothing(wrong, as_user, cast, ines, page):
    changed = wrong | {"trouble": wrong["trouble"] or "2"}
    response = as_user(cast.nurse).post(page, form(ines, changed))
    assert response.status_code == 422
    assert "There is something to mend" in response.content.decode()
    assert FactRow.objects.count() == 0


def test_the_check_in_asks_in_the_persons_own_words(ines, listed, sent_to, phone):
    path = sent_to(ines, "check-in")
    phone.post(path, RIGHT)
    page = phone.get(f"{path}at/1.{target_item(1)}/").content.decode()
    assert "You called it:" in page
    assert "“the stove, &lt;nine&gt; times”" in page
    assert "How much did this trouble you?" in page
    assert "“that the stove is on”" in phone.get(f"{path}look/").content.decode()


def test_an_answered_check_in_gives_each_part_apart_as_facts(ines, listed, sent_to, phone):
    path = sent_to(ines, "check-in")
    with clock.frozen(MONDAY + timedelta(hours=1)):
        answers = {str(n): "2" for n in range(1, 16)} | {str(n): "1" for n in range(17, 24)}
        answer_check_in(
            phone, path, answers | {target_item(0): "4", target_item(1): "asked-declined", "16": "0"}
        )
    apart = FactRow.objects.get(code="checkin_apart").value
    assert {one["of"] for one in apart} == {"dimension", "compulsion", "life-area"}
    assert {"of": "compulsion", "name": "checking", "points": 1} in apart
    assert {"of": "life-area", "name": "work", "points": 2} in apart
    assert len(apart) == 17
    assert [one.points for one in standing(ines)] == [4, None]
    sheet = AnswerSheet.objects.get()
    assert sheet.score["total"] == 10
    assert FactRow.objects.filter(code="target_symptoms").last().source == f"questionnaire/{sheet.id}"


def test_what_was_not_answered_is_in_no_fact(ines, listed, sent_to, phone):
    path = sent_to(ines, "check-in")
    answer_check_in(phone, path, {"11": "0", "16": "0"})
    assert FactRow.objects.get(code="checkin_apart").value == [
        {"of": "dimension", "name": "contamination", "points": 0}
    ]
    assert FactRow.objects.filter(code="target_symptoms").count() == 1


def test_a_list_that_was_changed_while_the_person_answered_is_kept(ines, listed, sent_to, phone):
    path = sent_to(ines, "check-in")
    phone.post(path, RIGHT)
    with clock.frozen(MONDAY + timedelta(minutes=1)):
        write_list(ines, [listed[1], Trouble("", Obsession(Dimension.OTHER, "new words"))])
    with clock.frozen(MONDAY + timedelta(minutes=2)):
        answer_check_in(phone, path, {target_item(0): "2", target_item(1): "3", "16": "0"})
    assert [(one.id, one.points) for one in standing(ines)] == [("s2", 3), ("s3", None)]


def test_a_check_in_without_a_list_asks_what_it_always_asked(ines, sent_to, phone):
    path = sent_to(ines, "check-in")
    phone.post(path, RIGHT)
    assert phone.get(f"{path}at/1.{target_item(0)}/").status_code == 302
    assert AnswerSheet.objects.get().targets == []


def test_staff_read_the_words_beside_the_answer(ines, listed, sent_to, phone, as_user, cast):
    path = sent_to(ines, "check-in")
    answer_check_in(phone, path, {target_item(0): "4", "16": "0"})
    sheet = AnswerSheet.objects.get()
    page = as_user(cast.nurse).get(f"/people/{ines.id}/answers/{sheet.id}/").content.decode()
    assert "“that the stove is on”" in page
