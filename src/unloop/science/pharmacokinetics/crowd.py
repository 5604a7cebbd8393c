"""A crowd in a few numbers: the range of its curves, of its peaks and of its areas, in memory that does not grow.

Every person's curve passes by once, and whoever wants to keep it is handed it on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.drug import Analyte
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel, SpreadKind
from unloop.science.pharmacokinetics.population import (
    NUMPY,
    QUANTILES,
    Engine,
    curves_of,
    people_in_lots,
)
from unloop.science.pharmacokinetics.quantiles import QuantileSketch
from unloop.science.pharmacokinetics.solver import NG_PER_ML_IN_MG_PER_L, read_times

MINUTES_PER_HOUR = 60.0

# Up to this many values (64 MB, and three times that while they are sorted) everybody is kept for exact quantiles.
LARGEST_HELD = 8_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """The 5 %, 50 % and 95 % quantiles of people; numbers, or one array for each time."""

    p05: FloatArray
    p50: FloatArray
    p95: FloatArray


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of one weight after one administration.

    Attributes:
        times_min: shape (T,).
        ng_per_ml: the concentration at each time; arrays of shape (T,).
        cmax_ng_per_ml: each person's highest concentration, wherever it lies; arrays of shape ().
        auc_ng_h_per_ml: each person's area to infinity; arrays of shape ().
        exact: whether the quantiles are those of the people, or within `quantiles.WIDEST` of them.
        engine: who solved the compartments.
    """

    analyte: Analyte
    times_min: FloatArray
    ng_per_ml: Spread
    cmax_ng_per_ml: Spread
    auc_ng_h_per_ml: Spread
    spread: SpreadKind
    subjects: int
    exact: bool
    engine: str


def crowd(  # noqa: PLR0913 - one for each thing a crowd is made of
    model: KineticModel,
    given: Administration,
    times_min: ArrayLike,
    *,
    subjects: int,
    seed: int,
    engine: Engine = NUMPY,
    each_lot: Callable[[int, FloatArray], None] | None = None,
) -> Crowd:
    """Solve everybody once and keep what can be said of them all.

    Args:
        model: one with published or borrowed variability.
        given: infusions and boluses into a vein, to a body of one weight.
        times_min: T minutes on the schedule's clock, in any order.
        subjects: how many people; person n of a seed is the same in every crowd.
        seed: 0 or more.
        engine: who solves the compartments.
        each_lot: is handed the number of the first person and the curves of a lot, shape (lot, T), ng/mL.

    Raises:
        InputRefused: when no variability is published, the drug is not taken, or something is swallowed: there the
            peak lies between the times.
    """
    if given.schedule.absorbed:
        raise InputRefused(
            "schedule", given="a swallowed or sprayed dose", allowed="infusions and boluses into a vein",
            mend="ask for `band`, which has no peaks and no areas",
        )  # fmt: skip
    times = read_times(times_min)
    asked = np.concatenate([times, given.schedule.breaks_min()])
    # The peak after a vein stands where an input ends or changes, so these minutes are solved as well.
    lots = people_in_lots(model, weight_kg=given.weight_kg, subjects=subjects, seed=seed, engine=engine)
    held = subjects * (times.size + 2) <= LARGEST_HELD
    gathered = _Held(times.size + 2, subjects) if held else _Counted(times.size + 2)
    first = 0
    for people in lots:
        solved = curves_of(model, given, people, times_min=asked, engine=engine)
        if each_lot is not None:
            each_lot(first, solved[:, : times.size])
        areas = _areas(model, given, people)
        gathered.add(np.column_stack([solved[:, : times.size], solved.max(axis=1), areas]))
        first += len(solved)
    low, middle, high = gathered.quantiles()
    return Crowd(
        analyte=model.analyte_of(given.drug),
        times_min=times,
        ng_per_ml=Spread(low[:-2], middle[:-2], high[:-2]),
        cmax_ng_per_ml=Spread(low[-2], middle[-2], high[-2]),
        auc_ng_h_per_ml=Spread(low[-1], middle[-1], high[-1]),
        spread=model.spread,
        subjects=subjects,
        exact=held,
        engine=engine.name,
    )


def _areas(model: KineticModel, given: Administration, people: dict[str, FloatArray]) -> FloatArray:
    """Each person's area to infinity in ng h/mL: what was given over clearance as blood sees it, part by part."""
    count = len(next(iter(people.values())))
    total = np.zeros(count)
    for part in model.parts_of(given.drug):
        graph = model.graph(people, part)
        entering = np.broadcast_to(np.eye(graph.n)[0], (count, graph.n))[..., None]
        minutes = np.linalg.solve(-graph.rate_matrix_per_min(), entering)[:, 0, 0]
        total += part.share * minutes / graph.volumes_l[:, 0]
    return total * (given.schedule.mg * NG_PER_ML_IN_MG_PER_L / MINUTES_PER_HOUR)


class _Held:
    """Keeps everybody, so that quantiles are theirs."""

    def __init__(self, columns: int, people: int) -> None:
        self._everybody = np.empty((columns, people))  # each column in one piece, as it will be sorted
        self._held = 0

    def add(self, values: FloatArray) -> None:
        self._everybody[:, self._held : self._held + len(values)] = values.T
        self._held += len(values)

    def quantiles(self) -> Iterator[FloatArray]:
        yield from np.quantile(self._everybody, QUANTILES, axis=1, overwrite_input=True)


class _Counted:
    """Counts everybody into narrow bins and keeps nobody."""

    def __init__(self, columns: int) -> None:
        self._sketch = QuantileSketch(columns)

    def add(self, values: FloatArray) -> None:
        self._sketch.add(np.ascontiguousarray(values))

    def quantiles(self) -> Iterator[FloatArray]:
        yield from self._sketch.quantiles(QUANTILES)
