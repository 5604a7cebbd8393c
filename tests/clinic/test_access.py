"""Whose data opens to whom: every address with a person in it, tried by every role, for the right person and a wrong one.

The clinic is the demo, so that there is something to be seen wherever nothing should be.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people.permissions import Entrance, matrix, may_open
from unloop.clinic.people.roles import Role

if TYPE_CHECKING:
    from unloop.clinic.chart.models import Person
    from unloop.clinic.people.models import User

BACKEND = "unloop.clinic.people.sign_in.Backend"
ROLES = [role.value for role in Role]
NOT_A_UUID = {
    "instrument": "ybocs",
    "group": "interview",
    "rule": "REL-04",
    "of": "proband",
    "relative": "proband",
}
RANDOM = re.compile(r'\b[A-Za-z0-9]{64}\b|nonce="[^"]*"')  # tokens against forgery, drawn anew for each page


def addresses() -> dict[str, frozenset[str]]:
    """The parts of every address, by its name."""

    def walk(
        patterns: list[Any], namespace: str, parts: frozenset[str]
    ) -> Iterator[tuple[str, frozenset[str]]]:
        for pattern in patterns:
            found = parts | frozenset(getattr(pattern.pattern, "converters", {}))
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner, found)
            elif isinstance(pattern, URLPattern):
                yield f"{namespace}{pattern.name}", found

    return dict(walk(get_resolver().url_patterns, "", frozenset()))


PARTS = addresses()
OF_A_PERSON = sorted(name for name, parts in PARTS.items() if "person_id" in parts)
OF_A_THING = sorted(
    name for name in OF_A_PERSON if any(part.endswith("_id") for part in PARTS[name] - {"person_id"})
)
BY_LINK = sorted(name for name, access in matrix().routes.items() if access.entrance is Entrance.LINK and "token" in PARTS[name] and "uid" not in PARTS[name])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's clinic, and one user for each role and no other."""

    users: dict[str, User]

    def person_with(self, route: str) -> tuple[Person, dict[str, Any]]:
        """Somebody for whom the address can be filled, with its parts."""
        from unloop.clinic.chart.models import Person

        for person in Person.objects.order_by("family"):
            parts = self.parts(route, person)
            if parts is not None:
                return person, parts
        return person, {part: NOT_A_UUID.get(part, uuid4()) for part in PARTS[route]} | {
            "person_id": person.id
        }

    def parts(self, route: str, person: Person) -> dict[str, Any] | None:
        """The parts of an address for this person; None where the person has no such thing."""
        found: dict[str, Any] = {"person_id": person.id}
        for part in PARTS[route] - {"person_id"}:
            if part in NOT_A_UUID:
                found[part] = NOT_A_UUID[part]
                continue
            thing = things()[part].objects.filter(person=person).first()
            if thing is None:
                return None
            found[part] = thing.pk
        return found

    def browser(self, role: str) -> Client:
        """A browser in which somebody of this one role is signed in."""
        browser = Client(raise_request_exception=False)
        browser.force_login(self.users[role], backend=BACKEND)
        return browser


def things() -> dict[str, type[Model]]:
    """What an id in an address names. An address with another id adds a line here."""
    from unloop.clinic.bedside.models import InfusionSession
    from unloop.clinic.chart.documents_model import Document
    from unloop.clinic.chart.models import Draft, FactRow
    from unloop.clinic.front_desk.models import Appointment
    from unloop.clinic.questionnaires.models import AnswerSheet, Invitation

    return {
        "session_id": InfusionSession,
        "draft_id": Draft,
        "fact_id": FactRow,
        "document_id": Document,
        "appointment_id": Appointment,
        "sheet_id": AnswerSheet,
        "invitation_id": Invitation,
    }


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Demo]:
    """The demo, once for all tests here; each test is undone on top of it, and the whole at the end."""
    from django.db import transaction

    from unloop.clinic.audit import clock
    from unloop.clinic.front_desk.demo import seed
    from unloop.clinic.people import staff

    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        with clock.frozen(clock.now()):
            users = {
                role: staff.add_user(
                    username=f"only-{role.replace('_', '-')}",
                    name=f"Only {role.replace('_', ' ')}",
                    email=f"{role}@clinic.example",
                    roles=[Role(role)],
                )
                for role in ROLES
            }
        yield Demo(users)
        transaction.set_rollback(True)


@pytest.fixture
def demo(seeded: Demo, db: None) -> Demo:
    """The demo as it was seeded."""
    return seeded


def names_of(person: Person) -> tuple[str, ...]:
    """What would give this person away."""
    return (person.given, person.family, str(person.birth_date), f"{person.birth_date:%-d %B %Y}")


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", errors="replace")


def shows(response: Any, person: Person) -> list[str]:
    """Which of a person's particulars an answer holds, in its body or where it sends to."""
    text = text_of(response) + " ".join(response.headers.values())
    return [name for name in names_of(person) if re.search(rf"\b{re.escape(name)}\b", text)]


def without_ids(response: Any, *ids: object) -> str:
    text = RANDOM.sub("", text_of(response))
    for one in ids:
        text = text.replace(str(one), "ID")
    return text


def last_line() -> int:
    return AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def admitted(route: str, demo: Demo) -> list[str]:
    access = matrix().routes[route]
    return [role for role in ROLES if access.admits(demo.users[role])]


def test_there_is_a_person_in_many_addresses_and_each_has_a_line() -> None:
    assert len(OF_A_PERSON) >= 20
    assert set(OF_A_PERSON) <= set(matrix().routes)
    assert {matrix().routes[name].entrance for name in OF_A_PERSON} == {Entrance.ROLES}
    assert all(matrix().routes[name].roles for name in OF_A_PERSON)


def test_every_id_in_an_address_of_a_person_is_one_that_these_tests_can_fill() -> None:
    parts = frozenset().union(*(PARTS[name] for name in OF_A_PERSON)) - {"person_id"}
    assert parts <= set(things()) | set(NOT_A_UUID)


@pytest.mark.parametrize("route", OF_A_PERSON)
def test_a_role_that_is_not_named_learns_nothing_and_the_try_is_recorded(route: str, demo: Demo) -> None:
    person, parts = demo.person_with(route)
    nobody = uuid4()
    refused = [role for role in ROLES if role not in admitted(route, demo)]
    for role in refused:
        browser = demo.browser(role)
        for ask in (browser.get, browser.post):
            before = last_line()
            response = ask(reverse(route, kwargs=parts))
            assert response.status_code == 403, role
            assert not shows(response, person), role
            denied = AuditEntry.objects.get(sequence__gt=before)
            assert (denied.outcome, denied.person_id, denied.actor_id, denied.route, denied.role) == (
                "denied", person.id, demo.users[role].pk, route, role,
            )  # fmt: skip
            of_nobody = ask(reverse(route, kwargs=parts | {"person_id": nobody}))
            # The same words for a person that exists and for one that does not.
            assert without_ids(response, *parts.values()) == without_ids(of_nobody, nobody, *parts.values())


@pytest.mark.parametrize("route", OF_A_PERSON)
def test_a_role_that_is_named_sees_the_person_and_the_look_is_recorded(route: str, demo: Demo) -> None:
    person, parts = demo.person_with(route)
    for role in admitted(route, demo):
        before = last_line()
        response = demo.browser(role).get(reverse(route, kwargs=parts))
        assert response.status_code < 500, role
        assert response.status_code != 403, role
        if response.status_code == 200:
            lines = AuditEntry.objects.filter(sequence__gt=before, person_id=person.id)
            assert lines.exists(), role
            assert {(line.actor_id, line.route) for line in lines} == {(demo.users[role].pk, route)}, role


@pytest.mark.parametrize("route", OF_A_PERSON)
def test_a_visitor_is_sent_to_sign_in_and_learns_nothing(route: str, demo: Demo) -> None:
    person, parts = demo.person_with(route)
    for ask in (Client().get, Client().post):
        response = ask(reverse(route, kwargs=parts))
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=")
        assert not shows(response, person)


@pytest.mark.parametrize("route", OF_A_PERSON)
def test_an_id_that_is_nobodys_is_not_found_by_any_role(route: str, demo: Demo) -> None:
    _person, parts = demo.person_with(route)
    for role in admitted(route, demo):
        response = demo.browser(role).get(reverse(route, kwargs=parts | {"person_id": uuid4()}))
        assert response.status_code in {404, 405}, role


@pytest.mark.parametrize("route", OF_A_THING)
def test_what_belongs_to_one_person_is_not_found_under_another(route: str, demo: Demo) -> None:
    from unloop.clinic.chart.models import Person

    owner, parts = demo.person_with(route)
    other = Person.objects.exclude(id=owner.id).order_by("family").first()
    for role in admitted(route, demo):
        browser = demo.browser(role)
        for ask in (browser.get, browser.post):
            response = ask(reverse(route, kwargs=parts | {"person_id": other.id}))
            assert response.status_code in {404, 405, 409}, role
            assert not shows(response, owner), role


@pytest.mark.parametrize("route", OF_A_PERSON)
def test_a_form_that_is_tied_to_nobody_changes_nothing(route: str, demo: Demo) -> None:
    from unloop.clinic.bedside.models import ChartedEvent
    from unloop.clinic.chart.models import Draft, FactRow

    def kept() -> tuple[int, int, int]:
        undecided = Draft.objects.filter(decision=Draft.Decision.UNDECIDED).count()
        return FactRow.objects.count(), ChartedEvent.objects.count(), undecided

    _person, parts = demo.person_with(route)
    for role in admitted(route, demo):
        before = kept()
        response = demo.browser(role).post(reverse(route, kwargs=parts), {"for_person": "somebody else"})
        assert 400 <= response.status_code < 500, role
        assert kept() == before, role


# --- What is offered on a page ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Walk:
    """What one role meets on its way through the clinic, by the name of the page."""

    refused: list[str]
    raw: list[str]
    pages: frozenset[str]


RICH = {"consulting_room:evaluation", "bedside:session", "chart:person"}
"""Pages that differ much from person to person: many of them are looked at, and one of every other."""
RAW_NAME = re.compile(
    r"\b[a-z]+_[a-z0-9_]+|\b[a-z]+-(?:19|20)\d\d\b|\b[A-Z]\w+/[A-Z]\w+_\w+|mm\[Hg\]|(?<=event )\(\w+\)"
)
IN_CODES = {
    "audit:trail": "what it lists are the names of pages and actions",
    "library:evidence_add_file": "what it lists are the names of a file's columns",
}
UNREAD = re.compile(r"<(script|style|pre|code)\b.*?</\1>|<head>.*?</head>", re.DOTALL)


def walk_as(user: User) -> Walk:
    """Follow the links, and hold every link and form against what the role may open."""
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    waiting, seen, looked_at = deque(["/"]), {"/"}, Counter[str]()
    refused, raw = set[str](), set[str]()
    while waiting:
        path = waiting.popleft()
        match = resolve(path)
        page = " ".join([match.view_name, *(str(value) for value in match.kwargs.values() if not isinstance(value, UUID))])  # fmt: skip
        looked_at[page] += 1
        if looked_at[page] > (14 if match.view_name in RICH else 1):
            continue
        response = browser.get(path)
        assert response.status_code < 400, (path, response.status_code)
        onward = [response["Location"]] if response.status_code == 302 else []
        if not response.streaming and "html" in response.headers.get("Content-Type", ""):
            text = UNREAD.sub(" ", text_of(response))
            onward += re.findall(r'<a\b[^>]*href="(/[^"]*)"', text)
            refused |= {f"{match.view_name} offers {one}" for one in offered(text) if not may_open(user, one)}
            if match.view_name not in IN_CODES:
                raw |= {f"{match.view_name} says {one}" for one in RAW_NAME.findall(visible(text))}
        for address in (urlsplit(unescape(one)).path for one in onward):
            if address not in seen and not address.startswith(("/static/", "/sign-out/")):
                seen.add(address)
                waiting.append(address)
    return Walk(sorted(refused), sorted(raw), frozenset(looked_at))


def offered(text: str) -> set[str]:
    """The names of the addresses to which a page links or sends a form."""
    found = re.findall(r'<(?:a|form)\b[^>]*(?:href|action)="(/[^"#]*)"', text)
    paths = {urlsplit(unescape(one)).path for one in found}
    return {resolve(path).view_name for path in paths if not path.startswith("/static/")}


def visible(text: str) -> str:
    """The words that a page shows, ids and DOIs left out."""
    ids = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b10\.\d{4,9}/\S+"
    return re.sub(ids, " ", unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture(scope="module", params=ROLES)
def walk(request: pytest.FixtureRequest, seeded: Demo) -> Walk:
    user = seeded.users[request.param]
    user.set_password("five made-up words stand here")
    user.save()
    return walk_as(user)


@pytest.mark.django_db
def test_no_page_offers_a_link_or_a_form_that_its_reader_may_not_open(walk: Walk) -> None:
    assert not walk.refused
    assert len(walk.pages) >= 4, walk.pages


@pytest.mark.django_db
def test_no_page_says_a_raw_name_where_words_belong(walk: Walk) -> None:
    assert not walk.raw


# --- Links ----------------------------------------------------------------------------------------------------


@pytest.fixture
def sent_to(demo: Demo) -> Callable[[str], tuple[Person, str]]:
    """A person by their given name, and the token of a fresh link to them."""
    from unloop.clinic.audit.services import acting
    from unloop.clinic.chart.models import Person
    from unloop.clinic.people.models import User
    from unloop.clinic.questionnaires.links import invite, links_of, withdraw

    def sent_to(given: str) -> tuple[Person, str]:
        person = Person.objects.get(given=given)
        provider = User.objects.get(username="varga")
        with acting(provider.as_actor()):
            for earlier in links_of(person):
                withdraw(earlier.id)
            _invitation, path = invite(person, ["phq-9"], by=provider)
        return person, path.strip("/").rpartition("/")[2]

    return sent_to


def opened_by(person: Person, token: str) -> Client:
    """A phone on which this person gave the birth date."""
    phone = Client()
    born = person.birth_date
    path = reverse("questionnaires:link", args=[token])
    assert phone.post(path, {"day": born.day, "month": born.month, "year": born.year}).status_code == 302
    return phone


def of_link(route: str, token: str) -> str:
    names = {"name": "phq-9-1"} if "name" in PARTS[route] else {}
    return reverse(route, kwargs={"token": token, **names})


@pytest.mark.parametrize("route", BY_LINK)
def test_a_link_opens_nothing_of_anybody_else(route: str, demo: Demo, sent_to: Callable[..., Any]) -> None:
    wren, hers = sent_to("Wren")
    mateo, his = sent_to("Mateo")
    phone = opened_by(wren, hers)
    before = last_line()
    response = phone.get(of_link(route, his))
    assert not shows(response, mateo)
    assert not shows(response, wren)
    lines = AuditEntry.objects.filter(sequence__gt=before)
    assert {line.person_id for line in lines} <= {mateo.id, None}
    assert not lines.filter(
        action__in=["questionnaires.question.read", "questionnaires.review.read"]
    ).exists()
    if route in {"questionnaires:question", "questionnaires:told", "questionnaires:review"}:
        assert response["Location"] == reverse("questionnaires:link", args=[his])


@pytest.mark.parametrize("route", OF_A_PERSON)
def test_a_link_opens_no_page_of_the_clinic(route: str, demo: Demo, sent_to: Callable[..., Any]) -> None:
    wren, token = sent_to("Wren")
    _person, parts = demo.person_with(route)
    response = opened_by(wren, token).get(reverse(route, kwargs=parts | {"person_id": wren.id}))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")


def test_what_a_person_answers_is_recorded_as_done_through_the_link(
    demo: Demo, sent_to: Callable[..., Any]
) -> None:
    from unloop.clinic.questionnaires.links import invitation_of

    wren, token = sent_to("Wren")
    phone = opened_by(wren, token)
    before = last_line()
    assert phone.get(reverse("questionnaires:link", args=[token]), follow=True).status_code == 200
    lines = list(AuditEntry.objects.filter(sequence__gt=before))
    assert lines
    invitation = invitation_of(token)
    assert {(line.actor_kind, line.actor_id, line.person_id) for line in lines} == {
        ("link", invitation.id, wren.id)
    }


@pytest.mark.parametrize("route", BY_LINK)
def test_a_token_that_is_nobodys_is_not_found(route: str, demo: Demo) -> None:
    before = last_line()
    address = of_link(route, "A" * 22)
    asked = {ask(address).status_code for ask in (Client().get, Client().post)}
    assert asked in ({404}, {404, 405})
    assert not AuditEntry.objects.filter(sequence__gt=before, person_id__isnull=False).exists()


def test_an_id_is_no_token(demo: Demo, sent_to: Callable[..., Any]) -> None:
    from unloop.clinic.questionnaires.models import Invitation

    sent_to("Wren")
    for invitation in Invitation.objects.all():
        for guess in (invitation.id, UUID(int=invitation.id.int).hex, invitation.token_hash):
            assert Client().get(f"/q/{guess}/").status_code == 404
