"""Amounts, effect site and indirect response of many people to a stated error, compiled; and the same in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import solver
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.exponential import exponential
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, CompartmentGraph
from unloop.science.pharmacokinetics.kernels.effect import (
    AFTER,
    MOST_PARTS,
    NODES,
    SMOOTH,
    WEIGHTS,
    IndirectResponse,
)
from unloop.science.pharmacokinetics.kernels.layout import Layout, check_room, read, room
from unloop.science.pharmacokinetics.kernels.timeline import IntArray, timeline
from unloop.science.pharmacokinetics.schedule import Schedule

LARGEST_LOT = 1024  # people; those of a lot who need finer steps are taken again together


def responses(
    graph: CompartmentGraph,
    schedule: Schedule,
    times_min: ArrayLike,
    *,
    effect: IndirectResponse,
    threads: int | None = None,
    out: FloatArray | None = None,
) -> FloatArray:
    """Amounts, effect-site concentration and response of many people at each time.

    The amounts and the effect site are exact; the response is within `effect.TOLERANCE`. Steps are halved for those
    people alone whose effect roughness too much, so nobody's numbers depend on the others.

    Args:
        graph: N people along one axis, of the kind that is compiled.
        effect: numbers, or arrays over people.
        schedule: what entered compartment 0, none of it before the first time or input.
        times_min: T minutes in any order.
        out: memory to write to, from `layout.room`; the same again saves the time of new pages.

    Returns:
        Shape (N, T, n + 2): mg in each compartment, mg/L at the effect site, and the response.

    Raises:
        InputRefused: when the graph is of another kind, a time is not a number, or a response roughness too much still
            on steps of 1/4096.
    """
    from unloop.science.pharmacokinetics.kernels import courses  # noqa: PLC0415 - the NumPy twin needs no Numba

    times, layout = solver.read_times(times_min), _layout(graph, schedule)
    effects = effect.rows(len(layout.given))
    shape = (len(layout.given), times.size, graph.n + 2)
    if out is None:
        out = room(*shape)
    check_room(out, shape)
    found = out

    def work(first: int, last: int) -> None:
        lot = Layout(layout.given[first:last], layout.columns)
        _solve_lot(lot, effects[first:last], schedule, times_min=times, out=found[first:last])

    if times.size:
        courses.spread(work, len(layout.given), threads=threads, largest=LARGEST_LOT)
    return out


def _solve_lot(
    layout: Layout, effects: FloatArray, schedule: Schedule, *, times_min: FloatArray, out: FloatArray
) -> None:
    from unloop.science.pharmacokinetics.kernels.response import solve_response  # noqa: PLC0415

    roughness = np.zeros(len(effects))
    who: IntArray = np.arange(len(effects))
    parts = 1
    while who.size:
        if parts > MOST_PARTS:
            raise InputRefused(
                "response",
                given=f"{who.size} people whose effect changes too fast for the times asked",
                allowed=f"an error of {SMOOTH:g} on steps of 1/{MOST_PARTS}",
                mend="ask for more times, or check IC50 and its unit",
            )
        line = timeline(schedule, times_min, parts=parts)
        lengths_h = np.repeat(line.steps_min[line.runs[:, 0]], line.runs[:, 1]) / MINUTES_PER_HOUR
        solve_response(
            layout.given[who], effects[who], who, line.runs, line.inputs, line.steps_min, line.fed, lengths_h,
            line.asked, layout.columns, out, roughness,
        )  # fmt: skip
        who = who[roughness[who] > SMOOTH]
        parts *= 2


def responses_by_numpy(
    graph: CompartmentGraph,
    schedule: Schedule,
    times_min: ArrayLike,
    *,
    effect: IndirectResponse,
    parts: int = 4,
) -> FloatArray:
    """The same in NumPy, to be read and to be tested against: every step cut into the same number of parts."""
    times, layout = solver.read_times(times_min), _layout(graph, schedule)
    rows = effect.rows(len(layout.given))
    _, kin, kout, imax, ic50 = rows.T
    line = timeline(schedule, times, parts=parts)
    generator = _generator(layout.given, rows[:, 0])
    state = np.zeros((len(rows), 6, 1))
    state[:, 5] = 1.0
    found = np.zeros((line.points, len(rows), 6))
    response, at = kin / kout, 0
    found[0, :, 5] = response
    for (length, count), (rate, bolus) in zip(line.runs, line.inputs, strict=True):
        state[:, 0, 0] += bolus
        found[at, :, 0] += bolus
        generator[:, 0, 5] = rate
        h = float(line.steps_min[length])
        steps = [exponential(generator * (h * node)) for node in NODES]
        for _ in range(count):
            site = [state[:, 4, 0], *[(step @ state)[:, 4, 0] for step in steps]]
            q = [kout * (1.0 - imax * ce / (ic50 + ce)) for ce in site]
            response = _after_step(response, kin, q, h_h=h / MINUTES_PER_HOUR)
            state = steps[3] @ state
            at += 1
            found[at, :, :5], found[at, :, 5] = state[:, :5, 0], response
    columns = [*layout.columns.tolist(), 4, 5]
    return np.ascontiguousarray(found[line.asked].transpose(1, 0, 2)[:, :, columns])


def _after_step(response: FloatArray, kin: FloatArray, q: list[FloatArray], *, h_h: float) -> FloatArray:
    late = [np.exp(-h_h * sum(a * rate for a, rate in zip(after, q, strict=True))) for after in AFTER]
    added: FloatArray = np.zeros_like(response)
    for weight, left in zip(WEIGHTS, late, strict=True):
        added += weight * left
    kept: FloatArray = response * late[0]
    return kept + h_h * kin * added


def _generator(given: FloatArray, ke0: FloatArray) -> FloatArray:
    """Centre, second, third, metabolite, effect site and a constant 1 for the input; per minute, shape (N, 6, 6)."""
    cl, formed, q2, q3, clm, v1, v2, v3, vm = given.T
    k = np.zeros((len(given), 6, 6))
    k[:, 0, 0], k[:, 0, 1], k[:, 0, 2] = -(cl + q2 + q3) / v1, q2 / v2, q3 / v3
    k[:, 1, 0], k[:, 1, 1] = q2 / v1, -q2 / v2
    k[:, 2, 0], k[:, 2, 2] = q3 / v1, -q3 / v3
    k[:, 3, 0], k[:, 3, 3] = formed / v1, -clm / vm
    k[:, 4, 0], k[:, 4, 4] = ke0 / v1, -ke0
    generator: FloatArray = k / MINUTES_PER_HOUR
    return generator


def _layout(graph: CompartmentGraph, schedule: Schedule) -> Layout:
    layout = read(graph) if not schedule.absorbed and len(graph.people) == 1 else None
    if layout is None:
        raise InputRefused(
            "graph",
            given="a graph or a route that is not compiled",
            allowed="people along one axis, up to three compartments and a metabolite, doses into a vein",
            mend="bring the graph into this form",
        )
    return layout
