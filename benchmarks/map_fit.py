"""The job J3: how long it takes to fit one person, beside SciPy with finite differences; CPU time of one thread.

Two hundred made-up people, one infusion of 35 mg over 40 minutes, levels at 0.6, 2 and 24 hours, four random effects
of 30 % each, a residual error of 15 % and 2 ng/mL. `pharmacokinetics` prints the rows.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy loads

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
from crowds import Row, peak_mb
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
from unloop.science.pharmacokinetics.fit.estimate import LARGEST_GRADIENT

PEOPLE = 200
T = TypeVar("T")

MINUTES = (36.0, 120.0, 1440.0)
PLAN = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
MAP_S, POSTERIOR_S, ENOUGH = 0.001, 0.010, 1000.0
REPEATS = 5
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


def spent(work: Callable[[int], T], number: int) -> tuple[FloatArray, FloatArray, list[T]]:
    """The CPU and wall seconds of each call, the least of five, and what it gave."""
    result = work(0)  # loads and warms
    cpu, wall = np.full(number, np.inf), np.full(number, np.inf)
    given: list[T] = []
    for person in range(number):
        for _ in range(REPEATS):
            began, start = time.perf_counter(), time.process_time()
            result = work(person)
            cpu[person] = min(cpu[person], time.process_time() - start)
            wall[person] = min(wall[person], time.perf_counter() - began)
        given.append(result)
    return cpu, wall, given


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


def fit_rows(number: int = PEOPLE) -> Iterator[Row]:
    """J3 by ours and by others' ways; CPU and wall seconds are the median person's."""
    prior = made_up()
    levels = people(prior, number)

    def row(by: str, work: Callable[[int], T], number: int = number) -> tuple[Row, list[T]]:
        cpu, wall, given = spent(work, number)
        median = float(np.median(cpu))
        return Row(
            "J3", by, people=1, points=len(MINUTES), cpu_s=median, median_cpu_s=median,
            wall_s=float(np.median(wall)), peak_mb=peak_mb(), load=os.getloadavg()[0],
        ), given  # fmt: skip

    ours, found = row("MAP, 5 starts, errors, compiled", lambda p: fit(prior, PLAN, levels[p]))
    best = np.array([polished(one) for one in found])
    gap = max(one.objective - low for one, low in zip(found, best, strict=True))
    agreed, steepest = min(one.agreed for one in found), max(one.gradient_norm for one in found)
    yield replace(
        ours, reached=f"gap {gap:.0e}, gradient {steepest:.0e}, {agreed} of 5 agree", bar=f"{MAP_S * 1e3:g} ms",
        kept=ours.cpu_s <= MAP_S and steepest <= LARGEST_GRADIENT,
    )  # fmt: skip
    drawing, drawn = row(
        "posterior, 2,000 draws of t5", lambda p: sample(found[p], rng=np.random.default_rng(p))
    )
    least = min(one.ess for one in drawn)
    tail = max(one.pareto_k for one in drawn)
    yield replace(
        drawing, reached=f"ESS at least {least:.0f}, k {tail:.2f}", bar=f"{POSTERIOR_S * 1e3:g} ms, ESS {ENOUGH:g}",
        kept=drawing.cpu_s <= POSTERIOR_S and least >= ENOUGH,
    )  # fmt: skip
    few = max(number // 10, 1)
    plain, _ = row("MAP, NumPy and SciPy", lambda p: fit(prior, PLAN, levels[p], engine="plain"), few)
    yield plain
    peer, reached = row("SciPy L-BFGS-B, differences, 1 start", lambda p: by_scipy(prior, levels[p]))
    missed = max(low - high for low, high in zip(reached, best, strict=True))
    yield replace(peer, reached=f"gap {missed:.0e}")
