"""The bedside's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.bedside.sessions import (
    Charted,
    StartRefused,
    chart_event,
    chart_with_session,
    events_of,
    own_infusions,
    protocol_of,
    watch_session,
)

__all__ = [
    "Charted",
    "ChartedEvent",
    "InfusionSession",
    "StartRefused",
    "chart_event",
    "chart_with_session",
    "events_of",
    "own_infusions",
    "protocol_of",
    "watch_session",
]
