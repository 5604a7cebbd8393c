"""What a sent sheet says: its score, what changed, the facts it adds, and who is asked to read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import uuid5

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unloop.care.symptoms import (
    Change,
    Instrument,
    Responses,
    Score,
    SuicideAnswer,
    change_of_totals,
    fact_values,
    score,
)
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, Person, add_facts
from unloop.clinic.people.services import User, clinic_here
from unloop.clinic.questionnaires import second, targets
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.wordings import instrument_of
from unloop.clinic.work.services import NewTask, TaskKind, duty_owners, open_task
from unloop.facts import DICTIONARY

READ_BY = time(17, 0)
"""Until when on the day that the person was told the answers are read (policy)."""
_BANDS: dict[str, Promise] = {
    "conventional": gettext_lazy("conventional bands"),
    "empirical": gettext_lazy("bands found in a study"),
    "line-of-9": gettext_lazy("line of 9 points"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """A sent sheet as staff see it.

    Attributes:
        sheet, instrument, score: the form, in whose words, and what it says.
        change: from the sheet of the same instrument before it; None for the first one or without totals.
        since: when that one was answered.
    """

    sheet: AnswerSheet
    instrument: Instrument
    score: Score
    change: Change | None = None
    since: datetime | None = None

    @property
    def bands(self) -> str:
        """Whose bands the score is read by, in words; empty where it is read by none."""
        return bands_in_words(self.score.band_scheme) if self.score.band_scheme else ""


def bands_in_words(scheme: str) -> str:
    """A scheme of bands as one cites it: `kroenke-2001` becomes "bands of Kroenke 2001"."""
    author, _dash, year = scheme.rpartition("-")
    if author and len(year) == 4 and year.isdecimal():
        return _("bands of %(author)s %(year)s") % {"author": author.replace("-", " ").title(), "year": year}
    return str(_BANDS.get(scheme, scheme.replace("-", " ")))


def summarise(instrument: Instrument, responses: Responses, *, person: Person) -> dict[str, Any]:
    """The score as it is kept with the sheet."""
    scored = score(instrument, responses, sex=person.as_facts_person().sex)
    return {
        "total": scored.total, "band": scored.band, "band_scheme": scored.band_scheme,
        "at_least": scored.at_least, "subscales": dict(scored.subscales), "missing": list(scored.missing),
        "suicide": scored.suicide.value if scored.suicide else None,
    }  # fmt: skip


def score_of(sheet: AnswerSheet) -> Score:
    """The score that was kept when the sheet was sent."""
    kept = sheet.score
    if sheet.sent_at is None or kept is None:
        raise RuntimeError("a sheet is scored when it is sent")
    return Score(
        instrument=sheet.instrument, at=sheet.sent_at, total=kept["total"], band=kept["band"],
        band_scheme=kept["band_scheme"], at_least=kept["at_least"], subscales=kept["subscales"],
        missing=tuple(kept["missing"]), suicide=SuicideAnswer(kept["suicide"]) if kept["suicide"] else None,
    )  # fmt: skip


def results(sheets: Iterable[AnswerSheet]) -> list[Result]:
    """Sheets of one person with what changed since the one before of the same instrument, in their order."""
    ordered = list(sheets)
    before: dict[str, Score] = {}
    found: dict[object, Result] = {}
    for sheet in sorted(ordered, key=lambda one: (one.sent_at or one.started_at, one.started_at)):
        instrument, scored = instrument_of(sheet), score_of(sheet)
        earlier = before.get(sheet.instrument)
        if earlier is None or earlier.total is None or scored.total is None:
            found[sheet.pk] = Result(sheet, instrument, scored)
        else:
            moved = change_of_totals(instrument, earlier.total, scored.total)
            found[sheet.pk] = Result(sheet, instrument, scored, moved, earlier.at)
        if scored.total is not None:
            before[sheet.instrument] = scored
    return [found[sheet.pk] for sheet in ordered]


def add_to_chart(sheet: AnswerSheet, instrument: Instrument, responses: Responses) -> None:
    """Append the facts that the score gives; facts bound to a session are the bedside's, a second rating gives none."""
    if second.is_second(sheet):
        return
    values: dict[str, Any] = {**fact_values(instrument, responses, score_of(sheet))}
    if sheet.instrument == targets.CHECK_IN:
        values |= targets.facts_of(sheet, instrument, responses)
    add_facts(
        sheet.person,
        [
            NewFact(
                code, value, at=sheet.sent_at, source=f"questionnaire/{sheet.id}", id=uuid5(sheet.id, code)
            )
            for code, value in values.items()
            if not DICTIONARY[code].in_session
        ],
    )


def ask_to_read(invitation: Invitation, sheets: Sequence[AnswerSheet]) -> None:
    """Open the reader's task for the answers of one link."""
    due = datetime.combine(reading_day(clinic_day()), READ_BY, tzinfo=clinic_zone())
    open_task(
        NewTask(
            kind=TaskKind.READ_ANSWERS, person=invitation.person, reason=f"read:{invitation.id}",
            owner=reader_of(invitation), due_at=due,
            detail={"questionnaires": ", ".join(sheet.instrument for sheet in sheets)},
        )
    )  # fmt: skip


def reader_of(invitation: Invitation) -> User:
    """Who reads the answers: as was said, and where they have left the staff whoever has to act now."""
    if invitation.reader.is_active or not (left_to_act := duty_owners()):
        return invitation.reader
    return left_to_act[0]


def clinic_day() -> date:
    """The day it is at the clinic, also where no request has said so (a command, the demo)."""
    return timezone.localdate(clock.now(), clinic_zone())


def clinic_zone() -> tzinfo:
    """The clinic's zone; the one in use before there is a clinic."""
    organisation = clinic_here().organisation
    return organisation.tz if organisation else timezone.get_current_timezone()


def reading_day(today: date | None = None) -> date:
    """The next working day: when answers that arrive today are read, and not before (policy)."""
    day = (today or clock.today()) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
