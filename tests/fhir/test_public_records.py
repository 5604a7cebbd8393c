"""Public synthetic records that nobody here wrote; run where the folder of example records stands beside the code."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from unloop.facts import DICTIONARY, Sex
from unloop.fhir import read_bundle

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def imported(shared_data):
    def read(name, *, at=NOW):
        return read_bundle((shared_data / "fhir" / name).read_bytes(), recorded_at=at)

    return read


@pytest.fixture(scope="module")
def milan(imported):
    return imported("synthea-milan-beatty.json")


@pytest.fixture(scope="module")
def clara(imported):
    return imported("synthea-clara-montanez.json")


@pytest.fixture(scope="module")
def test_patient(imported):
    return imported("us-core-patient-85.json")


def codes_of(imported):
    return Counter(fact.code for fact in imported.facts)


def test_milan_brings_his_vital_signs_and_laboratory_values(milan):
    assert codes_of(milan) == {
        "height": 6,
        "weight": 6,
        "office_sbp": 6,
        "office_dbp": 6,
        "creatinine": 6,
        "sodium": 6,
        "potassium": 6,
        "haemoglobin": 2,
        "platelets": 2,
    }


def test_milan_is_who_he_is(milan):
    assert milan.person.name.whole == "Mr. Milan Beatty"
    assert (milan.person.birth_date, milan.person.sex) == (date(1973, 11, 24), Sex.MALE)
    assert milan.person.language == "en-US"
    assert milan.person.deceased is None


def test_milans_fluoxetine_of_1993_is_a_draft_and_never_a_fact(milan):
    fluoxetine = [medicine for medicine in milan.medicines if medicine.ingredients == ("fluoxetine",)]
    assert [(medicine.status, medicine.authored_on.text[:10]) for medicine in fluoxetine] == [
        ("stopped", "1993-01-09"),
        ("active", "1993-01-17"),
    ]
    assert {medicine.rxnorm for medicine in fluoxetine} == {"406022"}
    assert "medicines" not in codes_of(milan)


def test_milans_depression_is_a_draft(milan):
    assert [one.text for one in milan.conditions[:2]] == ["Major depression disorder", "Prediabetes"]
    assert len(milan.conditions) == 5
    assert milan.allergies == ()


def test_claras_name_keeps_its_letters(clara):
    assert clara.person.name.family == "Montañez"
    assert (clara.person.language, clara.person.sex) == ("es", Sex.FEMALE)


def test_clara_brings_her_values_and_nothing_about_pregnancy_today(clara):
    assert sum(codes_of(clara).values()) == 32
    assert not {"pregnancy_test", "can_be_pregnant"} & set(codes_of(clara))
    assert (len(clara.medicines), len(clara.conditions)) == (8, 10)


def test_the_test_patient_of_us_core_died_in_1977(test_patient):
    [fact] = test_patient.facts
    assert (fact.code, fact.value) == ("vital_status", "deceased")
    assert fact.at == datetime(1977, 7, 14, 8, 17, 45, tzinfo=UTC)
    assert test_patient.person.deceased is True


def test_the_test_patients_injection_is_found_by_its_reference(test_patient):
    names = [medicine.name for medicine in test_patient.medicines]
    assert "10 ML Furosemide 10 MG/ML Injection" in names
    assert len(names) == 13


def test_an_audit_without_a_score_is_not_zero(test_patient):
    whys = {entry.path: entry.why for entry in test_patient.not_understood}
    assert "there is no value, as it says" in whys.values()
    assert "auditc" not in codes_of(test_patient)


@pytest.mark.parametrize("name", ["synthea-milan-beatty", "synthea-clara-montanez", "us-core-patient-85"])
class TestEveryRecord:
    def test_reading_again_adds_nothing(self, imported, name):
        first, again = imported(f"{name}.json"), imported(f"{name}.json", at=NOW + timedelta(days=400))
        for kind in ("facts", "medicines", "conditions", "allergies"):
            ids = [one.id for one in getattr(first, kind)]
            assert ids == [one.id for one in getattr(again, kind)]
            assert len(set(ids)) == len(ids)

    def test_every_fact_is_one_that_the_dictionary_takes(self, imported, name):
        for fact in imported(f"{name}.json").facts:
            definition = DICTIONARY[fact.code]
            assert definition.check(fact.value, fact.unit, where=fact.code) == fact.value
            assert fact.at < fact.recorded_at == NOW

    def test_everything_left_out_has_a_place_and_a_reason(self, imported, name):
        listed = imported(f"{name}.json").not_understood
        assert listed
        assert all(entry.path.startswith("entry[") and entry.why and entry.count for entry in listed)
        assert len({entry.why for entry in listed}) == len(listed)

    def test_before_the_record_begins_there_is_nothing_to_believe(self, imported, name):
        early = imported(f"{name}.json", at=datetime(1930, 1, 1, tzinfo=UTC))
        assert {fact.value for fact in early.facts} <= {"deceased"}
        assert any("future" in entry.why for entry in early.not_understood)
