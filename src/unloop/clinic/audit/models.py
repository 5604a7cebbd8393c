"""The trail itself: entries, and the seals that chain them in batches."""

from __future__ import annotations

import json
import uuid
from datetime import UTC
from typing import Any, ClassVar

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.append_only import AppendOnly


class Outcome(models.TextChoices):
    """How it ended for the one who tried."""

    DONE = "done", _("done")
    DENIED = "denied", _("denied")
    FAILED = "failed", _("failed")


class AuditEntry(AppendOnly):
    """One thing that somebody did or saw, or tried to.

    Holds no name and no free text: people, users and objects by id, numbers and codes in `detail`.
    `digest` is keyed with the installation's secret and stands from the first moment; seals follow.
    """

    sequence = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True, db_index=True)
    role = models.CharField(max_length=120, blank=True)
    action = models.CharField(max_length=80)
    person_id = models.UUIDField(null=True, db_index=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    route = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_entry"
        ordering: ClassVar[list[str]] = ["sequence"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.outcome}"

    def content(self) -> str:
        """Everything that was recorded, in one canonical form; the sequence is the database's and joins later."""
        fields: dict[str, Any] = {
            "id": str(self.id),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": [self.actor_kind, _text(self.actor_id), self.role],
            "action": self.action,
            "person": _text(self.person_id),
            "object": [self.object_type, self.object_id],
            "route": self.route,
            "outcome": self.outcome,
            "detail": self.detail,
        }
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    def expected_digest(self) -> str:
        """What `digest` has to be if nobody touched this row."""
        return salted_hmac("unloop.audit.entry", self.content(), algorithm="sha256").hexdigest()


class AuditSeal(AppendOnly):
    """A batch of entries, hashed together with the seal before it.

    Covers every sequence from `first` to `last`, of which `entries` were in use (PostgreSQL leaves gaps where a
    transaction was rolled back).
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    entries = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64)
    batch_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "audit_seal"
        ordering: ClassVar[list[str]] = ["number"]
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
