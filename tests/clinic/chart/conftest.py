"""Small made-up records and a person whose chart they go into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Resource = dict[str, Any]
PATIENT = "0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10"


@pytest.fixture
def provider(cast) -> Iterator[object]:
    """A provider, in whose name everything of the test is done."""
    from unloop.clinic.audit.services import acting

    with acting(cast.provider.as_actor(), route="test"):
        yield cast.provider


@pytest.fixture
def tab(cast, as_user):
    """The provider's browser."""
    return as_user(cast.provider)


@pytest.fixture
def person(provider):
    """Somebody in care, of whom nothing is known yet."""
    from datetime import date

    from unloop.clinic.chart.services import Person, make_person

    return make_person(Person(given="Ansel", family="Quill", birth_date=date(1984, 6, 1), sex="male"))


@pytest.fixture
def patient() -> Callable[..., Resource]:
    """A patient of a record; an element that is None is left out."""

    def patient(**changes: Any) -> Resource:
        usual = {
            "resourceType": "Patient",
            "id": PATIENT,
            "identifier": [{"system": "https://clinic.example/number", "value": "Q-1"}],
            "name": [{"use": "official", "family": "Quill", "given": ["Ansel"]}],
            "gender": "male",
            "birthDate": "1984-06-01",
        }
        return {key: value for key, value in (usual | changes).items() if value is not None}

    return patient


@pytest.fixture
def bundle() -> Callable[..., bytes]:
    """A bundle of these resources, as a file."""

    def bundle(*resources: Resource, **changes: Any) -> bytes:
        entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
        return json.dumps(
            {"resourceType": "Bundle", "type": "transaction", "entry": entries} | changes
        ).encode()

    return bundle


@pytest.fixture
def weight() -> Callable[..., Resource]:
    """A weight of the usual patient."""

    def weight(**changes: Any) -> Resource:
        return {
            "resourceType": "Observation", "id": "weight-1", "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
            "subject": {"reference": f"urn:uuid:{PATIENT}"}, "effectiveDateTime": "2026-02-20T10:00:00+01:00",
            "valueQuantity": {"value": 70.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        } | changes  # fmt: skip

    return weight


@pytest.fixture
def prescription() -> Callable[..., Resource]:
    """A prescription for the usual patient."""

    def prescription(**changes: Any) -> Resource:
        return {
            "resourceType": "MedicationRequest", "id": "medicine-1", "status": "active", "intent": "order",
            "medicationCodeableConcept": {"text": "Sertraline 50 MG Oral Tablet"},
            "subject": {"reference": f"urn:uuid:{PATIENT}"}, "authoredOn": "1993-01-05",
        } | changes  # fmt: skip

    return prescription


@pytest.fixture
def condition() -> Callable[..., Resource]:
    """A condition of the usual patient."""

    def condition(**changes: Any) -> Resource:
        return {
            "resourceType": "Condition", "id": "condition-1",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {"text": "Obsessions"}, "subject": {"reference": f"urn:uuid:{PATIENT}"}, "onsetDateTime": "2003",
        } | changes  # fmt: skip

    return condition


@pytest.fixture
def allergy() -> Callable[..., Resource]:
    """An allergy of the usual patient."""

    def allergy(**changes: Any) -> Resource:
        return {
            "resourceType": "AllergyIntolerance", "id": "allergy-1", "type": "allergy", "criticality": "high",
            "code": {"text": "Latex"}, "patient": {"reference": f"urn:uuid:{PATIENT}"},
        } | changes  # fmt: skip

    return allergy


@pytest.fixture
def rows() -> Callable[[], dict[str, int]]:
    """How many rows each table of a chart holds."""

    def rows() -> dict[str, int]:
        from unloop.clinic.chart.models import Draft, FactRow, Person, PersonIdentifier

        return {one.__name__: one.objects.count() for one in (Person, PersonIdentifier, FactRow, Draft)}

    return rows
