"""Fitting official wording onto one of our instruments: the same items, the same points, other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from unloop.care.symptoms import Instrument, Item, Option, Wording
from unloop.fhir.codes import LOINC, codes
from unloop.fhir.notes import NotUnderstood
from unloop.fhir.questionnaire import OfficialItem, OfficialWording

_ANSWERED_BY_CHOICE: Final = {"choice", "open-choice"}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why wording cannot be put on an instrument, item by item. Nothing of it may be served."""

    problems: tuple[NotUnderstood, ...]


def fit(wording: OfficialWording, instrument: Instrument) -> Instrument | Misfit:
    """The instrument with the official words in place of our short labels.

    Each of our items is found by its LOINC code, else by its linkId, and never by its place, since the words of one
    question would then be scored as another's. Its answers must have exactly the points that ours have. Questions that
    are no item of the instrument (a total, an extra question) are left out where codes name the others; where only
    numbers do, as any form could have them, an extra question says that this is another form. So does a LOINC panel of
    another instrument. Scoring and bands stay as they are.

    Returns:
        The instrument, marked as official wording and with a version that names the document; or what does not fit.
    """
    matched = _match(wording, instrument)
    problems = [*_another(wording, instrument)] or [
        problem for item in instrument.items for problem in _differences(item, matched.get(item.id, []))
    ]
    if problems:
        return Misfit(tuple(problems))
    questions = [matched[item.id][0] for item in instrument.items]
    shared = len({question.headings for question in questions}) == 1
    return replace(
        instrument,
        version=f"{instrument.version}+{wording.sha256[:12]}",
        wording=Wording.OFFICIAL,
        stem=" ".join(questions[0].headings) if shared else "",
        items=tuple(
            replace(_reworded(item, question), stem="" if shared else " ".join(question.headings))
            for item, question in zip(instrument.items, questions, strict=True)
        ),
    )


def _match(wording: OfficialWording, instrument: Instrument) -> Mapping[str, Sequence[OfficialItem]]:
    """Our item ids with the questions that say they ask them."""
    known = _codes_of(instrument)
    matched: dict[str, list[OfficialItem]] = {}
    for official in _choices(wording):
        item_id = _by_code(official, known) or _by_link_id(official, instrument)
        if item_id:
            matched.setdefault(item_id, []).append(official)
    return matched


def _another(wording: OfficialWording, instrument: Instrument) -> Iterator[NotUnderstood]:
    """What says that the document is of another instrument, whether or not its numbers fit."""
    panels = {code.code for code in instrument.codes if code.of == "panel"}
    named = {coding.code for coding in wording.codes if coding.system == LOINC}
    if panels and named and not panels & named:
        yield NotUnderstood(
            "code", f"the file says LOINC {', '.join(sorted(named))}, and this is {', '.join(sorted(panels))}"
        )
    known, choices = _codes_of(instrument), _choices(wording)
    ours = [one for one in choices if _by_link_id(one, instrument)]
    if ours and not any(_by_code(one, known) for one in choices):
        for extra in choices:
            if extra not in ours:
                yield NotUnderstood(extra.path, "is no question of this instrument, so this is another form")


def _codes_of(instrument: Instrument) -> Mapping[str, str]:
    """The LOINC codes of its items, with their ids."""
    own = {
        code.code: code.of.removeprefix("item:") for code in instrument.codes if code.of.startswith("item:")
    }
    return {**codes().items.get(instrument.id, {}), **own}


def _choices(wording: OfficialWording) -> list[OfficialItem]:
    return [item for item in wording.items if item.kind in _ANSWERED_BY_CHOICE]


def _by_code(official: OfficialItem, known: Mapping[str, str]) -> str:
    loinc = [coding.code for coding in official.codes if coding.system == LOINC]
    loinc.append(official.link_id.strip("/").rsplit("/", 1)[-1])
    return next((known[code] for code in loinc if code in known), "")


def _by_link_id(official: OfficialItem, instrument: Instrument) -> str:
    return official.link_id if instrument.item(official.link_id) is not None else ""


def _differences(item: Item, found: Sequence[OfficialItem]) -> Sequence[NotUnderstood]:
    if len(found) != 1:
        count = "no question was" if not found else f"{len(found)} questions were"
        return [NotUnderstood("item", f"{count} found for item {item.id}")]
    official = found[0]
    answers = f"{official.path}.answerOption"
    problems: list[NotUnderstood] = []
    if not official.text or any(not option.text for option in official.options):
        problems.append(NotUnderstood(official.path, f"item {item.id} or one of its answers has no words"))
    points = sorted(option.value for option in official.options if option.value is not None)
    if len(points) != len(official.options):
        problems.append(NotUnderstood(answers, f"item {item.id} has answers without points"))
    elif points != sorted(float(value) for value in item.values):
        ours = ", ".join(str(value) for value in item.values)
        problems.append(NotUnderstood(answers, f"item {item.id} needs answers with the points {ours}"))
    return problems


def _reworded(item: Item, official: OfficialItem) -> Item:
    options = sorted(
        (Option(int(option.value), option.text) for option in official.options if option.value is not None),
        key=lambda option: option.value,
    )
    return replace(item, label=official.text, options=tuple(options), help=official.help)
