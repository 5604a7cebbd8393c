"""Tables of the consulting room."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.services import AppendOnly
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import AdoptedProtocol


class GateChoice(models.TextChoices):
    """The gates whose opening is kept."""

    EVALUATION = "evaluation", _("evaluation")
    START = "start", _("start of the infusion")


class Clearance(AppendOnly):
    """Proof that a gate was open for one person under one protocol: the judgement itself, kept.

    Written only in the transaction that judged. It holds until `valid_until`, the moment at which the first fact
    that it rests on stops counting, and until one of those facts changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="clearances")
    gate = models.CharField(max_length=12, choices=GateChoice.choices)
    session_id = models.UUIDField(null=True)
    protocol_id = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    judged_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    rests_on = models.JSONField()
    verdicts = models.JSONField()
    by = models.UUIDField()

    class Meta:
        db_table = "consulting_room_clearance"
        ordering: ClassVar[list[str]] = ["-judged_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "gate", "judged_at"], name="clearances_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.judged_at:%Y-%m-%d %H:%M}"


class ClearanceVoided(AppendOnly):
    """A clearance that no longer holds because a fact that it rests on changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clearance = models.OneToOneField(Clearance, on_delete=models.PROTECT, related_name="voided")
    at = models.DateTimeField()
    because_of = models.JSONField()

    class Meta:
        db_table = "consulting_room_clearance_voided"

    def __str__(self) -> str:
        return f"voided {self.at:%Y-%m-%d %H:%M}"


class Plan(AppendOnly):
    """A course as planned for one person: what is consented to, by the hash of its terms.

    The dose in milligrams follows the weight of each day and is no part of the terms; the dose for each kilogram,
    the time, the ceilings and the number of infusions are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans")
    protocol = models.ForeignKey(AdoptedProtocol, on_delete=models.PROTECT, related_name="+")
    terms = models.JSONField()
    sha256 = models.CharField(max_length=64)
    consent_text_version = models.CharField(max_length=20)
    consent_text_sha256 = models.CharField(max_length=64)
    dose_mg = models.FloatField()
    weight_kg = models.FloatField()
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "consulting_room_plan"
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.terms['mg_per_kg']:g} mg/kg {self.at:%Y-%m-%d}"


class Consent(AppendOnly):
    """A person's answer to one plan and one text: yes, no, or taken back."""

    class Answer(models.TextChoices):
        """What the person said."""

        GIVEN = "given", _("agreed")
        REFUSED = "refused", _("did not agree")
        WITHDRAWN = "withdrawn", _("took the consent back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="consents")
    plan_sha256 = models.CharField(max_length=64)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    signed_name = models.CharField(max_length=120)
    witness = models.CharField(max_length=120, blank=True)
    interpreter = models.CharField(max_length=120, blank=True)
    teach_back = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "consulting_room_consent"
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.answer} {self.at:%Y-%m-%d}"


class ConsultationSheet(AppendOnly):
    """A sheet as it was given to a person: which text, in which language, and every number that stood on it.

    It is void as soon as the evidence store has another number; that is worked out anew each time and never stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consultation_sheets")
    language = models.CharField(max_length=10)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    numbers = models.JSONField()
    numbers_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "consulting_room_consultation_sheet"
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.text_version} {self.language} {self.at:%Y-%m-%d}"


class WhatMatters(AppendOnly):
    """What a person said about what matters, and whether the person is ready to choose."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="what_matters")
    sheet = models.ForeignKey(ConsultationSheet, on_delete=models.PROTECT, related_name="what_matters")
    matters = models.JSONField()
    sure = models.JSONField()
    ready = models.BooleanField(null=True)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "consulting_room_what_matters"
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"what matters {self.at:%Y-%m-%d}"


class ConsentTaking(AppendOnly):
    """How a consent came about: on which sheet, after how long, why sooner than the clinic asks for, and what was found.

    `abilities` holds each ability that deciding takes; nothing in rows from before they were looked at singly.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="taking")
    sheet = models.ForeignKey(ConsultationSheet, on_delete=models.PROTECT, related_name="takings")
    hours_to_think = models.FloatField()
    sooner = models.CharField(max_length=400, blank=True)
    abilities = models.JSONField(null=True)

    class Meta:
        db_table = "consulting_room_consent_taking"

    def __str__(self) -> str:
        return f"{self.hours_to_think:.0f} h to think"


class ResearchConsent(AppendOnly):
    """A person's answer about research with the data: apart from treatment, with no bearing on it."""

    class Answer(models.TextChoices):
        """What the person said."""

        GIVEN = "given", _("may be used")
        REFUSED = "refused", _("may not be used")
        WITHDRAWN = "withdrawn", _("may no longer be used")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="research_consents")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    signed_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "consulting_room_research_consent"
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"research {self.answer} {self.at:%Y-%m-%d}"
