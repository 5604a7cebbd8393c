"""Small made-up records, so that each test shows only what it is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from unloop.fhir import Imported, read_bundle

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PERSON = "urn:uuid:0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


class Record:
    """Builds bundles about one made-up person and reads them."""

    now = NOW

    def patient(self, **changes: Any) -> dict[str, Any]:
        patient = {
            "resourceType": "Patient",
            "id": "0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10",
            "name": [{"use": "official", "family": "Quill", "given": ["Ansel"]}],
            "gender": "male",
            "birthDate": "1984-06-01",
        }
        return with_changes(patient, changes)

    def quantity(self, value: object = 70.5, unit: str = "kg", **changes: Any) -> dict[str, Any]:
        return with_changes({"value": value, "unit": unit, "system": UCUM, "code": unit}, changes)

    def concept(self, code: str, *, system: str = LOINC, **changes: Any) -> dict[str, Any]:
        return with_changes({"coding": [{"system": system, "code": code}]}, changes)

    def observation(self, loinc: str = "29463-7", **changes: Any) -> dict[str, Any]:
        observation = {
            "resourceType": "Observation",
            "id": "weight-1",
            "status": "final",
            "code": self.concept(loinc),
            "subject": {"reference": PERSON},
            "effectiveDateTime": "2026-02-20T10:00:00+01:00",
            "valueQuantity": self.quantity(),
        }
        return with_changes(observation, changes)

    def component(self, loinc: str, value: float) -> dict[str, Any]:
        return {"code": self.concept(loinc), "valueQuantity": self.quantity(value, "mm[Hg]")}

    def pressure(self, systolic: float = 122, diastolic: float = 78, **changes: Any) -> dict[str, Any]:
        parts = [self.component("8480-6", systolic), self.component("8462-4", diastolic)]
        panel = self.observation("85354-9", id="pressure-1", valueQuantity=None, component=parts)
        return with_changes(panel, changes)

    def condition(self, **changes: Any) -> dict[str, Any]:
        condition = {
            "resourceType": "Condition",
            "id": "condition-1",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {
                "coding": [{"system": "http://snomed.info/sct", "code": "191736004"}],
                "text": "Obsessions",
            },
            "subject": {"reference": PERSON},
            "onsetDateTime": "2003",
            "recordedDate": "2026-01-05",
        }
        return with_changes(condition, changes)

    def allergy(self, **changes: Any) -> dict[str, Any]:
        allergy = {
            "resourceType": "AllergyIntolerance",
            "id": "allergy-1",
            "type": "allergy",
            "criticality": "high",
            "code": {"text": "Latex"},
            "patient": {"reference": PERSON},
            "recordedDate": "2019-04",
        }
        return with_changes(allergy, changes)

    def prescription(self, **changes: Any) -> dict[str, Any]:
        prescription = {
            "resourceType": "MedicationRequest",
            "id": "medicine-1",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "Sertraline 50 MG Oral Tablet"},
            "subject": {"reference": PERSON},
            "authoredOn": "2026-01-05",
        }
        return with_changes(prescription, changes)

    def statement(self, **changes: Any) -> dict[str, Any]:
        statement = {
            "resourceType": "MedicationStatement",
            "id": "medicine-2",
            "status": "active",
            "medicationCodeableConcept": {"text": "Melatonin"},
            "subject": {"reference": PERSON},
            "effectivePeriod": {"start": "2025-11", "end": "2026-06-01"},
        }
        return with_changes(statement, changes)

    def bundle(self, *resources: dict[str, Any], **changes: Any) -> dict[str, Any]:
        entries = [
            {"fullUrl": f"urn:uuid:{resource.get('id', index)}", "resource": resource}
            for index, resource in enumerate(resources)
        ]
        return with_changes({"resourceType": "Bundle", "type": "transaction", "entry": entries}, changes)

    def as_bytes(self, document: object) -> bytes:
        return json.dumps(document).encode()

    def read_document(self, document: object, **options: Any) -> Imported:
        return read_bundle(self.as_bytes(document), **{"recorded_at": NOW, **options})

    def read(self, *resources: dict[str, Any], **options: Any) -> Imported:
        """The import of a bundle of the usual person and these resources."""
        return self.read_document(self.bundle(self.patient(), *resources), **options)

    def read_person(self, **changes: Any) -> Imported:
        """The import of a bundle of this person alone."""
        return self.read_document(self.bundle(self.patient(**changes)))


def with_changes(resource: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The resource with other elements; an element changed to None is left out."""
    return {key: value for key, value in (resource | changes).items() if value is not None}


@pytest.fixture(scope="session")
def record() -> Record:
    return Record()
