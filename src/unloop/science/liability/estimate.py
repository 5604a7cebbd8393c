"""One family's risk with the range that its parameters leave, and with what tics in a sibling add."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from unloop.science.liability.peeling import Lineage, peel
from unloop.science.liability.propagation import lifetime_risks
from unloop.science.liability.threshold_model import (
    HIGHEST_HERITABILITY,
    HIGHEST_PREVALENCE,
    LOWEST_PREVALENCE,
    Kindred,
    LiabilityModel,
)

PREVALENCE_SPREAD = (0.5, 1.5)
"""1% to 3% around 2%: community surveys and registers differ by as much (policy)."""

HERITABILITY_SPREAD = 0.08
"""0.40 to 0.56 around 0.48; the register's interval is 0.42 to 0.52 (policy, a little wider)."""

_SIBLINGS = (
    (1257, 10.63),
    (20975, 4.52),
)  # affected people with and without tics; hazard ratio of their siblings
_ALL_SIBLINGS = sum(n * ratio for n, ratio in _SIBLINGS) / sum(n for n, _ in _SIBLINGS)
TIC_ODDS_RATIO = 10.63 / _ALL_SIBLINGS
TIC_ODDS_RATIO_LOW, TIC_ODDS_RATIO_HIGH = 7.92 / _ALL_SIBLINGS, 14.27 / _ALL_SIBLINGS
"""How much more often siblings of a person with OCD and tics are ill than siblings of any person with OCD.

From Brander 2019, doi 10.1038/s41380-019-0532-z: hazard ratio 10.63 (7.92 to 14.27) with tics, 4.52 (4.06 to 5.02)
without; the model's own risk is that of all, 4.87. Applied to odds, which cannot leave 0 to 1.
"""


class Tics(StrEnum):
    """Whether an ill first-degree relative has or had tics."""

    NOT_KNOWN = "not known"
    IN_A_SIBLING = "in a sibling"
    IN_ANOTHER_FIRST_DEGREE_RELATIVE = "in another first-degree relative"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A lifetime risk and what it rests on; fractions of 1.

    Attributes:
        low, high: the least and the greatest risk over the ranges of prevalence, heritability and effect of tics.
        baseline: the risk of anybody, which is the prevalence.
        method: how the risk was computed.
        model: the pair of parameters.
        ranges: prevalence and heritability, each as low and high.
    """

    risk: float
    low: float
    high: float
    baseline: float
    method: str
    model: LiabilityModel
    ranges: tuple[tuple[float, float], tuple[float, float]]

    @property
    def relative_risk(self) -> float:
        """Times the risk of anybody."""
        return self.risk / self.baseline


def estimate(
    kindred: Kindred, lineage: Lineage, model: LiabilityModel, *, tics: Tics = Tics.NOT_KNOWN
) -> Estimate:
    """The risk of person 0 of one family: exact where the family has no loops, else by expectation propagation.

    Args:
        kindred, lineage: the same people in the same order.
        tics: measured in siblings alone: elsewhere they widen the range and leave the estimate.
    """
    exact = peel(lineage, model)
    method = "expectation propagation" if exact is None else "exact integration"
    best = _with_tics(_risk(kindred, lineage, model), _best(tics))
    spread = [
        _with_tics(_risk(kindred, lineage, other), ratio)
        for other in _around(model)
        for ratio in _spread(tics)
    ]
    ranges = _ranges(model)
    return Estimate(best, min(best, *spread), max(best, *spread), model.prevalence, method, model, ranges)


def remaining(risk: float, *, lived: float) -> float:
    """What is left of a lifetime risk for somebody who is well and has passed the part `lived` of it."""
    return risk * (1.0 - lived) / (1.0 - risk * lived)


def _risk(kindred: Kindred, lineage: Lineage, model: LiabilityModel) -> float:
    exact = peel(lineage, model)
    return float(lifetime_risks(kindred, model)[0]) if exact is None else exact


def _ranges(model: LiabilityModel) -> tuple[tuple[float, float], tuple[float, float]]:
    least, most = (factor * model.prevalence for factor in PREVALENCE_SPREAD)
    h2 = model.heritability
    return (
        (max(least, LOWEST_PREVALENCE), min(most, HIGHEST_PREVALENCE)),
        (max(h2 - HERITABILITY_SPREAD, 0.0), min(h2 + HERITABILITY_SPREAD, HIGHEST_HERITABILITY)),
    )


def _around(model: LiabilityModel) -> Iterator[LiabilityModel]:
    for prevalence, heritability in itertools.product(*_ranges(model)):
        yield LiabilityModel(prevalence, heritability)


def _best(tics: Tics) -> float:
    return TIC_ODDS_RATIO if tics is Tics.IN_A_SIBLING else 1.0


def _spread(tics: Tics) -> tuple[float, ...]:
    match tics:
        case Tics.NOT_KNOWN:
            return (1.0,)
        case Tics.IN_A_SIBLING:
            return (TIC_ODDS_RATIO_LOW, TIC_ODDS_RATIO_HIGH)
        case Tics.IN_ANOTHER_FIRST_DEGREE_RELATIVE:
            return (1.0, TIC_ODDS_RATIO_HIGH)


def _with_tics(risk: float, odds_ratio: float) -> float:
    return risk * odds_ratio / (1.0 - risk + risk * odds_ratio)
