"""The dictionary: every code has a meaning, a unit, a range and an age, and a slip in a code is answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unloop.facts import DICTIONARY, FactDefinition, FactType, Phase, read_dictionary
from unloop.facts.table import table
from unloop.quantity import BodyWeight, Height, InputRefused, Saturation

PAGE = Path(__file__).resolve().parents[2] / "docs" / "facts.md"
BY_CODE = [pytest.param(one, id=code) for code, one in DICTIONARY.items()]
NUMBERS = [
    pytest.param(one, id=code)
    for code, one in DICTIONARY.items()
    if one.type is FactType.NUMBER and not one.derived
]


# --- What ships ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", BY_CODE)
def test_every_fact_is_derived_or_expires(one: FactDefinition) -> None:
    """Session facts have an age as well: a session may last longer than a reading holds."""
    assert one.derived == (one.max_age is None)
    assert not (one.derived and one.in_session)


@pytest.mark.parametrize("one", BY_CODE)
def test_every_fact_can_be_said_and_asked(one: FactDefinition) -> None:
    assert one.label
    assert one.question
    assert one.group
    assert "_" not in one.label
    assert not one.label.endswith(".")


@pytest.mark.parametrize("one", BY_CODE)
def test_only_what_has_a_bad_answer_is_an_ever_finding(one: FactDefinition) -> None:
    assert not one.ever or one.bad
    if one.type is FactType.BOOL:
        assert set(one.bad) < {True, False}
    if one.type is FactType.ENUM:
        assert set(one.bad) < set(one.values), "some answer has to let the person through"


@pytest.mark.parametrize("one", BY_CODE)
def test_choices_belong_to_enumerations_and_fields_to_records(one: FactDefinition) -> None:
    assert bool(one.values) == (one.type is FactType.ENUM)
    assert bool(one.fields) == (one.type is FactType.RECORDS)
    assert len(set(one.values)) == len(one.values)


@pytest.mark.parametrize("one", NUMBERS)
def test_every_number_has_a_unit_and_a_range(one: FactDefinition) -> None:
    assert one.unit
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.high


def test_a_statement_of_completeness_is_a_yes_or_no_fact_that_expires_no_later_than_its_list() -> None:
    lists = [one for one in DICTIONARY.values() if one.complete_by is not None]
    assert {one.code for one in lists} >= {"diagnoses", "medicines", "sri_treatments", "psychotherapies"}
    for one in lists:
        statement = DICTIONARY[one.complete_by]
        assert statement.type is FactType.BOOL
        assert statement.max_age == one.max_age


def test_answers_that_permit_expire() -> None:
    """Consent, ECG, escort and their like are asked again however good the last answer was."""
    permitting = ["consent", "ecg", "escort", "capacity", "no_ketamine_elsewhere", "pregnancy_test"]
    assert not any(DICTIONARY[code].ever for code in permitting)
    assert all(DICTIONARY[code].max_age is not None for code in permitting)


def test_what_is_true_on_one_day_only_is_bound_to_the_session() -> None:
    for code in ("escort", "acls_on_site", "iv_patent", "oriented", "rass", "sbp", "suicide_risk_today"):
        assert DICTIONARY[code].in_session, code


def test_what_leaving_asks_for_can_be_answered_after_the_infusion() -> None:
    for code in ("escort", "oriented", "sbp", "suicide_risk_today", "suicide_review_today", "aldrete"):
        assert Phase.RECOVERY in DICTIONARY[code].phases, code


@pytest.mark.parametrize(
    ("code", "quantity"), [("weight", BodyWeight), ("height", Height), ("spo2", Saturation)]
)
def test_a_fact_that_is_a_quantity_has_its_unit_and_stays_within_its_range(
    code: str, quantity: type[BodyWeight | Height | Saturation]
) -> None:
    one = DICTIONARY[code]
    assert one.unit == quantity.unit
    assert quantity.low <= one.low < one.high <= quantity.high


def test_pages_hold_every_fact_once_in_the_order_of_the_dictionary() -> None:
    listed = [one.code for page in DICTIONARY.groups.values() for one in page]
    assert sorted(listed) == sorted(DICTIONARY)
    assert len(DICTIONARY) == len(listed)
    assert next(one.code for one in DICTIONARY.groups["substances"]) == "substance_use_disorder_now"


# --- Slips -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slip", "mend"),
    [
        ("wieght", "did you mean weight"),
        ("psychosis_evr", "did you mean psychosis_ever"),
        ("Weight", "did you mean weight"),
        ("ybocs_obsession", "did you mean ybocs_obsessions or ybocs"),
        ("", "see docs/facts.md for the codes"),
        ("quux", "see docs/facts.md for the codes"),
    ],
)
def test_a_code_that_does_not_exist_is_answered_with_the_nearest(slip: str, mend: str) -> None:
    with pytest.raises(InputRefused) as refused:
        DICTIONARY.define(slip, where="here")
    assert refused.value.mend.startswith(mend)
    assert refused.value.where == "here"


@pytest.mark.parametrize("one", NUMBERS)
def test_both_ends_of_the_range_are_taken_and_a_hair_beyond_is_not(one: FactDefinition) -> None:
    for end, beyond in ((one.low, -1e-9), (one.high, 1e-9)):
        assert one.check(end, one.unit, where="here") == end
        with pytest.raises(InputRefused):
            one.check(end + beyond * max(1, abs(end)), one.unit, where="here")


@given(st.sampled_from(sorted(DICTIONARY)), st.none() | st.text(max_size=6) | st.integers() | st.floats())
def test_a_value_is_taken_only_with_its_own_unit(code: str, unit: object) -> None:
    one = DICTIONARY[code]
    taken = unit == one.unit or (unit in (None, "") and one.unit_may_be_left_out)
    value = {"bool": False, "number": one.low, "set": [], "records": []}.get(one.type, [*one.values, ""][0])
    try:
        one.check(value, unit, where="here")
    except InputRefused as refused:
        taken_by_unit = not refused.where.endswith(", unit")
    else:
        taken_by_unit = True
    assert taken_by_unit == taken


# --- Dictionaries that are refused -----------------------------------------------------------------------

SOUND = """
[dizziness]
label = "dizziness"
group = "session"
type = "number"
unit = "{score}"
low = 0
high = 10
max_age = "PT30M"
"""


def test_a_dictionary_is_read_from_toml() -> None:
    one = read_dictionary(SOUND)["dizziness"]
    assert (one.question, one.low, one.high, one.phases) == ("dizziness", 0, 10, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('max_age = "PT30M"', "", id="no age"),
        pytest.param("low = 0", "", id="no lower end"),
        pytest.param("high = 10", "", id="no upper end"),
        pytest.param("high = 10", 'high = 10\ncomplete_by = "all_told"', id="statement that does not exist"),
        pytest.param(
            "high = 10", 'high = 10\nderived = true\ninputs = ["x"]', id="input that does not exist"
        ),
    ],
)
def test_an_incomplete_definition_is_refused(old: str, new: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_dictionary(SOUND.replace(old, new))
    assert refused.value.where == "dictionary, dizziness"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("low = 0", 'low = "0"', id="limit as text"),
        pytest.param('type = "number"', 'type = "float"', id="type that does not exist"),
        pytest.param("low = 0", "lowest = 0", id="unknown key"),
        pytest.param("low = 0", 'low = 0\nphases = ["after"]', id="phase that does not exist"),
    ],
)
def test_a_definition_of_another_shape_is_refused(old: str, new: str) -> None:
    with pytest.raises(ValidationError):
        read_dictionary(SOUND.replace(old, new))


def test_an_age_that_is_no_duration_names_the_code() -> None:
    with pytest.raises(InputRefused) as refused:
        read_dictionary(SOUND.replace("PT30M", "30 min"))
    assert refused.value.where == "dizziness.max_age"


# --- The page --------------------------------------------------------------------------------------------


def test_the_page_of_facts_is_the_dictionary_as_it_is_now() -> None:
    """Mend: `python -m unloop.facts.table > docs/facts.md`."""
    assert PAGE.read_text(encoding="utf-8") == table()


def test_the_page_holds_every_code_with_unit_range_age_and_phases() -> None:
    lines = {line.split("`")[1]: line for line in table().splitlines() if line.startswith("| `")}
    assert sorted(lines) == sorted(DICTIONARY)
    for code, one in DICTIONARY.items():
        cells = [cell.strip() for cell in re.split(r" \| ", lines[code].strip("| "))]
        assert cells[1] == one.label
        if one.unit:
            assert f"`{one.unit}`" in lines[code]
        if one.max_age is not None:
            assert one.max_age.words() in lines[code]
        assert ", ".join(one.phases) in lines[code]
        assert ("ever" in cells[-1].split("; ")) == one.ever


def test_no_cell_of_the_page_breaks_the_table() -> None:
    rows = [line for line in table().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {8}
