"""Official wording: loaded as a file, fitted item by item, served word for word, or refused with a list."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unloop.care.symptoms import Licence, Wording, bundled, library
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.questionnaires.empty_form import empty_form
from unloop.clinic.questionnaires.models import AnswerSheet, LoadedWording
from unloop.clinic.questionnaires.services import load_wording, take_wording_back
from unloop.clinic.questionnaires.wordings import FAMILY_PORTRAIT, can_be_worded, current_wording, in_words
from unloop.fhir import Misfit
from unloop.quantity import InputRefused

RIGHT = {"day": "17", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


def questionnaire(*, items=7, points=4):
    """A made-up Questionnaire for the GAD-7, in words that are nobody's."""
    return json.dumps(
        {
            "resourceType": "Questionnaire",
            "status": "active",
            "title": "Seven made-up questions",
            "item": [
                {
                    "linkId": str(number),
                    "text": f"Made-up question number {number}",
                    "type": "choice",
                    "answerOption": [
                        {
                            "extension": [
                                {
                                    "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                                    "valueDecimal": value,
                                }
                            ],
                            "valueCoding": {"code": f"c{value}", "display": f"Made-up answer {value}"},
                        }
                        for value in range(points)
                    ],
                }
                for number in range(1, items + 1)
            ],
        }
    ).encode()


def upload(browser, data, instrument="gad-7", permission="", language="en"):
    file = SimpleUploadedFile("wording.json", data, content_type="application/json")
    form = {"instrument": instrument, "file": file, "permission": permission, "language": language}
    return browser.post("/answers/wording/", form)


def written(instrument):
    """The empty form of an instrument with made-up words written into it."""
    document = empty_form(bundled(instrument))
    for item in document["item"]:
        item["text"] = f"Made-up question {item['linkId']}"
        for option in item["answerOption"]:
            option["valueCoding"]["display"] = f"Made-up answer {option['valueCoding']['code']}"
    return json.dumps(document).encode()


def test_a_fitting_file_is_served_word_for_word_and_marked_official(as_user, cast, ines, sent_to, phone):
    assert upload(as_user(cast.director), questionnaire()).status_code == 302
    path = sent_to(ines, "gad-7")
    phone.post(path, RIGHT)
    page = phone.get(f"{path}at/1.1/").content.decode()
    assert "Made-up question number 1" in page
    assert "Made-up answer 3" in page
    assert "Official wording" in page
    sheet = AnswerSheet.objects.get()
    assert sheet.wording.sha256[:12] in sheet.instrument_version


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (questionnaire(items=6), "found for item 7"),
        (questionnaire(points=3), "needs answers with the points"),
        (b"{", "JSON"),
        (b'{"resourceType": "Patient"}', "Questionnaire"),
    ],
    ids=["an item is missing", "other points", "no JSON", "another resource"],
)
def test_a_file_that_does_not_fit_is_refused_with_its_reasons(data, says, as_user, cast):
    response = upload(as_user(cast.director), data)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert LoadedWording.objects.count() == 0


def test_a_sheet_keeps_the_words_in_which_it_was_begun(cast, ines, sent_to, phone):
    path = sent_to(ines, "gad-7")
    phone.post(path, RIGHT)
    load_wording("gad-7", questionnaire(), by=cast.director, spoken="en")
    assert "Made-up question" not in phone.get(f"{path}at/1.1/").content.decode()


def test_our_own_labels_come_back_when_the_wording_is_taken_back(cast, as_user):
    load_wording("gad-7", questionnaire(), by=cast.director, spoken="en")
    for _ in range(2):
        take_wording_back("gad-7", by=cast.director, spoken="en")
    assert current_wording("gad-7", "en") is None
    assert LoadedWording.objects.count() == 2
    page = as_user(cast.provider).get("/answers/wording/").content.decode()
    assert "our own short labels" in page


def test_the_published_phq_9_fits(shared_data, cast, ines, sent_to, phone):
    data = (shared_data / "fhir" / "phq9-questionnaire.json").read_bytes()
    assert not isinstance(load_wording("phq-9", data, by=cast.director, spoken="en"), Misfit)
    served = in_words("phq-9", current_wording("phq-9", "en"))
    assert served.wording is Wording.OFFICIAL
    assert [item.values for item in served.items] == [item.values for item in bundled("phq-9").items]
    path = sent_to(ines, "phq-9")
    phone.post(path, RIGHT)
    for number in range(1, 10):
        assert phone.post(f"{path}at/1.{number}/", {"answer": "1"}).status_code == 302
    phone.post(f"{path}look/")
    assert AnswerSheet.objects.get().score["total"] == 9


def test_the_nurse_does_not_choose_the_words(as_user, cast):
    assert upload(as_user(cast.nurse), questionnaire()).status_code == 403


@pytest.mark.parametrize("instrument", [one.id for one in can_be_worded()])
def test_an_empty_form_fits_its_instrument_once_the_words_are_written_into_it(instrument, cast):
    loaded = load_wording(
        instrument, written(instrument), by=cast.director, permission="made-up licence 7", spoken="en"
    )
    assert not isinstance(loaded, Misfit)
    served = in_words(instrument, loaded)
    assert [item.id for item in served.items] == [item.id for item in bundled(instrument).items]
    assert served.items[0].label == "Made-up question 1"


def test_an_empty_form_holds_no_word_and_is_refused_as_it_is(as_user, cast):
    director = as_user(cast.director)
    response = director.get("/answers/wording/ybocs/empty/")
    document = json.loads(response.content)
    assert {item["text"] for item in document["item"]} == {""}
    assert response.headers["Content-Disposition"] == 'attachment; filename="ybocs.json"'
    refused = upload(director, response.content, "ybocs", "licence 7")
    assert "has no words" in refused.content.decode()
    assert director.get("/answers/wording/check-in/empty/").status_code == 404


def test_words_that_are_not_free_need_the_right_to_use_them(as_user, cast):
    director = as_user(cast.director)
    refused = upload(director, written("ybocs"), "ybocs")
    assert refused.status_code == 422
    assert "Write by what right the clinic uses this wording." in refused.content.decode()
    assert 'href="#id_permission"' in refused.content.decode()
    assert LoadedWording.objects.count() == 0
    assert upload(director, written("ybocs"), "ybocs", "Letter of the authors, 3 May").status_code == 302
    assert "Letter of the authors, 3 May" in director.get("/answers/wording/").content.decode()


def test_what_is_wholly_ours_takes_nobody_elses_words(cast):
    with pytest.raises(InputRefused, match="wholly ours"):
        load_wording("check-in", written("gad-7"), by=cast.director, permission="any", spoken="en")


def test_one_page_says_where_every_official_wording_is_had_and_under_which_licence(as_user, cast):
    page = html.unescape(as_user(cast.director).get("/answers/wording/").content.decode())
    for one in can_be_worded():
        assert one.title in page
        assert one.obtain in page
        assert one.licence_note in page
    assert {one.id for one in library()} - {one.id for one in can_be_worded()} == {"check-in"}
    assert bundled("check-in").licence is Licence.OWN


def test_an_instruments_page_says_how_it_is_read_and_from_where(as_user, cast):
    nurse = as_user(cast.nurse)
    ybocs = html.unescape(nurse.get("/answers/instruments/ybocs/").content.decode())
    assert "questions 1, 2, 3, 4, 5" in ybocs
    assert "Never a zero, and never filled in" in ybocs
    assert "5.9 points, from a spread (SD) of 5.5 and an agreement of 0.85" in ybocs
    assert "4.9 points (4.4 to 5.4)" in re.sub(r"<[^>]+>", "", ybocs)
    assert "<b>2</b>: 1 to 3 hours a day" in ybocs
    phq = html.unescape(nurse.get("/answers/instruments/phq-9/").content.decode())
    assert "LOINC 44249-1" in phq
    assert "From 18 points" in nurse.get("/answers/instruments/docs/").content.decode()
    screener = html.unescape(nurse.get("/answers/instruments/c-ssrs/").content.decode())
    assert "Never a no" in screener
    assert "not known" in screener


def test_a_form_in_html_is_shown_as_plain_text(shared_data, as_user, cast):
    director = as_user(cast.director)
    data = (shared_data / "fhir" / "family-history-questionnaire.json").read_bytes()
    assert b"<button" in data
    assert upload(director, data, FAMILY_PORTRAIT).status_code == 302
    page = director.get(f"/answers/instruments/{FAMILY_PORTRAIT}/").content.decode()
    body = page.split("<main")[1].split("</main>")[0]
    assert "Age range at onset of disease" in body
    assert "testButton" not in body
    assert "<code>Text" not in body
    assert "Official wording" in body
    assert "had markup in it" in director.get("/answers/wording/").content.decode()


def test_another_form_is_not_kept_as_the_family_portrait(cast, as_user):
    response = upload(as_user(cast.director), written("gad-7"), FAMILY_PORTRAIT)
    assert response.status_code == 422
    assert "This file does not fit" in response.content.decode()
    assert not LoadedWording.objects.exists()


def test_the_family_portrait_is_no_instrument_and_is_not_rated(cast, shared_data, as_user, ines):
    data = (shared_data / "fhir" / "family-history-questionnaire.json").read_bytes()
    load_wording(FAMILY_PORTRAIT, data, by=cast.director)
    browser = as_user(cast.provider)
    assert browser.get(f"/people/{ines.id}/answers/rate/{FAMILY_PORTRAIT}/").status_code == 404
    take_wording_back(FAMILY_PORTRAIT, by=cast.director)
    assert browser.get(f"/answers/instruments/{FAMILY_PORTRAIT}/").status_code == 404


def test_the_family_portrait_is_not_taken_for_an_instrument(cast, shared_data):
    data = (shared_data / "fhir" / "family-history-questionnaire.json").read_bytes()
    assert isinstance(load_wording("phq-9", data, by=cast.director, spoken="en"), Misfit)


@pytest.mark.parametrize("instrument", [one.id for one in library()])
def test_every_instrument_has_a_page_that_says_whose_words_it_is_in(instrument, as_user, cast):
    page = html.unescape(as_user(cast.nurse).get(f"/answers/instruments/{instrument}/").content.decode())
    assert "These are our own short labels." in page
    assert bundled(instrument).items[-1].label in page
    assert bundled(instrument).licence_note in page


def test_the_list_names_every_instrument(as_user, cast):
    page = html.unescape(as_user(cast.nurse).get("/answers/instruments/").content.decode())
    assert all(one.title in page for one in library())


def with_help():
    """The same file, with a line below its first question and a heading above the others."""
    document = json.loads(questionnaire())
    first, *others = document["item"]
    first["item"] = [{"linkId": "1.help", "type": "display", "text": "A <b>made-up</b> line of help"}]
    group = {"linkId": "g", "type": "group", "text": "A made-up heading", "item": others}
    return json.dumps(document | {"item": [first, group]}).encode()


def test_lines_of_help_and_headings_of_the_official_file_stand_on_the_phone_as_plain_text(
    cast, ines, sent_to, phone
):
    load_wording("gad-7", with_help(), by=cast.director, permission="public", spoken="en")
    path = sent_to(ines, "gad-7")
    phone.post(path, RIGHT)
    first = phone.get(f"{path}at/1.1/").content.decode()
    assert "line of help" in first
    assert "<b>made-up</b>" not in first
    assert "A made-up heading" not in first
    second = phone.get(f"{path}at/1.2/").content.decode()
    assert "A made-up heading" in second
    assert "line of help" not in second


# --- More than one language ---------------------------------------------------------------------------------


def spanish(*, says: str | None = None):
    """The same questionnaire in made-up Spanish; `says` is the language that the file names."""
    text = questionnaire().decode().replace("Made-up question number", "Pregunta inventada número")
    document = json.loads(text.replace("Made-up answer", "Respuesta inventada"))
    return json.dumps(document | ({"language": says} if says else {})).encode()


@pytest.fixture
def in_both(cast):
    load_wording("gad-7", questionnaire(), by=cast.director, spoken="en")
    load_wording("gad-7", spanish(says="es-MX"), by=cast.director)


def test_each_language_has_its_own_official_words(in_both, ines, tom, sent_to, phone):
    path = sent_to(ines, "gad-7")
    phone.post(path, RIGHT)
    assert "Made-up question number 1" in phone.get(f"{path}at/1.1/").content.decode()
    tom.language = "es"
    tom.save()
    toms = sent_to(tom, "gad-7")
    phone.post(toms, {"day": "2", "month": "1", "year": "1980"})
    page = phone.get(f"{toms}at/1.1/").content.decode()
    assert "Pregunta inventada número 1" in page
    assert "Texto oficial" in page
    assert "Made-up" not in page


def test_who_changes_the_language_goes_on_in_the_official_words_of_the_new_one(in_both, ines, sent_to, phone):
    path = sent_to(ines, "gad-7")
    phone.post(path, RIGHT)
    phone.post(f"{path}at/1.1/", {"answer": "2"})
    phone.post(f"{path}language/", {"language": "es"})
    assert "Pregunta inventada número 2" in phone.get(f"{path}at/1.2/").content.decode()
    review = phone.get(f"{path}look/").content.decode()
    assert "Respuesta inventada 2" in review
    assert "Made-up" not in review
    sheet = AnswerSheet.objects.get()
    assert (sheet.answers, sheet.wording.language) == ({"1": 2}, "es")
    assert AuditEntry.objects.get(action="questionnaires.sheet.reworded").detail["language"] == "es"
    phone.post(f"{path}language/", {"language": "en"})
    assert "Made-up question number 2" in phone.get(f"{path}at/1.2/").content.decode()


def test_what_was_sent_keeps_its_words_whatever_language_is_chosen_later(in_both, ines, sent_to, phone):
    path = sent_to(ines, "gad-7")
    phone.post(path, RIGHT)
    phone.post(f"{path}look/")
    phone.post(f"{path}language/", {"language": "es"})
    assert AnswerSheet.objects.get().wording.language == "en"


def test_wording_that_is_taken_back_in_one_language_stays_in_the_other(in_both, as_user, cast):
    director = as_user(cast.director)
    page = director.get("/answers/wording/").content.decode()
    assert "Show our own short labels again in Español" in page
    director.post("/answers/wording/gad-7/back/", {"language": "es"})
    assert current_wording("gad-7", "es") is None
    assert current_wording("gad-7", "en") is not None


def test_the_page_of_an_instrument_shows_each_language(in_both, as_user, cast):
    nurse = as_user(cast.nurse)
    assert "Made-up question number 1" in nurse.get("/answers/instruments/gad-7/").content.decode()
    assert "Pregunta inventada" in nurse.get("/answers/instruments/gad-7/?in=es").content.decode()
    assert "Español" in nurse.get("/answers/instruments/").content.decode()


def test_a_clinician_rates_in_the_words_of_the_clinics_language(cast, as_user, ines, organisation):
    load_wording("ybocs", written("ybocs"), by=cast.director, permission="licence 7", spoken="es")
    address, provider = f"/people/{ines.id}/answers/rate/ybocs/", as_user(cast.provider)
    assert "Made-up question" not in provider.get(address).content.decode()
    organisation.language = "es"
    organisation.save()
    assert "Made-up question" in provider.get(address).content.decode()


@pytest.mark.parametrize(
    ("data", "spoken", "says"),
    [
        (questionnaire(), "", "does not name its language"),
        (spanish(says="es"), "en", "which the file names"),
        (spanish(says="fr"), "", "allowed is en, es"),
        (questionnaire(), "fr", "allowed is en, es"),
    ],
    ids=["nobody says", "file and form disagree", "a language of the file", "a language of the form"],
)
def test_the_language_of_a_file_is_said_and_never_guessed(data, spoken, says, cast):
    with pytest.raises(InputRefused, match=says):
        load_wording("gad-7", data, by=cast.director, spoken=spoken)
    assert LoadedWording.objects.count() == 0


def test_what_was_loaded_before_languages_were_told_apart_is_served_in_any(cast):
    load_wording("gad-7", questionnaire(), by=cast.director, spoken="en")
    row = LoadedWording.objects.get()
    old = LoadedWording(instrument="gad-7", number=2, sha256=row.sha256, document=row.document, title=row.title,
                        loaded_at=row.loaded_at, loaded_by=cast.director)  # fmt: skip
    old.save()
    assert current_wording("gad-7", "es") == old
    assert current_wording("gad-7", "en") == row
    take_wording_back("gad-7", by=cast.director)
    assert current_wording("gad-7", "es") is None
