"""Pooling fourfold tables without a study's own estimate: Mantel-Haenszel, and Peto's one-step method."""

from __future__ import annotations

import math
from dataclasses import dataclass

from unloop.quantity import InputRefused
from unloop.science.evidence.effects import Counts


@dataclass(frozen=True, slots=True)
class LogOddsRatio:
    """A common log odds ratio and its standard error."""

    estimate: float
    se: float


def mantel_haenszel(counts: Counts) -> LogOddsRatio:
    """The Mantel-Haenszel odds ratio with the variance of Robins, Breslow and Greenland 1986; no cell is filled.

    Raises:
        InputRefused: when every study has the same empty cell, so that no ratio is finite.
    """
    a, b = counts.events1, counts.n1 - counts.events1
    c, d = counts.events2, counts.n2 - counts.events2
    people = counts.n1 + counts.n2
    for_, against = a * d / people, b * c / people
    r, s = float(for_.sum()), float(against.sum())
    if r == 0.0 or s == 0.0:
        raise _one_sided()
    p, q = (a + d) / people, (b + c) / people
    variance = (
        float((p * for_).sum()) / r**2
        + float((p * against + q * for_).sum()) / (r * s)
        + float((q * against).sum()) / s**2
    ) / 2.0
    return LogOddsRatio(math.log(r / s), math.sqrt(variance))


def peto(counts: Counts) -> LogOddsRatio:
    """Peto's odds ratio: observed minus expected over the hypergeometric variance (Yusuf 1985).

    Raises:
        InputRefused: when no study has both an event and somebody without one.
    """
    events, people = counts.events1 + counts.events2, counts.n1 + counts.n2
    expected = counts.n1 * events / people
    more = (people > 1).astype(float)
    variance = counts.n1 * counts.n2 * events * (people - events) / (people**2 * (people - more))
    total = float((variance * more).sum())
    if total == 0.0:
        raise _one_sided()
    return LogOddsRatio(float((counts.events1 - expected).sum()) / total, 1.0 / math.sqrt(total))


def _one_sided() -> InputRefused:
    return InputRefused(
        "events",
        given="events on one side only",
        allowed="tables that leave a finite ratio",
        mend="use a Bayesian or an exact method",
    )
