"""How many families a second: six relatives each, one core, CPU time, beside the published tools' figure.

Run with `make bench`, or `python benchmarks/liability.py [FAMILIES]`. Figures are of this machine at this load; the
reference was 1.65 ms a family for the official PA-FGRS code in R, and 660,000 families a second for one sweep of the
same in Numba, both measured elsewhere.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from unloop.science.liability import (
    FloatArray,
    Kindred,
    LiabilityModel,
    Lineage,
    kernel,
    lifetime_risks,
    peel,
    selected_risks,
)

ASKED_FOR = 100_000.0  # families a second, six relatives
PUBLISHED = 1.0 / 1.65e-3
FAMILIES, REPEATS = 100_000, 5
MODEL = LiabilityModel()
# the person, mother, father, brother, sister, and the mother's mother and sister
MOTHER, FATHER = [1, 5, -1, 1, 1, -1, 5], [2, -1, -1, 2, 2, -1, -1]
SHARED = np.array(
    [
        [1.000, 0.500, 0.500, 0.500, 0.500, 0.250, 0.125],
        [0.500, 1.000, 0.000, 0.500, 0.500, 0.500, 0.250],
        [0.500, 0.000, 1.000, 0.500, 0.500, 0.000, 0.000],
        [0.500, 0.500, 0.500, 1.000, 0.500, 0.250, 0.125],
        [0.500, 0.500, 0.500, 0.500, 1.000, 0.250, 0.125],
        [0.250, 0.500, 0.000, 0.250, 0.250, 1.000, 0.500],
        [0.125, 0.250, 0.000, 0.125, 0.125, 0.500, 1.000],
    ]
)


def population(families: int) -> Kindred:
    """Families of one shape; 15 in 100 relatives ill, the others well so far at all ages."""
    rng = np.random.default_rng(20261122)
    shape = (families, SHARED.shape[0])
    return Kindred(
        np.broadcast_to(SHARED, (families, *SHARED.shape)), rng.random(shape) < 0.15, rng.random(shape)
    )


def one_by_one(kindred: Kindred, families: int) -> FloatArray:
    """The exact risks of the first families."""
    rows = range(families)
    lineages = [
        Lineage(MOTHER, FATHER, list(range(7)), kindred.ill[row].tolist(), kindred.lived[row].tolist())
        for row in rows
    ]
    return np.array([peel(lineage, MODEL) for lineage in lineages])


def per_second(work: Callable[[], object], families: int) -> float:
    """The best of several repeats, CPU time."""
    work()
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return families / best


def main() -> None:
    """Print the table; exits 1 where the compiled way is slower than asked for."""
    families = int(sys.argv[1]) if len(sys.argv) > 1 else FAMILIES
    kindred = population(families)
    few = min(families, 200)
    block = Kindred(*(part[:2000] for part in (kindred.relatedness, kindred.ill, kindred.lived)))
    exact = one_by_one(kindred, few)
    rows = [
        (
            "propagation, compiled",
            per_second(lambda: kernel.lifetime_risks(kindred, MODEL), families),
            kernel.lifetime_risks,
        ),
        (
            "propagation, NumPy",
            per_second(lambda: lifetime_risks(block, MODEL), block.families),
            lifetime_risks,
        ),
        (
            "selection, the ill first, NumPy",
            per_second(lambda: selected_risks(block, MODEL), block.families),
            selected_risks,
        ),
    ]
    print(f"{'way':<34}{'families/s':>12}{'x PA-FGRS in R':>16}{'largest error, points':>23}")
    for name, speed, way in rows:
        error = 100.0 * float(np.max(np.abs(way(block, MODEL)[:few] - exact)))
        print(f"{name:<34}{speed:>12,.0f}{speed / PUBLISHED:>16,.0f}{error:>23.4f}")
    print(f"{'peeling, exact, one by one':<34}{per_second(lambda: one_by_one(kindred, few), few):>12,.0f}")
    print(f"asked for: {ASKED_FOR:,.0f} families a second by the fast way")
    sys.exit(0 if rows[0][1] >= ASKED_FOR else 1)


if __name__ == "__main__":
    main()
