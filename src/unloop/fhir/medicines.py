"""Medicines of a record: drafts only, since a prescription says what was ordered, not what is taken today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from unloop.fhir.codes import RXNORM
from unloop.fhir.elements import read_element
from unloop.fhir.imported import DraftMedicine
from unloop.fhir.notes import Unread
from unloop.fhir.plain_text import clean, cut
from unloop.fhir.reading import LONGEST_TEXT, Entry, Reading
from unloop.fhir.resources import CodeableConcept, Dosage, Medication, Prescription, Reference, Statement

Resources = Mapping[str, Mapping[str, Any]]
"""Resources of the bundle by every reference that may name them."""

_LEADING_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:ml|hr|actuat|mg|mcg|g|unt)\s+", re.IGNORECASE)
_LEADING_NAME = re.compile(r"[^\W\d_](?:[^\W\d]|[ .'’-])*")
_MOST_WORDS: Final = 4
_PLANS: Final = {"proposal", "plan", "option"}
_UNITS_OF_TIME: Final = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}
_LONGEST_STATUS: Final = 40


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date as it was written and the element that it stood in."""

    text: str | None
    element: str


@dataclass(frozen=True, slots=True)
class _Mention:
    """What a prescription and a statement have in common."""

    kind: str
    status: str
    concept: CodeableConcept | None
    reference: Reference | None
    subject: Reference
    began: _Dated
    ended: _Dated
    dosages: list[Dosage]


def read_prescription(entry: Entry, reading: Reading, *, resources: Resources) -> DraftMedicine:
    """A MedicationRequest as a draft.

    Raises:
        Unread: it does not fit, was entered in error, says that the medicine is not to be taken, is about somebody
            else or names no medicine.
    """
    ordered = read_element(Prescription, entry.resource, path=entry.path)
    if ordered.do_not_perform:
        raise Unread(
            f"{entry.path}.doNotPerform", "it says that a medicine is not to be taken; look at the original"
        )
    mention = _Mention(
        kind="planned" if ordered.intent in _PLANS else "prescribed",
        status=ordered.status,
        concept=ordered.medication_codeable_concept,
        reference=ordered.medication_reference,
        subject=ordered.subject,
        began=_Dated(ordered.authored_on, "authoredOn"),
        ended=_last_bound(ordered.dosage_instruction),
        dosages=ordered.dosage_instruction,
    )
    return _draft(mention, entry, reading, resources=resources)


def read_statement(entry: Entry, reading: Reading, *, resources: Resources) -> DraftMedicine:
    """A MedicationStatement as a draft.

    Raises:
        Unread: as `read_prescription`.
    """
    stated = read_element(Statement, entry.resource, path=entry.path)
    period = stated.effective_period
    began = (
        _Dated(stated.effective_date_time, "effectiveDateTime"),
        _Dated(period.start if period is not None else None, "effectivePeriod.start"),
        _Dated(stated.date_asserted, "dateAsserted"),
    )
    mention = _Mention(
        kind="reported",
        status=stated.status,
        concept=stated.medication_codeable_concept,
        reference=stated.medication_reference,
        subject=stated.subject,
        began=next((one for one in began if one.text is not None), began[0]),
        ended=_Dated(period.end if period is not None else None, "effectivePeriod.end"),
        dosages=stated.dosage,
    )
    return _draft(mention, entry, reading, resources=resources)


def _draft(mention: _Mention, entry: Entry, reading: Reading, *, resources: Resources) -> DraftMedicine:
    reading.check_subject(mention.subject, path=f"{entry.path}.subject")
    if mention.status == "entered-in-error":
        raise Unread(f"{entry.path}.status", "the sender has marked this as entered in error")
    concept = _concept(mention, entry, resources)
    name = reading.text_of(concept, path=entry.path)
    rxnorm = clean(concept.code_in(RXNORM)[:_LONGEST_STATUS]).text
    if not name and not rxnorm:
        raise Unread(entry.path, "it does not say which medicine it is")
    status = clean(mention.status[:_LONGEST_STATUS]).text
    dose = cut("; ".join(_said(dosage) for dosage in mention.dosages), limit=LONGEST_TEXT)
    display = next((one.display for one in concept.coding if one.system == RXNORM), "")
    return DraftMedicine(
        id=reading.stable_id(entry, name, rxnorm, status, dose, mention.began.text, mention.ended.text),
        name=name or f"RxNorm {rxnorm}",
        text=coded if (coded := cut(display, limit=LONGEST_TEXT)) != name else "",
        dose_text=dose,
        status=status,
        kind=mention.kind,
        authored_on=reading.believable(mention.began.text, path=f"{entry.path}.{mention.began.element}"),
        ended_on=reading.believable(
            mention.ended.text, path=f"{entry.path}.{mention.ended.element}", may_be_future=True
        ),
        rxnorm=rxnorm,
        ingredients=guess_ingredients(name),
        source=reading.source_of(entry),
    )


def _concept(mention: _Mention, entry: Entry, resources: Resources) -> CodeableConcept:
    """What the medicine is, in the entry itself or in the Medication that it refers to."""
    if mention.concept is not None:
        return mention.concept
    path = f"{entry.path}.medicationReference"
    if mention.reference is None or not mention.reference.reference:
        raise Unread(path, "it does not say which medicine it is")
    reference = mention.reference.reference.split("/_history/")[0]
    found = _contained(entry, reference) or resources.get(reference)
    if found is not None and found.get("resourceType") == "Medication":
        return read_element(Medication, found, path=path).code
    if mention.reference.display:
        return CodeableConcept(text=mention.reference.display)
    raise Unread(f"{path}.reference", "the medicine that it refers to is not in this record")


def _contained(entry: Entry, reference: str) -> Mapping[str, Any] | None:
    contained = entry.resource.get("contained")
    if not reference.startswith("#") or not isinstance(contained, list):
        return None
    fitting = (one for one in contained if isinstance(one, dict) and one.get("id") == reference[1:])
    return next(fitting, None)


def guess_ingredients(name: str) -> tuple[str, ...]:
    """The ingredients that a name of a medicine begins with, in lower case: a guess to search by, no more.

    >>> guess_ingredients("24 HR Metformin hydrochloride 500 MG / Sitagliptin 50 MG Oral Tablet")
    ('metformin hydrochloride', 'sitagliptin')
    """
    guesses: dict[str, None] = {}
    for part in name.split(" / "):
        rest = part.strip()
        while (amount := _LEADING_AMOUNT.match(rest)) is not None:
            rest = rest[amount.end() :]
        found = _LEADING_NAME.match(rest)
        guess = found[0].strip(" .'’-").lower() if found is not None else ""
        if guess and len(guess.split()) <= _MOST_WORDS:
            guesses[guess] = None
    return tuple(guesses)


def _last_bound(dosages: list[Dosage]) -> _Dated:
    """The end of the last dosage that gives one."""
    bounds = ((index, dosage.timing.repeat.bounds_period) for index, dosage in enumerate(dosages))
    ends = [
        _Dated(period.end, f"dosageInstruction[{index}].timing.repeat.boundsPeriod.end")
        for index, period in bounds
        if period is not None and period.end is not None
    ]
    return ends[-1] if ends else _Dated(None, "dosageInstruction")


def _said(dosage: Dosage) -> str:
    """A dosage in words: its own, else put together from its numbers."""
    if dosage.text.strip():
        return dosage.text.strip()
    amounts = (one.dose_quantity for one in dosage.dose_and_rate if one.dose_quantity is not None)
    amount = next(
        (f"{dose.value:g} {dose.unit or ''}".strip() for dose in amounts if dose.value is not None), ""
    )
    needed = "as needed" if dosage.as_needed_boolean or dosage.as_needed_codeable_concept is not None else ""
    return ", ".join(part for part in (amount, _how_often(dosage), needed) if part)


def _how_often(dosage: Dosage) -> str:
    repeat = dosage.timing.repeat
    unit = _UNITS_OF_TIME.get(repeat.period_unit or "")
    if unit is None or repeat.period is None:
        return dosage.timing.code.text
    each = unit if repeat.period == 1 else f"{repeat.period:g} {unit}s"
    times = "once" if repeat.frequency in {None, 1} else f"{repeat.frequency} times"
    return f"{times} every {each}"
