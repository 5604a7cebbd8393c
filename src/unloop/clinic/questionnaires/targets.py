"""A person's target symptoms: the list that stands, asking about it in the check-in, and each course apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from unloop.care.symptoms import (
    FollowedSymptom,
    Instrument,
    Responses,
    Trouble,
    apart_records,
    follow,
    rated,
    read_targets,
    write_targets,
)
from unloop.clinic.chart.services import FactRow, NewFact, Person, add_facts

CHECK_IN = "check-in"
FACT = "target_symptoms"


def lists_of(person: Person) -> list[tuple[datetime, tuple[Trouble, ...]]]:
    """Every list that stands in the chart, the oldest first."""
    rows = FactRow.objects.filter(person=person, code=FACT, superseded_by=None, value__isnull=False)
    return [(row.at, read_targets(row.value)) for row in rows.order_by("at", "recorded_at")]


def standing(person: Person) -> tuple[Trouble, ...]:
    """The list as it stands now."""
    lists = lists_of(person)
    return lists[-1][1] if lists else ()


def courses(person: Person) -> tuple[FollowedSymptom, ...]:
    """Each symptom with its course."""
    return follow(lists_of(person))


def asked_about(person: Person) -> list[dict[str, Any]]:
    """What a check-in that begins now asks about, to be kept with its sheet."""
    return [dict(one) for one in write_targets(one for one in standing(person) if not one.over)]


@transaction.atomic
def write_list(person: Person, listed: Sequence[Trouble]) -> None:
    """Write the whole list as it stands after a talk; symptoms without an id get one that was never used.

    Raises:
        InputRefused: words that cannot be shown in one line, or a rating outside its range.
    """
    used = {one.id for _at, before in lists_of(person) for one in before} | {one.id for one in listed}
    named: list[Trouble] = []
    for one in listed:
        name = one.id or next(name for n in range(1, 1_000) if (name := f"s{n}") not in used)
        used.add(name)
        named.append(replace(one, id=name))
    add_facts(person, [NewFact(FACT, list(write_targets(named)))])


def facts_of(sheet: Any, instrument: Instrument, responses: Responses) -> dict[str, Any]:
    """What a check-in says apart: each dimension, compulsion and area of life, and each target symptom.

    Ratings go to the list that stands now, so that a list which was changed while the person answered is kept.
    """
    facts: dict[str, Any] = {}
    apart = apart_records(instrument, responses.answers)
    if apart:
        facts["checkin_apart"] = list(apart)
    points = {one.id: one.points for one in rated(read_targets(sheet.targets), responses.answers)}
    if any(value is not None for value in points.values()):
        now = (replace(one, points=points.get(one.id)) for one in standing(sheet.person))
        facts[FACT] = list(write_targets(now))
    return facts
