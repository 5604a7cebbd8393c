"""One event after another: how each changes the state, and what it cannot follow.

| event              | ordered | checked | running | paused  | stopped    | recovering | discharged | signed |
|--------------------|---------|---------|---------|---------|------------|------------|------------|--------|
| checked            | checked | checked | -       | -       | -          | -          | -          | -      |
| started            | running*| running | -       | -       | -          | -          | -          | -      |
| rate_changed       | -       | -       | running | -       | -          | -          | -          | -      |
| paused             | -       | -       | paused  | same    | -          | -          | -          | -      |
| resumed            | -       | -       | running*| running | -          | -          | -          | -      |
| stopped            | -       | -       | stopped | stopped | same       | same       | same       | same   |
| pump_confirmed_off | -       | -       | recovering* | recovering* | recovering | same | same    | same   |
| discharged         | -       | -       | -       | -       | -          | discharged | same       | same   |
| signed             | -       | -       | -       | -       | -          | -          | signed     | signed |

`-` cannot be: it changes nothing and is named as an anomaly. `*` cannot be either, but says something about the pump
that must not be lost, so it counts and is named. "same": said twice, by two people or two tablets.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from unloop.care.infusion.events import (
    Checked,
    Discharged,
    Happening,
    MedicineGiven,
    Note,
    Paused,
    PumpConfirmedOff,
    RateChanged,
    Resumed,
    Score,
    Signed,
    Started,
    Stopped,
    Symptom,
    Vitals,
)
from unloop.care.infusion.standing import Anomaly
from unloop.care.infusion.state import InfusionState, SessionState


def step(state: InfusionState, event: Happening) -> InfusionState:  # noqa: C901, PLR0911 - one arm an event
    """The state after one more event."""
    match event:
        case Checked():
            return _checked(state, event)
        case Started():
            return _started(state, event)
        case RateChanged():
            return _rate_changed(state, event)
        case Paused():
            return _paused(state, event)
        case Resumed():
            return _resumed(state, event)
        case Stopped():
            return _stopped(state, event)
        case PumpConfirmedOff():
            return _pump_confirmed_off(state, event)
        case Discharged():
            return _discharged(state, event)
        case Signed():
            return _signed(state, event)
        case Vitals() | Score() | Symptom() | MedicineGiven() | Note():
            return state
        case _:
            assert_never(event)


def _checked(state: InfusionState, event: Checked) -> InfusionState:
    if state.started_at is not None:
        return _odd(state, event, why_not(state))
    return replace(state, state=SessionState.CHECKED, second=event.second)


def _started(state: InfusionState, event: Started) -> InfusionState:
    if state.started_at is not None:
        return _odd(state, event, why_not(state))
    pump = state.pump.run(event.rate, since=event.at)
    running = replace(state, state=SessionState.RUNNING, started_at=event.at, pump=pump)
    if state.state is SessionState.CHECKED:
        return running
    return _odd(running, event, "no second person had checked")


def _rate_changed(state: InfusionState, event: RateChanged) -> InfusionState:
    if state.state is not SessionState.RUNNING:
        return _odd(state, event, why_not(state))
    return replace(state, pump=state.pump.run(event.rate, since=event.at))


def _paused(state: InfusionState, event: Paused) -> InfusionState:
    match state.state:
        case SessionState.RUNNING:
            pump = state.pump.halt(at=event.at)
            return replace(state, state=SessionState.PAUSED, paused_at=event.at, pump=pump)
        case SessionState.PAUSED:
            return state
        case _:
            return _odd(state, event, why_not(state))


def _resumed(state: InfusionState, event: Resumed) -> InfusionState:
    if state.state not in {SessionState.PAUSED, SessionState.RUNNING}:
        return _odd(state, event, why_not(state))
    pump = state.pump.run(event.rate, since=event.at)
    running = replace(state, state=SessionState.RUNNING, paused_at=None, pump=pump)
    return running if state.state is SessionState.PAUSED else _odd(running, event, why_not(state))


def _stopped(state: InfusionState, event: Stopped) -> InfusionState:
    match state.state:
        case SessionState.RUNNING | SessionState.PAUSED:
            return _ended(state, event.at)
        case SessionState.ORDERED | SessionState.CHECKED:
            return _odd(state, event, why_not(state))
        case _:
            return state


def _pump_confirmed_off(state: InfusionState, event: PumpConfirmedOff) -> InfusionState:
    match state.state:
        case SessionState.STOPPED:
            return replace(state, state=SessionState.RECOVERING, pump_off_at=event.at)
        case SessionState.RUNNING | SessionState.PAUSED:
            ended = replace(_ended(state, event.at), state=SessionState.RECOVERING, pump_off_at=event.at)
            return _odd(ended, event, "no stop had been charted")
        case SessionState.ORDERED | SessionState.CHECKED:
            return _odd(state, event, why_not(state))
        case _:
            return state


def _discharged(state: InfusionState, event: Discharged) -> InfusionState:
    match state.state:
        case SessionState.RECOVERING:
            return replace(state, state=SessionState.DISCHARGED, discharged_at=event.at)
        case SessionState.DISCHARGED | SessionState.SIGNED:
            return state
        case _:
            return _odd(state, event, why_not(state))


def _signed(state: InfusionState, event: Signed) -> InfusionState:
    if state.state not in {SessionState.DISCHARGED, SessionState.SIGNED}:
        return _odd(state, event, why_not(state))
    signed_by = tuple(dict.fromkeys((*state.signed_by, event.by)))
    return replace(state, state=SessionState.SIGNED, signed_by=signed_by)


def _ended(state: InfusionState, at: datetime) -> InfusionState:
    pump = state.pump.halt(at=at)
    return replace(state, state=SessionState.STOPPED, ended_at=at, paused_at=None, pump=pump)


def _odd(state: InfusionState, event: Happening, why: str) -> InfusionState:
    return replace(state, anomalies=(*state.anomalies, Anomaly(event.id, f"{event.kind}: {why}")))


def why_not(state: InfusionState) -> str:
    """What stands against an event, in words."""
    match state.state:
        case SessionState.ORDERED | SessionState.CHECKED:
            return "the infusion has not been started"
        case SessionState.RUNNING:
            return "the infusion is running"
        case SessionState.PAUSED:
            return "the infusion is paused"
        case SessionState.STOPPED:
            return "the infusion was stopped and nobody has confirmed that the pump is off"
        case SessionState.RECOVERING:
            return "the infusion has ended"
        case SessionState.DISCHARGED | SessionState.SIGNED:
            return "the person has left"
        case _:
            assert_never(state.state)
