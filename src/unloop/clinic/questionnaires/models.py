"""Tables of the questionnaires app."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.services import AppendOnly
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User

TRIES = 5
"""How often the birth date may be got wrong before a link locks (issue 2, step 2)."""


class LinkState(models.TextChoices):
    """What a link still does."""

    OPEN = "open", _("open")
    LOCKED = "locked", _("locked after five tries")
    EXPIRED = "expired", _("expired")
    SENT = "sent", _("answered and sent")
    WITHDRAWN = "withdrawn", _("taken back")


class LoadedWording(AppendOnly):
    """The official wording of an instrument, as the file that the clinic loaded; the latest row of a language is served.

    A row without a document takes the wording back: our own short labels are shown again. `permission` says by
    what right the clinic uses it; empty for what is in the public domain. `language` is empty for what was loaded
    before languages were told apart, which is served in any, and for what is only read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.CharField(max_length=40)
    language = models.CharField(max_length=10, blank=True)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    document = models.BinaryField(null=True)
    title = models.CharField(max_length=240, blank=True)
    copyright = models.TextField(blank=True)
    permission = models.CharField(max_length=240, blank=True)
    adapted = models.JSONField(default=list)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "questionnaires_wording"
        ordering: ClassVar[list[str]] = ["instrument", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instrument", "number"], name="one_wording_after_another")
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.number}"


class Purpose(models.TextChoices):
    """What a link is for."""

    ANSWER = "answer", _("questions")
    LOOK = "look", _("the person's own view")


class Invitation(models.Model):
    """A single-purpose link: one person, some instruments, for some days. The token itself is not kept.

    `window` names the window of the schedule that it opened in, once for a person; empty where somebody on the
    staff made it by hand. `language` is what the person reads; empty until it is chosen, for the clinic's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.ANSWER)
    instruments = models.JSONField()
    language = models.CharField(max_length=10, blank=True)
    window = models.CharField(max_length=60, blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "questionnaires_invitation"
        ordering: ClassVar[list[str]] = ["-made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="five_tries", condition=models.Q(tries__lte=TRIES)),
            models.UniqueConstraint(
                fields=["person", "window"], condition=~models.Q(window=""), name="one_link_a_window"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.state_at(self.expires_at)}"

    def state_at(self, now: datetime) -> LinkState:
        """What the link does at this moment."""
        if self.sent_at is not None:
            return LinkState.SENT
        if self.withdrawn_at is not None:
            return LinkState.WITHDRAWN
        if self.tries >= TRIES:
            return LinkState.LOCKED
        return LinkState.OPEN if now < self.expires_at else LinkState.EXPIRED


class AnswerSheet(models.Model):
    """One filled form of one instrument: by the person through a link, or by a clinician who rated.

    `answers` is what the `AnswerGiven` rows replay to. Once sent, the sheet is closed for good. `targets` holds the
    person's own symptoms that the check-in asks about, as they were when the sheet was begun.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="answer_sheets")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, related_name="sheets")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    instrument = models.CharField(max_length=40)
    instrument_version = models.CharField(max_length=60)
    wording = models.ForeignKey(LoadedWording, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    targets = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    reads_on = models.DateField(null=True)
    score = models.JSONField(null=True)

    class Meta:
        db_table = "questionnaires_sheet"
        ordering: ClassVar[list[str]] = ["-started_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["invitation", "instrument"], name="one_sheet_an_instrument"),
            models.CheckConstraint(
                name="sheet_by_link_or_by_clinician",
                condition=models.Q(invitation__isnull=False, entered_by__isnull=True)
                | models.Q(invitation__isnull=True, entered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="sheet_scored_when_sent",
                condition=models.Q(sent_at__isnull=True, score__isnull=True)
                | models.Q(sent_at__isnull=False, score__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "instrument", "sent_at"], name="sheets_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.started_at:%Y-%m-%d}"


class AnswerGiven(AppendOnly):
    """One answer as it was given; a changed answer is a further row."""

    sequence = models.BigAutoField(primary_key=True)
    sheet = models.ForeignKey(AnswerSheet, on_delete=models.PROTECT, related_name="given")
    link_id = models.CharField(max_length=20)
    token = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "questionnaires_answer"
        ordering: ClassVar[list[str]] = ["sequence"]

    def __str__(self) -> str:
        return f"{self.link_id} {self.at:%Y-%m-%d %H:%M}"


class SecondRating(models.Model):
    """Somebody is asked to rate once more without seeing what the first rater found.

    While `sheet` is not sent, pages hide the first sheet from `rater`. A second rating is kept beside the first and
    never becomes a fact of the chart, since it measures the rating, not the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(AnswerSheet, on_delete=models.PROTECT, related_name="second_ratings")
    rater = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sheet = models.OneToOneField(AnswerSheet, on_delete=models.PROTECT, null=True, related_name="second_to")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "questionnaires_second_rating"
        ordering: ClassVar[list[str]] = ["-asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "rater"], name="one_second_rating_a_rater")
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.asked_at:%Y-%m-%d}"


class Followed(models.Model):
    """A person who is asked by the schedule: from when until when, in which language, and who reads the answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="followed_by_schedule")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "questionnaires_followed"
        ordering: ClassVar[list[str]] = ["-started_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(stopped_at=None), name="followed_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"
