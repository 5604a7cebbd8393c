"""What was given, by which way and when: infusions and boluses into a vein, and doses that are absorbed first."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray


class Route(StrEnum):
    """How a dose gets into the body. A model takes the routes that it was made for, and no other."""

    INTRAVENOUS = "intravenous"
    ORAL = "oral"
    NASAL = "nasal"
    FILM = "oral film"


@dataclass(frozen=True, slots=True)
class Infusion:
    """A constant rate between two minutes; a rate change is one infusion ending where the next begins.

    Raises:
        InputRefused: when the times do not run forwards or the rate is not above zero.
    """

    start_min: float
    end_min: float
    rate_mg_per_min: float

    def __post_init__(self) -> None:
        if not (
            math.isfinite(self.start_min) and math.isfinite(self.end_min) and self.start_min < self.end_min
        ):
            raise InputRefused(
                "infusion",
                given=f"{self.start_min} to {self.end_min} min",
                allowed="an end after its start",
                mend="check the minutes; a dose in no time is a bolus",
            )
        if not (math.isfinite(self.rate_mg_per_min) and self.rate_mg_per_min > 0):
            raise InputRefused(
                "infusion rate",
                given=f"{self.rate_mg_per_min} mg/min",
                allowed="a rate above 0 mg/min",
                mend="leave a pause out instead of giving it a rate of 0",
            )

    @classmethod
    def of_dose(cls, mg: float, *, start_min: float = 0.0, end_min: float) -> Infusion:
        """The infusion that gives a dose evenly between two minutes."""
        minutes = end_min - start_min
        return cls(
            start_min=start_min, end_min=end_min, rate_mg_per_min=mg / minutes if minutes > 0 else math.nan
        )

    @property
    def mg(self) -> float:
        """The whole amount given."""
        return self.rate_mg_per_min * (self.end_min - self.start_min)


@dataclass(frozen=True, slots=True)
class Bolus:
    """An amount that enters at one instant. At that very minute it counts as given.

    Raises:
        InputRefused: when the amount is not above zero or the time is not a number.
    """

    at_min: float
    mg: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mg) and self.mg > 0 and math.isfinite(self.at_min)):
            raise InputRefused(
                "bolus",
                given=f"{self.mg} mg at {self.at_min} min",
                allowed="an amount above 0 mg at a minute",
                mend="check amount and time; leave out what was not given",
            )


@dataclass(frozen=True, slots=True)
class AbsorbedDose:
    """A dose that is swallowed, sprayed or laid into the mouth; the model says how much of it arrives, and when.

    Raises:
        InputRefused: when the amount is not above zero, the time is not a number, or the route is a vein.
    """

    route: Route
    at_min: float
    mg: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mg) and self.mg > 0 and math.isfinite(self.at_min)):
            raise InputRefused(
                "dose",
                given=f"{self.mg} mg at {self.at_min} min",
                allowed="an amount above 0 mg at a minute",
                mend="check amount and time; leave out what was not given",
            )
        if self.route is Route.INTRAVENOUS:
            raise InputRefused(
                "route",
                given=self.route,
                allowed="oral, nasal or oral film",
                mend="give what goes into a vein as an infusion or a bolus",
            )


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that was given, in any order; overlapping infusions add up.

    Attributes:
        infusions, boluses: what entered a vein.
        absorbed: what was given by another way.
        All on the same clock of minutes; the clock's zero is the caller's.
    """

    infusions: tuple[Infusion, ...] = ()
    boluses: tuple[Bolus, ...] = ()
    absorbed: tuple[AbsorbedDose, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was given at all."""
        return not (self.infusions or self.boluses or self.absorbed)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The ways by which something was given, once each."""
        veins = [Route.INTRAVENOUS] if self.infusions or self.boluses else []
        return tuple(dict.fromkeys([*veins, *(dose.route for dose in self.absorbed)]))

    @property
    def mg(self) -> float:
        """The whole amount given."""
        infused = [infusion.mg for infusion in self.infusions]
        pushed = [bolus.mg for bolus in self.boluses]
        return math.fsum([*infused, *pushed, *(dose.mg for dose in self.absorbed)])

    def given_mg(self, at_min: FloatArray) -> FloatArray:
        """The amount given up to each minute; same shape as `at_min`."""
        given = np.zeros_like(at_min)
        for infusion in self.infusions:
            given += infusion.rate_mg_per_min * (
                np.clip(at_min, infusion.start_min, infusion.end_min) - infusion.start_min
            )
        at_once = [(bolus.at_min, bolus.mg) for bolus in self.boluses]
        for minute, mg in [*at_once, *((dose.at_min, dose.mg) for dose in self.absorbed)]:
            given += np.where(at_min >= minute, mg, 0.0)
        return given

    def breaks_min(self) -> FloatArray:
        """Every minute at which something starts, ends or is pushed, once each and in order."""
        minutes = [bolus.at_min for bolus in self.boluses]
        minutes += [dose.at_min for dose in self.absorbed]
        for infusion in self.infusions:
            minutes += [infusion.start_min, infusion.end_min]
        return np.unique(np.array(minutes, dtype=np.float64))

    def scaled_by(self, factor: float) -> Schedule:
        """The same schedule with every amount multiplied, such as the S half of a racemate.

        Raises:
            InputRefused: when the factor is not above zero.
        """
        return Schedule(
            infusions=tuple(
                Infusion(part.start_min, part.end_min, rate_mg_per_min=part.rate_mg_per_min * factor)
                for part in self.infusions
            ),
            boluses=tuple(Bolus(bolus.at_min, bolus.mg * factor) for bolus in self.boluses),
            absorbed=tuple(AbsorbedDose(dose.route, dose.at_min, dose.mg * factor) for dose in self.absorbed),
        )


def from_rate_changes(changes: Sequence[tuple[float, float]], *, end_min: float) -> Schedule:
    """The infusions that a chart of rate changes means: each rate holds until the next change.

    Args:
        changes: (minute, mg/min) in order of time; a rate of 0 is a pause or a stop.
        end_min: where the last rate ends; changes after it are cut off.

    Raises:
        InputRefused: when the minutes do not ascend, or a rate is negative or not a number.

    Example:
        >>> paused = from_rate_changes([(0, 1.0), (10, 0.0), (15, 1.0)], end_min=35)
        >>> paused.mg
        30.0
    """
    if not math.isfinite(end_min):
        raise InputRefused(
            "rate changes",
            given=f"an end at {end_min} min",
            allowed="a minute",
            mend="say when the last rate ends",
        )
    for (earlier, _), (later, _) in itertools.pairwise(changes):
        if not earlier < later:
            raise InputRefused(
                "rate changes",
                given=f"{later} min after {earlier} min",
                allowed="ascending minutes",
                mend="put the changes in order of time, one for each minute",
            )
    return Schedule(infusions=tuple(_held(changes, end_min)))


def _held(changes: Sequence[tuple[float, float]], end_min: float) -> Iterable[Infusion]:
    ends = [min(minute, end_min) for minute, _ in changes[1:]] + [end_min]
    for (start, rate), end in zip(changes, ends, strict=False):
        if not (math.isfinite(rate) and rate >= 0 and math.isfinite(start)):
            raise InputRefused(
                "rate changes",
                given=f"{rate} mg/min at {start} min",
                allowed="a rate of 0 mg/min or more at a minute",
                mend="check the rate; 0 is a pause",
            )
        if rate > 0 and start < end:
            yield Infusion(start_min=start, end_min=end, rate_mg_per_min=rate)
