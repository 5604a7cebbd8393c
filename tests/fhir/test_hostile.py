"""Whatever arrives, the import answers with a person, or with a refusal that says the mend; never with anything else."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.fhir import Imported, example_bundle, read_bundle, read_questionnaire
from unloop.quantity import InputRefused

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXAMPLE = example_bundle()
DOCUMENT = json.loads(EXAMPLE)

SCRIPT = "<script>alert('Quill')</script>"
odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["\ud800", "\u202e", "\x00", SCRIPT, "9999-12-31T23:59:59-12:00", "x" * 2000, "#", "-1"]),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just([{"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}]),
    st.just({"reference": "urn:uuid:0"}),
)


def read(data):
    """The import, or the refusal; anything else fails the test."""
    try:
        return read_bundle(data, recorded_at=NOW)
    except InputRefused as refused:
        return refused


def check(outcome):
    if isinstance(outcome, InputRefused):
        assert outcome.mend
        assert outcome.allowed
        str(outcome).encode()
        return
    assert isinstance(outcome, Imported)
    repr(outcome).encode("utf-8")
    for fact in outcome.facts:
        assert fact.at.astimezone(UTC) <= NOW
        json.dumps([fact.id, fact.code, fact.value, fact.unit, fact.source])


def places(document, path=()):
    """The path of every value in a document."""
    yield path
    inner = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in inner:
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


PLACES = [place for place in places(DOCUMENT) if place]


def with_value(document, place, value):
    changed = copy.deepcopy(document)
    inside = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return changed


@given(st.integers(0, len(EXAMPLE.rstrip()) - 1))
def test_every_beginning_of_a_record_is_refused(end):
    outcome = read(EXAMPLE[:end])
    assert isinstance(outcome, InputRefused)
    check(outcome)


@tried(400)
@given(st.sampled_from(PLACES), odd_values)
def test_any_one_value_may_be_anything(place, value):
    check(read(json.dumps(with_value(DOCUMENT, place, value)).encode()))


@tried(100)
@given(st.lists(st.tuples(st.sampled_from(PLACES), odd_values), min_size=2, max_size=12))
def test_many_values_may_be_anything(changes):
    document = DOCUMENT
    for place, value in changes:
        try:
            document = with_value(document, place, value)
        except (KeyError, IndexError, TypeError):
            continue
    check(read(json.dumps(document).encode()))


@given(st.sampled_from(PLACES))
def test_any_one_part_may_be_missing(place):
    document = copy.deepcopy(DOCUMENT)
    inside = document
    for step in place[:-1]:
        inside = inside[step]
    del inside[place[-1]]
    check(read(json.dumps(document).encode()))


@given(st.lists(st.tuples(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_any_bytes_may_be_changed(changes):
    data = bytearray(EXAMPLE)
    for position, byte in changes:
        data[position] = byte
    check(read(bytes(data)))


@given(st.sampled_from(PLACES), odd_values)
def test_a_damaged_record_read_again_gives_the_same(place, value):
    data = json.dumps(with_value(DOCUMENT, place, value)).encode()
    first, again = read(data), read(data)
    assert repr(first) == repr(again)


def every_text(value, replacement):
    """The document with every text that people write replaced."""
    spoken = {"text", "display", "family", "city", "value", "line", "given", "prefix", "name", "div", "state"}
    if isinstance(value, dict):
        return {
            key: replacement if key in spoken and isinstance(inner, str) else every_text(inner, replacement)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [every_text(one, replacement) for one in value]
    return value


def test_markup_in_every_text_changes_no_fact_and_stays_text():
    hostile = read(json.dumps(every_text(DOCUMENT, SCRIPT)).encode())
    usual = read(EXAMPLE)
    assert [(fact.code, fact.value) for fact in hostile.facts] == [
        (fact.code, fact.value) for fact in usual.facts
    ]
    assert hostile.person.name.family == SCRIPT
    assert hostile.conditions[0].text == SCRIPT
    said = repr((hostile.not_understood, [fact.source for fact in hostile.facts]))
    assert "script" not in said


def test_no_message_repeats_a_text_of_the_record():
    marked = read(json.dumps(every_text(DOCUMENT, "Zanzibar " * 60)).encode())
    assert "Zanzibar" not in repr((marked.not_understood, marked.adapted))


@pytest.mark.parametrize("levels", [61, 1000, 100_000])
def test_deep_nesting_in_an_extension_is_refused(levels):
    nest = b'{"extension":[' * levels + b"]}" * levels
    data = EXAMPLE.replace(b'"active": true', b'"active": true, "extension": [' + nest + b"]", 1)
    outcome = read(data)
    assert isinstance(outcome, InputRefused)
    assert "nesting" in outcome.given


def test_a_record_padded_to_fifty_megabytes_is_refused_unread():
    padded = EXAMPLE + b" " * (50_000_000 - len(EXAMPLE))
    outcome = read(padded)
    assert isinstance(outcome, InputRefused)
    assert outcome.given == "50.0 MB"


def test_a_record_written_next_year_brings_no_measurement():
    ahead = read(EXAMPLE.replace(b'"2026-', b'"2027-'))
    assert ahead.facts == ()
    assert sum("future" in entry.why for entry in ahead.not_understood) >= 24
    assert len(ahead.medicines) == 3


def test_weights_in_pounds_are_converted_and_said():
    kilograms = '"unit": "kg",\n          "system": "http://unitsofmeasure.org",\n          "code": "kg"'
    assert EXAMPLE.count(kilograms.encode()) == 2
    pounds = kilograms.replace("kg", "[lb_av]")
    imported = read(EXAMPLE.replace(kilograms.encode(), pounds.encode()))
    weights = [fact for fact in imported.facts if fact.code == "weight"]
    assert [round(fact.value, 2) for fact in weights] == [30.3, 30.57]
    assert {fact.unit for fact in weights} == {"kg"}
    assert any("[lb_av]" in entry.how for entry in imported.adapted)


@given(st.binary(max_size=400))
def test_no_bytes_crash_either_reader(data):
    check(read(data))
    with pytest.raises(InputRefused):
        read_questionnaire(data)
