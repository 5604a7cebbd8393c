"""An infusion is the list of things that happened: order, events, and the state replayed from them."""

from __future__ import annotations

from unloop.care.infusion.append import ImpossibleTransition, append, check_append
from unloop.care.infusion.event_file import read_event, write_event
from unloop.care.infusion.events import (
    CareEvent,
    Checked,
    Corrected,
    Discharged,
    Event,
    Happening,
    InfusionEvent,
    MedicineGiven,
    Note,
    Observation,
    Paused,
    PumpConfirmedOff,
    PumpEvent,
    RateChanged,
    Resumed,
    Score,
    ScoreValue,
    Severity,
    Signed,
    Started,
    Stopped,
    Symptom,
    Vitals,
    in_order,
)
from unloop.care.infusion.going_home import GoingHome, going_home, judge_discharge
from unloop.care.infusion.monitoring import MonitoringClock, ReadingDue, next_reading
from unloop.care.infusion.order import InfusionOrder, PinnedProtocol, order_of
from unloop.care.infusion.prompts import Prompt, PromptStanding, SessionStop, Watch, watch, with_session
from unloop.care.infusion.pump import Leg, Pump
from unloop.care.infusion.replay import observed, replay
from unloop.care.infusion.session_facts import given_infusion, session_facts
from unloop.care.infusion.session_file import Session, read_order, read_pinned, read_session, write_session
from unloop.care.infusion.standing import Anomaly, Entry, Record, sort_out
from unloop.care.infusion.state import InfusionState, Reading, SessionState

__all__ = [
    "Anomaly",
    "CareEvent",
    "Checked",
    "Corrected",
    "Discharged",
    "Entry",
    "Event",
    "GoingHome",
    "Happening",
    "ImpossibleTransition",
    "InfusionEvent",
    "InfusionOrder",
    "InfusionState",
    "Leg",
    "MedicineGiven",
    "MonitoringClock",
    "Note",
    "Observation",
    "Paused",
    "PinnedProtocol",
    "Prompt",
    "PromptStanding",
    "Pump",
    "PumpConfirmedOff",
    "PumpEvent",
    "RateChanged",
    "Reading",
    "ReadingDue",
    "Record",
    "Resumed",
    "Score",
    "ScoreValue",
    "Session",
    "SessionState",
    "SessionStop",
    "Severity",
    "Signed",
    "Started",
    "Stopped",
    "Symptom",
    "Vitals",
    "Watch",
    "append",
    "check_append",
    "given_infusion",
    "going_home",
    "in_order",
    "judge_discharge",
    "next_reading",
    "observed",
    "order_of",
    "read_event",
    "read_order",
    "read_pinned",
    "read_session",
    "replay",
    "session_facts",
    "sort_out",
    "watch",
    "with_session",
    "write_event",
    "write_session",
]
