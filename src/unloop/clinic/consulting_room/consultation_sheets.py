"""Giving the sheet, what the person says to it, and noticing when a number on it has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from unloop.care.consultation import consent_text, ready_to_choose
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, load_chart
from unloop.clinic.consulting_room.consultation_numbers import Numbers, changed, numbers
from unloop.clinic.consulting_room.models import Consent, ConsultationSheet, WhatMatters
from unloop.clinic.consulting_room.signer import signer
from unloop.quantity import InputRefused

TIME_TO_THINK = timedelta(hours=24)
"""Policy of the clinic: a day between the sheet and the signature, unless the person says why not."""


@dataclass(frozen=True, slots=True)
class SheetState:
    """A sheet that was given, and the studies of which a number has changed since: with any, it is void."""

    sheet: ConsultationSheet
    changed: tuple[str, ...]

    @property
    def void(self) -> bool:
        """Whether it may be signed no more."""
        return bool(self.changed)

    @property
    def thought_for(self) -> timedelta:
        """How long the person has had it."""
        return clock.now() - self.sheet.at

    @property
    def time_is_over(self) -> bool:
        """Whether the time to think is over."""
        return self.thought_for >= TIME_TO_THINK


@transaction.atomic
def give_sheet(person: Person, language: str) -> ConsultationSheet:
    """Give a person the sheet, with the numbers as they stand now.

    Raises:
        InputRefused: there is no sheet in this language.
    """
    text, found = consent_text(language), numbers()
    sheet = ConsultationSheet(
        person=person, language=language, text_version=text.version, text_sha256=text.sha256,
        numbers=dict(found.values), numbers_sha256=found.sha256, at=clock.now(), by=signer(),
    )  # fmt: skip
    sheet.save()
    detail = {"language": language, "text": text.sha256, "numbers": found.sha256}
    record("consulting_room.consultation.given", person=person.id, about=sheet, detail=detail)
    return sheet


def last_sheet(person: Person, now: Numbers) -> SheetState | None:
    """The sheet that was given last, and whether its numbers stand."""
    sheet = ConsultationSheet.objects.filter(person=person).order_by("-at").first()
    return None if sheet is None else SheetState(sheet, _changed(sheet, now))


def sheet_to_sign(person: Person) -> ConsultationSheet:
    """The sheet that a signature stands under; given this minute where it is only now talked through.

    Raises:
        InputRefused: a number has changed since it was given.
    """
    state = last_sheet(person, numbers())
    if state is None:
        return give_sheet(person, consent_text().sheet.language)
    if state.void:
        raise InputRefused(
            "sheet", given=_("numbers that have changed since: %s") % ", ".join(state.changed),
            allowed=_("a sheet whose numbers stand"), mend=_("give the sheet anew and talk it through again"),
        )  # fmt: skip
    return state.sheet


@transaction.atomic
def keep_what_matters(
    person: Person, *, matters: Mapping[str, str], sure: Mapping[str, bool | None]
) -> WhatMatters:
    """Keep what a person said about what matters and about being ready to choose.

    Raises:
        InputRefused: no sheet was given that it could be said to, or its numbers have changed.
    """
    said = WhatMatters(
        person=person, sheet=sheet_to_sign(person), matters=dict(matters), sure=dict(sure),
        ready=ready_to_choose(sure), at=clock.now(), by=signer(),
    )  # fmt: skip
    said.save()
    record("consulting_room.consultation.answered", person=person.id, about=said)
    return said


def last_what_matters(person: Person) -> WhatMatters | None:
    """What the person said last."""
    latest: WhatMatters | None = WhatMatters.objects.filter(person=person).order_by("-at").first()
    return latest


def changed_since(consent: Consent | None, now: Numbers) -> tuple[str, ...]:
    """The studies of which a number has changed since a consent was signed that nothing was given on yet."""
    taking = getattr(consent, "taking", None)
    if consent is None or taking is None or consent.answer != Consent.Answer.GIVEN:
        return ()
    found = _changed(taking.sheet, now)
    return found if found and not _acted_on(consent) else ()


def consents_to_talk_over() -> tuple[Consent, ...]:
    """Every consent that stands, was not yet acted on, and was signed under numbers that have changed since."""
    now = numbers()
    latest = Consent.objects.filter(person=OuterRef("person")).order_by("-at").values("pk")[:1]
    standing = Consent.objects.filter(pk=Subquery(latest), answer=Consent.Answer.GIVEN).exclude(
        taking__sheet__numbers_sha256=now.sha256
    )
    return tuple(one for one in standing.select_related("person", "taking__sheet") if changed_since(one, now))


def _changed(sheet: ConsultationSheet, now: Numbers) -> tuple[str, ...]:
    return () if sheet.numbers_sha256 == now.sha256 else changed(sheet.numbers, now)


def _acted_on(consent: Consent) -> bool:
    """Whether an infusion was given after it."""
    return any(
        one.code == "infusion_given" and one.at >= consent.at for one in load_chart(consent.person).facts
    )
