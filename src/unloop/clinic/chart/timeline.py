"""A person's course as a picture: ratings with their error, infusions and medicines on one axis of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from unloop.care.outcome import CONSENSUS, Outcome, Rating, categorise
from unloop.care.symptoms import bundled, measurement_error
from unloop.facts import Chart, Fact, Infusion, View


@dataclass(frozen=True, slots=True)
class RatedPoint:
    """One clinician rating, with the change from the baseline and what the consensus calls it by then.

    Attributes:
        total: Y-BOCS points, 0 to 40; `low` and `high` bound 1.96 standard errors of one rating.
        percent: change from the baseline; None for the baseline itself.
        outcome: the word for it at that time, and on what it rests; None before the first infusion.
    """

    at: datetime
    total: float
    low: float
    high: float
    percent: float | None
    cgi_i: float | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Span:
    """A medicine from when it was first said to be taken until it no longer was."""

    name: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that the picture shows.

    Attributes:
        begin, end: of the axis.
        baseline: the last rating not after the first infusion; what change is counted from.
        response_at, remission_at: Y-BOCS totals at which the consensus speaks of them; None without a baseline.
        half_width: of the band, in points.
    """

    begin: datetime
    end: datetime
    points: tuple[RatedPoint, ...]
    infusions: tuple[Infusion, ...]
    medicines: tuple[Span, ...]
    baseline: RatedPoint | None
    response_at: float | None
    remission_at: float
    half_width: float | None
    error_source: str

    @property
    def latest(self) -> RatedPoint | None:
        """The last rating."""
        return self.points[-1] if self.points else None


def timeline(chart: Chart, view: View) -> Timeline:
    """Put a course together from a chart.

    Args:
        chart: the person's facts.
        view: the same chart as it stands now, for infusions and the moment itself.
    """
    now = view.now
    error = measurement_error(bundled("ybocs"))
    half = error.half_width if error is not None else 0.0
    infusions = view.infusions() or ()
    ratings = [_rating(fact, chart, now) for fact in chart.standing("ybocs", at=now, known_at=now)]
    baseline = _baseline(ratings, infusions)
    points = tuple(_point(rating, ratings, baseline=baseline, half=half) for rating in ratings)
    times = [rating.at for rating in ratings] + [one.at for one in infusions]
    begin = min(times, default=now) - timedelta(days=7)
    based = next((point for point in points if baseline is not None and point.at == baseline.at), None)
    return Timeline(
        begin=begin, end=max(now, begin + timedelta(days=28)), points=points, infusions=infusions,
        medicines=_spans(chart.standing("medicines", at=now, known_at=now)), baseline=based,
        response_at=baseline.total * (1 - CONSENSUS.response.fall_percent / 100) if baseline is not None else None,
        remission_at=CONSENSUS.remission.score_at_most, half_width=error.half_width if error is not None else None,
        error_source=error.source.cite if error is not None else "",
    )  # fmt: skip


def _rating(fact: Fact, chart: Chart, now: datetime) -> Rating:
    return Rating(
        at=fact.at, total=_number(fact), cgi_i=_beside(chart, "cgi_i", at=fact.at, now=now),
        cgi_s=_beside(chart, "cgi_s", at=fact.at, now=now),
    )  # fmt: skip


def _beside(chart: Chart, code: str, *, at: datetime, now: datetime) -> int | None:
    """The rating of the same day, if there is one."""
    same_day = [
        fact for fact in chart.standing(code, at=now, known_at=now) if abs(fact.at - at) < timedelta(hours=12)
    ]
    return int(_number(same_day[-1])) if same_day else None


def _number(fact: Fact) -> float:
    return fact.value if isinstance(fact.value, float) else float(str(fact.value))


def _baseline(ratings: list[Rating], infusions: tuple[Infusion, ...]) -> Rating | None:
    if not infusions:
        return None
    before = [rating for rating in ratings if rating.at <= infusions[0].at]
    return before[-1] if before else None


def _point(rating: Rating, ratings: list[Rating], *, baseline: Rating | None, half: float) -> RatedPoint:
    after = baseline is not None and rating.at > baseline.at
    until = tuple(
        one for one in ratings if one.at <= rating.at and (baseline is None or one.at > baseline.at)
    )
    return RatedPoint(
        at=rating.at,
        total=rating.total,
        low=max(0.0, rating.total - half),
        high=min(40.0, rating.total + half),
        percent=100 * (rating.total - baseline.total) / baseline.total
        if after and baseline and baseline.total
        else None,
        cgi_i=float(rating.cgi_i) if rating.cgi_i is not None else None,
        outcome=categorise(until, baseline, rating.at) if after and baseline is not None else None,
    )


def _spans(lists: tuple[Fact, ...]) -> tuple[Span, ...]:
    """Each medicine from the first list that names it to the first later one that does not."""
    spans: list[Span] = []
    open_since: dict[str, datetime] = {}
    for fact in lists:
        names = [str(one) for one in fact.value] if isinstance(fact.value, tuple) else []
        gone = [name for name in open_since if name not in names]
        spans += [Span(name, open_since.pop(name), fact.at) for name in gone]
        for name in names:
            open_since.setdefault(name, fact.at)
    return (*spans, *(Span(name, since, None) for name, since in open_since.items()))
