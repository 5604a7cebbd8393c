"""Adding one event to a session: what contradicts the record is refused here, and only here."""

from __future__ import annotations

from unloop.care.infusion.events import InfusionEvent, RateChanged, Resumed, Started
from unloop.care.infusion.order import InfusionOrder
from unloop.care.infusion.replay import replay
from unloop.care.infusion.session_file import refuse_another_of_the_same_id
from unloop.quantity import InputRefused, PumpRate


class ImpossibleTransition(InputRefused):
    """A change of state that contradicts what is charted; observations are never refused so."""


def append(
    order: InfusionOrder,
    events: tuple[InfusionEvent, ...],
    new: InfusionEvent,
    *,
    fastest: PumpRate | None = None,
) -> tuple[InfusionEvent, ...]:
    """The events with one more; the same event sent again changes nothing.

    Args:
        order: what was ordered.
        events: what is charted.
        new: what is to be charted, however late.
        fastest: the highest pump setting that the plan allows, where one is known.

    Raises:
        InputRefused: another event has this id, or the rate exceeds `fastest`.
        ImpossibleTransition: as `check_append`.
    """
    known = {event.id: event for event in events}
    if new.id in known:
        refuse_another_of_the_same_id(new, known[new.id], where=f"event ({new.kind})")
        return events
    check_append(order, events, new, fastest=fastest)
    return (*events, new)


def check_append(
    order: InfusionOrder,
    events: tuple[InfusionEvent, ...],
    new: InfusionEvent,
    *,
    fastest: PumpRate | None = None,
) -> None:
    """Refuse an event that contradicts the record at the moment at which it happened.

    The new event takes its place in time: a pause charted late is fine where the pump ran, and a stop that would
    leave a later change of rate impossible is not.

    Raises:
        InputRefused: the rate exceeds `fastest`.
        ImpossibleTransition: naming what stands against it.
    """
    if isinstance(new, Started | RateChanged | Resumed) and fastest is not None and new.rate > fastest:
        raise InputRefused(
            f"event ({new.kind}), rate_ml_per_h",
            given=new.rate,
            allowed=f"at most {fastest}, the protocol's ceiling for this bag and weight",
            mend="set a slower rate",
        )
    before = set(replay(order, events).anomalies)
    after = replay(order, (*events, new)).anomalies
    for anomaly in after:
        if anomaly not in before:
            raise ImpossibleTransition(
                f"event ({new.kind})",
                given=f"{new.kind} at {new.at.isoformat()}",
                allowed="what the record leaves possible at that time",
                mend=f"{anomaly.why}; chart what came before it first, or correct the earlier entry",
            )
