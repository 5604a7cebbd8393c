"""Crowds: the jobs J1 (linear, with a metabolite) and J2 (with effect site and response), ours and others' ways.

J1: 100,000 people of three compartments and a metabolite, all eight parameters log-normal with a coefficient of
variation of 30 %, six infusions of 35 mg in 40 min on days 0, 2, 4, 7, 9 and 11; 457 times to hour 336, four amounts
each. J2 adds an effect site and an indirect response. The bound is what it takes to fill the same memory with
zeros, measured in turn with every repeat.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from unloop.science.pharmacokinetics import (
    CompartmentGraph,
    FloatArray,
    Infusion,
    Schedule,
    amounts_mg,
    exponential,
)
from unloop.science.pharmacokinetics.kernels import courses
from unloop.science.pharmacokinetics.kernels.effect import TOLERANCE, IndirectResponse
from unloop.science.pharmacokinetics.kernels.layout import read, room
from unloop.science.pharmacokinetics.kernels.responses import responses, responses_by_numpy

TYPICAL = np.array([80.0, 60.0, 120.0, 100.0, 30.0, 200.0, 60.0, 100.0])  # CL V1 Q2 V2 Q3 V3 CLM VM
LOT = 1024
BEGIN_H = (0, 48, 96, 168, 216, 264)
COURSE = Schedule(
    tuple(Infusion(hour * 60.0, hour * 60.0 + 40.0, rate_mg_per_min=52.5 / 60.0) for hour in BEGIN_H)
)
TIMES = np.unique(
    np.concatenate([np.arange(0.0, 337.0) * 60.0, *(h * 60.0 + np.arange(0.0, 241.0, 10.0) for h in BEGIN_H)])
)
J2 = IndirectResponse(ke0_per_h=1.5, kin_per_h=0.3, kout_per_h=0.3, imax=0.9, ic50_mg_per_l=0.08)
CHECKED = 40  # people whose every number is compared
RESPONSES_A_CORE_SECOND = 43_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        points: times of each person, or 0 where there are none.
        cpu_s, median_cpu_s, wall_s: of the whole job; the least and the median CPU seconds, and the least wall time.
        bound: CPU over that of filling the same memory, on as many threads as a job may use; 0 where nothing is written.
        reached: accuracy, or what else was reached.
        peak_mb: the most memory that the process has held so far.
        bar: what is wanted, in words; empty where nothing is.
        kept: whether it was reached; None without a bar.
    """

    job: str
    by: str
    people: int
    points: int
    cpu_s: float
    median_cpu_s: float
    wall_s: float
    reached: str = ""
    bound: float = 0.0
    peak_mb: float = 0.0
    load: float = 0.0
    bar: str = ""
    kept: bool | None = None


def crowd(people: int) -> CompartmentGraph:
    """J1's people, the same first ones in a crowd of any size; drawn in lots, since their memory is measured."""
    draws = np.random.default_rng(1)
    volumes, flows, clearances = np.zeros((people, 4)), np.zeros((people, 4, 4)), np.zeros((people, 4))
    for first in range(0, people, LOT):
        these = slice(first, min(first + LOT, people))
        z = draws.standard_normal((these.stop - first, 8))
        cl, v1, q2, v2, q3, v3, clm, vm = (TYPICAL * np.exp(np.sqrt(np.log(1.09)) * z)).T
        volumes[these] = np.stack([v1, v2, v3, vm], axis=1)
        flows[these, 0, 1] = flows[these, 1, 0] = q2
        flows[these, 0, 2] = flows[these, 2, 0] = q3
        flows[these, 3, 0], clearances[these, 3] = cl, clm
    return CompartmentGraph(volumes, flows, clearances)


def measured(  # noqa: PLR0913 - one line of a table
    job: str,
    by: str,
    work: Callable[[], object],
    *,
    people: int,
    times: int = TIMES.size,
    reached: str = "",
    repeats: int,
    fill: FloatArray | None = None,
) -> Row:
    """CPU and wall seconds over repeats; before each, the bound where there is memory to fill."""
    work()  # compiles, and touches every page once
    cpu, wall, bound = [], [], []
    for repeat in range(repeats):
        if fill is not None:
            bound.append(timed(partial(ctypes.memset, fill.ctypes.data, repeat & 1, fill.nbytes))[0])
        spent, lasted = timed(work)
        cpu.append(spent)
        wall.append(lasted)
    return Row(
        job,
        by,
        people=people,
        points=times,
        cpu_s=min(cpu),
        median_cpu_s=statistics.median(cpu),
        wall_s=min(wall),
        bound=min(cpu) / min(bound) / courses.cores() if bound else 0.0,
        reached=reached,
        peak_mb=peak_mb(),
        load=os.getloadavg()[0],
    )


def peak_mb() -> float:
    """The most memory that this process has held.

    Linux counts what a parent held when it began this process into `ru_maxrss`, and not into VmHWM.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        held = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        if held is not None:
            return int(held[1]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of one call."""
    began, spent = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - spent, time.perf_counter() - began


def deviation(found: FloatArray, expected: FloatArray) -> float:
    """The largest relative deviation of any number that is not zero."""
    there = expected > 0
    return float(np.max(np.abs(found[there] / expected[there] - 1.0)))


def near_ties(number: int) -> CompartmentGraph:
    """Those of 100,000 people whose metabolite leaves almost as fast as one mode of the parent does."""
    graph = crowd(100_000)
    k = graph.rate_matrix_per_min()
    rates, own = -np.linalg.eigvals(k[:, :3, :3]).real, -k[:, 3, 3]
    closest = np.argsort(np.min(np.abs(rates / own[:, None] - 1.0), axis=1))[:number]
    return CompartmentGraph(
        *(part[closest] for part in (graph.volumes_l, graph.flows_l_per_h, graph.clearances_l_per_h))
    )


def tied() -> CompartmentGraph:
    """Three people whose metabolite leaves exactly as fast as a mode of the parent, as far as numbers go."""
    first = crowd(1)
    rates = -np.linalg.eigvals(first.rate_matrix_per_min()[0, :3, :3]).real * 60.0
    volumes, flows = np.repeat(first.volumes_l, 3, axis=0), np.repeat(first.flows_l_per_h, 3, axis=0)
    clearances = np.zeros((3, 4))
    clearances[:, 3] = rates * volumes[:, 3]
    return CompartmentGraph(volumes, flows, clearances)


def accuracy_rows() -> Iterator[Row]:
    """J1's largest relative deviation of any amount from matrix exponentials, which are good to about 1e-13."""
    for by, graph, allowed in (
        ("typical people", crowd(CHECKED), 1e-12),
        ("the nearest to a tie of 100,000", near_ties(5), 1e-9),
        ("exact ties", tied(), 1e-9),
    ):
        compiled = partial(courses.amounts_mg, graph, COURSE, TIMES)
        off = deviation(compiled(), exponential.amounts_mg(graph, COURSE, TIMES))
        row = measured("J1", f"error, {by}", compiled, people=len(graph.volumes_l), repeats=5)
        yield replace(row, reached=f"{off:.0e}", bar=f"{allowed:.0e}", kept=off <= allowed)


def linear_rows(repeats: int) -> Iterator[Row]:
    """J1 in three sizes, with half the times, on one thread, and for times of each person's own."""
    found: dict[str, Row] = {}
    for by, people, threads, times in (
        ("ours, compiled", 1_000, None, TIMES),
        ("ours, compiled", 10_000, None, TIMES),
        ("ours, compiled", 100_000, None, TIMES),
        ("ours, half the times", 100_000, None, TIMES[:229]),
        ("ours, one thread", 100_000, 1, TIMES),
    ):
        layout, out = read(crowd(people)), room(people, times.size, 4)
        assert layout is not None
        work = partial(courses.solve_rows, layout, COURSE, times, out=out, threads=threads)
        row = measured("J1", by, work, people=people, times=times.size, repeats=repeats, fill=out)
        if row.bound and people == 100_000 and by == "ours, compiled":
            row = replace(row, bar="3 x bound", kept=row.bound <= 3.0)
        found[f"{by} {people}"] = row
        yield replace(row, reached=beside(row, found))
    own, graph = TIMES + np.random.default_rng(2).random((1_000, 1)), crowd(1_000)
    work = partial(courses.amounts_at_own_times_mg, graph, COURSE, own)
    row = measured("J1", "ours, times of each person's own", work, people=1_000, repeats=repeats)
    shared = found["ours, compiled 1000"]
    yield replace(row, reached=f"{row.cpu_s / shared.cpu_s:.0f} x shared times")
    work = partial(amounts_mg, crowd(200), COURSE, TIMES)
    yield measured("J1", "our NumPy oracle", work, people=200, repeats=repeats)


def beside(row: Row, found: dict[str, Row]) -> str:
    """How the cost grew with people, or with points."""
    if row.by == "ours, half the times":
        whole = found["ours, compiled 100000"]
        return f"{whole.cpu_s / row.cpu_s:.2f} x for {whole.points / row.points:.2f} x points"
    fewer = found.get(f"{row.by} {row.people // 10}")
    return "" if fewer is None else f"{row.cpu_s / fewer.cpu_s:.1f} x for 10 x people"


def response_rows(repeats: int) -> Iterator[Row]:
    """J2 by the kernel and by NumPy."""
    few = crowd(CHECKED)
    fine = responses_by_numpy(few, COURSE, TIMES, effect=J2, parts=8)
    off = deviation(responses(few, COURSE, TIMES, effect=J2)[..., -1], fine[..., -1])
    for people in (1_000, 10_000):
        out = room(people, TIMES.size, 6)
        work = partial(responses, crowd(people), COURSE, TIMES, effect=J2, out=out)
        row = measured("J2", "ours, compiled", work, people=people, reached=f"{off:.0e}", repeats=repeats)
        if people == 10_000:
            enough = row.people / row.cpu_s >= RESPONSES_A_CORE_SECOND and off <= TOLERANCE
            row = replace(row, bar=f"{RESPONSES_A_CORE_SECOND:,}/core-s at {TOLERANCE:g}", kept=enough)
        yield row
    work = partial(responses_by_numpy, crowd(100), COURSE, TIMES, effect=J2, parts=2)
    yield measured("J2", "our NumPy oracle", work, people=100, repeats=repeats)


def peer_rows(repeats: int) -> Iterator[Row]:
    """The same J1 by general ODE solvers; errors relative to each person's largest amount."""
    expected = amounts_mg(crowd(20), COURSE, TIMES)
    largest = expected.max(axis=1, keepdims=True)
    ways = [("SciPy LSODA 1e-8", 3, partial(by_scipy, crowd(3)), repeats)]
    if peer_is_here():
        ways.append(("diffrax Tsit5 1e-8", 20, by_diffrax(crowd(20)), repeats))
    for by, people, work, times in ways:
        off = float(np.max(np.abs(work() - expected[:people]) / largest[:people]))
        yield measured("J1", by, work, people=people, reached=f"{off:.0e} of peak", repeats=times)


def peer_is_here() -> bool:
    """Whether diffrax can be measured."""
    return find_spec("diffrax") is not None


def by_scipy(graph: CompartmentGraph) -> FloatArray:
    """LSODA from break to break, person by person."""
    from scipy.integrate import solve_ivp

    found = np.zeros((len(graph.volumes_l), TIMES.size, 4))
    edges = np.union1d(COURSE.breaks_min(), TIMES[[0, -1]])
    for person, k in enumerate(graph.rate_matrix_per_min()):
        state = np.zeros(4)
        for start, end in itertools.pairwise(edges):
            rate = sum(i.rate_mg_per_min for i in COURSE.infusions if i.start_min <= start < i.end_min)
            fed = np.array([rate, 0.0, 0.0, 0.0])
            inside = (start <= TIMES) & (end >= TIMES)
            solved = solve_ivp(
                lambda _, y, k=k, fed=fed: k @ y + fed, (start, end), state, method="LSODA",
                t_eval=TIMES[inside], rtol=1e-8, atol=1e-8,
            )  # fmt: skip
            state = solved.y[:, -1]
            found[person, inside] = solved.y.T
    return found


def by_diffrax(graph: CompartmentGraph) -> Callable[[], FloatArray]:
    """Tsit5, vectorised over people and compiled by JAX, told of every break."""
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)  # noqa: FBT003
    begins = jnp.array([infusion.start_min for infusion in COURSE.infusions])

    def slope(t, y, k):  # noqa: ANN001, ANN202
        on = jnp.any((t >= begins) & (t < begins + 40.0))
        return k @ y + jnp.where(on, 52.5 / 60.0, 0.0) * jnp.array([1.0, 0.0, 0.0, 0.0])

    steps = diffrax.ClipStepSizeController(
        diffrax.PIDController(rtol=1e-8, atol=1e-8), jump_ts=jnp.array(COURSE.breaks_min())
    )

    @jax.jit
    @jax.vmap
    def solve(k):  # noqa: ANN001, ANN202
        return diffrax.diffeqsolve(
            diffrax.ODETerm(slope), diffrax.Tsit5(), 0.0, float(TIMES[-1]), 1.0, jnp.zeros(4), k,
            saveat=diffrax.SaveAt(ts=jnp.array(TIMES)), stepsize_controller=steps, max_steps=100_000,
        ).ys  # fmt: skip

    matrices = graph.rate_matrix_per_min()
    return lambda: np.asarray(solve(matrices))
