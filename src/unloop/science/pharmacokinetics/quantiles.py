"""Quantiles of a crowd that passes by in lots and is not kept.

A count for each time and each of many narrow bins, 256 to every doubling of a positive number: its sign, exponent and
first 8 bits of fraction, read off its float64. A quantile is found to within its bin, which is 0.4 % wide at most;
inside it people are taken as evenly spread, so the error is below 0.4 % and usually near 0.01 %. The memory is that
of the bins, however many people pass.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unloop.science.pharmacokinetics.arrays import FloatArray

FRACTION_BITS = 8
SHIFT = np.uint64(52 - FRACTION_BITS)
LOWEST, HIGHEST = 2.0**-30, 2.0**30  # ng/mL; what is below counts as 0, and nothing is above
_BOTTOM = int(np.float64(LOWEST).view(np.uint64) >> SHIFT)
BINS = 60 * 2**FRACTION_BITS + 1

WIDEST = 2.0**-FRACTION_BITS
"""The relative width of the widest bin: the stated error of a quantile."""


class QuantileSketch:
    """Counts of values of 0 or more, at each of T times."""

    __slots__ = ("_counts", "_places")

    def __init__(self, times: int) -> None:
        self._counts: NDArray[np.int64] = np.zeros((times, BINS), dtype=np.int64)
        self._places = np.arange(times, dtype=np.int64) * BINS

    @property
    def people(self) -> int:
        """How many have been counted."""
        return int(self._counts[0].sum())

    def add(self, values: FloatArray) -> None:
        """Count people; shape (people, T)."""
        clipped = np.clip(values, 0.0, np.nextafter(HIGHEST, 0.0))
        bins = (clipped.view(np.uint64) >> SHIFT).astype(np.int64) - (_BOTTOM - 1)
        places = np.maximum(bins, 0) + self._places
        self._counts += np.bincount(places.ravel(), minlength=self._counts.size).reshape(self._counts.shape)

    def quantiles(self, shares: tuple[float, ...]) -> FloatArray:
        """Shape (shares, T); as `numpy.quantile` places them, to within a bin."""
        below = np.cumsum(self._counts, axis=1)
        found = np.empty((len(shares), len(below)))
        for row, share in enumerate(shares):
            for time, counted in enumerate(below):
                rank = share * (counted[-1] - 1) + 0.5
                bin_ = int(np.searchsorted(counted, rank, side="left"))
                before = int(counted[bin_ - 1]) if bin_ else 0
                inside = (rank - before) / max(int(counted[bin_]) - before, 1)
                low, high = _edges(bin_)
                found[row, time] = low + min(inside, 1.0) * (high - low)
        return found


def _edges(bin_: int) -> tuple[float, float]:
    """Where a bin begins and ends; the lowest is zero itself."""
    if bin_ == 0:
        return 0.0, 0.0
    bits = np.array([_BOTTOM + bin_ - 1, _BOTTOM + bin_], dtype=np.uint64) << SHIFT
    low, high = bits.view(np.float64).tolist()
    return low, high
