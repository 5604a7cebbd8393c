"""The Patient becomes a person: plain text, no more precise than given, and dead only if the record says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from unloop.facts import Sex

BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
PATH = "entry[0].resource"


def missed(imported):
    return {entry.path: entry.why for entry in imported.not_understood}


def adapted(imported):
    return {entry.path: entry.how for entry in imported.adapted}


def vital_status(imported):
    return [fact for fact in imported.facts if fact.code == "vital_status"]


# --- names -----------------------------------------------------------------------------------------------


def test_a_name_is_kept_in_its_parts(record):
    name = {
        "use": "official",
        "family": "de Vries",
        "given": ["Anna", "Maria"],
        "prefix": ["Dr."],
        "suffix": ["MD"],
    }
    person = record.read_person(name=[name]).person
    assert person.name.family == "de Vries"
    assert person.name.given == ("Anna", "Maria")
    assert person.name.whole == "Dr. Anna Maria de Vries MD"


def test_the_name_to_show_is_the_official_one_wherever_it_stands(record):
    names = [
        {"use": "old", "family": "A"},
        {"use": "usual", "family": "B"},
        {"use": "official", "family": "C"},
    ]
    person = record.read_person(name=names).person
    assert person.name.family == "C"
    assert len(person.names) == 3


def test_a_name_given_only_as_text_is_a_name(record):
    assert record.read_person(name=[{"text": "Ansel Quill"}]).person.name.whole == "Ansel Quill"


def test_a_record_without_a_name_is_imported_and_has_none(record):
    assert record.read_person(name=None).person.name is None


def test_a_missing_part_of_a_name_is_no_fault(record):
    """FHIR puts null where only an extension is given."""
    assert record.read_person(name=[{"given": ["Ansel", None]}]).person.name.given == ("Ansel",)


def test_markup_in_a_name_stays_plain_text_and_is_said(record):
    imported = record.read_person(name=[{"family": "<img src=x onerror=alert(1)>", "given": ["Eve"]}])
    assert imported.person.name.family == "<img src=x onerror=alert(1)>"
    assert "plain text" in adapted(imported)[f"{PATH}.name[0].family"]


@pytest.mark.parametrize("hidden", ["\u202e", "\u0000", "\u2066", "\ud83d"])
def test_hidden_characters_are_taken_out_of_a_name_and_that_is_said(record, hidden):
    imported = record.read_person(name=[{"family": f"Qu{hidden}ill"}])
    assert imported.person.name.family == "Quill"
    assert f"{PATH}.name[0].family" in adapted(imported)


def test_a_name_part_of_more_than_a_hundred_characters_is_not_cut_but_left_out(record):
    imported = record.read_person(name=[{"family": "x" * 101, "given": ["y" * 100]}])
    assert imported.person.name.family == ""
    assert imported.person.name.given == ("y" * 100,)
    assert "100 characters" in missed(imported)[f"{PATH}.name[0].family"]


def test_a_name_that_does_not_fit_is_listed_and_the_others_are_kept(record):
    imported = record.read_person(
        name=[{"family": 7}, {"family": "Quill", "given": "Ansel"}, {"family": "Quill"}]
    )
    assert [name.family for name in imported.person.names] == ["Quill"]
    assert missed(imported)[f"{PATH}.name[0].family"] == "this is not text"
    assert missed(imported)[f"{PATH}.name[1].given"] == "this is not a list"


def test_leaving_a_bad_name_out_keeps_the_places_of_the_others_true(record):
    imported = record.read_person(name=[{"family": 7}, {"family": "x" * 101, "given": ["A"]}])
    assert f"{PATH}.name[1].family" in missed(imported)


def test_a_hundred_thousand_names_are_a_fault_of_the_sender(record):
    imported = record.read_person(name=[{"family": f"N{index}"} for index in range(1000)])
    assert len(imported.person.names) == 50
    assert f"{PATH}.name[50]" in missed(imported)


# --- birth, sex, language --------------------------------------------------------------------------------


def test_the_birth_date_is_a_day(record):
    assert record.read_person(birthDate="1984-06-01").person.birth_date == date(1984, 6, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (None, "no birth date"),
        ("1984", "only the year"),
        ("1984-06", "only the month"),
        ("01/06/1984", "FHIR date"),
        ("1984-06-31", "no such day"),
        ("2026-03-03", "future"),
    ],
)
def test_a_birth_date_that_is_not_a_day_is_asked_for(record, written, why):
    imported = record.read_person(birthDate=written)
    assert imported.person.birth_date is None
    assert why in missed(imported)[f"{PATH}.birthDate"]


def test_born_today_is_judged_by_the_day_of_the_clinic(record):
    tokyo = ZoneInfo("Asia/Tokyo")
    late = datetime(2026, 3, 2, 20, tzinfo=UTC)
    document = record.bundle(record.patient(birthDate="2026-03-03"))
    assert record.read_document(document, recorded_at=late, zone=tokyo).person.birth_date == date(2026, 3, 3)
    assert record.read_document(document, recorded_at=late).person.birth_date is None


@pytest.mark.parametrize(
    ("gender", "sex"),
    [
        ("female", Sex.FEMALE),
        ("male", Sex.MALE),
        ("other", Sex.UNKNOWN),
        ("unknown", Sex.UNKNOWN),
        (None, Sex.UNKNOWN),
    ],
)
def test_sex_is_taken_from_gender_and_never_guessed(record, gender, sex):
    imported = record.read_person(gender=gender)
    assert imported.person.sex is sex
    assert (f"{PATH}.gender" in missed(imported)) == (sex is Sex.UNKNOWN)


def test_gender_and_birth_sex_that_differ_leave_the_reference_ranges_to_be_asked_for(record):
    imported = record.read_person(gender="female", extension=[{"url": BIRTH_SEX, "valueCode": "M"}])
    assert imported.person.sex is Sex.UNKNOWN
    assert "differ" in missed(imported)[f"{PATH}.gender"]


def test_a_birth_sex_that_agrees_changes_nothing(record):
    imported = record.read_person(gender="male", extension=[{"url": BIRTH_SEX, "valueCode": "M"}])
    assert imported.person.sex is Sex.MALE


def test_the_preferred_language_comes_first(record):
    spoken = [
        {"language": {"coding": [{"code": "en"}]}},
        {"language": {"coding": [{"code": "es-MX"}]}, "preferred": True},
    ]
    assert record.read_person(communication=spoken).person.language == "es-MX"


@pytest.mark.parametrize("code", ["<script>", "english please", ""])
def test_a_language_that_is_no_language_code_is_unknown(record, code):
    spoken = [{"language": {"coding": [{"code": code}]}}]
    assert record.read_person(communication=spoken).person.language == ""


# --- contacts --------------------------------------------------------------------------------------------


def test_contacts_and_identifiers_are_kept(record):
    person = record.read_person(
        telecom=[
            {"system": "phone", "value": "555-0123", "use": "mobile"},
            {"system": "pigeon", "value": "x"},
        ],
        address=[{"line": ["1 Elm Row"], "city": "Exampleton", "postalCode": "00000", "country": "US"}],
        identifier=[
            {"system": "https://mrn.example.org", "value": "17"},
            {"system": "https://empty.example.org"},
        ],
    ).person
    assert [(one.system, one.value) for one in person.telecom] == [("phone", "555-0123"), ("other", "x")]
    assert person.addresses[0].lines == ("1 Elm Row",)
    assert [one.value for one in person.identifiers] == ["17"]


def test_an_address_given_only_as_text_is_an_address(record):
    assert record.read_person(address=[{"text": "1 Elm Row, Exampleton"}]).person.addresses[0].lines == (
        "1 Elm Row, Exampleton",
    )


def test_a_record_that_was_replaced_says_so(record):
    imported = record.read_person(link=[{"type": "replaced-by", "other": {"reference": "Patient/2"}}])
    assert "replaced" in missed(imported)[f"{PATH}.link"]


def test_no_message_about_a_person_repeats_who_they_are(record):
    imported = record.read_person(
        name=[{"family": "Verysecret" * 12}], birthDate="Verysecret", telecom=[{"value": "Verysecret" * 40}]
    )
    said = " ".join(entry.why for entry in imported.not_understood)
    assert "Verysecret" not in said


def test_a_patient_of_which_nothing_fits_is_still_a_person_without_a_name(record):
    nonsense = dict.fromkeys(("name", "gender", "birthDate", "telecom", "address", "communication"), 7)
    imported = record.read_person(**nonsense)
    assert imported.person.name is None
    assert len(missed(imported)) >= len(nonsense)


# --- whether the person lives ----------------------------------------------------------------------------


def test_no_word_about_death_is_no_fact(record):
    imported = record.read_person()
    assert imported.person.deceased is None
    assert vital_status(imported) == []


def test_a_date_of_death_is_a_death_at_that_time(record):
    imported = record.read_person(deceasedDateTime="2025-12-31T23:00:00Z")
    [fact] = vital_status(imported)
    assert (fact.value, fact.at) == ("deceased", datetime(2025, 12, 31, 23, tzinfo=UTC))
    assert imported.person.deceased is True


def test_a_death_known_to_the_year_counts_from_when_it_has_surely_happened(record):
    [fact] = vital_status(record.read_person(deceasedDateTime="1999"))
    assert fact.at == datetime(2000, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)


def test_a_death_this_year_counts_from_the_import_at_the_latest(record):
    [fact] = vital_status(record.read_person(deceasedDateTime="2026"))
    assert fact.at == record.now


@pytest.mark.parametrize("written", ["2031-01-01", "last winter", "1970"])
def test_a_death_whose_date_cannot_be_right_still_excludes(record, written):
    imported = record.read_person(deceasedDateTime=written)
    [fact] = vital_status(imported)
    assert (fact.value, fact.at) == ("deceased", record.now)
    assert f"{PATH}.deceasedDateTime" in missed(imported)


def test_dead_without_a_date_counts_from_when_the_sender_last_looked(record):
    imported = record.read_person(deceasedBoolean=True, meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    assert vital_status(imported)[0].at == datetime(2026, 1, 1, tzinfo=UTC)
    assert vital_status(record.read_person(deceasedBoolean=True))[0].at == record.now


def test_alive_is_believed_as_of_a_time_and_not_without_one(record):
    known = record.read_person(deceasedBoolean=False, meta={"lastUpdated": "2026-02-01T00:00:00Z"})
    assert [(fact.value, fact.at.month) for fact in vital_status(known)] == [("alive", 2)]
    unknown = record.read_person(deceasedBoolean=False)
    assert vital_status(unknown) == []
    assert "as of when" in missed(unknown)[f"{PATH}.deceasedBoolean"]
    assert unknown.person.deceased is False


def test_alive_in_the_future_is_not_believed(record):
    imported = record.read_person(deceasedBoolean=False, meta={"lastUpdated": "2027-02-01T00:00:00Z"})
    assert vital_status(imported) == []


def test_a_date_of_death_outweighs_a_word_that_says_otherwise(record):
    imported = record.read_person(deceasedDateTime="2020-01-01", deceasedBoolean=False)
    assert [fact.value for fact in vital_status(imported)] == ["deceased"]


def test_an_undated_death_keeps_its_id_from_one_import_to_the_next(record):
    document = record.bundle(record.patient(deceasedBoolean=True))
    first = record.read_document(document)
    later = record.read_document(document, recorded_at=record.now + timedelta(days=30))
    assert [fact.id for fact in first.facts] == [fact.id for fact in later.facts]
