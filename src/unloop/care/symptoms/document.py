"""The shape of an instrument file, key by key; what it means together is checked in `consistency`."""

from __future__ import annotations

import tomllib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, ValidationError

from unloop.care.symptoms.instrument import (
    Direction,
    Entry,
    Licence,
    MissingRule,
    Respondent,
    Seen,
    Silence,
    Wording,
)
from unloop.care.symptoms.vocabulary import CompulsionKind, Dimension, LifeArea
from unloop.facts import Sex
from unloop.quantity.refusal import InputRefused

LONGEST_LABEL = 80

# A label fits a phone without scrolling; longer explanations belong to the official wording.
Label = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LABEL, pattern=r"^\S(.*\S)?$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
LinkId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=600)]
# An enumeration is written as text in TOML, which strict reading would refuse.
LicenceClass = Annotated[Licence, Strict(strict=False)]
WordingClass = Annotated[Wording, Strict(strict=False)]
RespondentClass = Annotated[Respondent, Strict(strict=False)]
DirectionClass = Annotated[Direction, Strict(strict=False)]
EntryClass = Annotated[Entry, Strict(strict=False)]
MissingClass = Annotated[MissingRule, Strict(strict=False)]
SeenClass = Annotated[Seen, Strict(strict=False)]
SilenceClass = Annotated[Silence, Strict(strict=False)]
DimensionClass = Annotated[Dimension, Strict(strict=False)]
LifeAreaClass = Annotated[LifeArea, Strict(strict=False)]
CompulsionClass = Annotated[CompulsionKind, Strict(strict=False)]
SexClass = Annotated[Sex, Strict(strict=False)]


class Part(BaseModel):
    """No key is read that is not named here, and no type is bent."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LicencePart(Part):
    """`[licence]`: the class, what it rests on, and where the official wording is to be had."""

    kind: LicenceClass = Field(alias="class")
    note: Sentence
    obtain: Annotated[str, StringConstraints(max_length=600)] = ""


class RecallPart(Part):
    """`[recall]`: the time asked about, as an ISO 8601 duration and in words."""

    period: str
    label: Annotated[str, StringConstraints(max_length=LONGEST_LABEL)]


class SourcePart(Part):
    """`[[sources]]`."""

    id: Identifier
    cite: Sentence
    seen: SeenClass


class OptionPart(Part):
    """One answer of an answer set."""

    value: int
    label: Label


class GatePart(Part):
    """`{ item, at_least }`."""

    item: LinkId
    at_least: int


class ItemPart(Part):
    """`[[items]]`; `answers` names a set of `[answers]`."""

    id: LinkId
    label: Label
    answers: Identifier
    silences: list[SilenceClass] | None = None
    optional: bool = False
    asked_when: GatePart | None = None
    dimension: DimensionClass | None = None
    life_area: LifeAreaClass | None = None
    compulsion: CompulsionClass | None = None


class SubscalePart(Part):
    """`[[subscales]]`."""

    id: Identifier
    label: Label
    items: Annotated[list[LinkId], Field(min_length=1)]


class BandPart(Part):
    """`[[schemes.bands]]`."""

    label: Label
    low: int
    high: int
    sex: SexClass | None = None


class SchemePart(Part):
    """`[[schemes]]`."""

    name: Identifier
    source: Identifier
    bands: Annotated[list[BandPart], Field(min_length=1)]


class CutOffPart(Part):
    """`[[cut_offs]]`; sensitivity and specificity in percent."""

    at_least: int
    tells: Label
    source: Identifier
    sensitivity: Annotated[float, Field(gt=0, le=100)] | None = None
    specificity: Annotated[float, Field(gt=0, le=100)] | None = None


class LevelPart(Part):
    """`[[ladder.levels]]`, the highest first."""

    label: Label
    reached_by: Annotated[list[GatePart], Field(min_length=1)]


class LadderPart(Part):
    """`[ladder]`."""

    name: Identifier
    source: Identifier
    lowest: Label
    levels: Annotated[list[LevelPart], Field(min_length=1)]


class SuicidePart(Part):
    """`[suicide]`."""

    items: Annotated[list[LinkId], Field(min_length=1)]
    at_least: int


class CodePart(Part):
    """`[[codes]]`: no code without the record that shows it."""

    code: str
    of: str
    record: Sentence


class FactPart(Part):
    """`[[facts]]`."""

    code: str
    of: str


class ReliabilityPart(Part):
    """`[reliability]`."""

    sd: Annotated[float, Field(gt=0)]
    r: Annotated[float, Field(gt=0, lt=1)]
    source: Identifier


class NoticeablePart(Part):
    """`[noticeable]`."""

    points: Annotated[float, Field(gt=0)]
    low: float | None = None
    high: float | None = None
    source: Identifier


class InstrumentDocument(Part):
    """A whole file. `scored` left out means all items; a ladder has none."""

    id: Identifier
    title: Label
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    licence: LicencePart
    wording: WordingClass
    recall: RecallPart
    respondent: RespondentClass
    direction: DirectionClass
    entry: EntryClass
    missing: MissingClass
    origin: Identifier
    stem: Annotated[str, StringConstraints(max_length=LONGEST_LABEL)] = ""
    notes: Annotated[str, StringConstraints(max_length=1200)] = ""
    silences: list[SilenceClass] = []
    sources: Annotated[list[SourcePart], Field(min_length=1)]
    answers: dict[Identifier, Annotated[list[OptionPart], Field(min_length=2)]]
    items: Annotated[list[ItemPart], Field(min_length=1)]
    scored: list[LinkId] | None = None
    subscales: list[SubscalePart] = []
    schemes: list[SchemePart] = []
    cut_offs: list[CutOffPart] = []
    ladder: LadderPart | None = None
    suicide: SuicidePart | None = None
    codes: list[CodePart] = []
    facts: list[FactPart] = []
    reliability: ReliabilityPart | None = None
    noticeable: NoticeablePart | None = None


def read_document(text: str, *, where: str) -> InstrumentDocument:
    """Read the text of an instrument file into its shape.

    Raises:
        InputRefused: not TOML, an unknown or missing key, or a value of the wrong kind; `where` names the key.
    """
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(
            where, given="text that is not TOML", allowed="TOML 1.0", mend=f"mend the file: {error}"
        ) from None
    try:
        return InstrumentDocument.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InputRefused(
            f"{where}: {place}",
            given=first["input"] if first["type"] != "missing" else None,
            allowed=first["msg"],
            mend="compare with another file of the folder",
        ) from None
