"""Units that people write but that are not taken: each is named, turned rightly in the message, and refused."""

from __future__ import annotations

import re
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import (
    BodyWeight,
    Concentration,
    Dose,
    Height,
    InputRefused,
    Minutes,
    Pressure,
    PumpRate,
    Quantity,
    Volume,
    WeightedDose,
    read,
    read_field,
)
from unloop.quantity.spelling import EXAMPLES, FOREIGN, SLIPS, SPELLINGS

UNITS: Any = pint.UnitRegistry()

# Our unit as pint says it, and what pint calls the units that people write.
OURS = {
    BodyWeight: "kg",
    Height: "cm",
    Dose: "mg",
    WeightedDose: "mg/kg",
    Concentration: "mg/mL",
    Volume: "mL",
    PumpRate: "mL/hour",
    Minutes: "minute",
    Pressure: "mmHg",
}
AS_PINT_SAYS = {
    "lbs": "lb",
    "pounds": "pound",
    "[lb_av]": "lb",
    "#": "lb",
    "st": "stone",
    "stones": "stone",
    "in": "inch",
    '"': "inch",
    "[in_i]": "inch",
    "ft": "foot",
    "feet": "foot",
    "'": "foot",
    "[ft_i]": "foot",
    "mcg": "microgram",
    "ug": "microgram",
    "\u00b5g": "microgram",
    "\u03bcg": "microgram",
    "micrograms": "microgram",
    "mcg/kg": "microgram/kg",
    "ug/kg": "microgram/kg",
    "\u00b5g/kg": "microgram/kg",
    "\u03bcg/kg": "microgram/kg",
    "mcg/ml": "microgram/mL",
    "ug/ml": "microgram/mL",
    "\u00b5g/ml": "microgram/mL",
    "\u03bcg/ml": "microgram/mL",
    "l": "liter",
    "ml/min": "mL/minute",
    "ml/minute": "mL/minute",
    "kpa": "kilopascal",
    "s": "second",
    "sec": "second",
    "secs": "second",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
}
TURNED = [
    (kind, unit, foreign)
    for kind, units in FOREIGN.items()
    for unit, foreign in units.items()
    if foreign.size and unit != "%"
]
NAMED_ONLY = [
    (kind, unit) for kind, units in FOREIGN.items() for unit, foreign in units.items() if not foreign.size
]


@pytest.mark.parametrize(
    ("kind", "unit", "foreign"), TURNED, ids=[f"{row[0].__name__} {row[1]}" for row in TURNED]
)
def test_the_message_turns_a_foreign_unit_as_pint_does(kind, unit, foreign):
    size = (1 * UNITS(AS_PINT_SAYS.get(unit, unit))).to(OURS[kind]).magnitude
    assert foreign.size == pytest.approx(size, rel=1e-5)


@pytest.mark.parametrize(
    ("kind", "unit", "foreign"), TURNED, ids=[f"{row[0].__name__} {row[1]}" for row in TURNED]
)
def test_both_readings_of_the_number_stand_in_the_message(kind, unit, foreign):
    with pytest.raises(InputRefused) as refused:
        read(f"60 {unit}", kind)
    assert f"60 {unit}" in refused.value.mend
    turned = float(re.findall(r"is (?:about )?([0-9.]+) ", refused.value.mend)[0])
    assert turned == pytest.approx(60 * foreign.size, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "unit"), NAMED_ONLY, ids=[f"{row[0].__name__} {row[1]}" for row in NAMED_ONLY]
)
def test_a_unit_of_another_kind_is_named_and_nothing_is_turned(kind, unit):
    with pytest.raises(InputRefused) as refused:
        read(f"60 {unit}", kind)
    assert " was given" in refused.value.mend


def test_a_one_percent_solution_is_ten_milligrams_in_a_millilitre():
    with pytest.raises(InputRefused, match="5 % is 50 mg/mL"):
        read("5 %", Concentration)


@pytest.mark.parametrize("kind", sorted(SPELLINGS, key=lambda kind: kind.__name__))
def test_another_spelling_of_the_right_unit_says_only_how_to_write_it(kind):
    for spelling in SPELLINGS[kind] - {kind.unit}:
        with pytest.raises(InputRefused) as refused:
            read(f"60 {spelling}", kind)
        assert refused.value.mend == f"write 60 {kind.unit}"


@pytest.mark.parametrize("kind", sorted(SPELLINGS, key=lambda kind: kind.__name__))
def test_no_spelling_is_both_right_and_foreign(kind):
    assert not SPELLINGS[kind] & set(FOREIGN.get(kind, {}))


@given(st.sampled_from(TURNED), st.decimals(1, 300, places=2))
def test_no_foreign_unit_is_ever_taken_even_beside_a_printed_unit(row, number):
    kind, unit, _ = row
    for reader in (read, read_field):
        with pytest.raises(InputRefused):
            reader(f"{number} {unit}", kind)


@given(st.sampled_from(sorted(EXAMPLES, key=lambda kind: kind.__name__)), st.text(min_size=1, max_size=10))
def test_a_made_up_unit_is_refused_with_an_example(kind: type[Quantity], unit: str):
    if unit.strip() == kind.unit:
        assert read(f"7 {unit}", kind).amount == 7
        return
    with pytest.raises(InputRefused) as refused:
        read(f"7 {unit}", kind)
    assert kind.unit in refused.value.mend or "given" in refused.value.mend


SLIP_EXAMPLES = {
    "1,000 mg": 0,
    "0,5 mg": 1,
    ".5 mg": 2,
    "5. mg": 3,
    "-5 mg": 4,
    "\u22125 mg": 4,
    "+5 mg": 5,
    "5e1 mg": 6,
    "NaN mg": 7,
    "Infinity": 7,
    "007 mg": 8,
}


@pytest.mark.parametrize(("text", "row"), SLIP_EXAMPLES.items())
def test_each_slip_is_answered_by_its_own_mend(text, row):
    with pytest.raises(InputRefused) as refused:
        read(text, Dose)
    match = re.match(SLIPS[row][0], text, re.IGNORECASE)
    assert match is not None
    assert refused.value.mend == SLIPS[row][1].format(*match.groups(), unit="mg", example="35 mg")


def test_every_slip_has_an_example():
    assert set(SLIP_EXAMPLES.values()) == set(range(len(SLIPS)))


@given(
    st.from_regex(r"\A[0-9]{1,3}[.,]?[0-9]{0,3}\Z"), st.sampled_from([BodyWeight, Height, Minutes, Pressure])
)
def test_a_field_with_a_printed_unit_reads_a_number_exactly_as_the_text_would(text, kind):
    def answer(reader, given):
        try:
            return reader(given, kind)
        except InputRefused as refused:
            return refused.mend

    assert answer(read_field, text) == answer(read, f"{text} {kind.unit}")
