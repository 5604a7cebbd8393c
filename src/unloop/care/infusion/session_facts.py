"""A session's events as facts, each bound to the session and to the part of it in which it was true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from unloop.care.infusion.events import (
    Checked,
    Happening,
    InfusionEvent,
    PumpConfirmedOff,
    ScoreValue,
    Severity,
    Stopped,
    Symptom,
)
from unloop.care.infusion.order import InfusionOrder
from unloop.care.infusion.replay import observed, replay_record
from unloop.care.infusion.standing import Record, sort_out
from unloop.care.infusion.state import InfusionState
from unloop.facts import DICTIONARY, Fact, Infusion, Phase

SOURCE = "infusion session"
CHANGES_NOTHING_GIVEN = frozenset(
    {"vitals", "score", "symptom", "note", "medicine_given", "checked", "discharged", "signed"}
)
"""Types of event without which `given_infusion` is the same, and so without which it may be asked."""


def session_facts(
    order: InfusionOrder, events: Iterable[InfusionEvent], *, session: str, at: datetime | None = None
) -> tuple[Fact, ...]:
    """The facts that a session's events say, as they stand after corrections.

    The phase follows from the start and the end: a reading from before the end never counts as recovery. What the
    dictionary does not know, or knows only in another part of a session, is charted but says no fact.

    Args:
        order: what was ordered.
        events: all that was charted, in any order.
        session: the session's id, to which the facts are bound.
        at: the moment to describe; later events are not seen. Default: the last event's time.
    """
    record = sort_out(events)
    return facts_of_record(record, replay_record(order, record, at=at), session=session)


def facts_of_record(record: Record, state: InfusionState, *, session: str) -> tuple[Fact, ...]:
    """The facts of a session whose events were already sorted out and replayed."""
    seen = tuple(event for event in record.standing if state.at is None or event.at <= state.at)
    facts = [fact for event in seen for fact in _facts_of(event, state, session)]
    ends = (
        event
        for event in seen
        if isinstance(event, Stopped | PumpConfirmedOff) and event.at == state.ended_at
    )
    for end in ends:
        facts.append(_fact(end, "infusion_ended", value=True, session=session, phase=Phase.RECOVERY))
        break
    return tuple(facts)


def given_infusion(state: InfusionState, *, session: str) -> Infusion | None:
    """The infusion that a session gave, for counting; None when it was never begun."""
    if state.started_at is None:
        return None
    return Infusion(at=state.started_at, mg=state.given_mg, session=session)


def _facts_of(event: Happening, state: InfusionState, session: str) -> Iterator[Fact]:
    phase = state.phase_of(event.at)
    if isinstance(event, Checked):
        yield _fact(event, "second_check", value=True, session=session, phase=Phase.BEFORE)
    for code, value, _ in observed(event):
        definition = DICTIONARY.get(code)
        if definition is None or phase not in definition.phases:
            continue
        said = event.severity is not Severity.NONE if isinstance(event, Symptom) else value
        yield _fact(event, code, value=said, session=session, phase=phase)


def _fact(event: Happening, code: str, *, value: ScoreValue, session: str, phase: Phase) -> Fact:
    return Fact(
        id=f"{event.id}:{code}",
        code=code,
        value=value,
        at=event.at,
        recorded_at=max(event.recorded_at, event.at),
        unit=DICTIONARY[code].unit,
        by=event.by,
        source=SOURCE,
        session=session,
        phase=phase,
    )
