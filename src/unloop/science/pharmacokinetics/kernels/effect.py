"""An effect site and an indirect response, and what a step does to the response.

    dCe/dt = ke0 (A1/V1 - Ce)                    linear, and solved as a metabolite is
    dR/dt  = kin - q(t) R,   q = kout (1 - imax Ce / (ic50 + Ce)),   R(0) = kin / kout

The response is linear in itself, so over a step of h it is R(h) = R(0) exp(-Q) + kin times the integral of
exp(-(what is left of Q)). q is known at the five Lobatto points of the step, of which the ends are shared with its
neighbours; between them it is the quartic through these, whose integrals are fixed weights times q; the outer
integral is Lobatto's. R stays above 0 whatever the step, and the error falls with the eighth power of it. Where q is
no smooth quartic, or a step outlasts the response, it is halved until the response is within `TOLERANCE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray

TOLERANCE = 5e-7
"""The largest relative error of a response."""

# Where q is known in a step after its start: half the square root of 3/7 on either side of the middle, and its end.
NODES = (0.5 - 21.0**0.5 / 14.0, 0.5, 0.5 + 21.0**0.5 / 14.0, 1.0)
PLACES = (0.0, *NODES)
WEIGHTS = (1.0 / 20.0, 49.0 / 180.0, 16.0 / 45.0, 49.0 / 180.0, 1.0 / 20.0)


def _after() -> tuple[tuple[float, ...], ...]:
    """Entry [i][j]: the integral from place i to 1 of the quartic that is 1 at place j and 0 at the others."""
    rows = np.zeros((5, 5))
    for j in range(5):
        others = [PLACES[k] for k in range(5) if k != j]
        lagrange = polynomial.polyfromroots(others)
        integral = polynomial.polyint(lagrange / polynomial.polyval(PLACES[j], lagrange))
        for i in range(5):
            rows[i, j] = polynomial.polyval(1.0, integral) - polynomial.polyval(PLACES[i], integral)
    return tuple(tuple(row) for row in rows.tolist())


AFTER = _after()


def _difference(places: tuple[float, ...]) -> tuple[float, ...]:
    """Weights of the highest divided difference over these places; 0 for the others of `PLACES`."""
    weights = {p: float(1.0 / np.prod([p - other for other in places if other != p])) for p in places}
    return tuple(weights.get(p, 0.0) for p in PLACES)


THIRD = _difference((*PLACES[:2], *PLACES[3:]))
FOURTH = _difference(PLACES)

SMOOTH = 1e-3
"""The largest roughness that is taken as it is: the fourth difference of q times h, times its ratio to the third, or 1 if
that is less; about the fifth difference. Where it was smaller, the error was at most 2e-7, over rates of loss of 0.05 to
3 per hour, effect sites of 0.5 to 20 per hour, and concentrations up to 500 times IC50."""

LONGEST = 1.5
"""The largest kout times step: five points integrate exp(-x) with an error of 7e-10 x^9, 3e-8 there, and the polynomial
for exp holds so far."""

MOST_PARTS = 4096


@dataclass(frozen=True, slots=True)
class IndirectResponse:
    """Effect site and response of one person or many; numbers, or arrays with one entry for each person.

    Attributes:
        ke0_per_h: between plasma and effect site.
        kin_per_h, kout_per_h: production and loss of the response; kin is in units of the response.
        imax: the largest share of the loss that is inhibited, 0 to 1.
        ic50_mg_per_l: the effect-site concentration that inhibits half of it.

    Raises:
        InputRefused: when a value is out of range.
    """

    ke0_per_h: FloatArray | float
    kin_per_h: FloatArray | float
    kout_per_h: FloatArray | float
    imax: FloatArray | float
    ic50_mg_per_l: FloatArray | float

    def __post_init__(self) -> None:
        for name in ("ke0_per_h", "kin_per_h", "kout_per_h", "ic50_mg_per_l"):
            value = np.asarray(getattr(self, name))
            if not np.all(np.isfinite(value) & (value > 0)):
                raise InputRefused(name, given=float(np.min(value)), allowed="above 0", mend="check the unit")
        share = np.asarray(self.imax)
        if not np.all((share >= 0) & (share <= 1)):
            raise InputRefused("imax", given=float(np.max(share)), allowed="0 to 1", mend="give a share of 1")

    def rows(self, people: int) -> FloatArray:
        """Shape (people, 5), in the order of the attributes."""
        columns = (self.ke0_per_h, self.kin_per_h, self.kout_per_h, self.imax, self.ic50_mg_per_l)
        return np.stack([np.broadcast_to(np.asarray(c, np.float64), people) for c in columns], axis=1)
