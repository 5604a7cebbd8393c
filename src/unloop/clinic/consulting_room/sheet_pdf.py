"""The consultation sheet on paper: made with typst, with fonts of our own and no library of the system."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib import resources

import typst
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from unloop.care.consultation import ConsentText, Section
from unloop.clinic.consulting_room.drawing import person_class
from unloop.clinic.consulting_room.sheet import Counted, parts

_ROOM = resources.files("unloop.clinic.consulting_room")


def sheet_pdf(text: ConsentText, *, spoken_to: str, day: str) -> bytes:
    """The sheet as a PDF: one A4 page of what is known, and the consent form on a second one.

    Args:
        text: which version.
        spoken_to: the person's name, on top of each page.
        day: on which it is talked through, in words.
    """
    source = _ROOM.joinpath("typst", "sheet.typ").read_bytes()
    # Everything that was written by people goes in as data and never as markup.
    data = {"sheet": json.dumps(_document(text, spoken_to=spoken_to, day=day))}
    return typst.compile(source, format="pdf", font_paths=_fonts(), sys_inputs=data)


@cache
def _fonts() -> typst.Fonts:
    with resources.as_file(_ROOM.joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _document(text: ConsentText, *, spoken_to: str, day: str) -> dict[str, object]:
    sheet = text.sheet
    sources = _sources(text)
    return {
        "title": sheet.title, "decision": sheet.decision, "language": sheet.language, "version": text.version,
        "for": _("For %(name)s, to talk over on %(day)s") % {"name": spoken_to, "day": day},
        "parts": [
            {
                "title": part.section.title,
                "counted": any(one.counts for one in part.said) and part.section == _last_counted(text),
                "said": [
                    {
                        "text": one.statement.text, "range": one.statement.range,
                        "number": sources[one.statement.source], "counts": [_counted(count) for count in one.counts],
                    }
                    for one in part.said
                ],
            }
            for part in parts(text)
        ],
        "sources": [{"number": number, "words": words} for words, number in sources.items()],
        "questions": [question.text for question in sheet.question],
        "asked": _("Before you sign anything you will be asked to say in your own words"),
        "asked_why": _("It checks how well we explained, not you."),
        "key": [_("very likely at least these"), _("best estimate"), _("perhaps these too"), _("very likely not these")],
        "form": _form(text),
        "foot": _("Version %(version)s, written %(day)s. %(policy)s %(funding)s") % {
            "version": text.version, "day": date_format(date.fromisoformat(str(sheet.updated)), "j F Y"),
            "policy": sheet.update_policy, "funding": sheet.funding,
        },
    }  # fmt: skip


def _sources(text: ConsentText) -> dict[str, int]:
    """Each source once, numbered in the order in which the sheet comes to it."""
    named = (one.source for section in text.sheet.section for one in section.statement)
    return {source: number for number, source in enumerate(dict.fromkeys(named), start=1)}


def _last_counted(text: ConsentText) -> Section | None:
    """The last part with people of a hundred in it; the key to them stands below."""
    found = [part.section for part in parts(text) if any(one.counts for one in part.said)]
    return found[-1] if found else None


def _form(text: ConsentText) -> dict[str, object]:
    """The second page: the person's own words, the choice, and who signs."""
    return {
        "title": _("Your answer"),
        "plan": _("To the sheet of version %(version)s, and to the plan that was talked over with it.")
        % {"version": text.version},
        "choice": _("What you choose"),
        "choices": [
            _("I want the course of infusions as it was explained to me. I can stop it at any minute."),
            _("I do not want it, or not now."),
        ],
        "lines": [
            _("Your name and signature"), _("Date and time"),
            _("Clinician who explained it"), _("Witness or interpreter, if there was one"),
        ],
    }  # fmt: skip


def _counted(one: Counted) -> dict[str, object]:
    return {
        "who": one.who, "words": one.words, "count": one.count,
        "people": [person_class(one.chance, number) for number in range(100)],
    }  # fmt: skip
