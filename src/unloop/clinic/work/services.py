"""The work app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.work.duty import (
    DutyOwner,
    duty_owner,
    duty_owners,
    first_gap,
    first_to_act,
    set_duty,
    somebody_on_duty,
    withdraw_duty,
)
from unloop.clinic.work.escalation import escalate_overdue
from unloop.clinic.work.messages.delivery import Delivered, deliver_due
from unloop.clinic.work.messages.hours import sending_time
from unloop.clinic.work.messages.outbox import call_off, queue_message, undelivered
from unloop.clinic.work.models import OutgoingMessage, Task, TaskKind
from unloop.clinic.work.tasks import NewTask, close_task, open_task, open_tasks, read_open_tasks, say_more

__all__ = [
    "Delivered",
    "DutyOwner",
    "NewTask",
    "OutgoingMessage",
    "Task",
    "TaskKind",
    "call_off",
    "close_task",
    "deliver_due",
    "duty_owner",
    "duty_owners",
    "escalate_overdue",
    "first_gap",
    "first_to_act",
    "open_task",
    "open_tasks",
    "queue_message",
    "read_open_tasks",
    "say_more",
    "sending_time",
    "set_duty",
    "somebody_on_duty",
    "undelivered",
    "withdraw_duty",
]
