"""A task in words: what is to be done, what it is about, and the page on which it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unloop.care.symptoms import SuicideAnswer, bundled
from unloop.clinic.people.services import User, may_open
from unloop.clinic.work.models import Task, TaskKind
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused
from unloop.quantity.duration import Duration

_SPOKE: dict[str, Promise] = {
    SuicideAnswer.POSITIVE.value: gettext_lazy("speaks of suicide"),
    SuicideAnswer.UNANSWERED.value: gettext_lazy("left open, which is not a no"),
    SuicideAnswer.NEGATIVE.value: gettext_lazy("does not speak of suicide"),
}


_TO_CALL = frozenset({TaskKind.CONTACT, TaskKind.SAFETY, TaskKind.ADVERSE_EVENT})
"""Tasks for which the person may have to be called at once."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line about a task."""

    label: str | Promise
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """The page on which a task is done."""

    label: str | Promise
    address: str


def kind_in_words(task: Task) -> str:
    """What kind of task it is; of a question on suicide that was left open nobody says that it speaks of suicide."""
    if task.kind == TaskKind.SAFETY and task.detail.get("answer") == SuicideAnswer.UNANSWERED.value:
        return _("question on suicide left open")
    return str(TaskKind(task.kind).label)


def in_words(task: Task) -> str:
    """What is to be done, in one line, e.g. `call 24 hours after the end of infusion 3`."""
    kind, detail = kind_in_words(task), task.detail
    match TaskKind(task.kind):
        case TaskKind.CONTACT if "after" in detail:
            return _("call %(after)s after the end of infusion %(number)s") % _counted(task)
        case TaskKind.RATE if "after" in detail:
            return _("rate the %(measure)s, %(after)s after the end of infusion %(number)s") % _counted(task)
        case TaskKind.SAFETY if "questionnaire" in detail:
            return f"{kind}: {_title(detail['questionnaire'])}"
        case TaskKind.READ_ANSWERS if "questionnaires" in detail:
            return f"{kind}: {_titles(detail['questionnaires'])}"
        case TaskKind.ADVERSE_EVENT if "term" in detail:
            return f"{kind}: {detail['term']}"
        case (
            TaskKind.CONTACT
            | TaskKind.RATE
            | TaskKind.SAFETY
            | TaskKind.READ_ANSWERS
            | TaskKind.ADVERSE_EVENT
        ):
            return kind


def about(task: Task) -> tuple[Said, ...]:
    """What stands with a task, in words; a code that has none is not shown."""
    detail = task.detail
    lines = [
        (_("Infusion"), str(detail.get("infusion") or "")),
        (_("When"), _("%s after its end") % _after(task) if "after" in detail else ""),
        (_("Ask about"), str(detail.get("asks") or "")),
        (_("Rate"), _measure(task) if "measure" in detail else ""),
        (_("Questionnaire"), _title(str(detail.get("questionnaire") or ""))),
        (_("Questionnaires"), _titles(str(detail.get("questionnaires") or ""))),
        (_("The answer"), str(_SPOKE.get(str(detail.get("answer")), ""))),
        (_("Phone"), task.person.phone if task.kind in _TO_CALL else ""),
        (_("Rule"), str(detail.get("rule") or "")),
    ]
    return tuple(Said(label, words) for label, words in lines if words)


def place_of(task: Task, reader: User) -> Place | None:
    """Where a task is done, if that is a page that the reader may open."""
    match TaskKind(task.kind):
        case TaskKind.SAFETY:
            sheet = task.reason.partition(":")[2]
            return _place(
                gettext_lazy("Read the answers"), "questionnaires:sheet", reader, task.person_id, sheet
            )
        case TaskKind.READ_ANSWERS:
            return _place(gettext_lazy("Read the answers"), "questionnaires:person", reader, task.person_id)
        case TaskKind.RATE:
            instrument = str(task.detail.get("measure") or "ybocs")
            return _place(gettext_lazy("Rate now"), "questionnaires:rate", reader, task.person_id, instrument)
        case TaskKind.ADVERSE_EVENT:
            return _place(
                gettext_lazy("Open adverse events"), "follow_up:adverse_events", reader, task.person_id
            )
        case TaskKind.CONTACT:
            return _place(gettext_lazy("Look at the course"), "chart:person", reader, task.person_id)


def _place(label: Promise, route: str, reader: User, *further: object) -> Place | None:
    try:
        return Place(label, reverse(route, args=further)) if may_open(reader, route) else None
    except NoReverseMatch:
        return None


def _counted(task: Task) -> dict[str, object]:
    return {"after": _after(task), "number": task.detail.get("infusion", ""), "measure": _measure(task)}


def _after(task: Task) -> str:
    try:
        return Duration.parse(str(task.detail["after"])).words()
    except InputRefused:
        return ""


def _measure(task: Task) -> str:
    code = str(task.detail.get("measure") or "ybocs")
    return DICTIONARY[code].label if code in DICTIONARY else ""


def _titles(listed: str) -> str:
    return ", ".join(title for one in listed.split(", ") if (title := _title(one)))


def _title(instrument_id: str) -> str:
    try:
        return bundled(instrument_id).title if instrument_id else ""
    except InputRefused:
        return ""
