"""Opening and closing tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.shortcuts import get_object_or_404

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User
from unloop.clinic.work.models import Task, TaskKind
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be opened.

    Attributes:
        reason: what it is for, as a code that names the cause once, e.g. `phq-9:<response id>`; opening a task for
            the same reason again changes nothing.
        due_at: by when.
        begins_at: from when on it stands in the lists; by default now.
        detail: codes and numbers shown with it.
    """

    kind: TaskKind
    person: Person
    reason: str
    due_at: datetime
    owner: User
    escalates_to: User | None = None
    begins_at: datetime | None = None
    detail: dict[str, str | int | float | None] = field(default_factory=dict)


@transaction.atomic
def open_task(new: NewTask) -> Task:
    """Open a task, or return the one that is open for this reason already."""
    now = clock.now()
    task, opened = Task.objects.get_or_create(
        reason=new.reason,
        defaults={
            "kind": new.kind, "person": new.person, "owner": new.owner, "escalates_to": new.escalates_to,
            "opened_at": now, "begins_at": new.begins_at or now, "due_at": new.due_at, "detail": new.detail,
        },
    )  # fmt: skip
    if opened:
        record("work.task.opened", person=new.person.id, about=task,
               detail={"kind": task.kind, "owner": str(new.owner.pk), "due": new.due_at.isoformat()})  # fmt: skip
    return task


@transaction.atomic
def say_more(task: Task, **detail: str | float | None) -> Task:
    """Write further detail to a task that stands open; its owner and its clock stay."""
    task.detail = {**task.detail, **detail}
    task.save(update_fields=["detail"])
    record("work.task.said_more", person=task.person_id, about=task, detail={"fields": sorted(detail)})
    return task


@transaction.atomic
def close_task(task_id: UUID, *, by: User, outcome: str) -> Task:
    """Close a task with what was done; nobody but a named person can.

    Raises:
        InputRefused: nothing was written, or it is closed already.
    """
    task = get_object_or_404(Task.objects.select_for_update(), id=task_id)
    if task.closed_at is not None:
        raise InputRefused(
            "task", given="closed", allowed="an open task", mend="see what was written when it was closed"
        )
    if not outcome.strip():
        raise InputRefused("what was done", given=None, allowed="a sentence",
                           mend="write what you did and what comes next")  # fmt: skip
    task.closed_at, task.closed_by, task.outcome = clock.now(), by, outcome.strip()
    task.save(update_fields=["closed_at", "closed_by", "outcome"])
    record("work.task.closed", person=task.person_id, about=task, detail={"kind": task.kind})
    return task


def open_tasks(user: User | None = None) -> QuerySet[Task]:
    """Tasks that stand now, what speaks of suicide first, then the most overdue; of one user: theirs to act on."""
    now = clock.now()
    tasks = Task.objects.filter(closed_at__isnull=True, begins_at__lte=now).select_related(
        "person", "owner", "escalates_to"
    )
    if user is not None:
        tasks = tasks.filter(owner=user) | tasks.filter(escalates_to=user, due_at__lt=now)
    return tasks.order_by(Case(When(kind=TaskKind.SAFETY, then=0), default=1), "due_at")


def read_open_tasks(*, most: int) -> list[Task]:
    """The tasks that stand, for somebody who looks at them: the look leaves a line in the trail."""
    tasks = list(open_tasks()[:most])
    people = sorted({str(task.person_id) for task in tasks})
    record("work.tasks.read", detail={"tasks": len(tasks), "people": people})
    return tasks
