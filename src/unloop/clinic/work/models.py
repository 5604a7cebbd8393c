"""Tables of the work app."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User


class TaskKind(models.TextChoices):
    """What has to be done."""

    SAFETY = "safety", _("answer that speaks of suicide")
    CONTACT = "contact", _("call after an infusion")
    RATE = "rate", _("rating after an infusion")
    READ_ANSWERS = "read_answers", _("read answers")


class Task(models.Model):
    """Something that a named person has to do for somebody by a certain time.

    The same reason opens one task only (`reason`), however often it is reported.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=TaskKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tasks")
    reason = models.CharField(max_length=120, unique=True)
    detail = models.JSONField(default=dict)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks")
    escalates_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("what was done"), max_length=1000, blank=True)

    class Meta:
        db_table = "work_task"
        ordering: ClassVar[list[str]] = ["due_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="task_closed_by_somebody_with_an_outcome",
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | (models.Q(closed_at__isnull=False, closed_by__isnull=False) & ~models.Q(outcome="")),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["closed_at", "due_at"], name="open_tasks")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.closed_at is None and self.due_at < now

    def answers_now(self, now: datetime) -> User:
        """Who has to act at this moment: the owner, and after the due time the one it escalates to."""
        return self.escalates_to if self.escalates_to is not None and self.due_at < now else self.owner
