"""Amounts in many people, by the compiled kernels, on as many threads as are asked for.

The same answers as `solver.amounts_mg`, which is what they are tested against. Each person is computed alone: the
numbers are the same, to the last bit, for any number of threads and in any lot.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import solver
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.kernels import linear
from unloop.science.pharmacokinetics.kernels.lanes import LANES
from unloop.science.pharmacokinetics.kernels.layout import Layout, aligned, check_room, read, room
from unloop.science.pharmacokinetics.kernels.timeline import IntArray, timeline
from unloop.science.pharmacokinetics.schedule import Schedule

LARGEST_LOT = 4096  # people between two reports of progress
BYPASS_FROM = 4_000_000  # bytes; what is smaller stays in the cache for whoever reads it next

Progress = Callable[[int], None]
"""Told how many people have been computed so far."""


def cores() -> int:
    """How many threads may run at once in this process."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def amounts_mg(
    graph: CompartmentGraph,
    schedule: Schedule,
    times_min: ArrayLike,
    *,
    threads: int | None = None,
    out: FloatArray | None = None,
    progress: Progress | None = None,
) -> FloatArray:
    """Milligrams in each compartment at each time; `solver.amounts_mg`, compiled.

    Up to three compartments around the centre and one metabolite formed there are compiled; any other graph goes to
    the solver, which takes longer.

    Args:
        graph: one person's compartments, or many people's along one leading axis.
        schedule: what entered compartment 0.
        times_min: T minutes in any order; at a bolus's minute it has been given.
        threads: how many to use; by default as many as this process may.
        out: memory to write to, shape (N, T, n), from `room`. The same memory again saves a third of the time.
        progress: told how many people are done.

    Returns:
        Shape (N, T, n), or (T, n) for one person; `out` if it was given.

    Raises:
        InputRefused: when a time is not a number, a dose would have to be absorbed first, or `out` does not fit.
    """
    times = solver.read_times(times_min)
    layout = read(graph) if not schedule.absorbed and len(graph.people) <= 1 else None
    if layout is None:
        return _by_solver(graph, schedule, times, out=out)
    shape = (len(layout.given), times.size, graph.n)
    if out is None:
        out = room(*shape)
    check_room(out, shape)
    solve_rows(layout, schedule, times, out=out, threads=threads, progress=progress)
    return out.reshape(*graph.people, times.size, graph.n)


def solve_rows(
    layout: Layout,
    schedule: Schedule,
    times_min: FloatArray,
    *,
    out: FloatArray,
    threads: int | None = None,
    progress: Progress | None = None,
) -> None:
    """The same for people that are rows already; `out` has shape (N, T, columns)."""
    if not times_min.size:
        return
    line = timeline(schedule, times_min)
    whole = line.whole and np.array_equal(layout.columns, np.arange(4))
    bypass = whole and aligned(out) and out.nbytes >= BYPASS_FROM

    def work(first: int, last: int) -> None:
        linear.solve_together(
            layout.given, first, last, line.runs, line.inputs, line.steps_min, line.fed,
            line.points, line.asked, layout.columns, out, whole, bypass,
        )  # fmt: skip

    spread(work, len(layout.given), threads=threads, progress=progress)


def amounts_at_own_times_mg(
    graph: CompartmentGraph, schedule: Schedule, times_min: ArrayLike, *, threads: int | None = None
) -> FloatArray:
    """The same at times of each person's own: nothing is shared, and a point costs up to 40 times as much.

    Args:
        graph: N people's compartments, of the kind that is compiled.
        schedule: what entered compartment 0 of everybody.
        times_min: shape (N, T), each row in any order.

    Returns:
        Shape (N, T, n).

    Raises:
        InputRefused: when a time is not a number, shapes do not fit, or the graph is of another kind.
    """
    times = np.asarray(times_min, dtype=np.float64)
    layout = read(graph) if not schedule.absorbed and len(graph.people) == 1 else None
    if layout is None:
        raise InputRefused(
            "graph",
            given="a graph or a route that is not compiled",
            allowed="people along one axis, up to three compartments and a metabolite, doses into a vein",
            mend="ask the solver person by person",
        )
    if times.ndim != 2 or len(times) != len(layout.given) or not np.all(np.isfinite(times)):
        raise InputRefused(
            "times",
            given=f"an array of shape {times.shape}",
            allowed="one row of finite minutes for each person",
            mend="check the times",
        )
    from unloop.science.pharmacokinetics.kernels.apart import solve_apart  # noqa: PLC0415 - slow to load, rarely asked

    out = room(len(times), times.shape[1], graph.n)

    def work(first: int, last: int) -> None:
        events = _own_events(schedule, times[first:last])
        solve_apart(layout.given[first:last], 0, last - first, *events, layout.columns, out[first:last])

    spread(work, len(times), threads=threads, largest=512)
    return out


def spread(
    work: Callable[[int, int], None],
    people: int,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    largest: int = LARGEST_LOT,
) -> None:
    """Do the work on people from `first` to `last`, lot by lot, on some threads.

    Raises:
        InputRefused: when there is no thread to work on.
    """
    threads = cores() if threads is None else threads
    if threads < 1:
        raise InputRefused("threads", given=threads, allowed="1 or more", mend="leave it out to use all")
    lot = min(largest, -(-people // (4 * threads)))
    lot += -lot % LANES
    lots = [(first, min(first + lot, people)) for first in range(0, people, lot or 1)]
    if threads == 1 or len(lots) == 1:
        for first, last in lots:
            work(first, last)
            if progress is not None:
                progress(last)
        return
    with ThreadPoolExecutor(threads) as pool:
        done = 0
        ahead = {pool.submit(work, first, last): last - first for first, last in lots}
        for finished in as_completed(ahead):
            finished.result()
            done += ahead[finished]
            if progress is not None:
                progress(done)


def _own_events(schedule: Schedule, times: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Asked times and changes of the input in one order for each person, as `apart.solve_apart` reads them."""
    breaks = schedule.breaks_min()
    people, asked = times.shape
    minutes = np.concatenate([np.broadcast_to(breaks, (people, breaks.size)), times], axis=1)
    order = np.argsort(minutes, axis=1, kind="stable")  # at the same minute, the input comes first
    minutes = np.take_along_axis(minutes, order, axis=1)
    boluses = np.zeros(breaks.size + asked)
    for bolus in schedule.boluses:
        boluses[np.searchsorted(breaks, bolus.at_min)] += bolus.mg
    rates = np.zeros_like(minutes)
    for infusion in schedule.infusions:
        running = (minutes[:, :-1] >= infusion.start_min) & (minutes[:, 1:] <= infusion.end_min)
        rates[:, 1:][running] += infusion.rate_mg_per_min
    lengths = np.diff(minutes, axis=1, prepend=minutes[:, :1])
    return lengths, rates, boluses[order], np.where(order >= breaks.size, order - breaks.size, -1)


def _by_solver(
    graph: CompartmentGraph, schedule: Schedule, times: FloatArray, *, out: FloatArray | None
) -> FloatArray:
    amounts = solver.amounts_mg(graph, schedule, times)
    if out is None:
        return amounts
    check_room(out, amounts.shape)
    out[...] = amounts
    return out
