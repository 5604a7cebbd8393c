"""An instrument file is taken whole or refused with the place that is wrong."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import MissingRule, Silence, load
from unloop.care.symptoms.consistency import has_right_check_digit
from unloop.facts import Sex
from unloop.quantity import InputRefused

SUM = """
id = "mood"
title = "Mood"
version = "1.0.0"
wording = "own-labels"
respondent = "self"
direction = "higher-is-worse"
entry = "items"
missing = "withhold"
origin = "own"
silences = ["asked-declined"]

[licence]
class = "own"
note = "ours"

[recall]
period = "P7D"
label = "The past 7 days"

[[sources]]
id = "own"
cite = "made for a test"
seen = "own"

[answers]
amount = [{ value = 0, label = "No" }, { value = 1, label = "Some" }, { value = 2, label = "Much" }]

[[items]]
id = "1"
label = "Sad"
answers = "amount"

[[items]]
id = "2"
label = "Tired"
answers = "amount"

[[subscales]]
id = "both"
label = "both"
items = ["1", "2"]

[[schemes]]
name = "halves"
source = "own"
bands = [{ label = "low", low = 0, high = 2 }, { label = "high", low = 3, high = 4 }]

[suicide]
items = ["2"]
at_least = 1

[[codes]]
code = "44261-6"
of = "total"
record = "a record"

[[facts]]
code = "mood"
of = "total"
"""

LADDER = """
id = "steps"
title = "Steps"
version = "1.0.0"
wording = "own-labels"
respondent = "clinician"
direction = "higher-is-worse"
entry = "items"
missing = "ladder"
origin = "own"

[licence]
class = "own"
note = "ours"

[recall]
period = "PT0S"
label = "Now"

[[sources]]
id = "own"
cite = "made for a test"
seen = "own"

[answers]
yes-no = [{ value = 0, label = "No" }, { value = 1, label = "Yes" }]

[[items]]
id = "1"
label = "First"
answers = "yes-no"

[[items]]
id = "2"
label = "Second"
answers = "yes-no"
asked_when = { item = "1", at_least = 1 }

[ladder]
name = "two"
source = "own"
lowest = "none"
levels = [{ label = "high", reached_by = [{ item = "2", at_least = 1 }] }]
"""


def refusal(text: str, **how: str) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        load(text, **how)
    return refused.value


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def test_a_whole_file_is_read_into_frozen_types():
    instrument = load(SUM, expected_id="mood")
    assert (instrument.low, instrument.high, instrument.scored) == (0, 4, ("1", "2"))
    assert instrument.missing_rule is MissingRule.WITHHOLD
    assert instrument.items[0].silences == (Silence.RATHER_NOT_SAY,)
    assert instrument.origin.cite == "made for a test"
    with pytest.raises(AttributeError):
        instrument.id = "other"


def test_a_ladder_has_no_total():
    instrument = load(LADDER)
    assert (instrument.low, instrument.high, instrument.scored) == (None, None, ())
    assert instrument.ladder.levels[0].label == "high"


def test_texts_name_each_text_once():
    assert load(SUM).texts == (
        "Mood", "The past 7 days", "Sad", "No", "Some", "Much", "Tired", "both", "low", "high",
    )  # fmt: skip
    assert "none" in load(LADDER).texts


def test_a_file_named_unlike_its_id_is_refused():
    assert refusal(SUM, expected_id="temper").allowed == "temper"


def test_what_is_not_toml_is_refused_with_its_line():
    refused = refusal("id = ", expected_id="mood")
    assert refused.where == "mood"
    assert refused.given == "text that is not TOML"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        pytest.param('title = "Mood"', 'title = "Mood"\ncolour = "blue"', "colour", id="unknown key"),
        pytest.param('title = "Mood"\n', "", "title", id="missing key"),
        pytest.param('"1.0.0"', '"1.0"', "version", id="a version of two parts"),
        pytest.param('"own-labels"', '"ours"', "wording", id="unknown wording"),
        pytest.param('class = "own"', 'class = "free"', "licence.class", id="unknown licence class"),
        pytest.param("value = 1", 'value = "1"', "answers.amount", id="a number written as text"),
        pytest.param("value = 1", "value = 1.5", "answers.amount", id="half a point"),
        pytest.param("value = 1", "value = true", "answers.amount", id="a truth as a number"),
        pytest.param('label = "Sad"', 'label = ""', "items.0.label", id="no label"),
        pytest.param('label = "Sad"', f'label = "{"x" * 81}"', "items.0.label", id="a label of 81"),
        pytest.param('label = "Sad"', 'label = " Sad"', "items.0.label", id="a label with a blank"),
        pytest.param('id = "1"\nlabel', 'id = "q1"\nlabel', "items.0.id", id="a linkId that is no number"),
        pytest.param('"asked-declined"', '"refused"', "silences", id="unknown silence"),
        pytest.param('seen = "own"', 'seen = "heard"', "sources.0.seen", id="unknown degree of reading"),
        pytest.param('items = ["2"]', "items = []", "suicide.items", id="a suicide check of nothing"),
    ],
)
def test_a_key_of_the_wrong_kind_is_refused_by_name(old, new, where):
    refused = refusal(replaced(SUM, old, new))
    assert where in refused.where
    assert refused.allowed
    assert refused.mend


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        pytest.param('id = "2"', 'id = "3"', "items", id="a number is left out"),
        pytest.param('id = "2"', 'id = "1"', "items", id="a number stands twice"),
        pytest.param("value = 2", "value = 1", "answers.amount", id="a value stands twice"),
        pytest.param("value = 2", "value = -1", "answers.amount", id="values out of order"),
        pytest.param('answers = "amount"', 'answers = "degree"', "items", id="an answer set that is not there"),
        pytest.param(
            "[answers]", '[answers]\nspare = [{ value = 0, label = "a" }, { value = 1, label = "b" }]',
            "answers", id="an answer set that nobody uses",
        ),
        pytest.param('items = ["1", "2"]', 'items = ["1", "3"]', "subscales.both", id="a stray subscale item"),
        pytest.param('items = ["1", "2"]', 'items = ["1", "1"]', "subscales.both", id="an item counted twice"),
        pytest.param('items = ["2"]', 'items = ["5"]', "suicide", id="a stray suicide item"),
        pytest.param("at_least = 1", "at_least = 0", "suicide", id="a threshold that everyone reaches"),
        pytest.param("at_least = 1", "at_least = 3", "suicide", id="a threshold that nobody reaches"),
        pytest.param("low = 3", "low = 4", "schemes.halves", id="a gap between bands"),
        pytest.param("low = 3", "low = 2", "schemes.halves", id="bands that overlap"),
        pytest.param("high = 4", "high = 5", "schemes.halves", id="a band beyond the range"),
        pytest.param("high = 4", "high = 3", "schemes.halves", id="a total without a band"),
        pytest.param("high = 2 }", 'high = 2, sex = "male" }', "schemes.halves", id="a band for one sex"),
        pytest.param('code = "44261-6"', 'code = "44261-7"', "codes", id="a wrong check digit"),
        pytest.param('of = "total"', 'of = "item:9"', "codes", id="a code of no part"),
        pytest.param('code = "mood"\nof = "total"', 'code = "mood"\nof = "panel"', "facts", id="a panel as a fact"),
        pytest.param('origin = "own"', 'origin = "book"', "sources", id="a source that is not there"),
        pytest.param(
            "[answers]", '[[sources]]\nid = "book"\ncite = "unused"\nseen = "full"\n\n[answers]',
            "sources", id="a source that nothing uses",
        ),
        pytest.param(
            "[answers]", '[[sources]]\nid = "own"\ncite = "again"\nseen = "full"\n\n[answers]',
            "sources", id="a source that stands twice",
        ),
        pytest.param('missing = "withhold"', 'missing = "ladder"', "missing", id="a ladder without steps"),
        pytest.param('label = "Sad"', 'label = "Sad"\noptional = true', "items.1", id="an optional scored item"),
        pytest.param('period = "P7D"', 'period = "a week"', "recall.period", id="a recall in words"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_refused(old, new, where):
    assert where in refusal(replaced(SUM, old, new)).where


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        pytest.param('missing = "ladder"', 'missing = "withhold"', "missing", id="steps that withhold"),
        pytest.param('item = "1"', 'item = "2"', "asked_when", id="a question that opens itself"),
        pytest.param(
            'item = "2", at_least = 1 }]', 'item = "9", at_least = 1 }]', "ladder", id="a stray step"
        ),
        pytest.param(
            'origin = "own"', 'origin = "own"\nscored = ["1"]', "ladder", id="a sum beside the level"
        ),
        pytest.param('lowest = "none"', 'lowest = ""', "ladder.lowest", id="no word for the lowest level"),
    ],
)
def test_a_ladder_that_does_not_stand_is_refused(old, new, where):
    assert where in refusal(replaced(LADDER, old, new)).where


def test_an_item_that_is_not_always_asked_cannot_be_in_the_total():
    gated = replaced(SUM, 'label = "Tired"', 'label = "Tired"\nasked_when = { item = "1", at_least = 1 }')
    assert "asked_when" in str(refusal(gated))


def test_bands_of_both_sexes_each_cover_the_range():
    bands = (
        'bands = [{ label = "low", low = 0, high = 2, sex = "male" }, '
        '{ label = "high", low = 3, high = 4, sex = "male" }, '
        '{ label = "low", low = 0, high = 1, sex = "female" }, '
        '{ label = "high", low = 2, high = 4, sex = "female" }]'
    )
    start, end = SUM.index("bands ="), SUM.index("\n\n[suicide]")
    scheme = load(SUM[:start] + bands + SUM[end:]).schemes[0]
    assert {band.sex for band in scheme.bands} == {Sex.MALE, Sex.FEMALE}


def test_items_outside_the_total_may_be_optional_and_do_not_widen_its_range():
    text = replaced(SUM, 'origin = "own"', 'origin = "own"\nscored = ["1"]')
    text = replaced(text, 'label = "Tired"', 'label = "Tired"\noptional = true')
    text = replaced(text, "low = 0, high = 2", "low = 0, high = 1").replace(
        "low = 3, high = 4", "low = 2, high = 2"
    )
    instrument = load(text)
    assert (instrument.scored, instrument.high) == (("1",), 2)


@pytest.mark.parametrize("code", ["44249-1", "44261-6", "44260-8", "69737-5", "70274-6", "93374-7", "8480-6"])
def test_published_codes_have_the_right_check_digit(code):
    assert has_right_check_digit(code)


@given(st.integers(1, 9_999_999), st.integers(0, 9))
def test_exactly_one_check_digit_fits_a_number(number, digit):
    fitting = [d for d in range(10) if has_right_check_digit(f"{number}-{d}")]
    assert len(fitting) == 1
    assert has_right_check_digit(f"{number}-{digit}") == (digit in fitting)


@pytest.mark.parametrize("code", ["", "44261", "44261-", "44261-66", "abc-1", "44261_6"])
def test_what_is_not_shaped_like_a_code_has_no_check_digit(code):
    assert not has_right_check_digit(code)


# --- every key, and every shape ------------------------------------------------------------------------------

REQUIRED = (
    "id", "title", "version", "wording", "respondent", "direction", "entry", "missing", "origin",
    "licence", "recall", "sources", "answers", "items",
)  # fmt: skip


@pytest.mark.parametrize("key", REQUIRED)
def test_a_file_without_one_of_its_keys_is_refused_by_that_key(key):
    document = tomllib.loads(SUM)
    del document[key]
    refused = refusal(written(document))
    assert refused.where.endswith(f": {key}")
    assert refused.given == "nothing"


def test_a_file_says_the_same_when_it_is_written_in_other_toml():
    for text in (SUM, LADDER):
        assert load(written(tomllib.loads(text))) == load(text)


def written(value: object, *, inside: bool = False) -> str:
    """A document as TOML with inline tables, enough for these tests."""
    if isinstance(value, dict):
        parts = [f"{key} = {written(part, inside=True)}" for key, part in value.items()]
        return "{ " + ", ".join(parts) + " }" if inside else "\n".join(parts)
    if isinstance(value, list):
        return "[" + ", ".join(written(part, inside=True) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=2, max_size=6, unique=True), min_size=1, max_size=8),
    st.data(),
)
def test_the_range_of_a_total_is_the_sum_of_the_ends_of_its_items(values_of_items, data):
    numbers = range(1, len(values_of_items) + 1)
    scored = data.draw(st.lists(st.sampled_from(numbers), min_size=1, unique=True))
    document = tomllib.loads(SUM)
    for key in ("subscales", "schemes", "suicide", "codes", "facts"):
        del document[key]
    document["answers"] = {
        f"set-{number}": [{"value": value, "label": f"v{value}"} for value in sorted(values)]
        for number, values in zip(numbers, values_of_items, strict=True)
    }
    document["items"] = [
        {"id": str(number), "label": f"Question {number}", "answers": f"set-{number}"} for number in numbers
    ]
    document["scored"] = [str(number) for number in scored]
    instrument = load(written(document))
    assert instrument.low == sum(min(values_of_items[number - 1]) for number in scored)
    assert instrument.high == sum(max(values_of_items[number - 1]) for number in scored)
    assert [item.id for item in instrument.items] == [str(number) for number in numbers]


# --- order of asking, and cut-offs ---------------------------------------------------------------------------

CUT_OFF = """
[[cut_offs]]
at_least = 3
tells = "one from another"
source = "own"
sensitivity = 80
specificity = 70.5
"""


def test_the_order_of_the_file_is_the_order_of_asking_whatever_the_numbers():
    first, second = '[[items]]\nid = "1"\nlabel = "Sad"', '[[items]]\nid = "2"\nlabel = "Tired"'
    turned = SUM.replace(first, "@").replace(second, first).replace("@", second)
    assert [item.id for item in load(turned).items] == ["2", "1"]


def test_a_question_is_opened_only_by_one_that_stands_before_it():
    first, second = '[[items]]\nid = "1"\nlabel = "First"', '[[items]]\nid = "2"\nlabel = "Second"'
    assert load(LADDER).items[1].asked_when.item == "1"
    turned = LADDER.replace(first, "@").replace(second, first).replace("@", second)
    assert refusal(turned).allowed == "an earlier item"


def test_a_cut_off_keeps_what_it_tells_apart_and_how_well():
    (cut_off,) = load(SUM + CUT_OFF).cut_offs
    assert (cut_off.at_least, cut_off.tells, cut_off.source.id) == (3, "one from another", "own")
    assert (cut_off.sensitivity, cut_off.specificity) == (80, 70.5)


@pytest.mark.parametrize("at_least", [0, 5, -1])
def test_a_cut_off_that_divides_no_totals_is_refused(at_least):
    refused = refusal(SUM + CUT_OFF.replace("at_least = 3", f"at_least = {at_least}"))
    assert (refused.where, refused.allowed) == ("mood: cut_offs", "above 0 and up to 4")


def test_a_level_has_no_cut_off():
    assert refusal(LADDER + CUT_OFF).allowed == "an instrument with a total"


def test_a_cut_off_without_its_source_is_refused():
    assert refusal(SUM + CUT_OFF.replace('source = "own"', 'source = "hearsay"')).given == "hearsay"
