"""What a plan holds beside the drug: days of infusions and ERP, the medicine that goes on, goals, and when to stop.

What is said here is part of the plan's terms, and so of what the person consents to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from unloop.care.plan.series import WEEK, SeriesRule
from unloop.quantity import Duration, InputRefused

_ANY_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_LONGEST = 400  # characters of one sentence
_MOST = 12  # sentences of one list


class Sri(StrEnum):
    """What becomes of the serotonin reuptake inhibitor during the course."""

    NOT_DECIDED = "not-decided"
    CONTINUE = "continue"
    CHANGE = "change"
    START = "start"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tailoring:
    """What is decided for one person beside dose and series.

    Attributes:
        erp_sessions: sessions of exposure with response prevention after each infusion; 0 for none.
        sri: the serotonin reuptake inhibitor.
        sri_words: which one, and what is changed; asked where it is changed or begun.
        goals: what the person wants to be able to do again, in their own words.
        stop_rules: when the course ends, beside the protocol's own rules; set before the start.

    Raises:
        InputRefused: a change of medicine without words, too many sentences or too long ones.
    """

    erp_sessions: int = 0
    sri: Sri = Sri.NOT_DECIDED
    sri_words: str = ""
    goals: tuple[str, ...] = ()
    stop_rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.erp_sessions < 0:
            raise InputRefused(
                "erp_sessions", given=self.erp_sessions, allowed="0 or more", mend="give a whole number"
            )
        if self.sri in {Sri.CHANGE, Sri.START} and not self.sri_words.strip():
            raise InputRefused(
                "sri_words",
                given=None,
                allowed="which medicine, and what is changed",
                mend="write a sentence",
            )
        for where, lines in (
            ("goals", self.goals),
            ("stop_rules", self.stop_rules),
            ("sri_words", (self.sri_words,)),
        ):
            if len(lines) > _MOST or any(len(line) > _LONGEST for line in lines):
                raise InputRefused(
                    where, given=f"{len(lines)} lines, the longest of {max(map(len, lines))} characters",
                    allowed=f"at most {_MOST} lines of at most {_LONGEST} characters", mend="say it shorter",
                )  # fmt: skip

    def terms(self) -> dict[str, object]:
        """As it stands among the terms of a plan."""
        return {
            "erp_sessions": self.erp_sessions,
            "sri": self.sri.value,
            "sri_words": self.sri_words.strip(),
            "goals": list(self.goals),
            "stop_rules": list(self.stop_rules),
        }


def read_tailoring(terms: Mapping[str, object]) -> Tailoring:
    """The tailoring among the terms of a plan; plans laid down before there was any have none."""
    sessions, goals, stops = (terms.get(name) for name in ("erp_sessions", "goals", "stop_rules"))
    return Tailoring(
        erp_sessions=sessions if isinstance(sessions, int) else 0,
        sri=Sri(str(terms.get("sri") or Sri.NOT_DECIDED)),
        sri_words=str(terms.get("sri_words") or ""),
        goals=tuple(str(one) for one in goals) if isinstance(goals, (list, tuple)) else (),
        stop_rules=tuple(str(one) for one in stops) if isinstance(stops, (list, tuple)) else (),
    )


@dataclass(frozen=True, slots=True)
class CourseDay:
    """One infusion of a course and what follows it, in days counted from 1 at the first infusion.

    Attributes:
        infusion: counted from 1.
        day: of the infusion.
        window: first and last day on which ERP falls into the window after it; None where there is no such day.
        erp: the days on which its ERP sessions are placed.
        assess: whether the outcome is measured after it, before going on.
    """

    infusion: int
    day: int
    window: tuple[int, int] | None
    erp: tuple[int, ...]
    assess: bool


def course_days(rule: SeriesRule, *, erp_within: Duration, erp_sessions: int) -> tuple[CourseDay, ...]:
    """The days of a course, spread over each week as evenly as whole days allow, and its ERP sessions.

    The window opens on the day after an infusion, since nobody drives or decides much before a night's sleep, and
    closes when `erp_within` has passed or on the day before the next infusion. Sessions stand on its first days.

    Args:
        rule: number, weekly count and least distance of infusions.
        erp_within: how long after an infusion ERP is still in the window; from the protocol.
        erp_sessions: after each infusion.

    Raises:
        InputRefused: more sessions than the shortest window has days.
    """
    days = _infusion_days(rule)
    length = (erp_within.after(_ANY_DAY) - _ANY_DAY).days
    lasts = [min(day + length, following - 1) for day, following in zip(days, (*days[1:], None), strict=True)
             if following is not None] + [days[-1] + length]  # fmt: skip
    room = min(last - day for day, last in zip(days, lasts, strict=True))
    if erp_sessions > room:
        raise InputRefused(
            "erp_sessions", given=erp_sessions, allowed=f"0-{room}, one a day in the window after an infusion",
            mend="plan fewer sessions after each infusion, and further ones after the course",
        )  # fmt: skip
    return tuple(
        CourseDay(
            infusion=number, day=day, window=(day + 1, last) if last > day else None,
            erp=tuple(range(day + 1, day + 1 + erp_sessions)), assess=number in rule.assess_after,
        )
        for number, (day, last) in enumerate(zip(days, lasts, strict=True), 1)
    )  # fmt: skip


def _infusion_days(rule: SeriesRule) -> tuple[int, ...]:
    """Whole days from 1: never closer than the least distance, never more in a week than the rule lets."""
    apart = rule.min_gap.after(_ANY_DAY) - _ANY_DAY
    gap = apart.days + (apart > timedelta(days=apart.days))
    days: list[int] = []
    for index in range(rule.infusions):
        even = 1 + index * WEEK.days // rule.per_week
        bounds = [even]
        if days:
            bounds.append(days[-1] + max(gap, 1))
        if len(days) >= rule.per_week:
            bounds.append(days[-rule.per_week] + WEEK.days)
        days.append(max(bounds))
    return tuple(days)
