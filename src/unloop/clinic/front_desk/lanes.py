"""Who sits in which chair and when: a day's bookings and sessions, chair by chair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from unloop.care.infusion import SessionState
from unloop.clinic.front_desk.day import Day, Expected, Sitting
from unloop.clinic.front_desk.doses import Dosed
from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.people.services import Chair, protocol_of

INFUSION = timedelta(minutes=40)
"""Drawn where no plan says how long an infusion takes."""
RECOVERY = timedelta(minutes=60)
"""Drawn after an infusion that runs or was ended: the least that is rested before leaving."""


class Phase(StrEnum):
    """How a stay in a chair is drawn."""

    BOOKED = "booked"
    HELD = "held"
    INFUSING = "infusing"
    PAUSED = "paused"
    STOPPED = "stopped"
    RESTING = "resting"
    LEFT = "left"


UNDER_WAY = frozenset({Phase.INFUSING, Phase.PAUSED, Phase.STOPPED, Phase.RESTING})
"""Somebody sits there now."""


_WORDS: dict[Phase, Promise] = {
    Phase.BOOKED: _("%(kind)s, booked"),
    Phase.HELD: _("%(kind)s, held until ready"),
    Phase.INFUSING: _("infusion under way"),
    Phase.PAUSED: _("infusion paused"),
    Phase.STOPPED: _("stop recorded, pump not confirmed off"),
    Phase.RESTING: _("resting after the infusion"),
    Phase.LEFT: _("gone home"),
}


@dataclass(frozen=True, slots=True)
class Stay:
    """One person in one chair.

    Attributes:
        begins, ends: of the stay; an end that is not charted is the planned one.
        turns: when infusion turns into recovery; None for a visit that is no infusion.
        number: of the infusion, 0 where unknown; `planned` as in `Dosed`.
        kind: what a booked visit is for, in words.
    """

    name: str
    phase: Phase
    begins: datetime
    ends: datetime
    turns: datetime | None = None
    number: int = 0
    planned: int = 0
    kind: str = ""

    @property
    def words(self) -> str:
        """What the person does there."""
        return str(_WORDS[self.phase]) % {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class Lane:
    """One chair with its stays, laid in as many rows as overlap asks for."""

    chair: str
    rows: tuple[tuple[Stay, ...], ...]

    @property
    def stays(self) -> tuple[Stay, ...]:
        """All of them in their order."""
        return tuple(sorted((stay for row in self.rows for stay in row), key=lambda stay: stay.begins))


def lanes(day: Day, chairs: Sequence[Chair]) -> tuple[Lane, ...]:
    """Every chair in use, and every other in which somebody sits on this day."""
    by_chair: dict[UUID, list[Stay]] = {}
    names = {chair.pk: chair.name for chair in chairs}
    for chair, stay in (*_of_visits(day.visits), *_of_sittings(day)):
        names.setdefault(chair.pk, chair.name)
        by_chair.setdefault(chair.pk, []).append(stay)
    return tuple(Lane(name, _rows(by_chair.get(key, ()))) for key, name in names.items())


def _of_visits(visits: Iterable[Expected]) -> Iterator[tuple[Chair, Stay]]:
    for one in visits:
        visit = one.appointment
        if visit.chair is None or one.begun:
            continue
        dose = one.dose if isinstance(one.dose, Dosed) else None
        infusion = timedelta(minutes=dose.minutes) if dose else INFUSION
        infused = visit.kind == VisitKind.INFUSION
        yield visit.chair, Stay(
            name=visit.person.name, phase=Phase.BOOKED if one.ready else Phase.HELD, begins=visit.begins_at,
            ends=visit.begins_at + timedelta(minutes=visit.minutes),
            turns=visit.begins_at + infusion if infused else None, number=dose.number if dose else 0,
            planned=dose.planned if dose else 0, kind=visit.get_kind_display(),
        )  # fmt: skip


def _of_sittings(day: Day) -> Iterator[tuple[Chair, Stay]]:
    for one in day.sittings:
        if one.session.chair is None:
            continue
        state = one.state
        planned = protocol_of(one.session.protocol).document.schedule.infusions
        turns = state.ended_at or state.bag_empty_at or one.began_at + timedelta(minutes=one.session.minutes)
        yield one.session.chair, Stay(
            name=one.session.person.name, phase=phase_of(one), begins=one.began_at,
            ends=state.discharged_at or turns + RECOVERY, turns=turns, number=one.session.number,
            planned=planned if one.session.number <= planned else 0,
        )  # fmt: skip


def phase_of(one: Sitting) -> Phase:
    """Where a session stands, as it is drawn."""
    match one.state.state:
        case SessionState.DISCHARGED | SessionState.SIGNED:
            return Phase.LEFT
        case SessionState.RECOVERING:
            return Phase.RESTING
        case SessionState.STOPPED:
            return Phase.STOPPED
        case SessionState.PAUSED:
            return Phase.PAUSED
        case SessionState.ORDERED | SessionState.CHECKED | SessionState.RUNNING:
            return Phase.INFUSING
    assert_never(one.state.state)


def _rows(stays: Iterable[Stay]) -> tuple[tuple[Stay, ...], ...]:
    rows: list[list[Stay]] = []
    for stay in sorted(stays, key=lambda one: (one.begins, one.ends)):
        free = next((row for row in rows if row[-1].ends <= stay.begins), None)
        if free is None:
            rows.append([stay])
        else:
            free.append(stay)
    return tuple(tuple(row) for row in rows) or ((),)
