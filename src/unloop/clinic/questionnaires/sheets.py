"""Answer sheets: started, answered one question at a time, sent once; nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from unloop.care.symptoms import Answer, Responses, Silence, answer, write_answers
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User
from unloop.clinic.questionnaires import results, safety, second, targets
from unloop.clinic.questionnaires.languages import clinic_language, language_of
from unloop.clinic.questionnaires.models import AnswerGiven, AnswerSheet, Invitation
from unloop.clinic.questionnaires.wordings import current_wording, in_words, instrument_of
from unloop.clinic.work.services import Task
from unloop.quantity import InputRefused


class SheetClosed(InputRefused):
    """The sheet was sent; it takes no further answer."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one answer did.

    Attributes:
        sheet: with the answer in it.
        task: the safety task that this sheet has opened, where this answer calls for one.
    """

    sheet: AnswerSheet
    task: Task | None


def sheets_of(person: Person) -> QuerySet[AnswerSheet]:
    """A person's sheets that were sent, the latest first; second ratings stand beside the first and not here."""
    sent = AnswerSheet.objects.filter(person=person, sent_at__isnull=False, second_to=None)
    return sent.select_related("entered_by", "wording", "invitation__reader").order_by("-sent_at")


@transaction.atomic
def sheets_for(invitation: Invitation) -> list[AnswerSheet]:
    """The sheets of a link in the order in which they are asked; started on the first look."""
    started = {
        sheet.instrument: sheet
        for sheet in AnswerSheet.objects.filter(invitation=invitation).select_related("wording", "person")
    }
    for instrument_id in invitation.instruments:
        if instrument_id not in started:
            started[instrument_id] = _start(
                instrument_id,
                AnswerSheet(person=invitation.person, invitation=invitation),
                spoken=language_of(invitation).code,
            )
    return [started[instrument_id] for instrument_id in invitation.instruments]


@transaction.atomic
def reword(invitation: Invitation) -> None:
    """Put what is not sent yet into the words of the language that the link speaks now; what was answered stays.

    Official words are served in their own language alone: where the new one has none, our labels are.
    """
    spoken = language_of(invitation).code
    begun = AnswerSheet.objects.filter(invitation=invitation, sent_at=None).select_related("wording")
    for sheet in begun:
        if sheet.wording is not None and sheet.wording.language in ("", spoken):
            continue
        wording = current_wording(sheet.instrument, spoken)
        if wording == sheet.wording:
            continue
        sheet.wording, sheet.instrument_version = wording, in_words(sheet.instrument, wording).version
        sheet.save(update_fields=["wording", "instrument_version"])
        record("questionnaires.sheet.reworded", person=sheet.person_id, about=sheet,
               detail={"language": spoken, "version": sheet.instrument_version})  # fmt: skip


@transaction.atomic
def start_rating(person: Person, instrument_id: str, *, sheet_id: UUID, by: User) -> AnswerSheet:
    """The sheet on which a clinician rates; the same id is started once only.

    Raises:
        InputRefused: this id is the sheet of another person, instrument or rater.
    """
    found = AnswerSheet.objects.select_related("wording", "person").filter(id=sheet_id).first()
    if found is None:
        begun = _start(instrument_id, AnswerSheet(id=sheet_id, person=person, entered_by=by))
        second.take_up(begun, by)
        return begun
    if (found.person_id, found.instrument, found.entered_by_id) != (person.id, instrument_id, by.pk):
        raise InputRefused("rating", given="another sheet", allowed="a sheet of this person and rater",
                           mend="open the rating page again")  # fmt: skip
    return found


@transaction.atomic
def give_answer(sheet_id: UUID, link_id: str, token: str) -> Given:
    """Keep one answer, and open the task that it calls for, in one transaction. The same answer again adds nothing.

    Raises:
        InputRefused: the question or the answer does not exist.
        SheetClosed: the sheet was sent.
    """
    sheet = _locked(sheet_id)
    _refuse_closed(sheet)
    instrument = instrument_of(sheet)
    before = responses_of(sheet)
    after = answer(instrument, before, link_id=link_id, token=token)
    if after.answers != before.answers:
        AnswerGiven(sheet=sheet, link_id=link_id, token=token, at=clock.now()).save()
        sheet.answers = write_answers(after)
        sheet.save(update_fields=["answers"])
        record(
            "questionnaires.answer.given", person=sheet.person_id, about=sheet, detail={"question": link_id}
        )
    says_more = after.answers.get(link_id) != before.answers.get(link_id)
    return Given(sheet, safety.watch(sheet, instrument, after, answered=link_id if says_more else ""))


@transaction.atomic
def send(sheet_id: UUID, *, at: datetime | None = None) -> AnswerSheet:
    """Close a sheet: score it, write the facts, and see that an answer on suicide has an owner.

    A sheet that was sent before stays as it is.

    Args:
        sheet_id: which.
        at: when it was answered; by default now.
    """
    sheet = _locked(sheet_id)
    if sheet.sent_at is not None:
        return sheet
    instrument = instrument_of(sheet)
    sheet.sent_at = at or clock.now()
    responses = responses_of(sheet)
    sheet.score = results.summarise(instrument, responses, person=sheet.person)
    if sheet.invitation is not None:
        sheet.reads_on = results.reading_day(results.clinic_day())
        sheet.language = language_of(sheet.invitation).code
    sheet.save(update_fields=["sent_at", "score", "reads_on", "language"])
    record("questionnaires.sheet.sent", person=sheet.person_id, about=sheet,
           detail={"instrument": sheet.instrument, "version": sheet.instrument_version})  # fmt: skip
    results.add_to_chart(sheet, instrument, responses)
    safety.watch_when_sent(sheet, instrument, responses)
    return sheet


@transaction.atomic
def send_all(invitation_id: UUID) -> Invitation:
    """Send every sheet of a link, close the link, and ask its reader to read. A second time changes nothing."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("person", "reader")
        .get(id=invitation_id)
    )
    if invitation.sent_at is None:
        sheets = [send(sheet.id) for sheet in sheets_for(invitation)]
        invitation.sent_at = clock.now()
        invitation.save(update_fields=["sent_at"])
        record("questionnaires.link.sent", person=invitation.person_id, about=invitation)
        results.ask_to_read(invitation, sheets)
    return invitation


@transaction.atomic
def rate(
    person: Person,
    instrument_id: str,
    answers: Mapping[str, Answer],
    *,
    at: datetime | None = None,
    by: User | None = None,
) -> AnswerSheet:
    """A clinician's rating, complete at once.

    Args:
        person, instrument_id: who is rated, with what.
        answers: by linkId.
        at: when; by default now.
        by: who rated; by default whoever acts.

    Raises:
        InputRefused: an answer that the instrument cannot have, or nobody on the staff acts.
    """
    rater = by or _acting_user()
    sheet = _start(instrument_id, AnswerSheet(person=person, entered_by=rater))
    for link_id, given in answers.items():
        if given is not None:
            give_answer(sheet.id, link_id, str(given))
    return send(sheet.id, at=at)


@transaction.atomic
def answer_sheet(invitation: Invitation, answers: Mapping[str, Mapping[str, Answer]]) -> list[AnswerSheet]:
    """Answer and send a whole link at once, by instrument and linkId, as the person would page by page.

    Raises:
        InputRefused: an answer that the instrument cannot have.
    """
    for sheet in sheets_for(invitation):
        for link_id, given in answers.get(sheet.instrument, {}).items():
            if given is not None:
                give_answer(sheet.id, link_id, str(given))
    send_all(invitation.id)
    return list(AnswerSheet.objects.filter(invitation=invitation))


def responses_of(sheet: AnswerSheet) -> Responses:
    """A sheet's answers as the core reads them."""
    return Responses(sheet.instrument, sheet.sent_at or clock.now(), answers_of(sheet))


def answers_of(sheet: AnswerSheet) -> dict[str, Answer]:
    """A sheet's answers by linkId."""
    return {
        link_id: Silence(given) if isinstance(given, str) else given
        for link_id, given in sheet.answers.items()
    }


def _start(instrument_id: str, sheet: AnswerSheet, *, spoken: str = "") -> AnswerSheet:
    """A new sheet in the words of this language; by default the clinic's own."""
    wording = current_wording(instrument_id, spoken or clinic_language().code)
    instrument = in_words(instrument_id, wording)
    sheet.instrument, sheet.instrument_version, sheet.wording = instrument.id, instrument.version, wording
    sheet.targets = targets.asked_about(sheet.person) if instrument.id == targets.CHECK_IN else []
    sheet.started_at = clock.now()
    sheet.save(force_insert=True)
    record("questionnaires.sheet.started", person=sheet.person_id, about=sheet,
           detail={"instrument": instrument.id, "version": instrument.version})  # fmt: skip
    return sheet


def _locked(sheet_id: UUID) -> AnswerSheet:
    sheet: AnswerSheet = (
        AnswerSheet.objects.select_for_update(of=("self",))
        .select_related("person", "wording", "invitation__reader", "invitation__person", "entered_by")
        .get(id=sheet_id)
    )
    return sheet


def _refuse_closed(sheet: AnswerSheet) -> None:
    if sheet.sent_at is not None:
        raise SheetClosed("answers", given="a sheet that was sent", allowed="a sheet that is still open",
                          mend="ask the clinic for a new link if an answer was wrong")  # fmt: skip


def _acting_user() -> User:
    actor = current_actor()
    user = User.objects.filter(id=actor.id).first() if actor.id else None
    if user is None:
        raise InputRefused("rating", given="nobody", allowed="a member of staff", mend="say who rated")
    return user
