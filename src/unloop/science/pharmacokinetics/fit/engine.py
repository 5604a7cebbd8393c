"""Two engines with one interface: compiled for many people, plain for one, and each the other's check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Literal

import numpy as np

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.fit import plain
from unloop.science.pharmacokinetics.fit.case import Case
from unloop.science.pharmacokinetics.fit.prior import Prior

EngineName = Literal["compiled", "plain"]
"""`compiled`: Numba, about 100 times as fast, and some 10 s of compiling once on each computer. `plain`: NumPy and
SciPy, at once, and for models with one-way flows."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What a fit asks for; shapes as in `plain`.

    Attributes:
        predict: levels (M, N) of people with etas (M, P).
        values: half the objective (M,) at etas (M, P).
        gradients: the same with its gradient (M, P).
        descend: minima (M, P) from starts (M, P), and half the objective there.
    """

    name: EngineName
    predict: Callable[[Case, FloatArray], FloatArray]
    values: Callable[[Case, FloatArray], FloatArray]
    gradients: Callable[[Case, FloatArray], tuple[FloatArray, FloatArray]]
    descend: Callable[[Case, FloatArray], tuple[FloatArray, FloatArray]]


PLAIN = Engine(
    name="plain",
    predict=plain.predict,
    values=plain.values,
    gradients=plain.gradients,
    descend=plain.descend,
)


def engine_for(prior: Prior, wanted: EngineName | None) -> Engine:
    """The engine asked for; by default the compiled one wherever it can serve."""
    return compiled() if prior.reversible and wanted != "plain" and _compiles() else PLAIN


@cache
def _compiles() -> bool:
    return find_spec("numba") is not None


@cache
def compiled() -> Engine:
    """The compiled engine; the first call loads Numba and, once on a computer, compiles."""
    from unloop.science.pharmacokinetics.fit import kernels  # noqa: PLC0415 - Numba takes a second to load

    def predict(case: Case, etas: FloatArray) -> FloatArray:
        levels = np.empty((len(etas), case.times_min.size))
        kernels.predict(case, np.ascontiguousarray(etas), levels)
        return levels

    def values(case: Case, etas: FloatArray) -> FloatArray:
        found = np.empty(len(etas))
        kernels.evaluate(case, np.ascontiguousarray(etas), found, np.empty((0, etas.shape[1])))
        return found

    def gradients(case: Case, etas: FloatArray) -> tuple[FloatArray, FloatArray]:
        found, slopes = np.empty(len(etas)), np.empty_like(etas)
        kernels.evaluate(case, np.ascontiguousarray(etas), found, slopes)
        return found, slopes

    def descend(case: Case, starts: FloatArray) -> tuple[FloatArray, FloatArray]:
        etas, found = starts.copy(), np.empty(len(starts))
        kernels.descend(case, etas, found)
        return etas, found

    return Engine("compiled", predict=predict, values=values, gradients=gradients, descend=descend)
