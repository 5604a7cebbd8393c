"""Conditions and allergies are drafts; nothing becomes a diagnosis or a finding without a clinician."""

from __future__ import annotations

import pytest

PATH = "entry[1].resource"
SNOMED = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def missed(imported):
    return {entry.path: entry.why for entry in imported.not_understood}


def only(imported):
    [condition] = imported.conditions
    return condition


def test_a_condition_becomes_a_draft_and_no_fact(record):
    imported = record.read(record.condition())
    condition = only(imported)
    assert (condition.text, condition.clinical_status, condition.verification) == (
        "Obsessions",
        "active",
        "confirmed",
    )
    assert [(one.system, one.code) for one in condition.codes] == [(SNOMED, "191736004")]
    assert condition.source == f"fhir:{imported.sha256[:12]}/Condition/condition-1"
    assert imported.facts == ()


@pytest.mark.parametrize("written", ["2003", "2003-05", "2003-05-17", "2003-05-17T08:00:00+02:00"])
def test_onset_stays_as_precise_as_it_was_written(record, written):
    assert only(record.read(record.condition(onsetDateTime=written))).onset.text == written


def test_periods_give_their_beginning_and_their_end(record):
    condition = record.condition(
        onsetDateTime=None, onsetPeriod={"start": "2003"}, abatementPeriod={"start": "2010", "end": "2012"}
    )
    read = only(record.read(condition))
    assert (read.onset.text, read.abatement.text) == ("2003", "2012")


def test_onset_as_an_age_or_in_words_is_left_to_a_person(record):
    age = record.condition(
        onsetDateTime=None, onsetAge={"value": 19, "unit": "a"}, abatementString="recently"
    )
    read = only(record.read(age))
    assert (read.onset, read.abatement) == (None, None)


@pytest.mark.parametrize("date", ["2031", "1970-01-01", "as a child"])
def test_a_date_that_cannot_be_believed_is_listed_and_the_condition_is_kept(record, date):
    imported = record.read(record.condition(onsetDateTime=date))
    assert only(imported).onset is None
    assert f"{PATH}.onsetDateTime" in missed(imported)


@pytest.mark.parametrize(
    ("system", "code", "points_to"),
    [
        (SNOMED, "191736004", "obsessive-compulsive disorder"),
        (ICD, "F42.2", "obsessive-compulsive or related disorder"),
        (ICD, "F42", "obsessive-compulsive or related disorder"),
        (ICD, "F20.0", ""),
        (SNOMED, "F42.2", ""),
        ("", "191736004", ""),
    ],
)
def test_a_known_code_only_points_a_clinician_somewhere(record, system, code, points_to):
    concept = {"coding": [{"system": system, "code": code}], "text": "as the sender calls it"}
    condition = only(record.read(record.condition(code=concept)))
    assert condition.points_to == points_to
    assert condition.text == "as the sender calls it"


def test_a_finding_that_would_exclude_is_a_draft_like_any_other(record):
    """Psychosis ever is for a clinician to answer, not for a code of a sender."""
    psychosis = record.condition(
        id="c2", code={"coding": [{"system": ICD, "code": "F29"}], "text": "Psychosis"}
    )
    imported = record.read(psychosis)
    assert imported.facts == ()
    assert [condition.text for condition in imported.conditions] == ["Psychosis"]


@pytest.mark.parametrize("verification", ["entered-in-error", "refuted"])
def test_what_was_ruled_out_is_not_a_condition(record, verification):
    imported = record.read(record.condition(verificationStatus={"coding": [{"code": verification}]}))
    assert imported.conditions == ()
    assert f"{PATH}.verificationStatus" in missed(imported)


@pytest.mark.parametrize("verification", ["provisional", "differential", "unconfirmed"])
def test_what_is_suspected_is_a_draft_that_says_so(record, verification):
    condition = only(record.read(record.condition(verificationStatus={"coding": [{"code": verification}]})))
    assert condition.verification == verification


def test_a_condition_without_a_status_has_none(record):
    condition = only(record.read(record.condition(clinicalStatus=None, verificationStatus=None)))
    assert (condition.clinical_status, condition.verification) == ("", "")


@pytest.mark.parametrize("code", [{}, {"text": ""}, {"coding": [{"system": SNOMED}]}])
def test_a_condition_that_says_nothing_is_listed(record, code):
    imported = record.read(record.condition(code=code))
    assert imported.conditions == ()
    assert "what it is" in missed(imported)[f"{PATH}.code"]


def test_a_code_alone_is_something(record):
    condition = only(record.read(record.condition(code={"coding": [{"system": SNOMED, "code": "1"}]})))
    assert (condition.text, condition.codes[0].code) == ("", "1")


def test_markup_and_hidden_characters_in_a_text_are_harmless(record):
    imported = record.read(record.condition(code={"text": "<script>alert(1)</script>\u202eOCD"}))
    assert only(imported).text == "<script>alert(1)</script>OCD"
    assert f"{PATH}.code" in {entry.path for entry in imported.adapted}


def test_an_endless_text_is_cut_and_that_is_said(record):
    imported = record.read(record.condition(code={"text": "x" * 5000}))
    assert len(only(imported).text) == 500
    assert "cut" in imported.adapted[0].how


def test_a_condition_of_somebody_else_is_not_taken(record):
    assert record.read(record.condition(subject={"reference": "Patient/other"})).conditions == ()


# --- allergies -------------------------------------------------------------------------------------------


def test_an_allergy_becomes_a_draft(record):
    imported = record.read(record.allergy())
    [allergy] = imported.allergies
    assert (allergy.text, allergy.kind, allergy.criticality) == ("Latex", "allergy", "high")
    assert allergy.recorded.text == "2019-04"
    assert imported.facts == ()


def test_that_there_is_no_known_allergy_is_a_draft_to_confirm(record):
    none_known = {"coding": [{"system": SNOMED, "code": "716186003"}], "text": "No known allergy"}
    imported = record.read(record.allergy(code=none_known))
    assert [allergy.text for allergy in imported.allergies] == ["No known allergy"]


@pytest.mark.parametrize("verification", ["entered-in-error", "refuted"])
def test_an_allergy_that_was_ruled_out_is_none(record, verification):
    imported = record.read(record.allergy(verificationStatus={"coding": [{"code": verification}]}))
    assert imported.allergies == ()


def test_an_allergy_of_somebody_else_is_not_taken(record):
    imported = record.read(record.allergy(patient={"reference": "Patient/other"}))
    assert imported.allergies == ()
    assert f"{PATH}.patient.reference" in missed(imported)


def test_an_allergy_without_a_substance_is_listed(record):
    assert missed(record.read(record.allergy(code=None)))[f"{PATH}.code"] == "this element is missing"
