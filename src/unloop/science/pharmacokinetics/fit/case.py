"""One person's data and the model that they are held against, as plain arrays: what both engines work on.

Every volume, flow and clearance of a library model is a product of powers of its parameters, and parameters are
log-normal: so each of them is its typical value times exp(exponents . eta). That is read off the model once, here,
and the derivatives by eta follow from it exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.schedule import Schedule

Build = Callable[[Mapping[str, float]], CompartmentGraph]


class Case(NamedTuple):
    """What an engine needs, in arrays.

    S systems (one for S- and one for R-ketamine, say) of n compartments, N levels, P random effects.

    Attributes:
        typical: shape (S, 2 n + n n): volumes in L, clearances and flows in L/h of the typical person; flow
            [i, j] runs from compartment j into i.
        exponents: shape (S, 2 n + n n, P); how often each random effect enters each of them.
        observed: shape (S,); the compartment that blood is drawn from.
        inputs: shape (I, 3), by time: first minute, last minute, mg/min; where both minutes agree, a bolus in mg.
        times_min: shape (N,).
        weights: shape (N, S); what of each system's concentration a level counts.
        levels_ng_per_ml: shape (N,); for a level below the limit of quantification, that limit.
        below: shape (N,); whether it is one.
        proportional: shape (N,); residual standard deviation as a fraction of the prediction.
        additive: shape (N,); residual standard deviation in ng/mL.
        precision: shape (P, P); the inverse of the random effects' covariance.
    """

    typical: FloatArray
    exponents: FloatArray
    observed: NDArray[np.int64]
    inputs: FloatArray
    times_min: FloatArray
    weights: FloatArray
    levels_ng_per_ml: FloatArray
    below: NDArray[np.bool_]
    proportional: FloatArray
    additive: FloatArray
    precision: FloatArray


@dataclass(frozen=True, slots=True)
class System:
    """The compartments that one observed concentration depends on, as powers of random effects.

    Attributes:
        typical: shape (2 n + n n,), as in `Case`.
        exponents: shape (2 n + n n, P).
        observed: which compartment blood is drawn from.
        share: the part of the dose that enters it.
    """

    typical: FloatArray
    exponents: FloatArray
    observed: int
    share: float

    @property
    def n(self) -> int:
        """Number of compartments."""
        return compartments(self.typical)

    def padded(self, n: int) -> System:
        """The same system with empty compartments of 1 L added, that nothing enters."""
        graph = graph_of(self.typical, self.exponents, np.zeros(self.exponents.shape[1]))
        more = n - self.n
        typical = np.concatenate(
            [
                np.pad(graph.volumes_l, (0, more), constant_values=1.0),
                np.pad(graph.clearances_l_per_h, (0, more)),
                np.pad(graph.flows_l_per_h, (0, more)).ravel(),
            ]
        )
        effects, old = self.exponents.shape[1], self.n
        exponents = np.zeros((typical.size, effects))
        exponents[:old] = self.exponents[:old]
        exponents[n : n + old] = self.exponents[old : 2 * old]
        flows = exponents[2 * n :].reshape(n, n, effects)
        flows[:old, :old] = self.exponents[2 * old :].reshape(old, old, effects)
        return System(typical, exponents, observed=self.observed, share=self.share)


def compartments(typical: FloatArray) -> int:
    """How many compartments 2 n + n n elements are."""
    return round(float(np.sqrt(typical.size + 1.0))) - 1


def graph_of(typical: FloatArray, exponents: FloatArray, etas: FloatArray) -> CompartmentGraph:
    """The compartments of people with these random effects, shape (..., P)."""
    n = compartments(typical)
    values: FloatArray = typical * np.exp(etas @ exponents.T)
    return CompartmentGraph(
        volumes_l=values[..., :n],
        clearances_l_per_h=values[..., n : 2 * n],
        flows_l_per_h=values[..., 2 * n :].reshape(*values.shape[:-1], n, n),
    )


def system(
    build: Build,
    *,
    parameters: Mapping[str, float],
    varying: tuple[str, ...],
    share: float,
    observed: int = 0,
) -> System:
    """Read a system off the function that builds its compartments.

    Args:
        build: parameters by name to one person's compartments.
        parameters: the typical person's.
        varying: the names that carry a random effect, in its order.
        share: the part of the dose that enters compartment 0.
        observed: the compartment whose concentration is measured.

    Raises:
        InputRefused: when a volume or flow is no product of powers of the varying parameters.
    """
    kept = _upstream_of(observed, build(parameters))
    base = _elements(build(parameters), kept)
    exponents = np.zeros((base.size, len(varying)))
    for column, name in enumerate(varying):
        doubled = _elements(build({**parameters, name: 2.0 * parameters[name]}), kept)
        np.log2(doubled / np.where(base > 0, base, 1.0), out=exponents[:, column], where=base > 0)
    factors = 1.0 + 0.3 * np.cos(
        1.0 + np.arange(len(varying))
    )  # somewhere else, to see that powers are all there is
    elsewhere = {name: parameters[name] * factor for name, factor in zip(varying, factors, strict=True)}
    expected = base * np.exp(exponents @ np.log(factors))
    if not np.allclose(_elements(build({**parameters, **elsewhere}), kept), expected, rtol=1e-9, atol=0.0):
        raise InputRefused(
            "model",
            given="a flow that is a sum, and no product of powers, of parameters that vary",
            allowed="random effects that multiply volumes and flows",
            mend="choose a model of clearances and volumes, such as otto-2021 or simons-2022",
        )
    return System(typical=base, exponents=exponents.round(12), observed=kept.index(observed), share=share)


def _upstream_of(observed: int, graph: CompartmentGraph) -> list[int]:
    """The compartments that the observed one depends on, in order; what only leaves them leaves the body, as it were."""
    kept, waiting = {observed}, [observed]
    while waiting:
        into = waiting.pop()
        sources = {int(source) for source in np.flatnonzero(graph.flows_l_per_h[into] > 0)} - kept
        kept |= sources
        waiting += sources
    return sorted(kept)


def _elements(graph: CompartmentGraph, kept: list[int]) -> FloatArray:
    leaving = np.delete(graph.flows_l_per_h, kept, axis=0).sum(axis=0)
    clearances = (graph.clearances_l_per_h + leaving)[kept]
    flows = graph.flows_l_per_h[np.ix_(kept, kept)]
    return np.concatenate([graph.volumes_l[kept], clearances, flows.ravel()])


def reversible(case: Case) -> bool:
    """Whether every flow runs equally both ways in every person, as the compiled engine asks."""
    n = compartments(case.typical[0])
    flows = case.typical[:, 2 * n :].reshape(-1, n, n)
    powers = case.exponents[:, 2 * n :].reshape(-1, n, n, case.exponents.shape[2])
    return bool(np.array_equal(flows, flows.swapaxes(1, 2)) and np.array_equal(powers, powers.swapaxes(1, 2)))


def inputs_of(schedule: Schedule) -> FloatArray:
    """What entered, as the rows of `Case.inputs`, in order of time; shape (I, 3)."""
    rows = [(part.start_min, part.end_min, part.rate_mg_per_min) for part in schedule.infusions]
    rows += [(bolus.at_min, bolus.at_min, bolus.mg) for bolus in schedule.boluses]
    return np.array(sorted(rows), dtype=np.float64).reshape(-1, 3)
