"""Tables of the laboratory."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.services import AppendOnly


class StudyKept(AppendOnly):
    """A study that the clinic added to the evidence, a later version of it, or that it was taken out again.

    The last version of a study counts. `changes` says which figures changed with it, from what to what, as they
    stood at that moment.
    """

    class Kind(models.TextChoices):
        """What was done."""

        ADDED = "added", _("added")
        WITHDRAWN = "withdrawn", _("taken out")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    changes = models.JSONField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "laboratory_study_kept"
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["study_id", "version"], name="one_of_each_version_of_a_study")
        ]

    def __str__(self) -> str:
        return f"{self.study_id} {self.version} {self.kind}"
