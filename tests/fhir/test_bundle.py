"""The bundle as a whole: one person, read twice without doubling, and everything left out accounted for."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from unloop.facts import Chart, Person, check_corrections
from unloop.fhir import MAX_ENTRIES, example_bundle, read_bundle
from unloop.quantity import InputRefused

ONE, OTHER = UUID(int=1), UUID(int=2)


def refusal(record, document):
    with pytest.raises(InputRefused) as refused:
        record.read_document(document)
    return refused.value


def missed(imported):
    return {entry.path: entry.why for entry in imported.not_understood}


def everything(imported):
    return (*imported.facts, *imported.medicines, *imported.conditions, *imported.allergies)


def whole(record, **person):
    """One of each kind."""
    return record.bundle(
        record.patient(**person),
        record.observation(),
        record.pressure(),
        record.prescription(),
        record.statement(),
        record.condition(),
        record.allergy(),
    )


# --- what is refused as a whole --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "batch", "document"])
def test_bundles_that_hold_a_record_are_read(record, kind):
    assert record.read_document(whole(record) | {"type": kind}).facts


@pytest.mark.parametrize(
    "kind", ["history", "message", "transaction-response", "batch-response", "", None, 7]
)
def test_other_bundles_are_refused(record, kind):
    refused = refusal(record, whole(record) | {"type": kind})
    assert refused.where == "bundle, type"
    assert "transaction" in refused.allowed


@pytest.mark.parametrize("kind", ["Patient", "Observation", "Parameters", None, "<b>", 7])
def test_what_is_no_bundle_is_refused(record, kind):
    refused = refusal(record, whole(record) | {"resourceType": kind})
    assert refused.allowed == "Bundle"
    assert "<b>" not in str(refused)


@pytest.mark.parametrize("entries", [[], None, [{"resource": {"resourceType": "Organization"}}]])
def test_a_bundle_without_a_person_is_refused(record, entries):
    document = {"resourceType": "Bundle", "type": "collection"}
    if entries is not None:
        document["entry"] = entries
    assert refusal(record, document).given == "no Patient resource"


def test_a_bundle_about_two_people_is_refused(record):
    two = record.bundle(record.patient(), record.patient(id="another"), record.observation())
    refused = refusal(record, two)
    assert refused.given == "2 Patient resources"
    assert "one person" in refused.mend


@pytest.mark.parametrize("entries", [{}, "entries", 7, None])
def test_entries_that_are_no_list_are_refused(record, entries):
    assert refusal(record, whole(record) | {"entry": entries}).where == "bundle, entry"


def test_a_bundle_of_endless_entries_is_refused(record):
    refused = refusal(record, whole(record) | {"entry": [{}] * (MAX_ENTRIES + 1)})
    assert str(MAX_ENTRIES) in refused.allowed


def test_one_resource_of_another_release_refuses_the_whole(record):
    document = whole(record)
    document["entry"][3]["resource"]["medication"] = {"concept": {"text": "Sertraline"}}
    assert refusal(record, document).where == "entry[3].resource.medication"


def test_a_declared_other_release_refuses_the_whole(record):
    assert refusal(record, whole(record) | {"fhirVersion": "5.0.0"}).where == "bundle.fhirVersion"


def test_an_import_needs_a_time_with_an_offset(record):
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - what is refused
    with pytest.raises(InputRefused, match="offset"):
        read_bundle(example_bundle(), recorded_at=naive)


def test_one_id_for_two_contents_is_refused_since_nobody_knows_which_counts(record):
    twice = record.bundle(record.patient(), record.observation(), record.observation(status="amended"))
    refused = refusal(record, twice)
    assert refused.where == "entry[2].resource"
    assert "entry[1].resource" in refused.given


def test_one_url_for_two_contents_is_refused(record):
    document = record.bundle(record.patient(), record.observation(), record.observation(id="weight-2"))
    document["entry"][2]["fullUrl"] = document["entry"][1]["fullUrl"]
    assert "other content" in refusal(record, document).given


def test_one_id_with_one_content_is_the_same_thing_twice(record):
    imported = record.read(record.observation(), record.observation())
    assert len(imported.facts) == 1


def test_one_id_in_two_types_is_no_clash(record):
    imported = record.read(record.observation(id="1"), record.condition(id="2"), record.prescription(id="3"))
    assert len(everything(imported)) == 3


def test_a_refusal_never_repeats_who_the_person_is(record):
    for document in (
        whole(record) | {"type": "Ansel Quill"},
        record.bundle(record.patient(id="Ansel.Quill"), record.patient(id="Ansel.Quill2")),
    ):
        assert "Ansel" not in str(refusal(record, document))


# --- what is listed --------------------------------------------------------------------------------------


def test_types_that_are_not_read_are_listed_once_with_the_first_place(record):
    claims = [{"resourceType": "Claim", "id": f"c{index}"} for index in range(3)]
    visit = {"resourceType": "Encounter", "id": "e"}
    imported = record.read(claims[0], visit, *claims[1:], record.observation())
    assert [(entry.path, entry.why, entry.count) for entry in imported.not_understood] == [
        ("entry[1].resource", "Claim is not read here", 3),
        ("entry[2].resource", "Encounter is not read here", 1),
    ]
    assert len(imported.facts) == 1


@pytest.mark.parametrize(
    "entry", [{}, {"fullUrl": "urn:uuid:1"}, {"resource": None}, {"resource": []}, None, "x", 3]
)
def test_entries_without_a_resource_are_listed(record, entry):
    document = whole(record)
    document["entry"].append(entry)
    imported = record.read_document(document)
    assert missed(imported) == {"entry[7]": "there is no resource in this entry"}


@pytest.mark.parametrize("kind", [None, 7, "<script>", "", "Ansel Quill"])
def test_a_resource_that_does_not_say_what_it_is_is_listed(record, kind):
    document = record.bundle(record.patient(), {"resourceType": kind, "id": "x"})
    document["entry"][1]["resource"]["resourceType"] = kind
    assert list(missed(record.read_document(document))) == ["entry[1].resource.resourceType"]


def test_a_request_to_delete_deletes_nothing_and_is_listed(record):
    document = whole(record)
    document["entry"][1]["request"] = {"method": "DELETE", "url": "Observation/weight-1"}
    imported = record.read_document(document)
    assert "deletion" in missed(imported)["entry[1]"]
    assert "weight" not in {fact.code for fact in imported.facts}


@pytest.mark.parametrize(
    "element", [{"modifierExtension": [{"url": "urn:not"}]}, {"implicitRules": "urn:rules"}]
)
def test_a_modifier_that_is_not_known_may_turn_the_meaning_round_and_is_not_ignored(record, element):
    imported = record.read(record.observation() | element, record.condition())
    assert imported.facts == ()
    assert len(imported.conditions) == 1
    assert list(missed(imported)) == [f"entry[1].resource.{next(iter(element))}"]


def test_one_page_of_several_says_that_there_are_more(record):
    document = whole(record) | {"type": "searchset", "link": [{"relation": "self"}, {"relation": "next"}]}
    assert "other pages" in missed(record.read_document(document))["link[1]"]


def test_what_was_left_out_can_be_written_as_json(record):
    imported = record.read(
        {"resourceType": "Claim", "id": "c"}, record.observation(effectiveDateTime="2026-02-20")
    )
    assert imported.not_understood[0].as_dict() == {
        "path": "entry[1].resource",
        "why": "Claim is not read here",
        "count": 1,
    }
    assert set(imported.adapted[0].as_dict()) == {"path", "how", "count"}


# --- reading again ---------------------------------------------------------------------------------------


def ids(imported):
    return [one.id for one in everything(imported)]


def test_the_same_record_read_again_has_the_same_ids(record):
    first = record.read_document(whole(record))
    again = record.read_document(whole(record), recorded_at=record.now + timedelta(days=1))
    assert ids(first) == ids(again)
    assert len(set(ids(first))) == len(ids(first)) == 7


def test_ids_do_not_depend_on_the_clinics_zone(record):
    day = record.bundle(record.patient(), record.observation(effectiveDateTime="2026-02-20"))
    here, there = (record.read_document(day, zone=zone) for zone in (UTC, ZoneInfo("Asia/Tokyo")))
    assert ids(here) == ids(there)
    assert here.facts[0].at != there.facts[0].at


def test_ids_do_not_depend_on_what_stands_beside_an_entry(record):
    document = whole(record)
    fewer = whole(record)
    del fewer["entry"][3:]
    assert set(ids(record.read_document(fewer))) < set(ids(record.read_document(document)))


def test_a_corrected_value_is_a_new_fact(record):
    before = record.read(record.observation())
    after = record.read(record.observation(status="corrected", valueQuantity=record.quantity(71.5)))
    assert ids(before) != ids(after)


def test_a_stopped_medicine_is_a_new_draft(record):
    assert ids(record.read(record.prescription())) != ids(record.read(record.prescription(status="stopped")))


def test_two_people_with_the_same_numbers_share_no_ids(record):
    one = record.read_document(whole(record))
    other_record = record.as_bytes(whole(record)).replace(b"0b7e3c52", b"1b7e3c52")
    other = read_bundle(other_record, recorded_at=record.now)
    assert not set(ids(one)) & set(ids(other))


def test_each_person_of_the_clinic_gets_ids_of_their_own(record):
    """Copies of one example record, imported as two people, must not take each other's facts."""
    imported = record.read_document(whole(record))
    one, other = imported.for_person(ONE), imported.for_person(OTHER)
    assert not set(ids(one)) & set(ids(other))
    assert ids(one) == ids(record.read_document(whole(record)).for_person(ONE))
    assert [fact.value for fact in one.facts] == [fact.value for fact in imported.facts]
    assert one.person == imported.person


def test_resources_without_an_id_are_known_by_their_content(record):
    bare = record.bundle(record.patient(), record.observation(id=None))
    first, again = record.read_document(bare), record.read_document(bare)
    assert ids(first) == ids(again)
    assert "/Observation/content-" in first.facts[0].source


@pytest.mark.parametrize("identity", ["a b", "<script>", "x" * 65, "", 7, "ä"])
def test_an_id_that_fhir_does_not_allow_is_never_repeated(record, identity):
    [fact] = record.read(record.observation(id=identity)).facts
    assert "/Observation/content-" in fact.source
    assert fact.source.isascii()


def test_ids_are_uuids(record):
    for one in everything(record.read_document(whole(record))):
        assert str(UUID(one.id)) == one.id


# --- what is brought -------------------------------------------------------------------------------------


def test_facts_make_a_chart_that_answers_as_of_their_own_times(record):
    imported = record.read_document(whole(record))
    check_corrections(imported.facts)
    chart = Chart(Person(imported.person.birth_date, imported.person.sex), imported.facts)
    taken = datetime(2026, 2, 20, 9, tzinfo=UTC)
    standing = chart.standing("weight", at=taken, known_at=record.now)
    assert [fact.value for fact in standing] == [70.5]
    assert chart.standing("weight", at=taken, known_at=record.now - timedelta(seconds=1)) == ()


def test_the_file_is_named_by_its_digest(record):
    data = record.as_bytes(whole(record))
    imported = read_bundle(data, recorded_at=record.now)
    assert imported.sha256 == hashlib.sha256(data).hexdigest()
    assert all(one.source.startswith(f"fhir:{imported.sha256[:12]}/") for one in everything(imported))


def test_no_fact_is_bound_to_a_session_or_takes_another_back(record):
    for fact in record.read_document(whole(record)).facts:
        assert (fact.session, fact.phase, fact.supersedes, fact.withdraws) == (None, None, None, False)
