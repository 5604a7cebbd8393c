"""What one form says about each dimension, each kind of compulsion and each area of life, kept apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from unloop.care.symptoms.instrument import Answer, Instrument, Item
from unloop.care.symptoms.responses import value_of
from unloop.care.symptoms.vocabulary import CompulsionKind, Dimension, LifeArea

_Place = TypeVar("_Place", Dimension, LifeArea, CompulsionKind)


def by_dimension(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[Dimension, int | None]:
    """Points per dimension where the instrument asks them apart; None while one of its items has no value."""
    return _apart(instrument, answers, lambda item: item.dimension)


def by_life_area(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[LifeArea, int | None]:
    """Points per life area where the instrument asks them apart; None while one of its items has no value."""
    return _apart(instrument, answers, lambda item: item.life_area)


def by_compulsion(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[CompulsionKind, int | None]:
    """Points per kind of compulsion where the instrument asks them apart; None while an item has no value."""
    return _apart(instrument, answers, lambda item: item.compulsion)


def apart_records(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[dict[str, str | int], ...]:
    """Every part that was answered, as the value of the fact `checkin_apart`; empty where nothing is asked apart.

    A part without an answer is left out, which is neither zero nor gone.
    """
    dimensions = by_dimension(instrument, answers).items()
    compulsions = by_compulsion(instrument, answers).items()
    areas = by_life_area(instrument, answers).items()
    parts: list[tuple[str, str, int | None]] = [
        *(("dimension", one.value, points) for one, points in dimensions),
        *(("compulsion", one.value, points) for one, points in compulsions),
        *(("life-area", one.value, points) for one, points in areas),
    ]
    return tuple(
        {"of": of, "name": name, "points": points} for of, name, points in parts if points is not None
    )


def _apart(
    instrument: Instrument, answers: Mapping[str, Answer], place: Callable[[Item], _Place | None]
) -> dict[_Place, int | None]:
    values: dict[_Place, list[int | None]] = {}
    for item in instrument.items:
        where = place(item)
        if where is not None:
            values.setdefault(where, []).append(value_of(answers.get(item.id)))
    return {where: _sum(points) for where, points in values.items()}


def _sum(points: list[int | None]) -> int | None:
    known = [point for point in points if point is not None]
    return sum(known) if len(known) == len(points) else None
