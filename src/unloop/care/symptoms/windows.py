"""Windows in which a person is asked: they open and close by a schedule tied to treatment, never at will.

The clock restarts at an infusion. What an earlier infusion would have asked for after the next one is not asked, and a
window that is open when an infusion begins closes there, so that no form looks at two treatments at once. At most one
window asks for an instrument at a time.

    >>> from datetime import UTC, datetime, timedelta
    >>> first = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> [window.timing for window in windows(after_infusion(), start=first, infusions=[first])]
    ['day-7', 'day-30', 'day-90']
    >>> again = [first, first + timedelta(days=8)]
    >>> [window.timing for window in windows(after_infusion(), start=first, infusions=again)]
    ['day-7', 'day-7', 'day-30', 'day-90']
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import combinations, pairwise
from typing import Annotated, Literal

from pydantic import Field, Strict, ValidationError

from unloop.care.symptoms.document import Identifier, Part, Sentence
from unloop.care.symptoms.instrument import Respondent
from unloop.care.symptoms.library import bundled
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused

_REFERENCE = datetime(2000, 1, 1, tzinfo=UTC)


class Anchor(StrEnum):
    """What a window is counted from."""

    START = "start"
    INFUSION = "infusion"


@dataclass(frozen=True, slots=True)
class Timing:
    """One window of a schedule: so long after its anchor, open for so long, asking for these instruments."""

    id: str
    anchor: Anchor
    after: Duration
    open_for: Duration
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a person is asked.

    Attributes:
        basis: what the days rest on, as in a protocol.
        why: in words.
    """

    id: str
    title: str
    version: str
    basis: str
    why: str
    timings: tuple[Timing, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which a person can answer: from `opens`, up to but not including `closes`.

    Attributes:
        timing: the id of the timing that it comes from.
        anchor: the moment from which it is counted.
    """

    timing: str
    anchor: datetime
    opens: datetime
    closes: datetime
    instruments: tuple[str, ...]

    @property
    def key(self) -> str:
        """What names this window once for a person, however often the schedule is worked out."""
        return f"{self.timing}@{self.anchor.astimezone(UTC).isoformat(timespec='seconds')}"

    def is_open(self, at: datetime) -> bool:
        """Whether it can be answered at this moment."""
        return self.opens <= at < self.closes


def windows(schedule: Schedule, *, start: datetime, infusions: Iterable[datetime]) -> tuple[Window, ...]:
    """Every window of one person, in the order in which they open.

    Args:
        schedule: when is asked.
        start: from when on the person is asked; nothing opens before.
        infusions: when each infusion began, in any order; also those from before `start`.

    Raises:
        InputRefused: a time without its zone.
    """
    given = sorted(set(infusions))
    for at in (start, *given):
        if at.tzinfo is None:
            raise InputRefused("schedule, time", given=at.isoformat(), allowed="a time with its offset",
                               mend="say which zone")  # fmt: skip
    anchors = [(Anchor.INFUSION, at) for at in given]
    if not given or given[0] > start:
        anchors.insert(0, (Anchor.START, start))
    ends = [at for _kind, at in anchors[1:]]
    found = [
        window
        for (kind, at), end in zip(anchors, [*ends, None], strict=True)
        for window in _counted_from(schedule, kind, at, end=end)
        if window.opens >= start
    ]
    return tuple(sorted(found, key=lambda window: (window.opens, window.timing)))


def _counted_from(
    schedule: Schedule, kind: Anchor, at: datetime, *, end: datetime | None
) -> Iterator[Window]:
    """The windows of one anchor, up to the next infusion."""
    for timing in schedule.timings:
        if timing.anchor is not kind:
            continue
        opens = timing.after.after(at)
        closes = timing.open_for.after(opens)
        if end is not None:
            closes = min(closes, end)
        if opens < closes:
            yield Window(timing.id, at, opens, closes, timing.instruments)


# --- The schedule as a file -------------------------------------------------------------------------------


class TimingPart(Part):
    """`[[timings]]`."""

    id: Identifier
    anchor: Annotated[Anchor, Strict(strict=False)]
    after: str
    open_for: str
    instruments: Annotated[list[Identifier], Field(min_length=1)]


class ScheduleDocument(Part):
    """A whole file."""

    id: Identifier
    title: Sentence
    version: str
    basis: Literal["guideline", "consensus", "trial", "policy"]
    why: Sentence
    timings: Annotated[list[TimingPart], Field(min_length=1)]


@cache
def after_infusion() -> Schedule:
    """The schedule that comes with Unloop."""
    folder = resources.files("unloop.care.symptoms") / "schedules"
    return read_schedule((folder / "after-infusion.toml").read_text(encoding="utf-8"))


def read_schedule(text: str) -> Schedule:
    """Read the text of a schedule file.

    Raises:
        InputRefused: not TOML, a wrong key or value, an instrument that nobody answers alone, or two windows of one
            anchor that would ask for one instrument at the same time.
    """
    try:
        document = ScheduleDocument.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InputRefused("schedule", given="a text that is none", allowed="a schedule file",
                           mend=str(error).splitlines()[0]) from None  # fmt: skip
    timings = tuple(_timing(part) for part in document.timings)
    _check(timings)
    return Schedule(document.id, document.title, document.version, document.basis, document.why, timings)


def _timing(part: TimingPart) -> Timing:
    after, open_for = (
        Duration.parse(text, where=f"schedule, {part.id}") for text in (part.after, part.open_for)
    )
    if after.months or open_for.months or not open_for.seconds:
        raise InputRefused(f"schedule, {part.id}", given=f"{after}, {open_for}",
                           allowed="days or hours, and a window that is open for some time",
                           mend="write days instead of months")  # fmt: skip
    for name in part.instruments:
        if bundled(name).respondent is not Respondent.SELF:
            raise InputRefused(f"schedule, {part.id}", given=name, allowed="what a person answers alone",
                               mend="take it out")  # fmt: skip
    return Timing(part.id, part.anchor, after, open_for, tuple(part.instruments))


def _check(timings: tuple[Timing, ...]) -> None:
    if len({timing.id for timing in timings}) < len(timings):
        raise InputRefused(
            "schedule", given="an id twice", allowed="an id of its own for each window", mend="rename one"
        )
    for one, other in combinations(timings, 2):
        if (
            one.anchor is other.anchor
            and set(one.instruments) & set(other.instruments)
            and _overlap(one, other)
        ):
            raise InputRefused(f"schedule, {other.id}", given=f"open while {one.id} is",
                               allowed="one window at a time for an instrument", mend="move one of them")  # fmt: skip


def _overlap(one: Timing, other: Timing) -> bool:
    spans = sorted(
        (timing.after.after(_REFERENCE), timing.open_for.after(timing.after.after(_REFERENCE)))
        for timing in (one, other)
    )
    return any(earlier[1] > later[0] for earlier, later in pairwise(spans))
