"""`SESSION.json` is read strictly: what is wrong is named with its event and field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.infusion import read_event, read_session, write_event, write_session
from unloop.quantity import InputRefused

ORDER = {
    "drug": "ketamine, racemate",
    "dose_mg": 35,
    "minutes": 40,
    "concentration_mg_per_ml": 0.7,
    "bag_ml": 50,
}
PINNED = {"id": "ocd-ivket", "version": "1.0.0", "sha256": "0" * 64}


def file(events=(), **changes) -> str:
    return json.dumps({"order": ORDER, "protocol": PINNED, "events": events} | changes)


def refusal(text: str) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        read_session(text)
    return refused.value


def one_of_each(bedside) -> list[dict[str, object]]:
    stop = bedside.document("stopped", 40, reason="bag empty")
    return [
        bedside.document("checked", -5, second="nurse-2"),
        bedside.document("started", 0, rate_ml_per_h=75),
        bedside.document("rate_changed", 10, rate_ml_per_h=50.5),
        bedside.document("paused", 12),
        bedside.document("resumed", 14, rate_ml_per_h=75),
        stop,
        bedside.document("pump_confirmed_off", 41),
        bedside.document("vitals", 42, sbp=128, dbp=78, hr=72, spo2=98, rr=14),
        bedside.document("vitals", 43, sbp=128, dbp=78, hr=72, spo2=98),
        bedside.document("score", 44, code="aldrete", value=9),
        bedside.document("score", 45, code="oriented", value=False),
        bedside.document("score", 46, code="suicide_risk_today", value="low"),
        bedside.document("symptom", 47, code="nausea", severity="none"),
        bedside.document("medicine_given", 48, name="ondansetron", dose=4, unit="mg", route="intravenous"),
        bedside.document("note", 49, text="asked for water"),
        bedside.document(
            "corrected", 50, event=stop["id"], reason="asked to stop", true_at=bedside.time(39).isoformat()
        ),
        bedside.document("corrected", 51, event=stop["id"], entered_in_error=True),
        bedside.document("discharged", 101),
        bedside.document("signed", 102),
    ]


def test_one_of_each_event_is_read_and_written_back_as_it_was(bedside):
    documents = one_of_each(bedside)
    session = read_session(file(documents))
    assert [write_event(event) for event in session.events] == documents
    assert read_session(json.dumps(write_session(session))) == session


def test_every_kind_of_event_of_the_format_is_read(bedside):
    kinds = {
        "checked", "started", "rate_changed", "paused", "resumed", "stopped", "pump_confirmed_off", "vitals", "score",
        "symptom", "medicine_given", "note", "corrected", "discharged", "signed",
    }  # fmt: skip
    assert {document["type"] for document in one_of_each(bedside)} == kinds


def test_bytes_are_read_as_utf_8(bedside):
    note = bedside.document("note", 5, text="bat um Stille, größer")
    assert read_session(file([note]).encode()).events[0].text == "bat um Stille, größer"


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        pytest.param("", "mend the file", id="nothing"),
        pytest.param("{", "mend the file", id="truncated"),
        pytest.param("[]", "write keys and values", id="a list"),
        pytest.param("null", "write keys and values", id="null"),
        pytest.param("[" * 100_000, "mend the file", id="deep nesting"),
        pytest.param('{"order": NaN}', "NaN is not a number", id="NaN"),
        pytest.param('{"order": 1, "order": 2}', "given twice", id="a key twice"),
        pytest.param(b"\xff\xfe", "mend the file", id="not UTF-8"),
    ],
)
def test_what_is_no_json_object_is_refused(text, mend):
    assert mend in refusal(text).mend


@pytest.mark.parametrize("key", ["order", "protocol", "events"])
def test_every_part_of_a_session_must_be_there(key):
    document = json.loads(file())
    del document[key]
    assert refusal(json.dumps(document)).mend == f"add the key {key}"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"order": ORDER | {"dose_mg": -1}}, "order, dose_mg"),
        ({"order": ORDER | {"dose_mg": "35 mg"}}, "order, dose_mg"),
        ({"order": ORDER | {"dose_mg": True}}, "order, dose_mg"),
        ({"order": ORDER | {"dose_mg": 0, "concentration_mg_per_ml": 0.001}}, "order, dose_mg"),
        ({"order": ORDER | {"minutes": 0}}, "order, minutes"),
        ({"order": ORDER | {"bag_ml": 0}}, "order, bag_ml"),
        ({"order": ORDER | {"concentration_mg_per_ml": 7}}, "order, concentration_mg_per_ml"),
        ({"order": ORDER | {"concentration_mg_per_ml": 101}}, "order, concentration_mg_per_ml"),
        ({"order": ORDER | {"drug": ""}}, "order, drug"),
        ({"order": ORDER | {"weight_kg": 70}}, "order"),
        ({"order": []}, "order"),
        ({"protocol": PINNED | {"sha256": None}}, "protocol, sha256"),
        ({"protocol": PINNED | {"signed": True}}, "protocol"),
        ({"events": {}}, "events"),
        ({"events": [[]]}, "events[0]"),
        ({"person": "x"}, "file"),
    ],
)
def test_a_fault_is_named_by_its_place(changes, where):
    assert refusal(file(**changes)).where == where


def test_a_bag_that_holds_tenfold_the_order_is_refused():
    fault = refusal(file(order=ORDER | {"concentration_mg_per_ml": 7}))
    assert fault.given == "7 mg/mL in 50 mL, which holds 350 mg"


@pytest.mark.parametrize(
    ("strength", "taken"), [(0.7, True), (0.714, True), (0.686, True), (0.715, False), (0.685, False)]
)
def test_bag_and_order_agree_within_two_percent(strength, taken):
    text = file(order=ORDER | {"concentration_mg_per_ml": strength})
    if taken:
        assert read_session(text).order.most.mg == pytest.approx(min(35, strength * 50))
    else:
        assert "within 2 %" in refusal(text).allowed


EVENT_FAULTS = [
    ("started", {"rate_ml_per_h": 75}, {"type": "begun"}, "events[0], type"),
    ("started", {"rate_ml_per_h": 75}, {"type": None}, "events[0], type"),
    ("started", {"rate_ml_per_h": 75}, {"id": "17"}, "events[0] (started), id"),
    ("started", {"rate_ml_per_h": 75}, {"at": "2026-03-02T10:00:00"}, "events[0] (started), at"),
    ("started", {"rate_ml_per_h": 75}, {"at": "0001-01-01T00:00:00+00:00"}, "events[0] (started), at"),
    ("started", {"rate_ml_per_h": 75}, {"at": "9999-12-31T23:59:59+00:00"}, "events[0] (started), at"),
    ("started", {"rate_ml_per_h": 75}, {"recorded_at": "yesterday"}, "events[0] (started), recorded_at"),
    ("started", {"rate_ml_per_h": 75}, {"by": ""}, "events[0] (started), by"),
    ("started", {}, {}, "events[0] (started), rate_ml_per_h"),
    ("started", {"rate_ml_per_h": 0}, {}, "events[0] (started), rate_ml_per_h"),
    ("started", {"rate_ml_per_h": -75}, {}, "events[0] (started), rate_ml_per_h"),
    ("started", {"rate_ml_per_h": "75"}, {}, "events[0] (started), rate_ml_per_h"),
    ("started", {"rate_ml_per_h": 1e308}, {}, "events[0] (started), rate_ml_per_h"),
    ("started", {"rate_ml_per_h": 75, "rate": 75}, {}, "events[0] (started)"),
    ("paused", {"reason": "x"}, {}, "events[0] (paused)"),
    ("checked", {"second": "nurse-1"}, {}, "events[0] (checked), second"),
    ("checked", {}, {}, "events[0] (checked), second"),
    ("vitals", {"sbp": 128, "dbp": 78, "hr": 72}, {}, "events[0] (vitals), spo2"),
    ("vitals", {"sbp": 78, "dbp": 128, "hr": 72, "spo2": 98}, {}, "events[0] (vitals), sbp"),
    ("vitals", {"sbp": 16, "dbp": 10, "hr": 72, "spo2": 98}, {}, "events[0] (vitals), sbp"),
    ("vitals", {"sbp": 128, "dbp": 78, "hr": 72, "spo2": 101}, {}, "events[0] (vitals), spo2"),
    ("vitals", {"sbp": 128, "dbp": 78, "hr": 72, "spo2": 98, "temp": 37}, {}, "events[0] (vitals)"),
    ("score", {"code": "aldrete", "value": 11}, {}, "events[0] (score), value"),
    ("score", {"code": "aldrete", "value": None}, {}, "events[0] (score), value"),
    ("score", {"code": "oriented", "value": "yes"}, {}, "events[0] (score), value"),
    ("score", {"code": "suicide_risk_today", "value": "some"}, {}, "events[0] (score), value"),
    ("score", {"code": "Aldrete Score", "value": 9}, {}, "events[0] (score), code"),
    ("score", {"code": "minutes_since_end", "value": 90}, {}, "events[0] (score), code"),
    ("score", {"code": "infusion_ended", "value": True}, {}, "events[0] (score), code"),
    ("score", {"code": "own-scale", "value": [1]}, {}, "events[0] (score), value"),
    ("symptom", {"code": "nausea", "severity": "awful"}, {}, "events[0] (symptom), severity"),
    ("symptom", {"code": "nausea", "severity": 4}, {}, "events[0] (symptom), severity"),
    ("symptom", {"code": "nausea", "severity": True}, {}, "events[0] (symptom), severity"),
    (
        "medicine_given",
        {"name": "x", "dose": 0, "unit": "mg", "route": "iv"},
        {},
        "events[0] (medicine_given), dose",
    ),
    ("medicine_given", {"name": "x", "dose": 4, "route": "iv"}, {}, "events[0] (medicine_given), unit"),
    ("note", {"text": " "}, {}, "events[0] (note), text"),
    ("note", {"text": "x" * 4001}, {}, "events[0] (note), text"),
    ("corrected", {"sbp": 128}, {}, "events[0] (corrected), event"),
]


@pytest.mark.parametrize(
    ("kind", "payload", "envelope", "where"),
    EVENT_FAULTS,
    ids=[f"{fault[3]} {fault[1]} {fault[2]}"[:70] for fault in EVENT_FAULTS],
)
def test_a_fault_names_the_event_and_the_field(bedside, kind, payload, envelope, where):
    document = bedside.document(kind, 0) | payload | envelope
    assert refusal(file([document])).where == where


def test_free_text_is_never_repeated_in_a_message(bedside):
    secret = "Milan said that" + "x" * 4000
    fault = refusal(file([bedside.document("note", 5, text=secret)]))
    assert "Milan" not in str(fault)


def test_an_unknown_key_is_named_with_those_that_are_known(bedside):
    fault = refusal(file([bedside.document("started", 0, rate_ml_per_h=75, rate=75)]))
    assert fault.given == "rate"
    assert fault.allowed == "type, id, at, recorded_at, by, rate_ml_per_h"


def test_the_same_event_twice_in_a_file_is_taken_once(bedside):
    event = bedside.document("paused", 12)
    assert len(read_session(file([event, event])).events) == 1


def test_two_events_of_one_id_are_refused(bedside):
    one = bedside.document("paused", 12)
    assert refusal(file([one, one | {"by": "nurse-2"}])).where == "events[1], id"


def test_a_correction_of_an_event_that_the_file_lacks_is_refused(bedside):
    lost = bedside.document("corrected", 12, event="11111111-1111-4111-8111-111111111111", sbp=128)
    assert "does not hold" in refusal(file([lost])).given


def test_a_correction_may_stand_before_its_event(bedside):
    wrong = bedside.document("vitals", 10, sbp=246, dbp=78, hr=72, spo2=98)
    right = bedside.document("corrected", 12, event=wrong["id"], sbp=146)
    assert len(read_session(file([right, wrong])).events) == 2


@pytest.mark.parametrize(
    ("written", "code"), [("cadss-6", "cadss6"), ("cadss_6", "cadss6"), ("pain-nrs", "pain-nrs")]
)
def test_a_score_is_known_by_the_code_of_the_dictionary(bedside, written, code):
    assert bedside.score(40, written, 3).code == code


@pytest.mark.parametrize(("given", "word"), [(0, "none"), (3, "severe"), ("mild", "mild")])
def test_a_severity_is_a_word_or_its_place(bedside, given, word):
    assert bedside.symptom(20, "nausea", given).severity == word


def test_an_optional_key_may_be_null_and_a_required_one_may_not(bedside):
    assert bedside.vitals(5, rr=None).rr is None
    with pytest.raises(InputRefused):
        bedside.vitals(5, hr=None)


def test_ids_are_kept_in_one_spelling(bedside):
    document = bedside.document("paused", 12)
    assert read_event(document | {"id": document["id"].upper()}) == read_event(document)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_a_session_or_refused(value):
    with pytest.raises(InputRefused):
        read_session(json.dumps(value))


@given(st.data())
def test_an_event_with_any_value_in_any_place_is_read_or_refused(bedside, data):
    document = dict(data.draw(st.sampled_from(one_of_each(bedside))))
    document[data.draw(st.sampled_from([*document, "more"]))] = data.draw(json_values)
    try:
        event = read_event(document)
    except InputRefused:
        return
    assert read_event(write_event(event)) == event
