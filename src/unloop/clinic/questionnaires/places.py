"""Places in a link's questions: `1.9` is the ninth question of its first questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from unloop.care.symptoms import Answer, Instrument, Item, Page, Silence, next_unanswered, page, questions
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.sheets import answers_of
from unloop.clinic.questionnaires.wordings import instrument_of, said_by
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Place:
    """One question of one sheet of a link.

    Attributes:
        previous: the place before it; empty for the first question.
        following: the place after it; empty for the last one.
        said: the person's own words that the question is about; empty for all but target symptoms.
    """

    name: str
    sheet: AnswerSheet
    instrument: Instrument
    page: Page
    previous: str
    following: str
    said: str = ""

    @property
    def official(self) -> bool:
        """Whether the words on the page are the official ones, which are never translated."""
        return self.sheet.wording_id is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One answer to look at before sending, in the language of the page; `answer` is empty where there is none."""

    place: str
    question: str
    answer: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One questionnaire on the page to look at before sending."""

    instrument: Instrument
    official: bool
    lines: tuple[Line, ...]


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
        said=said_by(sheet).get(link_id, ""),
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
    return [_part(number, sheet) for number, sheet in enumerate(sheets, 1)]


def _part(number: int, sheet: AnswerSheet) -> Part:
    instrument, official, answers = instrument_of(sheet), sheet.wording_id is not None, answers_of(sheet)
    said = said_by(sheet)
    lines = tuple(
        Line(
            place=f"{number}.{item.id}",
            question=item.label if official and item.id not in said else _(item.label),
            answer=_answer(item, answers.get(item.id), official=official),
            said=said.get(item.id, ""),
        )
        for item in questions(instrument, answers)
    )
    return Part(instrument, official, lines)


def _answer(item: Item, given: Answer, *, official: bool) -> str:
    if given is None:
        return ""
    label = item.label_of(given)
    return label if official and not isinstance(given, Silence) else _(label)
