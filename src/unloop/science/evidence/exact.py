"""Exact answers for small counts: intervals of a proportion and a rate, the test of a fourfold table. No NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Proportion:
    """Events among people, with the interval of Clopper and Pearson (1934); fractions of 1.

    The interval covers at least as often as its level says, at any count and also at 0 and at all.
    """

    events: int
    people: int
    low: float
    high: float

    @property
    def estimate(self) -> float:
        """Events over people."""
        return self.events / self.people


def proportion(events: int, people: int, *, level: float = 0.95) -> Proportion:
    """A proportion with its exact interval.

    Raises:
        InputRefused: when there are no people, or more events than people.

    Example:
        >>> found = proportion(4, 8)
        >>> round(found.low, 3), round(found.high, 3)
        (0.157, 0.843)
    """
    _check_counts(events, people)
    return _proportion(events, people, level)


@lru_cache(maxsize=1024)
def _proportion(events: int, people: int, level: float) -> Proportion:
    """Kept in memory: the same few counts of published studies stand on every page that is drawn."""
    tail = (1.0 - level) / 2.0
    low = 0.0 if events == 0 else _root(lambda p: _upper_tail(events, people, p) - tail)
    high = 1.0 if events == people else _root(lambda p: tail - (1.0 - _upper_tail(events + 1, people, p)))
    return Proportion(events=events, people=people, low=low, high=high)


@dataclass(frozen=True, slots=True)
class Rate:
    """Events over an exposure, with the exact interval of a Poisson count (Garwood 1936), per unit of exposure.

    Attributes:
        exposure: in units of the caller's choosing, e.g. hundreds of sessions.
    """

    events: int
    exposure: float
    low: float
    high: float

    @property
    def estimate(self) -> float:
        """Events over exposure."""
        return self.events / self.exposure


def rate(events: int, exposure: float, *, level: float = 0.95) -> Rate:
    """A rate with its exact interval.

    Raises:
        InputRefused: when nothing was exposed, or there are fewer than no events.

    Example:
        >>> found = rate(5, 1.0)
        >>> round(found.low, 3), round(found.high, 3)
        (1.623, 11.668)
    """
    if events < 0 or not 0.0 < exposure < math.inf:
        raise InputRefused("events", given=f"{events} over {exposure:g}",
                           allowed="no events or more, over an exposure above nothing", mend="check both")  # fmt: skip
    tail, most = (1.0 - level) / 2.0, events + 20.0 * math.sqrt(events + 1.0) + 40.0
    low = 0.0 if events == 0 else _root(lambda p: _poisson_above(events, p * most) - tail) * most
    high = _root(lambda p: tail - (1.0 - _poisson_above(events + 1, p * most))) * most
    return Rate(events=events, exposure=exposure, low=low / exposure, high=high / exposure)


def _poisson_above(events: int, mean: float) -> float:
    """The probability of `events` or more where `mean` are expected."""
    if mean <= 0.0:
        return float(events == 0)
    below = math.fsum(math.exp(x * math.log(mean) - mean - math.lgamma(x + 1)) for x in range(events))
    return min(max(1.0 - below, 0.0), 1.0)


def fisher_two_sided(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's exact test: the probability of a table as unlikely as this one or less, margins given.

    Args:
        first, second: events and people of each arm.

    Raises:
        InputRefused: when an arm has no people, or more events than people.

    Example:
        >>> round(fisher_two_sided((4, 8), (0, 7)), 4)
        0.0769
    """
    (events1, people1), (events2, people2) = first, second
    _check_counts(events1, people1)
    _check_counts(events2, people2)
    events, people = events1 + events2, people1 + people2
    ways = {
        treated: math.comb(people1, treated) * math.comb(people2, events - treated)
        for treated in range(max(0, events - people2), min(events, people1) + 1)
    }
    as_unlikely = sum(count for count in ways.values() if count <= ways[events1])
    return float(Fraction(as_unlikely, math.comb(people, events)))


def _check_counts(events: int, people: int) -> None:
    if people < 1 or not 0 <= events <= people:
        raise InputRefused(
            "events",
            given=f"{events} of {people}",
            allowed="at least one person, and 0 to all of them with the event",
            mend="check both counts",
        )


def _upper_tail(events: int, people: int, p: float) -> float:
    """The probability of `events` or more among `people`; summed over the shorter tail."""
    if events > people:
        return 0.0
    if events > people * p:
        return min(math.fsum(_mass(x, people, p) for x in range(events, people + 1)), 1.0)
    return max(1.0 - math.fsum(_mass(x, people, p) for x in range(events)), 0.0)


def _mass(events: int, people: int, p: float) -> float:
    if p <= 0.0 or p >= 1.0:
        return float(events == (people if p >= 1.0 else 0))
    log_ways = math.lgamma(people + 1) - math.lgamma(events + 1) - math.lgamma(people - events + 1)
    return math.exp(log_ways + events * math.log(p) + (people - events) * math.log1p(-p))


def _root(rising: Callable[[float], float]) -> float:
    """Where a function that rises with p passes zero, by halving [0, 1] until it is known to twelve digits."""
    low, high = 0.0, 1.0
    while high - low > 1e-12 * high and low < (middle := (low + high) / 2.0) < high:
        low, high = (middle, high) if rising(middle) < 0.0 else (low, middle)
    return (low + high) / 2.0
