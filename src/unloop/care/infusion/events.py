"""What can happen in an infusion session. Events are appended, never changed; a correction is an event too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from unloop.quantity import BreathingRate, HeartRate, Pressure, PumpRate, Saturation

ScoreValue = float | bool | str


class Severity(StrEnum):
    """How bad a symptom is; `NONE` says that it was asked for and is absent."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event carries.

    Attributes:
        id: a UUID made where the event was charted, so that sending it twice adds nothing.
        at: when it happened.
        recorded_at: when it was charted; later than `at` for what was charted afterwards.
        by: who charted it, as an opaque identifier.
    """

    kind: ClassVar[str]

    id: str
    at: datetime
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Event):
    """A second person has checked person, vial, syringe, bag and pump."""

    kind = "checked"
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Event):
    """The pump was started."""

    kind = "started"
    rate: PumpRate


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged(Event):
    """The running pump was set to another rate."""

    kind = "rate_changed"
    rate: PumpRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """The pump was halted, to go on later."""

    kind = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Event):
    """The pump was started again after a pause."""

    kind = "resumed"
    rate: PumpRate


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Event):
    """The pump was stopped for good; the reason may be charted afterwards, by a correction."""

    kind = "stopped"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpConfirmedOff(Event):
    """Somebody has looked and the pump is off: the record moves no pump."""

    kind = "pump_confirmed_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals(Event):
    """One set of readings."""

    kind = "vitals"
    sbp: Pressure
    dbp: Pressure
    hr: HeartRate
    spo2: Saturation
    rr: BreathingRate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Event):
    """A bedside score or answer, such as `rass`, `cadss6`, `aldrete` or `oriented`."""

    kind = "score"
    code: str
    value: ScoreValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom(Event):
    """A symptom and how bad it is."""

    kind = "symptom"
    code: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineGiven(Event):
    """Another medicine that was given."""

    kind = "medicine_given"
    name: str
    dose: float
    unit: str
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Event):
    """Free text; shown where it was written and nowhere else."""

    kind = "note"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Event):
    """An earlier event was charted wrongly; both stay visible.

    Attributes:
        event: the id of the event that is corrected; a later correction of the same event adds to the earlier.
        changes: the fields that replace those of the event, by their names in the file and sorted by them.
        true_at: when it really happened, if that was wrong.
        entered_in_error: it did not happen at all, or to somebody else.
    """

    kind = "corrected"
    event: str
    changes: tuple[tuple[str, ScoreValue | None], ...] = ()
    true_at: datetime | None = None
    entered_in_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharged(Event):
    """The person has left with a responsible adult."""

    kind = "discharged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Event):
    """A clinician has signed the record."""

    kind = "signed"


PumpEvent = Started | RateChanged | Paused | Resumed | Stopped
CareEvent = Checked | PumpConfirmedOff | Discharged | Signed
Observation = Vitals | Score | Symptom | MedicineGiven | Note
Happening = PumpEvent | CareEvent | Observation
InfusionEvent = Happening | Corrected

# Within one moment, in the order in which things can only have happened.
WITHIN_ONE_MOMENT: tuple[type[Event], ...] = (
    Checked,
    Started,
    RateChanged,
    Paused,
    Resumed,
    Stopped,
    PumpConfirmedOff,
    Vitals,
    Score,
    Symptom,
    MedicineGiven,
    Note,
    Discharged,
    Signed,
    Corrected,
)
RANK = {kind.kind: rank for rank, kind in enumerate(WITHIN_ONE_MOMENT)}


def in_order(event: InfusionEvent) -> tuple[datetime, datetime, int, str]:
    """Sorting key: when it happened, then when it was charted; arrival plays no part."""
    return event.at, event.recorded_at, RANK[event.kind], event.id


def same_entry(one: InfusionEvent, other: InfusionEvent) -> bool:
    """Whether two events of one id are the same entry; sent again, it may bear a later time of charting."""
    return replace(one, recorded_at=other.recorded_at) == other
