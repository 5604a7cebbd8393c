"""The answer depends on what is recorded and on nothing else, and `judge` alone says ready."""

from __future__ import annotations

import ast
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import charts
from charts import JUDGED_AT, SESSION, read
from examples import tried
from unloop.care.evaluation import NotReady, Ready, judge
from unloop.protocol import Gate, bundled

PROTOCOL = bundled("ocd-ivket")
SOURCE = Path(__file__).parents[3] / "src" / "unloop"
GATES: tuple[Gate, ...] = ("evaluation", "start", "discharge")
CHARTS = {
    "evaluation": charts.document(),
    "start": charts.ready_to_start(),
    "discharge": charts.ready_to_leave(),
}


def ask(gate: Gate, chart: charts.Document, at: datetime = JUDGED_AT) -> Ready | NotReady:
    return judge(gate, PROTOCOL, read(chart), at=at, session=None if gate == "evaluation" else SESSION)


def told(answer: Ready | NotReady) -> list[tuple[Any, ...]]:
    return [(one.rule, one.outcome, one.answer, one.words, one.missing) for one in answer.verdicts]


@pytest.mark.parametrize("gate", GATES)
def test_asked_twice_it_answers_the_same(gate: Gate) -> None:
    assert ask(gate, CHARTS[gate]) == ask(gate, CHARTS[gate])


@pytest.mark.parametrize("gate", GATES)
@tried(15)
@given(shuffler=st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(gate: Gate, shuffler: Any) -> None:
    facts = list(CHARTS[gate]["facts"])
    shuffler.shuffle(facts)
    assert told(ask(gate, {**CHARTS[gate], "facts": facts})) == told(ask(gate, CHARTS[gate]))


@pytest.mark.parametrize("gate", GATES)
@tried(15)
@given(hours=st.integers(-12, 14), minutes=st.sampled_from([0, 30, 45]))
def test_the_offset_in_which_an_instant_is_written_does_not_matter(
    gate: Gate, hours: int, minutes: int
) -> None:
    zone = timezone(timedelta(hours=hours, minutes=minutes if hours < 14 else 0))
    facts = [
        {**fact, "at": datetime.fromisoformat(fact["at"]).astimezone(zone).isoformat()}
        for fact in CHARTS[gate]["facts"]
    ]
    # The day of birth turns at midnight where the question is asked, so the question stays where it was.
    assert told(ask(gate, {**CHARTS[gate], "facts": facts})) == told(ask(gate, CHARTS[gate]))


@pytest.mark.parametrize("gate", GATES)
def test_a_chart_written_to_a_file_and_read_again_is_judged_alike(gate: Gate) -> None:
    again = json.loads(json.dumps(CHARTS[gate], indent=1, sort_keys=True))
    assert told(ask(gate, again)) == told(ask(gate, CHARTS[gate]))


@pytest.mark.parametrize("gate", GATES)
def test_an_empty_chart_is_not_ready_and_says_what_is_missing(gate: Gate) -> None:
    answer = ask(gate, {"person": {}, "facts": []})
    assert isinstance(answer, NotReady)
    assert answer.missing
    assert len(set(answer.missing)) == len(answer.missing)


@pytest.mark.parametrize("gate", GATES)
def test_nothing_is_ready_when_everything_is_years_old(gate: Gate) -> None:
    assert isinstance(ask(gate, CHARTS[gate], JUDGED_AT + timedelta(days=3 * 365)), NotReady)


@pytest.mark.parametrize("gate", GATES)
def test_what_was_recorded_later_is_not_seen(gate: Gate) -> None:
    assert isinstance(ask(gate, CHARTS[gate], JUDGED_AT - timedelta(days=3 * 365)), NotReady)


def builders_of_ready() -> set[str]:
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", None)
            if name == "Ready":
                found.add(path.relative_to(SOURCE).as_posix())
    return found


def test_judge_alone_says_ready() -> None:
    assert builders_of_ready() == {"care/evaluation/judging.py"}
