"""What a kernel reads of a graph, and the memory it writes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.kernels.timeline import IntArray

STATES = 4
METABOLITE = 3  # its place among the kernel's states
ALIGNMENT = 32  # bytes of a vector register
CENTRAL_VOLUME = 5  # its column among what is given


@dataclass(frozen=True, slots=True)
class Layout:
    """People as rows of numbers.

    Attributes:
        given: shape (N, 9), L/h and L: clearance out of the centre by every way, of it into the metabolite, the two
            exchanges, the metabolite's own clearance, and the volumes of centre, second, third and metabolite. What
            a graph does not have is a flow of 0 and a volume of 1.
        columns: shape (n,); the kernel's state of each of the graph's compartments.
    """

    given: FloatArray
    columns: IntArray


def read(graph: CompartmentGraph) -> Layout | None:
    """The rows of a mammillary graph of up to three compartments, with a metabolite formed in the centre or without.

    None for any other graph.
    """
    volumes = graph.volumes_l.reshape(-1, graph.n)
    flows = graph.flows_l_per_h.reshape(-1, graph.n, graph.n)
    exits = graph.clearances_l_per_h.reshape(-1, graph.n)
    exchanging = [i for i in range(1, graph.n) if np.array_equal(flows[:, i, 0], flows[:, 0, i])]
    formed = [i for i in range(1, graph.n) if i not in exchanging]
    if len(exchanging) > METABOLITE - 1 or len(formed) > 1:
        return None
    outer = flows[:, 1:, 1:]
    if np.any(outer != 0) or np.any(exits[:, exchanging] != 0) or np.any(flows[:, 0, formed] != 0):
        return None
    given = np.zeros((volumes.shape[0], 9))
    given[:, 5:] = 1.0
    given[:, 0], given[:, 5] = exits[:, 0], volumes[:, 0]
    columns = np.zeros(graph.n, dtype=np.int64)
    for place, i in enumerate(exchanging):
        given[:, 2 + place], given[:, 6 + place] = flows[:, i, 0], volumes[:, i]
        columns[i] = 1 + place
    for i in formed:
        given[:, 0] += flows[:, i, 0]
        given[:, 1], given[:, 4], given[:, 8] = flows[:, i, 0], exits[:, i], volumes[:, i]
        columns[i] = METABOLITE
    return Layout(given=given, columns=columns)


def room(people: int, times: int, states: int) -> FloatArray:
    """Memory for amounts, shape (people, times, states), that begins where vector stores may begin."""
    size = people * times * states
    raw = np.empty(size + ALIGNMENT // 8)
    skipped = -raw.ctypes.data % ALIGNMENT // 8
    return raw[skipped : skipped + size].reshape(people, times, states)


def check_room(out: FloatArray, shape: tuple[int, int, int]) -> None:
    """A buffer of the caller's must be able to take the amounts.

    Raises:
        InputRefused: when it has another shape or type, or does not lie in one piece.
    """
    if out.shape != shape or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise InputRefused(
            "out",
            given=f"{out.dtype} of shape {out.shape}",
            allowed=f"float64 of shape {shape}, in one piece",
            mend="ask `room` for it",
        )


def aligned(out: FloatArray) -> bool:
    """Whether each row of four states may be stored as one vector."""
    return out.ctypes.data % ALIGNMENT == 0 and out.shape[-1] == STATES
