"""What an instrument is: items, answers, subscales, bands, and where each number comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from unloop.care.symptoms.vocabulary import CompulsionKind, Dimension, LifeArea
from unloop.facts import Sex
from unloop.quantity.duration import Duration


class Licence(StrEnum):
    """Who may ship the official wording; `UNKNOWN` is treated as nobody."""

    PUBLIC_DOMAIN = "public-domain"
    REGISTRATION = "registration"
    COMMERCIAL = "commercial"
    OWN = "own"
    UNKNOWN = "unknown"


class Wording(StrEnum):
    """Whose words a person reads; every page that shows an instrument says which."""

    OWN_LABELS = "own-labels"
    OFFICIAL = "official"


class Respondent(StrEnum):
    """Who answers."""

    SELF = "self"
    CLINICIAN = "clinician"


class Direction(StrEnum):
    """What a higher total means."""

    HIGHER_IS_WORSE = "higher-is-worse"
    HIGHER_IS_BETTER = "higher-is-better"
    ZERO_IS_BEST = "zero-is-best"


class Entry(StrEnum):
    """How it is entered: item by item, or (at the bedside) also as the total alone."""

    ITEMS = "items"
    ITEMS_OR_TOTAL = "items-or-total"


class MissingRule(StrEnum):
    """What an unanswered item does. Neither rule ever counts it as zero or fills it in.

    `WITHHOLD`: a sum is withheld when one of its items is missing.
    `LADDER`: a level is withheld while an unanswered question could still raise it.
    """

    WITHHOLD = "withhold"
    LADDER = "ladder"


class Seen(StrEnum):
    """How far a source was read; what rests on memory or an assumption says so on every page."""

    FULL = "full"
    ABSTRACT = "abstract"
    SECONDARY = "secondary"
    COMPUTED = "computed"
    ASSUMED = "assumed"
    MEMORY = "memory"
    POLICY = "policy"
    OWN = "own"


class Silence(StrEnum):
    """A way of not answering that is itself recorded; the values are FHIR data-absent reasons."""

    DONT_KNOW = "asked-unknown"
    RATHER_NOT_SAY = "asked-declined"
    DOES_NOT_APPLY = "not-applicable"


SILENCE_LABELS = {
    Silence.DONT_KNOW: "I don’t know",
    Silence.RATHER_NOT_SAY: "I’d rather not say",
    Silence.DOES_NOT_APPLY: "This does not apply to me",
}

Answer = int | Silence | None
"""A value, a recorded silence, or None for a question not answered yet."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from, and how far it was read."""

    id: str
    cite: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be given: its points and our own label."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Ask an item only when an earlier one was answered with at least this value."""

    item: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Item:
    """One question: `id` is its linkId, "1" to "n".

    Attributes:
        stem: a line above this question where questions have different ones; empty where the instrument's stands.
        help: lines below it, as an official wording has them.
    """

    id: str
    label: str
    options: tuple[Option, ...]
    silences: tuple[Silence, ...] = ()
    optional: bool = False
    asked_when: Gate | None = None
    dimension: Dimension | None = None
    life_area: LifeArea | None = None
    compulsion: CompulsionKind | None = None
    stem: str = ""
    help: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[int, ...]:
        """The values that may be given, ascending."""
        return tuple(option.value for option in self.options)

    def label_of(self, answer: int | Silence) -> str:
        """What the person chose, in the words that stood on the page."""
        if isinstance(answer, Silence):
            return SILENCE_LABELS[answer]
        return next(option.label for option in self.options if option.value == answer)


@dataclass(frozen=True, slots=True)
class Subscale:
    """A named sum of some items."""

    id: str
    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of totals with a name, both ends included; `sex` where cut-offs differ by sex."""

    label: str
    low: int
    high: int
    sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class BandScheme:
    """One way of naming severity. Two schemes may disagree, so a band is never shown without its scheme."""

    name: str
    source: Source
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class CutOff:
    """A total from which one group is told from another; a prompt to look closer, never a diagnosis.

    Attributes:
        at_least: the lowest total beyond the line.
        tells: what is told from what, in words.
        sensitivity, specificity: percent, where the source gives them.
    """

    at_least: int
    tells: str
    source: Source
    sensitivity: float | None = None
    specificity: float | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a ladder, reached by any one of these answers."""

    label: str
    reached_by: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels from the highest down; `lowest` holds when none is reached."""

    name: str
    source: Source
    levels: tuple[Level, ...]
    lowest: str


@dataclass(frozen=True, slots=True)
class SuicideCheck:
    """Items about death or self-harm; `at_least` this value on any of them is positive."""

    items: tuple[str, ...]
    at_least: int


@dataclass(frozen=True, slots=True)
class Code:
    """A LOINC code with the look-up record that shows it; `of` is `panel`, `total`, `level` or `item:N`."""

    code: str
    of: str
    record: str


@dataclass(frozen=True, slots=True)
class FactCode:
    """The chart fact that a part of the score becomes; `of` is `total`, `level`, `subscale:ID` or `item:N`."""

    code: str
    of: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """Spread between people and agreement of repeated ratings, from which measurement error follows."""

    sd: float
    r: float
    source: Source


@dataclass(frozen=True, slots=True)
class NoticeableChange:
    """The smallest change that people or clinicians notice, in points, with its interval where one is known."""

    points: float
    source: Source
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument as the clinic uses it.

    Attributes:
        recall: the time asked about; zero means now, or since the last contact.
        recall_label: the same in words, shown above each question; empty where nothing is shown.
        obtain: where a clinic gets the official wording; empty where every word is ours.
        stem: a line above each question; empty where the label is the whole question.
        scored: the items that the total needs; empty for a ladder, which has no total.
        low, high: range of the total; None for a ladder.
        schemes: the first one is shown unless another is asked for.
        origin: where the items and their scoring come from.
        notes: what a reader of the score should know.
    """

    id: str
    title: str
    version: str
    licence: Licence
    licence_note: str
    wording: Wording
    recall: Duration
    recall_label: str
    respondent: Respondent
    direction: Direction
    entry: Entry
    missing_rule: MissingRule
    stem: str
    items: tuple[Item, ...]
    scored: tuple[str, ...]
    low: int | None
    high: int | None
    origin: Source
    subscales: tuple[Subscale, ...] = ()
    schemes: tuple[BandScheme, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    ladder: Ladder | None = None
    suicide: SuicideCheck | None = None
    codes: tuple[Code, ...] = ()
    facts: tuple[FactCode, ...] = ()
    reliability: Reliability | None = None
    noticeable: NoticeableChange | None = None
    sources: tuple[Source, ...] = ()
    notes: str = ""
    obtain: str = ""

    def item(self, link_id: str) -> Item | None:
        """The item with this linkId."""
        return next((item for item in self.items if item.id == link_id), None)

    def scheme(self, name: str) -> BandScheme | None:
        """The band scheme with this name."""
        return next((scheme for scheme in self.schemes if scheme.name == name), None)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that a person may read, for translators and for the test of their length."""
        own = (self.title, self.recall_label, self.stem)
        asked = (text for item in self.items for text in (item.label, *(o.label for o in item.options)))
        named = (subscale.label for subscale in self.subscales)
        bands = (band.label for scheme in self.schemes for band in scheme.bands)
        lines = (cut_off.tells for cut_off in self.cut_offs)
        levels = () if self.ladder is None else (self.ladder.lowest, *(x.label for x in self.ladder.levels))
        return tuple(dict.fromkeys(text for text in (*own, *asked, *named, *bands, *lines, *levels) if text))
