"""What an instrument file must mean as a whole, beyond the shape of its keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from unloop.care.symptoms.document import BandPart, GatePart, InstrumentDocument, SchemePart
from unloop.care.symptoms.instrument import Licence, MissingRule
from unloop.facts import Sex
from unloop.quantity.refusal import InputRefused

_LOINC = re.compile(r"\d{1,7}-\d")


def check(document: InstrumentDocument) -> None:
    """Refuse a document whose parts do not fit together.

    Raises:
        InputRefused: the first misfit, with its place.
    """
    _check_answers(document)
    _check_items(document)
    _check_references(document)
    _check_scoring(document)
    for scheme in document.schemes:
        _check_scheme(document, scheme)
    _check_cut_offs(document)
    _check_parts_named(document)
    _check_sources(document)
    _check_obtained(document)
    for code in document.codes:
        if not has_right_check_digit(code.code):
            raise _misfit(
                document,
                "codes",
                given=code.code,
                allowed="a LOINC code with its check digit",
                mend="look the code up again",
            )


def scored_items(document: InstrumentDocument) -> tuple[str, ...]:
    """The items of the total: all of them unless the file names them; none for a ladder."""
    if document.ladder is not None:
        return ()
    return tuple(document.scored) if document.scored is not None else tuple(i.id for i in document.items)


def total_range(document: InstrumentDocument) -> tuple[int, int] | None:
    """The lowest and the highest total that the scored items can give."""
    scored = scored_items(document)
    if not scored:
        return None
    values = [
        [option.value for option in document.answers[item.answers]]
        for item in document.items
        if item.id in scored
    ]
    return sum(min(v) for v in values), sum(max(v) for v in values)


def has_right_check_digit(code: str) -> bool:
    """Whether the last digit of a LOINC code is its Mod 10 (Luhn) check digit."""
    if not _LOINC.fullmatch(code):
        return False
    number, digit = code.split("-")
    doubled = "".join(str(int(d) * 2) if place % 2 == 0 else d for place, d in enumerate(reversed(number)))
    return (-sum(int(d) for d in doubled)) % 10 == int(digit)


def _check_obtained(document: InstrumentDocument) -> None:
    """Our own words are had nowhere else; everybody else's are had somewhere."""
    ours = document.licence.kind is Licence.OWN
    if ours != (not document.licence.obtain):
        raise _misfit(
            document,
            "licence.obtain",
            given="a place" if ours else None,
            allowed="nothing for our own words, else where a clinic gets the official wording",
            mend="add or remove obtain",
        )


def _check_answers(document: InstrumentDocument) -> None:
    for name, options in document.answers.items():
        values = [option.value for option in options]
        if values != sorted(set(values)):
            raise _misfit(
                document,
                f"answers.{name}",
                given=values,
                allowed="ascending values, each once",
                mend="sort them",
            )
    for name in _extra((item.answers for item in document.items), document.answers):
        raise _misfit(
            document,
            "items",
            given=name,
            allowed=f"an answer set: {', '.join(document.answers)}",
            mend="define it first",
        )
    for name in _extra(document.answers, [item.answers for item in document.items]):
        raise _misfit(
            document, "answers", given=name, allowed="answer sets that an item uses", mend="remove it"
        )


def _check_items(document: InstrumentDocument) -> None:
    ids = [item.id for item in document.items]
    # The order of the file is the order of asking: an item added later keeps its number wherever it is put.
    if sorted(ids, key=int) != [str(number) for number in range(1, len(ids) + 1)]:
        raise _misfit(
            document,
            "items",
            given=", ".join(ids),
            allowed='"1" to "n", each once',
            mend="number the items again",
        )
    for item in document.items:
        gate = item.asked_when
        if gate is None:
            continue
        if gate.item not in ids[: ids.index(item.id)]:
            raise _misfit(
                document,
                f"items.{item.id}.asked_when",
                given=gate.item,
                allowed="an earlier item",
                mend="ask that one first",
            )
        _check_gate(document, gate, where=f"items.{item.id}.asked_when")


def _check_references(document: InstrumentDocument) -> None:
    suicide = document.suicide
    lists = {
        "scored": document.scored or [],
        **{f"subscales.{part.id}": part.items for part in document.subscales},
        "suicide": suicide.items if suicide is not None else [],
    }
    ids = [item.id for item in document.items]
    for where, named in lists.items():
        for extra in _extra(named, ids):
            raise _misfit(
                document,
                where,
                given=extra,
                allowed=f"items 1 to {len(ids)}",
                mend="name an item of this file",
            )
        if len(set(named)) != len(named):
            raise _misfit(
                document,
                where,
                given=", ".join(named),
                allowed="each item once",
                mend="remove the repetition",
            )
    if suicide is not None:
        for item in suicide.items:
            _check_gate(document, GatePart(item=item, at_least=suicide.at_least), where="suicide")
    for level in document.ladder.levels if document.ladder is not None else ():
        for gate in level.reached_by:
            _check_gate(document, gate, where=f"ladder.{level.label}")


def _check_gate(document: InstrumentDocument, gate: GatePart, *, where: str) -> None:
    """A threshold must divide the answers: some below it, some at or above it."""
    item = next((item for item in document.items if item.id == gate.item), None)
    if item is None:
        raise _misfit(
            document, where, given=gate.item, allowed="an item of this file", mend="name another item"
        )
    values = [option.value for option in document.answers[item.answers]]
    if not min(values) < gate.at_least <= max(values):
        raise _misfit(
            document,
            where,
            given=gate.at_least,
            allowed=f"above {min(values)} and up to {max(values)}, the answers of item {gate.item}",
            mend="choose a threshold between the answers",
        )


def _check_scoring(document: InstrumentDocument) -> None:
    ladder = document.ladder is not None
    if ladder != (document.missing is MissingRule.LADDER):
        raise _misfit(
            document,
            "missing",
            given=document.missing,
            allowed="ladder with [ladder], withhold without",
            mend="change one",
        )
    if ladder and (document.scored or document.schemes or document.subscales):
        raise _misfit(
            document,
            "ladder",
            given="a sum beside it",
            allowed="a level or a sum, not both",
            mend="remove one",
        )
    scored = scored_items(document)
    for item in document.items:
        if item.optional and item.id in scored:
            raise _misfit(
                document,
                f"items.{item.id}",
                given="optional",
                allowed="items outside the total",
                mend="leave it out of scored",
            )
        if item.asked_when is not None and item.id in scored:
            raise _misfit(
                document,
                f"items.{item.id}",
                given="asked_when",
                allowed="items outside the total",
                mend="ask it of everyone",
            )


def _check_scheme(document: InstrumentDocument, scheme: SchemePart) -> None:
    sexes = {band.sex for band in scheme.bands}
    if sexes not in ({None}, {Sex.FEMALE, Sex.MALE}):
        raise _misfit(
            document,
            f"schemes.{scheme.name}",
            given="bands of one sex",
            allowed="both sexes, or neither",
            mend="add the other",
        )
    for sex in sexes:
        _check_cover(document, scheme.name, [band for band in scheme.bands if band.sex == sex])


def _check_cover(document: InstrumentDocument, name: str, bands: list[BandPart]) -> None:
    """Every possible total falls into exactly one band."""
    whole = total_range(document)
    if whole is None:
        raise _misfit(
            document,
            f"schemes.{name}",
            given="bands",
            allowed="an instrument with a total",
            mend="remove them",
        )
    expected, highest = whole
    for band in bands:
        if band.low != expected or band.high < band.low:
            raise _misfit(
                document,
                f"schemes.{name}.{band.label}",
                given=f"{band.low} to {band.high}",
                allowed=f"a band that begins at {expected}",
                mend="close the gap or the overlap",
            )
        expected = band.high + 1
    if expected != highest + 1:
        raise _misfit(
            document,
            f"schemes.{name}",
            given=f"bands up to {expected - 1}",
            allowed=f"up to {highest}",
            mend="cover the range",
        )


def _check_cut_offs(document: InstrumentDocument) -> None:
    """A cut-off divides the totals: some below it, some at or above it."""
    low, high = total_range(document) or (0, 0)
    for cut_off in document.cut_offs:
        if not low < cut_off.at_least <= high:
            raise _misfit(
                document,
                "cut_offs",
                given=cut_off.at_least,
                allowed=f"above {low} and up to {high}" if high else "an instrument with a total",
                mend="choose a total between the ends, or remove it",
            )


def _check_parts_named(document: InstrumentDocument) -> None:
    parts = {"panel", *(f"item:{item.id}" for item in document.items)}
    parts |= {"level"} if document.ladder is not None else {"total"}
    parts |= {f"subscale:{part.id}" for part in document.subscales}
    named = [("codes", code.of) for code in document.codes] + [("facts", fact.of) for fact in document.facts]
    for where, part in named:
        if part not in parts or (where == "facts" and part == "panel"):
            raise _misfit(
                document,
                where,
                given=part,
                allowed="a part of this instrument",
                mend="name total, level or item:N",
            )


def _check_sources(document: InstrumentDocument) -> None:
    counted = Counter(source.id for source in document.sources)
    for twice in (name for name, count in counted.items() if count > 1):
        raise _misfit(document, "sources", given=twice, allowed="each source once", mend="rename one")
    used = [document.origin, *(scheme.source for scheme in document.schemes)]
    used += [cut_off.source for cut_off in document.cut_offs]
    used += [part.source for part in (document.ladder, document.reliability, document.noticeable) if part]
    for dangling in _extra(used, counted):
        raise _misfit(
            document, "sources", given=dangling, allowed="a source of this file", mend="add it to [[sources]]"
        )
    for unused in _extra(counted, used):
        raise _misfit(
            document, "sources", given=unused, allowed="sources that are used", mend="use it or remove it"
        )


def _extra(given: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    known = set(known)
    return tuple(name for name in given if name not in known)


def _misfit(
    document: InstrumentDocument, where: str, *, given: object, allowed: str, mend: str
) -> InputRefused:
    return InputRefused(f"{document.id}: {where}", given=given, allowed=allowed, mend=mend)
