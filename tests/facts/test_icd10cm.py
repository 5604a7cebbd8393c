"""Diagnoses have the form of ICD-10-CM; a slip is refused with the code that was probably meant."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY, icd10cm, read_chart
from unloop.quantity import InputRefused
from unloop.rules import check, parse

REAL = [
    "F42", "F42.2", "F42.9", "F32.A", "F43.10", "F10.231", "F84.0", "Z63.0", "U07.1", "Z3A.01", "C4A.0", "C7B.8",
    "M1A.00X0", "O09.A0", "Y93.I1", "T43.205A", "T36.0X1A", "T74.11XA", "S06.0X0A", "W19.XXXA", "O31.1XX0", "E11.9",
]  # fmt: skip
SLIPS = {
    "f42.2": "F42.2", "F422": "F42.2", "F42,2": "F42.2", " F42.2": "F42.2", "F 42.2": "F42.2", "F42. 2": "F42.2",
    "F4O.2": "F40.2", "F42.O": "F42.0", "t43205a": "T43.205A", "F4.22": "F42.2", "W19XXXA": "W19.XXXA",
    "z3a01": "Z3A.01", "F42.": "F42",
}  # fmt: skip
WRONG = [
    "", "F", "F4", "42.2", "4F2", "FF2.1", "OCD", "obsessive-compulsive disorder", "6B20", "300.3", "F42.2.1", "F42-2",
    "F42.12345", "F42.22222", "F42/F43", "Ä42.2", "F42.²", "٣42", "F42.2; F32.1", "F42.2A!",
]  # fmt: skip

letters_but_o = [one for one in string.ascii_uppercase if one != "O"]
later = st.sampled_from([*string.digits, *letters_but_o])
last = st.sampled_from([*string.digits, *(one for one in letters_but_o if one != "X")])
tails = st.just("") | st.tuples(st.lists(later, max_size=3).map("".join), last).map(
    lambda two: f".{two[0]}{two[1]}"
)
codes = st.tuples(st.sampled_from(string.ascii_uppercase), st.sampled_from(string.digits), later, tails).map(
    "".join
)


def chart_with(*diagnoses: str) -> str:
    entry = {"code": "diagnoses", "value": list(diagnoses), "at": "2026-11-16T09:00:00+00:00"}
    return json.dumps({"person": {}, "facts": [entry]})


@pytest.mark.parametrize("code", REAL)
def test_real_codes_are_taken_as_they_are(code: str) -> None:
    assert icd10cm.is_code(code)
    assert icd10cm.check(code, where="diagnoses") == code
    assert icd10cm.mended(code) is None


@pytest.mark.parametrize(("written", "meant"), SLIPS.items())
def test_a_slip_of_writing_is_refused_with_the_code_that_was_meant(written: str, meant: str) -> None:
    assert not icd10cm.is_code(written)
    assert icd10cm.mended(written) == meant
    with pytest.raises(InputRefused) as refused:
        icd10cm.check(written, where="diagnoses")
    assert refused.value.mend == f"write {meant}, if that is what is meant"
    assert refused.value.allowed == "an ICD-10-CM code such as F42.2 or T43.205A"


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_slip_is_never_guessed_at(written: str) -> None:
    assert not icd10cm.is_code(written)
    assert icd10cm.mended(written) is None
    with pytest.raises(InputRefused, match="look the code up"):
        icd10cm.check(written, where="diagnoses")


@pytest.mark.parametrize("heading", ["T36.0X", "W19.X", "W19.XXX", "S06.0XX", "J09.X"])
def test_a_placeholder_at_the_end_keeps_the_place_of_nothing(heading: str) -> None:
    with pytest.raises(InputRefused, match="write the code to its last character"):
        icd10cm.check(heading, where="diagnoses")


@pytest.mark.parametrize("words", ["Jo Quill, OCD", "born 1984-06-01", "compulsions since school"])
def test_words_about_a_person_are_not_repeated_in_a_refusal(words: str) -> None:
    with pytest.raises(InputRefused) as refused:
        icd10cm.check(words, where="diagnoses")
    assert words not in str(refused.value)
    assert refused.value.given == "text that is no code"


@given(codes)
def test_every_code_of_that_form_is_taken(code: str) -> None:
    assert icd10cm.check(code, where="diagnoses") == code
    assert 3 <= len(code.replace(".", "")) <= 7


@given(codes)
def test_a_code_in_small_letters_and_without_its_point_is_told_from_what_it_was(code: str) -> None:
    bare = code.replace(".", "").lower()
    assert icd10cm.mended(bare) == (None if bare == code else code)


@given(st.text(max_size=9) | st.from_regex(r"[A-Z][0-9A-Z]{1,7}\.?[0-9A-Z]{0,5}", fullmatch=True))
def test_what_is_meant_is_always_a_code_and_only_a_slip_has_one(written: str) -> None:
    meant = icd10cm.mended(written)
    assert meant is None or (icd10cm.is_code(meant) and not icd10cm.is_code(written))


@given(codes, st.sampled_from("OI -_/\\*"), st.integers(0, 7))
def test_a_code_with_a_stray_character_is_a_code_or_refused_and_never_taken_for_another(
    code: str, stray: str, place: int
) -> None:
    written = code[:place] + stray + code[place:]
    if icd10cm.is_code(written):
        assert icd10cm.check(written, where="diagnoses") == written
        return
    with pytest.raises(InputRefused):
        icd10cm.check(written, where="diagnoses")


class TestWhereDiagnosesComeIn:
    def test_a_chart_file_says_at_which_entry_the_slip_stands(self) -> None:
        with pytest.raises(InputRefused) as refused:
            read_chart(chart_with("F42.2", "f321"))
        assert refused.value.where == "facts[0] (diagnoses)"
        assert refused.value.mend == "write F32.1, if that is what is meant"

    def test_a_chart_keeps_the_codes_in_their_order_each_once(self) -> None:
        chart = read_chart(chart_with("F42.2", "F32.1", "F42.2"))
        assert chart.facts[0].value == ("F42.2", "F32.1")

    def test_no_diagnoses_is_an_answer(self) -> None:
        assert read_chart(chart_with()).facts[0].value == ()

    def test_other_lists_hold_names_and_not_codes(self) -> None:
        assert DICTIONARY["medicines"].check(["sertraline"], None, where="x") == ("sertraline",)

    @pytest.mark.parametrize(("listed", "meant"), [("F42, F422", "F42.2"), ("f42", "F42")])
    def test_a_rule_with_a_slip_would_find_nobody_and_is_refused(self, listed: str, meant: str) -> None:
        with pytest.raises(InputRefused) as refused:
            check(parse(f"diagnoses in [{listed}]"), DICTIONARY)
        assert refused.value.where == "condition, line 1, column 1"
        assert refused.value.mend == f"write {meant}, if that is what is meant"

    def test_a_rule_with_codes_is_taken(self) -> None:
        check(parse("diagnoses in [F42, F42.2, T36.0X1A, Z3A.01]"), DICTIONARY)
