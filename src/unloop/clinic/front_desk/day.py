"""A day read at once: who is expected, whether the gate is open for them, and who sits where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from unloop.care.evaluation import judge
from unloop.care.infusion import InfusionState, replay
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.bedside.services import ChartedEvent, InfusionSession
from unloop.clinic.chart.services import load_charts
from unloop.clinic.consulting_room.services import Board, OpenItem, Plan, lay_out, view_of
from unloop.clinic.front_desk.booking import day_of
from unloop.clinic.front_desk.doses import Dosed, NoDose, dose_of
from unloop.clinic.front_desk.models import Appointment, VisitKind
from unloop.clinic.people.services import AdoptedProtocol, protocol_of
from unloop.clinic.work.services import somebody_on_duty
from unloop.facts import Chart

SESSIONS_BEFORE = timedelta(days=1)
"""An order counts for a day, so what began today was ordered since yesterday."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that began on this day, and where it stands."""

    session: InfusionSession
    state: InfusionState

    @property
    def began_at(self) -> datetime:
        """When the pump was started."""
        if self.state.started_at is None:
            raise RuntimeError("a sitting has begun")
        return self.state.started_at


@dataclass(frozen=True, slots=True)
class Expected:
    """One visit of a day, and whether the person's evaluation is open or shut.

    Attributes:
        ready: whether the evaluation gate is open; None when no protocol is adopted.
        open_items: what stands in the way, each place to mend it once.
        first_to_expire: label and time of the answer that stops counting first, when ready.
        dose: what the plan gives today, or why it gives nothing; None where the visit is no infusion.
        begun: whether the infusion of this visit has begun.
    """

    appointment: Appointment
    ready: bool | None
    open_items: tuple[OpenItem, ...] = ()
    first_to_expire: tuple[str, datetime] | None = None
    dose: Dosed | NoDose | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """The visits of a day in their order, and the sessions that began on it.

    Attributes:
        somebody_on_duty: whether somebody is, now; None where no visit was read, with which it is asked along.
    """

    begin: datetime
    visits: tuple[Expected, ...]
    sittings: tuple[Sitting, ...]
    somebody_on_duty: bool | None = None


def expected(moment: datetime, adopted: AdoptedProtocol | None) -> tuple[Expected, ...]:
    """The visits of a day with the state of each evaluation, judged now by this protocol."""
    return read_day(moment, adopted).visits


def read_day(moment: datetime, adopted: AdoptedProtocol | None, *, also: Iterable[UUID] = ()) -> Day:
    """A day with the state of each evaluation, judged now by this protocol, in few queries.

    Args:
        also: who else is named on the same page, for the line in the trail.
    """
    begin, end = day_of(moment)
    visits: list[Appointment] = list(
        Appointment.objects.filter(begins_at__gte=begin, begins_at__lt=end, called_off_at__isnull=True)
        .select_related("person", "chair")
        .annotate(somebody_on_duty=somebody_on_duty(clock.now()))
        .order_by("begins_at")
    )
    sittings = tuple(_sittings(begin, end))
    people = {visit.person_id for visit in visits} | {one.session.person_id for one in sittings} | set(also)
    record("front_desk.day.read", detail={"visits": len(visits), "people": sorted(map(str, people))})
    on_duty = bool(vars(visits[0])["somebody_on_duty"]) if visits else None
    return Day(begin, tuple(_judged(visits, sittings, adopted)), sittings, on_duty)


def _sittings(begin: datetime, end: datetime) -> Iterable[Sitting]:
    charted = ChartedEvent.objects.filter(
        session__ordered_at__gte=begin - SESSIONS_BEFORE, session__ordered_at__lt=end
    )
    of_session: dict[InfusionSession, list[ChartedEvent]] = {}
    for row in charted.select_related("session__person", "session__chair", "session__protocol").order_by(
        "at", "recorded_at"
    ):
        of_session.setdefault(row.session, []).append(row)
    for session, rows in of_session.items():
        state = replay(session.order, tuple(row.as_event() for row in rows), at=clock.now())
        if state.started_at is not None and begin <= state.started_at < end:
            yield Sitting(session, state)


def _judged(
    visits: list[Appointment], sittings: tuple[Sitting, ...], adopted: AdoptedProtocol | None
) -> Iterable[Expected]:
    if adopted is None or not visits:
        return [Expected(visit, ready=None) for visit in visits]
    persons = {visit.person_id: visit.person for visit in visits}
    charts = load_charts(persons.values())
    plans = _plans(visit.person_id for visit in visits if visit.kind == VisitKind.INFUSION)
    begun = {one.session.person_id for one in sittings}
    return [
        Expected(visit, ready=True, begun=True)
        if visit.kind == VisitKind.INFUSION and visit.person_id in begun
        else _judge(visit, charts[visit.person_id], adopted, plans=plans)
        for visit in visits
    ]


def _plans(people: Iterable[UUID]) -> dict[UUID, Plan]:
    """The plan that stands of each person: the one that was made last."""
    ids = list(people)
    made = Plan.objects.filter(person_id__in=ids).select_related("protocol").order_by("at") if ids else ()
    return {plan.person_id: plan for plan in made}


def _judge(
    visit: Appointment, chart: Chart, adopted: AdoptedProtocol, *, plans: dict[UUID, Plan]
) -> Expected:
    board = _board(visit, chart, adopted)
    first = board.first_to_expire if board.ready else None
    dosed = board.ready and visit.kind == VisitKind.INFUSION
    return Expected(
        visit,
        ready=board.ready,
        open_items=(*board.excludes, *board.missing, *board.stale),
        first_to_expire=(first.label, first.at) if first else None,
        dose=dose_of(plans.get(visit.person_id), visit.person, chart) if dosed else None,
    )


def _board(visit: Appointment, chart: Chart, adopted: AdoptedProtocol) -> Board:
    protocol = protocol_of(adopted)
    answer = judge("evaluation", protocol, chart, at=clock.now())
    return lay_out(answer, view_of(visit.person, protocol, chart=chart))
