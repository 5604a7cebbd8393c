"""How long it takes to fit one person, beside SciPy with finite differences; CPU time of one thread.

Two hundred made-up people, one infusion of 35 mg over 40 minutes, levels at 0.6, 2 and 24 hours, four random effects
of 30 % each, a residual error of 15 % and 2 ng/mL. Run with `python benchmarks/map_fit.py [PEOPLE]`. Figures are of
this machine at this load: read the ratios.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy loads

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from unloop.science.pharmacokinetics import (
    Analyte,
    Drug,
    FloatArray,
    Infusion,
    Schedule,
    Site,
    read_model,
)
from unloop.science.pharmacokinetics.fit import Estimate, Level, Prior, Residual, fit, prior_of, sample
from unloop.science.pharmacokinetics.fit.engine import PLAIN, compiled

PEOPLE = 200
MINUTES = (36.0, 120.0, 1440.0)
PLAN = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
MAP_MS, POSTERIOR_MS, ENOUGH = 1.0, 10.0, 1000.0
VARIANCE = float(np.log(1.09))
VARYING = ("CL", "V1", "Q2", "V3")

MODEL = f"""
id = "made-up"
title = "Three compartments of a benchmark"
status = "usable"
takes = ["esketamine"]
analytes = ["S-ketamine"]
weighed = "base"
people = {{ group = "adults", summary = "nobody" }}
blood = {{ site = "venous", reads_as = "venous" }}
source = {{ citation = "nobody", identifier = "none", read_in = "nowhere" }}
residual = {{ law = "proportional", sd = 0.15, provenance = "own" }}
[disposition]
form = "clearances"
compartments = 3
[disposition.parameters]
CL = {{ value = 80.0, unit = "L/h", per = "person", provenance = "own" }}
V1 = {{ value = 60.0, unit = "L", per = "person", provenance = "own" }}
Q2 = {{ value = 120.0, unit = "L/h", per = "person", provenance = "own" }}
V2 = {{ value = 100.0, unit = "L", per = "person", provenance = "own" }}
Q3 = {{ value = 30.0, unit = "L/h", per = "person", provenance = "own" }}
V3 = {{ value = 200.0, unit = "L", per = "person", provenance = "own" }}
[between_people]
law = "log-normal"
parameters = {list(VARYING)}
covariance = {[[VARIANCE if i == j else 0.0 for j in range(4)] for i in range(4)]}
provenance = "own"
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: CPU milliseconds of each person, and what was reached."""

    by: str
    cpu_ms: FloatArray
    reached: str


def made_up() -> Prior:
    """The prior of the job."""
    return prior_of(
        read_model(MODEL.encode(), where="made-up"),
        Drug.ESKETAMINE,
        weight_kg=70.0,
        residual=Residual(proportional=0.15, additive_ng_per_ml=2.0),
    )


def people(prior: Prior, number: int) -> list[list[Level]]:
    """Levels of people drawn from the prior, with residual error."""
    rng = np.random.default_rng(1)
    etas = rng.standard_normal((number, len(prior.names))) * prior.omegas
    true = PLAIN.predict(prior.asked(PLAN, np.array(MINUTES), analyte=prior.analyte), etas)
    read = true + np.hypot(0.15 * true, 2.0) * rng.standard_normal(true.shape)
    return [
        [Level(m, max(float(y), 0.05), Analyte.S, Site.VENOUS) for m, y in zip(MINUTES, row, strict=True)]
        for row in read
    ]


def timed(work: Callable[[int], object], number: int) -> tuple[FloatArray, list[object]]:
    """The CPU milliseconds of each call, the least of three, and what it gave."""
    work(0)  # loads and warms
    spent, given = np.full(number, np.inf), []
    for person in range(number):
        for _ in range(3):
            start = time.process_time()
            result = work(person)
            spent[person] = min(spent[person], (time.process_time() - start) * 1000.0)
        given.append(result)
    return spent, given


def polished(found: Estimate) -> float:
    """The objective at a minimum sought again by SciPy's Newton's method of exact gradients."""
    again = minimize(
        lambda eta: float(compiled().values(found.case, eta[None])[0]),
        found.eta,
        jac=lambda eta: compiled().gradients(found.case, eta[None])[1][0],
        method="BFGS",
        options={"gtol": 1e-12, "maxiter": 200},
    )
    return 2.0 * min(float(again.fun), found.objective / 2.0)


def by_scipy(prior: Prior, levels: list[Level]) -> float:
    """L-BFGS-B from the typical person, with SciPy's finite differences of our compiled objective."""
    case = prior.case(PLAN, levels)
    found = minimize(lambda eta: float(compiled().values(case, eta[None])[0]), np.zeros(4), method="L-BFGS-B")
    return 2.0 * float(found.fun)


def rows(number: int) -> list[Row]:
    """The table."""
    prior = made_up()
    levels = people(prior, number)
    ours, found = timed(lambda person: fit(prior, PLAN, levels[person]), number)
    best = np.array([polished(one) for one in found])
    gap = max(one.objective - low for one, low in zip(found, best, strict=True))
    agreed = min(one.agreed for one in found)
    drawing, drawn = timed(lambda p: sample(found[p], rng=np.random.default_rng(p)), number)
    ess = [one.ess for one in drawn]
    tails = max(one.pareto_k for one in drawn)
    few = max(number // 10, 1)
    plain, _ = timed(lambda person: fit(prior, PLAN, levels[person], engine="plain"), few)
    peer, reached = timed(lambda person: by_scipy(prior, levels[person]), number)
    missed = max(low - high for low, high in zip(reached, best, strict=True))
    return [
        Row(
            "MAP, 5 starts, errors, compiled",
            ours,
            f"gap to polished {gap:.1e}; starts agreed >= {agreed} of 5",
        ),
        Row(
            "posterior, 2,000 draws of t5",
            drawing,
            f"ESS {np.median(ess):.0f}, least {min(ess):.0f}; k <= {tails:.2f}",
        ),
        Row("MAP and posterior", ours + drawing, ""),
        Row("MAP, plain engine (NumPy, SciPy)", plain, f"{few} people"),
        Row("SciPy L-BFGS-B, differences, 1 start", peer, f"gap to polished {missed:.1e}"),
    ]


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    table = rows(number)
    print(f"load {os.getloadavg()[0]:.2f}, {number} people, least of 3 each; milliseconds of CPU")
    print(f"{'by':40}{'median':>9}{'p95':>9}   reached")
    for row in table:
        median, p95 = np.quantile(row.cpu_ms, (0.5, 0.95))
        print(f"{row.by:40}{median:>9.3f}{p95:>9.3f}   {row.reached}")
    medians = [float(np.median(row.cpu_ms)) for row in table[:2]]
    print(f"bars: MAP {MAP_MS:g} ms, posterior with ESS of {ENOUGH:g} or more {POSTERIOR_MS:g} ms")
    return 0 if medians[0] <= MAP_MS and medians[1] <= POSTERIOR_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
