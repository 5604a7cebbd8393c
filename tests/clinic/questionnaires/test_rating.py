"""A clinician rates on one page: with the keyboard, or as one form; nothing is saved twice or half."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from unloop.care.symptoms import Silence, bundled, library
from unloop.clinic.audit import clock
from unloop.clinic.chart.models import FactRow
from unloop.clinic.chart.tokens import token_for
from unloop.clinic.questionnaires.models import AnswerGiven, AnswerSheet
from unloop.clinic.questionnaires.services import rate, results, sheets_of
from unloop.quantity import InputRefused

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(as_user, cast):
    return as_user(cast.nurse)


@pytest.fixture
def page(ines):
    return f"/people/{ines.id}/answers/rate/ybocs/"


def form(person, answers, sheet, **more):
    return (
        {"for_person": token_for(person.id), "sheet": str(sheet)}
        | {f"q{link_id}": value for link_id, value in answers.items()}
        | more
    )


ALL_TWOS = {str(number): "2" for number in range(1, 11)}


def test_the_points_of_an_answer_stand_once_beside_it(nurse, ines):
    shown = nurse.get(f"/people/{ines.id}/answers/rate/docs/").content.decode()
    assert '<b class="key">0</b> none</span>' in shown
    assert '<b class="key">1</b> </span>' in shown
    listed = nurse.get("/answers/instruments/docs/").content.decode()
    assert "<b>0</b>: none · <b>1</b> · <b>2</b>" in listed


def test_one_form_saves_a_whole_rating_and_its_facts(nurse, page, ines):
    response = nurse.post(page, form(ines, ALL_TWOS, uuid4()))
    sheet = AnswerSheet.objects.get()
    assert response.headers["Location"] == f"/people/{ines.id}/answers/{sheet.id}/"
    assert sheet.score["total"] == 20
    facts = dict(FactRow.objects.values_list("code", "value"))
    assert facts == {"ybocs": 20.0, "ybocs_obsessions": 10.0, "ybocs_compulsions": 10.0}
    shown = nurse.get(response.headers["Location"]).content.decode()
    assert "20 of 40" in shown
    assert "moderate" in shown
    assert "conventional" in shown


def test_an_answer_is_kept_as_soon_as_it_is_chosen_and_found_again(nurse, page, ines):
    sheet = uuid4()
    keep = {"for_person": token_for(ines.id), "sheet": str(sheet), "question": "1", "answer": "3"}
    for _ in range(2):
        assert nurse.post(f"{page}keep/", keep).status_code == 204
    assert AnswerGiven.objects.count() == 1
    again = nurse.get(page).content.decode()
    assert str(sheet) in again
    assert re.search(r'name="q1" id="q1-4" value="3" checked', again)
    nurse.post(page, form(ines, ALL_TWOS, sheet))
    assert AnswerSheet.objects.count() == 1


def test_a_rating_begun_yesterday_is_not_gone_on_with(nurse, page, ines):
    sheet = uuid4()
    nurse.post(
        f"{page}keep/",
        {"for_person": token_for(ines.id), "sheet": str(sheet), "question": "1", "answer": "3"},
    )
    with clock.frozen(MONDAY + timedelta(minutes=9)):
        assert str(sheet) in nurse.get(page).content.decode()
    AnswerSheet.objects.update(started_at=MONDAY - timedelta(days=1))
    assert str(sheet) not in nurse.get(page).content.decode()


def test_a_rating_pressed_twice_is_saved_once(nurse, page, ines):
    sheet = uuid4()
    first = nurse.post(page, form(ines, ALL_TWOS, sheet))
    second = nurse.post(page, form(ines, ALL_TWOS | {"1": "4"}, sheet))
    assert first.headers["Location"] == second.headers["Location"]
    assert (FactRow.objects.count(), AnswerSheet.objects.get().score["total"]) == (3, 20)


def test_missing_answers_are_named_and_left_out_only_on_purpose(nurse, page, ines):
    sheet = uuid4()
    some = {key: value for key, value in ALL_TWOS.items() if key not in {"4", "9"}}
    response = nurse.post(page, form(ines, some, sheet))
    assert response.status_code == 422
    assert 'href="#q4-1"' in response.content.decode()
    assert FactRow.objects.count() == 0
    nurse.post(page, form(ines, some, sheet, leave_out="yes"))
    assert AnswerSheet.objects.get().score["total"] is None
    assert FactRow.objects.count() == 0


@pytest.mark.parametrize("wrong", ["5", "-1", "x", "<b>"])
def test_an_answer_that_the_scale_does_not_have_saves_nothing(wrong, nurse, page, ines):
    response = nurse.post(page, form(ines, ALL_TWOS | {"10": wrong}, uuid4()))
    assert response.status_code == 422
    assert "<b>:" not in response.content.decode()
    assert not AnswerSheet.objects.filter(sent_at__isnull=False).exists()


def test_a_form_made_for_somebody_else_writes_nothing(nurse, page, ines, tom):
    assert nurse.post(page, form(tom, ALL_TWOS, uuid4())).status_code == 409
    assert AnswerSheet.objects.count() == 0


def test_another_raters_open_sheet_cannot_be_written(nurse, page, ines, cast, as_user):
    sheet = uuid4()
    keep = {"for_person": token_for(ines.id), "sheet": str(sheet), "question": "1", "answer": "3"}
    nurse.post(f"{page}keep/", keep)
    assert as_user(cast.provider).post(f"{page}keep/", keep | {"answer": "0"}).status_code == 422
    assert AnswerSheet.objects.get().answers == {"1": 3}


def test_what_is_no_instrument_is_not_rated(nurse, ines):
    assert nurse.get(f"/people/{ines.id}/answers/rate/nothing/").status_code == 404


@pytest.mark.parametrize("instrument", library(), ids=lambda one: one.id)
def test_every_instrument_is_rated_on_its_page_as_one_form(instrument, nurse, ines):
    address = f"/people/{ines.id}/answers/rate/{instrument.id}/"
    assert "rating.js" in nurse.get(address).content.decode()
    lowest = {item.id: str(item.values[0]) for item in instrument.items}
    assert nurse.post(address, form(ines, lowest, uuid4(), leave_out="yes")).status_code == 302
    sheet = AnswerSheet.objects.get()
    assert sheet.score["total"] == instrument.low


@pytest.mark.parametrize("instrument", ["cadss-6", "rass", "mpadss", "c-ssrs-since-last-contact"])
def test_what_belongs_to_a_session_is_kept_as_a_form_and_adds_no_fact_outside_of_one(instrument, nurse, ines):
    address = f"/people/{ines.id}/answers/rate/{instrument}/"
    highest = {item.id: str(item.values[-1]) for item in bundled(instrument).items}
    assert "adds nothing to the chart" in nurse.get(address).content.decode()
    assert nurse.post(address, form(ines, highest, uuid4(), leave_out="yes")).status_code == 302
    assert FactRow.objects.count() == 0


def test_the_screener_gives_its_level_as_a_fact(ines, cast):
    rate(ines, "c-ssrs", {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}, by=cast.nurse)
    assert FactRow.objects.get(code="suicide_risk").value == "moderate"


def test_a_change_is_compared_with_measurement_error(ines, cast):
    for days, points in ((20, 3), (6, 2), (0, 2)):
        rate(
            ines, "ybocs", dict.fromkeys(ALL_TWOS, points), by=cast.provider, at=MONDAY - timedelta(days=days)
        )
    latest, middle, first = results(sheets_of(ines))
    assert first.change is None
    assert (middle.change.points, middle.change.reliable) == (-10, True)
    assert (latest.change.points, latest.change.reliable) == (0, False)


def test_a_recorded_silence_is_an_answer_without_points(ines, cast):
    sheet = rate(ines, "c-ssrs", {"1": Silence.RATHER_NOT_SAY, "2": 0, "6": 0}, by=cast.nurse)
    assert sheet.answers["1"] == "asked-declined"
    assert "1" in sheet.score["missing"]


def test_nobody_rates_in_nobodys_name(ines):
    with pytest.raises(InputRefused, match="nobody"):
        rate(ines, "cgi-s", {"1": 4})
