"""A record becomes a person and facts, once, and never by a guess somebody else's."""

from __future__ import annotations

import pytest

from unloop.care.evaluation import NotReady, Outcome, judge
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart import importing
from unloop.clinic.chart.models import Draft, FactRow, ImportRecord, Person
from unloop.clinic.chart.services import LikelyDuplicate, import_bundle, load_chart
from unloop.fhir import example_bundle
from unloop.protocol import bundled
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PUBLIC = ("synthea-milan-beatty.json", "synthea-clara-montanez.json", "us-core-patient-85.json")


def test_a_record_becomes_a_person_facts_and_drafts(provider) -> None:
    result = import_bundle(example_bundle())
    assert result.made
    assert result.added == FactRow.objects.count() + Draft.objects.count() > 20
    assert result.unchanged == 0
    assert set(Draft.objects.values_list("decision", flat=True)) == {""}


def test_importing_the_example_twice_adds_nothing(provider, rows) -> None:
    first = import_bundle(example_bundle())
    before = rows()
    again = import_bundle(example_bundle())
    assert (again.person, again.made, again.added, again.unchanged) == (first.person, False, 0, first.added)
    assert rows() == before


@pytest.mark.parametrize("name", PUBLIC)
def test_importing_a_public_record_twice_adds_nothing(provider, rows, shared_data, name: str) -> None:
    data = (shared_data / "fhir" / name).read_bytes()
    first = import_bundle(data)
    before = rows()
    again = import_bundle(data)
    assert (again.person, again.added, again.unchanged) == (first.person, 0, first.added)
    assert rows() == before


def test_a_fact_keeps_its_own_time_and_names_its_source(provider, bundle, patient, weight) -> None:
    result = import_bundle(bundle(patient(), weight()))
    row = FactRow.objects.get(person=result.person, code="weight")
    assert (row.value, row.unit, row.at.isoformat()) == (70.5, "kg", "2026-02-20T09:00:00+00:00")
    assert row.recorded_at > row.at
    assert "weight-1" in row.source


def test_a_later_export_of_the_same_person_adds_only_what_is_new(provider, bundle, patient, weight) -> None:
    first = import_bundle(bundle(patient(), weight()))
    later = import_bundle(
        bundle(patient(), weight(), weight(id="weight-2", effectiveDateTime="2026-03-01T09:00:00Z"))
    )
    assert (later.person, later.added, later.unchanged) == (first.person, 1, first.added)


def test_a_likely_duplicate_is_asked_about_and_nothing_is_written(
    person, rows, bundle, patient, weight
) -> None:
    before = rows()
    asked = import_bundle(bundle(patient(), weight()))
    assert isinstance(asked, LikelyDuplicate)
    assert asked.candidates == (person,)
    assert rows() == before


@pytest.mark.parametrize(
    "name", [{"family": "QUILL", "given": ["Ansel"]}, {"family": "Quíll", "given": ["Ansel"]},
             {"family": "Ansel", "given": ["Quill"]}, {"family": "Quill", "given": ["Ansell"]}],
)  # fmt: skip
def test_accents_capitals_order_and_a_slip_do_not_hide_a_duplicate(person, bundle, patient, name) -> None:
    assert isinstance(import_bundle(bundle(patient(name=[name]))), LikelyDuplicate)


def test_a_record_without_birth_date_is_asked_about_by_its_name(person, bundle, patient) -> None:
    assert isinstance(import_bundle(bundle(patient(birthDate=None))), LikelyDuplicate)


def test_a_namesake_of_another_day_is_somebody_else(person, bundle, patient) -> None:
    result = import_bundle(bundle(patient(birthDate="1991-02-03")))
    assert result.made
    assert result.person != person


def test_one_number_for_two_names_is_asked_about_never_merged(provider, bundle, patient) -> None:
    first = import_bundle(bundle(patient()))
    other = patient(name=[{"family": "Maartens", "given": ["Ilse"]}], birthDate="1970-10-10", gender="female")
    asked = import_bundle(bundle(other))
    assert isinstance(asked, LikelyDuplicate)
    assert asked.candidates == (first.person,)


def test_whoever_was_said_to_be_somebody_new_stays_so(person, bundle, patient, rows) -> None:
    made = import_bundle(bundle(patient()), new=True)
    assert made.person != person
    before = rows()
    assert import_bundle(bundle(patient()), new=True).person == made.person
    assert import_bundle(bundle(patient())).person == made.person
    assert rows() == before


def test_a_record_goes_where_somebody_said(person, bundle, patient, weight) -> None:
    result = import_bundle(bundle(patient(), weight()), into=person)
    assert (result.person, result.made) == (person, False)
    assert FactRow.objects.get(code="weight").person == person
    assert import_bundle(bundle(patient(), weight())).person == person


def test_one_record_for_two_people_gives_each_their_own_facts(person, bundle, patient, weight) -> None:
    data = bundle(patient(), weight())
    import_bundle(data, into=person)
    other = Person(given="Bo", family="Tamm", made_at=clock.now())
    other.save()
    result = import_bundle(data, into=other)
    assert result.added == 1
    assert FactRow.objects.filter(code="weight").count() == 2


def test_a_prescription_of_1993_is_a_draft_and_no_current_medicine(
    provider, bundle, patient, prescription
) -> None:
    result = import_bundle(bundle(patient(), prescription()))
    draft = Draft.objects.get(person=result.person)
    assert (draft.kind, draft.decision, draft.detail["from"]) == ("medicine", "", "1993-01-05")
    assert not FactRow.objects.filter(code="medicines").exists()


def test_whoever_died_is_excluded(provider, bundle, patient) -> None:
    result = import_bundle(bundle(patient(deceasedDateTime="2025-05-05T10:00:00Z")))
    answer = judge("evaluation", bundled(), load_chart(result.person), at=clock.now(), session=None)
    assert isinstance(answer, NotReady)
    used = {use.code for one in answer.with_outcome(Outcome.EXCLUDES) for use in one.used}
    assert "vital_status" in used


def test_what_is_not_understood_is_kept_with_the_import(provider, bundle, patient, weight) -> None:
    stones = weight()["valueQuantity"] | {"value": 11, "unit": "stone", "code": "[stone_av]"}
    result = import_bundle(bundle(patient(), weight(valueQuantity=stones)))
    kept = ImportRecord.objects.get(person=result.person)
    assert kept.not_understood == [one.as_dict() for one in result.not_understood]
    assert kept.not_understood
    assert not FactRow.objects.filter(code="weight").exists()


def test_a_record_without_a_name_is_refused_and_leaves_nothing(provider, bundle, patient, rows) -> None:
    before = rows()
    with pytest.raises(InputRefused):
        import_bundle(bundle(patient(name=None)))
    assert rows() == before


def test_an_import_leaves_a_line_without_a_name(provider) -> None:
    result = import_bundle(example_bundle())
    line = AuditEntry.objects.get(action="chart.imported")
    assert (line.person_id, line.actor_id) == (result.person.id, provider.pk)
    assert line.detail == {"added": result.added, "unchanged": 0}


def test_an_import_that_cannot_be_recorded_did_not_happen(
    provider, rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows()

    def no_room(*_args: object, **_more: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(importing, "record", no_room)
    with pytest.raises(OSError, match="no room"):
        import_bundle(example_bundle())
    assert rows() == before
