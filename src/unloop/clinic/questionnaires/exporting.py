"""Responses to take along: one line an answer as CSV, or FHIR QuestionnaireResponses."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from unloop.care.symptoms import Answer, Instrument, Item, Silence
from unloop.clinic.questionnaires.languages import FIRST
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.sheets import answers_of
from unloop.clinic.questionnaires.wordings import instrument_of, said_by

COLUMNS = (
    "sheet", "person", "instrument", "version", "wording", "language", "answered_at", "answered_by",
    "item", "question", "about", "points", "answer", "not_answered_because", "total", "band", "band_scheme",
)  # fmt: skip
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
OURS = "urn:unloop:questionnaire"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(sheets: Iterable[AnswerSheet]) -> str:
    """One line for each question of each sheet that was sent; a question without an answer has empty points."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for sheet in sheets:
        writer.writerows(_lines(sheet))
    return text.getvalue()


def as_bundle(sheets: Iterable[AnswerSheet]) -> dict[str, Any]:
    """A FHIR R4 collection of QuestionnaireResponses."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:uuid:{sheet.id}", "resource": questionnaire_response(sheet)} for sheet in sheets
        ],
    }


def questionnaire_response(sheet: AnswerSheet) -> dict[str, Any]:
    """One sheet as a FHIR R4 QuestionnaireResponse: values coded with their points, silences as absent reasons.

    Texts stand in the language that the resource names, as the person read them.
    """
    with translation.override(sheet.language or FIRST):
        asked = [*_items(sheet)]
    subject = {"reference": f"Patient/{sheet.person_id}"}
    by = subject if sheet.entered_by_id is None else {"reference": f"Practitioner/{sheet.entered_by_id}"}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(sheet.id),
        **({"language": sheet.language} if sheet.language else {}),
        "questionnaire": f"{OURS}:{sheet.instrument}|{sheet.instrument_version}",
        "status": "completed" if sheet.sent_at is not None else "in-progress",
        "subject": subject,
        "authored": (sheet.sent_at or sheet.started_at).isoformat(),
        "author": by,
        "source": subject,
        "item": asked,
    }


def _items(sheet: AnswerSheet) -> Iterator[dict[str, Any]]:
    instrument, answers, said = instrument_of(sheet), answers_of(sheet), said_by(sheet)
    words = gettext if sheet.wording_id is None else str
    for item in instrument.items:
        if (given := answers.get(item.id)) is not None:
            yield _item(instrument, item, given, said=said.get(item.id, ""), words=words)


def _item(
    instrument: Instrument, item: Item, given: Answer, *, said: str, words: Callable[[str], str]
) -> dict[str, Any]:
    asked = {"linkId": item.id, "text": f"{said}: {words(item.label)}" if said else words(item.label)}
    if given is None or isinstance(given, Silence):
        reason = given.value if given is not None else "unknown"
        return asked | {"extension": [{"url": ABSENT, "valueCode": reason}]}
    coding = {
        "extension": [{"url": ORDINAL, "valueDecimal": given}],
        "system": f"{OURS}:{instrument.id}:answers",
        "code": str(given),
        "display": words(item.label_of(given)),
    }
    return asked | {"answer": [{"valueCoding": coding}]}


def _lines(sheet: AnswerSheet) -> Iterator[list[object]]:
    instrument, answers, said = instrument_of(sheet), answers_of(sheet), said_by(sheet)
    score = sheet.score or {}
    shared: list[object] = [
        sheet.id, sheet.person_id, sheet.instrument, sheet.instrument_version, instrument.wording.value,
        sheet.language, sheet.sent_at.isoformat() if sheet.sent_at else "",
        "person" if sheet.entered_by_id is None else sheet.entered_by_id,
    ]  # fmt: skip
    for item in instrument.items:
        given = answers.get(item.id)
        silent = given.value if isinstance(given, Silence) else ""
        points = given if isinstance(given, int) else ""
        label = item.label_of(given) if given is not None else ""
        yield [
            *shared, item.id, _plain(item.label), _plain(said.get(item.id, "")), points, _plain(label), silent,
            _or_empty(score.get("total")), score.get("band") or "", score.get("band_scheme") or "",
        ]  # fmt: skip


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _plain(text: str) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula is quoted."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
