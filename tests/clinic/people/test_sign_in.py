"""Getting in: name or address, password, second factor; every try leaves a line and no page tells who exists."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"
SECRET = "JBSWY3DPEHPK3PXP"


def code() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


@pytest.fixture
def nurse(hire: Callable[..., User]) -> User:
    user = hire("brandt", "nurse", second_factor=False)
    TOTP.activate(user, SECRET)
    return user


def sign_in(client: Client, login: str, password: str = PASSWORD) -> object:
    return client.post("/sign-in/", {"login": login, "password": password})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["brandt", "Brandt", "brandt@clinic.example"])
def test_name_or_address_and_password_lead_to_the_second_factor(
    client: Client, nurse: User, login: str
) -> None:
    response = sign_in(client, login)
    assert (response.status_code, response["Location"]) == (302, "/second-factor/authenticate/")
    assert not is_in(client)


def test_the_second_factor_opens_and_a_line_says_so(client: Client, nurse: User) -> None:
    sign_in(client, "brandt")
    response = client.post("/second-factor/authenticate/", {"code": code()})
    assert response.status_code == 302
    assert is_in(client)
    entry = AuditEntry.objects.get(action="people.signed_in")
    assert (entry.actor_id, entry.role, entry.detail) == (nurse.pk, "nurse", {"how": "password"})


def test_a_code_works_once(client: Client, nurse: User) -> None:
    used = code()
    sign_in(client, "brandt")
    client.post("/second-factor/authenticate/", {"code": used})
    client.post("/sign-out/")
    sign_in(client, "brandt")
    client.post("/second-factor/authenticate/", {"code": used})
    assert not is_in(client)


def test_a_wrong_code_stays_outside_and_leaves_a_line(client: Client, nurse: User) -> None:
    sign_in(client, "brandt")
    client.post("/second-factor/authenticate/", {"code": "000000"})
    assert not is_in(client)
    entry = AuditEntry.objects.get(action="people.sign_in")
    assert (entry.outcome, entry.actor_id, entry.detail["step"]) == ("failed", nurse.pk, "second-factor")


def test_a_wrong_password_leaves_a_line_without_what_was_typed(client: Client, nurse: User) -> None:
    sign_in(client, "brandt", "not the right one at all")
    entry = AuditEntry.objects.get(action="people.sign_in")
    assert (entry.outcome, entry.actor_id) == ("failed", nurse.pk)
    assert entry.detail == {"step": "password", "known": True}


def test_an_unknown_name_leaves_a_line_for_nobody(client: Client, nurse: User) -> None:
    sign_in(client, "nobody", "not the right one at all")
    entry = AuditEntry.objects.get(action="people.sign_in")
    assert (entry.actor_id, entry.detail["known"]) == (None, False)


def test_the_form_asks_for_what_it_takes_and_says_a_mistake_in_its_own_words(
    client: Client, nurse: User
) -> None:
    assert "User name or email address</label>" in client.get("/sign-in/").content.decode()
    page = sign_in(client, "brandt", "not these words at all").content.decode()
    assert "Name and password do not belong together." in page


def test_the_page_does_not_tell_whether_an_account_exists(client: Client, nurse: User) -> None:
    def words(login: str) -> str:
        page = sign_in(client, login, "not the right one at all").content.decode()
        return page[page.index("error-summary") :].replace(login, "LOGIN").split("csrfmiddlewaretoken")[0]

    assert words("brandt") == words("nobody")
    assert words("brandt@clinic.example") == words("nobody@clinic.example")


def test_too_many_tries_at_one_account_are_stopped_and_another_account_is_not(
    client: Client, nurse: User, hire: Callable[..., User]
) -> None:
    TOTP.activate(hire("okafor", "nurse", second_factor=False), SECRET)
    for _ in range(6):
        response = sign_in(client, "brandt", "not the right one at all")
    assert "Too many" in response.content.decode()
    assert sign_in(client, "brandt").status_code == 200
    assert sign_in(client, "okafor").status_code == 302


def test_a_deactivated_account_does_not_open(client: Client, nurse: User) -> None:
    nurse.is_active = False
    nurse.save()
    sign_in(client, "brandt")
    assert not is_in(client)


def test_the_apps_secret_rests_encrypted(nurse: User) -> None:
    stored = str(Authenticator.objects.get(user=nurse, type="totp").data)
    assert SECRET not in stored
    assert Authenticator.objects.get(user=nurse, type="totp").wrap().validate_code(code())


def test_signing_out_leaves_a_line_and_the_old_session_is_dead(client: Client, nurse: User) -> None:
    sign_in(client, "brandt")
    client.post("/second-factor/authenticate/", {"code": code()})
    old = client.cookies["unloop_session"].value
    client.post("/sign-out/")
    assert AuditEntry.objects.filter(action="people.signed_out", actor_id=nurse.pk).exists()
    client.cookies["unloop_session"] = old
    assert client.get("/").status_code == 302


def test_signing_in_gives_a_new_session(client: Client, nurse: User) -> None:
    client.get("/sign-in/")
    sign_in(client, "brandt")
    before = client.cookies["unloop_session"].value
    client.post("/second-factor/authenticate/", {"code": code()})
    assert client.cookies["unloop_session"].value != before


def test_nobody_can_sign_up(client: Client, organisation: object) -> None:
    assert client.get("/signup/").status_code == 404
    assert client.post("/sign-in/signup/").status_code == 404


def test_setting_up_a_second_factor_opens_the_rooms(client: Client, hire: Callable[..., User]) -> None:
    hire("lindqvist", "owner", second_factor=False)
    sign_in(client, "lindqvist")
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/sign-in/second-factor/"
    page = client.get("/second-factor/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    answer = client.post(
        "/second-factor/totp/activate/", {"code": format_hotp_value(hotp_value(secret, counter))}
    )
    assert answer["Location"] == "/second-factor/recovery-codes/"
    assert "10 recovery codes are unused" in client.get(answer["Location"]).content.decode()
    assert client.get("/clinic/").status_code == 200


def test_changing_a_second_factor_asks_for_the_password_again(
    client: Client, nurse: User, settings: object
) -> None:
    from datetime import timedelta

    from unloop.clinic.audit import clock

    sign_in(client, "brandt")
    client.post("/second-factor/authenticate/", {"code": code()})
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        response = client.get("/second-factor/totp/deactivate/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/again/")


def test_passwords_rest_as_argon2id() -> None:
    from unloop.site.settings import PASSWORD_HASHERS

    assert PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
