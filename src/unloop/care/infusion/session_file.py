"""`SESSION.json`: order, pinned protocol and events, read strictly."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.infusion.event_file import read_event, write_event
from unloop.care.infusion.events import InfusionEvent, same_entry
from unloop.care.infusion.fields import Fields, read_json
from unloop.care.infusion.order import InfusionOrder, PinnedProtocol
from unloop.care.infusion.standing import sort_out
from unloop.quantity import Concentration, Dose, InputRefused, Minutes, Volume


@dataclass(frozen=True, slots=True)
class Session:
    """One infusion session: what was ordered, under which protocol, and all that was charted."""

    order: InfusionOrder
    protocol: PinnedProtocol
    events: tuple[InfusionEvent, ...]


def read_session(text: str | bytes) -> Session:
    """Read a session file.

    An event that stands in the file twice is taken once.

    Raises:
        InputRefused: naming the event and the field; also for two different events of one id, and for a correction
            of an event that the file does not hold.
    """
    fields = Fields(read_json(text, where="session"), "")
    order = read_order(fields.take("order"))
    protocol = read_pinned(fields.take("protocol"))
    listed = fields.take("events")
    fields.finish()
    if not isinstance(listed, list):
        raise InputRefused("events", given=type(listed).__name__, allowed="a list", mend="write [] for none")
    documents: list[object] = listed
    events: dict[str, InfusionEvent] = {}
    for number, document in enumerate(documents):
        event = read_event(document, where=f"events[{number}]")
        refuse_another_of_the_same_id(event, events.setdefault(event.id, event), where=f"events[{number}]")
    found = tuple(events.values())
    for anomaly in sort_out(found).anomalies:
        raise InputRefused(
            f"event {anomaly.event}",
            given=anomaly.why,
            allowed="a correction that fits its event",
            mend="mend it",
        )
    return Session(order, protocol, found)


def refuse_another_of_the_same_id(event: InfusionEvent, known: InfusionEvent, *, where: str) -> None:
    """An id names one entry: the same again is no news, another one is refused.

    Raises:
        InputRefused: the two differ.
    """
    if not same_entry(event, known):
        raise InputRefused(
            f"{where}, id",
            given=event.id,
            allowed="an id of its own for each event",
            mend="two different events have this id; to correct an event, chart a correction",
        )


def read_order(document: object, *, where: str = "order") -> InfusionOrder:
    """Read the order of an infusion.

    Raises:
        InputRefused: naming the key; also when bag and dose do not fit each other.
    """
    fields = Fields(document, where)
    drug = fields.text("drug", longest=120)
    dose, minutes = fields.quantity("dose_mg", Dose), fields.quantity("minutes", Minutes)
    concentration = fields.quantity("concentration_mg_per_ml", Concentration)
    bag = fields.quantity("bag_ml", Volume)
    fields.finish()
    try:
        return InfusionOrder(drug=drug, dose=dose, minutes=minutes, concentration=concentration, bag=bag)
    except InputRefused as refused:
        raise InputRefused(
            f"{where}, {refused.where}", given=refused.given, allowed=refused.allowed, mend=refused.mend
        ) from None


def read_pinned(document: object, *, where: str = "protocol") -> PinnedProtocol:
    """Read id, version and sha256 of the protocol that a session runs under.

    Raises:
        InputRefused: naming the key.
    """
    fields = Fields(document, where)
    pinned = PinnedProtocol(fields.text("id"), fields.text("version"), fields.text("sha256", longest=64))
    fields.finish()
    return pinned


def write_session(session: Session) -> dict[str, object]:
    """The JSON object of a session; `read_session` gives the same session back."""
    order = session.order
    return {
        "order": {
            "drug": order.drug,
            "dose_mg": order.dose.mg,
            "minutes": order.minutes.minutes,
            "concentration_mg_per_ml": order.concentration.mg_per_ml,
            "bag_ml": order.bag.ml,
        },
        "protocol": {
            "id": session.protocol.id,
            "version": session.protocol.version,
            "sha256": session.protocol.sha256,
        },
        "events": [write_event(event) for event in session.events],
    }
