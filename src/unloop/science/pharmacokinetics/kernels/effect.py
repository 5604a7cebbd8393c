"""An effect site and an indirect response, and what a step does to the response.

    dCe/dt = ke0 (A1/V1 - Ce)                    linear, and solved as a metabolite is
    dR/dt  = kin - q(t) R,   q = kout (1 - imax Ce / (ic50 + Ce)),   R(0) = kin / kout

The response is linear in itself, so over a step of h it is R(h) = R(0) exp(-Q) + kin times the integral of
exp(-(what is left of Q)). Ce is taken at the three Gauss nodes; q is the parabola through them, whose integrals are
fixed weights times q; the outer integral is Gauss's. R stays above 0 whatever the step, and the error falls with
the sixth power of it. Where q bends more than a parabola, or a step outlasts the response, it is halved until the response is within
`TOLERANCE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray

TOLERANCE = 5e-7
"""The largest relative error of a response."""

# Half the square root of 3/5 on either side of the middle.
NODES = (0.5 - 0.15**0.5, 0.5, 0.5 + 0.15**0.5, 1.0)
WEIGHTS = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)


def _after() -> tuple[tuple[float, ...], ...]:
    """Entry [i][j]: the integral from node i to 1 of the parabola that is 1 at node j and 0 at the others."""
    rows = np.zeros((3, 3))
    for j in range(3):
        others = [NODES[k] for k in range(3) if k != j]
        lagrange = polynomial.polyfromroots(others)
        integral = polynomial.polyint(lagrange / polynomial.polyval(NODES[j], lagrange))
        for i in range(3):
            rows[i, j] = polynomial.polyval(1.0, integral) - polynomial.polyval(NODES[i], integral)
    return tuple(tuple(row) for row in rows.tolist())


AFTER = _after()


def _bend() -> tuple[float, ...]:
    """Weights of the fourth divided difference over start, nodes and end: what a parabola and a cubic leave."""
    places = np.array([0.0, *NODES])
    return tuple(float(1.0 / np.prod(p - np.delete(places, i))) for i, p in enumerate(places))


BEND = _bend()

SMOOTH = 5e-4
"""The largest bend times step that is taken as it is. Measured from it, the error was at most 7e-4 of it over rates of
loss of 0.05 to 3 per hour, effect sites of 0.5 to 20 per hour and concentrations up to 500 times IC50."""

LONGEST = 0.7
"""The largest kout times step: three nodes integrate exp(-x) with an error of x^6 3!^4 / (7 6!^3), 6e-8 there."""

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
