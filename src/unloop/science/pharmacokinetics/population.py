"""People instead of the typical person: random effects drawn, and the band that they span."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import solver
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import LogNormal, Unknown
from unloop.science.pharmacokinetics.draws import LARGEST_SEED, standard_normals
from unloop.science.pharmacokinetics.drug import Analyte
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.kinetic_model import Administration, KineticModel, SpreadKind
from unloop.science.pharmacokinetics.quantiles import QuantileSketch
from unloop.science.pharmacokinetics.schedule import Route, Schedule
from unloop.science.pharmacokinetics.simulation import summed_ng_per_ml
from unloop.science.pharmacokinetics.solver import read_times

QUANTILES = (0.05, 0.5, 0.95)

# Up to this many values every person's curve is held for exact quantiles: 4e7 are 320 MB. Beyond it people are
# counted into bins as they pass. Solved in smaller lots either way, so that the modes stay small.
LARGEST_HELD = 40_000_000
MOST_VALUES = 5_000_000_000
LOT = 2_000

EngineName = Literal["numba", "numpy"]


@dataclass(frozen=True, slots=True)
class Engine:
    """Who solves the compartments; `unloop.science.pharmacokinetics.kernels` has the compiled one.

    Attributes:
        concentrations_ng_per_ml: of many people's graphs, a schedule and T times; shape (N, T).
        lot: how many people it takes at once.
    """

    name: EngineName
    concentrations_ng_per_ml: Callable[[CompartmentGraph, Schedule, FloatArray], FloatArray]
    lot: int


NUMPY = Engine("numpy", solver.concentrations_ng_per_ml, lot=LOT)


@dataclass(frozen=True, slots=True)
class Band:
    """The middle of people and the range of 90 in 100 of them, or the typical person alone.

    The band is of true concentrations between people of one weight; it holds no error of sampling or assay, and
    none of the model itself. 5 in 100 people are below it at a time and 5 above.

    Attributes:
        times_min: shape (T,).
        p50: shape (T,); the median of the people drawn, or the typical person where the spread is unknown.
        p05, p95: shape (T,), or None where no variability is published. Never a band of zero width.
        subjects: how many people were drawn; 0 where none could be.
        exact: whether the quantiles are those of the people, or within `quantiles.WIDEST` of them.
        left_out: what people differ in and the band does not hold, as sentences to show beside it; empty after a
            vein. After a swallowed or sprayed dose the band is too narrow by that.
    """

    analyte: Analyte
    times_min: FloatArray
    p05: FloatArray | None
    p50: FloatArray
    p95: FloatArray | None
    spread: SpreadKind
    subjects: int
    exact: bool = True
    left_out: tuple[str, ...] = ()


def draw_parameters(
    model: KineticModel, *, weight_kg: float, subjects: int, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Parameters of people of one weight, shape (subjects,) each; the first people stay the same when more are drawn.

    Takes one number from the generator, as the seed of `people_of`.

    Raises:
        InputRefused: as `people_of`.
    """
    _check_subjects(subjects)
    return people_of(model, weight_kg=weight_kg, seed=_seed_from(rng), count=subjects)


def people_of(
    model: KineticModel, *, weight_kg: float, seed: int, first: int = 0, count: int
) -> dict[str, FloatArray]:
    """Parameters of people `first` to `first + count` of a seed, all of one weight; shape (count,) each.

    A person is the same whoever else is asked for, in any lot. A parameter without published variability is the
    typical one for everyone.

    Raises:
        InputRefused: when the model has no published variability, or the weight, number or seed is out of range.
    """
    _check_subjects(count)
    typical = model.typical(weight_kg)
    match model.between:
        case Unknown(reason=reason):
            raise InputRefused(
                f"variability of {model.id}",
                given="unknown",
                allowed="a published one",
                mend=f"none: {reason}",
            )
        case LogNormal(parameters=names, covariance=covariance):
            normals = standard_normals(seed, first=first, count=count, columns=len(names))
            etas = _mixed(normals, _root(np.array(covariance)))
        case _:
            assert_never(model.between)
    people = {name: np.full(count, value) for name, value in typical.items()}
    for column, name in enumerate(names):
        people[name] = people[name] * np.exp(etas[column])
    return people


def curves_in_lots(
    model: KineticModel,
    given: Administration,
    times_min: ArrayLike,
    *,
    subjects: int,
    seed: int,
    engine: Engine = NUMPY,
) -> Iterator[FloatArray]:
    """People's concentrations, a lot at a time in their order; shapes (lot, T), in ng/mL.

    What is never held as a whole may be of any size; whoever takes the lots shows how far it is.

    Raises:
        InputRefused: when the model has no published variability or does not take the drug.
    """
    times = read_times(times_min)
    for people in people_in_lots(
        model, weight_kg=given.weight_kg, subjects=subjects, seed=seed, engine=engine
    ):
        yield curves_of(model, given, people, times_min=times, engine=engine)


def people_in_lots(
    model: KineticModel, *, weight_kg: float, subjects: int, seed: int, engine: Engine = NUMPY
) -> Iterator[dict[str, FloatArray]]:
    """Parameters of all people of a crowd, as many at a time as the engine takes at once.

    Raises:
        InputRefused: as `people_of`.
    """
    for first in range(0, subjects, engine.lot):
        count = min(engine.lot, subjects - first)
        yield people_of(model, weight_kg=weight_kg, seed=seed, first=first, count=count)


def write_curves(path: Path, lots: Iterator[FloatArray], *, subjects: int, times: int) -> Iterator[int]:
    """Write lots to a .npy file of shape (subjects, times) as they come; yields how many people are written.

    One lot is in memory at a time. The file is whole once the iterator is through.
    """
    stored = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=(subjects, times))
    written = 0
    for lot in lots:
        stored[written : written + len(lot)] = lot
        written += len(lot)
        yield written
    stored.flush()


def band(
    model: KineticModel,
    given: Administration,
    times_min: ArrayLike,
    *,
    subjects: int,
    rng: np.random.Generator,
    engine: Engine = NUMPY,
) -> Band:
    """The range of people's concentrations after one administration.

    People differ in how the drug spreads and leaves, not in how it is absorbed: after a dose that no vein took, the
    band says in `left_out` what it is too narrow by.

    Args:
        model: any model of the library; one without published variability gives the typical person and no band.
        given: drug, schedule and body weight.
        times_min: T minutes on the schedule's clock.
        subjects: how many people to draw; with fewer than 20 the 5 % lines mean little.
        rng: a generator of the caller's; the same seed gives the same band. Untouched where no spread is known.
        engine: who solves the compartments.

    Raises:
        InputRefused: when the model does not take the drug, or subjects x times is more than can be waited for.
    """
    times = read_times(times_min)
    _check_subjects(subjects)
    if subjects * times.size > MOST_VALUES:
        raise InputRefused(
            "subjects",
            given=f"{subjects} people at {times.size} times",
            allowed=f"at most {MOST_VALUES} values",
            mend="ask for fewer people or fewer times",
        )
    analyte = model.analyte_of(given.drug)
    if isinstance(model.between, Unknown):
        middle = summed_ng_per_ml(model, given, parameters=model.typical(given.weight_kg), times_min=times)
        return Band(analyte, times, p05=None, p50=middle, p95=None, spread=model.spread, subjects=0)
    lots = curves_in_lots(model, given, times, subjects=subjects, seed=_seed_from(rng), engine=engine)
    held = subjects * times.size <= LARGEST_HELD
    p05, p50, p95 = _held_quantiles(lots) if held else _counted_quantiles(lots, times.size)
    return Band(
        analyte, times, p05=p05, p50=p50, p95=p95, spread=model.spread, subjects=subjects, exact=held,
        left_out=left_out(model, given.schedule),
    )  # fmt: skip


def left_out(model: KineticModel, schedule: Schedule) -> tuple[str, ...]:
    """What a band does not hold: a sentence for each route on which everybody absorbs as the typical person does."""
    return tuple(
        f"Everybody absorbs the {route} dose as the typical person does, so the band is too narrow: "
        + (f"published and not drawn are {', '.join(known)}." if known else "no variability is published.")
        for route in schedule.routes
        if route is not Route.INTRAVENOUS
        for known in [_published_of(model, route)]
    )


def _published_of(model: KineticModel, route: Route) -> list[str]:
    """The parameters of a route that are published to vary, between people or from day to day."""
    names: list[str] = []
    if isinstance(model.between_all, LogNormal):
        names += [*model.between_all.parameters, *model.between_all.logit_sd]
    if model.between_occasions is not None:
        names += model.between_occasions.parameters
    return [name for name in dict.fromkeys(names) if name.startswith(f"{route}.")]


def _held_quantiles(lots: Iterator[FloatArray]) -> FloatArray:
    curves = np.concatenate(list(lots))
    found: FloatArray = np.quantile(np.ascontiguousarray(curves.T), QUANTILES, axis=1)
    return found


def _counted_quantiles(lots: Iterator[FloatArray], times: int) -> FloatArray:
    sketch = QuantileSketch(times)
    for lot in lots:
        sketch.add(lot)
    return sketch.quantiles(QUANTILES)


def curves_of(
    model: KineticModel,
    given: Administration,
    people: dict[str, FloatArray],
    *,
    times_min: FloatArray,
    engine: Engine,
) -> FloatArray:
    """Concentrations of people with these parameters, the substances of a racemate added up; (N, T), in ng/mL."""
    if engine is NUMPY or given.schedule.absorbed:
        return summed_ng_per_ml(model, given, parameters=people, times_min=times_min)
    parts = model.parts_of(given.drug)
    curves = [
        part.share * engine.concentrations_ng_per_ml(model.graph(people, part), given.schedule, times_min)
        for part in parts
    ]
    total: FloatArray = curves[0] if len(curves) == 1 else np.sum(curves, axis=0)
    return total


def _seed_from(rng: np.random.Generator) -> int:
    return int(rng.integers(LARGEST_SEED, dtype=np.uint64, endpoint=True))


def _check_subjects(subjects: int) -> None:
    if subjects < 1:
        raise InputRefused(
            "subjects", given=subjects, allowed="1 or more", mend="say how many people to draw"
        )


def _root(covariance: FloatArray) -> FloatArray:
    """The symmetric square root: the one that no choice of signs or order enters, and a variance of 0 is taken."""
    variances, axes = np.linalg.eigh(covariance)
    root: FloatArray = (axes * np.sqrt(np.maximum(variances, 0.0))) @ axes.T
    return root


def _mixed(normals: FloatArray, root: FloatArray) -> FloatArray:
    """Etas, one row for each parameter. Summed term by term: a matrix product may round by the size of the lot."""
    etas = np.zeros((root.shape[1], len(normals)))
    for column, weights in enumerate(root):
        etas += weights[:, None] * normals[:, column]
    return etas
