"""What is true is replayed from what happened. No list of events makes this fail, and none is refused for being late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from unloop.care.infusion.events import Happening, InfusionEvent, Score, ScoreValue, Symptom, Vitals
from unloop.care.infusion.order import InfusionOrder
from unloop.care.infusion.pump import Pump
from unloop.care.infusion.standing import Record, sort_out
from unloop.care.infusion.state import MINUTE, InfusionState, Reading, SessionState
from unloop.care.infusion.transitions import step
from unloop.facts import DICTIONARY


def replay(
    order: InfusionOrder, events: Iterable[InfusionEvent], *, at: datetime | None = None
) -> InfusionState:
    """The state of a session at a moment.

    Events are taken by the time at which they happened, then by the time at which they were charted; the order in
    which they arrived plays no part. Corrections count whenever they were made.

    Args:
        order: what was ordered.
        events: all that was charted, in any order.
        at: the moment to describe, with an offset; later events are not seen. Default: the last event's time.
    """
    return replay_record(order, sort_out(events), at=at)


def replay_record(order: InfusionOrder, record: Record, *, at: datetime | None = None) -> InfusionState:
    """The state of a session whose events were already sorted out; arguments as `replay`."""
    standing = record.standing
    now = at if at is not None else max((event.at for event in standing), default=None)
    state = InfusionState(
        order=order, state=SessionState.ORDERED, at=now, pump=Pump(order.bag), anomalies=record.anomalies
    )
    seen = tuple(event for event in standing if now is None or event.at <= now)
    for event in seen:
        state = step(state, event)
    return replace(state, readings=latest_readings(seen, now))


def observed(event: Happening) -> Iterator[tuple[str, ScoreValue, str]]:
    """Code, value and unit of everything that one event observed."""
    match event:
        case Vitals():
            vitals = {"sbp": event.sbp, "dbp": event.dbp, "hr": event.hr, "spo2": event.spo2, "rr": event.rr}
            for code, reading in vitals.items():
                if reading is not None:
                    yield code, reading.amount, reading.unit
        case Score():
            definition = DICTIONARY.get(event.code)
            yield event.code, event.value, definition.unit if definition is not None else ""
        case Symptom():
            yield event.code, event.severity.value, ""
        case _:
            return


def latest_readings(events: Iterable[Happening], now: datetime | None) -> tuple[Reading, ...]:
    """The latest reading of every code, sorted by code."""
    latest: dict[str, Reading] = {}
    for event in events:
        age_min = 0.0 if now is None else (now - event.at) / MINUTE
        for code, value, unit in observed(event):
            latest[code] = Reading(code, value, unit, event.at, age_min, event.id)
    return tuple(latest[code] for code in sorted(latest))
