"""The example record that ships: whole, plausible, and nobody's."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from unloop.facts import DICTIONARY, Sex
from unloop.fhir import example_bundle, read_bundle

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def document():
    return json.loads(example_bundle())


@pytest.fixture(scope="module")
def odile():
    return read_bundle(example_bundle(), recorded_at=NOW)


def test_it_has_the_form_that_synthea_writes(document):
    assert (document["resourceType"], document["type"]) == ("Bundle", "transaction")
    assert 30 <= len(document["entry"]) <= 40
    for entry in document["entry"]:
        assert set(entry) == {"fullUrl", "resource", "request"}
        assert entry["fullUrl"] == f"urn:uuid:{UUID(entry['resource']['id'])}"
        assert entry["request"] == {"method": "POST", "url": entry["resource"]["resourceType"]}


def test_every_reference_leads_somewhere(document):
    known = {entry["fullUrl"] for entry in document["entry"]}

    def references(value):
        if isinstance(value, dict):
            yield from [value["reference"]] if isinstance(value.get("reference"), str) else []
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    assert set(references(document)) <= known


def test_everything_happened_in_2026(document):
    text = json.dumps([entry["resource"] for entry in document["entry"][1:]])
    for key in ("effectiveDateTime", "authoredOn", "recordedDate", "issued"):
        years = {part[:4] for part in text.split(f'"{key}": "')[1:]}
        assert years in ({"2026"}, set())


def test_the_person_is_a_made_up_adult(odile):
    person = odile.person
    assert person.name.whole == "Ms. Odile Marguerite Farrow"
    assert (person.birth_date, person.sex, person.deceased) == (date(1988, 5, 17), Sex.FEMALE, False)
    assert all(one.value.startswith("555-01") or one.value.endswith("@example.org") for one in person.telecom)
    assert all("example.org" in one.system for one in person.identifiers)
    assert len(person.names) == 2
    assert person.addresses[0].city == "Exampleton"


def test_it_brings_what_a_newcomer_wants_to_see(odile):
    assert [condition.points_to for condition in odile.conditions] == ["obsessive-compulsive disorder", ""]
    assert [medicine.ingredients for medicine in odile.medicines] == [
        ("clomipramine",),
        ("sertraline",),
        ("lorazepam",),
    ]
    assert [medicine.status for medicine in odile.medicines] == ["stopped", "active", "active"]
    assert [allergy.text for allergy in odile.allergies] == ["Penicillin"]
    assert Counter(fact.code for fact in odile.facts).most_common(4) == [
        ("weight", 2),
        ("office_sbp", 2),
        ("office_dbp", 2),
        ("office_hr", 2),
    ]
    assert len(odile.facts) == 42


def test_every_value_lies_within_the_plausible_range(odile):
    for fact in odile.facts:
        definition = DICTIONARY[fact.code]
        assert definition.check(fact.value, fact.unit, where=fact.code) == fact.value


def test_its_totals_agree_with_their_items(odile):
    values = {fact.code: fact.value for fact in odile.facts}
    assert values["phq9_item9"] <= values["phq9"]


def test_what_is_left_out_shows_a_newcomer_what_that_looks_like(odile):
    assert {entry.why for entry in odile.not_understood} == {
        "Organization is not read here",
        "Practitioner is not read here",
        "Encounter is not read here",
        "DiagnosticReport is not read here",
        "body mass index is computed here from weight and height, never taken over",
    }
    assert odile.adapted == ()


def test_an_onset_known_to_the_year_stays_a_year(odile):
    assert [condition.onset.text for condition in odile.conditions] == ["2009", "2001-04"]
