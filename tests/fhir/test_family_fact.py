"""A record's family history becomes one fact: the tree, without a name, the same whenever it is read again."""

from __future__ import annotations

import pytest

from unloop.care.heredity import FamilyCondition, Status, from_records, relation
from unloop.fhir.family_history import ICD_10_CM, ROLE


def member(record, role: str, **changes: object) -> dict[str, object]:
    patient = record.observation()["subject"]
    return {
        "resourceType": "FamilyMemberHistory", "id": f"family-{role}", "status": "partial", "patient": patient,
        "date": "2025-11-03", "name": "Somebody Named",
        "relationship": {"coding": [{"system": ROLE, "code": role}]},
    } | changes  # fmt: skip


def ill(code: str, *, onset: int | None = None) -> dict[str, object]:
    condition: dict[str, object] = {"code": {"coding": [{"system": ICD_10_CM, "code": code}]}}
    if onset is not None:
        condition["onsetAge"] = {"value": onset, "unit": "a", "code": "a"}
    return {"condition": [condition]}


def trees(imported):
    return [from_records(fact.value) for fact in imported.facts if fact.code == "family_history"]


def test_relatives_of_a_record_are_one_tree(record):
    document = record.bundle(
        record.patient(),
        member(record, "MTH", **ill("F42.2", onset=14)),
        member(record, "BRO", **ill("F20.0")),
    )
    (tree,) = trees(record.read_document(document))
    at = {relation(tree, one.id): one for one in tree.people}
    assert (at["mother"].status, at["mother"].onset_age) == (Status.AFFECTED, 14.0)
    assert at["brother"].has(FamilyCondition.PSYCHOSIS) is True
    assert at["mother"].has(FamilyCondition.PSYCHOSIS) is None


def test_no_name_of_a_relative_is_kept(record):
    imported = record.read_document(record.bundle(record.patient(), member(record, "MTH")))
    assert "Somebody" not in repr(imported.facts) + repr(imported.not_understood)


def test_the_tree_is_as_old_as_what_was_said_last(record):
    document = record.bundle(
        record.patient(), member(record, "MTH"), member(record, "FTH", date="2025-12-24")
    )
    (fact,) = [one for one in record.read_document(document).facts if one.code == "family_history"]
    assert fact.at.date().isoformat() == "2025-12-24"


def test_read_again_it_is_the_same_fact(record):
    document = record.bundle(record.patient(), member(record, "MTH", date=None))
    first, second = (record.read_document(document).facts for _ in range(2))
    assert [one.id for one in first] == [one.id for one in second]


def test_relatives_of_somebody_else_are_left_out_and_listed(record):
    other = member(record, "MTH", patient={"reference": "Patient/another"})
    imported = record.read_document(record.bundle(record.patient(), other))
    assert not trees(imported)
    assert any("somebody else" in one.why for one in imported.not_understood)


def test_two_mothers_make_no_family_and_are_listed(record):
    two = member(record, "MTH"), member(record, "MTH", id="family-2")
    imported = record.read_document(record.bundle(record.patient(), *two))
    assert not trees(imported)
    assert any("no family" in one.why for one in imported.not_understood)


@pytest.mark.parametrize("named", [True, False])
def test_the_answers_of_the_portrait_become_a_tree(record, named):
    mother = {
        "linkId": "/54114-4",
        "item": [
            {"linkId": "/54114-4/54136-7", "answer": [{"valueCoding": {"code": "LA10417-6"}}]},
            {"linkId": "/54114-4/54116-9", "answer": [{"valueCoding": {"code": "LA10581-9"}}]},
        ],
    }
    response = {
        "resourceType": "QuestionnaireResponse", "id": "portrait", "status": "completed",
        "subject": record.observation()["subject"], "authored": "2025-11-03", "item": [mother],
    } | ({"questionnaire": "http://loinc.org/q/54127-6"} if named else {})  # fmt: skip
    (tree,) = trees(record.read_document(record.bundle(record.patient(), response)))
    assert [relation(tree, one.id) for one in tree.people if one.status is Status.AFFECTED] == ["mother"]


def test_other_answers_are_still_listed_as_not_read(record):
    other = {"resourceType": "QuestionnaireResponse", "id": "phq", "status": "completed",
             "subject": record.observation()["subject"], "item": [{"linkId": "/44250-9"}]}  # fmt: skip
    imported = record.read_document(record.bundle(record.patient(), other))
    assert any("QuestionnaireResponse" in one.why for one in imported.not_understood)
