"""Target symptoms in a person's own words, each followed apart over time.

A visit gives the whole list: what each symptom is about, how the person puts it, and how much it troubled them.
`follow` turns the lists of many visits into one course a symptom. A symptom that a later list leaves out was not
rated then, which is neither gone nor zero; it is over only when the list says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from unloop.care.symptoms.instrument import Answer, Instrument, Item, Option, Silence
from unloop.care.symptoms.responses import value_of
from unloop.care.symptoms.vocabulary import (
    Compulsion,
    CompulsionKind,
    Dimension,
    Obsession,
    TargetSymptom,
)
from unloop.quantity.refusal import InputRefused

MOST_TROUBLE = 4
OBSESSION = "obsession"
TARGET_QUESTION = "How much did this trouble you?"
TROUBLE_OPTIONS = (
    Option(0, "Not at all"),
    Option(1, "A little"),
    Option(2, "Somewhat"),
    Option(3, "Quite a lot"),
    Option(MOST_TROUBLE, "A great deal"),
)
_FIRST_ITEM = 101
_LONGEST_ID = 40

_Kind = TypeVar("_Kind", Dimension, CompulsionKind)

Record = Mapping[str, float | int | str | bool | None]
"""One entry of the fact `target_symptoms`."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How much one target symptom troubled the person at one visit.

    Attributes:
        id: the name of the symptom within this person's list; the same from visit to visit.
        symptom: what it is, in the words of that visit.
        points: 0 not at all to 4 a great deal; None where it was not rated.
        over: whether the person says that it is over.
    """

    id: str
    symptom: TargetSymptom
    points: int | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class FollowedSymptom:
    """The course of one target symptom.

    Attributes:
        symptom: what it is, in the words used last.
        since: when it was first named.
        points: each visit that named it with its rating, oldest first; None where it was named and not rated.
        over_since: the visit from which on it is said to be over; None while it is not.
    """

    id: str
    symptom: TargetSymptom
    since: datetime
    points: tuple[tuple[datetime, int | None], ...]
    over_since: datetime | None = None


def read_targets(records: Iterable[Record], *, where: str = "target_symptoms") -> tuple[Trouble, ...]:
    """The list of one visit, from the value of the fact `target_symptoms`.

    Raises:
        InputRefused: an entry without id, kind or words, an id twice, or trouble outside 0 to 4.
    """
    listed = tuple(_read(record, where=f"{where}[{index}]") for index, record in enumerate(records))
    ids = [one.id for one in listed]
    for one in ids:
        if ids.count(one) > 1:
            raise InputRefused(where, given="an id twice", allowed="each symptom once", mend="rename one")
    return listed


def write_targets(listed: Iterable[Trouble]) -> tuple[Record, ...]:
    """The list of one visit as the value of the fact `target_symptoms`, which `read_targets` reads back."""
    return tuple(_written(one) for one in listed)


def target_item(place: int) -> str:
    """The linkId under which the check-in asks about the symptom at this place of the list, from zero."""
    return str(_FIRST_ITEM + place)


def with_targets(instrument: Instrument, listed: Sequence[Trouble]) -> Instrument:
    """The instrument with one question more for each symptom that is not over: how much it troubled the person.

    The questions stand before those about suicide, which stay last, and count for no total. What they are about is
    shown in the person's own words beside them.
    """
    asked = tuple(
        Item(
            target_item(place), TARGET_QUESTION, TROUBLE_OPTIONS, (Silence.DONT_KNOW, Silence.RATHER_NOT_SAY)
        )
        for place, one in enumerate(listed)
        if not one.over
    )
    watched = instrument.suicide.items if instrument.suicide is not None else ()
    last = next((n for n, item in enumerate(instrument.items) if item.id in watched), len(instrument.items))
    items = (*instrument.items[:last], *asked, *instrument.items[last:])
    return replace(instrument, items=items)


def rated(listed: Sequence[Trouble], answers: Mapping[str, Answer]) -> tuple[Trouble, ...]:
    """The list with the ratings of one form; a symptom that got no value is listed as not rated."""
    return tuple(
        replace(one, points=None if one.over else value_of(answers.get(target_item(place))))
        for place, one in enumerate(listed)
    )


def follow(visits: Iterable[tuple[datetime, Iterable[Trouble]]]) -> tuple[FollowedSymptom, ...]:
    """One course a symptom, in the order in which they were first named.

    Args:
        visits: when each list was taken and what it says, in any order.
    """
    courses: dict[str, FollowedSymptom] = {}
    for at, listed in sorted(visits, key=lambda visit: visit[0]):
        for one in listed:
            before = courses.get(one.id)
            over_since = before.over_since if before is not None else None
            courses[one.id] = FollowedSymptom(
                id=one.id,
                symptom=one.symptom,
                since=at if before is None else before.since,
                points=(*(before.points if before is not None else ()), (at, one.points)),
                over_since=(over_since or at) if one.over else None,
            )
    return tuple(courses.values())


def _read(record: Record, *, where: str) -> Trouble:
    name, kind = _text(record, "id", where=where), _text(record, "kind", where=where)
    if len(name) > _LONGEST_ID:
        raise InputRefused(
            f"{where}.id", given=f"{len(name)} characters", allowed=f"up to {_LONGEST_ID}", mend="shorten it"
        )
    words, about = _text(record, "in_own_words", where=where), record.get("about")
    dimension = None if about is None else _choice(Dimension, about, where=f"{where}.about")
    symptom: TargetSymptom
    if kind == OBSESSION:
        symptom = Obsession(dimension or Dimension.OTHER, words)
    else:
        symptom = Compulsion(_choice(CompulsionKind, kind, where=f"{where}.kind"), words, dimension)
    return Trouble(
        name, symptom, _points(record.get("trouble"), where=where), over=record.get("over") is True
    )


def _written(one: Trouble) -> Record:
    record: dict[str, float | int | str | bool | None] = {
        "id": one.id,
        "trouble": one.points,
        "over": one.over,
    }
    match one.symptom:
        case Obsession(dimension=dimension, in_own_words=words):
            return record | {"kind": OBSESSION, "about": dimension.value, "in_own_words": words}
        case Compulsion(kind=kind, in_own_words=words, answers=answers):
            about = None if answers is None else answers.value
            return record | {"kind": kind.value, "about": about, "in_own_words": words}


def _text(record: Record, key: str, *, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise InputRefused(f"{where}.{key}", given=None, allowed="a text", mend="add it")
    return value


def _choice(kinds: type[_Kind], value: object, *, where: str) -> _Kind:
    try:
        return kinds(str(value))
    except ValueError:
        raise InputRefused(
            where, given="another word", allowed=", ".join(kinds), mend="choose one of these"
        ) from None


def _points(value: object, *, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value not in range(MOST_TROUBLE + 1):
        raise InputRefused(
            f"{where}.trouble", given=str(value), allowed=f"a whole number from 0 to {MOST_TROUBLE}",
            mend="rate it again",
        )  # fmt: skip
    return int(value)
