"""The chart's pages: found, opened, recorded in the trail, tied to one person, and asking the database little."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.models import Draft, FactRow, Person
from unloop.clinic.chart.services import NewFact, add_facts, import_bundle, make_person
from unloop.fhir import example_bundle

pytestmark = pytest.mark.django_db
PAGES = ("", "imported/", "medicines/", "record/")


@pytest.fixture
def other(provider):
    """A second person, open in a second tab."""
    from datetime import date

    return make_person(Person(given="Bo", family="Tamm", birth_date=date(1990, 1, 2)))


def token(tab, person, path: str) -> str:
    text = tab.get(f"/people/{person.id}/{path}").content.decode()
    return text.split('name="for_person" value="')[1].split('"')[0]


@pytest.mark.parametrize("path", PAGES)
def test_every_look_at_a_person_leaves_a_line(tab, person, cast, path: str) -> None:
    tab.get(f"/people/{person.id}/{path}")
    line = AuditEntry.objects.get(action="chart.read")
    assert (line.person_id, line.actor_id, line.role) == (person.id, cast.provider.pk, "provider")


@pytest.mark.parametrize("path", PAGES)
def test_a_look_that_cannot_be_recorded_shows_nothing(
    tab, person, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def full(self: AuditEntry, *_args: object, **_more: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditEntry, "save", full)
    tab.raise_request_exception = False
    response = tab.get(f"/people/{person.id}/{path}")
    assert response.status_code >= 500
    assert "Quill" not in response.content.decode()


def test_a_write_that_cannot_be_recorded_is_not_written(tab, person, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"for_person": token(tab, person, "medicines/"), "medicines": "sertraline", "complete": "on"}
    save = AuditEntry.save

    def full(self: AuditEntry, *args: object, **more: object) -> None:
        if self.action != "chart.read":
            raise DatabaseError("disk full")
        save(self, *args, **more)

    monkeypatch.setattr(AuditEntry, "save", full)
    tab.raise_request_exception = False
    assert tab.post(f"/people/{person.id}/medicines/", sent).status_code >= 500
    assert not FactRow.objects.exists()


def test_a_form_of_another_person_is_refused_and_writes_nothing(tab, person, other) -> None:
    sent = {"for_person": token(tab, person, "medicines/"), "medicines": "lithium", "complete": "on"}
    response = tab.post(f"/people/{other.id}/medicines/", sent)
    assert response.status_code == 409
    assert "made for another person" in response.content.decode()
    assert not FactRow.objects.exists()


def test_a_form_without_the_field_that_ties_it_to_a_person_is_refused(tab, person) -> None:
    for sent in (
        {},
        {"for_person": ""},
        {"for_person": str(person.id)},
        {"for_person": f"{person.id}:forged"},
    ):
        response = tab.post(
            f"/people/{person.id}/medicines/", sent | {"medicines": "lithium", "complete": "on"}
        )
        assert response.status_code == 409
    assert not FactRow.objects.exists()


def test_no_draft_or_entry_is_reached_through_another_person(
    tab, person, other, bundle, patient, allergy
) -> None:
    import_bundle(bundle(patient(), allergy()), into=person)
    (row,) = add_facts(person, [NewFact("weight", 68.4, "kg")])
    mine = {"for_person": token(tab, other, "medicines/")}
    draft = Draft.objects.get()
    assert (
        tab.post(f"/people/{other.id}/imported/{draft.id}/", mine | {"decision": "taken"}).status_code == 404
    )
    sent = mine | {"value": "70", "reason": "x"}
    assert tab.post(f"/people/{other.id}/record/{row.id}/", sent).status_code == 404
    assert FactRow.objects.count() == 1
    draft.refresh_from_db()
    assert draft.decision == ""


def test_an_id_that_is_nobodys_is_not_found(tab) -> None:
    for path in PAGES:
        assert tab.get(f"/people/{uuid4()}/{path}").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_person_asks_the_database_little(tab, provider, path: str) -> None:
    person = import_bundle(example_bundle()).person
    address = f"/people/{person.id}/{path}"
    tab.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert tab.get(address).status_code == 200
    assert len(captured) <= 15, [query["sql"][:90] for query in captured]


# --- finding ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["quill", "ans", "Ansel Quill", "1984-06-01", "quill 1984-06-01"])
def test_a_part_of_a_name_or_the_birth_date_is_enough(tab, person, other, wanted: str) -> None:
    page = tab.get("/people/", {"q": wanted}).content.decode()
    assert "Ansel Quill" in page
    assert "Bo Tamm" not in page
    assert "1 person is found." in page


def test_a_number_of_another_system_finds_its_person(tab, provider, bundle, patient) -> None:
    import_bundle(bundle(patient()))
    assert "Ansel Quill" in tab.get("/people/", {"q": "q-1"}).content.decode()


@pytest.mark.parametrize("wanted", ["nobody", "2026-99-99", "%", "<script>", "'; DROP TABLE chart_person;--"])
def test_nothing_found_is_a_sentence(tab, person, wanted: str) -> None:
    page = tab.get("/people/", {"q": wanted}).content.decode()
    assert "Nobody is found." in page
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]


def test_a_search_leaves_a_line_without_what_was_searched_for(tab, person) -> None:
    tab.get("/people/", {"q": "quill"})
    line = AuditEntry.objects.get(action="chart.people.listed")
    assert line.detail == {"searched": True}


def test_the_list_answers_a_search_with_the_list_alone(tab, person) -> None:
    page = tab.get("/people/", {"q": "quill"}, headers={"HX-Request": "true"}).content.decode()
    assert "Ansel Quill" in page
    assert "<html" not in page


def test_a_long_list_is_paged_and_asks_the_database_little(tab, provider) -> None:
    now = clock.now()
    Person.objects.bulk_create(Person(family=f"Person {number:03d}", made_at=now) for number in range(120))
    tab.get("/people/")
    with CaptureQueriesContext(connection) as captured:
        first = tab.get("/people/").content.decode()
    assert "120 people are in care." in first
    assert "Further in the list" in first
    assert "Person 099" not in first
    assert "Person 099" in tab.get("/people/?page=2").content.decode()
    assert len(captured) <= 15


def test_a_person_is_added_and_opened(tab) -> None:
    sent = {"given": "Ilse", "family": "Maartens", "birth_date": "1970-10-10", "sex": "female"}
    response = tab.post("/people/new/", sent)
    person = Person.objects.get()
    assert response.url == f"/people/{person.id}/"
    assert AuditEntry.objects.filter(action="chart.person.made", person_id=person.id).exists()


@pytest.mark.parametrize("born", ["", "2999-01-01", "1870-01-01", "rubbish"])
def test_a_birth_date_that_cannot_be_is_refused_and_the_rest_kept(tab, born: str) -> None:
    response = tab.post(
        "/people/new/", {"given": "Ilse", "family": "Maartens", "birth_date": born, "sex": "female"}
    )
    assert response.status_code == 422
    assert 'value="Maartens"' in response.content.decode()
    assert not Person.objects.exists()


def test_a_front_desk_is_offered_only_pages_that_open(cast, as_user, person) -> None:
    desk = as_user(cast.front_desk)
    page = desk.get("/people/").content.decode()
    assert f"/people/{person.id}/visits/" in page
    assert "/people/import/" not in page
    assert desk.get(f"/people/{person.id}/").status_code == 403
    sent = {"given": "Ilse", "family": "Maartens", "birth_date": "1970-10-10", "sex": "female"}
    assert desk.post("/people/new/", sent, follow=True).status_code == 200
