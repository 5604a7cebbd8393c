"""The follow-up app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.follow_up.events import (
    Entry,
    adverse_events,
    change_adverse_event,
    leave_treatment,
    record_adverse_event,
    record_erp_session,
    say_life_event,
)
from unloop.clinic.follow_up.planning import plan_follow_up

__all__ = [
    "Entry",
    "adverse_events",
    "change_adverse_event",
    "leave_treatment",
    "plan_follow_up",
    "record_adverse_event",
    "record_erp_session",
    "say_life_event",
]
