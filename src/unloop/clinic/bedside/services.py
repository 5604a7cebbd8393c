"""The bedside's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.bedside.board import (
    EndedSession,
    ended_sessions,
    running_sessions,
    sessions_of,
    waiting_sessions,
)
from unloop.clinic.bedside.leaving import discharge, judge_leaving, sign
from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.bedside.ordering import (
    NotYetOrderable,
    missing_before_order,
    order_session,
    preparation_of,
    prepare_order,
)
from unloop.clinic.bedside.preparing import Drawn, answer_questions, judge_start, second_check
from unloop.clinic.bedside.sessions import (
    Charted,
    DischargeRefused,
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
    "DischargeRefused",
    "Drawn",
    "EndedSession",
    "InfusionSession",
    "NotYetOrderable",
    "StartRefused",
    "answer_questions",
    "chart_event",
    "chart_with_session",
    "discharge",
    "ended_sessions",
    "events_of",
    "judge_leaving",
    "judge_start",
    "missing_before_order",
    "order_session",
    "own_infusions",
    "preparation_of",
    "prepare_order",
    "protocol_of",
    "running_sessions",
    "second_check",
    "sessions_of",
    "sign",
    "waiting_sessions",
    "watch_session",
]
