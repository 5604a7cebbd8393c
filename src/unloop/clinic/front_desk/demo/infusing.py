"""Infusions of the demo, charted event by event as a nurse would chart them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from unloop.clinic.audit import clock
from unloop.clinic.bedside.services import InfusionSession, chart_event, order_session
from unloop.clinic.consulting_room.services import current_plan
from unloop.clinic.front_desk.demo.at_work import AtWork
from unloop.clinic.people.services import Chair

if TYPE_CHECKING:
    from unloop.clinic.chart.services import Person

# Minute of the infusion, systolic, diastolic, pulse, oxygen, breaths: readings as a calm infusion gives them.
READINGS = (
    (10, 132, 80, 76, 98, 15),
    (20, 141, 86, 82, 97, 14),
    (30, 148, 90, 85, 97, 14),
    (40, 144, 88, 84, 97, 15),
)
RECOVERY = (
    (55, 136, 84, 79, 98, 14),
    (70, 130, 80, 75, 98, 14),
    (85, 126, 79, 73, 98, 14),
    (98, 124, 78, 72, 98, 14),
)
_BEFORE = {
    "fasted_solids": 10.0, "fasted_clear": 3.0, "escort": True, "iv_patent": True, "acls_on_site": True,
    "nurse_in_room": True, "emergency_equipment_checked": True, "suicide_risk_today": "none", "rass": 0.0,
    "oriented": True,
}  # fmt: skip
_HOME = {
    "aldrete": 10.0, "mpadss": 10.0, "cadss6": 1.0, "oriented": True, "rass": 0.0, "suicide_risk_today": "none",
    "escort": True, "aftercare_sheet_given": True, "end_organ_symptom": False, "vomiting": False, "stridor": False,
    "seizure": False, "anaphylaxis": False,
}  # fmt: skip


def complete_infusion(demo: AtWork, person: Person, *, day: float, chair: Chair) -> InfusionSession:
    """A whole session on a day of the past, with the way home and the signature."""
    session = _begin(demo, person, began=day * 1440 - 180, chair=chair)
    _chart(demo, session, READINGS, began=day * 1440 - 180)
    _end(demo, session, began=day * 1440 - 180)
    _chart(demo, session, RECOVERY, began=day * 1440 - 180)
    with demo.at(minutes=day * 1440 - 180 + 106, by=demo.nurse):
        _answers(session, _HOME)
        _event(session, "vitals", sbp=122, dbp=77, hr=71, spo2=98, rr=14)
    with demo.at(minutes=day * 1440 - 180 + 108, by=demo.nurse):
        _event(session, "discharged")
    with demo.at(minutes=day * 1440 - 180 + 110, by=demo.provider):
        _event(session, "signed")
    return session


def running_infusion(
    demo: AtWork, person: Person, *, began_minutes_ago: float, chair: Chair
) -> InfusionSession:
    """A session whose pump runs now."""
    session = _begin(demo, person, began=-began_minutes_ago, chair=chair)
    _chart(demo, session, READINGS, began=-began_minutes_ago)
    with demo.at(minutes=14 - began_minutes_ago, by=demo.nurse):
        _event(session, "symptom", code="floating", severity="mild")
    return session


def recovering_infusion(
    demo: AtWork, person: Person, *, began_minutes_ago: float, chair: Chair
) -> InfusionSession:
    """A session that has ended and whose person rests."""
    session = _begin(demo, person, began=-began_minutes_ago, chair=chair)
    _chart(demo, session, READINGS, began=-began_minutes_ago)
    _end(demo, session, began=-began_minutes_ago)
    _chart(demo, session, RECOVERY, began=-began_minutes_ago)
    return session


def _begin(demo: AtWork, person: Person, *, began: float, chair: Chair) -> InfusionSession:
    with demo.at(minutes=began - 15, by=demo.provider):
        plan = current_plan(person)
        if plan is None:
            raise LookupError("a plan comes before an infusion")
        session = order_session(person, plan, chair=chair)
    with demo.at(minutes=began - 6, by=demo.nurse):
        _answers(session, _BEFORE)
        _event(session, "vitals", sbp=122, dbp=76, hr=70, spo2=98, rr=14)
        _event(session, "checked", second=str(demo.second.id))
    with demo.at(minutes=began, by=demo.nurse):
        _event(session, "started", rate_ml_per_h=session.order.planned_rate.ml_per_h)
    return session


def _end(demo: AtWork, session: InfusionSession, *, began: float) -> None:
    with demo.at(minutes=began + 40.5, by=demo.nurse):
        _event(session, "stopped", reason="bag empty")
        _event(session, "pump_confirmed_off")


def _chart(
    demo: AtWork, session: InfusionSession, readings: Iterable[tuple[int, ...]], *, began: float
) -> None:
    """Chart the readings whose time has come."""
    for minute, sbp, dbp, hr, spo2, rr in readings:
        if began + minute <= 0:
            with demo.at(minutes=began + minute, by=demo.nurse):
                _event(session, "vitals", sbp=sbp, dbp=dbp, hr=hr, spo2=spo2, rr=rr)
                _event(session, "score", code="rass", value=0.0)


def _answers(session: InfusionSession, answers: dict[str, Any]) -> None:
    for code, value in answers.items():
        _event(session, "score", code=code, value=value)


def _event(session: InfusionSession, kind: str, **fields: Any) -> None:
    chart_event(session, {"id": str(uuid4()), "type": kind, "at": clock.now().isoformat(), **fields})
