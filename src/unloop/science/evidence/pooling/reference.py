"""The law that an estimate is judged by: normal, or Student's t."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.science.evidence.pooling.numerics import normal_quantile, normal_tail, t_quantile, t_tail

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reference:
    """The standard normal law, or with `degrees` Student's t."""

    degrees: int | None = None

    def half_width(self, se: float, *, level: float) -> float:
        """How far the interval reaches to either side."""
        upper = 1.0 - (1.0 - level) / 2.0
        quantile = normal_quantile(upper) if self.degrees is None else t_quantile(upper, self.degrees)
        return quantile * se

    def interval(self, estimate: float, se: float, *, level: float) -> Interval:
        """The interval around an estimate."""
        half = self.half_width(se, level=level)
        return estimate - half, estimate + half

    def two_sided(self, statistic: float) -> float:
        """The probability of a statistic as far from 0 as this one."""
        below = normal_tail(statistic) if self.degrees is None else t_tail(statistic, self.degrees)
        return min(1.0, 2.0 * below)
