"""The sheet that is talked through before consent, as data: statements, options, what matters, what is asked back.

No number of a study or of the protocol is typed: a number in a text is a slot, `{ketamine}`, which `figures.toml` ties
to the evidence store or to a rule. English holds the whole; a translation holds the words of the same parts by their ids.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictStr, TypeAdapter

from unloop.care.education import CountSlot, FindingSlot, ProtocolSlot, RuleSlot
from unloop.quantity import InputRefused

FIRST = "en"
LANGUAGES = ("en", "es")
_SLOT = re.compile(r"\{([a-z0-9-]+)\}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Count(_Part):
    """A count that is drawn as people of a hundred: the slot of its events; `-people`, `-low`, `-high` go with it."""

    who: StrictStr
    slot: StrictStr


class Statement(_Part):
    """One thing that is said, in plain words, with its source.

    Attributes:
        range: what the count behind it leaves open, in words.
    """

    id: StrictStr
    text: StrictStr
    source: StrictStr
    range: StrictStr = ""
    count: tuple[Count, ...] = ()


class Section(_Part):
    """Statements under one heading."""

    id: StrictStr
    title: StrictStr
    statement: tuple[Statement, ...]


class OfHundred(_Part):
    """People of 100 who were much better within the frame of time, and of those whom they were held against."""

    slot: StrictStr
    other: StrictStr
    against: StrictStr
    note: StrictStr


class Points(_Part):
    """Points of 40 less than what it was held against, with the ends of the 95% interval."""

    slot: StrictStr
    low: StrictStr
    high: StrictStr
    against: StrictStr


class Option(_Part):
    """One choice, in equal detail to every other.

    Attributes:
        of_100, points: nothing where no such figure was read in print: the row then says so.
        apart: what was measured at another time or without a comparison.
        live: what it is like to live through.
        sources: ids of studies.
    """

    id: StrictStr
    name: StrictStr
    of_100: OfHundred | None = None
    points: Points | None = None
    apart: StrictStr = ""
    live: StrictStr
    good: StrictStr
    bad: StrictStr
    sources: Annotated[tuple[StrictStr, ...], Field(min_length=1)]


class Modifier(_Part):
    """What may be different for one person.

    Attributes:
        facts: what the chart says beside it, by its code (`resistance` for the stage that is computed), as it is called.
    """

    id: StrictStr
    title: StrictStr
    facts: Mapping[str, StrictStr]
    text: StrictStr
    sources: Annotated[tuple[StrictStr, ...], Field(min_length=1)]


class Asked(_Part):
    """One thing that the person is asked about what matters, or about being ready to choose."""

    id: StrictStr
    text: StrictStr


class Question(_Part):
    """A question asked back in teach-back, and what a right answer holds."""

    id: StrictStr
    text: StrictStr
    listen_for: StrictStr


class Sheet(_Part):
    """The whole sheet; `reviewed` is empty where nobody has reviewed the translation clinically."""

    version: StrictStr
    language: StrictStr
    reviewed: StrictStr
    title: StrictStr
    condition: StrictStr
    decision: StrictStr
    updated: date
    update_policy: StrictStr
    read_again: date
    funding: StrictStr
    frame: StrictStr
    section: tuple[Section, ...]
    option: tuple[Option, ...]
    modifier: tuple[Modifier, ...]
    value: tuple[Asked, ...]
    sure: tuple[Asked, ...]
    question: tuple[Question, ...]
    words: Mapping[str, StrictStr]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A version of the sheet, by the hash of its bytes: what a consent is bound to."""

    sheet: Sheet
    sha256: str

    @property
    def version(self) -> str:
        """Version of the text."""
        return self.sheet.version


@cache
def consent_text(language: str = FIRST) -> ConsentText:
    """The sheet in a language; its slots are not filled.

    Raises:
        InputRefused: there is no sheet in this language, or a translation lacks a part or says other numbers.
    """
    if language not in LANGUAGES:
        raise InputRefused("language", given=language, allowed=", ".join(LANGUAGES),
                           mend="use the English sheet with an interpreter")  # fmt: skip
    first = _bytes(FIRST)
    raw, data = tomllib.loads(first.decode()), first
    if language != FIRST:
        data = _bytes(language)
        raw = _merged(raw, tomllib.loads(data.decode()), f"sheet-{language}")
        data = first + data
    return ConsentText(Sheet.model_validate(raw), hashlib.sha256(data).hexdigest())


@cache
def figure_slots() -> Mapping[str, FindingSlot | CountSlot | ProtocolSlot | RuleSlot]:
    """Every number of the sheet by the name of its slot."""
    raw = tomllib.loads(_folder().joinpath("figures.toml").read_text(encoding="utf-8"))
    return TypeAdapter(
        dict[str, Annotated[FindingSlot | CountSlot | ProtocolSlot | RuleSlot, Field(discriminator="kind")]]
    ).validate_python(raw)


def slots_named(text: str) -> tuple[str, ...]:
    """The names of the slots of a text, in order."""
    return tuple(_SLOT.findall(text))


def filled(text: str, numbers: Mapping[str, str]) -> str:
    """A text with its slots filled."""
    return _SLOT.sub(lambda found: numbers[found.group(1)], text)


def _folder() -> Any:
    return resources.files("unloop.care.consultation").joinpath("texts")


def _bytes(language: str) -> bytes:
    data: bytes = _folder().joinpath(f"sheet-{language}.toml").read_bytes()
    return data


def _merged(first: Any, given: Any, where: str) -> Any:
    """What is translated over what is not; the same parts in the same order, the same slots in each text."""
    if isinstance(first, dict) and isinstance(given, dict):
        _same(where, sorted(set(given) - set(first)), [])
        return {
            key: _merged(value, given[key], f"{where}: {key}") if key in given else value
            for key, value in first.items()
        }
    if isinstance(first, list) and isinstance(given, list):
        _same(where, [_key(one) for one in first], [_key(one) for one in given])
        return [_merged(one, other, f"{where} {_key(one)}") for one, other in zip(first, given, strict=True)]
    if isinstance(first, str) and isinstance(given, str):
        _same(where, sorted(set(slots_named(first))), sorted(set(slots_named(given))))
    return given


def _key(one: Any) -> str:
    return str(one.get("id", one.get("slot", ""))) if isinstance(one, dict) else str(one)


def _same(where: str, wanted: list[str], found: list[str]) -> None:
    if wanted != found:
        raise InputRefused(where, given=", ".join(found) or "none", allowed=", ".join(wanted) or "none",
                           mend="translate the same parts in the same order, with the same slots")  # fmt: skip
