"""Tables of the work app."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.services import AppendOnly
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User


class TaskKind(models.TextChoices):
    """What has to be done."""

    SAFETY = "safety", _("answer that speaks of suicide")
    CONTACT = "contact", _("call after an infusion")
    RATE = "rate", _("rating after an infusion")
    READ_ANSWERS = "read_answers", _("read answers")
    ADVERSE_EVENT = "adverse_event", _("serious adverse event")


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


class TaskNote(AppendOnly):
    """Something that befell a task while it stood open: that it was left, and who has it now as well."""

    class Kind(models.TextChoices):
        """What befell it."""

        ESCALATED = "escalated", _("not done in time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "work_task_note"
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "kind"], name="task_escalated_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class DutyWindow(AppendOnly):
    """Who acts on answers between two times, and who acts when they do not. A later row about the same time stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    escalates_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        db_table = "work_duty_window"
        ordering: ClassVar[list[str]] = ["begins_at", "made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="duty_ends_after_it_begins", condition=models.Q(ends_at__gt=models.F("begins_at"))
            ),
            models.CheckConstraint(
                name="duty_escalates_to_somebody_else",
                condition=models.Q(escalates_to__isnull=True) | ~models.Q(escalates_to=models.F("user")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["begins_at", "ends_at"], name="duty_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.begins_at:%Y-%m-%d %H:%M} to {self.ends_at:%Y-%m-%d %H:%M}"


class DutyWithdrawn(AppendOnly):
    """A window of duty that no longer holds; the row itself stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    window = models.OneToOneField(DutyWindow, on_delete=models.PROTECT, related_name="withdrawn")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        db_table = "work_duty_withdrawn"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Channel(models.TextChoices):
    """How a message reaches somebody."""

    EMAIL = "email", _("mail")
    TEXT = "text", _("text message")


class MessageState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("waits")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")
    LAID_ASIDE = "laid_aside", _("laid aside")
    CALLED_OFF = "called_off", _("called off")


class OutgoingMessage(models.Model):
    """A message on its way out. The key names its reason once; a lease makes it one worker's for a while.

    From `not_after` on it is of no use to whoever gets it, and is given up. The text is forgotten once the message is
    sent, laid aside or called off.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="messages")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=MessageState.choices, default=MessageState.WAITING)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=40, blank=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    laid_aside_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("what was done"), max_length=1000, blank=True)

    class Meta:
        db_table = "work_message"
        ordering: ClassVar[list[str]] = ["not_before"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="message_sent_has_its_time",
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="message_laid_aside_by_somebody_with_a_word",
                condition=(models.Q(state="laid_aside", laid_aside_by__isnull=False) & ~models.Q(outcome=""))
                | (~models.Q(state="laid_aside") & models.Q(laid_aside_by__isnull=True, outcome="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "next_at"], name="messages_due")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.not_before:%Y-%m-%d %H:%M}"
