"""Signing out clears the device, unless nobody has looked whether entries still wait on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from unloop.clinic.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
CLEAR = '"storage"'


@pytest.fixture
def nurse_in(cast: Any, client: Client) -> Client:
    """A browser in which the nurse is signed in."""
    client.force_login(cast.nurse, backend="unloop.clinic.people.sign_in.Backend")
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("answer", ["none", "lost"])
def test_a_device_on_which_nothing_waits_or_was_given_up_is_cleared(nurse_in: Client, answer: str) -> None:
    response = nurse_in.post("/sign-out/", {"kept": answer})
    assert response["Clear-Site-Data"] == CLEAR
    assert not is_in(nurse_in)


@pytest.mark.parametrize("form", [{}, {"kept": ""}, {"kept": "7"}])
def test_a_device_that_says_nothing_of_its_entries_keeps_them(nurse_in: Client, form: dict[str, str]) -> None:
    response = nurse_in.post("/sign-out/", form)
    assert "Clear-Site-Data" not in response
    assert not is_in(nurse_in)


def test_looking_at_the_page_that_asks_signs_nobody_out_and_clears_nothing(nurse_in: Client) -> None:
    response = nurse_in.get("/sign-out/")
    assert "Clear-Site-Data" not in response
    assert is_in(nurse_in)
    assert "Entries kept on this device and not charted: COUNT." in response.content.decode()


@pytest.mark.parametrize(("said", "written"), [("3", 3), ("many", None), ("-1", None), ("9" * 40, None)])
def test_entries_that_were_given_up_leave_a_line_with_their_number(
    nurse_in: Client, cast: Any, said: str, written: int | None
) -> None:
    nurse_in.post("/sign-out/", {"kept": "lost", "unsent": said})
    entry = AuditEntry.objects.get(action="people.unsent_given_up")
    assert (entry.actor_id, entry.detail) == (cast.nurse.pk, {"entries": written})


def test_nothing_given_up_leaves_no_such_line(nurse_in: Client) -> None:
    nurse_in.post("/sign-out/", {"kept": "none", "unsent": "0"})
    assert not AuditEntry.objects.filter(action="people.unsent_given_up").exists()


def test_every_way_out_on_a_page_looks_at_the_device_first(nurse_in: Client) -> None:
    for address in ("/sign-out/", "/chairs/"):
        page = nurse_in.get(address).content.decode()
        ways = [
            form for form in page.split("<form")[1:] if 'action="/sign-out/"' in form or "data-lose" in form
        ]
        assert ways
        assert all("data-sign-out" in form.partition(">")[0] for form in ways)
        assert "unloop/sign-out.js" in page
