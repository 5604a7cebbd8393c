"""Tables of the bedside app."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from unloop.care.infusion import InfusionEvent, InfusionOrder, PinnedProtocol, read_event
from unloop.clinic.audit.services import AppendOnly
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.services import Clearance
from unloop.clinic.people.services import AdoptedProtocol, Chair
from unloop.quantity import Concentration, Dose, Minutes, Volume


class InfusionSession(AppendOnly):
    """What was ordered for one person on one day, and the protocol it runs under for good.

    What happens in it are `ChartedEvent` rows; its state is replayed from them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions")
    protocol = models.ForeignKey(AdoptedProtocol, on_delete=models.PROTECT, related_name="+")
    protocol_sha256 = models.CharField(max_length=64)
    plan_id = models.UUIDField()
    chair = models.ForeignKey(Chair, on_delete=models.PROTECT, null=True, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    drug = models.CharField(max_length=60)
    dose_mg = models.FloatField()
    weight_kg = models.FloatField()
    minutes = models.FloatField()
    concentration_mg_per_ml = models.FloatField()
    bag_ml = models.FloatField()
    vial_mg_per_ml = models.FloatField()
    fastest_ml_per_h = models.FloatField()
    ordered_at = models.DateTimeField()
    ordered_by = models.UUIDField()

    class Meta:
        db_table = "bedside_session"
        ordering: ClassVar[list[str]] = ["-ordered_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(dose_mg__gt=0, dose_mg__lte=150), name="session_dose_plausible"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=10, minutes__lte=240), name="session_minutes_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dose_mg:g} mg {self.ordered_at:%Y-%m-%d}"

    @property
    def order(self) -> InfusionOrder:
        """The order as the core reads it."""
        return InfusionOrder(
            drug=self.drug, dose=Dose(mg=self.dose_mg), minutes=Minutes(minutes=self.minutes),
            concentration=Concentration(mg_per_ml=self.concentration_mg_per_ml), bag=Volume(ml=self.bag_ml),
        )  # fmt: skip

    @property
    def pinned(self) -> PinnedProtocol:
        """Under what it runs."""
        return PinnedProtocol(self.protocol.protocol_id, self.protocol.version, self.protocol_sha256)


class ChartedEvent(AppendOnly):
    """One thing that happened in a session. The id is made where it was charted: sending it twice adds nothing.

    A row of type `started` needs a clearance; the database refuses it without one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="events")
    type = models.CharField(max_length=20)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=60)
    document = models.JSONField()
    clearance = models.ForeignKey(Clearance, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "bedside_event"
        ordering: ClassVar[list[str]] = ["at", "recorded_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(type="started"), name="one_start_a_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.at:%H:%M}"

    def as_event(self) -> InfusionEvent:
        """The event as the core reads it: type, time and author are the columns', which the start gate guards."""
        columns = {
            "id": str(self.id),
            "type": self.type,
            "at": self.at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "by": self.by,
        }
        return read_event({**self.document, **columns})
