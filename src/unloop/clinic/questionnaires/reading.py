"""What waits for a reader: open tasks with the sheets that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from unloop.clinic.audit import clock
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.work.services import Task, TaskKind, open_tasks

KINDS = (TaskKind.SAFETY, TaskKind.READ_ANSWERS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers that somebody has to read or act on.

    Attributes:
        task: who has to, and by when.
        sheets: which answers; not sent yet where the person is still answering.
        overdue: whether it should have been done by now.
    """

    task: Task
    sheets: tuple[AnswerSheet, ...]
    overdue: bool


def waiting() -> list[Waiting]:
    """Everything that waits, what speaks of suicide first."""
    tasks = [task for task in open_tasks() if task.kind in KINDS and named(task) is not None]
    sheets = _sheets([named(task) for task in tasks])
    now = clock.now()
    found = [Waiting(task, tuple(sheets.get(named(task), ())), task.is_overdue(now)) for task in tasks]
    return sorted(found, key=lambda one: (one.task.kind != TaskKind.SAFETY, one.task.due_at))


def tasks_about(sheet: AnswerSheet) -> list[Task]:
    """Open tasks about this sheet."""
    about = Q(reason__endswith=f":{sheet.id}") | Q(reason=f"read:{sheet.invitation_id}")
    open_ = Task.objects.filter(about, person=sheet.person_id, kind__in=KINDS, closed_at__isnull=True)
    return list(open_.select_related("owner"))


def sent_along(sheet: AnswerSheet, tasks: Iterable[Task]) -> list[AnswerSheet]:
    """The other sheets that are read with this one, since one link asked for all of them and one task is to read them."""
    if not any(task.kind == TaskKind.READ_ANSWERS for task in tasks):
        return []
    return list(
        AnswerSheet.objects.filter(invitation=sheet.invitation_id).exclude(pk=sheet.pk).order_by("started_at")
    )


def named(task: Task) -> UUID | None:
    """The sheet or the invitation that a task's reason names."""
    try:
        return UUID(task.reason.rpartition(":")[2])
    except ValueError:
        return None


def _sheets(ids: list[UUID | None]) -> dict[UUID | None, list[AnswerSheet]]:
    """Sheets by their own id and by the id of their invitation."""
    found: dict[UUID | None, list[AnswerSheet]] = {}
    for sheet in AnswerSheet.objects.filter(Q(id__in=ids) | Q(invitation_id__in=ids)).order_by("started_at"):
        found.setdefault(sheet.id, []).append(sheet)
        if sheet.invitation_id is not None:
            found.setdefault(sheet.invitation_id, []).append(sheet)
    return found
