"""Every rule can be said to a person: no operator, no code name, and a unit at every number that has one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY, FactDefinition, FactType
from unloop.protocol import bundled
from unloop.rules import LEVELS, amount, check, codes, parse, say, say_each


def said(text: str) -> str:
    return say(parse(text), DICTIONARY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("psychosis_now", "psychosis now: yes"),
        ("not psychosis_now", "psychosis now: no"),
        ("sbp >= 180", "systolic blood pressure is at least 180 mmHg"),
        ("sbp > 180", "systolic blood pressure is over 180 mmHg"),
        ("sbp <= 90", "systolic blood pressure is at most 90 mmHg"),
        ("sbp < 90", "systolic blood pressure is under 90 mmHg"),
        ("sbp == 90", "systolic blood pressure is 90 mmHg"),
        ("sbp != 90", "systolic blood pressure is not 90 mmHg"),
        ("age >= 18", "age is at least 18 years"),
        ("spo2 < 94", "oxygen saturation is under 94%"),
        ("hr > 120", "heart rate is over 120 a minute"),
        ("bmi >= 40", "body mass index is at least 40 kg/m²"),
        ("ybocs >= 24", "Y-BOCS, clinician rated is at least 24"),
        ("alt_over_limit > 3", "ALT as a multiple of the upper limit is over 3 times"),
        ("platelets < 100", "platelets is under 100 10³/µL"),
        ("egfr < 30", "estimated filtration rate of the kidneys is under 30 mL/min per 1.73 m²"),
        ("haemoglobin < 8.5", "haemoglobin is under 8.5 g/dL"),
        ("ecg == limiting", "12-lead ECG, as read by a physician is limiting"),
        ("ecg != abnormal-not-limiting", "12-lead ECG, as read by a physician is not abnormal not limiting"),
        ("child_pugh in [b, c]", "Child-Pugh class of liver disease is b or c"),
        ("insight in [good]", "insight into the obsessions is good"),
        ("suicide_risk in [none, low, moderate]", "suicide risk by the C-SSRS screener is none, low or moderate"),
        ("medicines in [phenelzine]", "medicines taken now include phenelzine"),
        ("known(weight)", "body weight is known"),
        ("not known(weight)", "not (body weight is known)"),
        ("not sbp >= 180", "not (systolic blood pressure is at least 180 mmHg)"),
        ("age_of(ecg) <= P12M", "12-lead ECG, as read by a physician is at most 1 year old"),
        ("age_of(ecg) < P6M", "12-lead ECG, as read by a physician is newer than 6 months"),
        ("age_of(weight) >= P7D", "body weight is at least 7 days old"),
        ("age_of(weight) > P7D", "body weight is older than 7 days"),
        ("delta(sbp) >= 40", "the change of systolic blood pressure from baseline is at least 40 mmHg"),
        ("pct(ybocs) <= -35", "the fall of Y-BOCS, clinician rated from baseline is at least 35%"),
        ("pct(ybocs) < -35", "the fall of Y-BOCS, clinician rated from baseline is over 35%"),
        ("pct(ybocs) > -25", "the fall of Y-BOCS, clinician rated from baseline is under 25%"),
        ("pct(ybocs) >= -25", "the fall of Y-BOCS, clinician rated from baseline is at most 25%"),
        ("delta(ybocs) <= -4.9", "the fall of Y-BOCS, clinician rated from baseline is at least 4.9"),
        ("pct(ybocs) > 25", "the change of Y-BOCS, clinician rated from baseline is over 25%"),
        ("count_prompts(red) >= 1", "the number of red prompts is at least 1"),
        ("count_prompts(orange, same) >= 2", "the number of orange prompts of one kind is at least 2"),
        ("sustained(hr > 120, PT5M)", "heart rate is over 120 a minute for at least 5 minutes"),
        (
            "repeat(vomiting, 3, PT10M)",
            "vomiting: yes in 3 readings in a row, at least 10 minutes apart",
        ),
        (
            "repeat(sbp >= 180 or dbp >= 110, 2, PT5M)",
            ("(systolic blood pressure is at least 180 mmHg or diastolic blood pressure is at least 110 mmHg) "
             "in 2 readings in a row, at least 5 minutes apart"),
        ),
    ],
)  # fmt: skip
def test_every_form_is_said_in_plain_words(text: str, words: str) -> None:
    check(parse(text), DICTIONARY)
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("psychosis_now or mania_now and cystitis",
         "psychosis now: yes or (mania now: yes and bladder pain, urgency or blood in urine: yes)"),
        ("(psychosis_now or mania_now) and not vomiting",
         "(psychosis now: yes or mania now: yes) and vomiting: no"),
        ("not (psychosis_now or mania_now)", "not (psychosis now: yes or mania now: yes)"),
        ("not not psychosis_now", "not (psychosis now: no)"),
    ],
)  # fmt: skip
def test_brackets_keep_what_belongs_together(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (180.0, "mm[Hg]", "180 mmHg"),
        (0.5, "mg", "0.5 mg"),
        (1234567.0, "U/L", "1234567 U/L"),
        (179.999, "mm[Hg]", "179.999 mmHg"),
        (0.00001, "mg", "0.00001 mg"),
        (-35.0, "%", "-35%"),
        (12.0, "{score}", "12"),
        (12.0, "", "12"),
        (3.0, "{xULN}", "3 times"),
    ],
)
def test_an_amount_is_written_out_with_its_unit(value: float, unit: str, shown: str) -> None:
    """A limit that is rounded or written with an exponent is another limit."""
    assert amount(value, unit) == shown


@pytest.mark.parametrize("unit", sorted({one.unit for one in DICTIONARY.values() if one.unit}))
def test_every_unit_of_the_dictionary_is_shown_without_the_marks_of_ucum(unit: str) -> None:
    shown = amount(7.0, unit)
    assert not set("{}[]*") & set(shown)
    assert shown == "7" if unit in {"{score}", "{count}"} else shown != "7"


# --- Any rule --------------------------------------------------------------------------------------------

SESSION = [one for one in DICTIONARY.values() if one.in_session and one.type is FactType.NUMBER]


def about(one: FactDefinition) -> list[str]:
    """Every form that may be written about a fact."""
    code = one.code
    forms = [f"known({code})", f"age_of({code}) <= P7D", f"age_of({code}) > PT1H"]
    match one.type:
        case FactType.BOOL:
            return [code, f"not {code}", *forms]
        case FactType.NUMBER:
            limit = 7 if one.low is None else one.low
            compared = [f"{code} {operator} {limit:g}" for operator in ("<", "<=", ">", ">=", "==", "!=")]
            return [*compared, f"delta({code}) >= 5", f"pct({code}) <= -35", *forms]
        case FactType.ENUM:
            return [
                f"{code} == {one.values[0]}",
                f"{code} != {one.values[-1]}",
                f"{code} in [{', '.join(one.values)}]",
                *forms,
            ]
        case FactType.SET:
            return [f"{code} in [one, another]", *forms]
        case FactType.RECORDS:
            return forms


def assert_plain(text: str) -> None:
    words = said(text)
    assert not re.search(r"==|!=|<|>|_|\[|\]|\{|\}|\bP\d|\bPT\d|\bpct\b|\bdelta\b", words), words
    assert words.count("(") == words.count(")")
    for code in codes(parse(text)):
        assert DICTIONARY[code].label in words


@pytest.mark.parametrize("one", [pytest.param(one, id=code) for code, one in DICTIONARY.items()])
def test_no_fact_is_said_by_its_code_or_with_an_operator(one: FactDefinition) -> None:
    for text in about(one):
        assert_plain(text)


leaves = st.sampled_from([text for one in DICTIONARY.values() for text in about(one)])
rows = st.sampled_from(
    [f"sustained({one.code} > 50, PT5M)" for one in SESSION]
    + [f"repeat({one.code} > 50, 2, PT5M)" for one in SESSION]
)
counts = st.sampled_from(
    [f"count_prompts({level}{same}) >= 2" for level in LEVELS for same in ("", ", same")]
)
trees = st.recursive(
    leaves | rows | counts,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' and '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' or '.join(parts)})"),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("psychosis_now or mania_now", ("psychosis now", "mania now")),
        ("cystitis or (alt_over_limit > 3 or mania_now and escort)",
         ("bladder pain, urgency or blood in urine", "ALT as a multiple of the upper limit is over 3 times",
          "mania now: yes and adult to take the person home: yes")),
        ("not escort or spo2 < 90", ("adult to take the person home: no", "oxygen saturation is under 90%")),
        ("spo2 < 90", ("oxygen saturation is under 90%",)),
    ],
)  # fmt: skip
def test_what_is_enough_by_itself_is_said_by_itself(text: str, phrases: tuple[str, ...]) -> None:
    assert say_each(parse(text), DICTIONARY) == phrases


@given(trees)
def test_no_rule_is_said_by_a_code_or_with_an_operator(text: str) -> None:
    assert_plain(text)


def test_every_rule_of_the_bundled_protocol_is_said_plainly() -> None:
    said_ = [say(written.condition, DICTIONARY) for _, written in bundled("ocd-ivket").document.conditions()]
    assert len(said_) > 50
    assert [words for words in said_ if re.search(r"==|!=|<|>|_|\{|\}", words)] == []
