"""Every number in a gate's rules: a person just inside and one just outside, and a verdict that tells them apart."""

from __future__ import annotations

import pytest

import charts
from charts import JUDGED_AT, SESSION, read
from unloop.care.evaluation import Outcome, judge
from unloop.facts import DICTIONARY, FactType
from unloop.protocol import Gate, GateRule, Protocol, bundled, load
from unloop.rules import walk
from unloop.rules.tree import Comparison, Value

PROTOCOL = bundled("ocd-ivket")
DOCUMENT = PROTOCOL.document
RULES: list[tuple[Gate, GateRule]] = [
    *(("evaluation", rule) for rule in DOCUMENT.gate if "evaluation" in rule.at),
    *(("start", rule) for rule in DOCUMENT.sameday),
    *(("discharge", rule) for rule in DOCUMENT.discharge.require),
]


def ready(gate: Gate) -> charts.Document:
    return charts.ready_to_leave() if gate == "discharge" else charts.ready_to_start()


def recorded_numbers() -> list[tuple[Gate, GateRule, Comparison]]:
    """The comparisons of a recorded number with a limit, where that comparison alone decides the rule."""
    found = []
    for gate, rule in RULES:
        held = set(charts.codes(ready(gate)))
        for part in walk(rule.when.condition):
            if not isinstance(part, Comparison) or not isinstance(part.term, Value):
                continue
            code = part.term.code
            if DICTIONARY[code].type is FactType.NUMBER and not DICTIONARY[code].derived and code in held:
                found.append((gate, rule, part))
    return found


CASES = recorded_numbers()
NAMES = [f"{rule.id} {part.term.code} {part.operator} {part.operand}" for _, rule, part in CASES]


def outcome(gate: Gate, rule: str, chart: charts.Document, *, protocol: Protocol = PROTOCOL) -> Outcome:
    answer = judge(gate, protocol, read(chart), at=JUDGED_AT, session=SESSION)
    return next(verdict.outcome for verdict in answer.verdicts if verdict.rule == rule)


def person(gate: Gate, rule: str, part: Comparison, value: float) -> charts.Document:
    """A ready person with this one value; a man where the lower limit for women would answer before."""
    chart = charts.with_value(ready(gate), part.term.code, value)
    if (rule, part.term.code, part.operand) == ("REL-08", "auditc", 4.0):
        return {**chart, "person": {**chart["person"], "sex": "male"}}
    return chart


def around(part: Comparison) -> tuple[float, float]:
    """The last value for which the comparison is false and the first for which it is true."""
    limit, step = float(part.operand), 1.0
    match part.operator:
        case ">=":
            return limit - step, limit
        case ">":
            return limit, limit + step
        case "<":
            return limit, limit - step
        case _:
            return limit + step, limit


def moved(rule: GateRule, part: Comparison) -> Protocol:
    """The protocol with this one limit moved by one, so that the first value for which it was true is no more."""
    limit = float(part.operand)
    other = limit + 1 if part.operator in {">=", ">", "=="} else limit - 1
    start = f"{part.term.code} {part.operator} "
    when = rule.when.text.replace(f"{start}{limit:g}", f"{start}{other:g}", 1)
    assert when != rule.when.text
    place = PROTOCOL.text.index(f'id = "{rule.id}"')
    text = PROTOCOL.text[:place] + PROTOCOL.text[place:].replace(rule.when.text, when, 1)
    return load(text.replace('version = "1.1.0"', 'version = "9.9.9"', 1).encode())


@pytest.mark.parametrize(("gate", "rule", "part"), CASES, ids=NAMES)
def test_the_verdict_turns_exactly_at_the_limit(gate: Gate, rule: GateRule, part: Comparison) -> None:
    found = [outcome(gate, rule.id, person(gate, rule.id, part, value)) for value in around(part)]
    passing = [Outcome.EXCLUDES, Outcome.PASSES]
    assert found == (passing if rule.kind == "require" else passing[::-1])


@pytest.mark.parametrize(("gate", "rule", "part"), CASES, ids=NAMES)
def test_moving_a_limit_by_one_changes_the_verdict_of_whoever_stands_at_it(
    gate: Gate, rule: GateRule, part: Comparison
) -> None:
    someone = person(gate, rule.id, part, around(part)[1])
    before = outcome(gate, rule.id, someone)
    assert outcome(gate, rule.id, someone, protocol=moved(rule, part)) is not before


@pytest.mark.parametrize(
    ("rule", "born", "expected"),
    [
        ("ELG-01", "2008-11-16", Outcome.PASSES), ("ELG-01", "2008-11-17", Outcome.EXCLUDES),
        ("REL-02", "1955-11-17", Outcome.PASSES), ("REL-02", "1955-11-16", Outcome.EXCLUDES),
    ],
)  # fmt: skip
def test_an_age_counts_from_the_birthday_itself(rule: str, born: str, expected: Outcome) -> None:
    chart = {**charts.document(), "person": {"birth_date": born, "sex": "female"}}
    assert outcome("evaluation", rule, chart) is expected


@pytest.mark.parametrize(("minutes", "expected"), [(-60, Outcome.PASSES), (-59, Outcome.EXCLUDES)])
def test_an_hour_since_the_end_is_sixty_minutes(minutes: int, expected: Outcome) -> None:
    chart = charts.without(charts.ready_to_leave(), "infusion_ended")
    ended = charts.entry("infusion_ended", True, minutes=minutes, session=SESSION, phase="recovery")
    assert outcome("discharge", "DIS-01", charts.plus(chart, ended)) is expected
