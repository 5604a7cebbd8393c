"""Reading what was answered: whole, or refused with the place, and never with the person's own text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    Asked,
    Responses,
    Silence,
    asked,
    bundled,
    check_answers,
    library,
    read_responses,
    value_of,
    write_answers,
)
from unloop.quantity import InputRefused

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GAD = bundled("gad-7")


def document(**changes: object) -> str:
    whole = {"instrument": "gad-7", "at": "2026-03-02T09:30:00+00:00", "answers": {"1": 3, "2": None}}
    return json.dumps({**whole, **changes})


def refusal(text: str | bytes) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        read_responses(text, GAD)
    return refused.value


def test_a_file_is_read():
    responses = read_responses(document(), GAD)
    assert responses == Responses("gad-7", AT, {"1": 3, "2": None})


def test_bytes_are_read_as_utf_8():
    assert read_responses(document().encode(), GAD).instrument == "gad-7"


def test_a_recorded_silence_is_read_as_one():
    responses = read_responses(document(answers={"1": "asked-declined"}), GAD)
    assert responses.answers["1"] is Silence.RATHER_NOT_SAY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half an object"),
        pytest.param("[]", id="a list"),
        pytest.param("3", id="a number"),
        pytest.param('"gad-7"', id="text"),
        pytest.param("[" * 200_000, id="nested beyond reason"),
        pytest.param(b"\xff\xfe\x00{", id="not UTF-8"),
        pytest.param('{"instrument": NaN, "at": "", "answers": {}}', id="NaN"),
        pytest.param(document()[:-1] + ', "at": "2026-01-01T00:00:00+00:00"}', id="a key that stands twice"),
        pytest.param(document(person="A. Example"), id="an unknown key"),
        pytest.param('{"instrument": "gad-7", "answers": {}}', id="no time"),
        pytest.param(document(answers=[3, 2]), id="answers as a list"),
        pytest.param(document(at="2026-03-02T09:30:00"), id="a time without offset"),
        pytest.param(document(at="yesterday"), id="a time in words"),
        pytest.param(document(at=None), id="a time of null"),
        pytest.param(document(instrument="phq-9"), id="another instrument"),
        pytest.param(document(answers={"8": 1}), id="an item that is not there"),
        pytest.param(document(answers={"01": 1}), id="an item with a zero before it"),
    ],
)
def test_what_is_not_a_whole_form_is_refused(text):
    refused = refusal(text)
    assert refused.where
    assert refused.allowed
    assert refused.mend


@pytest.mark.parametrize(
    "value", [4, -1, 1.0, 2.5, True, False, "1", "", [], {}, "asked-unknown", 10**30, "not-applicable"]
)
def test_a_value_outside_the_options_is_refused_with_item_value_allowed_and_mend(value):
    refused = refusal(document(answers={"1": value}))
    assert refused.where == "gad-7 item 1"
    assert refused.allowed == "0, 1, 2, 3, asked-declined, null for not answered"
    assert refused.mend == "give one of these values"


def test_a_refusal_does_not_repeat_what_a_person_wrote():
    refused = refusal(document(answers={"1": "my sister Ana said"}))
    assert "Ana" not in str(refused)
    assert refused.given == "text"


def test_text_in_the_place_of_a_name_is_not_repeated_either():
    assert "Ana" not in str(refusal(document(instrument="Ana Example, born 1990")))
    assert "Ana" not in str(refusal(document(answers={"Ana said": 1})))


def test_an_item_that_does_not_exist_is_named():
    refused = refusal(document(answers={"8": 1}))
    assert (refused.given, refused.allowed) == ("item 8", "items 1 to 7")


@pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)
def test_every_instrument_refuses_a_value_one_beyond_either_end(instrument):
    for item in instrument.items:
        for beyond in (min(item.values) - 1, max(item.values) + 1):
            with pytest.raises(InputRefused) as refused:
                check_answers(instrument, Responses(instrument.id, AT, {item.id: beyond}))
            assert refused.value.where == f"{instrument.id} item {item.id}"
            assert refused.value.given == str(beyond)


@pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)
def test_every_instrument_takes_each_value_and_each_silence_that_it_offers(instrument):
    for item in instrument.items:
        for offered in (*item.values, *item.silences, None):
            check_answers(instrument, Responses(instrument.id, AT, {item.id: offered}))


@pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)
def test_a_silence_that_is_not_offered_is_refused(instrument):
    for item in instrument.items:
        for silence in set(Silence) - set(item.silences):
            with pytest.raises(InputRefused):
                check_answers(instrument, Responses(instrument.id, AT, {item.id: silence}))


def test_the_wrong_instrument_is_named():
    refused = refusal(document(instrument="phq-9"))
    assert (refused.given, refused.allowed) == ("phq-9", "gad-7")


def test_a_time_without_offset_is_refused_in_code_too():
    with pytest.raises(InputRefused):
        Responses("gad-7", datetime(2026, 3, 2), {})  # noqa: DTZ001 - the point of this test


def test_answers_cannot_be_changed_from_outside():
    given = {"1": 3}
    responses = Responses("gad-7", AT, given)
    given["1"] = 0
    assert responses.answers["1"] == 3
    with pytest.raises(TypeError):
        responses.answers["1"] = 0


@given(st.data())
def test_what_is_written_is_read_back(data):
    instrument = data.draw(st.sampled_from(library()))
    answers = {
        item.id: data.draw(st.sampled_from([*item.values, *item.silences, None]))
        for item in instrument.items
        if data.draw(st.booleans())
    }
    responses = Responses(instrument.id, AT, answers)
    text = json.dumps(
        {"instrument": instrument.id, "at": AT.isoformat(), "answers": write_answers(responses)}
    )
    assert read_responses(text, instrument) == responses


@given(st.text(max_size=80))
def test_no_text_whatever_makes_it_fall_over(text):
    with pytest.raises(InputRefused):
        read_responses(text, GAD)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=8))
def test_no_answer_whatever_makes_it_fall_over(answer):
    text = json.dumps({"instrument": "gad-7", "at": AT.isoformat(), "answers": {"1": answer}})
    try:
        responses = read_responses(text, GAD)
    except InputRefused:
        return
    assert responses.answers["1"] in (*GAD.items[0].values, Silence.RATHER_NOT_SAY, None)


def test_a_silence_has_no_points():
    assert value_of(2) == 2
    assert value_of(0) == 0
    assert value_of(None) is None
    assert value_of(Silence.DONT_KNOW) is None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({}, Asked.UNKNOWN, id="the opening question is open"),
        pytest.param({"2": Silence.DONT_KNOW}, Asked.UNKNOWN, id="the opening question is not known"),
        pytest.param({"2": 0}, Asked.NO, id="closed"),
        pytest.param({"2": 1}, Asked.YES, id="opened"),
        pytest.param({"2": 0, "3": 1}, Asked.YES, id="answered all the same"),
    ],
)
def test_a_question_is_opened_by_an_earlier_answer(answers, expected):
    screener = bundled("c-ssrs")
    assert asked(screener, screener.item("3"), answers) is expected


def test_a_question_without_a_gate_is_always_asked():
    assert {asked(GAD, item, {}) for item in GAD.items} == {Asked.YES}
