"""Whose words stand on the page: our own short labels, or the official wording that the clinic loaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never
from uuid import UUID

from django.db import transaction

from unloop.care.symptoms import (
    Instrument,
    Licence,
    Respondent,
    bundled,
    library,
    read_targets,
    target_item,
    with_targets,
)
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.services import User, current_protocol, protocol_of
from unloop.clinic.questionnaires.languages import clinic_language, language, main_part
from unloop.clinic.questionnaires.models import AnswerSheet, LoadedWording
from unloop.facts import DICTIONARY
from unloop.fhir import Misfit, NotUnderstood, OfficialWording, fit, read_questionnaire
from unloop.protocol import bundled as bundled_protocol
from unloop.quantity import InputRefused

FAMILY_PORTRAIT = "family-health-portrait"
"""A questionnaire that is no instrument of ours: kept and shown word for word, and never scored."""

FAMILY_PORTRAIT_LOINC = "54127-6"
"""By which code a file says that it is the US Surgeon General's family health portrait."""


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
    """Every instrument; those of an infusion session become facts only there, where the bedside has its own pages."""
    return list(library())


def can_be_worded() -> list[Instrument]:
    """Instruments whose official wording a clinic may load: all but those that are wholly ours."""
    return [one for one in library() if one.licence is not Licence.OWN]


def in_session(instrument: Instrument) -> bool:
    """Whether its facts belong to an infusion session, so that a rating outside of one is kept as a form only."""
    return any(DICTIONARY[fact.code].in_session for fact in instrument.facts)


def current_wording(instrument_id: str, spoken: str) -> LoadedWording | None:
    """The official wording that is served now to whoever reads this language; None where our own labels are.

    Words of another language are never served in its place; what was loaded before languages were told apart is.
    """
    latest: dict[str, LoadedWording] = {}
    for row in LoadedWording.objects.filter(instrument=instrument_id, language__in=[spoken, ""]):
        latest.setdefault(row.language, row)
    served = (latest[code] for code in (spoken, "") if code in latest)
    return next((row for row in served if row.document is not None), None)


def wording_for_rating(instrument_id: str) -> LoadedWording | None:
    """The official wording in which a clinician rates: the clinic's own language."""
    return current_wording(instrument_id, clinic_language().code)


def current_wordings() -> dict[str, list[LoadedWording]]:
    """The official wordings that are served now, by instrument, each language once, the clinic's own first."""
    latest: dict[tuple[str, str], LoadedWording] = {}
    for row in LoadedWording.objects.select_related("loaded_by").defer("document"):
        latest.setdefault((row.instrument, row.language), row)
    own, found = clinic_language().code, dict[str, list[LoadedWording]]()
    for row in sorted(latest.values(), key=lambda row: (row.language != own, row.language)):
        if row.sha256:
            found.setdefault(row.instrument, []).append(row)
    return found


def in_words(instrument_id: str, wording: LoadedWording | None) -> Instrument:
    """The instrument in these words.

    Raises:
        InputRefused: no instrument has this id.
    """
    return bundled(instrument_id) if wording is None else _fitted(wording.id)


def instrument_of(sheet: AnswerSheet) -> Instrument:
    """The instrument in the words in which this sheet was answered, with the person's own symptoms where it asks."""
    served = bundled(sheet.instrument) if sheet.wording_id is None else _fitted(sheet.wording_id)
    return served if not sheet.targets else with_targets(served, read_targets(sheet.targets))


def said_by(sheet: AnswerSheet) -> dict[str, str]:
    """The person's own words that a question is about, by linkId; empty where a sheet asks about none."""
    return {target_item(place): one.symptom.in_own_words
            for place, one in enumerate(read_targets(sheet.targets))}  # fmt: skip


@transaction.atomic
def load_wording(
    instrument_id: str, data: bytes, *, by: User, permission: str = "", spoken: str = ""
) -> LoadedWording | Misfit:
    """Serve this FHIR Questionnaire word for word from now on, or say item by item why it does not fit.

    It is served to whoever reads its language; in other languages our own labels stay until their file is loaded.

    Args:
        instrument_id: an instrument, or `FAMILY_PORTRAIT`, which is kept to be read and not fitted to anything.
        data: the file.
        by: who loads it.
        permission: by what right the clinic uses it; needed unless the wording is in the public domain.
        spoken: the code of its language; needed unless the file names it.

    Raises:
        InputRefused: the file is not a FHIR R4 Questionnaire, no instrument has this id, its words are ours, the
            right to use it was not said, or its language is not known, is another one, or is none of ours.
    """
    wording, code = read_questionnaire(data), ""
    if instrument_id != FAMILY_PORTRAIT:
        instrument = bundled(instrument_id)
        _check_right(instrument, permission)
        code = _language_of(wording, spoken)
        fitted = fit(wording, instrument)
        if isinstance(fitted, Misfit):
            return fitted
    elif not any(coding.code == FAMILY_PORTRAIT_LOINC for coding in wording.codes):
        return Misfit((NotUnderstood("code", f"the file does not say LOINC {FAMILY_PORTRAIT_LOINC}"),))
    loaded = LoadedWording(
        instrument=instrument_id, language=code, number=_next_number(instrument_id), sha256=wording.sha256, document=data, title=wording.title[:240],
        copyright=wording.copyright, permission=permission[:240], adapted=[one.as_dict() for one in wording.adapted],
        loaded_at=clock.now(), loaded_by=by,
    )  # fmt: skip
    loaded.save()
    record("questionnaires.wording.loaded", about=loaded,
           detail={"instrument": instrument_id, "language": code, "sha256": wording.sha256})  # fmt: skip
    return loaded


def _language_of(wording: OfficialWording, spoken: str) -> str:
    """The language of a file, as it says itself or as whoever loads it says; never guessed."""
    named = main_part(wording.language)
    if spoken and named and spoken != named:
        raise InputRefused("language", given=spoken, allowed=f"{named}, which the file names",
                           mend="choose the language of the file, or load the other file")  # fmt: skip
    if not spoken and not named:
        raise InputRefused("language", given="a file that does not name its language", allowed="a language that is said",
                           mend="choose the language in which its words are written")  # fmt: skip
    return language(spoken or named).code


def _check_right(instrument: Instrument, permission: str) -> None:
    match instrument.licence:
        case Licence.OWN:
            raise InputRefused("official wording", given="an instrument that is wholly ours",
                               allowed="an instrument of somebody else", mend="choose another one")  # fmt: skip
        case Licence.PUBLIC_DOMAIN:
            return
        case Licence.REGISTRATION | Licence.COMMERCIAL | Licence.UNKNOWN:
            if not permission.strip():
                raise InputRefused("right to use it", given=None, allowed="a licence, a registration or a permission",
                                   mend="write by what right the clinic uses this wording")  # fmt: skip
        case _:
            assert_never(instrument.licence)


def document_of(wording: LoadedWording) -> OfficialWording:
    """Everything that the loaded file asks, as plain text."""
    return read_questionnaire(bytes(wording.document or b""))


@transaction.atomic
def take_wording_back(instrument_id: str, *, by: User, spoken: str = "") -> None:
    """Show our own short labels again in this language; sheets already answered keep their words."""
    latest = LoadedWording.objects.filter(instrument=instrument_id, language=spoken).first()
    if latest is None or latest.document is None:
        return
    row = LoadedWording(
        instrument=instrument_id, language=spoken, number=_next_number(instrument_id), loaded_at=clock.now(), loaded_by=by
    )  # fmt: skip
    row.save()
    record("questionnaires.wording.taken_back", about=row,
           detail={"instrument": instrument_id, "language": spoken})  # fmt: skip


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
