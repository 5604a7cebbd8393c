"""Every page that can simply be opened: it renders, asks the database little, and says where it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
OWNERS = [
    "/clinic/",
    "/clinic/details/",
    "/clinic/places/",
    "/clinic/staff/",
    "/clinic/staff/add/",
    "/clinic/protocols/",
    "/audit/",
    "/second-factor/",
    "/password/",
]
DIRECTORS = ["/clinic/protocols/adopt/", "/clinic/protocols/adopt/?bundled=ocd-ivket"]


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked, without the marks around transactions."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in captured if not query["sql"].startswith(marks)]


@pytest.mark.parametrize("path", OWNERS)
def test_a_page_of_the_owner_asks_the_database_little(
    cast: object, as_user: Callable[..., Client], path: str
) -> None:
    browser = as_user(cast.owner)
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    assert len(statements(captured)) <= 10, statements(captured)


@pytest.mark.parametrize("path", DIRECTORS)
def test_a_page_of_the_director_asks_the_database_little(
    cast: object, as_user: Callable[..., Client], path: str
) -> None:
    browser = as_user(cast.director)
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    assert len(statements(captured)) <= 10, statements(captured)


@pytest.mark.parametrize("path", OWNERS)
def test_every_page_has_one_heading_a_title_and_a_way_past_the_menu(
    cast: object, as_user: Callable[..., Client], path: str
) -> None:
    page = as_user(cast.owner).get(path).content.decode()
    assert page.count("<h1>") == 1
    title = page.split("<title>")[1].split("</title>")[0]
    assert title.endswith("· Unloop")
    assert title.split("·")[0].strip()
    assert '<a class="skip" href="#main">' in page
    assert f"Signed in: {cast.owner.name}" in page


def test_who_holds_no_role_with_a_room_is_told_so(
    hire: Callable[..., object], as_user: Callable[..., Client]
) -> None:
    browser = as_user(hire("nobody"))
    assert "No room is open to you yet" in browser.get("/").content.decode()


def test_the_first_page_is_the_first_room_of_ones_roles(cast: object, as_user: Callable[..., Client]) -> None:
    assert as_user(cast.owner).get("/").status_code == 302


def test_a_tablet_stays_dim_from_page_to_page(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.owner)
    assert 'data-mode="light"' in browser.get("/clinic/").content.decode()
    browser.cookies["unloop_mode"] = "dim"
    assert 'data-mode="dim"' in browser.get("/clinic/").content.decode()
    browser.cookies["unloop_mode"] = '"><script>'
    assert 'data-mode="light"' in browser.get("/clinic/").content.decode()


@pytest.mark.parametrize(("host", "offered"), [("127.0.0.1:8000", False), ("localhost:8000", True)])
def test_a_security_key_is_offered_where_the_address_has_a_name(
    hire: Callable[..., object], as_user: Callable[..., Client], host: str, *, offered: bool
) -> None:
    browser = as_user(hire("newcomer", "nurse", second_factor=False))
    page = browser.get("/sign-in/second-factor/", headers={"Host": host}).content.decode()
    assert ("Add a key" in page) == offered


def test_a_language_spoken_in_part_is_offered_as_that(cast: object, as_user: Callable[..., Client]) -> None:
    page = as_user(cast.owner).get("/clinic/details/").content.decode()
    assert '<option value="en" selected>English</option>' in page
    assert '<option value="es">Spanish (what the people you treat read; staff pages stay in English' in page
    assert 'value="fr"' not in page


def test_before_the_second_factor_no_room_is_shown(
    hire: Callable[..., object], as_user: Callable[..., Client]
) -> None:
    page = as_user(hire("newcomer", "owner", second_factor=False)).get("/sign-in/second-factor/")
    assert 'href="/clinic/"' not in page.content.decode()
