"""A bedside at which things happen at given minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest

from unloop.care.infusion import InfusionEvent, InfusionOrder, InfusionState, read_event, replay
from unloop.quantity import Concentration, Dose, Minutes, Volume

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Bedside:
    """Events by the minute, counted from ten o'clock; the order is 35 mg in 50 mL over 40 min."""

    order = InfusionOrder(
        drug="ketamine, racemate",
        dose=Dose(mg=35),
        minutes=Minutes(minutes=40),
        concentration=Concentration(mg_per_ml=0.7),
        bag=Volume(ml=50),
    )

    def time(self, minute: float) -> datetime:
        return TEN + timedelta(minutes=minute)

    def document(self, kind, minute, *, charted=None, by="nurse-1", **payload) -> dict[str, object]:
        key = f"{kind} {minute} {charted} {by} {sorted(payload.items())}"
        return {
            "id": str(uuid5(NAMESPACE_URL, key)),
            "type": kind,
            "at": self.time(minute).isoformat(),
            "recorded_at": self.time(minute if charted is None else charted).isoformat(),
            "by": by,
            **payload,
        }

    def event(self, kind, minute, **kwargs) -> InfusionEvent:
        return read_event(self.document(kind, minute, **kwargs))

    def checked(self, minute=-5, **kwargs):
        return self.event("checked", minute, second="nurse-2", **kwargs)

    def started(self, minute=0, rate=75, **kwargs):
        return self.event("started", minute, rate_ml_per_h=rate, **kwargs)

    def rate_changed(self, minute, rate, **kwargs):
        return self.event("rate_changed", minute, rate_ml_per_h=rate, **kwargs)

    def paused(self, minute, **kwargs):
        return self.event("paused", minute, **kwargs)

    def resumed(self, minute, rate=75, **kwargs):
        return self.event("resumed", minute, rate_ml_per_h=rate, **kwargs)

    def stopped(self, minute, **kwargs):
        return self.event("stopped", minute, **kwargs)

    def pump_off(self, minute, **kwargs):
        return self.event("pump_confirmed_off", minute, **kwargs)

    def discharged(self, minute, **kwargs):
        return self.event("discharged", minute, **kwargs)

    def signed(self, minute, **kwargs):
        return self.event("signed", minute, **kwargs)

    def vitals(self, minute, sbp=128, dbp=78, hr=72, spo2=98, rr=14, **kwargs):
        return self.event("vitals", minute, sbp=sbp, dbp=dbp, hr=hr, spo2=spo2, rr=rr, **kwargs)

    def score(self, minute, code, value, **kwargs):
        return self.event("score", minute, code=code, value=value, **kwargs)

    def symptom(self, minute, code, severity="mild", **kwargs):
        return self.event("symptom", minute, code=code, severity=severity, **kwargs)

    def corrected(self, minute, event, **changes):
        return self.event("corrected", minute, event=event.id, **changes)

    def course(self) -> tuple[InfusionEvent, ...]:
        """An uneventful infusion up to the end of the bag."""
        return (
            self.checked(),
            self.vitals(-5),
            self.started(0),
            self.vitals(10),
            self.vitals(20),
            self.vitals(30),
            self.stopped(40),
            self.pump_off(41),
        )

    def state(self, *events, at=None) -> InfusionState:
        return replay(self.order, events, at=None if at is None else self.time(at))


@pytest.fixture(scope="session")
def bedside() -> Bedside:
    return Bedside()
