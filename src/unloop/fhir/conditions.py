"""Conditions and allergies of a record: drafts, each for a clinician to decide on."""

from __future__ import annotations

from typing import Final

from unloop.facts import icd10cm
from unloop.fhir.dates import PartialDate
from unloop.fhir.elements import read_element
from unloop.fhir.imported import Coding, DraftAllergy, DraftCondition
from unloop.fhir.notes import Unread
from unloop.fhir.plain_text import clean
from unloop.fhir.reading import Entry, Reading
from unloop.fhir.resources import AllergyIntolerance, CodeableConcept, Condition, Period

_REFUTED: Final = {
    "entered-in-error": "the sender has marked this as entered in error",
    "refuted": "the sender has ruled this out",
}
_LONGEST_CODE: Final = 100
_MOST_CODES: Final = 20


def read_condition(entry: Entry, reading: Reading) -> DraftCondition:
    """A condition as a draft. Nothing of it becomes a diagnosis or a finding without a clinician.

    Raises:
        Unread: it does not fit, was ruled out, is about somebody else or says nothing.
    """
    condition = read_element(Condition, entry.resource, path=entry.path)
    reading.check_subject(condition.subject, path=f"{entry.path}.subject")
    verification = _status(condition.verification_status)
    if verification in _REFUTED:
        raise Unread(f"{entry.path}.verificationStatus", _REFUTED[verification])
    text, codes = _named(condition.code, entry, reading)
    onset = _date(condition.onset_date_time, condition.onset_period, entry, reading=reading, element="onset")
    clinical = _status(condition.clinical_status)
    return DraftCondition(
        id=reading.stable_id(entry, text, *codes, clinical, condition.onset_date_time),
        text=text,
        codes=codes,
        onset=onset,
        abatement=_date(
            condition.abatement_date_time,
            condition.abatement_period,
            entry,
            reading=reading,
            element="abatement",
        ),
        clinical_status=clinical,
        verification=verification,
        recorded=reading.believable(condition.recorded_date, path=f"{entry.path}.recordedDate"),
        points_to=_points_to(codes, reading),
        source=reading.source_of(entry),
    )


def read_allergy(entry: Entry, reading: Reading) -> DraftAllergy:
    """An allergy, or the statement that there is none, as a draft.

    Raises:
        Unread: as `read_condition`.
    """
    allergy = read_element(AllergyIntolerance, entry.resource, path=entry.path)
    reading.check_subject(allergy.patient, path=f"{entry.path}.patient")
    verification = _status(allergy.verification_status)
    if verification in _REFUTED:
        raise Unread(f"{entry.path}.verificationStatus", _REFUTED[verification])
    text, codes = _named(allergy.code, entry, reading)
    clinical = _status(allergy.clinical_status)
    return DraftAllergy(
        id=reading.stable_id(entry, text, *codes, clinical),
        text=text,
        codes=codes,
        kind=_short(allergy.type),
        criticality=_short(allergy.criticality),
        clinical_status=clinical,
        verification=verification,
        recorded=reading.believable(allergy.recorded_date, path=f"{entry.path}.recordedDate"),
        source=reading.source_of(entry),
    )


def _named(concept: CodeableConcept, entry: Entry, reading: Reading) -> tuple[str, tuple[Coding, ...]]:
    path = f"{entry.path}.code"
    text = reading.text_of(concept, path=path)
    read = (
        _coding(
            clean(one.system[:_LONGEST_CODE]).text, clean(one.code[:_LONGEST_CODE]).text, reading, path=place
        )
        for index, one in enumerate(concept.coding[:_MOST_CODES])
        if one.code and (place := f"{path}.coding[{index}].code")
    )
    codes = tuple(one for one in read if one is not None)
    if not text and not codes:
        raise Unread(path, "it does not say what it is")
    return text, codes


def _coding(system: str, code: str, reading: Reading, *, path: str) -> Coding | None:
    """A code as recorded; of ICD-10-CM only one that has its form, and None where it has not."""
    if system != icd10cm.SYSTEM or icd10cm.is_code(code):
        return Coding(system, code)
    meant = icd10cm.mended(code)
    # Billing systems leave the point out; any other slip could as well be of another code.
    if meant is not None and code.upper() in {meant, meant.replace(".", "")}:
        reading.notes.adapt(path, f"read as {meant}, the way that ICD-10-CM is written", alike=f"icd {meant}")
        return Coding(system, meant)
    reading.notes.miss(
        path, "this has not the form of an ICD-10-CM code; look at the original and write the code"
    )
    return None


def _status(concept: CodeableConcept) -> str:
    return _short(concept.first_code)


def _short(text: str) -> str:
    return clean(text[:_LONGEST_CODE]).text


def _date(
    text: str | None, period: Period | None, entry: Entry, *, reading: Reading, element: str
) -> PartialDate | None:
    """The date, or the beginning of the period; of an end, the period's end."""
    if text is not None:
        return reading.believable(text, path=f"{entry.path}.{element}DateTime")
    side = "start" if element == "onset" else "end"
    bound = getattr(period, side, None)
    return reading.believable(bound, path=f"{entry.path}.{element}Period.{side}")


def _points_to(codes: tuple[Coding, ...], reading: Reading) -> str:
    hints = (
        known.points_to
        for coding in codes
        for known in reading.codes.conditions
        if known.covers(system=coding.system, code=coding.code)
    )
    return next(hints, "")
