"""Every address has a line in the matrix, and each role gets exactly what its line says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people.models import User
from unloop.clinic.people.permissions import Entrance, Matrix, matrix, may_open, read

EXAMPLES: dict[str, object] = {
    "UUIDConverter": UUID("5b5f3d6e-0000-4000-8000-000000000000"),
    "IntConverter": 1,
    "SlugConverter": "slug",
    "StringConverter": "word",
    "PathConverter": "a/b",
}


def addresses() -> Iterator[tuple[str, dict[str, object]]]:
    """Name of every address in the URLconf, with an example for each of its parts."""

    def walk(
        patterns: list[URLPattern | URLResolver], namespace: str, parts: dict[str, object]
    ) -> Iterator[tuple[str, dict[str, object]]]:
        for pattern in patterns:
            found = parts | {
                name: EXAMPLES[type(converter).__name__]
                for name, converter in getattr(pattern.pattern, "converters", {}).items()
            }
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner, found)
            else:
                yield f"{namespace}{pattern.name}", found

    return walk(get_resolver().url_patterns, "", {})


NAMES = sorted(name for name, _ in addresses())


@pytest.fixture(scope="session")
def everywhere() -> dict[str, str]:
    """Every address by its name."""
    return {name: reverse(name, kwargs=parts or None) for name, parts in addresses()}


def test_every_address_has_a_line_in_the_matrix() -> None:
    assert set(NAMES) - set(matrix().routes) == set()


def test_every_line_of_the_matrix_has_an_address() -> None:
    assert set(matrix().routes) - set(NAMES) == set()
    assert matrix().background <= set(NAMES)


def test_no_two_addresses_share_a_name() -> None:
    assert len(NAMES) == len(set(NAMES))


def test_no_address_can_be_guessed_by_counting() -> None:
    counted = {name for name, parts in addresses() if 1 in parts.values()}
    # allauth counts the security keys, and looks only among the user's own.
    assert counted == {"mfa_edit_webauthn", "mfa_remove_webauthn"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_an_address_opens_to_the_roles_of_its_line_and_to_no_other(
    name: str, everywhere: dict[str, str], cast: object, as_user: Callable[..., Client]
) -> None:
    access = matrix().routes[name]
    for role, user in cast.by_role().items():
        browser = as_user(user)
        for method in (browser.get, browser.post):
            status = method(everywhere[name]).status_code
            assert status < 500
            if access.admits(user):
                assert status != 403, f"{role} should reach {name}"
            else:
                assert status == 403, f"{role} should not reach {name}"
        browser.logout()


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_an_address_asks_a_visitor_to_sign_in_unless_it_is_open(
    name: str, everywhere: dict[str, str], organisation: object, client: Client
) -> None:
    for method in (client.get, client.post):
        response = method(everywhere[name])
        sent_to_sign_in = response.status_code == 302 and response["Location"].startswith("/sign-in/?next=")
        assert sent_to_sign_in != matrix().routes[name].is_open


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_without_a_second_factor_only_the_way_to_one_opens(
    name: str, everywhere: dict[str, str], hire: Callable[..., object], as_user: Callable[..., Client]
) -> None:
    everything = ["provider", "nurse", "front_desk", "researcher", "owner", "medical_director"]
    browser = as_user(hire("newcomer", *everything, second_factor=False))
    response = browser.get(everywhere[name])
    led = response.status_code == 302 and response["Location"] == "/sign-in/second-factor/"
    assert led == matrix().routes[name].asks_second_factor


@pytest.mark.django_db
@pytest.mark.parametrize(
    "role", ["visitor", "provider", "nurse", "front_desk", "researcher", "owner", "medical_director"]
)
def test_an_address_that_only_takes_a_form_answers_with_a_page_to_whoever_types_it(
    role: str, everywhere: dict[str, str], cast: object, as_user: Callable[..., Client], client: Client
) -> None:
    browser = client if role == "visitor" else as_user(cast.by_role()[role])
    admits = (lambda access: access.is_open) if role == "visitor" else (lambda access: access.admits(cast.by_role()[role]))  # fmt: skip
    refused = {
        name: response
        for name, address in everywhere.items()
        if admits(matrix().routes[name]) and (response := browser.get(address)).status_code == 405
    }
    assert "people:demo_sign_in" in refused
    for name, response in refused.items():
        page = response.content.decode()
        assert response.headers["Allow"] == "POST", name
        assert "<h1>There is nothing to read at this address.</h1>" in page, name
        assert '<a class="button quiet" href="/">Go to the first page</a>' in page, name


@pytest.mark.django_db
def test_a_form_sent_where_one_only_reads_is_told_that_nothing_was_changed(
    organisation: object, client: Client
) -> None:
    response = client.post("/healthz")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"
    assert "Nothing was changed: what stands here can only be read." in response.content.decode()
    assert client.options("/sign-in/demo/").status_code == 405


@pytest.mark.django_db
def test_an_address_without_a_line_is_closed_to_everybody(
    cast: object, as_user: Callable[..., Client], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = matrix()
    without = {name: access for name, access in kept.routes.items() if name != "people:staff"}
    nothing_said = Matrix(without, kept.background)
    monkeypatch.setattr("unloop.clinic.people.middleware.matrix", lambda: nothing_said)
    assert client.get("/clinic/staff/").status_code == 403
    assert as_user(cast.owner).get("/clinic/staff/").status_code == 403
    assert [one.role for one in AuditEntry.objects.filter(outcome="denied")] == ["visitor", "owner"]


@pytest.mark.django_db
def test_a_refusal_is_recorded_and_shows_nothing(cast: object, as_user: Callable[..., Client]) -> None:
    response = as_user(cast.nurse).get("/clinic/staff/")
    assert "Lindqvist" not in response.content.decode()
    denied = AuditEntry.objects.get(outcome="denied")
    assert (denied.actor_id, denied.route, denied.role) == (cast.nurse.pk, "people:staff", "nurse")


@pytest.mark.django_db
def test_a_refusal_inside_a_view_is_recorded_though_its_work_is_undone(
    cast: object, as_user: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.exceptions import PermissionDenied

    def refuse(*_args: object) -> None:
        raise PermissionDenied

    monkeypatch.setattr("unloop.clinic.people.views.staff.staff.staff", refuse)
    assert as_user(cast.owner).get("/clinic/staff/").status_code == 403
    assert AuditEntry.objects.filter(outcome="denied", route="people:staff").count() == 1


@pytest.mark.parametrize(
    "line", ['"people:home" = "everyone"', '"people:home" = ["doctor"]', '"people:home" = "owner"']
)
def test_a_line_that_names_no_known_entrance_or_role_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        read(f"[routes]\n{line}")


def test_a_line_with_no_roles_admits_nobody() -> None:
    access = read('[routes]\n"people:home" = []').routes["people:home"]
    assert access.entrance is Entrance.ROLES
    assert access.roles == frozenset()


@pytest.mark.parametrize(
    ("line", "is_open", "asks_second_factor", "admits"),
    [
        ('"public"', True, False, {"owner", "nurse", "none"}),
        ('"link"', True, False, {"owner", "nurse", "none"}),
        ('"signed-in"', False, False, {"owner", "nurse", "none"}),
        ('"staff"', False, True, {"owner", "nurse", "none"}),
        ('["owner", "researcher"]', False, True, {"owner"}),
        ("[]", False, True, set()),
    ],
)
def test_a_line_says_by_itself_whom_it_admits_and_what_it_asks(
    *, line: str, is_open: bool, asks_second_factor: bool, admits: set[str]
) -> None:
    """The pages above are held against the matrix; here the matrix is held against its words."""
    access = read(f'[routes]\n"people:home" = {line}').routes["people:home"]
    users = {"owner": User(roles=["owner"]), "nurse": User(roles=["nurse"]), "none": User(roles=[])}
    assert (access.is_open, access.asks_second_factor) == (is_open, asks_second_factor)
    assert {name for name, user in users.items() if access.admits(user)} == admits


def test_a_link_is_offered_to_whom_its_address_opens_and_to_nobody_where_nothing_is_said() -> None:
    owner, nurse = User(roles=["owner"]), User(roles=["nurse"])
    assert may_open(owner, "people:staff_add")
    assert not may_open(nurse, "people:staff_add")
    assert may_open(nurse, "people:home")
    assert not may_open(owner, "people:nowhere")


def test_the_matrix_names_what_a_page_asks_by_itself() -> None:
    assert read('background = ["people:home"]\n[routes]').background == {"people:home"}
    assert read("[routes]").background == frozenset()


@pytest.mark.django_db
def test_inside_a_page_the_way_to_sign_in_is_htmxs_own(organisation: object, client: Client) -> None:
    response = client.get("/clinic/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response["HX-Redirect"].startswith("/sign-in/")


@pytest.mark.django_db
def test_after_signing_in_a_page_is_led_back_to_and_a_form_or_a_part_of_a_page_is_not(
    organisation: object, client: Client
) -> None:
    address = "/clinic/staff/?role=owner"
    assert client.get(address)["Location"] == "/sign-in/?next=%2Fclinic%2Fstaff%2F%3Frole%3Downer"
    assert client.post(address)["Location"] == "/sign-in/?next=%2F"
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == "/sign-in/?next=%2F"


@pytest.mark.django_db
def test_a_refusal_names_the_person_whose_page_was_asked_for(
    cast: object, as_user: Callable[..., Client]
) -> None:
    person = EXAMPLES["UUIDConverter"]
    address = reverse("consulting_room:evaluation", kwargs={"person_id": person})
    assert as_user(cast.researcher).get(address).status_code == 403
    denied = AuditEntry.objects.get(outcome="denied")
    assert (denied.action, denied.person_id) == ("route.opened", person)
    assert (denied.actor_id, denied.route) == (cast.researcher.pk, "consulting_room:evaluation")


@pytest.mark.django_db
def test_a_page_that_does_not_exist_is_no_refusal_and_leaves_no_line(
    cast: object, as_user: Callable[..., Client], client: Client
) -> None:
    for browser in (client, as_user(cast.owner)):
        assert browser.get("/no/such/page/").status_code == 404
    nobody = reverse("consulting_room:evaluation", kwargs={"person_id": EXAMPLES["UUIDConverter"]})
    assert as_user(cast.provider).get(nobody).status_code == 404
    assert not AuditEntry.objects.filter(outcome="denied").exists()
