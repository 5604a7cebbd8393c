"""The texts as data. English holds the whole; a translation holds the same statements by their ids.

No figure is typed: a number in a text is a slot, `{drowsy}`, which `figures.toml` ties to a value of a study or to a
rule of the protocol. Whoever shows the text fills it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, TypeAdapter, ValidationError

from unloop.quantity import InputRefused
from unloop.quantity.refusal import shorten

FIRST = "en"
_SLOT = re.compile(r"\{([a-z0-9-]+)\}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Number(_Part):
    """How a value is written: times `scale`, to `decimals`, without its sign; with `rest`, what the value leaves of it."""

    rest: float | None = None
    scale: Annotated[float, Field(gt=0)] = 1.0
    decimals: Annotated[int, Field(ge=0, le=3)] = 0


class FindingSlot(_Number):
    """A finding of a study, by `STUDY:FINDING`."""

    kind: Literal["finding"]
    of: StrictStr
    part: Literal["value", "other_value", "low", "high", "people", "trials"] = "value"


class CountSlot(_Number):
    """A count of people in one arm: how many responded, or had an adverse event.

    Attributes:
        t_h: hours after the start, for a response.
        term: the adverse event; nothing for a response.
        part: the count, all people, or an end of the exact 95% interval as a fraction.
    """

    kind: Literal["count"]
    study: StrictStr
    arm: StrictStr
    t_h: float | None = None
    term: StrictStr | None = None
    part: Literal["events", "people", "low", "high"]


class Certainty(_Number):
    """How sure one may be of a body of evidence, or the p-value of its randomised comparison."""

    kind: Literal["known"]
    of: StrictStr
    part: Literal["certainty", "p"]


class ProtocolSlot(_Number):
    """A value of the protocol in force: the field `of` of the rule `rule`; a duration is in minutes."""

    kind: Literal["protocol"]
    rule: StrictStr
    of: StrictStr


class RuleSlot(_Number):
    """The limit to which the condition of a rule holds a fact: `fasted_solids < 6` gives 6."""

    kind: Literal["limit"]
    rule: StrictStr
    fact: StrictStr


Slot = Annotated[
    FindingSlot | CountSlot | Certainty | ProtocolSlot | RuleSlot,
    Field(discriminator="kind"),
]


class Count(_Part):
    """A count drawn as so many filled circles of so many; both by slot."""

    label: StrictStr
    events: StrictStr
    of: StrictStr


class Say(_Part):
    """One statement.

    Attributes:
        sources: `study:ID`, `rule:ID` of the protocol, or the id of a reference.
        count: what is drawn below it.
    """

    id: StrictStr
    text: StrictStr
    sources: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    count: tuple[Count, ...] = ()


class Section(_Part):
    """Statements under one heading; `drawing` names a picture that stands under them."""

    id: StrictStr
    heading: StrictStr
    drawing: Literal["cycle"] | None = None
    say: Annotated[tuple[Say, ...], Field(min_length=1)]


class Page(_Part):
    """One page: `name` in lists, `title` as its true sentence, `about` as what stands beside its link."""

    id: StrictStr
    name: StrictStr
    title: StrictStr
    about: StrictStr
    section: Annotated[tuple[Section, ...], Field(min_length=1)]

    @property
    def statements(self) -> tuple[Say, ...]:
        """Every statement of the page, in order."""
        return tuple(say for section in self.section for say in section.say)


class _Translation(_Part):
    name: StrictStr
    title: StrictStr
    about: StrictStr
    heading: dict[str, StrictStr]
    say: dict[str, StrictStr]
    count: dict[str, tuple[StrictStr, ...]] = {}


class Reference(_Part):
    """A source that is no study of the evidence store.

    Attributes:
        seen: how far it was read; "program" where the statement is about what Unloop does.
        address: where it stands, https.
    """

    cite: StrictStr
    seen: Literal["full", "abstract", "page", "program"]
    address: Annotated[StrictStr, Field(pattern=r"^https://\S+$")] | None = None


class Language(_Part):
    """A language of the pages; `reviewed` says by whom the wording was reviewed clinically, empty while it was not."""

    code: StrictStr
    name: StrictStr
    reviewed: StrictStr


class _Library(_Part):
    order: tuple[StrictStr, ...]
    written: date
    read_again: date
    language: tuple[Language, ...]


@cache
def library() -> _Library:
    """Order of the pages, when they were written, and in which languages they stand."""
    return _Library.model_validate(_read("library"))


def languages() -> tuple[Language, ...]:
    """Every language, English first."""
    return library().language


def page_ids() -> tuple[str, ...]:
    """The pages in the order in which they are offered."""
    return library().order


@cache
def pages(language: str = FIRST) -> tuple[Page, ...]:
    """Every page in a language.

    Raises:
        InputRefused: there are no pages in it, or a translation lacks a statement, has one too many, or another slot.
    """
    _known(language)
    return tuple(_page(page_id, language) for page_id in page_ids())


@cache
def slots() -> Mapping[str, Slot]:
    """Every slot by its name."""
    return TypeAdapter(dict[str, Slot]).validate_python(_read("figures"))


@cache
def references() -> Mapping[str, Reference]:
    """Every reference by its id."""
    return TypeAdapter(dict[str, Reference]).validate_python(_read("references"))


@cache
def words(language: str = FIRST) -> Mapping[str, str]:
    """What stands around the texts: labels, buttons, the cycle's questions."""
    _known(language)
    return TypeAdapter(dict[str, StrictStr]).validate_python(_read(f"words.{language}"))


def slots_in(text: str) -> tuple[str, ...]:
    """The names of the slots of a text, in order."""
    return tuple(_SLOT.findall(text))


def fill(text: str, value: Callable[[str], str]) -> str:
    """The text with each slot filled by what `value` says to its name."""
    return _SLOT.sub(lambda found: value(found.group(1)), text)


def _page(page_id: str, language: str) -> Page:
    first: Page = _checked(Page, {"id": page_id, **_read(f"{page_id}.{FIRST}")}, page_id)
    if language == FIRST:
        return first
    where = f"{page_id}.{language}"
    return _translated(first, _checked(_Translation, _read(where), where), where)


def _translated(page: Page, given: _Translation, where: str) -> Page:
    _same(f"{where}: heading", [one.id for one in page.section], list(given.heading))
    _same(f"{where}: say", [one.id for one in page.statements], list(given.say))
    _same(f"{where}: count", [one.id for one in page.statements if one.count], list(given.count))
    sections = tuple(
        section.model_copy(
            update={
                "heading": given.heading[section.id],
                "say": tuple(_said(say, given, where) for say in section.say),
            }
        )
        for section in page.section
    )
    return Page(id=page.id, name=given.name, title=given.title, about=given.about, section=sections)


def _said(say: Say, given: _Translation, where: str) -> Say:
    text, labels = given.say[say.id], given.count.get(say.id, ())
    _same(f"{where}: slots of {say.id}", sorted(slots_in(say.text)), sorted(slots_in(text)))
    if len(labels) != len(say.count):
        raise InputRefused(f"{where}: count {say.id}", given=f"{len(labels)} labels",
                           allowed=f"{len(say.count)}", mend="one label for each count")  # fmt: skip
    counts = tuple(
        one.model_copy(update={"label": label}) for one, label in zip(say.count, labels, strict=True)
    )
    return say.model_copy(update={"text": text, "count": counts})


def _same(where: str, wanted: list[str], found: list[str]) -> None:
    if wanted != found:
        odd = sorted(set(wanted) ^ set(found)) or ["another order"]
        raise InputRefused(where, given=", ".join(odd), allowed="the same as in English, in the same order",
                           mend="translate what is missing, and leave out what is not there")  # fmt: skip


def _checked(kind: Any, raw: dict[str, Any], where: str) -> Any:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputRefused(
            f"{where}: {place}", given=shorten(first.get("input")), allowed=first["msg"], mend="mend the text"
        ) from error


def _known(language: str) -> None:
    codes = [one.code for one in languages()]
    if language not in codes:
        raise InputRefused(
            "language", given=language, allowed=", ".join(codes), mend="choose one of these languages"
        )


def _read(name: str) -> dict[str, Any]:
    file = resources.files("unloop.care.education").joinpath("texts", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
