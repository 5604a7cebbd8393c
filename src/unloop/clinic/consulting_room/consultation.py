"""The consultation as a page and a sheet of paper show it: every slot filled, in the language that was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from unloop.care.consultation import (
    ConsentText,
    Modifier,
    OfHundred,
    Option,
    Points,
    Statement,
    filled,
    slots_named,
)
from unloop.clinic.consulting_room.chances import Chance
from unloop.clinic.consulting_room.consultation_drawing import draw_hundred, draw_points
from unloop.clinic.consulting_room.consultation_numbers import Numbers
from unloop.clinic.consulting_room.drawing import person_class
from unloop.clinic.laboratory.services import Citation, citation


@dataclass(frozen=True, slots=True)
class Hundred:
    """People of a hundred in words and as they are drawn; without a range only the best estimate is."""

    words: str
    range: str
    who: str
    count: str
    classes: tuple[str, ...]

    @property
    def picture(self) -> SafeString:
        """The drawing, with all of it in words for those who do not see it."""
        said = (self.who, self.words, self.range, self.count)
        return draw_hundred(self.classes, ", ".join(one for one in said if one))


@dataclass(frozen=True, slots=True)
class Difference:
    """Points of 40 in words, and where they lie on the scale."""

    words: str
    against: str
    value: float
    low: float
    high: float
    noticed: float

    @property
    def picture(self) -> SafeString:
        """The drawing."""
        return draw_points(self.value, self.low, self.high, noticed=self.noticed, label=self.words)


@dataclass(frozen=True, slots=True)
class Row:
    """One choice of the comparison."""

    id: str
    name: str
    better: Hundred | None
    better_against: str
    points: Difference | None
    apart: str
    live: str
    good: str
    bad: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Different:
    """What may be different for this person, what the chart says of it, and what it rests on."""

    title: str
    text: str
    facts: tuple[str, ...]
    yours: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement with its numbers, its source and its counts."""

    id: str
    text: str
    range: str
    source: str
    counts: tuple[Hundred, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The statements under one heading."""

    id: str
    title: str
    lines: tuple[Line, ...]


class Told:
    """A sheet with its numbers, in one language."""

    def __init__(self, text: ConsentText, numbers: Numbers) -> None:
        self.text, self.numbers = text, numbers
        self.sheet, self.language = text.sheet, text.sheet.language
        self.written: Mapping[str, str] = numbers.words(self.language)

    def say(self, text: str) -> str:
        """A text with its numbers."""
        return filled(text, self.written)

    def word(self, name: str, /, **values: object) -> str:
        """One of the words around the statements."""
        return self.sheet.words[name].format(**values)

    @property
    def foot(self) -> str:
        """Which version, when it was written and is read again, by what rule, and who paid; dates in digits."""
        sheet = self.sheet
        return self.word(
            "foot", version=sheet.version, day=sheet.updated.isoformat(), again=sheet.read_again.isoformat(),
            policy=sheet.update_policy, funding=sheet.funding,
        )  # fmt: skip

    def parts(self) -> tuple[Part, ...]:
        """The statements, section by section."""
        return tuple(
            Part(
                section.id,
                section.title,
                tuple(self._line(one) for one in section.statement if self._known(one)),
            )
            for section in self.sheet.section
        )

    def counted(self, slot: str, who: str) -> Hundred:
        """A count as people of a hundred with its exact range."""
        events, of = self.numbers.values[slot], self.numbers.values[f"{slot}-people"]
        low, high = (self.numbers.values[f"{slot}-{end}"] for end in ("low", "high"))
        found = Chance(int(events), int(of), round(100 * events / of), round(low), round(high))
        return Hundred(
            words=self.word("of_100", n=found.hundred), who=who,
            range=self.word("could_be", low=found.low, high=found.high),
            count=self.word("people", events=found.events, of=found.of),
            classes=tuple(person_class(found, place) for place in range(100)),
        )  # fmt: skip

    def rows(self) -> tuple[Row, ...]:
        """The comparison: every choice in the same detail."""
        return tuple(self._row(one) for one in self.sheet.option)

    def differences(self, yours: Mapping[str, str]) -> tuple[Different, ...]:
        """What may be different for a person.

        Args:
            yours: the value that the chart has, by the code of the fact.
        """
        return tuple(self._different(one, yours) for one in self.sheet.modifier)

    def studies(self) -> tuple[Citation, ...]:
        """Every study that a row or a difference names by its id, once, as it is cited."""
        named = (*(one.sources for one in self.rows()), *(_cited(one.sources) for one in self.sheet.modifier))
        return tuple({one.id: one for sources in named for one in sources}.values())

    def _known(self, one: Statement) -> bool:
        """Whether every number of it is there: the protocol in force may lack a rule that it speaks of."""
        return all(name in self.written for name in slots_named(one.text + one.range))

    def _line(self, one: Statement) -> Line:
        counts = tuple(self.counted(count.slot, count.who) for count in one.count)
        return Line(one.id, self.say(one.text), self.say(one.range), one.source, counts)

    def _row(self, one: Option) -> Row:
        return Row(
            id=one.id, name=one.name, apart=self.say(one.apart), live=self.say(one.live),
            better=None if one.of_100 is None else self._share(one.of_100),
            better_against="" if one.of_100 is None else self._against(one.of_100),
            points=None if one.points is None else self._points(one.points),
            good=self.say(one.good), bad=self.say(one.bad), sources=_cited(one.sources),
        )  # fmt: skip

    def _share(self, one: OfHundred) -> Hundred:
        n = round(self.numbers.values[one.slot])
        return Hundred(
            words=self.word("of_100", n=n), range=self.word("range_unknown"), who="", count=one.note,
            classes=("estimate",) * n + ("rest",) * (100 - n),
        )  # fmt: skip

    def _against(self, one: OfHundred) -> str:
        return self.word("against", n=self.written[one.other], against=one.against)

    def _points(self, one: Points) -> Difference:
        value, low, high = (self.numbers.values[name] for name in (one.slot, one.low, one.high))
        spread = self.word("could_be", low=self.written[one.low], high=self.written[one.high])
        return Difference(
            words=f"{self.written[one.slot]}, {spread}", value=value, low=low, high=high,
            against=self.word("against_what", against=self.say(one.against)), noticed=self.numbers.values["noticed"],
        )  # fmt: skip

    def _different(self, one: Modifier, yours: Mapping[str, str]) -> Different:
        known = [f"{called}: {yours[code]}" for code, called in one.facts.items() if code in yours]
        said = "; ".join(known) or self.word("not_known")
        return Different(
            one.title,
            self.say(one.text),
            tuple(one.facts),
            self.word("yours", value=said),
            _cited(one.sources),
        )


def _cited(ids: tuple[str, ...]) -> tuple[Citation, ...]:
    return tuple(citation(one) for one in ids)
