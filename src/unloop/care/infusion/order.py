"""What was ordered: drug, dose, bag and time, and the protocol it was ordered under."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.plan import Preparation
from unloop.quantity import Concentration, Dose, InputRefused, Minutes, PumpRate, Volume, plain

# Hazard H1: what the bag holds and what was ordered differ tenfold when the vial was mistaken.
TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class PinnedProtocol:
    """The protocol that a session runs under for good; a later version never re-judges it."""

    id: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.id} {self.version} (sha256 {self.sha256[:12]})"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionOrder:
    """One infusion as ordered.

    Attributes:
        drug: what is given, in words that say racemate or esketamine.
        dose: milligrams of ketamine base as labelled; the whole bag.
        minutes: planned length.
        concentration: in the finished bag.
        bag: total volume.
    """

    drug: str
    dose: Dose
    minutes: Minutes
    concentration: Concentration
    bag: Volume

    def __post_init__(self) -> None:
        for where, number in (
            ("dose_mg", self.dose.mg),
            ("minutes", self.minutes.minutes),
            ("bag_ml", self.bag.ml),
        ):
            if number <= 0:
                raise InputRefused(where, given=number, allowed="above 0", mend="read the order again")
        held = self.concentration * self.bag
        if abs(held.mg - self.dose.mg) > TOLERANCE * self.dose.mg:
            raise InputRefused(
                "concentration_mg_per_ml",
                given=f"{self.concentration} in {self.bag}, which holds {plain(held.mg, decimals=2)} mg",
                allowed=f"the ordered {self.dose} within 2 %",
                mend="read vial, volume and bag again",
            )

    @property
    def most(self) -> Dose:
        """No more than this can be given: neither more than the bag holds nor more than was ordered."""
        return min(self.dose, self.concentration * self.bag)

    @property
    def planned_rate(self) -> PumpRate:
        """The rate at which the bag lasts for the planned minutes."""
        return self.bag.over(self.minutes)


def order_of(prepared: Preparation) -> InfusionOrder:
    """The order that carries out a preparation."""
    return InfusionOrder(
        drug=prepared.drug,
        dose=prepared.dose,
        minutes=prepared.minutes,
        concentration=prepared.concentration,
        bag=prepared.bag,
    )
