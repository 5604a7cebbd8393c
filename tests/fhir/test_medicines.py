"""Medicines are drafts: what a record says, with everything that a clinician needs to decide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.fhir.medicines import guess_ingredients

PATH = "entry[1].resource"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def missed(imported):
    return {entry.path: entry.why for entry in imported.not_understood}


def only(imported):
    [medicine] = imported.medicines
    return medicine


def test_a_prescription_becomes_a_draft_and_no_fact(record):
    imported = record.read(record.prescription())
    medicine = only(imported)
    assert (medicine.name, medicine.status, medicine.kind) == (
        "Sertraline 50 MG Oral Tablet",
        "active",
        "prescribed",
    )
    assert medicine.authored_on.text == "2026-01-05"
    assert medicine.ended_on is None
    assert medicine.ingredients == ("sertraline",)
    assert medicine.source == f"fhir:{imported.sha256[:12]}/MedicationRequest/medicine-1"
    assert imported.facts == ()


def test_what_the_person_reports_is_a_draft_of_its_own_kind(record):
    medicine = only(record.read(record.statement()))
    assert medicine.kind == "reported"
    assert (medicine.authored_on.text, medicine.ended_on.text) == ("2025-11", "2026-06-01")


@pytest.mark.parametrize(
    ("dates", "began"),
    [
        ({"effectivePeriod": None, "effectiveDateTime": "2024"}, "2024"),
        ({"effectivePeriod": None, "dateAsserted": "2025-01"}, "2025-01"),
        ({"effectivePeriod": {"end": "2025-02"}, "dateAsserted": "2025-01"}, "2025-01"),
    ],
)
def test_a_report_begins_when_it_says_or_else_when_it_was_made(record, dates, began):
    assert only(record.read(record.statement(**dates))).authored_on.text == began


@pytest.mark.parametrize("intent", ["proposal", "plan", "option"])
def test_a_plan_is_not_a_prescription(record, intent):
    assert only(record.read(record.prescription(intent=intent))).kind == "planned"


def test_a_coded_name_beside_another_text_is_kept_too(record):
    concept = {
        "coding": [{"system": RXNORM, "code": "312938", "display": "sertraline 100 MG Oral Tablet"}],
        "text": "Sertraline, generic",
    }
    medicine = only(record.read(record.prescription(medicationCodeableConcept=concept)))
    assert (medicine.name, medicine.text, medicine.rxnorm) == (
        "Sertraline, generic",
        "sertraline 100 MG Oral Tablet",
        "312938",
    )


def test_a_code_alone_still_names_a_medicine(record):
    concept = {"coding": [{"system": RXNORM, "code": "312938"}]}
    medicine = only(record.read(record.prescription(medicationCodeableConcept=concept)))
    assert (medicine.name, medicine.ingredients) == ("RxNorm 312938", ())


# --- which medicine --------------------------------------------------------------------------------------


def medication(**changes):
    return {"resourceType": "Medication", "id": "m1", "code": {"text": "Ketamine 50 MG/ML"}} | changes


def referring(record, reference, **changes):
    return record.prescription(
        medicationCodeableConcept=None, medicationReference={"reference": reference, **changes}
    )


@pytest.mark.parametrize("reference", ["urn:uuid:m1", "Medication/m1", "Medication/m1/_history/2"])
def test_a_medicine_may_stand_in_a_resource_of_its_own(record, reference):
    imported = record.read(referring(record, reference), medication())
    assert only(imported).name == "Ketamine 50 MG/ML"
    assert missed(imported) == {}


def test_a_medicine_may_be_contained(record):
    prescription = referring(record, "#m1") | {"contained": [medication()]}
    assert only(record.read(prescription)).ingredients == ("ketamine",)


def test_a_reference_that_leads_nowhere_keeps_the_words_beside_it(record):
    assert only(record.read(referring(record, "Medication/gone", display="Ketamine"))).name == "Ketamine"


@pytest.mark.parametrize(
    "reference", ["Medication/gone", "#gone", "Patient/0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10"]
)
def test_a_reference_that_leads_nowhere_and_says_nothing_is_listed(record, reference):
    imported = record.read(referring(record, reference))
    assert imported.medicines == ()
    assert f"{PATH}.medicationReference.reference" in missed(imported)


@pytest.mark.parametrize("concept", [None, {}, {"text": ""}, {"coding": []}, {"text": "\u202e\u0000"}])
def test_a_prescription_of_nothing_is_listed(record, concept):
    imported = record.read(record.prescription(medicationCodeableConcept=concept))
    assert imported.medicines == ()
    assert any(path.startswith(PATH) for path in missed(imported))


# --- what must not become a medicine ---------------------------------------------------------------------


def test_what_is_not_to_be_taken_is_not_a_medicine(record):
    imported = record.read(record.prescription(doNotPerform=True))
    assert imported.medicines == ()
    assert "not to be taken" in missed(imported)[f"{PATH}.doNotPerform"]


def test_an_entry_made_in_error_is_not_a_medicine(record):
    assert record.read(record.prescription(status="entered-in-error")).medicines == ()


def test_a_prescription_for_somebody_else_is_not_taken(record):
    imported = record.read(record.prescription(subject={"reference": "Patient/other"}))
    assert imported.medicines == ()
    assert "somebody else" in missed(imported)[f"{PATH}.subject.reference"]


@pytest.mark.parametrize("missing", ["status", "intent", "subject"])
def test_an_element_that_r4_requires_is_required(record, missing):
    imported = record.read(record.prescription(**{missing: None}))
    assert missed(imported)[f"{PATH}.{missing}"] == "this element is missing"


# --- when ------------------------------------------------------------------------------------------------


def test_an_old_prescription_that_still_says_active_stays_a_draft_with_its_date(record):
    imported = record.read_document(
        record.bundle(record.patient(birthDate="1960-01-01"), record.prescription(authoredOn="1993-01-17"))
    )
    assert (only(imported).status, only(imported).authored_on.text) == ("active", "1993-01-17")
    assert imported.facts == ()


@pytest.mark.parametrize("date", ["2027-01-01", "1970-01-01", "soon", "2026-01-05T10:00:00"])
def test_a_date_that_cannot_be_believed_is_listed_and_the_medicine_is_kept(record, date):
    imported = record.read(record.prescription(authoredOn=date))
    assert only(imported).authored_on is None
    assert f"{PATH}.authoredOn" in missed(imported)


def test_an_end_may_lie_ahead(record):
    bounds = {"boundsPeriod": {"start": "2026-01-05", "end": "2026-07-05"}}
    dosage = [{"timing": {"repeat": bounds}}]
    assert only(record.read(record.prescription(dosageInstruction=dosage))).ended_on.text == "2026-07-05"


# --- how much --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dosage", "said"),
    [
        ({"text": "One tablet every morning\n"}, "One tablet every morning"),
        (
            {
                "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}],
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            },
            "2 tablet, once every day",
        ),
        (
            {
                "doseAndRate": [{"doseQuantity": {"value": 0.5, "unit": "mg"}}],
                "timing": {"repeat": {"frequency": 2, "period": 3, "periodUnit": "wk"}},
                "asNeededBoolean": True,
            },
            "0.5 mg, 2 times every 3 weeks, as needed",
        ),
        ({"asNeededCodeableConcept": {"text": "panic"}}, "as needed"),
        ({"timing": {"code": {"text": "BID"}}}, "BID"),
        ({"timing": {"repeat": {"periodUnit": "fortnight", "period": 1}}}, ""),
        ({}, ""),
    ],
)
def test_a_dosage_is_said_in_its_own_words_or_put_together(record, dosage, said):
    assert only(record.read(record.prescription(dosageInstruction=[dosage]))).dose_text == said


def test_several_dosages_are_all_said(record):
    dosages = [{"text": "50 mg for a week"}, {"text": "then 100 mg"}]
    medicine = only(record.read(record.prescription(dosageInstruction=dosages)))
    assert medicine.dose_text == "50 mg for a week; then 100 mg"


def test_endless_instructions_are_cut(record):
    medicine = only(record.read(record.prescription(dosageInstruction=[{"text": "x" * 10_000}])))
    assert len(medicine.dose_text) == 500
    assert medicine.dose_text.endswith("…")


# --- ingredients -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("Fluoxetine 25MG", ("fluoxetine",)),
        ("10 ML Furosemide 10 MG/ML Injection", ("furosemide",)),
        ("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", ("metformin hydrochloride",)),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", ("amoxicillin", "clavulanate")),
        ("Jolivette 28 Day Pack", ("jolivette",)),
        ("Penicillin G 375 MG/ML Injectable Solution", ("penicillin g",)),
        ("St. John's wort", ("st. john's wort",)),
        ("Mirena 52 MG Intrauterine System [Mirena]", ("mirena",)),
        ("{28 (norethindrone 0.35 MG Oral Tablet) } Pack", ()),
        ("<b>Sertraline</b>", ()),
        ("", ()),
        ("12345", ()),
        ("take what the doctor gave you at the hospital", ()),
    ],
)
def test_ingredients_are_guessed_from_how_a_name_begins(name, ingredients):
    assert guess_ingredients(name) == ingredients


@given(st.text(max_size=200))
def test_a_guess_is_always_plain_words(name):
    for guess in guess_ingredients(name):
        assert guess == guess.strip()
        assert not set(guess) & set("0123456789<>[](){}/")
