"""What the pump has delivered: legs of constant rate, ended by the bag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from unloop.quantity import PumpRate, Volume

HOUR = timedelta(hours=1)
SLOWEST = PumpRate(ml_per_h=0.1)  # pumps are set in tenths; below this one stands


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of time at one rate; `until` is None while it lasts."""

    rate: PumpRate
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pump:
    """A pump with one bag, as it was charted.

    Attributes:
        bag: what the bag held.
        legs: in order of time, without overlap; at most the last is open.
    """

    bag: Volume
    legs: tuple[Leg, ...] = ()

    @property
    def rate(self) -> PumpRate:
        """What the pump is set to; 0 when it stands."""
        return self.legs[-1].rate if self.legs and self.legs[-1].until is None else PumpRate(ml_per_h=0)

    def run(self, rate: PumpRate, *, since: datetime) -> Pump:
        """The pump running at `rate` from now on."""
        if rate < SLOWEST:
            return self.halt(at=since)
        return replace(self, legs=(*self.halt(at=since).legs, Leg(rate, since)))

    def halt(self, *, at: datetime) -> Pump:
        """The pump standing from now on; nothing changes when it stands already."""
        if not self.legs or self.legs[-1].until is not None:
            return self
        return replace(self, legs=(*self.legs[:-1], replace(self.legs[-1], until=at)))

    def delivered_ml(self, at: datetime) -> float:
        """Volume delivered until `at`: never more than the bag held."""
        return min(
            self.bag.ml, sum(leg.rate.ml_per_h * (length / HOUR) for leg, length in self._stretches(at))
        )

    def running_min(self, at: datetime) -> float:
        """Minutes until `at` during which the pump ran and the bag was not empty."""
        empty = self.empty_at()
        end = at if empty is None else min(at, empty)
        return sum(length / timedelta(minutes=1) for _, length in self._stretches(end))

    def empty_at(self) -> datetime | None:
        """When the bag was empty, or will be if the rate stays; None while the pump stands with some of it left."""
        left = self.bag.ml
        for leg in self.legs:
            needed = HOUR * (left / leg.rate.ml_per_h)
            if leg.until is None or leg.until - leg.since >= needed:
                return leg.since + needed
            left -= leg.rate.ml_per_h * ((leg.until - leg.since) / HOUR)
        return None

    def _stretches(self, at: datetime) -> Iterator[tuple[Leg, timedelta]]:
        for leg in self.legs:
            end = at if leg.until is None else min(leg.until, at)
            if end > leg.since:
                yield leg, end - leg.since
