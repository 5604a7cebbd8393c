"""Compartments and the flows between them, as a matrix: what every linear model comes down to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray

MINUTES_PER_HOUR = 60.0


@dataclass(frozen=True, slots=True)
class CompartmentGraph:
    """Well-mixed volumes, the flows between them and the clearances out of the body, for one person or many.

    Leading axes are people; `n` is the number of compartments. Compartment 0 is the one that blood is drawn from.

    Attributes:
        volumes_l: shape (..., n), above zero.
        flows_l_per_h: shape (..., n, n); entry [i, j] is the volume cleared from compartment j into compartment i
            each hour. Equal both ways for distribution, one way only for a metabolite's formation. The diagonal is
            zero.
        clearances_l_per_h: shape (..., n); the volume cleared from each compartment out of the body each hour.

    Raises:
        InputRefused: when a volume is not above zero, a flow or clearance is negative, or shapes do not fit.
    """

    volumes_l: FloatArray
    flows_l_per_h: FloatArray
    clearances_l_per_h: FloatArray

    def __post_init__(self) -> None:
        n = self.volumes_l.shape[-1]
        people = self.volumes_l.shape[:-1]
        fits = self.flows_l_per_h.shape == (*people, n, n) and self.clearances_l_per_h.shape == (*people, n)
        if not fits:
            raise refused("flows and clearances", "shapes that differ", "one row and column for each volume")
        if not np.all(np.isfinite(self.volumes_l) & (self.volumes_l > 0)):
            raise refused("volumes", float(np.min(self.volumes_l)), "finite volumes above 0 L")
        for name, flow in (("flows", self.flows_l_per_h), ("clearances", self.clearances_l_per_h)):
            if not np.all(np.isfinite(flow) & (flow >= 0)):
                raise refused(name, float(np.min(flow)), "finite flows of 0 L/h or more")
        if np.any(np.diagonal(self.flows_l_per_h, axis1=-2, axis2=-1) != 0):
            raise refused("flows", "a flow from a compartment into itself", "zeros on the diagonal")

    @property
    def n(self) -> int:
        """Number of compartments."""
        return int(self.volumes_l.shape[-1])

    @property
    def people(self) -> tuple[int, ...]:
        """The leading axes; empty for one person."""
        return self.volumes_l.shape[:-1]

    @property
    def reversible(self) -> bool:
        """Whether every flow runs equally both ways, which makes all rates real and their modes orthogonal."""
        return bool(np.array_equal(self.flows_l_per_h, np.swapaxes(self.flows_l_per_h, -1, -2)))

    def rate_matrix_per_min(self) -> FloatArray:
        """The matrix K of dA/dt = K A + input, with amounts A in mg and minutes; shape (..., n, n)."""
        leaving = self.flows_l_per_h.sum(axis=-2) + self.clearances_l_per_h
        flows = self.flows_l_per_h - leaving[..., None, :] * np.eye(self.n)
        rates: FloatArray = flows / self.volumes_l[..., None, :] / MINUTES_PER_HOUR
        return rates


def mammillary(
    *, clearance_l_per_h: ArrayLike, volumes_l: Sequence[ArrayLike], exchanges_l_per_h: Sequence[ArrayLike]
) -> CompartmentGraph:
    """A central compartment, eliminated from, and the peripheral ones that exchange with it.

    Args:
        clearance_l_per_h: out of the central compartment; a number, or an array with one entry for each person.
        volumes_l: central first, then peripheral ones.
        exchanges_l_per_h: one intercompartmental clearance for each peripheral compartment.

    Raises:
        InputRefused: when the number of exchanges does not fit the volumes, or a value is out of range.

    Example:
        >>> graph = mammillary(clearance_l_per_h=84.0, volumes_l=[25.0, 56.0], exchanges_l_per_h=[161.0])
        >>> graph.n, graph.reversible
        (2, True)
    """
    n = len(volumes_l)
    if n == 0 or len(exchanges_l_per_h) != n - 1:
        raise refused(
            "exchanges", f"{len(exchanges_l_per_h)} for {n} volumes", "one less than there are volumes"
        )
    columns = np.broadcast_arrays(
        *(
            np.asarray(value, dtype=np.float64)
            for value in (clearance_l_per_h, *volumes_l, *exchanges_l_per_h)
        )
    )
    volumes = np.stack(columns[1 : n + 1], axis=-1)
    flows = np.zeros((*volumes.shape, n))
    for peripheral, exchange in enumerate(columns[n + 1 :], start=1):
        flows[..., 0, peripheral] = exchange
        flows[..., peripheral, 0] = exchange
    clearances = np.zeros_like(volumes)
    clearances[..., 0] = columns[0]
    return CompartmentGraph(volumes_l=volumes, flows_l_per_h=flows, clearances_l_per_h=clearances)


def plasma_clearance_l_per_h(graph: CompartmentGraph) -> float:
    """One person's clearance as blood sees it: what is given into compartment 0 over the area there.

    The clearance itself where that compartment is the one that is cleared; less where a liver stands behind a flow.
    """
    rates = graph.rate_matrix_per_min()
    area_min = np.linalg.solve(-rates, np.eye(graph.n)[0])[0]
    return float(graph.volumes_l[0] / area_min * MINUTES_PER_HOUR)


def refused(where: str, given: object, allowed: str) -> InputRefused:
    """A refusal about the compartments themselves."""
    return InputRefused(
        where, given=given, allowed=allowed, mend="check the model's parameters and their units"
    )
