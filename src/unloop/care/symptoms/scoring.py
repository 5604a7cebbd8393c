"""From answers to a score: totals, subscales, bands, levels, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from unloop.care.symptoms.instrument import (
    Answer,
    BandScheme,
    Entry,
    Gate,
    Instrument,
    Ladder,
)
from unloop.care.symptoms.responses import Asked, Responses, asked, check_answers, value_of
from unloop.facts import Sex
from unloop.quantity.refusal import InputRefused


class SuicideAnswer(StrEnum):
    """What the items about death or self-harm say; `UNANSWERED` needs a person as much as `POSITIVE` does."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one form.

    Attributes:
        instrument: the id of the instrument.
        at: when the form was answered.
        total: points; None when an item that it needs is missing, and for instruments that give a level.
        subscales: points by subscale, each None when one of its own items is missing.
        band: the severity band or the level; None when it cannot be said.
        band_scheme: whose bands these are; None where `band` is.
        at_least: a level that the answers already prove although the level itself cannot be said yet.
        missing: questions that were put and have no value, by linkId; optional ones are not counted.
        suicide: what the suicide items say; None for an instrument without any.
    """

    instrument: str
    at: datetime
    total: int | None
    band: str | None = None
    band_scheme: str | None = None
    at_least: str | None = None
    subscales: Mapping[str, int | None] = field(default_factory=dict[str, int | None])
    missing: tuple[str, ...] = ()
    suicide: SuicideAnswer | None = None


def score(
    instrument: Instrument, responses: Responses, *, sex: Sex | None = None, scheme: str | None = None
) -> Score:
    """Score one form. Missing items are never counted as zero and never filled in.

    Args:
        instrument: the instrument that was answered.
        responses: the answers.
        sex: needed only by bands whose cut-offs differ by sex; without it such a band is said only where both
            sexes agree.
        scheme: the band scheme to read the total by; the instrument's first one unless named.

    Raises:
        InputRefused: the answers are not ones that this instrument can have, or the scheme is not one of its own.
    """
    check_answers(instrument, responses)
    answers = responses.answers
    subscales = {part.id: _sum(part.items, answers) for part in instrument.subscales}
    missing = tuple(
        item.id
        for item in instrument.items
        if not item.optional
        and value_of(answers.get(item.id)) is None
        and asked(instrument, item, answers) is Asked.YES
    )
    suicide = suicide_answer(instrument, answers)
    total, proven = None, None
    if instrument.ladder is None:
        total = _sum(instrument.scored, answers)
        band, band_scheme = band_of(instrument, total, sex=sex, scheme=scheme)
    else:
        band, proven = _level(instrument, instrument.ladder, answers)
        band_scheme = None if band is None else instrument.ladder.name
    return Score(
        instrument=instrument.id,
        at=responses.at,
        total=total,
        band=band,
        band_scheme=band_scheme,
        at_least=proven,
        subscales=subscales,
        missing=missing,
        suicide=suicide,
    )


def score_total(instrument: Instrument, total: int, *, at: datetime, sex: Sex | None = None) -> Score:
    """The score of a bedside scale that was entered as its total alone.

    Raises:
        InputRefused: the instrument is entered item by item, or the total is outside its range.
    """
    low, high = instrument.low, instrument.high
    if instrument.entry is not Entry.ITEMS_OR_TOTAL or low is None or high is None:
        raise InputRefused(
            instrument.id, given="a total alone", allowed="an answer for each item", mend="enter the items"
        )
    if type(total) is not int or not low <= total <= high:
        raise InputRefused(
            f"{instrument.id} total",
            given=total,
            allowed=f"a whole number from {low} to {high}",
            mend="read the total again",
        )
    band, band_scheme = band_of(instrument, total, sex=sex)
    return Score(instrument=instrument.id, at=at, total=total, band=band, band_scheme=band_scheme)


def suicide_answer(instrument: Instrument, answers: Mapping[str, Answer]) -> SuicideAnswer | None:
    """What the suicide items say so far; may be asked after every single answer, before the form is complete.

    One positive item is enough. Without a positive one, an item that is put and has no value (skipped, declined,
    not known) makes it `UNANSWERED`.
    """
    check = instrument.suicide
    if check is None:
        return None
    values = {link_id: value_of(answers.get(link_id)) for link_id in check.items}
    if any(value is not None and value >= check.at_least for value in values.values()):
        return SuicideAnswer.POSITIVE
    silent = (item for item in instrument.items if item.id in values and values[item.id] is None)
    if any(asked(instrument, item, answers) is not Asked.NO for item in silent):
        return SuicideAnswer.UNANSWERED
    return SuicideAnswer.NEGATIVE


def band_of(
    instrument: Instrument, total: int | None, *, sex: Sex | None = None, scheme: str | None = None
) -> tuple[str | None, str | None]:
    """The band of a total and the name of its scheme; both None where no band can be said.

    Raises:
        InputRefused: the scheme is not one of this instrument.
    """
    chosen = _scheme(instrument, scheme)
    if chosen is None or total is None:
        return None, None
    labels = {
        band.label
        for band in chosen.bands
        if band.low <= total <= band.high and (band.sex is None or sex in (band.sex, None, Sex.UNKNOWN))
    }
    return (labels.pop(), chosen.name) if len(labels) == 1 else (None, None)


def fact_values(instrument: Instrument, responses: Responses, scored: Score) -> dict[str, int | str]:
    """The chart facts that this form gives, by fact code; what is missing gives none."""
    values: dict[str, int | str] = {}
    for fact in instrument.facts:
        value = _part(fact.of, responses, scored)
        if value is not None:
            values[fact.code] = value
    return values


def _part(part: str, responses: Responses, scored: Score) -> int | str | None:
    kind, _, name = part.partition(":")
    if kind == "item":
        return value_of(responses.answers.get(name))
    if kind == "subscale":
        return scored.subscales[name]
    return scored.band if kind == "level" else scored.total


def _sum(items: Iterable[str], answers: Mapping[str, Answer]) -> int | None:
    total = 0
    for link_id in items:
        value = value_of(answers.get(link_id))
        if value is None:
            return None
        total += value
    return total


def _level(
    instrument: Instrument, ladder: Ladder, answers: Mapping[str, Answer]
) -> tuple[str | None, str | None]:
    """The level, and the level proven so far where a higher one cannot be excluded yet."""
    open_above = False
    for level in ladder.levels:
        reached = [_reached(instrument, gate, answers) for gate in level.reached_by]
        if True in reached:
            return (None, level.label) if open_above else (level.label, None)
        open_above = open_above or None in reached
    return (None, None) if open_above else (ladder.lowest, None)


def _reached(instrument: Instrument, gate: Gate, answers: Mapping[str, Answer]) -> bool | None:
    """Whether an item stands at or above its threshold; None while that cannot be said."""
    value = value_of(answers.get(gate.item))
    if value is not None:
        return value >= gate.at_least
    item = instrument.item(gate.item)
    closed = item is not None and asked(instrument, item, answers) is Asked.NO
    return False if closed else None


def _scheme(instrument: Instrument, name: str | None) -> BandScheme | None:
    if name is None:
        return instrument.schemes[0] if instrument.schemes else None
    scheme = instrument.scheme(name)
    if scheme is None:
        raise InputRefused(
            f"{instrument.id} band scheme",
            given=name,
            allowed=", ".join(scheme.name for scheme in instrument.schemes) or "none",
            mend="choose a scheme of this instrument",
        )
    return scheme
