"""A series of infusions: how many, how close, and when the next one may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from unloop.quantity import Duration, InputRefused

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRule:
    """An induction series as the protocol sets it.

    That twice a week does as well as three times comes from depression (Singh 2016); the number of infusions in OCD
    is policy, for no trial of repeated infusions in OCD was found.

    Attributes:
        infusions: how many in all.
        per_week: at most this many begin within any seven days.
        min_gap: from one start to the next.
        assess_after: after which infusions the outcome is measured before going on.
    """

    infusions: int
    per_week: int
    min_gap: Duration
    assess_after: tuple[int, ...]

    def __post_init__(self) -> None:
        for where, count in (("infusions", self.infusions), ("per_week", self.per_week)):
            if count < 1:
                raise InputRefused(
                    where, given=count, allowed="1 or more", mend="give a whole number above 0"
                )
        beyond = [number for number in self.assess_after if not 1 <= number <= self.infusions]
        if beyond:
            raise InputRefused(
                "assess_after",
                given=beyond[0],
                allowed=f"1-{self.infusions}",
                mend="name infusions of this series",
            )


@dataclass(frozen=True, slots=True)
class NextInfusion:
    """The next infusion of a series.

    Attributes:
        number: counted from 1.
        not_before: the earliest start by gap and weekly count; None for the first.
        assess_first: whether an outcome is due before it.
    """

    number: int
    not_before: datetime | None
    assess_first: bool


@dataclass(frozen=True, slots=True)
class SeriesComplete:
    """All infusions of the series have been given; the outcome decides what follows."""

    given: int


def next_infusion(rule: SeriesRule, given: tuple[datetime, ...]) -> NextInfusion | SeriesComplete:
    """The next infusion after those that began at `given`, in any order.

    An infusion that was begun counts, however little of it was given.
    """
    starts = sorted(given)
    if len(starts) >= rule.infusions:
        return SeriesComplete(len(starts))
    bounds = [rule.min_gap.after(start) for start in starts[-1:]]
    if len(starts) >= rule.per_week:
        bounds.append(starts[-rule.per_week] + WEEK)
    return NextInfusion(
        number=len(starts) + 1,
        not_before=max(bounds, default=None),
        assess_first=len(starts) in rule.assess_after,
    )


def check_start(rule: SeriesRule, given: tuple[datetime, ...], *, at: datetime) -> NextInfusion:
    """The place of an infusion that is to begin at `at`.

    Raises:
        InputRefused: the series is complete, or the last infusions are too close.
    """
    following = next_infusion(rule, given)
    match following:
        case SeriesComplete():
            raise InputRefused(
                "series",
                given=f"infusion {following.given + 1}",
                allowed=f"{rule.infusions} infusions",
                mend="assess the outcome and plan anew",
            )
        case NextInfusion():
            if following.not_before is not None and at < following.not_before:
                raise InputRefused(
                    "start",
                    given=at.isoformat(),
                    allowed=f"from {following.not_before.isoformat()}",
                    mend=f"keep {rule.min_gap.words()} between infusions and at most {rule.per_week} in seven days",
                )
            return following
