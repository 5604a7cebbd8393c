"""Each relative rule of the bundled protocol, signed over: the signature counts from then on, until an entry changes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import charts
from charts import JUDGED_AT, SESSION
from decision_table import Row, chart_of
from unloop.care.evaluation import Outcome, Verdict, judge
from unloop.facts import DICTIONARY
from unloop.protocol import bundled
from unloop.rules import codes

PROTOCOL = bundled("ocd-ivket")
TABLE = tomllib.loads((Path(__file__).parent / "decisions.toml").read_text("utf-8"))["conditions"]
RELATIVE = {
    rule.id: rule.override
    for rule in (*PROTOCOL.document.gate, *PROTOCOL.document.sameday)
    if rule.override is not None
}
AT_START = frozenset(rule.id for rule in PROTOCOL.document.sameday)
AGE_ALONE = "REL-02"


def standing_against() -> Iterator[tuple[str, Row]]:
    for rule in RELATIVE:
        yield from ((rule, row) for row in TABLE[rule]["true"])


ROWS = list(standing_against())
NAMES = [f"{rule} {row}"[:90] for rule, row in ROWS]


def signed_over(rule: str, row: Row) -> charts.Document:
    """The person of this row, with every signature that the rule asks for, set a minute after what was found."""
    override = RELATIVE[rule]
    records = [
        {"rule": rule, "signer": f"u{number}", "credential": credential, "reason": "discussed with the person",
         "written": "; ".join(override.needs), "signed_at": (JUDGED_AT + timedelta(minutes=1)).isoformat()}
        for number, credential in enumerate(override.signers)
    ]  # fmt: skip
    chart = chart_of(row, "start" if rule in AT_START else "evaluation")
    return charts.plus(chart, charts.entry("overrides", records, minutes=1))


def verdict(rule: str, chart: charts.Document, *, minutes: float) -> Verdict:
    gate, session = ("start", SESSION) if rule in AT_START else ("evaluation", None)
    at = JUDGED_AT + timedelta(minutes=minutes)
    answer = judge(gate, PROTOCOL, charts.read(chart), at=at, session=session)
    return next(one for one in answer.verdicts if one.rule == rule)


@pytest.mark.parametrize(("rule", "row"), ROWS, ids=NAMES)
def test_a_signature_counts_in_the_minutes_after_it_was_set(rule: str, row: Row) -> None:
    """Age, sex and the count of infusions are read anew each minute, which is no change of what was found."""
    chart = signed_over(rule, row)
    for minutes in (1, 1.001, 2, 10):
        assert verdict(rule, chart, minutes=minutes).outcome is Outcome.OVERRIDDEN


@pytest.mark.parametrize(("rule", "row"), ROWS, ids=NAMES)
def test_an_older_entry_that_counts_again_asks_for_a_new_signature(rule: str, row: Row) -> None:
    """The entry that was signed over is taken back; the one before it was written down before the signature."""
    chart = signed_over(rule, row)
    read = codes(PROTOCOL.rule(rule).when.condition)
    recorded = {one for code in read for one in (code, *DICTIONARY[code].inputs)} - {"infusion_given"}
    seen = {one["code"] for one in chart["facts"]} & recorded
    assert seen or rule == AGE_ALONE
    for code in seen:
        changed = _with_the_last_taken_back(chart, code)
        assert verdict(rule, changed, minutes=1.5).outcome is Outcome.OVERRIDDEN
        assert verdict(rule, changed, minutes=3).outcome is not Outcome.OVERRIDDEN


def _with_the_last_taken_back(chart: charts.Document, code: str) -> charts.Document:
    """Before the last entry of a code the same was said once; two minutes on the last one is taken back."""
    others = [one for one in chart["facts"] if one["code"] != code]
    last = {**next(one for one in chart["facts"] if one["code"] == code), "id": "last"}
    first = {**last, "id": "first", "at": _after(-20)}
    taken_back = {**last, "id": "taken back", "value": None, "supersedes": "last", "recorded_at": _after(2)}
    return {**chart, "facts": [*others, first, last, taken_back]}


def _after(minutes: float) -> str:
    return (JUDGED_AT + timedelta(minutes=minutes)).isoformat()
