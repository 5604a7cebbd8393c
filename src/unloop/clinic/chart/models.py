"""Tables of the chart app."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.services import AppendOnly
from unloop.facts import Fact, Phase, Sex
from unloop.facts import Person as FactsPerson


class SexChoice(models.TextChoices):
    """Sex as it enters reference ranges."""

    FEMALE = Sex.FEMALE.value, _("female")
    MALE = Sex.MALE.value, _("male")
    UNKNOWN = Sex.UNKNOWN.value, _("not stated")


class Person(models.Model):
    """Somebody whom the clinic cares for: who it is and how to reach them. What is true of them are facts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.CharField(_("family name"), max_length=100)
    given = models.CharField(_("given names"), max_length=200, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=SexChoice.choices, default=SexChoice.UNKNOWN)
    language = models.CharField(_("language"), max_length=10, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    address = models.CharField(_("address"), max_length=240, blank=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        db_table = "chart_person"
        ordering: ClassVar[list[str]] = ["family", "given", "birth_date"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["family", "birth_date"], name="person_by_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given names and family name, as on every page."""
        return f"{self.given} {self.family}".strip()

    def as_facts_person(self) -> FactsPerson:
        """The part of a person that rules may read."""
        return FactsPerson(self.birth_date, Sex(self.sex))


class PersonIdentifier(models.Model):
    """A number by which another system knows the person."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=240)
    value = models.CharField(max_length=120)

    class Meta:
        db_table = "chart_person_identifier"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "system", "value"], name="identifier_once_per_person")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["system", "value"], name="person_by_identifier")
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


def _as_value(stored: Any) -> Any:
    """A value as the core holds it: sets are tuples, and a number is never an integer."""
    if isinstance(stored, list):
        return tuple(stored)
    return float(stored) if isinstance(stored, int) and not isinstance(stored, bool) else stored


class FactRow(AppendOnly):
    """One fact of one person, as it was written down. Never changed; a later row supersedes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="facts")
    code = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    unit = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    reason = models.CharField(max_length=200, blank=True)
    session = models.UUIDField(null=True)
    phase = models.CharField(max_length=10, blank=True)

    class Meta:
        db_table = "chart_fact"
        ordering: ClassVar[list[str]] = ["at", "recorded_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "code", "at"], name="facts_of_person"),
            models.Index(fields=["session"], name="facts_of_session"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["supersedes"], name="fact_corrected_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.at:%Y-%m-%d}"

    def as_fact(self) -> Fact:
        """The row as the core reads it."""
        return Fact(
            id=str(self.id), code=self.code, value=_as_value(self.value), at=self.at,
            recorded_at=self.recorded_at, unit=self.unit, by=self.by, source=self.source,
            supersedes=str(self.supersedes_id) if self.supersedes_id else None,
            session=str(self.session) if self.session else None, phase=Phase(self.phase) if self.phase else None,
        )  # fmt: skip


class ImportRecord(AppendOnly):
    """One import of one file: what it brought and what was left out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="imports")
    sha256 = models.CharField(max_length=64)
    record_key = models.CharField(max_length=240, db_index=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    added = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    not_understood = models.JSONField(default=list)
    adapted = models.JSONField(default=list)

    class Meta:
        db_table = "chart_import"
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} {self.at:%Y-%m-%d}"


class DraftKind(models.TextChoices):
    """What a draft speaks of."""

    MEDICINE = "medicine", _("medicine")
    CONDITION = "condition", _("condition")
    ALLERGY = "allergy", _("allergy")


class Draft(models.Model):
    """Something that an imported record mentions and a clinician has to decide on before it counts.

    The decision that stands is kept here for quick reading; every decision, with what it replaced, is a
    `DraftDecision`.
    """

    class Decision(models.TextChoices):
        """What the clinician said."""

        UNDECIDED = "", _("not decided")
        TAKEN = "taken", _("holds today")
        PAST = "past", _("was so once")
        REFUSED = "refused", _("is not so")

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=10, choices=DraftKind.choices)
    name = models.CharField(max_length=240)
    detail = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    brought_by = models.ForeignKey(ImportRecord, on_delete=models.PROTECT, related_name="drafts")
    decision = models.CharField(
        max_length=10, choices=Decision.choices, blank=True, default=Decision.UNDECIDED
    )
    decided_as = models.CharField(max_length=120, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "chart_draft"
        ordering: ClassVar[list[str]] = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class DraftDecision(AppendOnly):
    """One decision on a draft, as it was made. Never changed; a later one takes its place and says why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=10, choices=Draft.Decision.choices, blank=True)
    decided_as = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "chart_draft_decision"
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["draft"],
                condition=models.Q(supersedes__isnull=True),
                name="draft_first_decided_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.at:%Y-%m-%d}"


class WaitingBundle(models.Model):
    """An uploaded record that waits for the answer whose it is; removed once it is answered or after a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data = models.BinaryField()
    candidates = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.UUIDField(null=True)

    class Meta:
        db_table = "chart_waiting_bundle"
        ordering: ClassVar[list[str]] = ["uploaded_at"]

    def __str__(self) -> str:
        return f"{self.uploaded_at:%Y-%m-%d %H:%M}"
