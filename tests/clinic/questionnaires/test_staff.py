"""What staff see: a person's answers, what waits for a reader, and a link that is shown once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from unloop.care.symptoms import library
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.tokens import token_for
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.results import bands_in_words
from unloop.clinic.questionnaires.services import answer_sheet, invite, rate, withdraw
from unloop.clinic.work.models import Task

RIGHT = {"day": "17", "month": "5", "year": "1990"}
ZEROS = {str(number): 0 for number in range(1, 10)}

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(as_user, cast):
    return as_user(cast.provider)


@pytest.fixture
def sent(ines, cast):
    """Ines sent a PHQ-9 that speaks of suicide."""
    invitation, _path = invite(ines, ["phq-9"], by=cast.provider)
    (sheet,) = answer_sheet(invitation, {"phq-9": ZEROS | {"9": 1}})
    return sheet


def link_form(person, user, *instruments):
    return {"for_person": token_for(person.id), "instruments": instruments, "reader": str(user.pk)}


def test_the_link_is_shown_once_with_a_message_that_says_nothing_about_health(provider, ines, cast, phone):
    response = provider.post(
        f"/people/{ines.id}/answers/link/", link_form(ines, cast.nurse, "phq-9", "gad-7")
    )
    message = re.search(r'<p id="message"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL).group(1)
    path = re.search(r"http://testserver(/q/[\w-]+/)", message).group(1)
    assert not re.search(
        "phq|gad|depress|anxi|ocd|ketamine|suicid|Ines|Quill", message.replace(path, ""), re.IGNORECASE
    )
    assert phone.post(path, RIGHT).status_code == 302
    assert Invitation.objects.get().reader == cast.nurse
    assert path not in provider.get(f"/people/{ines.id}/answers/link/").content.decode()


def test_the_message_is_in_the_language_in_which_the_person_is_asked(provider, ines, cast):
    page = provider.post(
        f"/people/{ines.id}/answers/link/", link_form(ines, cast.nurse, "gad-7") | {"language": "es"}
    ).content.decode()
    assert 'id="message" class="measure code" lang="es">Le esperan unas preguntas.' in page
    assert "A few questions are waiting" not in page
    assert "reads the answers" in page


def test_a_form_without_a_choice_keeps_what_was_entered_and_says_what_is_missing(provider, ines, cast):
    response = provider.post(f"/people/{ines.id}/answers/link/", link_form(ines, cast.nurse))
    assert response.status_code == 422
    assert f'value="{cast.nurse.pk}" selected' in response.content.decode()
    assert Invitation.objects.count() == 0


def test_a_refusal_to_make_a_link_is_said_on_the_page(provider, ines, cast):
    ines.birth_date = None
    ines.save()
    response = provider.post(f"/people/{ines.id}/answers/link/", link_form(ines, cast.nurse, "gad-7"))
    assert response.status_code == 422
    assert "Enter it in the person" in response.content.decode()


def test_a_second_link_for_the_same_is_refused_in_sentences_beside_the_link_that_is_open(
    provider, ines, cast
):
    invite(ines, ["gad-7"], by=cast.provider)
    page = provider.post(
        f"/people/{ines.id}/answers/link/", link_form(ines, cast.nurse, "gad-7")
    ).content.decode()
    assert "Questionnaires: GAD-7, anxiety, which an open link asks for already." in page
    assert "Take that link back first, or leave this out." in page
    assert "Take it back" in page
    assert Invitation.objects.count() == 1


def test_the_front_desk_sends_links_and_reads_nothing(as_user, cast, ines, sent):
    desk = as_user(cast.front_desk)
    assert desk.get(f"/people/{ines.id}/answers/link/").status_code == 200
    assert (
        desk.post(f"/people/{ines.id}/answers/link/", link_form(ines, cast.nurse, "gad-7")).status_code == 200
    )
    for address in ("/answers/", f"/people/{ines.id}/answers/", f"/people/{ines.id}/answers/{sent.id}/"):
        assert desk.get(address).status_code == 403


@pytest.mark.parametrize("role", ["researcher", "owner"])
def test_who_treats_nobody_reads_nobodys_answers(role, as_user, cast, ines, sent):
    browser = as_user(getattr(cast, role))
    for address in ("/answers/", f"/people/{ines.id}/answers/", f"/people/{ines.id}/answers/link/"):
        assert browser.get(address).status_code == 403


def test_what_speaks_of_suicide_stands_first_among_what_waits(provider, ines, tom, cast, sent):
    invitation, _path = invite(tom, ["gad-7"], by=cast.provider)
    answer_sheet(invitation, {"gad-7": {str(number): 1 for number in range(1, 8)}})
    page = provider.get("/answers/").content.decode()
    assert "Three sets of answers wait for a reader." in page
    assert page.index("Answer that speaks of suicide") < page.index("Tom Weir")
    assert AuditEntry.objects.filter(action="questionnaires.waiting.listed").count() == 1


def test_a_persons_page_shows_scores_bands_with_their_scheme_and_ratings(provider, ines, cast, sent):
    rate(ines, "ybocs", {str(number): 2 for number in range(1, 11)}, by=cast.nurse)
    page = provider.get(f"/people/{ines.id}/answers/").content.decode()
    assert "Two forms were answered or rated." in page
    assert "(bands of Kroenke 2001)" in page
    assert "kroenke-2001" not in page
    assert "B. Brandt, nurse" in page
    assert AuditEntry.objects.filter(action="chart.read", person_id=ines.id).count() == 1


@pytest.mark.parametrize("scheme", sorted({one.name for each in library() for one in each.schemes}))
def test_every_scheme_of_bands_is_cited_in_words(scheme):
    assert "-" not in bands_in_words(scheme)
    assert " " in bands_in_words(scheme)


def test_a_sheet_shows_each_answer_and_closes_with_a_named_reader(provider, ines, cast, sent):
    address = f"/people/{ines.id}/answers/{sent.id}/"
    page = provider.get(address).content.decode()
    assert "On some days" in page
    assert "speaks of suicide" in page
    assert "Our own short labels" in page
    assert provider.post(address, {"for_person": token_for(ines.id), "outcome": ""}).status_code == 422
    assert Task.objects.filter(closed_at__isnull=True).count() == 2
    provider.post(address, {"for_person": token_for(ines.id), "outcome": "Called her; she is safe."})
    closed = Task.objects.values_list("closed_by", "outcome")
    assert set(closed) == {(cast.provider.pk, "Called her; she is safe.")}
    assert "No answers wait" in provider.get("/answers/").content.decode()


def test_whoever_reads_one_form_of_a_link_is_told_of_the_others_that_this_closes(provider, ines, cast):
    invitation, _path = invite(ines, ["gad-7", "audit-c"], by=cast.provider)
    gad, audit = answer_sheet(invitation, {"gad-7": {str(number): 1 for number in range(1, 8)}})
    page = provider.get(f"/people/{ines.id}/answers/{gad.id}/").content.decode()
    told = page[page.index("One link asked for these as well") :]
    assert f'href="/people/{ines.id}/answers/{audit.id}/">AUDIT-C</a>.' in told
    alone = rate(ines, "ybocs", {str(number): 2 for number in range(1, 11)}, by=cast.nurse)
    assert "as well" not in provider.get(f"/people/{ines.id}/answers/{alone.id}/").content.decode()


def test_a_form_with_others_sent_along_asks_the_database_little(provider, ines, cast):
    invitation, _path = invite(ines, ["phq-9", "gad-7", "check-in", "oci-r", "docs"], by=cast.provider)
    sheets = answer_sheet(invitation, {"phq-9": ZEROS | {"9": 1}})
    address = f"/people/{ines.id}/answers/{sheets[0].id}/"
    provider.get(address)
    with CaptureQueriesContext(connection) as captured:
        provider.get(address)
    assert len(captured) <= 15


def test_one_persons_sheet_is_not_found_under_another_person(provider, tom, sent):
    assert provider.get(f"/people/{tom.id}/answers/{sent.id}/").status_code == 404


def test_an_open_link_can_be_taken_back(provider, ines, cast, phone):
    invitation, path = invite(ines, ["gad-7"], by=cast.provider)
    address = f"/people/{ines.id}/answers/link/{invitation.id}/back/"
    assert provider.post(address, {"for_person": token_for(ines.id)}).status_code == 302
    assert phone.post(path, RIGHT).status_code == 410


def test_a_sheet_that_was_not_sent_can_be_read_when_its_answer_opened_a_task(provider, ines, sent_to):
    path = sent_to(ines)
    phone = Client()
    phone.post(path, RIGHT)
    phone.post(f"{path}at/1.9/", {"answer": "2"})
    sheet = AnswerSheet.objects.get()
    assert "(not sent yet)" in provider.get("/answers/").content.decode()
    assert "not sent yet" in provider.get(f"/people/{ines.id}/answers/{sheet.id}/").content.decode()


@pytest.mark.parametrize("address", ["/answers/", "/people/{id}/answers/", "/people/{id}/answers/link/"])
def test_a_page_takes_at_most_fifteen_queries(
    address, provider, ines, cast, monday, django_assert_max_num_queries
):
    for days in range(6):
        rate(
            ines,
            "ybocs",
            {str(number): 2 for number in range(1, 11)},
            by=cast.nurse,
            at=monday - timedelta(days=days),
        )
        invitation, _path = invite(ines, ["phq-9", "gad-7"], by=cast.provider)
        answer_sheet(invitation, {"phq-9": ZEROS | {"9": 1}})
        left, _path = invite(ines, ["gad-7"], by=cast.provider)
        withdraw(left.id)
    with django_assert_max_num_queries(15):
        assert provider.get(address.format(id=ines.id)).status_code == 200


def test_a_question_takes_at_most_fifteen_queries(opened, phone, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        phone.get(f"{opened}at/1.1/")


def test_answers_are_due_at_five_at_the_clinic_also_where_no_request_says_its_zone(sent):
    assert Task.objects.get(kind="read_answers").due_at.isoformat() == "2026-03-03T22:00:00+00:00"
