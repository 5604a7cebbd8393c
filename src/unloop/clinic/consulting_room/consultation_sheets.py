"""Giving the sheet, what the person says to it, and noticing when a number on it has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from unloop.care.consultation import LANGUAGES, consent_text, ready_to_choose
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, load_chart, load_charts
from unloop.clinic.consulting_room.consultation_numbers import Numbers, changed, numbers
from unloop.clinic.consulting_room.models import Consent, ConsultationSheet, WhatMatters
from unloop.clinic.consulting_room.signer import signer
from unloop.facts import Chart
from unloop.quantity import InputRefused

TIME_TO_THINK = timedelta(hours=24)
"""Policy of the clinic: a day between the sheet and the signature, unless the person says why not."""


@dataclass(frozen=True, slots=True)
class SheetState:
    """A sheet that was given, and what has changed since: with anything, it is void.

    Attributes:
        changed: the studies, or the protocol, of which a number is another one now.
        text_changed: whether another version of the text is talked through now.
        answer: the last one since it was given, taking it back included; None while the person thinks it over.
    """

    sheet: ConsultationSheet
    changed: tuple[str, ...]
    text_changed: bool
    answer: Consent.Answer | None

    @property
    def void(self) -> bool:
        """Whether it may be signed no more."""
        return bool(self.changed) or self.text_changed

    @property
    def why(self) -> tuple[str, ...]:
        """What has changed, as it is said."""
        return (*self.changed, _("its text")) if self.text_changed else self.changed

    @property
    def thought_for(self) -> timedelta:
        """How long the person has had it."""
        return clock.now() - self.sheet.at

    @property
    def time_is_over(self) -> bool:
        """Whether the time to think is over."""
        return self.thought_for >= TIME_TO_THINK


@dataclass(frozen=True, slots=True)
class ToTalkOver:
    """A person whose consent was signed under numbers that have changed since, before anything was given on it."""

    person: Person
    agreed_at: datetime
    changed: tuple[str, ...]


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
    since = Consent.objects.filter(person=OuterRef("person"), at__gte=OuterRef("at")).order_by("-at")
    given = ConsultationSheet.objects.filter(person=person).annotate(
        answer=Subquery(since.values("answer")[:1])
    )
    sheet = given.order_by("-at").first()
    if sheet is None:
        return None
    answer = Consent.Answer(sheet.answer) if sheet.answer else None
    return SheetState(sheet, _changed(sheet, now), _other_text(sheet), answer)


def sheet_to_sign(person: Person, *, language: str = LANGUAGES[0]) -> ConsultationSheet:
    """The sheet that a signature stands under; given this minute where it is only now talked through.

    Args:
        person: who signs or answers.
        language: of the sheet that is talked through, where none was given before.

    Raises:
        InputRefused: a number or the text has changed since it was given.
    """
    state = last_sheet(person, numbers())
    if state is None:
        return give_sheet(person, language)
    if state.void:
        raise InputRefused(
            "sheet", given=_("what has changed since: %s") % ", ".join(state.why),
            allowed=_("a sheet whose numbers and text stand"), mend=_("give the sheet anew and talk it through again"),
        )  # fmt: skip
    return state.sheet


@transaction.atomic
def keep_what_matters(
    person: Person,
    *,
    matters: Mapping[str, str],
    sure: Mapping[str, bool | None],
    language: str = LANGUAGES[0],
) -> WhatMatters:
    """Keep what a person said about what matters and about being ready to choose, asked in a language.

    Raises:
        InputRefused: a number or the text of the sheet that was given has changed.
    """
    said = WhatMatters(
        person=person, sheet=sheet_to_sign(person, language=language), matters=dict(matters), sure=dict(sure),
        ready=ready_to_choose(sure), at=clock.now(), by=signer(),
    )  # fmt: skip
    said.save()
    record("consulting_room.consultation.answered", person=person.id, about=said)
    return said


def last_what_matters(person: Person) -> WhatMatters | None:
    """What the person said last."""
    latest: WhatMatters | None = WhatMatters.objects.filter(person=person).order_by("-at").first()
    return latest


def changed_since(consent: Consent | None, now: Numbers, *, chart: Chart | None = None) -> tuple[str, ...]:
    """The studies of which a number has changed since a consent was signed that nothing was given on yet.

    Args:
        consent: the last answer, with the sheet that it was given under.
        now: the numbers as they stand.
        chart: the person's, where it is read already.
    """
    if consent is None or consent.answer != Consent.Answer.GIVEN:
        return ()
    found = _changed_under(consent, now)
    return found if found and not _acted_on(consent, chart or load_chart(consent.person)) else ()


def consents_to_talk_over() -> tuple[ToTalkOver, ...]:
    """Every consent that stands, was not yet acted on, and was signed under numbers that have changed since."""
    now = numbers()
    standing = [one for one in _standing_under_other_numbers(now) if _changed_under(one, now)]
    charts = load_charts(one.person for one in standing) if standing else {}
    return tuple(
        ToTalkOver(one.person, one.at, _changed_under(one, now))
        for one in standing
        if not _acted_on(one, charts[one.person_id])
    )


def void_sheets() -> int:
    """How many people hold a sheet that was not signed yet and may be signed no more."""
    now = numbers()
    latest = ConsultationSheet.objects.filter(person=OuterRef("person")).order_by("-at").values("pk")[:1]
    unsigned = ConsultationSheet.objects.filter(pk=Subquery(latest), takings__isnull=True)
    return sum(bool(_changed(one, now)) or _other_text(one) for one in unsigned)


def _standing_under_other_numbers(now: Numbers) -> list[Consent]:
    latest = Consent.objects.filter(person=OuterRef("person")).order_by("-at").values("pk")[:1]
    standing = Consent.objects.filter(pk=Subquery(latest), answer=Consent.Answer.GIVEN, taking__isnull=False)
    other = standing.exclude(taking__sheet__numbers_sha256=now.sha256)
    return list(other.select_related("person", "taking__sheet").order_by("at"))


def _changed_under(consent: Consent, now: Numbers) -> tuple[str, ...]:
    taking = getattr(consent, "taking", None)
    return () if taking is None else _changed(taking.sheet, now)


def _changed(sheet: ConsultationSheet, now: Numbers) -> tuple[str, ...]:
    return () if sheet.numbers_sha256 == now.sha256 else changed(sheet.numbers, now)


def _other_text(sheet: ConsultationSheet) -> bool:
    return sheet.language not in LANGUAGES or sheet.text_sha256 != consent_text(sheet.language).sha256


def _acted_on(consent: Consent, chart: Chart) -> bool:
    """Whether an infusion was begun after it."""
    begun = [one.at for one in chart.own_infusions or ()]
    told = [one.at for one in chart.facts if one.code == "infusion_given"]
    return any(at >= consent.at for at in (*begun, *told))
