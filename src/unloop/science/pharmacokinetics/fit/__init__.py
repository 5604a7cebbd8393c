"""One person's pharmacokinetics from measured levels: the most probable person, and everybody who is possible.

In a notebook::

    import numpy as np
    from unloop.science.pharmacokinetics import Analyte, Drug, Infusion, Schedule, Site, model
    from unloop.science.pharmacokinetics.fit import Level, fit, prior_of, sample

    known = prior_of(model("otto-2021"), Drug.ESKETAMINE, weight_kg=70.0)
    given = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
    levels = [Level(40.0, 180.0, Analyte.S, Site.VENOUS), Level(230.0, 31.0, Analyte.S, Site.VENOUS)]
    person = fit(known, given, levels)
    possible = sample(person, rng=np.random.default_rng(1))
    print(person.parameters, person.standard_errors, possible.curve_quantiles(np.arange(1.0, 241.0)))

Linear algebra of this size wants one thread: in a worker that fits many people, set `OPENBLAS_NUM_THREADS=1` before
NumPy is imported. The compiled engine uses no BLAS at all. This package loads SciPy, and Numba when the compiled
engine is first used; nothing of the web process imports it.
"""

from __future__ import annotations

from unloop.science.pharmacokinetics.fit.engine import EngineName
from unloop.science.pharmacokinetics.fit.estimate import Estimate, fit
from unloop.science.pharmacokinetics.fit.level import Level, Residual
from unloop.science.pharmacokinetics.fit.picture import draw
from unloop.science.pharmacokinetics.fit.posterior import Posterior, sample
from unloop.science.pharmacokinetics.fit.prior import Prior, prior_of
from unloop.science.pharmacokinetics.fit.record import Record, read_record

__all__ = [
    "EngineName",
    "Estimate",
    "Level",
    "Posterior",
    "Prior",
    "Record",
    "Residual",
    "draw",
    "fit",
    "prior_of",
    "read_record",
    "sample",
]
