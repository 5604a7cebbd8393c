"""How much a score moved, and whether more than measurement error or than anybody would notice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from unloop.care.symptoms.instrument import Direction, Instrument, Source
from unloop.care.symptoms.scoring import Score
from unloop.quantity.refusal import InputRefused

NORMAL_95 = 1.96  # two-sided 95 % point of the standard normal distribution


class Course(StrEnum):
    """Which way a score moved, in the instrument's own sense."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """What repeated ratings of an unchanged person would differ by.

    Attributes:
        sem: standard error of one rating, points: SD x sqrt(1 - r).
        half_width: 1.96 standard errors, the band drawn around one rating.
        reliable_change: 1.96 x SD x sqrt(2(1 - r)), which a difference of two ratings must exceed
            (Jacobson and Truax 1991).
        source: of SD and r; `source.seen` says when they are assumed.
    """

    sem: float
    half_width: float
    reliable_change: float
    source: Source


@dataclass(frozen=True, slots=True)
class Change:
    """From a baseline to a later score.

    Attributes:
        points: current minus baseline.
        percent: points per 100 of the baseline, so a fall is negative; None from a baseline of zero.
        course: better, same or worse; None where neither end of the scale is the better one.
        reliable: beyond measurement error; None where that is not known.
        noticeable: at least the smallest change that is noticed; None where that is not known.
        error, noticed_from: what `reliable` and `noticeable` were judged by.
    """

    points: int
    percent: float | None
    course: Course | None
    reliable: bool | None
    noticeable: bool | None
    error: MeasurementError | None
    noticed_from: float | None


def measurement_error(instrument: Instrument) -> MeasurementError | None:
    """Measurement error of one rating, or None where SD and reliability are not known."""
    reliability = instrument.reliability
    if reliability is None:
        return None
    sem = reliability.sd * math.sqrt(1 - reliability.r)
    return MeasurementError(
        sem=sem,
        half_width=NORMAL_95 * sem,
        reliable_change=NORMAL_95 * math.sqrt(2) * sem,
        source=reliability.source,
    )


def error_band(instrument: Instrument, total: int) -> tuple[float, float] | None:
    """The band around one rating for a chart, in points, kept inside the scale; None where it is not known."""
    error = measurement_error(instrument)
    if error is None or instrument.low is None or instrument.high is None:
        return None
    return max(instrument.low, total - error.half_width), min(instrument.high, total + error.half_width)


def change(instrument: Instrument, baseline: Score, current: Score) -> Change | None:
    """The change from `baseline` to `current`, or None when one of the two has no total.

    Raises:
        InputRefused: a score of another instrument, or a baseline that is later than the score.
    """
    for where, scored in (("baseline", baseline), ("score", current)):
        if scored.instrument != instrument.id:
            raise InputRefused(
                where, given=scored.instrument, allowed=instrument.id, mend="compare scores of one instrument"
            )
    if baseline.at > current.at:
        raise InputRefused(
            "baseline",
            given=baseline.at.isoformat(),
            allowed=f"not after {current.at.isoformat()}",
            mend="exchange the two forms",
        )
    if baseline.total is None or current.total is None:
        return None
    return change_of_totals(instrument, baseline.total, current.total)


def change_of_totals(instrument: Instrument, baseline: int, current: int) -> Change:
    """The change between two totals of one instrument."""
    points = current - baseline
    error, noticed = measurement_error(instrument), instrument.noticeable
    return Change(
        points=points,
        percent=100 * points / baseline if baseline else None,
        course=_course(instrument.direction, points),
        reliable=None if error is None else abs(points) > error.reliable_change,
        noticeable=None if noticed is None else abs(points) >= noticed.points,
        error=error,
        noticed_from=None if noticed is None else noticed.points,
    )


def _course(direction: Direction, points: int) -> Course | None:
    if direction is Direction.ZERO_IS_BEST:
        return None
    if points == 0:
        return Course.SAME
    falls = points < 0
    return Course.BETTER if falls == (direction is Direction.HIGHER_IS_WORSE) else Course.WORSE
