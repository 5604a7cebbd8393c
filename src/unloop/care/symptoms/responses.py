"""What a person or a rater answered: read from a file, checked against the instrument, never filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast

from unloop.care.symptoms.instrument import Answer, Instrument, Item, Silence
from unloop.facts import read_time
from unloop.quantity.refusal import InputRefused

_NAME = re.compile(r"[a-z0-9-]{1,40}")
_KEYS = ("instrument", "at", "answers")


@dataclass(frozen=True, slots=True)
class Responses:
    """One filled form.

    Attributes:
        instrument: the id of the instrument that was answered.
        at: when, with an offset from UTC.
        answers: by linkId; a value, a recorded silence, or None (as good as absent) for not answered yet.
    """

    instrument: str
    at: datetime
    answers: Mapping[str, Answer]

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InputRefused(
                "at", given=self.at.isoformat(), allowed="a time with its offset", mend="say which zone"
            )
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))


class Asked(StrEnum):
    """Whether a question is put, as far as the answers so far can tell."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def asked(instrument: Instrument, item: Item, answers: Mapping[str, Answer]) -> Asked:
    """Whether the answers so far open this question, close it, or leave that open.

    A value given to a question counts whether or not it should have been asked: what was said stays said.
    """
    gate = item.asked_when
    if gate is None or value_of(answers.get(item.id)) is not None:
        return Asked.YES
    value = value_of(answers.get(gate.item))
    if value is not None:
        return Asked.YES if value >= gate.at_least else Asked.NO
    earlier = instrument.item(gate.item)
    if earlier is not None and asked(instrument, earlier, answers) is Asked.NO:
        return Asked.NO
    return Asked.UNKNOWN


def value_of(answer: Answer) -> int | None:
    """The points of an answer; a recorded silence has none."""
    return None if answer is None or isinstance(answer, Silence) else answer


def check_answers(instrument: Instrument, responses: Responses) -> None:
    """Refuse answers that this instrument cannot have.

    Raises:
        InputRefused: another instrument, an unknown item, or a value outside the item's options.
    """
    if responses.instrument != instrument.id:
        raise InputRefused(
            "instrument",
            given=_named(responses.instrument),
            allowed=instrument.id,
            mend="score these answers with the instrument they were given to",
        )
    for link_id, answer in responses.answers.items():
        item = instrument.item(link_id)
        if item is None:
            raise InputRefused(
                f"{instrument.id} answers",
                given=f"item {_named(link_id)}",
                allowed=f"items 1 to {len(instrument.items)}",
                mend="remove this answer or choose the right instrument",
            )
        check_answer(instrument, item, answer)


def check_answer(instrument: Instrument, item: Item, answer: object) -> None:
    """Refuse one answer that this item cannot have.

    Raises:
        InputRefused: naming item, value and the values that may be given.
    """
    allowed: tuple[object, ...] = (*item.values, *item.silences)
    if answer is None or (answer in allowed and type(answer) in (int, Silence)):
        return
    raise InputRefused(
        f"{instrument.id} item {item.id}",
        given=_shown(answer),
        allowed=", ".join(str(choice) for choice in (*allowed, "null for not answered")),
        mend="give one of these values",
    )


def read_responses(text: str | bytes, instrument: Instrument) -> Responses:
    """Read `RESPONSES.json`: `{"instrument", "at", "answers": {"1": 3, "2": null, ...}}`.

    null means not answered; `"asked-unknown"`, `"asked-declined"` and `"not-applicable"` record that the person
    said so, where the item offers it.

    Raises:
        InputRefused: not JSON, an unknown or missing key, a time without offset, another instrument's answers,
            an unknown item or a value outside its options.
    """
    document = _document(text)
    answers = _object(document["answers"], where="answers")
    responses = Responses(
        instrument=str(document["instrument"]),
        at=read_time(document["at"], where="at"),
        answers={link_id: _recorded(answer) for link_id, answer in answers.items()},
    )
    check_answers(instrument, responses)
    return responses


def write_answers(responses: Responses) -> dict[str, int | str | None]:
    """The answers as JSON values, which `read_responses` reads back."""
    return {
        link_id: str(answer) if isinstance(answer, Silence) else answer
        for link_id, answer in responses.answers.items()
    }


def _document(text: str | bytes) -> Mapping[str, object]:
    try:
        document: object = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError):
        raise InputRefused(
            "responses",
            given="text that is not JSON, or a key that stands twice",
            allowed="one UTF-8 JSON object",
            mend="mend the file",
        ) from None
    document = _object(document, where="responses")
    if set(document) != set(_KEYS):
        raise InputRefused(
            "responses",
            given=", ".join(sorted(document)) or "no keys",
            allowed=f"an object with {', '.join(_KEYS)} and nothing else",
            mend="add what is missing and remove the rest",
        )
    return document


def _object(value: object, *, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InputRefused(
            where, given=type(value).__name__, allowed="an object", mend="write { ... } with its keys"
        )
    return cast("dict[str, object]", value)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number that JSON knows")


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document


def _recorded(answer: Any) -> Any:
    """A recorded silence as its type; everything else as it stands, for `check_answers` to judge."""
    return Silence(answer) if isinstance(answer, str) and answer in list(Silence) else answer


def _named(name: str) -> str:
    """A name for a message, where it looks like one."""
    return name if _NAME.fullmatch(name) else "text"


def _shown(answer: object) -> str:
    """A wrong value for a message; text is not repeated, since a person may have written it."""
    return "text" if isinstance(answer, str) and not isinstance(answer, Silence) else str(answer)
