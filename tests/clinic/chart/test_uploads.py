"""Importing by page: what is wrong is said with its mend, nothing is doubled, and no file breaks the page."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.models import Draft, FactRow, Person, WaitingBundle
from unloop.fhir import MAX_BYTES, example_bundle

pytestmark = pytest.mark.django_db
IMPORT = "/people/import/"
PARTS = ("Where", "What was found", "What is allowed", "How to mend it")


@pytest.fixture
def upload(tab):
    def upload(data: bytes, name: str = "record.json", **more: object):
        return tab.post(IMPORT, {"file": SimpleUploadedFile(name, data, "application/json")}, **more)

    return upload


def hostile() -> dict[str, bytes]:
    """Files that are no record, each wrong in another way."""
    return {
        "empty object": b"{}",
        "cut off": example_bundle()[:5000],
        "no JSON": b"Dear colleague",
        "not UTF-8": b"\xff\xfe{}",
        "a list": b"[]",
        "another resource": b'{"resourceType": "Patient"}',
        "nobody in it": b'{"resourceType": "Bundle", "type": "transaction", "entry": []}',
        "deep nesting": b'{"resourceType": "Bundle", "type": "collection", "entry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "a page of the web": b"<!doctype html><title>Sign in</title>",
        "DSTU2": b'{"resourceType": "Bundle", "type": "transaction", "meta": {"profile": ["http://hl7.org/fhir/DSTU2/x"]}}',
        "NaN": b'{"resourceType": "Bundle", "type": "transaction", "total": NaN}',
    }  # fmt: skip


@pytest.mark.parametrize("name", list(hostile()))
def test_a_file_that_is_no_record_is_refused_with_its_mend(upload, rows, name: str) -> None:
    before = rows()
    response = upload(hostile()[name])
    page = response.content.decode()
    assert response.status_code == 422
    assert all(part in page for part in PARTS)
    assert "Nothing was written" in page
    assert rows() == before


def test_a_record_of_a_later_release_is_refused(upload, rows, bundle, patient) -> None:
    before = rows()
    # R5 renamed `medication[x]`; the release says so itself in fhirVersion.
    statement = {"resourceType": "CapabilityStatement", "id": "release", "fhirVersion": "5.0.0"}
    response = upload(bundle(patient(), statement))
    assert response.status_code == 422
    assert "4.0" in response.content.decode()
    assert rows() == before


def test_a_file_of_more_than_25_megabytes_is_not_read(upload, rows) -> None:
    before = rows()
    response = upload(b" " * (MAX_BYTES + 1))
    assert response.status_code == 422
    assert "at most 25 MB" in response.content.decode()
    assert rows() == before


def test_no_file_at_all_asks_for_one(tab) -> None:
    response = tab.post(IMPORT, {})
    assert response.status_code == 422
    assert "required" in response.content.decode()


def test_markup_in_a_record_stays_text(
    upload, tab, bundle, patient, prescription, condition, allergy
) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="x">'
    named = patient(name=[{"family": evil, "given": ["<b>Ann</b>"]}])
    data = bundle(
        named, prescription(medicationCodeableConcept={"text": evil}), condition(code={"text": evil}),
        allergy(code={"text": evil}),
    )  # fmt: skip
    response = upload(data, follow=True)
    assert response.status_code == 200
    person = Person.objects.get()
    shown = [response.content, *(tab.get(f"/people/{person.id}/{page}").content for page in ("", "record/"))]
    for page in (*shown, tab.get("/people/").content):
        assert b"<script>alert" not in page
        assert b"<img src=x" not in page
        assert b"<b>Ann" not in page


def test_a_null_character_is_not_kept(upload, bundle, patient) -> None:
    assert upload(bundle(patient(name=[{"family": "Qui\x00ll\u202e", "given": ["A"]}]))).status_code == 302
    assert Person.objects.get().family == "Quill"


def test_a_reading_of_tomorrow_is_left_out_and_said(upload, bundle, patient, weight) -> None:
    tomorrow = (clock.now() + timedelta(days=2)).isoformat()
    page = upload(bundle(patient(), weight(effectiveDateTime=tomorrow)), follow=True).content.decode()
    assert "Not understood, so left out" in page
    assert not FactRow.objects.filter(code="weight").exists()


def test_an_endless_name_is_no_name(upload, rows, bundle, patient) -> None:
    before = rows()
    assert upload(bundle(patient(name=[{"family": "Q" * 900, "given": ["A" * 900]}]))).status_code == 422
    assert rows() == before


def test_the_same_file_sent_twice_adds_nothing(upload, rows) -> None:
    assert upload(example_bundle()).status_code == 302
    before = rows()
    page = upload(example_bundle(), follow=True).content.decode()
    assert "0 added" in page
    assert rows() == before


def test_whose_record_it_is_is_asked_on_a_page_and_kept_waiting(
    upload, tab, person, rows, bundle, patient
) -> None:
    before = rows()
    asked = upload(bundle(patient()), follow=True)
    assert "This may be somebody who is here already." in asked.content.decode()
    assert rows() == before
    (waiting,) = WaitingBundle.objects.all()
    assert AuditEntry.objects.filter(action="chart.read", person_id=person.id, detail__page="whose").exists()
    answered = tab.post(f"/people/import/{waiting.id}/", {"answer": str(person.id)})
    assert answered.url == f"/people/{person.id}/imported/"
    assert not WaitingBundle.objects.exists()
    assert Person.objects.count() == 1


def test_somebody_new_of_the_same_name_becomes_a_second_person(upload, tab, person, bundle, patient) -> None:
    upload(bundle(patient()))
    tab.post(f"/people/import/{WaitingBundle.objects.get().id}/", {"answer": "new"})
    assert Person.objects.count() == 2


@pytest.mark.parametrize("answer", ["", "0b7e3c52-0000-4c5f-9f3c-6c2f8f8b7a10", "rubbish"])
def test_an_answer_that_names_nobody_who_was_asked_about_writes_nothing(
    upload, tab, person, bundle, patient, answer: str
) -> None:
    upload(bundle(patient()))
    response = tab.post(f"/people/import/{WaitingBundle.objects.get().id}/", {"answer": answer})
    assert response.status_code == 422
    assert WaitingBundle.objects.exists()
    assert Person.objects.count() == 1


def test_a_question_that_was_answered_in_another_tab_is_gone(upload, tab, person, bundle, patient) -> None:
    upload(bundle(patient()))
    address = f"/people/import/{WaitingBundle.objects.get().id}/"
    tab.post(address, {"answer": "new"})
    assert tab.post(address, {"answer": "new"}).status_code == 404
    assert Person.objects.count() == 2


def test_a_record_that_nobody_answered_for_is_gone_after_a_day(upload, person, bundle, patient) -> None:
    with clock.frozen(clock.now() - timedelta(hours=25)):
        upload(bundle(patient()))
    upload(bundle(patient(gender="female")))
    assert WaitingBundle.objects.count() == 1


def test_what_a_record_brought_is_shown_with_what_was_left_out(upload) -> None:
    page = upload(example_bundle(), follow=True).content.decode()
    assert f"{Draft.objects.count()} entries of the record wait for a decision" in page
    assert "While an imported medicine is undecided" in page


def test_a_front_desk_reads_no_record(cast, as_user) -> None:
    response = as_user(cast.front_desk).post(
        IMPORT, {"file": SimpleUploadedFile("x.json", json.dumps({}).encode())}
    )
    assert response.status_code == 403
    assert not Person.objects.exists()
