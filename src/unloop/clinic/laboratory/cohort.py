"""Counts of a whole clinic with their exact intervals, and what published studies counted: plain values for a page."""

from __future__ import annotations

from dataclasses import dataclass

_PER = 100


@dataclass(frozen=True, slots=True)
class Share:
    """Some of all, with the exact interval (Clopper and Pearson 1934); fractions of 1."""

    events: int
    people: int
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PerHundred:
    """Events for each hundred sessions, with the exact interval of a Poisson count (Garwood 1936)."""

    events: int
    sessions: int
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PublishedShare:
    """What a study counted.

    Attributes:
        study: its id in the evidence store.
        title: what it is called.
        source, year: where it stands.
        who: whom it treated, and when they were counted.
    """

    study: str
    title: str
    source: str
    year: int | None
    who: str
    share: Share


@dataclass(frozen=True, slots=True)
class PublishedResponse:
    """All that is published of response to ketamine in OCD.

    Attributes:
        low, high, level: where a further clinic may find itself, and how often that holds.
        certainty: how sure one may be, in words.
    """

    outcome: str
    studies: tuple[PublishedShare, ...]
    low: float
    high: float
    level: float
    certainty: str


def share_of(events: int, people: int) -> Share | None:
    """A share with its interval; None of nobody."""
    from unloop.science.evidence import proportion  # noqa: PLC0415 - only a page that shows it waits for it

    if people == 0:
        return None
    found = proportion(events, people)
    return Share(events, people, found.estimate, found.low, found.high)


def per_hundred(events: int, sessions: int) -> PerHundred | None:
    """A rate with its interval; None over no sessions."""
    from unloop.science.evidence import rate  # noqa: PLC0415

    if sessions == 0:
        return None
    found = rate(events, sessions / _PER)
    return PerHundred(events, sessions, found.estimate, found.low, found.high)


def published_response() -> PublishedResponse:
    """What the evidence store and the clinic's own studies know of response to ketamine in OCD."""
    from unloop.clinic.laboratory.added import clinic_studies, known_here  # noqa: PLC0415
    from unloop.science.evidence import study  # noqa: PLC0415

    known, own = known_here(), {one.id: one for one in clinic_studies()}
    return PublishedResponse(
        outcome=known.body.outcome,
        studies=tuple(
            PublishedShare(
                sample.study_id, head.about, head.source, head.year, sample.said,
                Share(sample.response.events, sample.response.people, sample.response.estimate, sample.response.low,
                      sample.response.high),
            )
            for sample in known.samples
            for head in ((own.get(sample.study_id) or study(sample.study_id)).study,)
        ),
        low=known.prediction.low, high=known.prediction.high, level=known.prediction.level,
        certainty=known.certainty.words,
    )  # fmt: skip
