"""How long a prediction takes, for one person and for a crowd, beside other ways to the same numbers.

One person: CPU time, best of several repeats. Crowds (J1, J2): see `crowds`. Fits of one person's levels (J3) are
measured by `map_fit`.

Run with `make bench`, or `python benchmarks/pharmacokinetics.py [REPEATS]`. Figures are of this machine at this
load: read the ratios.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from crowds import print_crowds
from scipy.integrate import solve_ivp

from unloop.dosing import charted, effects_side_by_side, planned, side_by_side
from unloop.science.pharmacokinetics import (
    Administration,
    CompartmentGraph,
    Drug,
    FloatArray,
    Infusion,
    Schedule,
    band,
    concentrations_ng_per_ml,
    exponential,
    model,
    typical_curve,
)

REPEATS = 7
TIMES = np.arange(0.0, 241.0)
CHART = [(0.0, 0.9), (14.0, 0.6), (24.0, 0.0), (29.0, 0.6)]
COURSE = [day * 1440.0 for day in (0, 2, 4, 7, 9, 11)]
SHOWN = ("kamp-2020", "racemate-otto-2021")
ALLOWED_MS = 5.0  # one person: two models, concentration and effect with every band


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: CPU milliseconds, and the largest deviation from our closed form."""

    job: str
    by: str
    cpu_ms: float
    error: float | None = None


def best_cpu_ms(work: Callable[[], object], *, repeats: int) -> float:
    """The least CPU time of one call, over repeats that each last at least 20 ms."""
    work()  # reads files and warms caches
    best = float("inf")
    for _ in range(repeats):
        calls, start = 0, time.process_time()
        while (spent := time.process_time() - start) < 0.02:
            work()
            calls += 1
        best = min(best, spent / calls)
    return best * 1000.0


def by_ode(graph: CompartmentGraph, schedule: Schedule, *, method: str, tolerance: float) -> FloatArray:
    """The central concentration by an ODE solver, restarted at every break as a careful user would."""
    matrix, central = graph.rate_matrix_per_min(), np.eye(graph.n)[0]
    breaks = schedule.breaks_min()
    edges = np.union1d(breaks, TIMES[[0, -1]])
    state, levels = np.zeros(graph.n), np.zeros(TIMES.size)
    for start, end in itertools.pairwise(edges):
        rate = sum(
            part.rate_mg_per_min for part in schedule.infusions if part.start_min <= start < part.end_min
        )
        inside = (start <= TIMES) & (end >= TIMES)
        asked = np.union1d(TIMES[inside], [end])
        found = solve_ivp(
            lambda _, amounts, inflow=central * rate: matrix @ amounts + inflow,
            (start, end),
            state,
            method=method,
            t_eval=asked,
            rtol=tolerance,
            atol=tolerance,
        )
        state = found.y[:, -1]
        levels[inside] = found.y[0, : int(inside.sum())]
    concentration: FloatArray = levels / graph.volumes_l[0] * 1000.0
    return concentration


def one_person(repeats: int) -> list[Row]:
    """One session with a slower pump, a pause and a resumption, by the minute to four hours."""
    kamp = model("kamp-2020")
    session = charted(drug="racemate", rates=CHART, weight_kg=70.0, planned_dose_mg=35.0)
    graph = kamp.graph(kamp.typical(70.0), kamp.parts_of(Drug.RACEMATE)[0])
    exact = typical_curve(kamp, session, TIMES).ng_per_ml
    ways: list[tuple[str, Callable[[], FloatArray]]] = [
        ("ours, modes", lambda: concentrations_ng_per_ml(graph, session.schedule, TIMES)),
        ("ours, from model file to curve", lambda: typical_curve(kamp, session, TIMES).ng_per_ml),
        (
            "ours, matrix exponentials",
            lambda: (
                exponential.amounts_mg(graph, session.schedule, TIMES)[:, 0] / graph.volumes_l[0] * 1000.0
            ),
        ),
        ("SciPy LSODA 1e-8", lambda: by_ode(graph, session.schedule, method="LSODA", tolerance=1e-8)),
        ("SciPy DOP853 1e-8", lambda: by_ode(graph, session.schedule, method="DOP853", tolerance=1e-8)),
    ]
    return [
        Row(
            "one person, one session",
            name,
            best_cpu_ms(way, repeats=repeats),
            float(np.max(np.abs(way() - exact))),
        )
        for name, way in ways
    ]


def as_a_page_asks(repeats: int) -> list[Row]:
    """What the plan page and the infusion screen wait for: two models, concentration and effect, with every band."""
    session = charted(drug="racemate", rates=CHART, weight_kg=70.0, planned_dose_mg=35.0)
    weights = itertools.cycle(50.0 + 0.1 * step for step in range(1000))
    by_two = [*range(0, 221, 2)]

    def of_plan(weight_kg: float, at_min: list[int] | None = None) -> None:
        everything(planned(drug="racemate", dose_mg=35.0, minutes=40.0, weight_kg=weight_kg), at_min)

    ways: list[tuple[str, Callable[[], None]]] = [
        ("plan, every 2 min, a new weight", lambda: of_plan(next(weights), by_two)),
        ("plan, every 2 min", lambda: of_plan(70.0, by_two)),
        ("plan, every minute", lambda: of_plan(70.0)),
        ("session, every minute", lambda: everything(session)),
    ]
    return [Row("a page", name, best_cpu_ms(way, repeats=repeats)) for name, way in ways]


def everything(given: Administration, at_min: list[int] | None = None) -> None:
    """Two models side by side, with the people behind every band."""
    side_by_side(SHOWN, given, at_min=at_min)
    effects_side_by_side(SHOWN, given, at_min=at_min)


def populations(repeats: int) -> list[Row]:
    """Bands over a six-infusion course, to show that the cost is linear in people."""
    course = Schedule(tuple(Infusion.of_dose(35.0, start_min=at, end_min=at + 40.0) for at in COURSE))
    given = Administration(Drug.ESKETAMINE, course, weight_kg=70.0)
    times = np.concatenate([at + np.arange(0.0, 241.0, 10.0) for at in COURSE])
    otto = model("otto-2021")

    def drawn(subjects: int) -> Callable[[], object]:
        return lambda: band(otto, given, times, subjects=subjects, rng=np.random.default_rng(1))

    return [
        Row("a course of six", f"{subjects} people", best_cpu_ms(drawn(subjects), repeats=repeats))
        for subjects in (250, 1000, 4000)
    ]


def beside(error: float | None) -> str:
    """A deviation for the table; empty where there is nothing to compare with."""
    return "" if error is None else f"{error:.1e}"


def main() -> int:
    """Print the table; 1 where a page would wait longer than it may."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS
    rows = [*one_person(repeats), *as_a_page_asks(repeats), *populations(repeats)]
    ours = rows[0].cpu_ms
    print(f"load {os.getloadavg()[0]:.2f}, best of {repeats}; deviation from our closed form in ng/mL")
    print(f"{'job':26}{'by':34}{'CPU ms':>10}{'x ours':>9}{'deviation':>10}")
    for row in rows:
        print(f"{row.job:26}{row.by:34}{row.cpu_ms:>10.3f}{row.cpu_ms / ours:>9.1f}{beside(row.error):>10}")
    slowest = max(row.cpu_ms for row in rows if row.job == "a page")
    print(f"a page takes {slowest:.2f} ms at most of {ALLOWED_MS:g} ms")
    print()
    print_crowds(max(repeats, 5))
    return 0 if slowest <= ALLOWED_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
