"""The instruments that come with Unloop: one TOML file each, in the folder beside this module."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from unloop.care.symptoms import consistency
from unloop.care.symptoms.document import GatePart, InstrumentDocument, ItemPart, read_document
from unloop.care.symptoms.instrument import (
    Band,
    BandScheme,
    Code,
    CutOff,
    FactCode,
    Gate,
    Instrument,
    Item,
    Ladder,
    Level,
    NoticeableChange,
    Option,
    Reliability,
    Source,
    Subscale,
    SuicideCheck,
)
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused


@cache
def library() -> tuple[Instrument, ...]:
    """Every bundled instrument, by id."""
    return read_folder(resources.files("unloop.care.symptoms") / "instruments")


def read_folder(folder: Traversable) -> tuple[Instrument, ...]:
    """Every instrument file (`<id>.toml`) of a folder, by id: to add an instrument, put a file into it.

    Raises:
        InputRefused: a file is not an instrument, or its parts do not fit together.
    """
    read = (
        load(file.read_text(encoding="utf-8"), expected_id=file.name.removesuffix(".toml"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    )
    return tuple(sorted(read, key=lambda instrument: instrument.id))


def bundled(instrument_id: str) -> Instrument:
    """The bundled instrument with this id, such as `phq-9` or `ybocs`.

    Raises:
        InputRefused: no instrument has this id.
    """
    for instrument in library():
        if instrument.id == instrument_id:
            return instrument
    raise InputRefused(
        "instrument",
        given=instrument_id,
        allowed=", ".join(instrument.id for instrument in library()),
        mend="choose one of these ids",
    )


def load(text: str, *, expected_id: str | None = None) -> Instrument:
    """Read the text of one instrument file.

    Args:
        text: TOML.
        expected_id: the file's name without `.toml`, so that a file and its id cannot drift apart.

    Raises:
        InputRefused: the file is not an instrument, or its parts do not fit together.
    """
    document = read_document(text, where=expected_id or "instrument")
    if expected_id is not None and document.id != expected_id:
        raise InputRefused(
            f"{expected_id}: id",
            given=document.id,
            allowed=expected_id,
            mend="name the file after the id of the instrument",
        )
    consistency.check(document)
    return _instrument(document)


def _instrument(document: InstrumentDocument) -> Instrument:
    sources = {part.id: Source(part.id, part.cite, part.seen) for part in document.sources}
    low, high = consistency.total_range(document) or (None, None)
    return Instrument(
        id=document.id,
        title=document.title,
        version=document.version,
        licence=document.licence.kind,
        licence_note=document.licence.note,
        wording=document.wording,
        recall=Duration.parse(document.recall.period, where=f"{document.id}: recall.period"),
        recall_label=document.recall.label,
        respondent=document.respondent,
        direction=document.direction,
        entry=document.entry,
        missing_rule=document.missing,
        stem=document.stem,
        items=tuple(_item(document, part) for part in document.items),
        scored=consistency.scored_items(document),
        low=low,
        high=high,
        origin=sources[document.origin],
        subscales=tuple(Subscale(part.id, part.label, tuple(part.items)) for part in document.subscales),
        schemes=_schemes(document, sources),
        cut_offs=_cut_offs(document, sources),
        ladder=_ladder(document, sources),
        suicide=_suicide(document),
        codes=tuple(Code(part.code, part.of, part.record) for part in document.codes),
        facts=tuple(FactCode(part.code, part.of) for part in document.facts),
        reliability=_reliability(document, sources),
        noticeable=_noticeable(document, sources),
        sources=tuple(sources.values()),
        notes=document.notes,
        obtain=document.licence.obtain,
    )


def _item(document: InstrumentDocument, part: ItemPart) -> Item:
    silences = document.silences if part.silences is None else part.silences
    return Item(
        id=part.id,
        label=part.label,
        options=tuple(Option(option.value, option.label) for option in document.answers[part.answers]),
        silences=tuple(silences),
        optional=part.optional,
        asked_when=None if part.asked_when is None else _gate(part.asked_when),
        dimension=part.dimension,
        life_area=part.life_area,
        compulsion=part.compulsion,
    )


def _gate(part: GatePart) -> Gate:
    return Gate(part.item, part.at_least)


def _schemes(document: InstrumentDocument, sources: dict[str, Source]) -> tuple[BandScheme, ...]:
    return tuple(
        BandScheme(
            part.name,
            sources[part.source],
            tuple(Band(band.label, band.low, band.high, band.sex) for band in part.bands),
        )
        for part in document.schemes
    )


def _cut_offs(document: InstrumentDocument, sources: dict[str, Source]) -> tuple[CutOff, ...]:
    return tuple(
        CutOff(part.at_least, part.tells, sources[part.source], part.sensitivity, part.specificity)
        for part in document.cut_offs
    )


def _ladder(document: InstrumentDocument, sources: dict[str, Source]) -> Ladder | None:
    part = document.ladder
    if part is None:
        return None
    levels = tuple(Level(x.label, tuple(_gate(gate) for gate in x.reached_by)) for x in part.levels)
    return Ladder(part.name, sources[part.source], levels, part.lowest)


def _suicide(document: InstrumentDocument) -> SuicideCheck | None:
    part = document.suicide
    return None if part is None else SuicideCheck(tuple(part.items), part.at_least)


def _reliability(document: InstrumentDocument, sources: dict[str, Source]) -> Reliability | None:
    part = document.reliability
    return None if part is None else Reliability(part.sd, part.r, sources[part.source])


def _noticeable(document: InstrumentDocument, sources: dict[str, Source]) -> NoticeableChange | None:
    part = document.noticeable
    if part is None:
        return None
    return NoticeableChange(part.points, sources[part.source], part.low, part.high)
