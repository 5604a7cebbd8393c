"""Rules that make no sense are refused before they are judged; `known()` is found where absence could open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.facts import BASIC, DICTIONARY, Chart, Fact, Person, View
from unloop.quantity import InputRefused
from unloop.rules import Context, Truth, check, codes, evaluate, known_under_negation, parse

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def refusal(text: str) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        check(parse(text), DICTIONARY, where="ELG-02.when")
    return refused.value


# --- Types -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "psychosis_now",
        "not psychosis_now and not mania_now",
        "sbp >= 180",
        "sbp == 180 or sbp != 120",
        "age >= 18 and age <= 70",
        "bmi < 40.5",
        "ecg == limiting",
        "ecg != normal",
        "ecg in [normal, abnormal-not-limiting]",
        "child_pugh in [b, c]",
        "diagnoses in [F42, F42.2]",
        "medicines in [phenelzine, selegiline]",
        "known(medicines) and known(bmi) and known(sbp)",
        "age_of(weight) <= P7D",
        "age_of(medicines) <= P1D",
        "delta(sbp) >= 40 and pct(ybocs) <= -35",
        "count_prompts(red) >= 1 and count_prompts(orange, same) == 2",
        "sustained(hr > 120 and not vomiting, PT5M)",
        "repeat(delta(sbp) >= 40 or rass >= 2, 2, PT5M)",
        "repeat(known(sbp) and sbp > 180, 2, PT5M)",
        "rass >= -5 and rass <= 4",
    ],
)
def test_a_rule_that_compares_like_with_like_is_taken(text: str) -> None:
    check(parse(text), DICTIONARY)


@pytest.mark.parametrize(
    ("text", "place", "given_", "allowed", "mend"),
    [
        pytest.param(
            "psychosis_noww", "column 1", "psychosis_noww", "a code of", "did you mean psychosis_now", id="slip"
        ),
        pytest.param("known(quux)", "column 1", "quux", "a code of", "see docs/facts.md", id="known of none"),
        pytest.param("sbp", "column 1", "sbp (number)", "bool", "compare it with a value", id="bare number"),
        pytest.param("ecg", "column 1", "ecg (enum)", "bool", "compare it", id="bare choice"),
        pytest.param("medicines", "column 1", "medicines (set)", "bool", "compare it", id="bare list"),
        pytest.param(
            "psychosis_now == 1", "column 1", "psychosis_now (bool)", "number or enum",
            "write the fact alone, or not before it", id="yes or no as a number",
        ),
        pytest.param(
            "psychosis_now == true", "column 1", "psychosis_now (bool)", "number or enum", "write the fact alone",
            id="yes or no compared",
        ),
        pytest.param(
            "medicines == phenelzine", "column 1", "medicines (set)", "number or enum", "write", id="list equals"
        ),
        pytest.param("sbp == high", "column 1", "high", "a number in mm[Hg]", "like with like", id="word"),
        pytest.param("sbp > P1D", "column 1", "P1D", "a number in mm[Hg]", "like with like", id="duration"),
        pytest.param("ecg == 3", "column 1", "3.0", "normal, abnormal", "like with like", id="choice as number"),
        pytest.param("ecg == fine", "column 1", "fine", "normal, abnormal", "choose values", id="no such choice"),
        pytest.param("ecg > normal", "column 1", ">", "== or !=", "ecg is a choice", id="order of choices"),
        pytest.param("ecg in [normal, fine]", "column 1", "fine", "normal,", "ecg has", id="one choice is none"),
        pytest.param("sbp in [high]", "column 1", "sbp (number)", "enum or set", "comparison", id="number in"),
        pytest.param("plan in [x]", "column 1", "plan (records)", "enum or set", "comparison", id="records in"),
        pytest.param("age_of(ecg) <= 12", "column 1", "12.0", "a duration", "like with like", id="bare age"),
        pytest.param("age_of(ecg) == P12M", "column 1", "==", "<, <=, >, >=", "by order", id="age equals"),
        pytest.param("delta(ecg) > 1", "column 1", "ecg (enum)", "number", "use a number", id="change of a choice"),
        pytest.param("pct(psychosis_now) > 1", "column 1", "psychosis_now", "number", "number", id="percent of yes"),
        pytest.param("delta(sbp) > P1D", "column 1", "P1D", "a number", "like with like", id="change in days"),
        pytest.param("count_prompts(blue) > 1", "column 1", "blue", "yellow, orange, red", "level", id="level"),
        pytest.param("count_prompts(red) > many", "column 1", "many", "a number of prompts", "like", id="many"),
        pytest.param("sbp >= 1800", "column 1", "1800", "40 to 300 mm[Hg]", "decimal point", id="never fires"),
        pytest.param("sbp < 39.9", "column 1", "39.9", "40 to 300 mm[Hg]", "limit", id="below all"),
        pytest.param("rass <= -6", "column 1", "-6", "-5 to 4", "limit", id="beyond a scale"),
        pytest.param(
            "sustained(weight > 100, PT5M)", "column 1", "weight", "readings of one session",
            "use sustained() and repeat() over session facts only", id="row of the course",
        ),
        pytest.param("repeat(bmi > 30, 2, PT5M)", "column 1", "bmi", "readings of", "session", id="row of derived"),
        pytest.param("repeat(minutes_since_end > 3, 2, PT5M)", "column 1", "minutes_since_end", "readings", "", id="row of time"),
        pytest.param("repeat(known(ecg), 2, PT5M)", "column 1", "ecg", "readings of", "session", id="row of known"),
        pytest.param(
            "repeat(sustained(hr > 120, PT5M), 2, PT5M)", "column 1", "one row inside another", "readings", "session",
            id="row of rows",
        ),
        pytest.param(
            "repeat(count_prompts(red) > 1, 2, PT5M)", "column 1", "an age or a count", "readings", "session",
            id="row of prompts",
        ),
        pytest.param(
            "sustained(age_of(sbp) > PT5M, PT5M)", "column 1", "an age or a count", "readings", "session",
            id="row of ages",
        ),
    ],
)  # fmt: skip
def test_a_rule_without_sense_is_refused(text: str, place: str, given_: str, allowed: str, mend: str) -> None:
    refused = refusal(text)
    assert refused.where == f"ELG-02.when, line 1, {place}"
    assert refused.given.startswith(given_)
    assert refused.allowed.startswith(allowed)
    assert mend in refused.mend


def test_a_fault_deep_inside_is_refused_at_its_own_place() -> None:
    assert refusal("escort and\n  (sbp >= 180 or\n   not ecg)").where == "ELG-02.when, line 3, column 8"
    assert refusal("escort or\n repeat(sbp > high, 2, PT5M)").where == "ELG-02.when, line 2, column 9"


def test_of_several_faults_the_first_one_is_refused() -> None:
    assert refusal("quux or sbp").given == "quux"


# --- known() where absence could open --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "for_true", "for_false"),
    [
        ("known(weight)", [], ["weight"]),
        ("not known(weight)", ["weight"], []),
        ("not not known(weight)", [], ["weight"]),
        ("psychosis_now", [], []),
        ("not psychosis_now", [], []),
        ("known(weight) and known(height)", [], ["weight", "height"]),
        ("known(weight) or not known(height)", ["height"], ["weight"]),
        ("not (known(weight) and not known(height))", ["weight"], ["height"]),
        ("not (known(weight) and psychosis_now)", ["weight"], []),
        ("sbp > 180 and age_of(weight) <= P7D and ecg in [normal]", [], []),
        ("sustained(known(sbp), PT5M)", ["sbp"], ["sbp"]),
        ("not repeat(not known(sbp), 2, PT5M)", ["sbp"], ["sbp"]),
        ("count_prompts(red) > 1 or not known(sbp)", ["sbp"], []),
    ],
)
def test_known_is_found_where_its_being_false_could_open(
    text: str, for_true: list[str], for_false: list[str]
) -> None:
    """A requirement opens on true, an exclusion opens on false."""
    tree = parse(text)
    assert [one.code for one in known_under_negation(tree)] == for_true
    assert [one.code for one in known_under_negation(tree, negative=True)] == for_false


FLAGS = ("psychosis_now", "mania_now", "cystitis", "breastfeeding")
leaves = st.sampled_from([*FLAGS, *(f"known({code})" for code in FLAGS)])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda both: f"({' '.join(both)})"),
    ),
    max_leaves=4,
)


def charts(names: tuple[str, ...]) -> Iterator[dict[str, bool]]:
    for answers in product((None, True, False), repeat=len(names)):
        yield {code: answer for code, answer in zip(names, answers, strict=True) if answer is not None}


def answers(text: str) -> dict[frozenset[tuple[str, bool]], Truth]:
    """The answer over every chart of the codes inside."""
    condition = parse(text)
    found = {}
    for values in charts(codes(condition)):
        facts = tuple(Fact(code, code, value, NOW, NOW) for code, value in values.items())
        view = View(Chart(Person(), facts), NOW, NOW, DICTIONARY, BASIC)
        found[frozenset(values.items())] = evaluate(condition, Context(view)).answer
    return found


def opened_by_removal(every: dict[frozenset[tuple[str, bool]], Truth], opens: Truth) -> set[str]:
    """The codes whose removal turns some chart that does not open into one that does, tried on every chart."""
    return {
        entry[0]
        for values, answer in every.items()
        for entry in values
        if answer is not opens and every[values - {entry}] is opens
    }


@tried(40)
@given(trees)
def test_what_removal_can_open_is_always_found(text: str) -> None:
    every = answers(text)
    for opens, negative in ((Truth.TRUE, False), (Truth.FALSE, True)):
        found = {one.code for one in known_under_negation(parse(text), negative=negative)}
        assert opened_by_removal(every, opens) <= found


@tried(60)
@given(st.lists(st.booleans(), min_size=9, max_size=9))
def test_where_no_fact_is_named_twice_nothing_harmless_is_found(coins: list[bool]) -> None:
    """With each fact once, every part can be made to decide, so the finder is exact."""
    coin = iter(coins)
    text = ""
    for name in FLAGS[:3]:
        leaf = f"known({name})" if next(coin) else name
        leaf = f"not {leaf}" if next(coin) else leaf
        text = leaf if not text else f"({text} {'and' if next(coin) else 'or'} {leaf})"
    every = answers(text)
    for opens, negative in ((Truth.TRUE, False), (Truth.FALSE, True)):
        found = {one.code for one in known_under_negation(parse(text), negative=negative)}
        assert opened_by_removal(every, opens) == found
