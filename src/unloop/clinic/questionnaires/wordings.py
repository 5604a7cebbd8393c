"""Whose words stand on the page: our own short labels, or the official wording that the clinic loaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from django.db import transaction

from unloop.care.symptoms import Entry, Instrument, Respondent, bundled, library
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.services import User, current_protocol, protocol_of
from unloop.clinic.questionnaires.models import AnswerSheet, LoadedWording
from unloop.facts import DICTIONARY
from unloop.fhir import Misfit, fit, read_questionnaire
from unloop.protocol import bundled as bundled_protocol

CAN_BE_WORDED = ("phq-9", "gad-7")
"""Instruments whose official file may be loaded by anybody (public domain)."""


def to_send() -> list[Instrument]:
    """Instruments that a person answers alone, in the order in which they are asked."""
    return in_order([one for one in to_rate() if one.respondent is Respondent.SELF])


def in_order(instruments: Sequence[Instrument]) -> list[Instrument]:
    """In the order in which the protocol in force asks for what they give; those that it does not ask for follow."""
    adopted = current_protocol()
    items = protocol_of(adopted).document.evaluation if adopted else bundled_protocol().document.evaluation
    asked = [code for item in items for code in item.facts]
    return sorted(instruments, key=lambda one: _place(one, asked))


def _place(instrument: Instrument, asked: Sequence[str]) -> int:
    return min(
        (asked.index(fact.code) for fact in instrument.facts if fact.code in asked), default=len(asked)
    )


def to_rate() -> list[Instrument]:
    """Instruments that can be entered outside an infusion session, where the bedside has its own pages."""
    return [one for one in library() if one.entry is Entry.ITEMS and not _in_session(one)]


def _in_session(instrument: Instrument) -> bool:
    return any(DICTIONARY[fact.code].in_session for fact in instrument.facts)


def current_wording(instrument_id: str) -> LoadedWording | None:
    """The official wording that is served now."""
    latest: LoadedWording | None = LoadedWording.objects.filter(instrument=instrument_id).first()
    return latest if latest is not None and latest.document is not None else None


def in_words(instrument_id: str, wording: LoadedWording | None) -> Instrument:
    """The instrument in these words.

    Raises:
        InputRefused: no instrument has this id.
    """
    return bundled(instrument_id) if wording is None else _fitted(wording.id)


def instrument_of(sheet: AnswerSheet) -> Instrument:
    """The instrument in the words in which this sheet was answered."""
    return bundled(sheet.instrument) if sheet.wording_id is None else _fitted(sheet.wording_id)


@transaction.atomic
def load_wording(instrument_id: str, data: bytes, *, by: User) -> LoadedWording | Misfit:
    """Serve this FHIR Questionnaire word for word from now on, or say item by item why it does not fit.

    Raises:
        InputRefused: the file is not a FHIR R4 Questionnaire, or no instrument has this id.
    """
    wording = read_questionnaire(data)
    fitted = fit(wording, bundled(instrument_id))
    if isinstance(fitted, Misfit):
        return fitted
    loaded = LoadedWording(
        instrument=instrument_id, number=_next_number(instrument_id), sha256=wording.sha256, document=data, title=wording.title[:240],
        copyright=wording.copyright, adapted=[one.as_dict() for one in wording.adapted],
        loaded_at=clock.now(), loaded_by=by,
    )  # fmt: skip
    loaded.save()
    record("questionnaires.wording.loaded", about=loaded,
           detail={"instrument": instrument_id, "sha256": wording.sha256})  # fmt: skip
    return loaded


@transaction.atomic
def take_wording_back(instrument_id: str, *, by: User) -> None:
    """Show our own short labels again; sheets already answered keep the words they were answered in."""
    if current_wording(instrument_id) is None:
        return
    number = _next_number(instrument_id)
    row = LoadedWording(instrument=instrument_id, number=number, loaded_at=clock.now(), loaded_by=by)
    row.save()
    record("questionnaires.wording.taken_back", about=row, detail={"instrument": instrument_id})


def _next_number(instrument_id: str) -> int:
    return LoadedWording.objects.filter(instrument=instrument_id).count() + 1


@lru_cache(maxsize=32)
def _fitted(wording_id: UUID) -> Instrument:
    """A row is never changed, so it is read and fitted once."""
    row = LoadedWording.objects.get(id=wording_id)
    fitted = fit(read_questionnaire(bytes(row.document or b"")), bundled(row.instrument))
    if isinstance(fitted, Misfit):
        raise RuntimeError("wording that fitted when it was loaded no longer fits the bundled instrument")  # noqa: TRY004
    return fitted
