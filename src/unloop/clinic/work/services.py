"""The work app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.work.models import Task, TaskKind
from unloop.clinic.work.tasks import (
    NewTask,
    close_task,
    duty_owner,
    duty_owners,
    open_task,
    open_tasks,
    read_open_tasks,
)

__all__ = [
    "NewTask",
    "Task",
    "TaskKind",
    "close_task",
    "duty_owner",
    "duty_owners",
    "open_task",
    "open_tasks",
    "read_open_tasks",
]
