"""How often the lines of a drawing cross, by which one order of a family is preferred to another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Segment = tuple[Point, Point]
_NEAR = 1e-6
"""Twice an area in square pixels below which a point lies on a line: meeting is no crossing."""


def crossings(paths: Iterable[Sequence[Point]]) -> int:
    """The number of pairs of segments that pass through each other; touching at an end does not count."""
    segments = sorted(
        (min(pair), max(pair)) for path in paths for pair in itertools.pairwise(path) if pair[0] != pair[1]
    )
    return sum(
        _cross(one, other) for index, one in enumerate(segments) for other in _reached(segments, index)
    )


def _reached(segments: Sequence[Segment], index: int) -> Iterable[Segment]:
    """The segments further right in the list that begin before this one ends."""
    end = segments[index][1][0]
    return itertools.takewhile(lambda other: other[0][0] <= end, itertools.islice(segments, index + 1, None))


def _cross(one: Segment, other: Segment) -> bool:
    return (
        _turn(*one, other[0]) * _turn(*one, other[1]) < -_NEAR
        and _turn(*other, one[0]) * _turn(*other, one[1]) < -_NEAR
    )


def _turn(start: Point, end: Point, point: Point) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
