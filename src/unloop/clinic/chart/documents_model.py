"""The table of documents."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from unloop.clinic.audit.services import AppendOnly
from unloop.clinic.chart.models import FactRow, Person


class Document(AppendOnly):
    """A file that proves a fact: sealed, never changed. Its own name is not kept, since names name people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        app_label = "chart"
        db_table = "chart_document"
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["fact", "sha256"], name="document_once_per_fact")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
