"""A page as it is shown: every statement with its numbers filled and its sources counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unloop.care.education import (
    Page,
    Say,
    Section,
    fill,
    pages,
    references,
    rule_named,
    slots_in,
    words,
)
from unloop.clinic.laboratory.services import citation
from unloop.clinic.library.numbers import Number, number, protocol_in_force
from unloop.protocol import Protocol
from unloop.quantity import InputRefused

STEP_PX = 18


@dataclass(frozen=True, slots=True)
class Circle:
    """One person of a count."""

    x: int
    filled: bool


@dataclass(frozen=True, slots=True)
class ShownCount:
    """So many filled circles of so many."""

    label: str
    events: int
    of: int

    @property
    def circles(self) -> tuple[Circle, ...]:
        """One for each person, the filled ones first."""
        return tuple(Circle(x=9 + STEP_PX * at, filled=at < self.events) for at in range(self.of))

    @property
    def width(self) -> int:
        """Of the row of circles, in pixels."""
        return STEP_PX * self.of


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement with the numbers of its sources in the page's list."""

    id: str
    text: str
    sources: tuple[int, ...]
    counts: tuple[ShownCount, ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with at least one statement."""

    heading: str
    drawing: str | None
    statements: tuple[ShownStatement, ...]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source by its number; `address` may be empty."""

    number: int
    said: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A whole page."""

    page: Page
    sections: tuple[ShownSection, ...]
    sources: tuple[ShownSource, ...]


def shown_page(page_id: str, language: str, *, protocol: Protocol | None = None) -> ShownPage:
    """A page in a language, under the protocol in force or the one given.

    Raises:
        InputRefused: there is no such page or language, or a number of it may not be shown.
    """
    found = next((one for one in pages(language) if one.id == page_id), None)
    if found is None:
        raise InputRefused("page", given=page_id, allowed=", ".join(one.id for one in pages(language)),
                           mend="choose one of these")  # fmt: skip
    showing = _Showing(language, protocol or protocol_in_force(), [])
    sections = tuple(section for one in found.section if (section := showing.section(one)) is not None)
    sources = tuple(showing.source(at, name) for at, name in enumerate(showing.cited, start=1))
    return ShownPage(found, sections, sources)


@dataclass(slots=True)
class _Showing:
    language: str
    protocol: Protocol
    cited: list[str]

    def section(self, section: Section) -> ShownSection | None:
        statements = tuple(one for say in section.say if (one := self.statement(say)) is not None)
        return ShownSection(section.heading, section.drawing, statements) if statements else None

    def statement(self, say: Say) -> ShownStatement | None:
        """The statement, or nothing where the protocol lacks what it speaks of."""
        names = {*slots_in(say.text), *(name for one in say.count for name in (one.events, one.of))}
        filled = {
            name: number(name, protocol=self.protocol, language=self.language) for name in sorted(names)
        }
        known = {name: one for name, one in filled.items() if one is not None}
        rules = [one.removeprefix("rule:") for one in say.sources if one.startswith("rule:")]
        if len(known) < len(filled) or any(rule_named(self.protocol, one) is None for one in rules):
            return None
        sources = (*say.sources, *(one for name in known.values() for one in name.sources))
        return ShownStatement(
            id=say.id,
            text=fill(say.text, _words_of(known)),
            sources=tuple(sorted({self.cite(one) for one in sources})),
            counts=tuple(
                ShownCount(one.label, int(known[one.events].words), int(known[one.of].words))
                for one in say.count
            ),
        )

    def cite(self, source: str) -> int:
        if source not in self.cited:
            self.cited.append(source)
        return self.cited.index(source) + 1

    def source(self, at: int, name: str) -> ShownSource:
        kind, _, which = name.rpartition(":")
        if kind == "study":
            found = citation(which)
            return ShownSource(at, found.said, found.address)
        if kind == "rule":
            return ShownSource(at, self._rule_said(which), "")
        reference = references()[which]
        return ShownSource(at, reference.cite, reference.address or "")

    def _rule_said(self, rule_id: str) -> str:
        found = rule_named(self.protocol, rule_id)
        named = words(self.language)["protocol-rule"].format(
            id=self.protocol.id, version=self.protocol.version, rule=found.id if found else rule_id
        )
        cited = "; ".join(one.cite for one in self.protocol.cite(found)) if found else ""
        return f"{named}: {cited}"


def _words_of(known: dict[str, Number]) -> Callable[[str], str]:
    return lambda name: known[name].words
