"""Numbers reach the dictionary's unit exactly, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY
from unloop.fhir.codes import UCUM, codes
from unloop.fhir.notes import Unread
from unloop.fhir.resources import Quantity
from unloop.fhir.units import convert

PATH = "entry[3].resource.valueQuantity"


def converted(fact, value, **unit):
    return convert(Quantity(value=value, **unit), DICTIONARY[fact], codes=codes(), path=PATH)


def coded(fact, value, code, unit=None):
    return converted(fact, value, unit=unit, system=UCUM, code=code)


def unread(fact, value, **unit):
    with pytest.raises(Unread) as given_up:
        converted(fact, value, **unit)
    return given_up.value


@pytest.mark.parametrize(
    ("fact", "value", "code", "expected"),
    [
        ("weight", 150, "[lb_av]", 68.0388555),
        ("weight", 81500, "g", 81.5),
        ("height", 70, "[in_i]", 177.8),
        ("height", 1.78, "m", 178.0),
        ("office_hr", 72, "{beats}/min", 72.0),
        ("alt", 31, "[IU]/L", 31.0),
        ("tsh", 2.4, "u[IU]/mL", 2.4),
        ("haemoglobin", 141, "g/L", 14.1),
        ("platelets", 250, "10*9/L", 250.0),
        ("sodium", 141, "meq/L", 141.0),
        ("creatinine", 100, "umol/L", 1.1312),
        ("bilirubin", 10, "umol/L", 0.584673),
        ("creatinine", 0.1, "mmol/L", 1.1312),
        ("egfr", 92, "mL/min/{1.73m2}", 92.0),
        ("phq9", 9, "1", 9.0),
    ],
)
def test_what_can_be_converted_exactly_is(fact, value, code, expected):
    assert coded(fact, value, code).value == pytest.approx(expected, rel=1e-12)


def test_a_conversion_is_said_and_an_identity_is_not():
    assert coded("weight", 150, "[lb_av]").how == "converted from [lb_av] to kg"
    assert coded("weight", 70, "kg").how == ""
    assert coded("platelets", 250, "10*9/L").how == ""


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("weight", "[stone_av]"),
        ("weight", "cm"),
        ("weight", "mg"),
        ("height", "[ft_i]"),
        ("office_sbp", "kPa"),
        ("haemoglobin", "mmol/L"),
        ("potassium", "mg/dL"),
        ("alt", "umol/L"),
        ("egfr", "mL/min"),
        ("alt", "ukat/L"),
        ("phq9", "%"),
    ],
)
def test_what_is_not_exact_or_not_safe_is_left_with_the_mend(fact, code):
    given_up = unread(fact, 5.0, system=UCUM, code=code)
    assert given_up.path == f"{PATH}.code"
    assert DICTIONARY[fact].unit in given_up.why


def test_milliequivalents_are_millimoles_of_single_charges_only():
    assert coded("potassium", 4.1, "meq/L").value == 4.1
    assert "potassium" in unread("potassium", 4.1, system=UCUM, code="mg/dL").why


def test_the_code_decides_and_unfamiliar_words_beside_it_do_not():
    assert coded("weight", 70, "kg", unit="Kilogramm").value == 70


def test_a_unit_that_contradicts_its_code_is_not_settled_by_guessing():
    given_up = unread("weight", 154.0, system=UCUM, code="kg", unit="lbs")
    assert given_up.path == f"{PATH}.unit"
    assert "disagree" in given_up.why


def test_two_names_of_one_unit_do_not_contradict_each_other():
    assert coded("sodium", 140, "mmol/L", unit="mEq/L").value == 140
    assert coded("office_sbp", 120, "mm[Hg]", unit="mmHg").value == 120


def test_spelled_units_are_read_where_no_code_stands():
    assert converted("office_sbp", 120, unit="mmHg").value == 120
    assert converted("weight", 100, unit="lbs").value == pytest.approx(45.359237)


def test_a_code_of_another_system_is_no_ucum_code():
    assert unread("weight", 70, system="http://example.org/units", code="17").path == f"{PATH}.unit"
    assert converted("weight", 70, system="http://example.org/units", code="17", unit="kg").value == 70


def test_a_number_without_a_unit_is_not_taken():
    assert "kg is needed" in unread("weight", 70).why


def test_a_score_needs_no_unit():
    assert converted("phq9", 11).value == 11


def test_a_limit_is_not_a_value():
    assert "limit (<)" in unread("alt", 5.0, system=UCUM, code="U/L", comparator="<").why
    assert "Ansel" not in unread("alt", 5.0, system=UCUM, code="U/L", comparator="Ansel").why


def test_a_quantity_without_a_number_is_no_value():
    assert unread("alt", None, system=UCUM, code="U/L").path == f"{PATH}.value"


positive = st.floats(0.001, 1e6)


@given(positive, positive)
def test_conversion_keeps_the_order_of_values(one, other):
    assert (one < other) <= (coded("weight", one, "[lb_av]").value <= coded("weight", other, "[lb_av]").value)


@given(st.sampled_from(sorted(codes().observations)), positive)
def test_the_dictionarys_own_unit_is_never_changed(loinc, value):
    definition = DICTIONARY[codes().observations[loinc].fact]
    if definition.unit:
        assert coded(definition.code, value, definition.unit).value == value
