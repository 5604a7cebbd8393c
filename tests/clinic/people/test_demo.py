"""The demo lets anybody in; so nothing but the database itself may say that this is the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import verify
from unloop.clinic.people import demo, installation
from unloop.clinic.people.models import Installation, User
from unloop.clinic.people.services import NotServable

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(settings: object, tmp_path: Path) -> dict[str, User]:
    settings.HOME = tmp_path
    demo.seed()
    return {user.username: user for user in User.objects.all()}


def test_a_demo_has_six_made_up_members_of_staff(seeded: dict[str, User]) -> None:
    assert [user.name for user in demo.demo_staff()] == [
        "A. Varga",
        "J. Brandt",
        "M. Okafor",
        "L. Ruiz",
        "S. Hahn",
        "E. Lindqvist",
    ]
    assert verify().ok


def test_seeding_again_adds_nothing(seeded: dict[str, User]) -> None:
    demo.seed()
    assert User.objects.count() == 6


def test_one_button_signs_in_as_somebody_and_a_line_says_so(client: Client, seeded: dict[str, User]) -> None:
    page = client.get("/sign-in/").content.decode()
    assert page.count('name="user"') == 6
    assert 'name="password"' not in page
    response = client.post("/sign-in/demo/", {"user": seeded["brandt"].pk})
    assert response.status_code == 302
    entry = AuditEntry.objects.get(action="people.signed_in")
    assert (entry.actor_id, entry.detail) == (seeded["brandt"].pk, {"how": "demo"})


def test_a_demo_asks_for_no_second_factor(client: Client, seeded: dict[str, User]) -> None:
    client.post("/sign-in/demo/", {"user": seeded["lindqvist"].pk})
    assert client.get("/clinic/").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in/", "/second-factor/", "/no/such/page/", "/clinic/"])
def test_every_page_is_marked_as_demo(client: Client, seeded: dict[str, User], path: str) -> None:
    if path != "/sign-in/":
        client.post("/sign-in/demo/", {"user": seeded["lindqvist"].pk})
    page = client.get(path).content.decode()
    assert "<b>DEMO</b>" in page
    assert "· DEMO ·" in page


def test_after_signing_in_one_comes_back_to_the_page_one_wanted(
    client: Client, seeded: dict[str, User]
) -> None:
    response = client.post("/sign-in/demo/", {"user": seeded["lindqvist"].pk, "next": "/audit/"})
    assert response["Location"] == "/audit/"


@pytest.mark.parametrize("elsewhere", ["//elsewhere.example/", "https://elsewhere.example/", "javascript:x"])
def test_one_is_never_sent_elsewhere(client: Client, seeded: dict[str, User], elsewhere: str) -> None:
    response = client.post("/sign-in/demo/", {"user": seeded["lindqvist"].pk, "next": elsewhere})
    assert response["Location"] == "/"


def test_the_buttons_work_from_this_machine_only(client: Client, seeded: dict[str, User]) -> None:
    response = client.post("/sign-in/demo/", {"user": seeded["brandt"].pk}, REMOTE_ADDR="192.0.2.7")
    assert response.status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["", "unix:", "127.0.0.1.example"])
def test_an_address_that_is_none_is_not_this_machine(address: str) -> None:
    assert not demo.is_loopback(address)


def test_a_real_clinic_has_no_such_buttons(client: Client, cast: object, settings: object) -> None:
    settings.UNLOOP_DEMO = True
    page = client.get("/sign-in/").content.decode()
    assert "DEMO" not in page
    assert 'name="password"' in page
    assert client.post("/sign-in/demo/", {"user": cast.owner.pk}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert demo.demo_staff() == []


def test_a_real_clinic_is_not_seeded_over(organisation: object) -> None:
    demo.seed()
    assert not User.objects.exists()


@pytest.mark.parametrize("first", [True, False])
def test_what_a_database_was_marked_as_stays(first: bool) -> None:  # noqa: FBT001
    installation.mark(demo=first)
    installation.mark(demo=first)
    with pytest.raises(NotServable):
        installation.mark(demo=not first)


def test_the_database_itself_refuses_to_turn_a_clinic_into_a_demo(organisation: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_installation SET demo = true")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO people_installation (id, demo, made_at) VALUES (2, true, '2026-01-01')")
    assert not Installation.objects.get().demo
