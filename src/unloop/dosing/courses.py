"""One model's typical person and the people behind a band, solved together: closed forms, in NumPy, in a millisecond.

A model's compartments are a few modes that decay, and between two changes of the pump each mode goes straight to what
the pump would hold it at. Everybody's modes are found in one batch and kept for a weight, since a session asks again
and again for the same person. On evenly spaced minutes a decay is multiplied instead of worked out anew. Both leave
the numbers as they are, within 1e-11 of `unloop.science.pharmacokinetics.solver`; tests hold that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from unloop.dosing.people import even_normals, factors_of, varying
from unloop.science.pharmacodynamics import effect_site_ng_per_ml
from unloop.science.pharmacodynamics.effect_site import TIE
from unloop.science.pharmacokinetics import (
    Administration,
    Analyte,
    CompartmentGraph,
    Drug,
    FloatArray,
    KineticModel,
    Schedule,
    auc_ng_h_per_ml_to_infinity,
    model,
)
from unloop.science.pharmacokinetics.kinetic_model import Part
from unloop.science.pharmacokinetics.simulation import summed_ng_per_ml

NG_PER_ML_IN_MG_PER_L = 1000.0
MINUTES_PER_HOUR = 60.0
EVEN = 1e-11  # minutes; what rounding leaves of evenly spaced ones
KEPT = 64  # weights and models whose modes are kept

SUM = "kp,ktp->tp"  # over modes
ALIKE = np.ones(1)
EFFECT_COLUMNS = 2  # the normals of an effect's delay and of its half-maximal concentration


Of = Literal["whole", "S"]
"""Of what the concentration is: of the whole analyte, or of S-ketamine alone, which an effect follows."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """How K modes of one model hold and lose a drug, in P people; person 0 is the typical one.

    Attributes:
        rates_per_min: shape (K, P), above 0; P is 1 where the model says nothing of how people differ.
        ng_per_ml_per_mg: shape (K, P); what 1 mg of the whole dose, given at once, adds to the concentration.
    """

    rates_per_min: FloatArray
    ng_per_ml_per_mg: FloatArray


@dataclass(frozen=True, slots=True)
class Timing:
    """Ascending times, cut into stretches at each change of the pump.

    Attributes:
        breaks_min: where the stretches begin, shape (S,); the last one has no end.
        places: where each stretch's times begin among all, and where all end; S + 1 of them.
        rates_mg_per_min: the pump's rate in each stretch.
        pushed_mg: what is given at once where each begins.
        step_min: the even step of the times from the second of each stretch on; None where they have none.
    """

    times_min: FloatArray
    breaks_min: FloatArray
    places: tuple[int, ...]
    rates_mg_per_min: tuple[float, ...]
    pushed_mg: tuple[float, ...]
    step_min: float | None

    @classmethod
    def of(cls, schedule: Schedule, times_min: FloatArray) -> Timing:
        """Cut ascending times at the changes of a schedule."""
        breaks = schedule.breaks_min()
        places = (*np.searchsorted(times_min, breaks).tolist(), times_min.size)
        return cls(
            times_min=times_min,
            breaks_min=breaks,
            places=places,
            rates_mg_per_min=tuple(
                sum(one.rate_mg_per_min for one in schedule.infusions if one.start_min <= at < one.end_min)
                for at in breaks.tolist()
            ),
            pushed_mg=tuple(
                sum(one.mg for one in schedule.boluses if one.at_min == at) for at in breaks.tolist()
            ),
            step_min=_even_step(times_min, places),
        )


def _even_step(times: FloatArray, places: tuple[int, ...]) -> float | None:
    """The step between all times but those around a change; None where the steps differ."""
    steps = np.diff(times)
    if steps.size == 0:
        return None
    usual = float(steps[-1])
    around = {near for place in places for near in (place - 1, place)}
    odd = np.flatnonzero(np.abs(steps - usual) > EVEN)
    return usual if around.issuperset(odd.tolist()) else None


@lru_cache(maxsize=KEPT)
def disposition(model_id: str, drug: Drug, *, of: Of, weight_kg: float, subjects: int) -> Disposition:
    """The modes of the typical person of a weight, and of evenly spread people where the model says how they differ.

    Args:
        model_id: any model of the library that takes the drug.
        subjects: how many people to add; 0 for the typical one alone.
    """
    chosen = model(model_id)
    parameters = _typical_first(chosen, of=of, weight_kg=weight_kg, subjects=subjects)
    found = [(part.share, *modes(chosen.graph(parameters, part))) for part in parts_of(chosen, drug, of)]
    return Disposition(
        rates_per_min=np.concatenate([rates for _, rates, _ in found]),
        ng_per_ml_per_mg=np.concatenate([share * gains for share, _, gains in found]),
    )


def tells_s(chosen: KineticModel, drug: Drug) -> bool:
    """Whether the model has S-ketamine, which an effect follows, as a substance of its own."""
    return any(part.analyte is Analyte.S for part in chosen.parts_of(drug))


def parts_of(chosen: KineticModel, drug: Drug, of: Of) -> tuple[Part, ...]:
    """What is summed; where a model does not tell S from R, half of it is taken as S."""
    parts = chosen.parts_of(drug)
    if of == "whole":
        return parts
    if tells_s(chosen, drug):
        return tuple(part for part in parts if part.analyte is Analyte.S)
    return (replace(parts[0], analyte=Analyte.S, share=0.5 * parts[0].share),)


def normals_of(chosen: KineticModel, subjects: int, *, of: Of) -> FloatArray:
    """The same people for every picture; shape (subjects, columns), an effect's own two columns first."""
    columns = varying(chosen) + (EFFECT_COLUMNS if of == "S" else 0)
    return even_normals(subjects, columns) if subjects else np.empty((0, columns))


def _typical_first(chosen: KineticModel, *, of: Of, weight_kg: float, subjects: int) -> dict[str, FloatArray]:
    typical = chosen.typical(weight_kg)
    factors = _factors(chosen.id, of=of, subjects=subjects)
    return {name: value * factors.get(name, ALIKE) for name, value in typical.items()}


@lru_cache(maxsize=KEPT)
def _factors(model_id: str, *, of: Of, subjects: int) -> dict[str, FloatArray]:
    """How people's parameters stand to the typical one's, at any weight; shape (1 + subjects,), the typical one first."""
    chosen = model(model_id)
    columns = normals_of(chosen, subjects, of=of)[:, EFFECT_COLUMNS if of == "S" else 0 :]
    found = factors_of(chosen, columns) if subjects else {}
    return {name: np.concatenate([[1.0], values]) for name, values in found.items()}


def modes(graph: CompartmentGraph) -> tuple[FloatArray, FloatArray]:
    """Decay rates in 1/min and what 1 mg at once adds to the blood in ng/mL, mode by mode; shape (n, P) each.

    Of people's graphs whose flows run equally both ways: their rates are those of a symmetric matrix.
    """
    roots = np.sqrt(graph.volumes_l)
    symmetric = graph.rate_matrix_per_min() * roots[..., None, :] / roots[..., :, None]
    found, shapes = np.linalg.eigh(-symmetric)
    in_blood = shapes[..., 0, :] / roots[..., :1]
    gains = NG_PER_ML_IN_MG_PER_L * in_blood * in_blood
    return np.ascontiguousarray(found.T), np.ascontiguousarray(gains.T)


def levels(
    chosen: KineticModel, given: Administration, times_min: FloatArray, *, subjects: int
) -> FloatArray:
    """Everybody's concentration of the whole analyte in ng/mL at ascending times; shape (T, P), the typical one first.

    Raises:
        InputRefused: when the model does not take the drug or a route.
    """
    if given.schedule.absorbed:  # depots run one way and have no such modes
        people = _typical_first(chosen, of="whole", weight_kg=given.weight_kg, subjects=subjects)
        return summed_ng_per_ml(chosen, given, parameters=people, times_min=times_min).T
    found = disposition(chosen.id, given.drug, of="whole", weight_kg=given.weight_kg, subjects=subjects)
    return concentrations(found, Timing.of(given.schedule, times_min))


def whole_area(chosen: KineticModel, given: Administration, *, subjects: int) -> float:
    """The area under the typical person's whole curve in ng h/mL; with the same people nothing is solved anew."""
    if given.schedule.absorbed:
        return auc_ng_h_per_ml_to_infinity(chosen, given)
    found = disposition(chosen.id, given.drug, of="whole", weight_kg=given.weight_kg, subjects=subjects)
    per_mg = float((found.ng_per_ml_per_mg[:, 0] / found.rates_per_min[:, 0]).sum())
    return given.schedule.mg * per_mg / MINUTES_PER_HOUR


def concentrations(found: Disposition, timing: Timing) -> FloatArray:
    """Everybody's concentration in ng/mL; shape (T, P)."""
    weights = found.ng_per_ml_per_mg
    states = list(_states(found.rates_per_min, timing))
    out = _faded(found.rates_per_min, [weights * swing for _, swing in states], timing)
    for first, last, (held, _) in zip(timing.places[:-1], timing.places[1:], states, strict=True):
        out[first:last] += (weights * held).sum(axis=0)
    return np.maximum(out, 0.0, out=out)  # where nothing has come yet rounding may leave less


def effect_sites(
    chosen: KineticModel,
    given: Administration,
    times_min: FloatArray,
    *,
    ke0_per_min: FloatArray,
    subjects: int,
) -> FloatArray:
    """Everybody's S-ketamine at the effect site in ng/mL at ascending times; shape (T, people).

    Args:
        ke0_per_min: one for each person, the typical one first; with 0 subjects everybody has the typical blood.

    Raises:
        InputRefused: when the model does not take the drug.
    """
    found = disposition(chosen.id, given.drug, of="S", weight_kg=given.weight_kg, subjects=subjects)
    timing = Timing.of(given.schedule, times_min)
    if not _tied(found, timing, ke0_per_min):
        return _sites(found, timing, ke0_per_min)
    (part,) = parts_of(chosen, given.drug, "S")
    people = _typical_first(chosen, of="S", weight_kg=given.weight_kg, subjects=subjects)
    ke0_per_h = ke0_per_min * MINUTES_PER_HOUR
    with_care = effect_site_ng_per_ml(
        chosen.graph(people, part), given.schedule, times_min, ke0_per_h=ke0_per_h
    )
    return part.share * with_care.T


def _tied(found: Disposition, timing: Timing, ke0_per_min: FloatArray) -> bool:
    """Whether a mode decays so nearly as the effect site does that their quotient would lose digits."""
    ends = (*timing.times_min[[0, -1]].tolist(), *timing.breaks_min[[0, -1]].tolist())
    apart = np.abs(ke0_per_min - found.rates_per_min)
    return bool(float(apart.min()) * (max(ends) - min(ends)) < TIE)


def _sites(found: Disposition, timing: Timing, ke0_per_min: FloatArray) -> FloatArray:
    """The site follows the blood, dCe/dt = ke0 (C - Ce).

    Each mode is met in it by ke0 / (ke0 - rate) times itself, and what is missing to its start fades with ke0.
    """
    rates, weights = found.rates_per_min, found.ng_per_ml_per_mg
    met = ke0_per_min / (ke0_per_min - rates)
    states = list(_states(rates, timing))
    held = [(weights * one).sum(axis=0) for one, _ in states]
    swings = [weights * one * met for _, one in states]
    owns, start = [], np.zeros(ke0_per_min.size)
    for at, (level, swing) in enumerate(zip(held, swings, strict=True)):
        owns.append((start - level - swing.sum(axis=0))[None])
        if at + 1 < len(states):
            length = float(timing.breaks_min[at + 1] - timing.breaks_min[at])
            left = (swing * np.exp(-rates * length)).sum(axis=0)
            start = level + left + owns[-1][0] * np.exp(-ke0_per_min * length)
    sites = _faded(rates, swings, timing)
    sites += _faded(ke0_per_min[None], owns, timing)
    for first, last, level in zip(timing.places[:-1], timing.places[1:], held, strict=True):
        sites[first:last] += level
    return np.maximum(sites, 0.0, out=sites)  # where nothing has come yet rounding may leave less


def ranges(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The 5 % and 95 % lines over people, as `numpy.quantile` places them; shape (T, people) to (T,) each."""
    ordered = np.sort(values, axis=1)
    low, high = (_at_rank(ordered, share * (values.shape[1] - 1)) for share in (0.05, 0.95))
    return low, high


def _at_rank(ordered: FloatArray, rank: float) -> FloatArray:
    below = int(rank)
    above = min(below + 1, ordered.shape[1] - 1)
    between: FloatArray = ordered[:, below] + (rank - below) * (ordered[:, above] - ordered[:, below])
    return between


def _states(rates: FloatArray, timing: Timing) -> Iterator[tuple[FloatArray, FloatArray]]:
    """For each stretch, in mg and of shape (K, P): what the pump holds each mode at, and what fades from there."""
    level = np.zeros_like(rates)
    lengths = np.diff(timing.breaks_min).tolist()
    for at, (rate, pushed) in enumerate(zip(timing.rates_mg_per_min, timing.pushed_mg, strict=True)):
        held = rate / rates
        swing = level + pushed - held
        yield held, swing
        if at < len(lengths):
            level = held + swing * np.exp(-rates * lengths[at])


def _faded(rates: FloatArray, swings: Sequence[FloatArray], timing: Timing) -> FloatArray:
    """The sum over modes of each stretch's swing x exp(-rate x minutes since it began); shape (T, people)."""
    out = np.zeros((timing.times_min.size, swings[0].shape[1]))
    bounds = [*itertools.pairwise(timing.places)]
    step = timing.step_min
    longest = max(last - first for first, last in bounds)
    powers = None if step is None else _powers(np.exp(-rates * step), longest)
    for (first, last), begin, swing in zip(bounds, timing.breaks_min.tolist(), swings, strict=True):
        since = timing.times_min[first:last] - begin
        if powers is None:
            np.einsum(SUM, swing, np.exp(-rates[:, None] * since[None, :, None]), out=out[first:last])
        elif first < last:  # the first time of a stretch may stand apart from the even ones
            out[first] = (swing * np.exp(-rates * since[0])).sum(axis=0)
        if powers is not None and first + 1 < last:
            begun = swing * np.exp(-rates * since[1])
            np.einsum(SUM, begun, powers[:, : last - first - 1], out=out[first + 1 : last])
    return out


def _powers(factors: FloatArray, count: int) -> FloatArray:
    """1, f, f^2 and so on; shape (K, count, P). Twice as many with each multiplication."""
    out = np.empty((factors.shape[0], max(count, 1), factors.shape[1]))
    out[:, 0], done = 1.0, 1
    while done < count:
        more = min(done, count - done)
        np.multiply(out[:, :more], factors[:, None], out=out[:, done : done + more])
        factors, done = factors * factors, done + more
    return out
