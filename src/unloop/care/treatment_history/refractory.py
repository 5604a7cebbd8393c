"""Refractoriness as it is asked for before deep brain stimulation: four criteria with a source that was read."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.treatment_history.adequacy import AUGMENTATION_WEEKS
from unloop.care.treatment_history.criteria import SriCriteria
from unloop.care.treatment_history.history import (
    History,
    Treatment,
    any_of,
    by_medicine,
    conjunction,
    enough,
)
from unloop.rules import Truth

SOURCE = "Visser-Vandewalle et al., as quoted in PMC12148002, table 1"
WEEKS_AT_HIGHEST_TOLERATED = 12.0

_MOST_WEEKS = 5200
_SSRIS = 2


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the criteria, and whether it holds."""

    id: str
    words: str
    answer: Truth


def refractoriness(
    treatments: tuple[Treatment, ...], history: History, sri: SriCriteria
) -> tuple[Criterion, ...]:
    """The four criteria, each of which has to hold; a treatment that helped or was not tolerated fulfils none.

    Args:
        treatments: the judged ones of `history`.
        history: says which lists are known to be whole.
        sri: gives the label's highest doses.
    """
    asked = history.whole(history.medicines)
    medicines = [one for one in treatments if one.kind == "medicine"]
    ssris = [one for one in medicines if "ssri" in one.classes or one.nameless]
    held = {id(one): _held_out(one, sri) for one in medicines}
    clomipramine = [held[id(one)] for one in medicines if "clomipramine" in one.ingredients or one.nameless]
    added = [one.counts for one in medicines if one.augments and "antipsychotic" in one.classes]
    weeks = f"{WEEKS_AT_HIGHEST_TOLERATED:g} weeks"
    return (
        Criterion(
            "SSRI", f"two SSRIs failed, each {weeks} or longer at the highest tolerated dose",
            enough(by_medicine(ssris, held), _SSRIS, known=asked),
        ),
        Criterion(
            "CLOMIPRAMINE", f"clomipramine failed, {weeks} or longer at the highest tolerated dose",
            any_of(clomipramine, known=asked),
        ),
        Criterion(
            "AUGMENTATION", f"an added antipsychotic failed, {AUGMENTATION_WEEKS:g} weeks or longer",
            any_of(added, known=asked and not any(one.nameless for one in medicines)),
        ),
        Criterion(
            "EXPOSURE", "a complete therapy with exposure failed, as its therapist confirmed",
            any_of(
                (_confirmed(one) for one in treatments if one.kind == "psychotherapy"),
                known=history.whole(history.psychotherapy),
            ),
        ),
    )  # fmt: skip


def _held_out(one: Treatment, sri: SriCriteria) -> Truth:
    if one.nameless:
        return Truth.FALSE if one.failure is Truth.FALSE else Truth.UNKNOWN
    weeks = one.record.get("weeks_at_max")
    if isinstance(weeks, bool) or not isinstance(weeks, (int, float)) or not 0 <= weeks <= _MOST_WEEKS:
        long_enough = Truth.UNKNOWN
    else:
        long_enough = Truth.TRUE if weeks >= WEEKS_AT_HIGHEST_TOLERATED else Truth.FALSE
    return conjunction((_highest_tolerated(one, sri), long_enough, one.failure))


def _highest_tolerated(one: Treatment, sri: SriCriteria) -> Truth:
    """As it was said; else true at the label's maximum, below which nobody knows whether more was tolerated."""
    said = one.record.get("highest_tolerated")
    if isinstance(said, bool):
        return Truth.TRUE if said else Truth.FALSE
    dose = one.record.get("max_dose_mg_per_day")
    label = next((sri.doses[name].max_mg for name in one.ingredients if name in sri.doses), None)
    known = isinstance(dose, (int, float)) and not isinstance(dose, bool) and label is not None
    if known and label is not None and isinstance(dose, (int, float)) and label <= dose <= 4 * label:
        return Truth.TRUE
    return Truth.UNKNOWN


def _confirmed(one: Treatment) -> Truth:
    if one.name == "other":
        return Truth.FALSE
    said = (one.record.get("completed"), one.record.get("confirmed_by_therapist"))
    exposure = Truth.TRUE if one.name == "erp" else Truth.UNKNOWN
    return conjunction((exposure, *map(_yes, said), one.failure))


def _yes(value: object) -> Truth:
    if not isinstance(value, bool):
        return Truth.UNKNOWN
    return Truth.TRUE if value else Truth.FALSE
