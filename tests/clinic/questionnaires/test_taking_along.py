"""Responses leave as CSV and FHIR, and a person sees their own course as words."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from unloop.care.symptoms import Obsession, Trouble
from unloop.care.symptoms.vocabulary import Dimension
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.tokens import token_for
from unloop.clinic.questionnaires.exporting import COLUMNS, as_csv, questionnaire_response
from unloop.clinic.questionnaires.links import Terms
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.own_view import let_look, own_bands
from unloop.clinic.questionnaires.services import answer_sheet, invite, rate
from unloop.clinic.questionnaires.targets import write_list

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(ines, cast):
    """Ines answered a PHQ-9, declined one question and left one out."""
    invitation, _path = invite(ines, ["phq-9"], by=cast.provider)
    given = {str(number): 1 for number in range(1, 9)} | {"9": 0, "3": "asked-declined"}
    del given["4"]
    (sheet,) = answer_sheet(invitation, {"phq-9": given})
    return sheet


def lines_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_has_one_line_a_question_and_never_a_zero_for_silence(answered, ines, as_user, cast):
    response = as_user(cast.provider).get(f"/people/{ines.id}/answers/responses.csv")
    lines = lines_of(response.content.decode())
    assert tuple(lines[0]) == COLUMNS
    assert [line["points"] for line in lines] == ["1", "1", "", "", "1", "1", "1", "1", "0"]
    assert [line["not_answered_because"] for line in lines][2:4] == ["asked-declined", ""]
    assert {line["total"] for line in lines} == {""}
    assert {line["language"] for line in lines} == {"en"}
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_fhir_responses_carry_points_codes_and_reasons_for_silence(answered, ines, as_user, cast):
    bundle = as_user(cast.provider).get(f"/people/{ines.id}/answers/responses.json").json()
    (entry,) = bundle["entry"]
    resource = entry["resource"]
    assert (resource["resourceType"], resource["status"]) == ("QuestionnaireResponse", "completed")
    assert resource["questionnaire"] == "urn:unloop:questionnaire:phq-9|1.0.0"
    assert resource["subject"] == {"reference": f"Patient/{ines.id}"}
    assert [item["linkId"] for item in resource["item"]] == ["1", "2", "3", "5", "6", "7", "8", "9"]
    first = resource["item"][0]["answer"][0]["valueCoding"]
    assert (first["code"], first["display"]) == ("1", "On some days")
    assert first["extension"][0]["valueDecimal"] == 1
    declined = resource["item"][2]
    assert "answer" not in declined
    assert declined["extension"][0]["valueCode"] == "asked-declined"
    assert datetime.fromisoformat(resource["authored"]) == MONDAY


def test_the_texts_of_a_fhir_response_are_in_the_language_that_it_names(ines, cast):
    invitation, _path = invite(ines, ["gad-7"], by=cast.provider, terms=Terms(language="es"))
    (sheet,) = answer_sheet(invitation, {"gad-7": {"1": 1}})
    (asked,) = (resource := questionnaire_response(sheet))["item"]
    assert resource["language"] == "es"
    assert asked["text"] == "Sentir tensión o inquietud"
    assert asked["answer"][0]["valueCoding"]["display"] == "Algunos días"


def test_a_rating_names_its_rater_and_the_person_as_source(ines, cast, as_user):
    rate(ines, "cgi-s", {"1": 4}, by=cast.nurse)
    bundle = as_user(cast.provider).get(f"/people/{ines.id}/answers/responses.json").json()
    assert bundle["entry"][0]["resource"]["author"] == {"reference": f"Practitioner/{cast.nurse.pk}"}


def test_words_that_begin_like_a_formula_stay_words_in_a_spreadsheet(ines, cast):
    write_list(ines, [Trouble("", Obsession(Dimension.OTHER, "=1+1"))])
    invitation, _path = invite(ines, ["check-in"], by=cast.provider)
    (sheet,) = answer_sheet(invitation, {"check-in": {"16": 0, "101": 2}})
    assert {line["about"] for line in lines_of(as_csv([sheet]))} == {"", "'=1+1"}


def test_an_export_leaves_a_line_in_the_trail(answered, ines, as_user, cast):
    as_user(cast.provider).get(f"/people/{ines.id}/answers/responses.csv")
    entry = AuditEntry.objects.get(action="questionnaires.responses.exported")
    assert (entry.person_id, entry.detail) == (ines.id, {"form": "csv", "count": 1})


@pytest.mark.parametrize("role", ["nurse", "front_desk", "researcher", "owner"])
def test_responses_are_exported_by_who_treats_and_answers_for_it(role, ines, as_user, cast):
    browser = as_user(getattr(cast, role))
    for name in ("responses.csv", "responses.json"):
        assert browser.get(f"/people/{ines.id}/answers/{name}").status_code == 403


# --- The person's own view ------------------------------------------------------------------------------------


@pytest.fixture
def course(ines, cast):
    """From severe to mild in a month, by two ratings."""
    for days, points in ((30, 3), (0, 1)):
        rate(ines, "ybocs", {str(number): points for number in range(1, 11)}, by=cast.provider,
             at=MONDAY - timedelta(days=days))  # fmt: skip


def body_of(response):
    return response.content.decode().split("<main")[1].split("</main>")[0]


def test_a_course_is_said_in_bands_with_measurement_error_and_without_a_number(course, ines):
    (one,) = own_bands(ines)
    assert (one.first, one.latest, one.beyond_error) == ("severe", "mild", True)
    assert one.bands == ("subclinical", "mild", "moderate", "severe", "extreme")


def test_the_person_sees_it_only_by_a_link_that_was_made_for_it(course, ines, cast, phone, sent_to):
    questions = sent_to(ines, "gad-7")
    phone.post(questions, RIGHT)
    assert phone.get(f"{questions}own/").headers["Location"].startswith(f"{questions}at/")
    _made, path = let_look(ines, by=cast.provider, reader=cast.provider)
    assert phone.get(f"{path}own/").headers["Location"] == path
    assert phone.post(path, RIGHT).headers["Location"] == f"{path}own/"
    body = body_of(phone.get(f"{path}own/"))
    assert "The difference is larger than the error of measurement." in body
    for number in ("30", "10", "40", "-20"):
        assert f">{number}<" not in body
    assert "Mild" in body


def test_a_link_to_the_own_view_asks_nothing_and_sends_nothing(course, ines, cast, phone):
    _made, path = let_look(ines, by=cast.provider, reader=cast.provider, language="es")
    assert "porque lo pidió" in phone.get(path).content.decode()
    phone.post(path, RIGHT)
    for address in (f"{path}look/", f"{path}at/1.1/"):
        assert phone.get(address).headers["Location"] == f"{path}own/"
    phone.post(f"{path}look/")
    assert Invitation.objects.get().sent_at is None
    assert "leve" in phone.get(f"{path}own/").content.decode().lower()
    assert AnswerSheet.objects.filter(invitation__isnull=False).count() == 0


def test_staff_show_the_same_page_at_a_visit_and_make_the_link_on_request(course, ines, cast, as_user):
    nurse, address = as_user(cast.nurse), f"/people/{ines.id}/answers/own/"
    page = nurse.get(address).content.decode()
    assert "This is what the person sees" in page
    assert "In whose name is it opened?" in page
    assert "Who reads the answers?" not in page
    form = {"for_person": token_for(ines.id), "reader": str(cast.nurse.pk), "language": ""}
    assert "/q/" in nurse.post(address, form).content.decode()
    assert Invitation.objects.get().purpose == "look"


def test_the_message_of_an_own_view_promises_no_questions(course, ines, cast, as_user):
    asked = {"for_person": token_for(ines.id), "reader": str(cast.provider.pk), "language": "es"}
    page = as_user(cast.provider).post(f"/people/{ines.id}/answers/own/", asked).content.decode()
    assert "La página que pidió está lista." in page
    assert "asks nothing" in page
    assert "reads the answers" not in page
    assert f'href="/people/{ines.id}/answers/own/"' in page


def test_without_a_birth_date_no_link_is_made(ines, cast, as_user):
    ines.birth_date = None
    ines.save()
    form = {"for_person": token_for(ines.id), "reader": str(cast.nurse.pk), "language": ""}
    page = as_user(cast.nurse).post(f"/people/{ines.id}/answers/own/", form)
    assert page.status_code == 422
    assert "There is nothing to show yet." in page.content.decode()


def test_a_habit_and_a_bedside_scale_are_no_course(ines, cast):
    rate(ines, "audit-c", {"1": 2, "2": 1, "3": 1}, by=cast.provider)
    rate(ines, "aldrete", {str(number): 2 for number in range(1, 6)}, by=cast.provider)
    rate(ines, "cgi-s", {"1": 4}, by=cast.provider)
    assert own_bands(ines) == []
