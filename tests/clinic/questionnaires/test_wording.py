"""Official wording: loaded as a file, fitted item by item, served word for word, or refused with a list."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unloop.care.symptoms import Wording, bundled
from unloop.clinic.questionnaires.models import AnswerSheet, LoadedWording
from unloop.clinic.questionnaires.services import load_wording, take_wording_back
from unloop.clinic.questionnaires.wordings import current_wording, in_words
from unloop.fhir import Misfit

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


def upload(browser, data, instrument="gad-7"):
    file = SimpleUploadedFile("wording.json", data, content_type="application/json")
    return browser.post("/answers/wording/", {"instrument": instrument, "file": file})


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
    load_wording("gad-7", questionnaire(), by=cast.director)
    assert "Made-up question" not in phone.get(f"{path}at/1.1/").content.decode()


def test_our_own_labels_come_back_when_the_wording_is_taken_back(cast, as_user):
    load_wording("gad-7", questionnaire(), by=cast.director)
    for _ in range(2):
        take_wording_back("gad-7", by=cast.director)
    assert current_wording("gad-7") is None
    assert LoadedWording.objects.count() == 2
    page = as_user(cast.provider).get("/answers/wording/").content.decode()
    assert "our own short labels" in page


def test_the_published_phq_9_fits(shared_data, cast, ines, sent_to, phone):
    data = (shared_data / "fhir" / "phq9-questionnaire.json").read_bytes()
    assert not isinstance(load_wording("phq-9", data, by=cast.director), Misfit)
    served = in_words("phq-9", current_wording("phq-9"))
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
