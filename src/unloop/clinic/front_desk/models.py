"""Tables of the front desk."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import Chair


class VisitKind(models.TextChoices):
    """What somebody comes for."""

    EVALUATION = "evaluation", _("evaluation")
    INFUSION = "infusion", _("infusion")
    RATING = "rating", _("rating")


class Appointment(models.Model):
    """A time at which a person is expected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(_("what for"), max_length=12, choices=VisitKind.choices)
    chair = models.ForeignKey(
        Chair, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    begins_at = models.DateTimeField(_("time"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=120)
    called_off_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        db_table = "front_desk_appointment"
        ordering: ClassVar[list[str]] = ["begins_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["begins_at"], name="appointments_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.begins_at:%Y-%m-%d %H:%M}"
