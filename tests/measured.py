"""People to fit: a plan, priors, and the levels that a known truth would give."""

from __future__ import annotations

import numpy as np

from unloop.science.pharmacokinetics import Analyte, Drug, Infusion, Schedule, Site, model, read_model
from unloop.science.pharmacokinetics.fit import Level, Residual, plain, prior_of

PLAN = Schedule((Infusion.of_dose(35.0, end_min=40.0),))

# The person of the benchmark's third job: a made-up model, its spread 30 % of each of four parameters.
MADE_UP = b"""
id = "made-up"
title = "Three compartments, made up for tests"
status = "usable"
takes = ["esketamine"]
analytes = ["S-ketamine"]
weighed = "base"
people = { group = "adults", summary = "nobody" }
blood = { site = "venous", reads_as = "venous" }
source = { citation = "nobody", identifier = "none", read_in = "nowhere" }
residual = { law = "proportional", sd = 0.15, provenance = "own" }
[disposition]
form = "clearances"
compartments = 3
[disposition.parameters]
CL = { value = 80.0, unit = "L/h", per = "person", provenance = "own" }
V1 = { value = 60.0, unit = "L", per = "person", provenance = "own" }
Q2 = { value = 120.0, unit = "L/h", per = "person", provenance = "own" }
V2 = { value = 100.0, unit = "L", per = "person", provenance = "own" }
Q3 = { value = 30.0, unit = "L/h", per = "person", provenance = "own" }
V3 = { value = 200.0, unit = "L", per = "person", provenance = "own" }
[between_people]
law = "log-normal"
parameters = ["CL", "V1", "Q2", "V3"]
covariance = [
  [0.0861777, 0.0, 0.0, 0.0], [0.0, 0.0861777, 0.0, 0.0], [0.0, 0.0, 0.0861777, 0.0], [0.0, 0.0, 0.0, 0.0861777],
]
provenance = "own"
"""


def level(minutes, ng_per_ml, **changes):
    return Level(
        **{"minutes": minutes, "ng_per_ml": ng_per_ml, "analyte": Analyte.S, "site": Site.VENOUS, **changes}
    )


OTTO = prior_of(model("otto-2021"), Drug.ESKETAMINE, weight_kg=70.0)
RACEMATE = prior_of(model("racemate-otto-2021"), Drug.RACEMATE, weight_kg=70.0)
MADE_UP_PRIOR = prior_of(
    read_model(MADE_UP, where="made-up"),
    Drug.ESKETAMINE,
    weight_kg=70.0,
    residual=Residual(proportional=0.15, additive_ng_per_ml=2.0),
)


def simulated(prior, *, seed, minutes=(36.0, 120.0, 1440.0), schedule=PLAN):
    """Random effects drawn from a prior, and that person's levels with residual error."""
    rng = np.random.default_rng(seed)
    eta = rng.standard_normal(len(prior.names)) @ np.linalg.cholesky(prior.covariance).T
    true = plain.predict(prior.asked(schedule, np.array(minutes), analyte=prior.analyte), eta[None])[0]
    residual = prior.residuals[prior.analyte]
    spread = np.hypot(residual.proportional * true, residual.additive_ng_per_ml)
    read = np.maximum(true + spread * rng.standard_normal(true.size), 0.05)
    return eta, [level(m, float(y), analyte=prior.analyte) for m, y in zip(minutes, read, strict=True)]
