"""Every path by which a dose or a rate could leave its ceiling, walked before the document is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from unloop.protocol.document import Dose, DoseChange

ANAESTHETIC_MG_PER_KG = 1.0
"""The US label's intravenous induction range begins here; no path of this software may reach it."""


@dataclass(frozen=True, slots=True)
class DosePath:
    """One combination of adjustments and at most one step, with what it comes to."""

    rules: tuple[str, ...]
    mg_per_kg: float
    minutes: float

    @property
    def mg_per_kg_h(self) -> float:
        """Rate by body weight."""
        return self.mg_per_kg / self.minutes * 60

    @property
    def name(self) -> str:
        """The rules on this path, for a message."""
        return " with ".join(self.rules)


def paths(dose: Dose) -> Iterator[DosePath]:
    """The base dose, every set of adjustments on it, and every step on each of these."""
    for count in range(len(dose.adjust) + 1):
        for chosen in combinations(dose.adjust, count):
            adjusted = _apply(
                DosePath((dose.id,), dose.mg_per_kg, dose.minutes), *((one.id, one.set) for one in chosen)
            )
            yield adjusted
            for step in dose.step:
                yield _apply(adjusted, (step.id, step.propose))


def _apply(path: DosePath, *changes: tuple[str, DoseChange]) -> DosePath:
    for rule, change in changes:
        path = DosePath(
            (*path.rules, rule),
            path.mg_per_kg if change.mg_per_kg is None else change.mg_per_kg,
            path.minutes if change.minutes is None else change.minutes,
        )
    return path


def _never_applied(dose: Dose) -> Iterator[tuple[str, str, str]]:
    """Adjustments that ask for more than the base dose; of several doses the software takes the lowest and slowest."""
    for one in dose.adjust:
        more = one.set.mg_per_kg is not None and one.set.mg_per_kg > dose.mg_per_kg
        sooner = one.set.minutes is not None and one.set.minutes < dose.minutes
        if more or sooner:
            what = f"{one.set.mg_per_kg:g} mg/kg" if more else f"{one.set.minutes:g} min"
            yield (
                f"{one.id}.set",
                f"{what} would be more or faster than the base dose, and no adjustment is taken that raises it",
                "lower the dose or give it over a longer time; what may be more is a step, proposed to a physician",
            )


def faults(dose: Dose) -> Iterator[tuple[str, str, str]]:
    """Where, why and how to mend it, for each path that leaves a ceiling."""
    for path in paths(dose):
        rate = path.mg_per_kg_h
        if rate > dose.max_rate_mg_per_kg_h + 1e-9:
            yield (
                path.name,
                f"{rate:.3g} mg/kg/h is over the ceiling of {dose.max_rate_mg_per_kg_h:g} mg/kg/h",
                "lower the dose or give it over a longer time",
            )
        if path.mg_per_kg >= ANAESTHETIC_MG_PER_KG:
            yield (
                path.name,
                f"{path.mg_per_kg:g} mg/kg is in the anaesthetic range, which begins at {ANAESTHETIC_MG_PER_KG:g} mg/kg",
                "stay below it",
            )
    yield from _never_applied(dose)
    if dose.min_mg >= dose.max_mg:
        yield (
            dose.id,
            f"the floor of {dose.min_mg:g} mg is not below the ceiling of {dose.max_mg:g} mg",
            "mend one of them",
        )
    if dose.slowest_minutes < max(path.minutes for path in paths(dose)):
        yield (
            dose.id,
            f"an infusion may be longer than slowest_minutes, {dose.slowest_minutes:g}",
            "raise slowest_minutes",
        )
