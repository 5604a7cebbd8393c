"""What a protocol asks of a past treatment before it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unloop.care.treatment_history.naming import Resolved, canonical
from unloop.quantity.refusal import InputRefused


@dataclass(frozen=True, slots=True)
class DoseRange:
    """Daily dose of one serotonin reuptake inhibitor: what counts as adequate, and the label's maximum; mg a day."""

    target_mg: float
    max_mg: float

    def __post_init__(self) -> None:
        if not 0 < self.target_mg <= self.max_mg < 1e5:
            raise _refused(
                "dose",
                given=f"target {self.target_mg:g}, maximum {self.max_mg:g} mg a day",
                allowed="a target above 0 mg a day and not above the maximum",
                mend="correct the two doses",
            )


@dataclass(frozen=True, slots=True)
class SriCriteria:
    """When a treatment with a serotonin reuptake inhibitor counts.

    Attributes:
        weeks_total_min: shortest treatment in weeks.
        weeks_at_target_min: shortest time at the highest dose taken, which must reach the target, in weeks.
        adherence_min_percent: smallest share of doses taken, in percent.
        doses: target and maximum by ingredient.
    """

    weeks_total_min: float
    weeks_at_target_min: float
    adherence_min_percent: float
    doses: Mapping[str, DoseRange]

    def __post_init__(self) -> None:
        _check_amounts(self.weeks_total_min, self.weeks_at_target_min)
        _check_percent(self.adherence_min_percent)
        for name in self.doses:
            if canonical(name) is None:
                raise _refused(
                    "doses", given=name, allowed="one ingredient of the table of medicines",
                    mend="correct the spelling, or add the ingredient to the table",
                )  # fmt: skip
        _check_each_once(self.doses)

    def drug(self, medicine: Resolved) -> str | None:
        """The one ingredient of a medicine that these criteria name; None for none or several."""
        named = [name for name in self.doses if canonical(name) in medicine.ingredients]
        return named[0] if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class ErpCriteria:
    """When a course of exposure with response prevention counts.

    Attributes:
        sessions_min, hours_min: smallest number of sessions, and of hours in all.
        within_weeks: longest time over which they may be spread, in weeks.
        homework_min_percent: smallest share of the agreed exercises done between sessions, in percent.
        therapist_trained: whether the therapist must be trained in it.
    """

    sessions_min: float
    hours_min: float
    within_weeks: float
    homework_min_percent: float
    therapist_trained: bool

    def __post_init__(self) -> None:
        _check_amounts(self.sessions_min, self.hours_min, self.within_weeks)
        _check_percent(self.homework_min_percent)


def _check_each_once(names: Iterable[str]) -> None:
    """A medicine that is named twice has two targets, and none of them could be told to count."""
    seen: dict[str | None, str] = {}
    for name in names:
        first = seen.setdefault(canonical(name), name)
        if first != name:
            raise _refused(
                "doses", given=f"{first} and {name}", allowed="each medicine once", mend="keep one of the two"
            )


def _check_amounts(*amounts: float) -> None:
    for amount in amounts:
        if not 0 < amount < 1e5:
            raise _refused(
                "amount", given=amount, allowed="a number above 0", mend="a criterion that asks for nothing proves nothing"
            )  # fmt: skip


def _check_percent(share: float) -> None:
    if not 0 <= share <= 100:
        raise _refused("share", given=share, allowed="0 to 100 %", mend="give the share in percent")


def _refused(what: str, *, given: object, allowed: str, mend: str) -> InputRefused:
    return InputRefused(f"criteria of an adequate treatment, {what}", given=given, allowed=allowed, mend=mend)
