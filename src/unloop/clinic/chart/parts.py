"""The parts of severity, each followed apart: what was rated, what the check-in asks, and target symptoms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext as _

from unloop.care.symptoms import (
    COMPULSION_LABELS,
    DIMENSION_LABELS,
    LIFE_AREA_LABELS,
    MOST_TROUBLE,
    FollowedSymptom,
    bundled,
    follow,
    read_targets,
)
from unloop.clinic.chart.befallen import number_of, records_of
from unloop.facts import DICTIONARY, Chart
from unloop.quantity import InputRefused

_RATED = (
    ("ybocs_obsessions", "Y-BOCS"), ("ybocs_compulsions", "Y-BOCS"),
    ("docs_contamination", "DOCS"), ("docs_harm", "DOCS"), ("docs_symmetry", "DOCS"), ("docs_unacceptable", "DOCS"),
)  # fmt: skip


class Group(StrEnum):
    """What a part is a part of; each group stands in a section of its own. Three are the words of `checkin_apart`."""

    RATED = "rated"
    DIMENSION = "dimension"
    COMPULSION = "compulsion"
    LIFE_AREA = "life-area"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension, compulsion, area of life or target symptom, followed apart.

    Attributes:
        most: the highest value that its scale has, in points; the lowest is none.
        points: when and how much, oldest first; None where it was asked about at that time and got no value.
        over_since: for a target symptom that the person says is over, from when on.
    """

    name: str
    scale: str
    most: float
    points: tuple[tuple[datetime, float | None], ...]
    group: Group = Group.RATED
    over_since: datetime | None = None

    @property
    def rated(self) -> tuple[tuple[datetime, float], ...]:
        """The points that have a value."""
        return tuple((at, value) for at, value in self.points if value is not None)

    @property
    def runs(self) -> tuple[tuple[tuple[datetime, float], ...], ...]:
        """The same, parted where a value is missing between two: only those of one run are joined."""
        runs: list[list[tuple[datetime, float]]] = [[]]
        for at, value in self.points:
            if value is None:
                runs.append([])
            else:
                runs[-1].append((at, value))
        return tuple(tuple(run) for run in runs if run)

    @property
    def never(self) -> bool:
        """Whether every answer was none at all."""
        return bool(self.rated) and not any(value for _at, value in self.rated)


def parts_of(chart: Chart, now: datetime) -> Iterator[Part]:
    """Each part that was rated or asked about at least once, group by group."""
    yield from _rated(chart, now)
    yield from _asked_apart(chart, now)
    yield from _targets(chart, now)


def _rated(chart: Chart, now: datetime) -> Iterator[Part]:
    for code, scale in _RATED:
        points = tuple((fact.at, number_of(fact)) for fact in chart.standing(code, at=now, known_at=now))
        if points:
            definition = DICTIONARY[code]
            yield Part(_short(definition.label), scale, definition.high or 20.0, points)


def _short(label: str) -> str:
    """`Y-BOCS, obsessions` as `obsessions`."""
    return label.rpartition(", ")[2].rpartition(": ")[2]


def _asked_apart(chart: Chart, now: datetime) -> Iterator[Part]:
    """What each check-in said apart; a check-in that left a part out is a gap in that part, never a zero."""
    said = [
        (fact.at, {(one.get("of"), one.get("name")): one.get("points") for one in records_of(fact)})
        for fact in chart.standing("checkin_apart", at=now, known_at=now)
    ]
    for (group, name), most in _scales().items():
        points = tuple((at, _number(values.get((group.value, name)))) for at, values in said)
        if any(value is not None for _at, value in points):
            yield Part(_(_labels(group)[name]), _("check-in"), most, points, group)


def _targets(chart: Chart, now: datetime) -> Iterator[Part]:
    """Target symptoms in the person's own words."""
    lists = []
    for fact in chart.standing("target_symptoms", at=now, known_at=now):
        try:
            lists.append((fact.at, read_targets([_record(one) for one in records_of(fact)])))
        except InputRefused:  # an imported list that says too little stays in the record, off the picture
            continue
    for one in follow(lists):
        yield Part(one.symptom.in_own_words, _("trouble"), float(MOST_TROUBLE), _course(one), Group.TARGET, one.over_since)  # fmt: skip


def _course(one: FollowedSymptom) -> tuple[tuple[datetime, float | None], ...]:
    """Its ratings; a visit that only said that it is over asked for none."""
    return tuple(
        (at, None if points is None else float(points))
        for at, points in one.points
        if points is not None or one.over_since is None or at < one.over_since
    )


@cache
def _scales() -> dict[tuple[Group, str], float]:
    """The most that each part of the check-in can come to, group by group and in the order of its questions."""
    items = bundled("check-in").items
    asked = [
        *((Group.DIMENSION, item.dimension, item) for item in items),
        *((Group.COMPULSION, item.compulsion, item) for item in items),
        *((Group.LIFE_AREA, item.life_area, item) for item in items),
    ]
    most: dict[tuple[Group, str], float] = {}
    for group, name, item in asked:
        if name is not None:
            most[group, name.value] = most.get((group, name.value), 0.0) + max(item.values)
    return most


def _labels(group: Group) -> dict[str, str]:
    labels: Mapping[Group, Mapping[str, str]] = {
        Group.DIMENSION: {one.value: words for one, words in DIMENSION_LABELS.items()},
        Group.COMPULSION: {one.value: words for one, words in COMPULSION_LABELS.items()},
        Group.LIFE_AREA: {one.value: words for one, words in LIFE_AREA_LABELS.items()},
    }
    return dict(labels[group])


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _record(one: Mapping[str, object]) -> dict[str, float | int | str | bool | None]:
    return {key: value for key, value in one.items() if value is None or isinstance(value, (int, float, str, bool))}  # fmt: skip
