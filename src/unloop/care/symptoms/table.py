"""Print docs/instruments.md from the instrument files: `python -m unloop.care.symptoms.table > docs/instruments.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from unloop.care.symptoms.change import measurement_error
from unloop.care.symptoms.instrument import (
    BandScheme,
    CutOff,
    Direction,
    Entry,
    Instrument,
    Licence,
    Respondent,
    Seen,
)
from unloop.care.symptoms.library import library

_HEAD = """# Instruments

What Unloop can score, each from one file in `src/unloop/care/symptoms/instruments/`: to add an instrument, add a file.
This page is printed from those files by `python -m unloop.care.symptoms.table`; a test fails when it is out of date.

- **Words**: no official wording ships, free or not. Every item carries a short label of our own, and the page that
  shows it says so. A clinic loads the official FHIR Questionnaire, which is then served word for word.
- **Missing items** are never zeros and never filled in. A sum is withheld when one of its items is missing; a level is
  withheld while an unanswered question could still raise it, and what is already proven is said ("at least").
- **Bands** are named with their scheme, since two schemes may call one total by two words.
- **Cut-offs** tell one group of people from another. They are a reason to look closer, never a diagnosis.
- **Reliable change** is 1.96 x SD x sqrt(2(1 - r)) (Jacobson and Truax 1991). Spread and agreement that are
  assumed say so; where neither was read, none is given, and a change is called neither reliable nor unreliable.
- **Noticed from** is the smallest change that people or clinicians notice.
- **Read** says how far each source was read: full, abstract, secondary (quoted or tabulated by others), computed,
  assumed, memory (remembered and not read), policy (chosen here), own (written for Unloop).

`unloop measures score INSTRUMENT --responses FILE [--baseline FILE]` scores a form with any of them.

"""
_WHO = {Respondent.SELF: "the person", Respondent.CLINICIAN: "a clinician"}
_WAY = {
    Direction.HIGHER_IS_WORSE: "more is worse",
    Direction.HIGHER_IS_BETTER: "more is better",
    Direction.ZERO_IS_BEST: "zero is best",
}
_MAY = {
    Licence.PUBLIC_DOMAIN: "public domain",
    Licence.REGISTRATION: "free with registration",
    Licence.COMMERCIAL: "commercial",
    Licence.OWN: "our own",
    Licence.UNKNOWN: "unknown, so treated as closed",
}


def page() -> str:
    """The whole page, in Markdown."""
    instruments = library()
    return _HEAD + "\n".join([*_overview(instruments), *(_section(one) for one in instruments)])


def _overview(instruments: Iterable[Instrument]) -> Iterator[str]:
    yield "| Id | Instrument | Answered by | Items | Total | Bands | Reliable change | Rests on memory |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in instruments:
        schemes = ", ".join(scheme.name for scheme in one.schemes) or (one.ladder.name if one.ladder else "")
        yield "| " + " | ".join(
            [
                f"[`{one.id}`](#{one.id})", one.title, _WHO[one.respondent], str(len(one.items)), _range(one),
                schemes, _reliable(one), ", ".join(_remembered(one)),
            ]
        ) + " |"  # fmt: skip
    yield ""


def _range(one: Instrument) -> str:
    return "a level" if one.low is None else f"{one.low} to {one.high}"


def _reliable(one: Instrument) -> str:
    error = measurement_error(one)
    return "" if error is None else f"{error.reliable_change:.1f} ({error.source.seen.value})"


def _remembered(one: Instrument) -> Iterator[str]:
    if one.origin.seen is Seen.MEMORY:
        yield "structure"
    if any(cut_off.source.seen is Seen.MEMORY for cut_off in one.cut_offs):
        yield "cut-offs"
    if one.noticeable is not None and one.noticeable.source.seen is Seen.MEMORY:
        yield "noticed from"


def _section(one: Instrument) -> str:
    lines = [f"## {one.id}", "", f"**{one.title}** (file version {one.version}).", "", one.notes, ""]
    lines += [f"- {line}" for line in _facts_of(one)]
    return "\n".join([*lines, ""])


def _facts_of(one: Instrument) -> Iterator[str]:
    also = ", or entered as its total" if one.entry is Entry.ITEMS_OR_TOTAL else ""
    yield f"Answered by {_WHO[one.respondent]}{also}; {_WAY[one.direction]}. Asked about: {one.recall_label}."
    yield f"Items: {len(one.items)}; total {_range(one)}{_scored(one)}."
    for part in one.subscales:
        yield f"Part “{part.label}”: items {', '.join(part.items)}."
    yield from _read_by(one)
    yield from _change(one)
    yield f"Licence: {_MAY[one.licence]}. {one.licence_note}"
    if one.obtain:
        yield f"Official wording: {one.obtain}"
    for code in one.codes:
        yield f"LOINC {code.code} for {code.of} ({code.record})."
    if one.facts:
        yield f"Becomes: {', '.join(f'`{fact.code}` ({fact.of})' for fact in one.facts)}."
    for source in one.sources:
        yield f"Source `{source.id}`, read: {source.seen.value}. {source.cite}."


def _read_by(one: Instrument) -> Iterator[str]:
    for scheme in one.schemes:
        yield f"Bands `{scheme.name}`: {_bands(scheme)}."
    if one.ladder is not None:
        steps = (one.ladder.lowest, *(level.label for level in reversed(one.ladder.levels)))
        yield f"Levels `{one.ladder.name}`: {', '.join(steps)}."
    for cut_off in one.cut_offs:
        yield _cut_off(cut_off)
    if one.suicide is not None:
        yield f"Items on suicide: {', '.join(one.suicide.items)}, positive from {one.suicide.at_least}."


def _scored(one: Instrument) -> str:
    left_out = [item.id for item in one.items if item.id not in one.scored]
    return f" from items {', '.join(one.scored)}" if left_out and one.scored else ""


def _bands(scheme: BandScheme) -> str:
    return "; ".join(
        f"“{band.label}” {band.low} to {band.high}{f' ({band.sex.value})' if band.sex is not None else ''}"
        for band in scheme.bands
    )


def _cut_off(cut_off: CutOff) -> str:
    known = ""
    if cut_off.sensitivity is not None and cut_off.specificity is not None:
        known = f", sensitivity {cut_off.sensitivity:g} %, specificity {cut_off.specificity:g} %"
    return f"Cut-off {cut_off.at_least}: tells {cut_off.tells}{known} (read: {cut_off.source.seen.value})."


def _change(one: Instrument) -> Iterator[str]:
    error, noticed = measurement_error(one), one.noticeable
    if error is not None and one.reliability is not None:
        yield (
            f"Reliable change: {error.reliable_change:.1f} points, from SD {one.reliability.sd:g} and agreement "
            f"{one.reliability.r:g} (read: {error.source.seen.value})."
        )
    if noticed is not None:
        between = "" if noticed.low is None else f" ({noticed.low:g} to {noticed.high:g})"
        yield f"Noticed from: {noticed.points:g} points{between} (read: {noticed.source.seen.value})."


if __name__ == "__main__":
    sys.stdout.write(page())
