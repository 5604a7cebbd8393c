"""From a series of ratings to an outcome, honest about what time has not shown yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from unloop.care.outcome.category import Basis, Category, Outcome, Reason
from unloop.care.outcome.definitions import CONSENSUS, OutcomeDefinitions
from unloop.care.outcome.rating import Leaving, LeavingReason, Rating
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused

_STEPS: tuple[Category, ...] = (
    Category.NO_RESPONSE,
    Category.PARTIAL_RESPONSE,
    Category.RESPONSE,
    Category.REMISSION,
)
_Meets = Callable[[Rating], bool]


def categorise(
    ratings: Sequence[Rating],
    baseline: Rating,
    at: datetime,
    *,
    definitions: OutcomeDefinitions = CONSENSUS,
    leaving: Leaving | None = None,
) -> Outcome:
    """The outcome category at `at`, from the ratings after the baseline.

    A duration is shown by ratings: "at least a week" needs two ratings a week or more apart with every rating from
    one to the other meeting the criteria. Days are counted on the calendar of the zone of `at`. Where a CGI is
    missing the score alone decides, and the basis says so.

    Args:
        ratings: in any order; those before or at the baseline, or after `at`, are left out.
        baseline: the rating before treatment.
        at: the moment asked about, with an offset.
        definitions: thresholds and durations; the consensus unless given.
        leaving: when and why the person left early, if so.

    Raises:
        InputRefused: `at` without an offset, or a baseline of zero, from which nothing can fall.
    """
    course = _course(ratings, baseline, at)
    if not course:
        return Outcome(
            Category.NOT_RATED,
            Basis.BY_SCORE_ONLY,
            (Reason("no rating since the baseline"),),
            definitions.source,
        )
    judge = _Judge(baseline, definitions, at)
    return judge.relapse(course, leaving) or judge.step(course)


def criteria_met(
    rating: Rating, baseline: Rating, *, definitions: OutcomeDefinitions = CONSENSUS
) -> tuple[Category, Basis]:
    """Which criteria one rating meets, without regard to duration: the highest of the four steps, and its basis.

    Raises:
        InputRefused: a baseline of zero.
    """
    _check_baseline(baseline)
    judge = _Judge(baseline, definitions, rating.at)
    category = judge.highest(rating)
    return category, judge.basis((rating,), category)


def is_noticeable(rating: Rating, baseline: Rating, *, definitions: OutcomeDefinitions = CONSENSUS) -> bool:
    """Whether the change, up or down, is at least the smallest one that clinicians notice (4.9 points)."""
    return abs(rating.total - baseline.total) >= definitions.noticeable_points


@dataclass(frozen=True, slots=True)
class _Judge:
    """The definitions applied to one person's baseline."""

    baseline: Rating
    definitions: OutcomeDefinitions
    at: datetime

    def meets(self, rating: Rating, category: Category) -> bool:
        """Whether one rating meets the criteria of this step or of a higher one."""
        return _STEPS.index(self.highest(rating)) >= _STEPS.index(category)

    def highest(self, rating: Rating) -> Category:
        """The highest step whose criteria one rating meets."""
        rules = self.definitions
        remission = rules.remission
        if rating.total <= remission.score_at_most and _at_most(rating.cgi_s, remission.cgi_s_at_most):
            return Category.REMISSION
        for category, rule in (
            (Category.RESPONSE, rules.response),
            (Category.PARTIAL_RESPONSE, rules.partial_response),
        ):
            if self.fell_by(rating, rule.fall_percent) and _at_most(rating.cgi_i, rule.cgi_i_at_most):
                return category
        return Category.NO_RESPONSE

    def fell_by(self, rating: Rating, percent: float) -> bool:
        """Compared by multiplication, so that a fall of exactly 35 % is one."""
        return 100 * (self.baseline.total - rating.total) >= percent * self.baseline.total

    def lapsed(self, rating: Rating) -> bool:
        """Whether one rating meets the criteria of relapse.

        By score alone the fall of response must be lost as well (policy): 13 points by themselves are compatible
        with a response, and nobody said that the person is worse.
        """
        rule = self.definitions.relapse
        if rating.total < rule.score_at_least:
            return False
        if rating.cgi_i is None:
            return not self.fell_by(rating, self.definitions.response.fall_percent)
        return rating.cgi_i >= rule.cgi_i_at_least

    def lasting(self, category: Category) -> Duration:
        """How long the criteria of a step must hold."""
        rules = self.definitions
        return {
            Category.PARTIAL_RESPONSE: rules.partial_response.lasting,
            Category.RESPONSE: rules.response.lasting,
            Category.REMISSION: rules.remission.lasting,
            Category.RECOVERY: rules.remission.recovery_lasting,
            Category.RELAPSE: rules.relapse.lasting,
        }[category]

    def lasts(self, run: Sequence[Rating], category: Category) -> bool:
        """Whether an unbroken run of ratings spans the time that this category asks for."""
        if not run:
            return False
        due = self.lasting(category).after(run[0].at).astimezone(self.at.tzinfo).date()
        return run[-1].at.astimezone(self.at.tzinfo).date() >= due

    def shown(self, course: Sequence[Rating]) -> Category | None:
        """The highest step that the last ratings of a course have shown for long enough."""
        for category in reversed(_STEPS[1:]):
            if self.lasts(self.run(course, category), category):
                return category
        return None

    def run(self, course: Sequence[Rating], category: Category) -> tuple[Rating, ...]:
        """The unbroken run of ratings up to the last one that meet the criteria of a step."""
        return _run(course, lambda rating: self.meets(rating, category))

    def basis(self, run: Sequence[Rating], category: Category) -> Basis:
        """With CGI only when no rating of the run lacks the impression that the category asks for."""
        by_severity = category in (Category.REMISSION, Category.RECOVERY)
        impressions = (rating.cgi_s if by_severity else rating.cgi_i for rating in run)
        return Basis.BY_SCORE_ONLY if None in impressions else Basis.WITH_CGI

    def step(self, course: Sequence[Rating]) -> Outcome:
        """The outcome by the steps from no response to recovery."""
        now, shown = self.highest(course[-1]), self.shown(course)
        remission = self.run(course, Category.REMISSION)
        also: tuple[Reason, ...] = ()
        if self.lasts(remission, Category.RECOVERY):
            if self.without_gap(remission):
                return self.outcome(Category.RECOVERY, remission, course)
            also = (self._gap(),)
        pending = None if now in (shown, Category.NO_RESPONSE) else now
        if now is Category.NO_RESPONSE:
            return self.outcome(Category.NO_RESPONSE, course[-1:], course)
        if shown is None:
            return self.outcome(Category.NOT_YET_SAID, self.run(course, now), course, pending=now)
        return self.outcome(shown, self.run(course, shown), course, pending=pending, also=also)

    def without_gap(self, run: Sequence[Rating]) -> bool:
        """Whether ratings stand close enough together to vouch for the time between them."""
        gap = self.definitions.remission.longest_gap
        return all(later.at <= gap.after(earlier.at) for earlier, later in pairwise(run))

    def relapse(self, course: Sequence[Rating], leaving: Leaving | None) -> Outcome | None:
        """The outcome where a response had been shown and is lost in the way of a relapse; None elsewhere."""
        run = _run(course, self.lapsed)
        before = course[: len(course) - len(run)]
        left = leaving if leaving is not None and leaving.at <= self.at else None
        if not self.ever_responded(before):
            return None
        if self.lasts(run, Category.RELAPSE):
            return self.outcome(Category.RELAPSE, run, course)
        if _left_worse(left) and (run or _is_last_word(left, course)):
            return self.outcome(Category.RELAPSE, run, course, also=(_LEFT_WORSE,))
        if not run:
            return None
        also = () if left is None else (_LEFT_OTHERWISE,)
        return self.outcome(Category.NOT_YET_SAID, run, course, pending=Category.RELAPSE, also=also)

    def ever_responded(self, course: Sequence[Rating]) -> bool:
        """Whether response or remission had been shown at any rating of this part of the course."""
        shown = (self.shown(course[:count]) for count in range(1, len(course) + 1))
        return any(step in (Category.RESPONSE, Category.REMISSION) for step in shown)

    def outcome(
        self,
        category: Category,
        run: Sequence[Rating],
        course: Sequence[Rating],
        *,
        pending: Category | None = None,
        also: tuple[Reason, ...] = (),
    ) -> Outcome:
        """Put the words to it."""
        decided = pending if category is Category.NOT_YET_SAID and pending is not None else category
        basis = self.basis(run, decided)
        reasons = [self._movement(course[-1])]
        if run and decided is not Category.NO_RESPONSE:
            reasons.append(self._held(run, decided))
        if pending is not None:
            reasons.append(_not_yet(pending, self.lasting(pending)))
        if basis is Basis.BY_SCORE_ONLY:
            reasons.append(_SCORE_ONLY)
        return Outcome(
            category,
            basis,
            (*reasons, *also),
            self.definitions.source,
            pending=pending,
            since=run[0].at if run else None,
        )

    def _movement(self, last: Rating) -> Reason:
        before, now = self.baseline.total, last.total
        # One decimal, since 34.6 % rounded to 35 would contradict the category beside it.
        percent = f"{abs(100 * (now - before) / before):.1f}".removesuffix(".0")
        values = {"before": f"{before:g}", "now": f"{now:g}", "percent": percent}
        if now == before:
            return Reason("Y-BOCS {now}, as before", values)
        if now > before:
            return Reason("Y-BOCS {before} to {now}, up {percent}%", values)
        return Reason("Y-BOCS {before} to {now}, down {percent}%", values)

    def _gap(self) -> Reason:
        return Reason(
            "not recovery: ratings more than {gap} apart do not show what lay between",
            {"gap": self.definitions.remission.longest_gap.words()},
        )

    def _held(self, run: Sequence[Rating], category: Category) -> Reason:
        zone = self.at.tzinfo
        days = (run[-1].at.astimezone(zone).date() - run[0].at.astimezone(zone).date()).days
        if len(run) == 1:
            return Reason("criteria of {category} met at one rating", {"category": category.value})
        return Reason(
            "criteria of {category} met at {count} ratings in a row, {days} days apart",
            {"category": category.value, "count": str(len(run)), "days": str(days)},
        )


_SCORE_ONLY = Reason("by score only: the clinical global impression is missing")
_LEFT_WORSE = Reason("left early because OCD became severely worse")
_LEFT_OTHERWISE = Reason("left early for another reason, which is not a relapse")


def _course(ratings: Sequence[Rating], baseline: Rating, at: datetime) -> tuple[Rating, ...]:
    if at.tzinfo is None:
        raise InputRefused(
            "at", given=at.isoformat(), allowed="a time with its offset", mend="say which zone"
        )
    _check_baseline(baseline)
    return tuple(sorted((r for r in ratings if baseline.at < r.at <= at), key=lambda rating: rating.at))


def _check_baseline(baseline: Rating) -> None:
    if baseline.total == 0:
        raise InputRefused(
            "baseline",
            given="0 points",
            allowed="a Y-BOCS above 0",
            mend="choose the rating before treatment",
        )


def _left_worse(left: Leaving | None) -> bool:
    return left is not None and left.reason is LeavingReason.SEVERE_WORSENING


def _is_last_word(left: Leaving | None, course: Sequence[Rating]) -> bool:
    """Whether no rating after the leaving speaks against it."""
    return left is not None and left.at >= course[-1].at


def _run(course: Sequence[Rating], meets: _Meets) -> tuple[Rating, ...]:
    start = len(course)
    while start and meets(course[start - 1]):
        start -= 1
    return tuple(course[start:])


def _at_most(impression: int | None, limit: int) -> bool:
    """Whether an impression allows a category; a missing one leaves it to the score."""
    return impression is None or impression <= limit


def _not_yet(category: Category, lasting: Duration) -> Reason:
    return Reason(
        "not yet {lasting} of {category}", {"lasting": _length(lasting), "category": category.value}
    )


def _length(lasting: Duration) -> str:
    return "a week" if lasting == Duration.parse("P7D") else lasting.words()
