"""The safety rule: an answer that speaks of suicide, or withholds it, has an owner before the next page renders."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime

from unloop.care.symptoms import Instrument, Responses, Silence, SuicideAnswer, suicide_answer
from unloop.clinic.audit import clock
from unloop.clinic.people.services import User
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.results import clinic_zone
from unloop.clinic.work.services import (
    DutyOwner,
    NewTask,
    Task,
    TaskKind,
    duty_owner,
    duty_owners,
    first_gap,
    open_task,
    say_more,
)
from unloop.quantity import InputRefused

ACT_WITHIN = timedelta(hours=1)
"""By when the duty owner acts (policy)."""


class NobodyOnDuty(InputRefused):
    """A question on suicide would be open while nobody has to act on the answer."""


def watch_over(until: datetime) -> None:
    """Make sure that somebody is on duty from now on until a link closes.

    Raises:
        NobodyOnDuty: with the first moment at which nobody is.
    """
    gap = first_gap(clock.now(), until)
    if gap is not None:
        raise NobodyOnDuty("duty", given=f"nobody from {date_format(localtime(gap, clinic_zone()), 'j F Y, H:i')}",
                           allowed="somebody on duty for as long as a question on suicide is open",
                           mend="put somebody on duty until then, or open it for a shorter time")  # fmt: skip


def may_be_asked(instrument: Instrument) -> bool:
    """Whether its questions may be shown now: one that asks about suicide only while somebody is on duty.

    An answer that arrives all the same is kept and has an owner; only asking waits.
    """
    return not asks_about_suicide(instrument) or duty_owner(clock.now()) is not None


def on_duty_for(link_id: str, instrument: Instrument) -> DutyOwner | None:
    """Who is told at once of an answer to this question; None for a question that is read with all the others."""
    watched = instrument.suicide.items if instrument.suicide is not None else ()
    return duty_owner(clock.now()) if link_id in watched else None


def asks_about_suicide(instrument: Instrument) -> bool:
    """Whether one of its items does."""
    return instrument.suicide is not None


def watch(
    sheet: AnswerSheet, instrument: Instrument, responses: Responses, *, answered: str = ""
) -> Task | None:
    """After an answer: open the task that it calls for. Runs in the transaction that keeps the answer.

    Args:
        sheet, instrument, responses: the form with all its answers.
        answered: the question that was just answered otherwise than before; one about suicide opens a further task
            where the earlier one was closed, since nobody has acted on this answer yet.
    """
    if instrument.suicide is None:
        return None
    says = suicide_answer(instrument, responses.answers)
    withheld = any(isinstance(responses.answers.get(item), Silence) for item in instrument.suicide.items)
    if says is SuicideAnswer.POSITIVE or (says is SuicideAnswer.UNANSWERED and withheld):
        return _open(sheet, says, anew=answered in instrument.suicide.items)
    return None


def watch_when_sent(sheet: AnswerSheet, instrument: Instrument, responses: Responses) -> Task | None:
    """On sending: a question on suicide that was skipped needs a person as much as a positive one."""
    says = suicide_answer(instrument, responses.answers)
    if says is None or says is SuicideAnswer.NEGATIVE:
        return None
    return _open(sheet, says, anew=False)


def task_of(sheet: AnswerSheet) -> Task | None:
    """The task that this sheet's answers opened; the last one, where a further answer opened a further one."""
    return _tasks_of(sheet).select_related("owner").last()


def _tasks_of(sheet: AnswerSheet) -> QuerySet[Task]:
    about = Task.objects.filter(kind=TaskKind.SAFETY, person=sheet.person, reason__endswith=f":{sheet.id}")
    return about.order_by("opened_at")


def _open(sheet: AnswerSheet, says: SuicideAnswer, *, anew: bool) -> Task:
    before = list(_tasks_of(sheet))
    if before and before[-1].closed_at is None:
        return _worse(before[-1]) if says is SuicideAnswer.POSITIVE else before[-1]
    if before and not anew:
        return before[-1]
    owner, second = _owners(sheet)
    return open_task(
        NewTask(
            kind=TaskKind.SAFETY, person=sheet.person, reason=_reason(sheet, 1 + len(before)), owner=owner,
            escalates_to=second,
            due_at=clock.now() + ACT_WITHIN,
            detail={"questionnaire": sheet.instrument, "answer": says.value},
        )
    )  # fmt: skip


def _worse(task: Task) -> Task:
    """A question that was left open was answered after all, and the answer speaks of suicide: the task says so."""
    said = SuicideAnswer.POSITIVE.value
    return task if task.detail.get("answer") == said else say_more(task, answer=said)


def _reason(sheet: AnswerSheet, number: int) -> str:
    """What names the cause once: `phq-9:<sheet>`, then `phq-9/2:<sheet>`."""
    return f"{sheet.instrument}{'' if number == 1 else f'/{number}'}:{sheet.id}"


def _owners(sheet: AnswerSheet) -> tuple[User, User | None]:
    """Whoever is on duty; where the last one left after the link was made, whoever was to read it or rated."""
    on_duty = duty_owners()
    if on_duty:
        return on_duty[0], on_duty[1] if len(on_duty) > 1 else None
    asked = sheet.entered_by or (sheet.invitation.reader if sheet.invitation else None)
    if asked is None:
        raise RuntimeError("a sheet is entered by somebody or read by somebody")
    return asked, None
