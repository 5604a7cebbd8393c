"""The compiled engine where it can be had, and NumPy's where not."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.population import NUMPY, Engine
from unloop.science.pharmacokinetics.schedule import Schedule
from unloop.science.pharmacokinetics.solver import NG_PER_ML_IN_MG_PER_L
from unloop.science.pharmacokinetics.solver import concentrations_ng_per_ml as by_solver

LOT = 16_384


def fastest(*, threads: int | None = None) -> Engine:
    """The compiled engine, or NumPy's where Numba is not installed; `name` says which it came to be."""
    return NUMPY if find_spec("numba") is None else compiled(threads=threads)


@contextmanager
def _nothing_collected() -> Generator[None]:
    """What loading Numba makes all stays; looking through it for garbage took three tenths of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@cache
def compiled(*, threads: int | None = None) -> Engine:
    """The compiled engine; its first use on a computer takes some 10 s more.

    Raises:
        ImportError: when Numba is not installed.
    """
    with _nothing_collected():
        from unloop.science.pharmacokinetics.kernels import courses, layout  # noqa: PLC0415 - Numba loads slowly

    def concentrations_ng_per_ml(
        graph: CompartmentGraph, schedule: Schedule, times_min: FloatArray
    ) -> FloatArray:
        rows = layout.read(graph) if not schedule.absorbed and len(graph.people) == 1 else None
        if rows is None:
            return by_solver(graph, schedule, times_min)
        central = layout.Layout(rows.given, rows.columns[:1])
        out = np.empty((len(rows.given), times_min.size, 1))
        courses.solve_rows(central, schedule, times_min, out=out, threads=threads)
        amounts = out[:, :, 0]
        amounts *= NG_PER_ML_IN_MG_PER_L / rows.given[:, layout.CENTRAL_VOLUME, None]
        return amounts

    return Engine("numba", concentrations_ng_per_ml, lot=LOT)
