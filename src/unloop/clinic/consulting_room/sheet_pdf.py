"""The consultation sheet on paper: made with typst, with fonts of our own and no library of the system."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import typst

from unloop.clinic.consulting_room.consultation import Different, Hundred, Line, Row, Told

_SHORT = 12
"""So many digits of a hash are told apart by eye."""
_ROOM = resources.files("unloop.clinic.consulting_room")


def sheet_pdf(
    told: Told, different: tuple[Different, ...], *, spoken_to: str, day: str, plan: str = ""
) -> bytes:
    """The sheet as a PDF: what is known, the choices side by side, what matters, and the form to sign.

    Args:
        told: the sheet with its numbers, in the language of the paper.
        different: what may be different for the person.
        spoken_to: the person's name, on top of each page.
        day: on which it is talked through, in digits, which read alike in every language.
        plan: the hash of the plan that is talked over with it; empty where none is laid down.
    """
    source = _ROOM.joinpath("typst", "sheet.typ").read_bytes()
    # Everything that was written by people goes in as data and never as markup.
    data = {"sheet": json.dumps(document(told, different, spoken_to=spoken_to, day=day, plan=plan))}
    return typst.compile(source, format="pdf", font_paths=_fonts(), sys_inputs=data)


@cache
def _fonts() -> typst.Fonts:
    with resources.as_file(_ROOM.joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def document(
    told: Told, different: tuple[Different, ...], *, spoken_to: str, day: str, plan: str = ""
) -> dict[str, object]:
    """Everything that stands on the paper, as plain data."""
    sheet, sources = told.sheet, _sources(told)
    return {
        "title": sheet.title, "condition": sheet.condition, "decision": sheet.decision, "language": sheet.language,
        "for": told.word("for", name=spoken_to, day=day),
        "not_reviewed": "" if sheet.reviewed else sheet.words["not_reviewed"],
        "parts": [
            {"id": part.id, "title": part.title, "said": [_line(line, sources) for line in part.lines]}
            for part in told.parts()
        ],
        "sources": [{"number": number, "words": words} for words, number in sources.items()],
        "key": sheet.words["sure_key"].split("|"), "words": dict(sheet.words), "frame": sheet.frame,
        "drawing": told.word("drawing", noticed=told.written["noticed"], people=told.written["noticed-people"]),
        "rows": [_row(row) for row in told.rows()],
        "different": [
            {"title": one.title, "text": one.text, "yours": one.yours, "sources": ", ".join(c.id for c in one.sources)}
            for one in different
        ],
        "studies": [{"id": one.id, "words": one.said} for one in told.studies()],
        "noticed": told.numbers.values["noticed"],
        "values": [one.text for one in sheet.value], "levels": sheet.words["matters_levels"].split("|"),
        "sure": [one.text for one in sheet.sure], "yes_no": sheet.words["yes_no"].split("|"),
        "questions": [question.text for question in sheet.question],
        "answer_to": told.word(
            "answer_to", version=told.text.version, text=told.text.sha256[:_SHORT],
            plan=plan[:_SHORT] or sheet.words["no_plan"],
        ),
        "choices": sheet.words["choices"].split("|"), "lines": sheet.words["lines"].split("|"),
        "research_choices": sheet.words["research_choices"].split("|"),
        "foot": told.foot,
    }  # fmt: skip


def _sources(told: Told) -> dict[str, int]:
    """Each source once, numbered in the order in which the sheet comes to it."""
    named = [line.source for part in told.parts() for line in part.lines]
    return {source: number for number, source in enumerate(dict.fromkeys(named), start=1)}


def _line(line: Line, sources: dict[str, int]) -> dict[str, object]:
    return {
        "text": line.text, "range": line.range, "number": sources[line.source],
        "counts": [_hundred(one) for one in line.counts],
    }  # fmt: skip


def _row(row: Row) -> dict[str, object]:
    points = row.points
    return {
        "name": row.name, "apart": row.apart, "live": row.live, "good": row.good, "bad": row.bad,
        "better": None if row.better is None else _hundred(row.better), "better_against": row.better_against,
        "points": None if points is None else {
            "words": points.words, "against": points.against, "value": points.value, "low": points.low,
            "high": points.high,
        },
        "sources": ", ".join(one.id for one in row.sources),
    }  # fmt: skip


def _hundred(one: Hundred) -> dict[str, object]:
    return {
        "who": one.who, "words": one.words, "range": one.range, "count": one.count, "people": list(one.classes),
    }  # fmt: skip
