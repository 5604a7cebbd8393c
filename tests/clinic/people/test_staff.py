"""What an owner does about staff, by service and by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people import staff
from unloop.clinic.people.models import User
from unloop.clinic.people.roles import Role
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
CHOSEN = "another few words of mine"


def invitation_in(page: str) -> str:
    found = re.search(r"http://testserver(/welcome/[^<\s]+)", page)
    assert found is not None
    return found.group(1)


def test_an_owner_adds_somebody_who_chooses_a_password(cast: object, as_user: Callable[..., Client]) -> None:
    page = as_user(cast.owner).post(
        "/clinic/staff/add/",
        {"name": "N. Somebody", "username": "somebody", "email": "", "profession": "", "roles": ["nurse"]},
    )
    assert not User.objects.get(username="somebody").has_usable_password()
    newcomer = Client()
    address = invitation_in(page.content.decode())
    assert "Welcome, N. Somebody" in newcomer.get(address).content.decode()
    assert newcomer.post(address, {"password": CHOSEN, "again": CHOSEN})["Location"] == "/sign-in/"
    assert User.objects.get(username="somebody").check_password(CHOSEN)


def test_an_invitation_works_once(cast: object) -> None:
    parts = staff.reset_sign_in(cast.nurse)
    user = staff.invited(*parts)
    assert user == cast.nurse
    staff.accept_invitation(user, CHOSEN)
    assert staff.invited(*parts) is None


def test_an_invitation_is_void_after_72_hours(
    cast: object, client: Client, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import datetime

    from django.contrib.auth.tokens import default_token_generator

    parts = staff.invite(cast.nurse)
    later = datetime.now() + timedelta(hours=72, minutes=1)  # noqa: DTZ005, TID251 - as Django reads it
    monkeypatch.setattr(default_token_generator, "_now", lambda: later)
    assert client.get(f"/welcome/{parts[0]}/{parts[1]}/").status_code == 410


@pytest.mark.parametrize("uid", ["", "x", "!!!", "AAAA", "w7_Dv8O_w78"])
def test_a_made_up_invitation_opens_nothing(organisation: object, uid: str) -> None:
    assert staff.invited(uid, "token") is None


def test_an_invitation_of_a_closed_account_is_void(cast: object) -> None:
    parts = staff.invite(cast.nurse)
    staff.deactivate(cast.nurse)
    assert staff.invited(*parts) is None


def test_a_reset_makes_password_and_second_factor_void(cast: object) -> None:
    from allauth.mfa.models import Authenticator

    staff.reset_sign_in(cast.nurse)
    cast.nurse.refresh_from_db()
    assert not cast.nurse.has_usable_password()
    assert not Authenticator.objects.filter(user=cast.nurse).exists()


def test_new_roles_hold_from_the_next_page_on(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.nurse)
    assert browser.get("/clinic/staff/").status_code == 403
    staff.set_roles(cast.nurse, [Role.NURSE, Role.OWNER])
    assert browser.get("/clinic/staff/").status_code == 200
    entry = AuditEntry.objects.get(action="people.user.roles_set")
    assert entry.detail == {"before": ["nurse"], "after": ["nurse", "owner"]}


def test_the_last_owner_stays(cast: object, as_user: Callable[..., Client]) -> None:
    with pytest.raises(InputRefused, match="at least one active owner"):
        staff.set_roles(cast.owner, [Role.NURSE])
    with pytest.raises(InputRefused, match="somebody else an owner"):
        staff.deactivate(cast.owner)
    browser = as_user(cast.owner)
    page = browser.post(f"/clinic/staff/{cast.owner.pk}/roles/", {"roles-roles": ["nurse"]})
    assert page.status_code == 422
    assert "at least one active owner" in page.content.decode()
    page = browser.post(f"/clinic/staff/{cast.owner.pk}/deactivate/", follow=True)
    assert "at least one active owner" in page.content.decode()
    cast.owner.refresh_from_db()
    assert cast.owner.is_active
    assert cast.owner.roles == ["owner"]


def test_a_second_owner_lets_the_first_one_go(cast: object) -> None:
    staff.set_roles(cast.director, [Role.MEDICAL_DIRECTOR, Role.OWNER])
    staff.deactivate(cast.owner)
    assert [owner.pk for owner in staff.active_owners()] == [cast.director.pk]


def test_an_account_is_closed_and_opened_again_by_page(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.owner)
    browser.post(f"/clinic/staff/{cast.nurse.pk}/deactivate/")
    cast.nurse.refresh_from_db()
    assert not cast.nurse.is_active
    browser.post(f"/clinic/staff/{cast.nurse.pk}/reactivate/")
    cast.nurse.refresh_from_db()
    assert cast.nurse.is_active


def test_details_are_corrected_by_page(cast: object, as_user: Callable[..., Client]) -> None:
    as_user(cast.owner).post(
        f"/clinic/staff/{cast.nurse.pk}/details/",
        {"details-name": "J. Brandt-Lie", "details-profession": "nurse", "details-email": ""},
    )
    cast.nurse.refresh_from_db()
    assert cast.nurse.shown == "J. Brandt-Lie, nurse"


def test_a_page_takes_only_the_fields_it_asks_for(cast: object, as_user: Callable[..., Client]) -> None:
    sent = {"details-name": "J. Brandt", "details-profession": "", "details-email": ""}
    extra = {"details-roles": '["owner"]', "roles": '["owner"]', "is_active": "", "username": "another"}
    as_user(cast.owner).post(f"/clinic/staff/{cast.nurse.pk}/details/", sent | extra)
    cast.nurse.refresh_from_db()
    assert (cast.nurse.roles, cast.nurse.username, cast.nurse.is_active) == (["nurse"], "brandt", True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": "brandt"}, "has this user name already"),
        ({"username": "BRANDT"}, "already"),
        ({"username": "two words"}, "valid"),
        ({"email": "brandt@clinic.example"}, "has this address already"),
        ({"email": "BRANDT@clinic.example"}, "has this address already"),
        ({"roles": []}, "This field is required"),
        ({"roles": ["surgeon"]}, "not one of the available choices"),
    ],
)
def test_somebody_who_cannot_be_added_is_said_at_the_field(
    cast: object, as_user: Callable[..., Client], changed: dict[str, object], said: str
) -> None:
    sent = {"name": "N. Somebody", "username": "somebody", "email": "", "profession": "", "roles": ["nurse"]}
    page = as_user(cast.owner).post("/clinic/staff/add/", sent | changed)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_a_name_is_shown_as_it_is_and_never_read_as_markup(
    cast: object, as_user: Callable[..., Client]
) -> None:
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}"
    staff.set_details(cast.nurse, name=hostile, email="", profession="")
    page = as_user(cast.owner).get("/clinic/staff/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in page


def test_the_page_says_who_has_no_second_factor(
    cast: object, hire: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    browser = as_user(cast.owner)
    assert "All have a second factor." in browser.get("/clinic/staff/").content.decode()
    hire("newcomer", "nurse", second_factor=False)
    assert "One has no second factor yet." in browser.get("/clinic/staff/").content.decode()


def test_every_act_leaves_a_line_of_the_owner(cast: object, as_user: Callable[..., Client]) -> None:
    AuditEntry.objects.count()
    before = clock.now()
    as_user(cast.owner).post(f"/clinic/staff/{cast.nurse.pk}/reset/")
    lines = AuditEntry.objects.filter(at__gte=before).values_list("action", "actor_id", "object_id")
    assert list(lines) == [
        ("people.user.sign_in_reset", cast.owner.pk, str(cast.nurse.pk)),
        ("people.user.invited", cast.owner.pk, str(cast.nurse.pk)),
    ]
