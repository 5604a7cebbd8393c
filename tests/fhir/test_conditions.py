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


def coded(code: str, *more: str, system: str = ICD, text: str = "as the sender calls it"):
    return {"coding": [{"system": system, "code": one} for one in (code, *more)], "text": text}


@pytest.mark.parametrize("code", ["F42.2", "T36.0X1A", "Z3A.01", "F32.A"])
def test_a_well_formed_code_is_kept_letter_for_letter(record, code):
    imported = record.read(record.condition(code=coded(code)))
    assert [(one.system, one.code) for one in only(imported).codes] == [(ICD, code)]
    assert imported.adapted == ()
    assert imported.not_understood == ()


@pytest.mark.parametrize(
    ("written", "meant"), [("F422", "F42.2"), ("f42.2", "F42.2"), ("T360X1A", "T36.0X1A")]
)
def test_a_code_written_without_its_point_is_read_as_what_it_is_and_that_is_said(record, written, meant):
    """Billing systems leave the point out."""
    imported = record.read(record.condition(code=coded(written)))
    assert [one.code for one in only(imported).codes] == [meant]
    assert {entry.path: entry.how for entry in imported.adapted} == {
        f"{PATH}.code.coding[0].code": f"read as {meant}, the way that ICD-10-CM is written"
    }


def test_a_code_that_was_mended_points_a_clinician_where_the_right_one_does(record):
    condition = only(record.read(record.condition(code=coded("F422"))))
    assert condition.points_to == "obsessive-compulsive or related disorder"


@pytest.mark.parametrize(
    "code", ["300.3", "OCD", "6B20", "F42.12345", "F4.22", "F4O.2", "F42,2", "T36.0X", "F42.2; F32.1"]
)
def test_what_is_no_such_code_is_listed_and_the_words_are_kept(record, code):
    imported = record.read(record.condition(code=coded(code)))
    assert (only(imported).text, only(imported).codes) == ("as the sender calls it", ())
    assert "not the form of an ICD-10-CM code" in missed(imported)[f"{PATH}.code.coding[0].code"]


def test_one_broken_code_does_not_take_the_others_with_it(record):
    imported = record.read(record.condition(code=coded("300.3", "F42.2")))
    assert [one.code for one in only(imported).codes] == ["F42.2"]
    assert list(missed(imported)) == [f"{PATH}.code.coding[0].code"]


def test_a_condition_that_is_nothing_but_a_broken_code_is_listed_and_not_kept(record):
    imported = record.read(record.condition(code=coded("300.3", text="")))
    assert imported.conditions == ()
    assert "it does not say what it is" in missed(imported)[f"{PATH}.code"]


@pytest.mark.parametrize(
    "system", [SNOMED, "", "http://hl7.org/fhir/sid/icd-9-cm", "urn:oid:2.16.840.1.113883.6.90"]
)
def test_codes_of_other_systems_are_not_measured_by_the_form_of_this_one(record, system):
    imported = record.read(record.condition(code=coded("300.3", system=system)))
    assert [one.code for one in only(imported).codes] == ["300.3"]
    assert imported.not_understood == ()


def test_the_same_slip_in_many_conditions_is_counted_and_not_repeated(record):
    many = [record.condition(id=f"c{number}", code=coded("F422")) for number in range(3)]
    (adapted,) = record.read(*many).adapted
    assert adapted.count == 3


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
