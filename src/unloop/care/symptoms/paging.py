"""One question a page: which one is next, what stands on it, and the list to review before sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unloop.care.symptoms.instrument import SILENCE_LABELS, Answer, Instrument, Item, Silence
from unloop.care.symptoms.responses import Asked, Responses, asked, check_answer
from unloop.quantity.refusal import InputRefused


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer as it stands on the page.

    Attributes:
        token: what the form sends back: the value as text, or the name of a silence.
        label: the words beside it.
        chosen: whether it is the answer given before.
        apart: whether it is set apart by space, as "I don't know" is.
    """

    token: str
    label: str
    chosen: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One question with everything that its page shows. There is no progress in it, on purpose."""

    link_id: str
    question: str
    stem: str
    recall_label: str
    choices: tuple[Choice, ...]
    previous: str | None
    following: str | None
    help: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line to check before sending; `answer` is None where nothing was answered."""

    link_id: str
    question: str
    answer: str | None


def questions(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[Item, ...]:
    """The questions to put, in order, as far as the answers so far open them."""
    return tuple(item for item in instrument.items if asked(instrument, item, answers) is Asked.YES)


def next_unanswered(instrument: Instrument, answers: Mapping[str, Answer]) -> Item | None:
    """The first question without an answer; a recorded silence is an answer. None: all are answered."""
    return next((item for item in questions(instrument, answers) if answers.get(item.id) is None), None)


def page(instrument: Instrument, answers: Mapping[str, Answer], link_id: str) -> Page:
    """The page of one question.

    Raises:
        InputRefused: the question does not exist or is not put after these answers.
    """
    order = [item.id for item in questions(instrument, answers)]
    item = _item(instrument, link_id)
    if link_id not in order:
        raise InputRefused(
            f"{instrument.id} question",
            given=link_id,
            allowed=", ".join(order),
            mend="go to the next question that is put",
        )
    place = order.index(link_id)
    return Page(
        link_id=item.id,
        question=item.label,
        stem=item.stem or instrument.stem,
        recall_label=instrument.recall_label,
        choices=_choices(item, answers.get(item.id)),
        previous=order[place - 1] if place else None,
        following=order[place + 1] if place + 1 < len(order) else None,
        help=item.help,
    )


def answer(instrument: Instrument, responses: Responses, *, link_id: str, token: str) -> Responses:
    """The responses with one more answer, as the form sent it.

    Changing an answer never clears another; the answer to a question that is then no longer put is taken out,
    so that the review shows what is sent. A suicide item stays answered: what was said about death is not
    unsaid by going back.

    Raises:
        InputRefused: the question does not exist or cannot have this answer.
    """
    item = _item(instrument, link_id)
    given = _answer_of(token)
    check_answer(instrument, item, given if given is not None else token)
    answers = {**responses.answers, link_id: given}
    return Responses(responses.instrument, responses.at, _still_put(instrument, answers))


def review(instrument: Instrument, answers: Mapping[str, Answer]) -> tuple[ReviewLine, ...]:
    """Every question that is put, with the label of its answer, in order."""
    return tuple(
        ReviewLine(item.id, item.label, None if given is None else item.label_of(given))
        for item in questions(instrument, answers)
        for given in (answers.get(item.id),)
    )


def _still_put(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Drop answers to questions that their gate has closed, except those of suicide items."""
    kept: dict[str, Answer] = {}
    guarded = instrument.suicide.items if instrument.suicide is not None else ()
    for item in instrument.items:
        if item.id not in answers:
            continue
        closed = asked(instrument, item, {**kept, item.id: None}) is Asked.NO
        if item.id in guarded or not closed:
            kept[item.id] = answers[item.id]
    return kept


def _choices(item: Item, given: Answer) -> tuple[Choice, ...]:
    values = (
        Choice(str(option.value), option.label, chosen=given == option.value, apart=False)
        for option in item.options
    )
    silences = (
        Choice(str(silence), SILENCE_LABELS[silence], chosen=given == silence, apart=True)
        for silence in item.silences
    )
    return (*values, *silences)


def _answer_of(token: str) -> int | Silence | None:
    if token in list(Silence):
        return Silence(token)
    return int(token) if token.isascii() and token.removeprefix("-").isdigit() and len(token) < 4 else None


def _item(instrument: Instrument, link_id: str) -> Item:
    item = instrument.item(link_id)
    if item is None:
        raise InputRefused(
            f"{instrument.id} question",
            given="a question that it does not have",
            allowed=f"1 to {len(instrument.items)}",
            mend="start again at the first question",
        )
    return item
