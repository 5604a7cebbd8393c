"""The consulting room's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.consulting_room.clearance import clear, current_clearance, judge_person
from unloop.clinic.consulting_room.models import Clearance, ClearanceVoided, GateChoice

__all__ = ["Clearance", "ClearanceVoided", "GateChoice", "clear", "current_clearance", "judge_person"]
