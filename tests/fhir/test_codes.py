"""The tables of codes and units agree with the dictionary, with arithmetic and with themselves."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unloop.care.symptoms import bundled
from unloop.facts import DICTIONARY, FactType
from unloop.fhir.codes import codes, is_loinc, read_codes

# Abridged standard atomic weights, IUPAC 2021.
ATOMIC_WEIGHTS = {"H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999"}

EMPTY = """
observations = []
panels = []
left_out = []
conditions = []
units = []
substances = []
[answers]
[items]
[spellings]
"""

tables = codes()
loinc_codes = sorted({*tables.observations, *tables.panels, *tables.left_out, *tables.items["phq-9"]})


@pytest.mark.parametrize("code", loinc_codes)
def test_every_code_has_a_right_check_digit(code):
    assert is_loinc(code)


@given(st.sampled_from(loinc_codes), st.data())
def test_one_wrong_digit_is_always_noticed(code, data):
    place = data.draw(st.sampled_from([i for i, letter in enumerate(code) if letter.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != code[place]]))
    assert not is_loinc(code[:place] + digit + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "29463", "29463-", "-7", "29463-77", "LA6568-5", " 29463-7", "٢٩٤٦٣-٧"])
def test_what_has_not_the_form_of_a_code_is_none(text):
    assert not is_loinc(text)


def test_every_code_carries_a_record_of_where_it_was_seen():
    assert all(len(code.seen) >= 5 for code in tables.observations.values())


def test_no_code_stands_in_two_tables():
    assert not set(tables.observations) & (tables.panels | set(tables.left_out))
    assert not tables.panels & set(tables.left_out)


def test_every_code_becomes_a_recorded_fact_of_the_course():
    """Readings within a session come from its own chart, and derived facts are never imported."""
    for code in tables.observations.values():
        for fact in filter(None, (code.fact, code.upper_limit)):
            assert not DICTIONARY[fact].derived, fact
            assert not DICTIONARY[fact].in_session, fact


def test_every_number_can_be_given_in_the_unit_of_the_dictionary():
    for code in tables.observations.values():
        definition = DICTIONARY[code.fact]
        if definition.type is FactType.NUMBER:
            taken = [unit for unit in tables.units if unit.to == definition.unit]
            assert any(unit.factors.get(definition.unit) == 1 for unit in taken), code.fact


def test_coded_answers_are_values_that_the_fact_can_have():
    for code in tables.observations.values():
        definition = DICTIONARY[code.fact]
        for answers in tables.answers[code.answers].values() if code.answers else ():
            for value in answers.values():
                assert definition.check(value, definition.unit, where=code.loinc) == value


def test_a_fact_that_is_no_number_has_coded_answers():
    facts = {DICTIONARY[code.fact].type: code for code in tables.observations.values() if not code.answers}
    assert set(facts) == {FactType.NUMBER}


def test_units_lead_to_units_of_the_dictionary_and_say_why():
    known = {definition.unit for definition in DICTIONARY.values()}
    for unit in tables.units:
        assert unit.to in known
        assert unit.source
        assert all(factor > 0 for factor in unit.factors.values())
        assert unit.facts <= set(DICTIONARY)


def test_every_spelling_means_a_unit_that_is_known_somewhere():
    taken = {code for unit in tables.units for code in unit.factors} | {"umol/L", "mmol/L"}
    assert set(tables.spellings.values()) <= taken


@pytest.mark.parametrize("substance", tables.substances.values(), ids=lambda substance: substance.fact)
def test_molar_masses_follow_from_the_formula(substance):
    atoms = re.findall(r"([A-Z][a-z]?)(\d*)", substance.formula)
    mass = sum(Decimal(ATOMIC_WEIGHTS[element]) * int(count or 1) for element, count in atoms)
    assert substance.molar_mass == mass
    assert DICTIONARY[substance.fact].unit == "mg/dL"


@pytest.mark.parametrize("instrument_id", sorted(tables.items))
def test_items_are_those_of_the_instrument_in_its_order(instrument_id):
    instrument = bundled(instrument_id)
    assert list(tables.items[instrument_id].values()) == [item.id for item in instrument.items]


def test_the_codes_agree_with_those_of_the_instruments():
    """Two tables name the same totals; they must not drift apart."""
    for instrument_id in ("phq-9", "gad-7", "audit-c"):
        instrument = bundled(instrument_id)
        facts = {fact.of: fact.code for fact in instrument.facts}
        for code in instrument.codes:
            if code.of in facts and code.code in tables.observations:
                assert tables.observations[code.code].fact == facts[code.of]


def test_subcodes_count_only_where_the_table_says_so():
    icd = next(code for code in tables.conditions if code.code == "F42")
    assert icd.covers(system=icd.system, code="F42.2")
    assert not icd.covers(system=icd.system, code="F421")
    assert not icd.covers(system="http://snomed.info/sct", code="F42.2")
    snomed = next(code for code in tables.conditions if code.code == "191736004")
    assert not snomed.covers(system=snomed.system, code="191736004.1")


def test_an_empty_table_is_read():
    assert read_codes(EMPTY).observations == {}


def test_a_code_with_a_wrong_check_digit_stops_the_import_of_the_table():
    wrong = EMPTY.replace("panels = []", 'panels = [{ loinc = "85354-8", seen = "nowhere" }]')
    with pytest.raises(ValueError, match="check digit"):
        read_codes(wrong)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param('{ loinc = "85354-9" }', id="no record"),
        pytest.param('{ loinc = "85354-9", seen = "" }', id="empty record"),
        pytest.param('{ loinc = "85354-9", seen = "somewhere", label = "BP" }', id="unknown key"),
    ],
)
def test_an_entry_without_a_record_or_with_an_unknown_key_is_refused(entry):
    with pytest.raises(ValidationError):
        read_codes(EMPTY.replace("panels = []", f"panels = [{entry}]"))
