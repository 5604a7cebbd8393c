"""Before the first owner there is nothing: no clinic, no account, one page, and a token on the console."""

from __future__ import annotations

import pytest
from django.test import Client

from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people.models import Installation, Organisation, User

pytestmark = pytest.mark.django_db
TOKEN = "0123456789abcdefABCDEF"
ANSWERS = {
    "token": TOKEN,
    "clinic": "Clinic by the river",
    "zone": "Europe/Oslo",
    "location": "Main",
    "owner_name": "E. Lindqvist",
    "username": "lindqvist",
    "email": "lindqvist@clinic.example",
    "password": "five made-up words stand here",
    "again": "five made-up words stand here",
}


@pytest.fixture(autouse=True)
def _printed(settings: object) -> None:
    settings.UNLOOP_SETUP_TOKEN = TOKEN


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/clinic/staff/", "/no/such/page/"])
def test_every_page_leads_to_the_set_up(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == "/setup/"


def test_the_set_up_stays_locked_without_the_token(client: Client) -> None:
    page = client.get("/setup/").content.decode()
    assert "not set up yet" in page
    assert TOKEN not in page
    assert 'name="password"' not in page


@pytest.mark.parametrize("token", ["wrong", TOKEN[:-1], TOKEN + "x", ""])
def test_a_wrong_token_opens_nothing(client: Client, token: str) -> None:
    assert 'name="password"' not in client.get("/setup/", {"token": token}).content.decode()
    client.post("/setup/", ANSWERS | {"token": token})
    assert not User.objects.exists()


def test_without_a_printed_token_no_token_opens_it(client: Client, settings: object) -> None:
    settings.UNLOOP_SETUP_TOKEN = ""
    client.post("/setup/", ANSWERS | {"token": ""})
    assert not Organisation.objects.exists()


def test_the_token_makes_the_clinic_and_its_first_owner(client: Client) -> None:
    response = client.post("/setup/", ANSWERS)
    assert response["Location"] == "/sign-in/second-factor/"
    clinic, owner = Organisation.objects.get(), User.objects.get()
    assert (clinic.name, clinic.zone) == ("Clinic by the river", "Europe/Oslo")
    assert (owner.username, owner.roles) == ("lindqvist", ["owner"])
    assert not Installation.objects.get().demo
    assert AuditEntry.objects.filter(action="people.clinic.set_up", actor_id=owner.pk).exists()


def test_the_new_owner_still_needs_a_second_factor(client: Client) -> None:
    client.post("/setup/", ANSWERS)
    assert client.get("/clinic/")["Location"] == "/sign-in/second-factor/"


def test_the_set_up_is_gone_once_there_is_a_clinic(client: Client) -> None:
    client.post("/setup/", ANSWERS)
    assert client.get("/setup/", {"token": TOKEN}).status_code == 404
    assert Client().post("/setup/", ANSWERS | {"username": "another"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "too short", "again": "too short"}, "at least 15 characters"),
        ({"password": "aaaaaaaaaaaaaaaa", "again": "bbbbbbbbbbbbbbbb"}, "The two differ"),
        ({"password": "lindqvist@clinic.example", "again": "lindqvist@clinic.example"}, "too similar"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"crisis_line": "555 0100"}, "day on which you looked"),
        ({"crisis_line": "555 0100", "crisis_line_checked_on": "2999-01-01"}, "still to come"),
        ({"owner_name": ""}, "This field is required"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_named_and_nothing_is_made(
    client: Client, changed: dict[str, str], said: str
) -> None:
    response = client.post("/setup/", ANSWERS | changed)
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "There is something to mend" in page
    assert not User.objects.exists()


def test_a_long_password_is_taken_whole(client: Client) -> None:
    long = "a made-up sentence that goes on and on " * 4
    client.post("/setup/", ANSWERS | {"password": long, "again": long})
    assert User.objects.get().check_password(long)
