"""Pooling of studies: everything here fits something, with NumPy alone, so that a page may ask for it too.

Conventions and defaults are metafor's and are said in every result; iterations run until they stand still.
"""

from __future__ import annotations

from unloop.science.evidence.pooling.asymmetry import Asymmetry, NotAssessable, asymmetry, rank_correlation
from unloop.science.evidence.pooling.bayes import Posterior, default_prior_scale, pool_bayes, posterior
from unloop.science.evidence.pooling.betabinomial import Proportions, beta_binomial, further_place
from unloop.science.evidence.pooling.counts import LogOddsRatio, mantel_haenszel, peto
from unloop.science.evidence.pooling.glmm import TwoArms, pool_glmm
from unloop.science.evidence.pooling.heterogeneity import Method
from unloop.science.evidence.pooling.influence import Influence, influence
from unloop.science.evidence.pooling.pooled import Adjustment, Pooled, Scale, pool
from unloop.science.evidence.pooling.reference import Interval
from unloop.science.evidence.pooling.regression import (
    Coefficient,
    Regression,
    Subgroups,
    pool_subgroups,
    regress,
    subset,
)

__all__ = [
    "Adjustment",
    "Asymmetry",
    "Coefficient",
    "Influence",
    "Interval",
    "LogOddsRatio",
    "Method",
    "NotAssessable",
    "Pooled",
    "Posterior",
    "Proportions",
    "Regression",
    "Scale",
    "Subgroups",
    "TwoArms",
    "asymmetry",
    "beta_binomial",
    "default_prior_scale",
    "further_place",
    "influence",
    "mantel_haenszel",
    "peto",
    "pool",
    "pool_bayes",
    "pool_glmm",
    "pool_subgroups",
    "posterior",
    "rank_correlation",
    "regress",
    "subset",
]
