"""docs/rules.md says what the engine does: every row of every table is judged."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from unloop.facts import BASIC, DICTIONARY, Chart, Fact, Infusion, Person, Phase, Value, View
from unloop.quantity import Duration, InputRefused
from unloop.rules import Context, RaisedPrompt, check, evaluate, parse, say

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def rows(name: str) -> list[list[str]]:
    """The cells of the table under `<!-- table: name -->`, without its head."""
    _, _, after = PAGE.partition(f"<!-- table: {name} -->\n")
    lines = after.partition("\n\n")[0].splitlines()
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines[2:]]
    assert cells, f"docs/rules.md has no table {name}"
    return cells


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [pytest.param(row, id=" · ".join(row[:-1])) for row in rows(name)])


def fact(code: str, value: Value, at: datetime, **fields: object) -> Fact:
    fields.setdefault("id", f"{code}@{at.isoformat()}#{value}")
    return Fact(**{"code": code, "value": value, "at": at, "recorded_at": at, **fields})


def reading(code: str, value: Value, at: datetime, phase: Phase = Phase.INFUSION) -> Fact:
    return fact(code, value, at, session="S1", phase=phase)


def judged(
    condition: str,
    facts: list[Fact],
    *,
    at: datetime = NOW,
    own: tuple[Infusion, ...] | None = None,
    prompts: tuple[RaisedPrompt, ...] | None = (),
) -> str:
    tree = parse(condition)
    check(tree, DICTIONARY)
    view = View(
        chart=Chart(Person(), tuple(facts), own), now=at, known_at=at, dictionary=DICTIONARY,
        derivations=BASIC, session="S1",
    )  # fmt: skip
    return str(evaluate(tree, Context(view, prompts)).answer)


# --- Logic -----------------------------------------------------------------------------------------------

ANSWERS = ("true", "unknown", "false")


def flag(code: str, answer: str) -> list[Fact]:
    return [] if answer == "unknown" else [fact(code, answer == "true", NOW)]


@of("logic")
def test_the_truth_table_of_and_and_or(row: list[str]) -> None:
    a, b, both, either = row
    facts = [*flag("psychosis_now", a), *flag("mania_now", b)]
    assert judged("psychosis_now and mania_now", facts) == both
    assert judged("psychosis_now or mania_now", facts) == either


@of("negation")
def test_the_truth_table_of_not(row: list[str]) -> None:
    a, opposite = row
    assert judged("not psychosis_now", flag("psychosis_now", a)) == opposite


def test_the_truth_tables_are_whole() -> None:
    assert sorted(tuple(row[:2]) for row in rows("logic")) == sorted((a, b) for a in ANSWERS for b in ANSWERS)
    assert sorted(row[0] for row in rows("negation")) == sorted(ANSWERS)


# --- Lists, ages, changes --------------------------------------------------------------------------------


@of("lists")
def test_the_table_of_lists(row: list[str]) -> None:
    condition, listed, stated, answer = row
    facts = []
    if listed != "no list":
        names = () if listed == "nothing" else tuple(listed.split(", "))
        facts.append(fact("medicines", names, NOW - DAY))
    if stated.startswith("yes"):
        before = timedelta(seconds=1) if "before" in stated else timedelta(0)
        facts.append(fact("medicines_complete", value=True, at=NOW - DAY - before))
    assert judged(condition, facts) == answer


@of("ages")
def test_the_table_of_ages(row: list[str]) -> None:
    condition, age, answer = row
    facts = [] if age == "never recorded" else [fact("weight", 70.0, Duration.parse(age).before(NOW))]
    assert judged(condition, facts) == answer


@of("changes")
def test_the_table_of_changes(row: list[str]) -> None:
    condition, baseline, latest, answer = row
    code = re.search(r"\((\w+)\)", condition).group(1)
    before, _, infusions = baseline.partition(", ")
    numbers = {"baseline": before, "latest": latest}
    if DICTIONARY[code].in_session:
        facts = [
            reading(code, float(number), NOW - ago * MINUTE, phase)
            for (which, number), ago, phase in zip(
                numbers.items(), (20, 0), (Phase.BEFORE, Phase.INFUSION), strict=True
            )
            if number != "none"
        ]
        assert judged(condition, facts) == answer
        return
    facts = [
        fact(code, float(number), NOW - ago * DAY)
        for number, ago in ((before, 10), (latest, 0))
        if number != "none"
    ]
    own = {"": (Infusion(NOW - 9 * DAY, 35.0),), "no infusion yet": (), "infusions unknown": None}[infusions]
    assert judged(condition, facts, own=own) == answer


# --- Rows of readings ------------------------------------------------------------------------------------

HELD = {"yes": (130.0,), "no": (100.0,), "?": (130.0, 100.0)}


def readings(cell: str) -> list[Fact]:
    if cell == "none":
        return []
    pairs = [one.split() for one in cell.split(", ")]
    return [reading("hr", rate, NOW + int(minute) * MINUTE) for minute, word in pairs for rate in HELD[word]]


@of("sustained")
def test_the_truth_table_of_sustained(row: list[str]) -> None:
    condition, cell, minute, answer, _ = row
    assert judged(condition, readings(cell), at=NOW + int(minute) * MINUTE) == answer


@of("repeat")
def test_the_truth_table_of_repeat(row: list[str]) -> None:
    condition, cell, minute, answer, _ = row
    assert judged(condition, readings(cell), at=NOW + int(minute) * MINUTE) == answer


@pytest.mark.parametrize("table", ["sustained", "repeat"])
def test_the_truth_tables_of_rows_hold_spacing_gaps_no_history_unknown_and_false(table: str) -> None:
    cells = {row[1] for row in rows(table)}
    assert {"none", "0 yes, 15 yes", "0 yes, 16 yes", "0 yes, 5 ?, 10 yes", "0 yes, 5 no, 10 yes"} <= cells
    assert {row[3] for row in rows(table)} == set(ANSWERS)


def test_readings_ten_minutes_apart_can_fire_rules_that_say_five() -> None:
    """Read as "within five minutes", such a rule would be silent on a clock of ten."""
    every_ten = readings("0 yes, 10 yes, 20 yes")
    at = NOW + 20 * MINUTE
    assert judged("repeat(hr > 120, 2, PT5M)", every_ten, at=at) == "true"
    assert judged("sustained(hr > 120, PT5M)", every_ten, at=at) == "true"


# --- Prompts and words -----------------------------------------------------------------------------------


@of("prompts")
def test_the_table_of_prompts(row: list[str]) -> None:
    condition, raised, answer = row
    pairs = [] if raised in {"none", "no session"} else [one.split() for one in raised.split(", ")]
    prompts = None if raised == "no session" else tuple(RaisedPrompt(rule, level) for rule, level in pairs)
    assert judged(condition, [], prompts=prompts) == answer


@of("words")
def test_the_table_of_plain_words(row: list[str]) -> None:
    condition, words = row
    assert say(parse(condition), DICTIONARY) == words


# --- The rest of the page --------------------------------------------------------------------------------


def examples() -> list[str]:
    _, _, after = PAGE.partition("## What can be written\n")
    forms = after.partition("\n\n- ")[0].strip().splitlines()[2:]
    return [re.findall(r"`([^`]*)`", line)[-1] for line in forms]


@pytest.mark.parametrize("condition", examples())
def test_every_example_of_the_page_is_a_rule(condition: str) -> None:
    check(parse(condition), DICTIONARY)


def test_the_page_shows_every_form_of_the_language() -> None:
    forms = " ".join(examples())
    for word in ("not", "and", "or", "in [", "known(", "age_of(", "delta(", "pct(", "sustained(", "repeat("):
        assert word in forms
    assert "count_prompts(red)" in forms
    assert "count_prompts(orange, same)" in forms
    assert len(examples()) == 14


def test_the_refusal_on_the_page_is_the_one_that_is_given() -> None:
    shown = PAGE.split("```")[1]
    with pytest.raises(InputRefused) as refused:
        parse("escort or\n    or")
    assert " ".join(str(refused.value).split()) == " ".join(shown.split())
