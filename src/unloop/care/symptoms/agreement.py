"""How far two raters agree: differences at once, a coefficient only once there are enough pairs to say anything.

A total is compared by the intraclass correlation ICC(2,1) of Shrout and Fleiss 1979 (two-way random effects, absolute
agreement, one rating), a scale of one item by Cohen's kappa with squared weights (Cohen 1968).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from unloop.care.symptoms.instrument import Instrument

FEWEST_PAIRS = 10
"""From how many pairs on a coefficient is shown (policy): from fewer it moves by tenths with each pair."""


class Coefficient(StrEnum):
    """Which coefficient says it."""

    ICC = "ICC(2,1)"
    KAPPA = "weighted kappa"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of first and second ratings of one instrument.

    Attributes:
        pairs: how many people were rated by two.
        mean_difference: second minus first, in points; None without a pair.
        largest_difference: in points, without its sign.
        coefficient: which one `value` is.
        value: 1 full agreement, 0 none beyond chance; None from too few pairs, or where nobody differs from anybody.
    """

    pairs: int
    mean_difference: float | None
    largest_difference: int | None
    coefficient: Coefficient
    value: float | None


def agreement(instrument: Instrument, pairs: Sequence[tuple[int, int]]) -> Agreement:
    """How far second ratings agree with first ones.

    Args:
        instrument: with which both were made.
        pairs: totals, the first rating before the second.
    """
    single = len(instrument.items) == 1
    coefficient = Coefficient.KAPPA if single else Coefficient.ICC
    if not pairs:
        return Agreement(0, None, None, coefficient, None)
    differences = [second - first for first, second in pairs]
    value: float | None = None
    if len(pairs) >= FEWEST_PAIRS:
        value = weighted_kappa(pairs) if single else intraclass_correlation(pairs)
    return Agreement(
        pairs=len(pairs),
        mean_difference=fmean(differences),
        largest_difference=max(map(abs, differences)),
        coefficient=coefficient,
        value=value,
    )


def intraclass_correlation(ratings: Sequence[Sequence[float]]) -> float | None:
    """ICC(2,1): one row a person, one column a rater; None where it is not defined.

    Args:
        ratings: at least two rows of the same length, of at least two.
    """
    n, k = len(ratings), len(ratings[0]) if ratings else 0
    if n < 2 or k < 2:
        return None
    grand = fmean(value for row in ratings for value in row)
    rows = [fmean(row) for row in ratings]
    columns = [fmean(row[j] for row in ratings) for j in range(k)]
    between = k * sum((mean - grand) ** 2 for mean in rows) / (n - 1)
    raters = n * sum((mean - grand) ** 2 for mean in columns) / (k - 1)
    total = sum((value - grand) ** 2 for row in ratings for value in row)
    rest = (total - (n - 1) * between - (k - 1) * raters) / ((n - 1) * (k - 1))
    spread = between + (k - 1) * rest + k * (raters - rest) / n
    return (between - rest) / spread if total > 0 and spread > 0 else None


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's kappa with squared weights; None where everybody got one and the same value from both raters."""
    firsts, seconds = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    observed = sum((one - two) ** 2 for one, two in pairs) / len(pairs) if pairs else 0.0
    by_chance = sum(
        n * m * (one - two) ** 2 for one, n in firsts.items() for two, m in seconds.items()
    ) / max(len(pairs), 1) ** 2  # fmt: skip
    return 1 - observed / by_chance if by_chance else None
