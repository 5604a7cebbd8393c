"""How many of 100, with the range that a count leaves open: for icon arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Chance:
    """A count as people of 100: best estimate, and the exact 95 % interval (Clopper and Pearson 1934), rounded.

    Attributes:
        events, of: the count behind it.
        hundred, low, high: people of 100.
    """

    events: int
    of: int
    hundred: int
    low: int
    high: int


def chance(events: int, of: int) -> Chance:
    """Work out the people of 100.

    Args:
        events: how many had it; 0 to `of`.
        of: how many were looked at; above 0.

    Example:
        >>> chance(4, 8)
        Chance(events=4, of=8, hundred=50, low=16, high=84)
    """
    low, high = exact_interval(events, of)
    return Chance(events, of, round(100 * events / of), round(100 * low), round(100 * high))


def exact_interval(events: int, of: int) -> tuple[float, float]:
    """The exact 95 % interval of a share, as fractions of 1."""
    low = 0.0 if events == 0 else _solve(lambda share: _at_least(events, of, share) < _TAIL)
    high = 1.0 if events == of else _solve(lambda share: 1 - _at_least(events + 1, of, share) > _TAIL)
    return low, high


def _at_least(events: int, of: int, share: float) -> float:
    return math.fsum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(events, of + 1))


def _solve(below: Callable[[float], bool]) -> float:
    """The share up to which `below` holds, by halving."""
    left, right = 0.0, 1.0
    for _ in range(60):
        middle = (left + right) / 2
        left, right = (middle, right) if below(middle) else (left, middle)
    return left
