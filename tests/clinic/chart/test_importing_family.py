"""A family history in a record goes into the tree where there is none, and to the rule that reads it."""

from __future__ import annotations

import pytest

from unloop.clinic.chart.importing import import_bundle
from unloop.clinic.chart.services import FactRow, NewFact, add_facts

pytestmark = pytest.mark.django_db
PATIENT = "0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10"
MOTHER = {
    "resourceType": "FamilyMemberHistory", "id": "m", "status": "partial", "date": "2025-12-03",
    "patient": {"reference": f"urn:uuid:{PATIENT}"},
    "relationship": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]},
    "condition": [{"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F20.0"}]}}],
}  # fmt: skip


def values(person, code):
    return list(FactRow.objects.filter(person=person, code=code).values_list("value", flat=True))


def test_an_imported_psychosis_of_the_mother_reaches_the_rule(provider, bundle, patient):
    result = import_bundle(bundle(patient(), MOTHER), new=True)
    (tree,) = values(result.person, "family_history")
    assert {one["id"] for one in tree} == {"proband", "mother"}
    assert values(result.person, "psychosis_in_first_degree_relative") == [True]


def test_again_it_adds_nothing(provider, bundle, patient):
    first = import_bundle(bundle(patient(), MOTHER), new=True)
    again = import_bundle(bundle(patient(), MOTHER), into=first.person)
    assert again.added == 0
    assert len(values(first.person, "family_history")) == 1


def test_a_tree_that_stands_is_not_written_over(provider, bundle, patient, person):
    add_facts(person, [NewFact("family_history", [{"id": "proband"}])])
    result = import_bundle(bundle(patient(), MOTHER), into=person)
    assert values(person, "family_history") == [[{"id": "proband"}]]
    assert any("stands here already" in one.why for one in result.not_understood) or any(
        "stands here already" in one["why"] for one in person.imports.first().not_understood
    )


def test_silence_of_a_record_about_psychosis_never_becomes_a_no(provider, bundle, patient):
    """Both parents with depression, and somebody says that all of the first degree are in the tree."""
    parents = [
        MOTHER | {"id": role, "relationship": {"coding": [{**MOTHER["relationship"]["coding"][0], "code": role}]},
                  "condition": [{"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F33.1"}]}}]}
        for role in ("MTH", "FTH")
    ]  # fmt: skip
    result = import_bundle(bundle(patient(), *parents), new=True)
    add_facts(result.person, [NewFact("first_degree_complete", value=True)])
    assert values(result.person, "psychosis_in_first_degree_relative") == []
