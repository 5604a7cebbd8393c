"""How many charts a second a gate judges, beside reading the same chart and beside bare comparisons.

The charts are the scenario's, each with one of its facts taken away, so that answers and gaps are both judged. The
first bound is the standard library's JSON parser over the same chart; the second a dictionary look-up and a comparison
for every fact that the gate's rules name, with no time, no age, no trace and no words. CPU time of one core, best of
several repeats. Run with `make bench`, or `python benchmarks/judge.py [REPEATS]`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from unloop.care.evaluation import judge
from unloop.facts import Chart, read_chart
from unloop.protocol import bundled

REPEATS = 5
CHART = Path(__file__).resolve().parent.parent / "tests" / "scenarios" / "charts" / "ready.chart.json"
AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ASKED_FOR = 100.0
"""Charts a second: a year of a busy clinic (some 20,000 gates) is judged again within minutes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way over all charts: how many charts a second of CPU time."""

    way: str
    per_second: float


def charts_per_second(work: Callable[[], int], *, repeats: int) -> float:
    """The best of several repeats; `work` says how many charts it went through."""
    work()  # reads the protocol and the tables of medicines
    best = 0.0
    for _ in range(repeats):
        start = time.process_time()
        charts = work()
        best = max(best, charts / (time.process_time() - start))
    return best


def charts() -> list[Chart]:
    """The scenario's chart, and the same without each of its codes in turn."""
    whole = read_chart(CHART.read_bytes())
    codes = sorted({fact.code for fact in whole.facts})
    return [
        whole,
        *(replace(whole, facts=tuple(one for one in whole.facts if one.code != code)) for code in codes),
    ]


def bare(looked_up: list[str], held: Sequence[Mapping[str, object]]) -> int:
    """What the comparisons alone take."""
    for values in held:
        for code in looked_up:
            values.get(code) == 1  # noqa: B015 - only its time is asked for
    return len(held)


def rows(repeats: int) -> list[Row]:
    """Every way over the same charts."""
    protocol, people, text = bundled(), charts(), CHART.read_bytes()
    start = judge("evaluation", protocol, people[0], at=AT)
    looked_up = [use.code for verdict in start.verdicts for use in verdict.used]
    held = [{fact.code: fact.value for fact in person.facts} for person in people]

    def gate(name: Literal["evaluation", "start"]) -> int:
        for person in people:
            judge(name, protocol, person, at=AT, session="s1" if name == "start" else None)
        return len(people)

    ways: list[tuple[str, Callable[[], int]]] = [
        ("judged at the evaluation gate", lambda: gate("evaluation")),
        ("judged at the start gate", lambda: gate("start")),
        ("read and checked from JSON", lambda: len([read_chart(text) for _ in people])),
        ("bound: parsed as JSON, nothing checked", lambda: len([json.loads(text) for _ in people])),
        (f"bound: {len(looked_up)} bare comparisons", lambda: bare(looked_up, held)),
    ]
    return [Row(way, charts_per_second(work, repeats=repeats)) for way, work in ways]


def main(repeats: int) -> int:
    """Print the table; 1 when a gate judges fewer charts a second than are asked for."""
    found = rows(repeats)
    print(f"{'':<42} {'charts/s':>10} {'ms each':>9} {'x evaluation':>13}")
    for row in found:
        ratio = row.per_second / found[0].per_second
        print(f"{row.way:<42} {row.per_second:>10,.0f} {1000 / row.per_second:>9.3f} {ratio:>13.2f}")
    print(f"load {os.getloadavg()[0]:.1f}; asked for at least {ASKED_FOR:.0f} charts a second at each gate")
    return 0 if min(row.per_second for row in found[:2]) >= ASKED_FOR else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS))
