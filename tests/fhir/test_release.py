"""Records of other FHIR releases are refused whole, since half of them would be lost without a word."""

from __future__ import annotations

import pytest

from unloop.fhir.release import refuse_other_releases
from unloop.quantity import InputRefused


def refusal(resource):
    with pytest.raises(InputRefused) as refused:
        refuse_other_releases(resource, path="entry[4].resource")
    return refused.value


@pytest.mark.parametrize(
    ("resource", "element", "release"),
    [
        pytest.param(
            {"resourceType": "MedicationRequest", "medication": {"concept": {"text": "Sertraline"}}},
            "medication",
            "R5",
            id="R5 medicine",
        ),
        pytest.param(
            {"resourceType": "MedicationStatement", "medication": {"reference": {"reference": "#m"}}},
            "medication",
            "R5",
            id="R5 statement",
        ),
        pytest.param(
            {"resourceType": "AllergyIntolerance", "type": {"coding": [{"code": "allergy"}]}},
            "type",
            "R5",
            id="R5 allergy",
        ),
        pytest.param(
            {"resourceType": "Condition", "clinicalStatus": "active"},
            "clinicalStatus",
            "STU3",
            id="STU3 condition",
        ),
        pytest.param(
            {"resourceType": "Observation", "context": {"reference": "Encounter/1"}},
            "context",
            "STU3",
            id="STU3 observation",
        ),
        pytest.param(
            {"resourceType": "Observation", "comments": "fasting"},
            "comments",
            "DSTU2",
            id="DSTU2 observation",
        ),
        pytest.param(
            {"resourceType": "Patient", "name": [{"family": ["Quill"]}]}, "name", "DSTU2", id="DSTU2 name"
        ),
        pytest.param(
            {"resourceType": "Questionnaire", "item": [{"item": [{"option": []}]}]},
            "item",
            "STU3",
            id="STU3 questionnaire",
        ),
        pytest.param(
            {"resourceType": "Questionnaire", "group": {"title": "x"}},
            "group",
            "DSTU2",
            id="DSTU2 questionnaire",
        ),
    ],
)
def test_elements_that_r4_does_not_have_give_another_release_away(resource, element, release):
    refused = refusal(resource)
    assert refused.where == f"entry[4].resource.{element}"
    assert release in refused.given
    assert "R4" in refused.allowed
    assert "R4" in refused.mend


@pytest.mark.parametrize("kind", ["MedicationOrder", "DiagnosticOrder", "ProcedureRequest", "InventoryItem"])
def test_resources_that_r4_does_not_have_give_another_release_away(kind):
    assert kind in refusal({"resourceType": kind}).given


@pytest.mark.parametrize("version", ["1.0.2", "3.0.2", "4.3.0", "5.0.0", "6.0.0-ballot2", "40.1"])
def test_a_declared_other_version_is_refused(version):
    refused = refusal({"resourceType": "CapabilityStatement", "fhirVersion": version})
    assert refused.where == "entry[4].resource.fhirVersion"


@pytest.mark.parametrize(
    "profile",
    [
        "http://hl7.org/fhir/STU3/patient.html",
        "http://hl7.org/fhir/DSTU2/patient.html",
        "http://hl7.org/fhir/5.0/StructureDefinition/Patient",
        "http://hl7.org/fhir/StructureDefinition/Patient|5.0.0",
        "http://hl7.org/fhir/StructureDefinition/Patient|3.0.2",
        "http://fhir.org/guides/argonaut/StructureDefinition/argo-patient",
    ],
)
def test_a_profile_of_another_release_is_refused(profile):
    refused = refusal({"resourceType": "Patient", "meta": {"profile": [profile]}})
    assert refused.where == "entry[4].resource.meta.profile"


@pytest.mark.parametrize(
    "resource",
    [
        {
            "resourceType": "Patient",
            "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/Patient|4.0.1"]},
        },
        {
            "resourceType": "Patient",
            "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|8.0.1"]},
        },
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"},
        {"resourceType": "Condition", "clinicalStatus": {"coding": [{"code": "active"}]}},
        {"resourceType": "AllergyIntolerance", "type": "allergy"},
        {"resourceType": "MedicationStatement", "context": {"reference": "Encounter/1"}},
        {"resourceType": "Observation", "note": [{"text": "fasting"}]},
        {"resourceType": "Patient", "name": [{"family": "Quill"}]},
        {"resourceType": "Questionnaire", "item": [{"answerOption": [{"valueString": "yes"}]}]},
    ],
)
def test_what_r4_writes_passes(resource):
    refuse_other_releases(resource, path="x")


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"resourceType": 7, "meta": 7, "fhirVersion": 7},
        {"resourceType": "Patient", "meta": {"profile": "not a list"}, "name": "Quill"},
        {"resourceType": "Patient", "meta": {"profile": [None, {}]}, "name": [None, 3]},
        {"resourceType": "Questionnaire", "item": {"a": 1}},
        {"resourceType": "Questionnaire", "item": [1, None, {"item": "x"}]},
    ],
)
def test_shapes_of_no_release_are_left_to_the_reader(resource):
    refuse_other_releases(resource, path="x")
