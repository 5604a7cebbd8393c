"""A person's course as data: ratings with their error, infusions, medicines and ERP on one axis of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from unloop.care.outcome import CONSENSUS, Leaving, Outcome, OutcomeDefinitions, Rating, categorise
from unloop.care.symptoms import bundled, measurement_error
from unloop.clinic.chart.befallen import (
    AdverseMark,
    Mark,
    adverse_marks,
    erp_marks,
    leaving_of,
    life_events,
    number_of,
)
from unloop.clinic.chart.medicine_spans import Span, benzodiazepine_spans, medicine_spans
from unloop.clinic.chart.parts import Part, parts_of
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
class Timeline:
    """Everything that the picture shows.

    Attributes:
        begin, end: of the axis; `now` is on it, and nothing is drawn right of it.
        runs: the ratings again, parted where one is missing between two: only those of one run are joined.
        medicines: one lane a name.
        erp: what was said about exposure and response prevention, and each session of it, oldest first.
        baseline: the last rating not after the first infusion; what change is counted from.
        response_at, remission_at: Y-BOCS totals at which the consensus speaks of them; None without a baseline.
        half_width: of the band, in points.
        reliable_change: what two ratings must differ by to be beyond measurement error, in points.
        life: events of the person's life, in their own words.
        parts: dimensions, compulsions, areas of life and target symptoms, each with its own scale.
    """

    begin: datetime
    end: datetime
    now: datetime
    points: tuple[RatedPoint, ...]
    runs: tuple[tuple[RatedPoint, ...], ...]
    infusions: tuple[Infusion, ...]
    medicines: tuple[Span, ...]
    erp: tuple[Mark, ...]
    baseline: RatedPoint | None
    response_at: float | None
    remission_at: float
    half_width: float | None
    reliable_change: float | None
    error_source: str
    life: tuple[Mark, ...] = ()
    adverse: tuple[AdverseMark, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def latest(self) -> RatedPoint | None:
        """The last rating."""
        return self.points[-1] if self.points else None

    @property
    def compared_by(self) -> tuple[str, ...]:
        """The sources by which doses of one medicine are said in another."""
        return tuple(dict.fromkeys(source for one in self.medicines for source in one.sources))


def timeline(chart: Chart, view: View, *, definitions: OutcomeDefinitions = CONSENSUS) -> Timeline:
    """Put a course together from a chart.

    Args:
        chart: the person's facts.
        view: the same chart as it stands now, for infusions and the moment itself.
        definitions: of response and remission, as the protocol in force writes them out.
    """
    now = view.now
    error = measurement_error(bundled("ybocs"))
    half = error.half_width if error is not None else 0.0
    infusions = view.infusions() or ()
    ratings = [_rating(fact, chart, now) for fact in chart.standing("ybocs", at=now, known_at=now)]
    baseline = _baseline(ratings, infusions)
    judged = _Judged(baseline, definitions, leaving_of(chart, now))
    points = tuple(_point(rating, ratings, half=half, judged=judged) for rating in ratings)
    parts = tuple(parts_of(chart, now))
    times = [rating.at for rating in ratings] + [one.at for one in infusions]
    times += [at for part in parts for at, _value in part.points]
    begin = min(times, default=now) - timedelta(days=7)
    based = next((point for point in points if baseline is not None and point.at == baseline.at), None)
    return Timeline(
        begin=begin, end=max(now, begin + timedelta(days=28)), now=now, points=points,
        runs=tuple(_runs(points, _taken_back(chart, now))), infusions=infusions,
        medicines=(*medicine_spans(chart, now), *benzodiazepine_spans(chart, now)), erp=tuple(erp_marks(chart, now)), baseline=based,
        response_at=_response_at(baseline, definitions),
        remission_at=definitions.remission.score_at_most, half_width=error.half_width if error is not None else None,
        reliable_change=error.reliable_change if error is not None else None,
        error_source=error.source.cite if error is not None else "",
        life=tuple(life_events(chart, now)), adverse=tuple(adverse_marks(chart, now)), parts=parts,
    )  # fmt: skip


def _response_at(baseline: Rating | None, definitions: OutcomeDefinitions) -> float | None:
    return baseline.total * (1 - definitions.response.fall_percent / 100) if baseline is not None else None


def _runs(points: tuple[RatedPoint, ...], missing: tuple[datetime, ...]) -> Iterator[tuple[RatedPoint, ...]]:
    """Ratings that may be joined: no rating is missing between two, and they are not too far apart to say so."""
    run: list[RatedPoint] = []
    for point in points:
        if run and _parted(run[-1].at, point.at, missing):
            yield tuple(run)
            run = []
        run.append(point)
    if run:
        yield tuple(run)


def _parted(one: datetime, other: datetime, missing: tuple[datetime, ...]) -> bool:
    return other > CONSENSUS.remission.longest_gap.after(one) or any(one < at < other for at in missing)


def _taken_back(chart: Chart, now: datetime) -> tuple[datetime, ...]:
    """When a rating stood that was taken back and that nothing has taken the place of."""
    back = [
        fact for fact in chart.facts if fact.code == "ybocs" and fact.withdraws and fact.recorded_at <= now
    ]
    return tuple(fact.at for fact in back)


def _rating(fact: Fact, chart: Chart, now: datetime) -> Rating:
    return Rating(
        at=fact.at, total=number_of(fact), cgi_i=_beside(chart, "cgi_i", at=fact.at, now=now),
        cgi_s=_beside(chart, "cgi_s", at=fact.at, now=now),
    )  # fmt: skip


def _beside(chart: Chart, code: str, *, at: datetime, now: datetime) -> int | None:
    """The rating of the same day, if there is one."""
    same_day = [
        fact for fact in chart.standing(code, at=now, known_at=now) if abs(fact.at - at) < timedelta(hours=12)
    ]
    return int(number_of(same_day[-1])) if same_day else None


def _baseline(ratings: list[Rating], infusions: tuple[Infusion, ...]) -> Rating | None:
    if not infusions:
        return None
    before = [rating for rating in ratings if rating.at <= infusions[0].at]
    return before[-1] if before else None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the word for a course rests on besides its ratings."""

    baseline: Rating | None
    definitions: OutcomeDefinitions
    leaving: Leaving | None

    def word(self, until: tuple[Rating, ...], at: datetime) -> Outcome | None:
        """The word at a rating after the baseline; None where none can be said."""
        if self.baseline is None or not self.baseline.total or at <= self.baseline.at:
            return None
        return categorise(until, self.baseline, at, definitions=self.definitions, leaving=self.leaving)


def _point(rating: Rating, ratings: list[Rating], *, half: float, judged: _Judged) -> RatedPoint:
    baseline = judged.baseline
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
        outcome=judged.word(until, rating.at),
    )
