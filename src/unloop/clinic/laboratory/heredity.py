"""A lifetime risk from a family tree, as plain values for a page. It informs who asks; it gates and doses nothing.

The liability model runs with NumPy alone here: a family without loops is integrated exactly, any other propagated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from unloop.care.heredity import FamilyTree, Observed, RiskFigures, observed, say, with_a_child

if TYPE_CHECKING:
    from unloop.science.liability import Kindred, Lineage, Tics


@dataclass(frozen=True, slots=True)
class LifetimeRisk:
    """A risk with everything that it rests on; fractions of 1.

    Attributes:
        said: the one sentence in which it is told.
        prevalence, heritability: the pair, each with its range.
        sibling_odds_ratio: what the pair means for an ill brother or sister, to hold beside a register's.
        exact: whether it was integrated; else it is good to 0.1 percentage points.
        tics: what is known of tics in ill relatives, as the model used it.
        relatives: how many told something.
        well_without_age: how many are known to be well and count as unknown, since nobody gave an age.
    """

    said: str
    risk: float
    prevalence: float
    prevalence_range: tuple[float, float]
    heritability: float
    heritability_range: tuple[float, float]
    sibling_odds_ratio: float
    exact: bool
    tics: str
    relatives: int
    well_without_age: int


def lifetime_risk(tree: FamilyTree) -> LifetimeRisk:
    """What the family history says of the proband's lifetime risk of OCD.

    A relative who is well at an age that nobody gave counts as unknown here.
    """
    from unloop.science.liability import LiabilityModel, estimate, odds_ratio  # noqa: PLC0415 - NumPy slows a start

    rows = observed(tree)
    kindred, lineage = _arrays(rows)
    found = estimate(kindred, lineage, LiabilityModel(), tics=_tics(rows))
    prevalence_range, heritability_range = found.ranges
    return LifetimeRisk(
        said=say(RiskFigures(found.risk, found.low, found.high, found.baseline)),
        risk=found.risk,
        prevalence=found.model.prevalence,
        prevalence_range=prevalence_range,
        heritability=found.model.heritability,
        heritability_range=heritability_range,
        sibling_odds_ratio=odds_ratio(found.model),
        exact=found.method == "exact integration",
        tics=_tics(rows).value,
        relatives=sum(ill or age is not None for ill, age in zip(rows.ill, rows.age, strict=True)),
        well_without_age=rows.well_without_age,
    )


def risk_of_a_child(tree: FamilyTree) -> LifetimeRisk:
    """The same for a child that the proband may have; the proband counts as ill."""
    return lifetime_risk(with_a_child(tree))


def _arrays(rows: Observed) -> tuple[Kindred, Lineage]:
    import numpy as np  # noqa: PLC0415 - as above

    from unloop.science.liability import Kindred, Lineage, part_lived  # noqa: PLC0415 - as above

    lived = [0.0 if age is None else part_lived(age) for age in rows.age]
    lineage = Lineage(
        mother=list(rows.mother), father=list(rows.father), twin=list(rows.twin), ill=list(rows.ill), lived=lived
    )  # fmt: skip
    return Kindred(np.array(rows.shared), np.array(rows.ill), np.array(lived)), lineage


def _tics(rows: Observed) -> Tics:
    from unloop.science.liability import Tics  # noqa: PLC0415 - as above

    if rows.tics_in_sibling:
        return Tics.IN_A_SIBLING
    return Tics.IN_ANOTHER_FIRST_DEGREE_RELATIVE if rows.tics_in_first_degree else Tics.NOT_KNOWN
