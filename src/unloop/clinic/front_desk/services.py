"""The front desk's door: what the command line and the demo may use."""

from __future__ import annotations

from unloop.clinic.front_desk.booking import book, call_off
from unloop.clinic.front_desk.day import expected
from unloop.clinic.front_desk.models import Appointment, VisitKind

__all__ = ["Appointment", "VisitKind", "book", "call_off", "expected"]
