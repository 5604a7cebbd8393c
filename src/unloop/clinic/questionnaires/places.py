"""Places in a link's questions: `1.9` is the ninth question of its first questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unloop.care.symptoms import (
    Instrument,
    Page,
    ReviewLine,
    next_unanswered,
    page,
    questions,
    review,
)
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.sheets import answers_of
from unloop.clinic.questionnaires.wordings import instrument_of
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Place:
    """One question of one sheet of a link.

    Attributes:
        previous: the place before it; empty for the first question.
        following: the place after it; empty for the last one.
    """

    name: str
    sheet: AnswerSheet
    instrument: Instrument
    page: Page
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class Part:
    """One questionnaire on the page to look at before sending: each line with its place."""

    instrument: Instrument
    lines: tuple[tuple[str, ReviewLine], ...]


def place(sheets: Sequence[AnswerSheet], name: str) -> Place | None:
    """The question at this place; None where there is none (any more)."""
    number, _, link_id = name.partition(".")
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(sheets):
        return None
    sheet = sheets[int(number) - 1]
    instrument = instrument_of(sheet)
    try:
        shown = page(instrument, answers_of(sheet), link_id)
    except InputRefused:
        return None
    names = all_places(sheets)
    here = names.index(name)
    return Place(
        name=name,
        sheet=sheet,
        instrument=instrument,
        page=shown,
        previous=names[here - 1] if here else "",
        following=names[here + 1] if here + 1 < len(names) else "",
    )


def all_places(sheets: Sequence[AnswerSheet]) -> list[str]:
    """Every question that is put, in order."""
    return [
        f"{number}.{item.id}"
        for number, sheet in enumerate(sheets, 1)
        for item in questions(instrument_of(sheet), answers_of(sheet))
    ]


def next_place(sheets: Sequence[AnswerSheet]) -> str:
    """The first question without an answer; empty when all are answered."""
    for number, sheet in enumerate(sheets, 1):
        item = next_unanswered(instrument_of(sheet), answers_of(sheet))
        if item is not None:
            return f"{number}.{item.id}"
    return ""


def to_review(sheets: Sequence[AnswerSheet]) -> list[Part]:
    """Every question that is put with its answer."""
    parts = []
    for number, sheet in enumerate(sheets, 1):
        instrument = instrument_of(sheet)
        lines = review(instrument, answers_of(sheet))
        parts.append(Part(instrument, tuple((f"{number}.{line.link_id}", line) for line in lines)))
    return parts
