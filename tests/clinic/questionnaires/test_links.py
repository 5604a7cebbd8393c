"""A link is for one person, for a week, for five tries at the birth date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people.staff import deactivate
from unloop.clinic.questionnaires.links import hash_of, invite, withdraw
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.services import answer_sheet
from unloop.quantity import InputRefused

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}
WRONG = {"day": "18", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


def test_the_token_has_128_bits_and_only_its_hash_is_kept(ines, sent_to):
    paths = set()
    for _ in range(20):
        paths.add(sent_to(ines))
        withdraw(Invitation.objects.get(withdrawn_at=None).id)
    tokens = {path.split("/")[2] for path in paths}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {22}  # 16 bytes in base64
    assert {hash_of(token) for token in tokens} == set(
        Invitation.objects.values_list("token_hash", flat=True)
    )


def test_neither_address_nor_title_holds_a_word_about_health(ines, sent_to, phone):
    path = sent_to(ines, "phq-9", "check-in")
    phone.post(path, RIGHT)
    here = phone.get(path).headers["Location"]
    token = path.split("/")[2]
    for address in (here, f"{path}look/", f"{path}help/"):
        assert not re.search("phq|gad|health|depress|ocd|suicid|check", address.replace(token, ""))
        title = re.search("<title>(.*?)</title>", phone.get(address).content.decode()).group(1)
        assert title == "Your questions · Unloop"


def test_before_the_birth_date_nothing_is_shown(ines, sent_to, phone):
    path = sent_to(ines)
    for address in (f"{path}at/1.1/", f"{path}look/"):
        assert phone.get(address).headers["Location"] == path
        assert phone.post(address, {"answer": "3"}).headers["Location"] == path
    assert phone.get(f"{path}told/1.9/").headers["Location"] == path
    assert AnswerSheet.objects.count() == 0
    assert "Ines" not in phone.get(path).content.decode()


def test_the_birth_date_opens_the_first_question(ines, sent_to, phone):
    path = sent_to(ines)
    assert phone.post(path, RIGHT).headers["Location"] == f"{path}at/1.1/"
    page = phone.get(f"{path}at/1.1/").content.decode()
    assert "Taking no interest in things" in page
    assert "V. Varga reads this on Tuesday, not before." in page
    assert "Our own short labels" in page


@pytest.mark.parametrize(
    "typed",
    [{}, {"day": "31", "month": "2", "year": "1990"}, {"day": "x", "month": "5", "year": "1990"}],
    ids=["nothing", "no such day", "no number"],
)
def test_what_is_no_day_is_asked_again_and_counts_as_no_try(typed, ines, sent_to, phone):
    path = sent_to(ines)
    assert phone.post(path, typed).status_code == 422
    assert Invitation.objects.get().tries == 0


def test_five_wrong_birth_dates_lock_the_link_for_the_right_one_too(ines, sent_to, phone):
    path = sent_to(ines)
    assert [phone.post(path, WRONG).status_code for _ in range(5)] == [422, 422, 422, 422, 410]
    locked = phone.post(path, RIGHT)
    assert locked.status_code == 410
    assert "nothing that you answered is lost" in locked.content.decode()
    assert AuditEntry.objects.filter(action="questionnaires.link.tried", outcome="failed").count() == 5
    assert phone.get(f"{path}help/").status_code == 200


def test_a_link_locked_on_one_device_is_locked_on_the_one_where_it_stood_open(opened, phone):
    stranger = Client()
    for _ in range(5):
        stranger.post(opened, WRONG)
    assert phone.get(f"{opened}at/1.1/").status_code == 410


def test_a_link_opens_for_a_week(opened, phone):
    with clock.frozen(MONDAY + timedelta(days=7) - timedelta(seconds=1)):
        phone.post(opened, RIGHT)
        assert phone.get(f"{opened}at/1.1/").status_code == 200
    with clock.frozen(MONDAY + timedelta(days=7)):
        closed = phone.post(f"{opened}at/1.1/", {"answer": "1"})
        assert closed.status_code == 410
        assert "This link is no longer open." in closed.content.decode()
    assert AnswerSheet.objects.get().answers == {}


def test_a_link_that_was_taken_back_opens_nothing(opened, phone):
    withdraw(Invitation.objects.get().id)
    assert phone.get(opened).status_code == 410


def test_a_token_that_is_nobodys_is_a_page_that_is_not_there(opened, phone):
    for address in ("/q/AAAAAAAAAAAAAAAAAAAAAA/", "/q/AAAAAAAAAAAAAAAAAAAAAA/at/1.1/", "/q/x/help/"):
        assert phone.get(address).status_code == 404


def test_one_persons_birth_date_opens_no_other_persons_link(opened, tom, sent_to, phone):
    toms = sent_to(tom)
    assert phone.get(f"{toms}at/1.1/").headers["Location"] == toms
    assert phone.post(toms, RIGHT).status_code == 422
    phone.post(f"{toms}at/1.1/", {"answer": "3"})
    assert not AnswerSheet.objects.filter(person=tom).exists()


def test_after_two_hours_the_birth_date_is_asked_again(opened, phone):
    with clock.frozen(MONDAY + timedelta(hours=2)):
        assert phone.get(f"{opened}at/1.1/").headers["Location"] == opened


def test_no_link_without_a_birth_date_that_could_open_it(ines, cast):
    ines.birth_date = None
    with pytest.raises(InputRefused, match="birth date"):
        invite(ines, ["gad-7"], by=cast.provider)


@pytest.mark.parametrize("wrong", [[], ["ybocs"], ["phq-2"]], ids=["none", "rated by a clinician", "unknown"])
def test_a_link_asks_only_what_a_person_can_answer_alone(wrong, ines, cast):
    with pytest.raises(InputRefused):
        invite(ines, wrong, by=cast.provider)
    assert Invitation.objects.count() == 0


def test_no_second_link_asks_for_what_an_open_one_asks_for(ines, tom, cast):
    open_one, _path = invite(ines, ["gad-7"], by=cast.provider)
    with pytest.raises(InputRefused, match="GAD-7") as refused:
        invite(ines, ["phq-9", "gad-7"], by=cast.provider)
    assert "take that link back first" in str(refused.value)
    invite(ines, ["phq-9"], by=cast.provider)
    invite(tom, ["gad-7"], by=cast.provider)
    withdraw(open_one.id)
    invite(ines, ["gad-7"], by=cast.provider)


def test_a_link_that_has_closed_or_was_answered_holds_no_further_one_up(ines, cast):
    answered, _path = invite(ines, ["gad-7"], by=cast.provider)
    answer_sheet(answered, {"gad-7": {"1": 0}})
    invite(ines, ["gad-7"], by=cast.provider)
    with clock.frozen(MONDAY + timedelta(days=8)):
        invite(ines, ["gad-7"], by=cast.provider)


def test_a_question_on_suicide_is_not_sent_while_nobody_is_on_duty(ines, cast):
    deactivate(cast.provider)
    deactivate(cast.director)
    for instrument in ("phq-9", "check-in"):
        with pytest.raises(InputRefused, match="duty"):
            invite(ines, ["gad-7", instrument], by=cast.nurse)
    assert invite(ines, ["gad-7"], by=cast.nurse)[0].reader == cast.nurse


def test_answers_to_the_front_desks_link_are_read_by_a_clinician(ines, cast):
    assert invite(ines, ["gad-7"], by=cast.front_desk)[0].reader == cast.provider


def test_the_trail_names_the_link_as_the_one_who_acts(opened, phone):
    phone.post(f"{opened}at/1.1/", {"answer": "2"})
    entry = AuditEntry.objects.get(action="questionnaires.answer.given")
    assert (entry.actor_kind, entry.actor_id) == ("link", Invitation.objects.get().id)
    assert entry.route == "questionnaires:question"


@pytest.mark.parametrize(
    "chosen", [("phq-9", "gad-7"), ("gad-7", "phq-9"), ("wsas", "gad-7", "phq-9", "phq-9")]
)
def test_the_phq_9_is_asked_before_the_gad_7_as_the_protocol_lists_them(ines, cast, chosen) -> None:
    invitation, _path = invite(ines, chosen, by=cast.provider)
    assert invitation.instruments[:2] == ["phq-9", "gad-7"]
    assert len(invitation.instruments) == len(set(chosen))


def test_what_the_protocol_does_not_ask_for_comes_last(ines, cast) -> None:
    invitation, _path = invite(ines, ("check-in", "audit-c", "phq-9"), by=cast.provider)
    assert invitation.instruments == ["phq-9", "audit-c", "check-in"]


def test_the_page_offers_questionnaires_in_the_order_in_which_they_are_asked(ines, cast, as_user) -> None:
    page = as_user(cast.provider).get(f"/people/{ines.id}/answers/link/").content.decode()
    assert page.index('value="phq-9"') < page.index('value="gad-7"') < page.index('value="check-in"')
