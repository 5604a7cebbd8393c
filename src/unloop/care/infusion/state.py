"""The state of a session at one moment, as its events tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from unloop.care.infusion.events import ScoreValue
from unloop.care.infusion.order import InfusionOrder
from unloop.care.infusion.pump import Pump
from unloop.care.infusion.standing import Anomaly
from unloop.facts import Phase
from unloop.quantity import Dose, PumpRate

MINUTE = timedelta(minutes=1)


class SessionState(StrEnum):
    """Where a session stands.

    `STOPPED` is amber: a stop was charted, but nobody has yet confirmed that the pump is off.
    """

    ORDERED = "ordered"
    CHECKED = "checked"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    RECOVERING = "recovering"
    DISCHARGED = "discharged"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Reading:
    """The latest value of one code, and how old it is; an age is never left out."""

    code: str
    value: ScoreValue
    unit: str
    at: datetime
    age_min: float
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionState:
    """What the record says at `at`.

    Attributes:
        order: what was ordered.
        state: where the session stands.
        at: the moment that is described; later events are not seen.
        pump: what was charted of the pump.
        second: who checked as the second person, if anybody.
        started_at, ended_at: when the pump was first started, and stopped for good.
        paused_at: since when it is paused.
        pump_off_at: when somebody confirmed that the pump is off.
        discharged_at: when the person left.
        signed_by: who has signed.
        readings: the latest of each code.
        anomalies: what in the record cannot be as charted.
    """

    order: InfusionOrder
    state: SessionState
    at: datetime | None
    pump: Pump
    second: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    paused_at: datetime | None = None
    pump_off_at: datetime | None = None
    discharged_at: datetime | None = None
    signed_by: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()

    @property
    def given(self) -> Dose:
        """Milligrams of ketamine base given so far: rate by rate, and never more than the bag or the order."""
        if self.at is None:
            return Dose(mg=0)
        delivered = self.pump.delivered_ml(self.at) * self.order.concentration.mg_per_ml
        return Dose(mg=min(delivered, self.order.most.mg))

    @property
    def given_mg(self) -> float:
        """`given` as a bare number."""
        return self.given.mg

    @property
    def elapsed_min(self) -> float:
        """Minutes since the start, pauses included; after the end, how long the infusion took."""
        end = self.ended_at or self.at
        return 0.0 if self.started_at is None or end is None else (end - self.started_at) / MINUTE

    @property
    def infusing_min(self) -> float:
        """Minutes during which drug ran in, pauses left out."""
        return 0.0 if self.at is None else self.pump.running_min(self.at)

    @property
    def rate(self) -> PumpRate:
        """What the pump is set to; 0 while it stands."""
        return self.pump.rate

    @property
    def bag_empty_at(self) -> datetime | None:
        """When the bag was empty, or will be if the rate stays; None while the pump stands with some of it left."""
        return self.pump.empty_at()

    @property
    def bag_is_empty(self) -> bool:
        """Whether the bag has run empty by `at`; the end is still for somebody to chart."""
        empty = self.bag_empty_at
        return empty is not None and self.at is not None and empty <= self.at

    @property
    def recovery_min(self) -> float | None:
        """Minutes since the end; None before it."""
        return None if self.ended_at is None or self.at is None else (self.at - self.ended_at) / MINUTE

    def phase_of(self, moment: datetime) -> Phase:
        """The part of the session that a reading taken at `moment` belongs to.

        A reading charted for the minute of the start was taken before it, one charted for the minute of the end was
        taken before that: neither can count for more than it shows.
        """
        if self.started_at is None or moment <= self.started_at:
            return Phase.BEFORE
        if self.ended_at is None or moment <= self.ended_at:
            return Phase.INFUSION
        return Phase.RECOVERY
