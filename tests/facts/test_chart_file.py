"""The chart file: a strict door, whose refusals say where, what was given, what is allowed and how to mend it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY, Chart, FactDefinition, Person, Phase, Sex, read_chart, read_time
from unloop.quantity import InputRefused

AT = "2026-03-02T09:30:00+00:00"
BORN = "1990-04-30"


def entry(code: str = "ecg", value: object = "normal", **fields: object) -> dict[str, object]:
    return {"code": code, "value": value, "at": AT, **fields}


def in_session(code: str, value: object, **fields: object) -> dict[str, object]:
    return entry(code, value, **{"session": "S1", "phase": "before", **fields})


def without(fields: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name != key}


def chart(*facts: object, **person: object) -> str:
    return json.dumps({"person": {"birth_date": BORN, "sex": "female", **person}, "facts": list(facts)})


def read(*facts: object, **person: object) -> Chart:
    return read_chart(chart(*facts, **person))


def refusal(text: str | bytes) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        read_chart(text)
    return refused.value


# --- What is read ----------------------------------------------------------------------------------------


def test_a_chart_is_a_person_and_facts() -> None:
    read_ = read(entry(id="e1", by="physician", source="letter", recorded_at="2026-03-02T10:00:00+00:00"))
    assert read_.person == Person(date(1990, 4, 30), Sex.FEMALE)
    (fact,) = read_.facts
    assert (fact.id, fact.code, fact.value, fact.by, fact.source) == (
        "e1", "ecg", "normal", "physician", "letter",
    )  # fmt: skip
    assert fact.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert fact.recorded_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_is_left_out_is_unknown_and_what_was_written_down_was_written_at_once() -> None:
    assert read_chart("{}") == Chart(Person(), ())
    (fact,) = read(entry()).facts
    assert fact.recorded_at == fact.at
    assert (fact.id, fact.by, fact.source, fact.session, fact.phase) == ("#0", "", "", None, None)
    assert read(entry()).own_infusions is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (entry("weight", 70, unit="kg"), 70.0),
        (entry("weight", 70.5, unit="kg"), 70.5),
        (entry("phq9", 12), 12.0),
        (entry("phq9", 12, unit="{score}"), 12.0),
        (entry("phq9", 12, unit=""), 12.0),
        (entry("psychosis_ever", value=False), False),
        (entry("ecg", "abnormal-not-limiting"), "abnormal-not-limiting"),
        (entry("medicines", []), ()),
        (entry("medicines", ["sertraline", " sertraline ", "zinc"]), ("sertraline", "zinc")),
        (entry("sri_treatments", [{"name": "sertraline", "weeks_total": None}]), None),
        (entry("infusion_given", 0, unit="mg"), 0.0),
        (entry("infusion_given", 35, unit="mg", session="S1"), 35.0),
    ],
)
def test_each_kind_of_value_is_read_in_the_unit_of_the_dictionary(
    written: dict[str, object], value: object
) -> None:
    (fact,) = read(written).facts
    assert fact.unit == DICTIONARY[fact.code].unit
    assert fact.value == (value if value is not None else ({"name": "sertraline", "weeks_total": None},))
    assert isinstance(fact.value, type(value)) or value is None


def test_a_session_reading_names_its_session_and_phase() -> None:
    (fact,) = read(in_session("sbp", 128, unit="mm[Hg]", phase="recovery")).facts
    assert (fact.session, fact.phase) == ("S1", Phase.RECOVERY)


def test_null_with_supersedes_takes_the_superseded_entry_back() -> None:
    chart_ = read(entry(id="a"), entry(id="b", value=None, supersedes="a"))
    now = datetime(2026, 3, 3, tzinfo=UTC)
    assert chart_.facts[1].withdraws
    assert chart_.standing("ecg", at=now, known_at=now) == ()


def test_a_file_in_bytes_is_read_as_utf_8() -> None:
    text = chart(entry(source="Brief der Hausärztin"))
    assert read_chart(text.encode()) == read_chart(text)


# --- What is refused -------------------------------------------------------------------------------------

WHERE = "facts[0] (weight)"
WEIGHT = entry("weight", 70, unit="kg")
REFUSED = {
    "no unit": (without(WEIGHT, "unit"), f"{WHERE}, unit", "no unit", "kg", "give body weight in kg"),
    "pounds": ({**WEIGHT, "unit": "lb"}, f"{WHERE}, unit", "lb", "kg", "give body weight in kg"),
    "UCUM pounds": ({**WEIGHT, "unit": "[lb_av]"}, f"{WHERE}, unit", "[lb_av]", "kg", "in kg"),
    "unit in capitals": ({**WEIGHT, "unit": "KG"}, f"{WHERE}, unit", "KG", "kg", "in kg"),
    "unit that is no text": (entry("phq9", 12, unit=0), "facts[0] (phq9), unit", "0", "{score}", "PHQ-9"),
    "unit that is a list": (entry("phq9", 12, unit=[]), "facts[0] (phq9), unit", "[]", "{score}", "PHQ-9"),
    "unit where there is none": (
        entry(unit="kg"), "facts[0] (ecg), unit", "kg", "no unit", "leave the unit out",
    ),
    "number as text": ({**WEIGHT, "value": "70"}, WHERE, "70", "a number from 20 to 350 kg", "check"),
    "yes as a number": ({**WEIGHT, "value": True}, WHERE, "True", "a number from 20 to 350 kg", "check"),
    "pounds typed as kg": ({**WEIGHT, "value": 400}, WHERE, "400", "a number from 20 to 350 kg", "unit"),
    "below the range": ({**WEIGHT, "value": 19.9}, WHERE, "19.9", "a number from 20 to 350 kg", "check"),
    "negative": ({**WEIGHT, "value": -70}, WHERE, "-70", "a number from 20 to 350 kg", "check"),
    "400 digits": ({**WEIGHT, "value": 10**400}, WHERE, "1000", "a number from 20 to 350 kg", "check"),
    "null without supersedes": ({**WEIGHT, "value": None}, WHERE, "nothing", "a number", "check"),
    "no value": (without(WEIGHT, "value"), WHERE, "nothing", "a number from 20 to 350 kg", "check"),
    "number for yes or no": (
        entry("psychosis_ever", 1), "facts[0] (psychosis_ever)", "1", "true or false", "answer yes or no",
    ),
    "text for yes or no": (
        entry("psychosis_ever", "no"), "facts[0] (psychosis_ever)", "no", "true or false", "answer",
    ),
    "choice that does not exist": (
        entry(value="fine"), "facts[0] (ecg)", "fine", "normal, abnormal-not-limiting, limiting", "choose",
    ),
    "choice as a list": (entry(value=["normal"]), "facts[0] (ecg)", "['normal']", "normal", "choose"),
    "text for a list": (
        entry("medicines", "none"), "facts[0] (medicines)", "none", "a list of names", "write [] for none",
    ),
    "list with a blank": (entry("medicines", [" "]), "facts[0] (medicines)", "[' ']", "a list", "[]"),
    "list with a number": (entry("medicines", [5]), "facts[0] (medicines)", "[5]", "a list", "[]"),
    "object for a list of records": (
        entry("plan", {"sha256": "x"}), "facts[0] (plan)", "{'sha256'", "a list of records", "write []",
    ),
    "record that is none": (
        entry("plan", ["x"]), "facts[0] (plan)[0]", "x", "a record of named values", "write {key: value}",
    ),
    "unknown key of a record": (
        entry("plan", [{"dose": 1}]), "facts[0] (plan)[0]", "dose", "sha256", "remove or rename",
    ),
    "wrong type in a record": (
        entry("plan", [{"dose_mg": "35"}]), "facts[0] (plan)[0].dose_mg", "35", "number", "correct",
    ),
    "yes as a number in a record": (
        entry("plan", [{"dose_mg": True}]), "facts[0] (plan)[0].dose_mg", "True", "number", "correct",
    ),
    "400 digits in a record": (
        entry("plan", [{"dose_mg": 10**400}]), "facts[0] (plan)[0].dose_mg", "1000", "number", "correct",
    ),
    "choice of a record that does not exist": (
        entry("sri_treatments", [{"outcome": "fine"}]), "facts[0] (sri_treatments)[0].outcome", "fine",
        "none|partial|response|intolerance|unknown", "correct",
    ),
    "derived fact": (
        entry("bmi", 24, unit="kg/m2"), "facts[0] (bmi)", "a derived fact", "recorded facts only",
        "record weight, height instead",
    ),
    "derived from the person": (
        entry("age", 36, unit="a"), "facts[0] (age)", "a derived fact", "recorded facts only", "its inputs",
    ),
    "unknown key": (entry(valeu=1), "facts[0]", "valeu", "code, id, phase", "remove or rename this key"),
    "code that does not exist": (
        entry("wieght", 70), "facts[0].code", "wieght", "a code of the fact dictionary",
        "did you mean weight",
    ),
    "code like none": (entry("zzzzz", 70), "facts[0].code", "zzzzz", "a code", "see docs/facts.md"),
    "no code": (without(entry(), "code"), "facts[0].code", "nothing", "text", "give code as text"),
    "code that is a number": (entry(5), "facts[0].code", "5", "text", "give code as text"),
    "empty code": (entry(""), "facts[0].code", "", "text", "give code as text"),
    "naive time": (
        entry(at="2026-03-02T09:30:00"), "facts[0] (ecg).at", "2026-03-02T09:30:00",
        "an ISO 8601 time with offset", "the offset from UTC",
    ),
    "date only": (entry(at="2026-03-02"), "facts[0] (ecg).at", "2026-03-02", "with offset", "offset"),
    "no time": (without(entry(), "at"), "facts[0] (ecg).at", "nothing", "with offset", "write date"),
    "time that is a number": (entry(at=1772443800), "facts[0] (ecg).at", "1772443800", "ISO 8601", "write"),
    "time that cannot be": (entry(at="2026-02-30T09:30:00Z"), "facts[0] (ecg).at", "2026-02-30", "ISO", ""),
    "naive time of writing": (
        entry(recorded_at="2026-03-02T10:00:00"), "facts[0] (ecg).recorded_at", "2026", "with offset", "UTC",
    ),
    "written down before it was true": (
        entry(recorded_at="2026-03-02T09:29:59Z"), "facts[0] (ecg).recorded_at",
        "2026-03-02T09:29:59+00:00", f"not before {AT}", "cannot be written down before it is true",
    ),
    "written down before it was true, by the offset": (
        entry(recorded_at="2026-03-02T10:00:00+01:00"), "facts[0] (ecg).recorded_at", "2026", "not before", "",
    ),
    "id that is a number": (entry(id=5), "facts[0] (ecg).id", "5", "text", "give id as text"),
    "supersedes null": (entry(supersedes=None), "facts[0] (ecg).supersedes", "nothing", "text", "give"),
    "supersedes nothing": (
        entry(id="a", supersedes="b"), "fact a, supersedes", "b", "an earlier entry", "name the entry",
    ),
    "session reading without a session": (
        without(in_session("escort", value=True), "session"), "facts[0] (escort).session", "nothing",
        "the id of an infusion session", "name the session",
    ),
    "session reading without a phase": (
        without(in_session("escort", value=True), "phase"), "facts[0] (escort).phase", "nothing",
        "before, recovery", "name the part of the session",
    ),
    "phase that the fact has not": (
        in_session("escort", value=True, phase="infusion"), "facts[0] (escort).phase", "infusion",
        "before, recovery", "name the part of the session",
    ),
    "phase that does not exist": (
        in_session("escort", value=True, phase="after"), "facts[0] (escort).phase", "after",
        "before, recovery", "name the part",
    ),
    "phase of a fact of the course": (
        entry(phase="before"), "facts[0] (ecg).phase", "before", "no phase", "remove the phase",
    ),
    "session that is a number": (entry(session=7), "facts[0] (ecg).session", "7", "text", "give session"),
    "entry that is no object": ("ecg", "facts[0]", "str", "an object with at, by, code", "write { ... }"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "where", "given_", "allowed", "mend"),
    [pytest.param(*one, id=name) for name, one in REFUSED.items()],
)
def test_an_entry_is_refused_with_its_place_what_was_given_what_is_allowed_and_the_mend(
    written: object, where: str, given_: str, allowed: str, mend: str
) -> None:
    refused = refusal(chart(written))
    assert refused.where == where
    assert refused.given.startswith(given_)
    assert allowed in refused.allowed
    assert mend in refused.mend
    assert set(refused.as_dict()) == {"where", "given", "allowed", "mend"}
    assert all(refused.as_dict()[part] for part in ("where", "allowed", "mend"))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_know_is_refused(number: str) -> None:
    refused = refusal(chart(WEIGHT).replace("70", number))
    assert (refused.where, refused.allowed) == ("chart", "UTF-8 JSON")
    assert f"{number} is not a number that JSON knows" in refused.mend


@pytest.mark.parametrize("number", ["1e309", "-1e309", "1" + "0" * 400])
def test_a_number_too_great_for_any_body_is_refused(number: str) -> None:
    refused = refusal(chart(WEIGHT).replace("70", number))
    assert (refused.where, refused.allowed) == (WHERE, "a number from 20 to 350 kg")
    plan = refusal(chart(entry("plan", [{"dose_mg": 70}])).replace("70", number))
    assert plan.where == "facts[0] (plan)[0].dose_mg"


def test_two_entries_with_one_id_are_refused() -> None:
    refused = refusal(chart(entry(id="a"), entry(id="a")))
    assert (refused.where, refused.given) == ("fact a", "the same id twice")


def test_an_id_that_another_entry_has_by_its_place_is_refused() -> None:
    assert refusal(chart(entry(id="#1"), entry())).where == "fact #1"


def test_corrections_in_a_circle_are_refused() -> None:
    assert refusal(chart(entry(id="a", supersedes="b"), entry(id="b", supersedes="a"))).where.startswith(
        "fact"
    )


@pytest.mark.parametrize(
    ("text", "where", "given_"),
    [
        pytest.param("", "chart", "text that is not JSON", id="nothing"),
        pytest.param('{"facts": [', "chart", "text that is not JSON", id="truncated"),
        pytest.param(b"\xff\xfe\xfd", "chart", "text that is not JSON", id="not UTF-8"),
        pytest.param("[" * 100_000, "chart", "text that is not JSON", id="deep nesting"),
        pytest.param("1" * 5000, "chart", "text that is not JSON", id="five thousand digits"),
        pytest.param("[]", "chart", "list", id="a list"),
        pytest.param("null", "chart", "NoneType", id="null"),
        pytest.param('{"patient": {}}', "chart", "patient", id="unknown key"),
        pytest.param('{"facts": {}}', "facts", "dict", id="facts that are no list"),
        pytest.param('{"facts": null}', "facts", "NoneType", id="facts that are null"),
        pytest.param('{"person": []}', "person", "list", id="person that is no object"),
        pytest.param('{"person": {"name": 1}}', "person", "name", id="unknown key of the person"),
        pytest.param('{"person": {"sex": "f"}}', "person.sex", "f", id="sex"),
        pytest.param('{"person": {"sex": null}}', "person.sex", "nothing", id="sex that is null"),
        pytest.param('{"person": {"sex": []}}', "person.sex", "[]", id="sex that is a list"),
        pytest.param('{"facts": [], "facts": []}', "chart", "text that", id="the same key twice"),
        pytest.param('{"person": {"sex": "male", "sex": "female"}}', "chart", "text", id="two sexes"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str | bytes, where: str, given_: str) -> None:
    refused = refusal(text)
    assert refused.where == where
    assert refused.given.startswith(given_)
    assert refused.mend


@pytest.mark.parametrize("born", ["1990-13-45", "30.04.1990", "1990", 19900430, ["1990-04-30"]])
def test_a_birth_date_is_refused_without_being_repeated(born: object) -> None:
    refused = refusal(chart(birth_date=born))
    assert refused.where == "person.birth_date"
    assert refused.allowed == "a date such as 1990-04-30"
    assert str(born) not in str(refused).replace("1990-04-30", "")


def test_no_refusal_names_the_person() -> None:
    for written, *_ in REFUSED.values():
        assert BORN not in str(refusal(chart(written)))


def test_what_is_given_is_shortened_and_printable() -> None:
    refused = refusal(chart(entry(value="x" * 1000 + "\x00")))
    assert len(refused.given) == 60
    assert refused.given.isprintable()


@pytest.mark.parametrize("text", ["2026-03-02T09:30:00+00:00", "2026-03-02T09:30Z", "2026-03-02T10:30+01:00"])
def test_a_time_is_read_with_its_offset(text: str) -> None:
    assert read_time(text, where="--at") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_refused_time_says_where_it_was_given() -> None:
    with pytest.raises(InputRefused) as refused:
        read_time("now", where="--at")
    assert (refused.value.where, refused.value.given) == ("--at", "now")


# --- Whatever comes --------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from([AT, "normal", "before", "S1", "kg", "mg"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(
    ["code", "value", "unit", "at", "recorded_at", "id", "supersedes", "by", "session", "phase", "source"]
)
entries = st.builds(
    lambda base, code, more: {**base, "code": code, **more},
    st.just(entry()),
    st.sampled_from(sorted(DICTIONARY)),
    st.dictionaries(keys, json_values, max_size=4),
)


def read_or_refused(text: str | bytes) -> None:
    refused: InputRefused | None = None
    try:
        read_chart(text)
    except InputRefused as error:
        refused = error
    assert refused is None or all(refused.as_dict()[part] for part in ("where", "allowed", "mend"))


@given(st.binary(max_size=50) | st.text(max_size=50))
def test_no_bytes_do_anything_but_be_read_or_refused(content: bytes | str) -> None:
    read_or_refused(content)


@given(st.lists(entries | json_values, max_size=4))
def test_no_facts_do_anything_but_be_read_or_refused(facts: list[Any]) -> None:
    read_or_refused(chart(*facts))


@given(json_values, json_values)
def test_no_document_does_anything_but_be_read_or_refused(person: object, facts: object) -> None:
    read_or_refused(json.dumps({"person": person, "facts": facts}))


def legal_value(one: FactDefinition) -> st.SearchStrategy[object]:
    match one.type:
        case "number":
            return st.floats(one.low, one.high)
        case "bool":
            return st.booleans()
        case "enum":
            return st.sampled_from(one.values)
        case "set":
            words = ["F42.2", "F32.9"] if one.code == "diagnoses" else ["sertraline", "F42.2"]
            return st.lists(st.sampled_from(words), max_size=2)
        case _:
            return st.just([{}])


@given(st.data())
def test_every_recorded_code_is_read_with_every_value_that_it_may_have(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from([one for one in DICTIONARY.values() if not one.derived]))
    written = entry(one.code, data.draw(legal_value(one)), unit=one.unit)
    if one.in_session:
        written |= {"session": "S1", "phase": data.draw(st.sampled_from(one.phases))}
    (fact,) = read(written).facts
    assert (fact.code, fact.unit, fact.phase) == (one.code, one.unit, written.get("phase"))
