"""What must hold at the gates under every protocol that ships, whatever its rules are.

The laws that are tried with drawn charts stand in test_gates.py.
"""

from __future__ import annotations

import pytest

import charts
from charts import JUDGED_AT, SESSION, entry, read
from unloop.care.evaluation import NotReady, Outcome, Ready, judge
from unloop.facts import DICTIONARY, FactType
from unloop.protocol import Gate, bundled, bundled_ids
from unloop.rules import codes

GATES: tuple[Gate, ...] = ("evaluation", "start", "discharge")
every_protocol = pytest.mark.parametrize("id_", bundled_ids())


def ready(gate: Gate) -> charts.Document:
    """Somebody whose every answer is in; with a reading of the heart, for a protocol that wants one of everybody."""
    if gate == "discharge":
        return charts.ready_to_leave()
    chart = charts.with_value(charts.ready_to_start(), "cardiovascular_risk", True)
    return charts.plus(chart, entry("ecg", "normal"))


def ask(id_: str, gate: Gate, chart: charts.Document) -> Ready | NotReady:
    return judge(gate, bundled(id_), read(chart), at=JUDGED_AT, session=SESSION)


@every_protocol
@pytest.mark.parametrize("gate", GATES)
def test_the_person_of_these_tests_is_ready(id_: str, gate: Gate) -> None:
    """Else the laws below would hold for want of anybody whom they could keep out."""
    assert isinstance(ask(id_, gate, ready(gate)), Ready)


def outcome(answer: Ready | NotReady, rule: str) -> Outcome:
    return next(verdict.outcome for verdict in answer.verdicts if verdict.rule == rule)


def other_answers(code: str, value: object) -> list[object]:
    """What could have been answered instead: every other choice, the ends of a range, an empty list."""
    definition = DICTIONARY[code]
    match definition.type:
        case FactType.BOOL:
            return [not value]
        case FactType.NUMBER:
            return [one for one in (definition.low, definition.high) if one != value]
        case FactType.ENUM:
            return [one for one in definition.values if one != value]
        case _:
            return [[]]


@every_protocol
@pytest.mark.parametrize("gate", ["start", "discharge"])
def test_silence_shuts_a_gate_wherever_another_answer_would(id_: str, gate: Gate) -> None:
    """The start asks all that the evaluation asks. Where the answer depends on a code, nobody is ready without it."""
    chart = ready(gate)
    said = {fact["code"]: fact["value"] for fact in chart["facts"]}
    depended = [
        code
        for code, value in said.items()
        if any(
            isinstance(ask(id_, gate, charts.with_value(chart, code, other)), NotReady)
            for other in other_answers(code, value)
        )
    ]
    assert len(depended) >= len(said) / 2
    assert [c for c in depended if isinstance(ask(id_, gate, charts.without(chart, c)), Ready)] == []


@every_protocol
def test_an_item_that_applies_is_missing_without_any_of_its_facts(id_: str) -> None:
    for item in bundled(id_).document.evaluation:
        for code in item.facts:
            less = charts.without(ready("evaluation"), *DICTIONARY[code].inputs, code)
            answer = ask(id_, "evaluation", less)
            assert isinstance(answer, NotReady), (item.id, code)
            assert not outcome(answer, item.id).opens, (item.id, code)


@every_protocol
def test_an_item_of_which_nobody_knows_whether_it_applies_is_asked_for(id_: str) -> None:
    conditional = [item for item in bundled(id_).document.evaluation if item.applies is not None]
    assert conditional
    for item in conditional:
        unknown = charts.without(ready("evaluation"), *codes(item.applies.condition), *item.facts)
        nobody = {**unknown, "person": {"sex": "female"}}
        assert not outcome(ask(id_, "evaluation", nobody), item.id).opens, item.id
