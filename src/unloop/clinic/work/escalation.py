"""An overdue task goes to the next in line as well; that it did is written down once, and they are told."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.services import User
from unloop.clinic.work.duty import duty_owners
from unloop.clinic.work.messages.outbox import queue_message
from unloop.clinic.work.models import Task, TaskNote


@transaction.atomic
def escalate_overdue() -> tuple[TaskNote, ...]:
    """Note each open task that was not done in time, name who has it now as well, and send them a word.

    Called by a tick of `unloop serve`. A task goes on once; who opened it without naming the next in line gets the
    next of those on duty.
    """
    now = clock.now()
    late = Task.objects.filter(closed_at__isnull=True, due_at__lt=now, notes__isnull=True)
    tasks = list(late.select_related("owner", "escalates_to").select_for_update(of=("self",)))
    in_line = duty_owners() if tasks else []
    return tuple(note for task in tasks if (note := _escalate(task, in_line)) is not None)


def _escalate(task: Task, in_line: list[User]) -> TaskNote | None:
    to = task.escalates_to or next((user for user in in_line if user != task.owner), None)
    if to is None:
        return None
    if task.escalates_to is None:
        task.escalates_to = to
        task.save(update_fields=["escalates_to"])
    note = TaskNote(task=task, kind=TaskNote.Kind.ESCALATED, at=clock.now(), to=to)
    note.save()
    record("work.task.escalated", person=task.person_id, about=task,
           detail={"from": str(task.owner_id), "to": str(to.pk), "due": task.due_at.isoformat()})  # fmt: skip
    _tell(task, to)
    return note


def _tell(task: Task, to: User) -> None:
    """A word by mail: that something waits, and nothing of what."""
    if not to.email:
        return
    address = f"{settings.ADDRESS}{reverse('work:tasks')}"
    queue_message(
        person_id=None, channel="email", to=to.email, key=f"escalated:{task.id}",
        subject=_("A task was not done in time and now waits for you"),
        text=_("Sign in to see it: %(address)s") % {"address": address},
    )  # fmt: skip
