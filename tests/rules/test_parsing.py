"""From text to tree: how tightly things bind, where a slip stands, and that nothing else comes out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY
from unloop.quantity import Duration, InputRefused
from unloop.rules import Condition, check, codes, parse, say, walk
from unloop.rules.parsing import MAX_LENGTH, MAX_LEVELS
from unloop.rules.tree import (
    AgeOf,
    Comparison,
    Conjunction,
    Delta,
    Disjunction,
    Flag,
    IsKnown,
    Membership,
    Negation,
    Percent,
    Place,
    PromptCount,
    Repeated,
    Sustained,
    Value,
)


def shape(condition: Condition) -> object:
    """The tree without its places, as nested tuples."""
    match condition:
        case Flag(code=code):
            return code
        case Negation(condition=inner):
            return ("not", shape(inner))
        case Conjunction(conditions=parts):
            return ("and", *map(shape, parts))
        case Disjunction(conditions=parts):
            return ("or", *map(shape, parts))
        case Comparison(term=Value(code=code), operator=operator, operand=operand):
            return (code, operator, operand)
        case _:
            return type(condition).__name__


def refusal(text: str, *, where: str = "condition") -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        parse(text, where=where)
    return refused.value


# --- Binding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", "a"),
        ("not a", ("not", "a")),
        ("not not a", ("not", ("not", "a"))),
        ("a and b", ("and", "a", "b")),
        ("a and b and c", ("and", "a", "b", "c")),
        ("a or b or c", ("or", "a", "b", "c")),
        ("a or b and c", ("or", "a", ("and", "b", "c"))),
        ("a and b or c", ("or", ("and", "a", "b"), "c")),
        ("(a or b) and c", ("and", ("or", "a", "b"), "c")),
        ("a and (b or c)", ("and", "a", ("or", "b", "c"))),
        ("not a and b", ("and", ("not", "a"), "b")),
        ("not (a and b)", ("not", ("and", "a", "b"))),
        ("not a or not b", ("or", ("not", "a"), ("not", "b"))),
        ("((a))", "a"),
        ("(a and b) and c", ("and", ("and", "a", "b"), "c")),
        ("not sbp >= 180", ("not", ("sbp", ">=", 180.0))),
        ("a and sbp >= 180 or b", ("or", ("and", "a", ("sbp", ">=", 180.0)), "b")),
    ],
)
def test_not_binds_tighter_than_and_which_binds_tighter_than_or(text: str, tree: object) -> None:
    assert shape(parse(text)) == tree


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize(
    ("written", "number"), [("180", 180.0), ("7.5", 7.5), ("-3", -3.0), ("-0.5", -0.5), ("0", 0.0)]
)
def test_every_operator_takes_every_number(operator: str, written: str, number: float) -> None:
    for text in (f"rass {operator} {written}", f"rass{operator}{written}"):
        comparison = parse(text)
        assert isinstance(comparison, Comparison)
        assert (comparison.operator, comparison.operand) == (operator, number)
        assert isinstance(comparison.operand, float)


START = Place(1, 1)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("ecg == limiting", Comparison(Value("ecg", START), "==", "limiting", START)),
        ("ecg != abnormal-not-limiting", Comparison(Value("ecg", START), "!=", "abnormal-not-limiting", START)),
        ("ecg in [normal]", Membership("ecg", ("normal",), START)),
        ("ecg in [normal, abnormal-not-limiting]", Membership("ecg", ("normal", "abnormal-not-limiting"), START)),
        ("diagnoses in [F42, F42.2,P07]", Membership("diagnoses", ("F42", "F42.2", "P07"), START)),
        ("known(weight)", IsKnown("weight", START)),
        ("age_of(weight) <= P7D", Comparison(AgeOf("weight", START), "<=", Duration.parse("P7D"), START)),
        ("age_of(ecg) <= P12M", Comparison(AgeOf("ecg", START), "<=", Duration(months=12), START)),
        ("delta(sbp) >= 40", Comparison(Delta("sbp", START), ">=", 40.0, START)),
        ("pct(ybocs) <= -35", Comparison(Percent("ybocs", START), "<=", -35.0, START)),
        ("count_prompts(red) >= 1", Comparison(PromptCount("red", same=False, place=START), ">=", 1.0, START)),
        ("count_prompts(red, same) >= 2", Comparison(PromptCount("red", same=True, place=START), ">=", 2.0, START)),
        ("sustained(hr, PT5M)", Sustained(Flag("hr", Place(1, 11)), Duration.parse("PT5M"), START)),
        ("repeat(hr, 2, PT5M)", Repeated(Flag("hr", Place(1, 8)), 2, Duration.parse("PT5M"), START)),
    ],
)  # fmt: skip
def test_every_form_has_its_node(text: str, tree: Condition) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "name",
    [
        "android",
        "order",
        "notes",
        "inside",
        "known_allergy",
        "delta_wave",
        "samey",
        "repeated",
        "age",
        "and_1",
    ],
)
def test_a_fact_may_begin_like_a_word_of_the_language(name: str) -> None:
    assert shape(parse(f"not {name} or {name}")) == ("or", ("not", name), name)


def test_a_choice_may_be_called_like_a_function() -> None:
    assert parse("ecg in [known, repeat, same]") == Membership("ecg", ("known", "repeat", "same"), START)


def test_spaces_tabs_and_line_breaks_mean_nothing() -> None:
    assert shape(parse(" sbp\n >=\t180\r\n and\n\n (a)")) == shape(parse("sbp>=180 and a"))


def test_places_are_counted_from_one_over_lines() -> None:
    tree = parse("a or\n  (b and\n   known(c))")
    places = {
        getattr(part, "code", type(part).__name__): (part.place.line, part.place.column)
        for part in walk(tree)
    }
    assert (places["a"], places["b"], places["c"]) == ((1, 1), (2, 4), (3, 4))


def test_codes_are_listed_once_in_order_of_appearance() -> None:
    tree = parse("sbp > 1 and (known(a) or pct(b) > 1) and not repeat(age_of(c) < P1D or sbp > 2, 2, PT1M)")
    assert codes(tree) == ("sbp", "a", "b", "c")
    assert codes(parse("count_prompts(red) >= 1")) == ()


# --- Slips -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "given_"),
    [
        pytest.param("", "line 1, column 1", "the end", id="nothing"),
        pytest.param("   ", "line 1, column 4", "the end", id="only spaces"),
        pytest.param("a and", "line 1, column 6", "the end", id="ends too soon"),
        pytest.param("a and\n", "line 2, column 1", "the end", id="ends too soon after a line break"),
        pytest.param("\n\na or\n  (b", "line 4, column 5", "the end", id="bracket left open"),
        pytest.param("a b", "line 1, column 3", "b", id="no word between"),
        pytest.param("a)", "line 1, column 2", ")", id="bracket too many"),
        pytest.param("sbp >= 180 or or b", "line 1, column 15", "or", id="or twice"),
        pytest.param("a and not", "line 1, column 10", "the end", id="not of nothing"),
        pytest.param("a\nand and b", "line 2, column 5", "and", id="and twice on line 2"),
        pytest.param("sbp >=\n  high and\n  dbp => 90", "line 3, column 7", "=> 90", id="operator the wrong way"),
        pytest.param("sbp = 180", "line 1, column 5", "= 180", id="one equals sign"),
        pytest.param("sbp ≥ 180", "line 1, column 5", "≥ 180", id="operator of a word processor"),
        pytest.param("sbp >= 180 & a", "line 1, column 12", "& a", id="ampersand"),
        pytest.param("SBP >= 180", "line 1, column 1", "SBP", id="capitals"),
        pytest.param("180 <= sbp", "line 1, column 1", "180", id="number first"),
        pytest.param("90 < sbp < 180", "line 1, column 1", "90", id="chain of comparisons"),
        pytest.param("sbp < 180 < 200", "line 1, column 11", "< 200", id="two comparisons"),
        pytest.param("sbp >= 1e5", "line 1, column 9", "e5", id="exponent"),
        pytest.param("sbp >= 1,5", "line 1, column 9", ",5", id="decimal comma"),
        pytest.param("sbp >= .5", "line 1, column 8", ".5", id="no zero before the point"),
        pytest.param("sbp >= 5.", "line 1, column 9", ".", id="nothing behind the point"),
        pytest.param("sbp >= 180 mmHg", "line 1, column 12", "mmHg", id="unit"),
        pytest.param("sbp >= dbp + 40", "line 1, column 12", "+ 40", id="arithmetic"),
        pytest.param("sbp >= '180'", "line 1, column 8", "'180'", id="quotes"),
        pytest.param("ecg in []", "line 1, column 9", "]", id="empty list"),
        pytest.param("ecg in [normal,]", "line 1, column 16", "]", id="comma behind"),
        pytest.param("ecg in normal", "line 1, column 8", "normal", id="list without brackets"),
        pytest.param("ecg in [1]", "line 1, column 9", "1", id="number in a list"),
        pytest.param("known()", "line 1, column 7", ")", id="known of nothing"),
        pytest.param("known(a, b)", "line 1, column 8", ", b)", id="known of two"),
        pytest.param("known(not a)", "line 1, column 7", "not", id="known of a condition"),
        pytest.param("age_of(a)", "line 1, column 10", "the end", id="age alone"),
        pytest.param("delta(a > 1) > 2", "line 1, column 9", "> 1) > 2", id="change of a condition"),
        pytest.param("sustained(a)", "line 1, column 12", ")", id="no duration"),
        pytest.param("sustained(a, 5)", "line 1, column 14", "5", id="duration without a unit"),
        pytest.param("repeat(a, 2)", "line 1, column 12", ")", id="no spacing"),
        pytest.param("repeat(a, 2.5, PT5M)", "line 1, column 11", "2.5", id="half a reading"),
        pytest.param("count_prompts() > 1", "line 1, column 15", ") > 1", id="no level"),
        pytest.param("count_prompts(red, different) > 1", "line 1, column 20", "different", id="not same"),
        pytest.param("__import__('os')", "line 1, column 1", "__import__", id="code"),
        pytest.param("a; drop", "line 1, column 2", "; drop", id="semicolon"),
        pytest.param("a # why", "line 1, column 3", "# why", id="comment"),
        pytest.param("a\u2028and b", "line 1, column 2", " and b", id="line separator of Unicode"),
        pytest.param("a\x00", "line 1, column 2", " ", id="null"),
        pytest.param("psychosé", "line 1, column 8", "é", id="accent"),
        pytest.param("\ufeffa", "line 1, column 1", " a", id="byte order mark"),
    ],
)  # fmt: skip
def test_a_slip_is_refused_with_line_and_column(text: str, place: str, given_: str) -> None:
    refused = refusal(text, where="STP-01.when")
    assert refused.where == f"STP-01.when, {place}"
    assert refused.given == given_
    assert "facts, numbers, durations" in refused.allowed
    assert "docs/rules.md" in refused.mend


@pytest.mark.parametrize(
    ("text", "where", "allowed"),
    [
        ("repeat(a, 1, PT5M)", "line 1, column 1", "2 to 20 readings"),
        ("a or\n  repeat(a, 21, PT5M)", "line 2, column 3", "2 to 20 readings"),
        (f"repeat(a, {'9' * 500}, PT5M)", "line 1, column 1", "2 to 20 readings"),
        ("sustained(a, P5)", "line 1, column 1", "an ISO 8601 duration"),
        ("a or\nage_of(a) <= P5X", "line 2, column 14", "an ISO 8601 duration"),
        ("age_of(a) <= P999Y", "line 1, column 14", "at most 200 years"),
        (f"a and sbp >= {'9' * 400}", "line 1, column 14", "a number"),
        (f"sbp >= -{'9' * 400}.5", "line 1, column 8", "a number"),
    ],
)
def test_a_number_or_duration_without_sense_is_refused_in_its_place(
    text: str, where: str, allowed: str
) -> None:
    refused = refusal(text, where="MON-03.when")
    assert refused.where == f"MON-03.when, {where}"
    assert refused.allowed.startswith(allowed)


# --- Hostile text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 10_000, id="ten thousand letters"),
        pytest.param("a or " * 2_000 + "a", id="ten thousand characters of or"),
        pytest.param(" " * 10_000, id="ten thousand spaces"),
        pytest.param("(" * 60 + "a" + ")" * 60, id="sixty brackets"),
        pytest.param("(" * 1_000, id="a thousand brackets"),
        pytest.param("not " * 60 + "a", id="sixty negations"),
        pytest.param("not\t" * 400 + "a", id="negations between tabs"),
        pytest.param("not\n" * 400 + "a", id="negations over lines"),
        pytest.param("not(" * 60 + "a" + ")" * 60, id="negations with brackets"),
        pytest.param("sustained(" * 60 + "a" + ", PT5M)" * 60, id="rows inside rows"),
    ],
)
def test_a_text_that_no_person_can_read_is_refused_before_it_is_parsed(text: str) -> None:
    refused = refusal(text, where="rule")
    assert refused.where == "rule"
    assert refused.allowed == f"at most {MAX_LENGTH} characters and {MAX_LEVELS} levels"
    assert len(str(refused)) < 300


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 50 + "a" + ")" * 50, id="fifty brackets"),
        pytest.param("not " * 50 + "a", id="fifty negations"),
        pytest.param("not (" * 50 + "a" + ")" * 50, id="fifty of both"),
        pytest.param("sustained(not " * 50 + "a" + ", PT5M)" * 50, id="fifty rows of negations"),
        pytest.param("a or b and " * 180 + "c", id="a long row of small words"),
    ],
)
def test_the_deepest_and_longest_rule_allowed_is_still_read(text: str) -> None:
    assert codes(parse(text))[0] == "a"


def outcome(text: str) -> Condition | InputRefused:
    try:
        condition = parse(text)
        check(condition, DICTIONARY)
    except InputRefused as refused:
        return refused
    return condition


@given(st.text(max_size=200))
def test_no_text_does_anything_but_become_a_rule_or_a_refusal(text: str) -> None:
    result = outcome(text)
    if isinstance(result, InputRefused):
        assert re.fullmatch(r"condition, line [1-9]\d*, column [1-9]\d*", result.where)


WORDS = [
    "and", "or", "not", "in", "known", "age_of", "sustained", "repeat", "delta", "pct", "count_prompts",
    "same", "(", ")", "[", "]", ",", "==", "!=", "<", "<=", ">", ">=", "180", "2", "-3", "0.5", "PT5M", "P7D",
    "P", "F42.2", "red", "sbp", "hr", "escort", "psychosis_now", "ecg", "normal", "medicines", "bmi",
    "as-expected", "\n", "\t", "é", "'", "$",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from([" ", "", "\n"]))
def test_no_heap_of_words_of_the_language_does_anything_else(words: list[str], between: str) -> None:
    result = outcome(between.join(words))
    if not isinstance(result, InputRefused):
        assert say(result, DICTIONARY)
