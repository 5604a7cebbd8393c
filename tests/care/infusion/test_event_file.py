"""Every event to a file and back, and every code of the dictionary at the bedside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unloop.care.infusion
import unloop.care.plan
from unloop.care.infusion import (
    Corrected,
    MedicineGiven,
    Note,
    Score,
    Severity,
    Started,
    Stopped,
    Symptom,
    Vitals,
    in_order,
    read_event,
    read_session,
    sort_out,
    write_event,
)
from unloop.care.infusion.events import RANK, WITHIN_ONE_MOMENT, same_entry
from unloop.facts import DICTIONARY, FactType
from unloop.quantity import InputRefused

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OBSERVED = sorted(
    code
    for code, definition in DICTIONARY.items()
    if definition.in_session and not definition.derived and code not in {"infusion_ended", "second_check"}
)

ids = st.uuids().map(str)
people = st.sampled_from(["nurse-1", "nurse-2", "doctor-1"])
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
times = st.builds(
    lambda minute, zone: (TEN + timedelta(minutes=minute)).astimezone(zone).isoformat(),
    st.integers(-600, 600),
    zones,
)
rates = st.floats(0.1, 999)
words = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40).filter(str.strip)
codes = st.from_regex(r"\A[a-z][a-z0-9_-]{0,15}\Z").filter(
    lambda code: (
        code.replace("-", "").replace("_", "") not in {known.replace("_", "") for known in DICTIONARY}
    )
)
payloads = {
    "checked": st.fixed_dictionaries({"second": st.just("nurse-3")}),
    "started": st.fixed_dictionaries({"rate_ml_per_h": rates}),
    "rate_changed": st.fixed_dictionaries({"rate_ml_per_h": rates}),
    "paused": st.just({}),
    "resumed": st.fixed_dictionaries({"rate_ml_per_h": rates}),
    "stopped": st.fixed_dictionaries({}, optional={"reason": words}),
    "pump_confirmed_off": st.just({}),
    "vitals": st.fixed_dictionaries(
        {
            "sbp": st.integers(121, 300),
            "dbp": st.integers(20, 120),
            "hr": st.integers(20, 260),
            "spo2": st.integers(40, 100),
        },
        optional={"rr": st.integers(2, 70)},
    ),
    "score": st.fixed_dictionaries({"code": codes, "value": st.integers(-5, 40) | st.booleans() | words}),
    "symptom": st.fixed_dictionaries(
        {"code": codes, "severity": st.sampled_from([one.value for one in Severity])}
    ),
    "medicine_given": st.fixed_dictionaries(
        {"name": words, "dose": st.floats(0.01, 1000), "unit": st.just("mg"), "route": st.just("intravenous")}
    ),
    "note": st.fixed_dictionaries({"text": words}),
    "corrected": st.fixed_dictionaries(
        {"event": ids}, optional={"sbp": st.integers(100, 200), "reason": words, "true_at": times}
    ).filter(lambda payload: len(payload) > 1),
    "discharged": st.just({}),
    "signed": st.just({}),
}
documents = st.sampled_from(sorted(payloads)).flatmap(
    lambda kind: st.builds(
        lambda envelope, payload: envelope | payload,
        st.fixed_dictionaries(
            {"id": ids, "type": st.just(kind), "at": times, "recorded_at": times, "by": people}
        ),
        payloads[kind],
    )
)


@given(documents)
def test_every_event_comes_back_from_a_file_as_it_was_written(document):
    event = read_event(document)
    assert read_event(json.loads(json.dumps(write_event(event)))) == event
    assert event.kind == document["type"]


@given(documents)
def test_what_is_written_holds_no_key_that_was_not_read(document):
    assert set(write_event(read_event(document))) == set(document)


@given(documents, st.sampled_from(["unit", "weight", "x", "rate"]))
def test_one_key_too_many_is_refused_in_every_event(document, key):
    if document["type"] == "corrected" or key in document:
        return
    with pytest.raises(InputRefused, match="remove or rename this key"):
        read_event(document | {key: 1})


@given(documents, st.data())
def test_one_required_key_too_few_is_refused_in_every_event(document, data):
    optional = {"reason", "rr", "sbp", "true_at"}
    key = data.draw(st.sampled_from(sorted(set(document) - optional)))
    if document["type"] == "vitals" and key in optional:
        return
    with pytest.raises(InputRefused) as refused:
        read_event({name: value for name, value in document.items() if name != key})
    assert key in refused.value.where or refused.value.mend == "say what is corrected"


@given(st.lists(documents, max_size=10, unique_by=lambda document: document["id"]))
def test_a_list_is_sorted_by_when_things_happened_whatever_the_zone(listed):
    events = [read_event(document) for document in listed]
    moments = [event.at for event in sorted(events, key=in_order)]
    assert moments == sorted(moments)


@given(documents, times)
def test_an_entry_sent_again_is_the_same_whenever_it_arrives(document, later):
    event = read_event(document)
    again = read_event(document | {"recorded_at": later})
    assert same_entry(event, again)
    if not isinstance(event, Corrected):
        assert len(sort_out((event, again)).entries) == 1
    assert not same_entry(event, read_event(document | {"by": "somebody-else"}))


def test_a_time_is_one_moment_in_every_zone(bedside):
    here = bedside.document("paused", 12)
    there = here | {"at": "2026-03-02T05:12:00-05:00"}
    assert read_event(here) == read_event(there)


@pytest.mark.parametrize("code", OBSERVED)
def test_every_session_fact_of_the_dictionary_can_be_charted(bedside, code):
    definition = DICTIONARY[code]
    match definition.type:
        case FactType.NUMBER:
            assert definition.low is not None
            assert definition.high is not None
            good, bad = (
                (definition.low, definition.high),
                (definition.low - 1, definition.high + 1, "1", True, None),
            )
        case FactType.BOOL:
            good, bad = (True, False), (1, 0, "yes", None)
        case _:
            good, bad = definition.values, (*(value.upper() for value in definition.values), 1, True, None)
    for value in good:
        assert bedside.score(50, code, value).value == value
    for value in bad:
        with pytest.raises(InputRefused, match="value"):
            bedside.score(50, code, value)


@pytest.mark.parametrize("code", [code for code in OBSERVED if DICTIONARY[code].type is FactType.BOOL])
def test_a_code_may_be_written_with_hyphens(bedside, code):
    assert bedside.symptom(50, code.replace("_", "-"), "mild").code == code


def test_a_fact_of_the_course_may_be_charted_and_a_derived_one_may_not(bedside):
    assert bedside.score(50, "ybocs", 20).value == 20
    for code in ("bmi", "minutes_since_end", "infusions_total"):
        with pytest.raises(InputRefused, match="it follows from the other events"):
            bedside.score(50, code, 20)


def test_a_set_of_answers_is_no_score(bedside):
    with pytest.raises(InputRefused):
        bedside.score(50, "diagnoses", ["F42.2"])


@pytest.mark.parametrize("code", ["", "A", "a b", "-a", "a" * 61, "naïve", "<script>"])
def test_a_code_is_small_letters_digits_and_hyphens(bedside, code):
    with pytest.raises(InputRefused) as refused:
        bedside.score(50, code, 1)
    assert refused.value.where.endswith("code")


def test_the_fields_of_an_event_are_typed(bedside):
    vitals = bedside.vitals(5)
    assert isinstance(vitals, Vitals)
    assert (vitals.sbp.unit, vitals.spo2.unit) == ("mm[Hg]", "%")
    assert isinstance(bedside.started(), Started)
    assert bedside.started().rate.unit == "mL/h"
    assert isinstance(bedside.stopped(40), Stopped)
    assert bedside.stopped(40).reason == ""
    assert isinstance(bedside.score(5, "rass", 0), Score)
    assert isinstance(bedside.symptom(5, "nausea"), Symptom)
    assert isinstance(bedside.event("note", 5, text="x"), Note)
    medicine = bedside.event("medicine_given", 6, name="ondansetron", dose=4, unit="mg", route="intravenous")
    assert isinstance(medicine, MedicineGiven)
    assert (medicine.name, medicine.dose, medicine.unit, medicine.route) == (
        "ondansetron",
        4,
        "mg",
        "intravenous",
    )


def test_an_event_cannot_be_changed(bedside):
    with pytest.raises(AttributeError):
        bedside.started().rate = None


def test_every_kind_of_event_has_its_place_within_a_moment():
    assert set(RANK) == set(payloads)
    assert len(RANK) == len(WITHIN_ONE_MOMENT)
    assert (
        RANK["checked"] < RANK["started"] < RANK["stopped"] < RANK["pump_confirmed_off"] < RANK["discharged"]
    )


@pytest.mark.parametrize("room", [unloop.care.infusion, unloop.care.plan])
def test_the_exported_names_of_a_room_exist_and_each_stands_once(room):
    assert len(set(room.__all__)) == len(room.__all__)
    for name in room.__all__:
        assert getattr(room, name) is not None


@given(st.lists(documents, max_size=6, unique_by=lambda document: document["id"]))
def test_a_session_of_any_events_is_read_when_its_corrections_point_somewhere(listed):
    kept = [document for document in listed if document["type"] != "corrected"]
    text = json.dumps(
        {
            "order": {
                "drug": "ketamine, racemate",
                "dose_mg": 35,
                "minutes": 40,
                "concentration_mg_per_ml": 0.7,
                "bag_ml": 50,
            },
            "protocol": {"id": "ocd-ivket", "version": "1.0.0", "sha256": "0" * 64},
            "events": kept,
        }
    )
    assert [event.id for event in read_session(text).events] == [document["id"] for document in kept]
