"""What predictions, crowds and fits cost: one table, each line beside its bar, its bound and other ways to the numbers.

One person and one page; crowds (J1, J2: see `crowds`); fits (J3: see `map_fit`); the memory of crowds; and a start
from nothing. CPU seconds are the least of at least five repeats, since other programs may run on the same computer.

Run with `make bench`, or `python benchmarks/pharmacokinetics.py [REPEATS]`. Exit 1 where a bar is missed without a
reason in `DECLARED`. Figures are of this machine at this load: read the ratios.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy loads

import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
from crowds import (
    COURSE,
    Row,
    accuracy_rows,
    linear_rows,
    peak_mb,
    peer_is_here,
    peer_rows,
    response_rows,
)
from crowds import TIMES as J1_TIMES
from crowds import crowd as people_of_j1

from unloop.dosing import charted, exposure, planned
from unloop.science.pharmacokinetics import (
    Administration,
    CompartmentGraph,
    Drug,
    FloatArray,
    Schedule,
    concentrations_ng_per_ml,
    exponential,
    model,
    typical_curve,
)

REPEATS = 7
TIMES = np.arange(0.0, 241.0)
CHART = [(0.0, 0.9), (14.0, 0.6), (24.0, 0.0), (29.0, 0.6)]
PAGE_S = 0.005  # one person, typical, as a page asks for it
START_S = 1.5
BEYOND_OUTPUT_MB = 200.0
DECLARED: dict[tuple[str, str], str] = {}
"""Why a bar is missed, by job and by whom; printed beside it."""
COLD = (
    "simulate", "--model", "otto-2021", "--drug", "esketamine", "--dose-mg-per-kg", "0.5", "--minutes", "40",
    "--subjects", "14200", "--json",
)  # fmt: skip  # as few people as the compiled kernel is taken for


def timed_row(job: str, by: str, work: Callable[[], object], *, repeats: int) -> Row:
    """One call, over repeats that each last at least 20 ms."""
    work()  # reads files and warms caches
    cpu, wall = [], []
    for _ in range(repeats):
        calls, began, start = 0, time.perf_counter(), time.process_time()
        while (spent := time.process_time() - start) < 0.02:
            work()
            calls += 1
        cpu.append(spent / calls)
        wall.append((time.perf_counter() - began) / calls)
    return Row(
        job, by, people=1, points=TIMES.size, cpu_s=min(cpu), median_cpu_s=statistics.median(cpu), wall_s=min(wall),
        peak_mb=peak_mb(), load=os.getloadavg()[0],
    )  # fmt: skip


def by_ode(graph: CompartmentGraph, schedule: Schedule, *, method: str, tolerance: float) -> FloatArray:
    """The central concentration by an ODE solver, restarted at every break as a careful user would."""
    from scipy.integrate import solve_ivp

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


def one_person(repeats: int) -> Iterator[Row]:
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
    for name, way in ways:
        off = float(np.max(np.abs(way() - exact)))
        yield replace(timed_row("one", name, way, repeats=repeats), reached=f"{off:.0e} ng/mL")


def as_a_page_asks(repeats: int) -> Iterator[Row]:
    """What the plan page and the infusion screen wait for."""
    plan = planned(drug="racemate", dose_mg=35.0, minutes=40.0, weight_kg=70.0)
    racemate = "racemate-otto-2021"
    typical = timed_row(
        "page", "typical, S + R", lambda: exposure(racemate, plan, subjects=0), repeats=repeats
    )
    yield replace(typical, bar=f"{PAGE_S * 1e3:g} ms", kept=typical.cpu_s <= PAGE_S)
    yield timed_row("page", "with a band of 400 people", lambda: exposure(racemate, plan), repeats=repeats)


def memory_rows() -> Iterator[Row]:
    """The most memory that a process of its own holds: J1 with its output, and summaries of ever more people."""
    people = 100_000
    raw_mb = people * J1_TIMES.size * 4 * 8 / 2**20
    with as_installed() as environment:
        in_a_process("summary", 1_000, environment)  # compiles Python's files
        whole = in_a_process("output", people, environment)
        few, many = (in_a_process("summary", number, environment) for number in (200_000, 600_000))
    beyond = whole.peak_mb - raw_mb
    yield replace(
        whole, by="output of 100,000 people", reached=f"{raw_mb:.0f} MB + {beyond:.0f} MB",
        bar=f"output + {BEYOND_OUTPUT_MB:g} MB", kept=beyond <= BEYOND_OUTPUT_MB,
    )  # fmt: skip
    grown = many.peak_mb - few.peak_mb
    yield replace(few, by="summaries only")
    yield replace(
        many, by="summaries only", reached=f"{grown:+.0f} MB", bar="flat: within 20 MB", kept=grown <= 20.0
    )


@contextmanager
def as_installed() -> Generator[dict[str, str]]:
    """An environment in which Python keeps its files compiled, as an installed program has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory(prefix="unloop-bench-") as folder:
        yield kept | {"PYTHONPYCACHEPREFIX": folder}


def in_a_process(what: str, people: int, environment: dict[str, str]) -> Row:
    """This program again, doing one thing and saying what it took."""
    command = [sys.executable, __file__, what, str(people)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603 - our own program
    found = json.loads(said.stdout)
    return Row("memory", what, people=people, load=os.getloadavg()[0], **found)


def alone(what: str, people: int) -> None:
    """What `in_a_process` asks for, with the memory of nothing else."""
    from unloop.science.pharmacokinetics.crowd import crowd
    from unloop.science.pharmacokinetics.kernels import courses, fastest
    from unloop.science.pharmacokinetics.kernels.layout import room

    began, spent = time.perf_counter(), time.process_time()
    points = J1_TIMES.size
    if what == "output":
        courses.amounts_mg(people_of_j1(people), COURSE, J1_TIMES, out=room(people, points, 4))
    else:
        points = 97
        given = Administration(Drug.ESKETAMINE, COURSE, weight_kg=70.0)
        minutes = np.arange(0.0, 481.0, 5.0)
        crowd(model("otto-2021"), given, minutes, subjects=people, seed=1, engine=fastest())
    cpu = time.process_time() - spent
    wall = time.perf_counter() - began
    print(
        json.dumps(
            {"points": points, "cpu_s": cpu, "median_cpu_s": cpu, "wall_s": wall, "peak_mb": peak_mb()}
        )
    )


def start_row(repeats: int) -> Row:
    """`unloop simulate` from nothing to its answer, the kernel compiled before."""
    cpu, wall = [], []
    command = [str(Path(sys.executable).with_name("unloop")), *COLD]
    with as_installed() as environment:
        for _ in range(repeats + 1):
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - our own program
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            wall.append(time.perf_counter() - began)
    least = min(cpu[1:])
    return Row(
        "start", "unloop simulate, kernel in its cache", people=14_200, points=143, cpu_s=least,
        median_cpu_s=statistics.median(cpu[1:]), wall_s=min(wall[1:]), peak_mb=0.0, load=os.getloadavg()[0],
        bar=f"{START_S:g} s", kept=least <= START_S,
    )  # fmt: skip


HEADINGS = (
    f"{'job':7}{'by':38}{'people':>8}{'points':>7}{'CPU s':>11}{'median':>11}{'wall s':>11}{'people/core-s':>15}"
    f"{'points/s':>10}{'x bound':>9}{'peak MB':>9}{'load':>6}  {'reached':44}bar"
)


def line(row: Row) -> str:
    """One line of the table."""
    rate = f"{row.people / row.cpu_s:,.0f}" if row.job not in {"start", "memory"} else ""
    points = f"{row.people * row.points / row.wall_s:.1e}" if row.points else ""
    bound = f"{row.bound:.2f}" if row.bound else ""
    peak = f"{row.peak_mb:.0f}" if row.peak_mb else ""
    said = {None: "", True: f"kept: {row.bar}", False: f"MISSED: {row.bar}"}[row.kept]
    why = DECLARED.get((row.job, row.by), "") if row.kept is False else ""
    return (
        f"{row.job:7}{row.by:38}{row.people:>8}{row.points:>7}{row.cpu_s:>11.6f}{row.median_cpu_s:>11.6f}"
        f"{row.wall_s:>11.6f}{rate:>15}{points:>10}{bound:>9}{peak:>9}{row.load:>6.1f}  {row.reached:44}{said}"
        f"{' (' + why + ')' if why else ''}"
    )


def main() -> int:
    """Print the table; 1 where a bar is missed and no reason is declared."""
    if len(sys.argv) == 3:
        alone(sys.argv[1], int(sys.argv[2]))
        return 0
    from map_fit import fit_rows  # not before: SciPy would count among the memory of a crowd

    repeats = max(int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS, 5)
    print(
        f"CPU s: the least of {repeats} repeats or more. x bound: CPU over that of filling the same memory with zeros"
    )
    print(
        "on as many threads, measured before every repeat. peak MB: the most held so far; of memory, by that alone."
    )
    print(HEADINGS)
    missed = []
    for row in chain(
        one_person(repeats), as_a_page_asks(repeats), linear_rows(repeats), accuracy_rows(), response_rows(repeats),
        peer_rows(repeats), fit_rows(), memory_rows(), [start_row(repeats)],
    ):  # fmt: skip
        print(line(row), flush=True)
        if row.kept is False and (row.job, row.by) not in DECLARED:
            missed.append(f"{row.job}, {row.by}")
    if not peer_is_here():
        print(
            "diffrax is not installed, so it has no line: `make bench` installs it from requirements/bench.lock."
        )
    if missed:
        print(f"MISSED: {'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
