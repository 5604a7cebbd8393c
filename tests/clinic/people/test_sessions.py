"""A session ends: after ten idle minutes, after twelve hours, and when its user is deactivated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people.permissions import Matrix, matrix

pytestmark = pytest.mark.django_db
PAGE = "/second-factor/"


def after(client: Client, path: str = PAGE, **passed: float) -> int:
    """The status of a page that is opened this much later."""
    with clock.frozen(clock.now() + timedelta(**passed)):
        return client.get(path).status_code


@pytest.mark.parametrize(
    ("role", "minutes", "status"),
    [
        ("nurse", 9.9, 200),
        ("nurse", 10, 302),
        ("provider", 10, 302),
        ("director", 10, 302),
        ("owner", 10, 200),
        ("owner", 30, 302),
        ("front_desk", 29, 200),
    ],
)
def test_a_session_ends_after_a_while_without_use(
    cast: object, as_user: Callable[..., Client], role: str, minutes: float, status: int
) -> None:
    browser = as_user(getattr(cast, role))
    with clock.frozen(clock.now()) as start:
        browser.get(PAGE)
        with clock.frozen(start + timedelta(minutes=minutes)):
            assert browser.get(PAGE).status_code == status


def test_use_keeps_a_session_awake(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.nurse)
    with clock.frozen(clock.now()) as start:
        for minutes in range(0, 60, 9):
            with clock.frozen(start + timedelta(minutes=minutes)):
                assert browser.get(PAGE).status_code == 200


def test_no_session_lasts_longer_than_twelve_hours(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.nurse)
    with clock.frozen(clock.now()) as start:
        for minutes in range(0, 12 * 60, 9):
            with clock.frozen(start + timedelta(minutes=minutes)):
                assert browser.get(PAGE).status_code == 200
        with clock.frozen(start + timedelta(hours=12)):
            assert browser.get(PAGE).status_code == 302


def test_what_a_page_asks_by_itself_keeps_no_session_awake(
    cast: object, as_user: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_by_itself = Matrix(matrix().routes, frozenset({"mfa_index"}))
    monkeypatch.setattr("unloop.clinic.people.middleware.matrix", lambda: asked_by_itself)
    browser = as_user(cast.nurse)
    with clock.frozen(clock.now()) as start:
        for minutes in (0, 4, 8):
            with clock.frozen(start + timedelta(minutes=minutes)):
                assert browser.get(PAGE).status_code == 200
        with clock.frozen(start + timedelta(minutes=11)):
            assert browser.get(PAGE).status_code == 302


def test_an_ended_session_leaves_a_line_and_leads_back_to_the_page(
    cast: object, as_user: Callable[..., Client]
) -> None:
    browser = as_user(cast.nurse)
    browser.get(PAGE)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        response = browser.get(PAGE, follow=True)
    assert response.redirect_chain == [("/sign-in/?next=%2Fsecond-factor%2F", 302)]
    assert "signed out after a while" in response.content.decode()
    assert AuditEntry.objects.filter(action="people.session_ended", actor_id=cast.nurse.pk).count() == 1


def test_a_deactivated_user_is_out_at_the_next_page(cast: object, as_user: Callable[..., Client]) -> None:
    from unloop.clinic.people import staff

    browser = as_user(cast.nurse)
    assert browser.get(PAGE).status_code == 200
    staff.deactivate(cast.nurse)
    assert browser.get(PAGE)["Location"].startswith("/sign-in/")


def test_a_reset_sign_in_ends_open_sessions(cast: object, as_user: Callable[..., Client]) -> None:
    from unloop.clinic.people import staff

    browser = as_user(cast.nurse)
    staff.reset_sign_in(cast.nurse)
    assert browser.get(PAGE)["Location"].startswith("/sign-in/")
