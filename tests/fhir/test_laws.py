"""Laws that every import keeps, whatever the record holds."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY
from unloop.fhir.codes import codes

PERSON = "urn:uuid:0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10"
NUMBERS = sorted(
    loinc for loinc, code in codes().observations.items() if DICTIONARY[code.fact].low is not None
)
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2026, 2, 28), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def observations(draw, count=5):
    """Plausible numbers of any code that is read, each in the unit of the dictionary."""
    made = []
    for index in range(draw(st.integers(0, count))):
        loinc = draw(st.sampled_from(NUMBERS))
        definition = DICTIONARY[codes().observations[loinc].fact]
        whole = definition.unit == "{score}"
        value = draw(
            st.integers(int(definition.low), int(definition.high))
            if whole
            else st.floats(definition.low, definition.high)
        )
        made.append(
            {
                "resourceType": "Observation",
                "id": f"o{index}",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
                "subject": {"reference": PERSON},
                "effectiveDateTime": draw(moments).isoformat(timespec="seconds"),
                "valueQuantity": {
                    "value": value,
                    "unit": definition.unit,
                    "system": "http://unitsofmeasure.org",
                    "code": definition.unit,
                },
            }
        )
    return made


def contents(imported):
    return sorted((fact.id, fact.code, fact.value, fact.at) for fact in imported.facts)


@given(observations())
def test_every_plausible_number_becomes_exactly_one_fact(record, made):
    imported = record.read(*made)
    assert len(imported.facts) == len(made)
    assert imported.not_understood == ()
    for fact, observation in zip(imported.facts, made, strict=True):
        assert fact.value == observation["valueQuantity"]["value"]
        assert fact.at.isoformat() == observation["effectiveDateTime"]


@given(observations())
def test_reading_twice_adds_nothing(record, made):
    first = record.read(*made)
    again = record.read(*made, recorded_at=record.now + timedelta(hours=7))
    assert contents(first) == contents(again)


@given(observations(), st.data())
def test_leaving_an_entry_out_takes_away_its_facts_and_no_others(record, made, data):
    assume(made)
    gone = data.draw(st.integers(0, len(made) - 1))
    fewer = record.read(*made[:gone], *made[gone + 1 :])
    left = [fact for fact in record.read(*made).facts if f"/o{gone}" not in fact.source]
    assert contents(fewer) == sorted((fact.id, fact.code, fact.value, fact.at) for fact in left)


@given(observations(), st.sampled_from(["Claim", "Encounter", "Immunization", "Basic"]), st.integers(1, 4))
def test_resources_that_are_not_read_change_no_fact(record, made, kind, count):
    others = [{"resourceType": kind, "id": f"x{index}"} for index in range(count)]
    imported = record.read(*others, *made)
    assert contents(imported) == contents(record.read(*made))
    assert [(entry.path, entry.count) for entry in imported.not_understood] == [("entry[1].resource", count)]


@given(observations(), offsets)
def test_the_offset_in_which_a_moment_is_written_does_not_move_it(record, made, offset):
    moved = copy.deepcopy(made)
    for observation in moved:
        moment = datetime.fromisoformat(observation["effectiveDateTime"]).astimezone(offset)
        observation["effectiveDateTime"] = moment.isoformat()
    one, other = record.read(*made), record.read(*moved)
    assert [fact.at for fact in one.facts] == [fact.at for fact in other.facts]


@given(observations(), st.sampled_from(["preliminary", "entered-in-error", "cancelled", "registered"]))
def test_no_fact_comes_of_what_is_not_final(record, made, status):
    unsure = [observation | {"status": status} for observation in made]
    imported = record.read(*unsure)
    assert imported.facts == ()
    assert len(imported.not_understood) == len(made)


@given(observations())
def test_no_fact_comes_of_what_is_about_somebody_else(record, made):
    others = [observation | {"subject": {"reference": "Patient/x"}} for observation in made]
    imported = record.read(*others)
    assert imported.facts == ()
    assert len(imported.not_understood) == len(made)


@given(observations(), moments)
def test_nothing_is_believed_before_it_happened(record, made, at):
    imported = record.read(*made, recorded_at=at)
    assert all(fact.at <= at for fact in imported.facts)
    late = sum(datetime.fromisoformat(one["effectiveDateTime"]) > at for one in made)
    assert len(imported.facts) == len(made) - late


@given(st.floats(45, 770))
def test_a_weight_is_the_same_in_pounds_and_in_kilograms(record, pounds):
    in_pounds = record.read(record.observation(valueQuantity=record.quantity(pounds, "[lb_av]")))
    in_kg = record.read(record.observation(valueQuantity=record.quantity(pounds * 0.45359237)))
    assert in_pounds.facts[0].value == pytest.approx(in_kg.facts[0].value, rel=1e-12)


@given(st.floats(1, 170), st.sampled_from(["creatinine", "bilirubin"]))
def test_amount_and_mass_of_a_substance_agree(record, umol, fact):
    loinc = {"creatinine": "2160-0", "bilirubin": "1975-2"}[fact]
    mass = float(codes().substances[fact].molar_mass) * umol / 10_000
    assume(mass >= (DICTIONARY[fact].low or 0))
    amount = record.read(record.observation(loinc, valueQuantity=record.quantity(umol, "umol/L")))
    assert amount.facts[0].value == pytest.approx(mass, rel=1e-9)


@given(st.lists(st.sampled_from(["prescription", "statement", "condition", "allergy"]), max_size=6))
def test_drafts_are_never_facts(record, kinds):
    made = [getattr(record, kind)(id=f"d{index}") for index, kind in enumerate(kinds)]
    imported = record.read(*made)
    assert imported.facts == ()
    brought = len(imported.medicines) + len(imported.conditions) + len(imported.allergies)
    assert brought == len(kinds)


@given(st.text(max_size=60))
def test_any_text_can_be_a_name_and_none_can_be_anything_else(record, text):
    imported = record.read_person(name=[{"family": text, "given": ["Ansel"]}])
    assert imported.person.name.given == ("Ansel",)
    imported.person.name.whole.encode("utf-8")
    assert "\u202e" not in imported.person.name.whole


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_stand_in_a_draft(record, name, dose):
    medicine = record.prescription(
        medicationCodeableConcept={"text": f"Sertraline {name}"}, dosageInstruction=[{"text": dose}]
    )
    [draft] = record.read(medicine).medicines
    assert draft.name.startswith("Sertraline")
    f"{draft.name}{draft.dose_text}{draft.ingredients}".encode()
