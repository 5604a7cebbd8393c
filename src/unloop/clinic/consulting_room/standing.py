"""The protocol by which somebody is judged today, and a person's chart as it sees it."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.evaluation import look
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, load_chart
from unloop.clinic.people.services import AdoptedProtocol, current_protocol, protocol_of
from unloop.facts import Chart, View
from unloop.protocol import Protocol


@dataclass(frozen=True, slots=True)
class InForce:
    """A signed protocol, as signed and as read."""

    adopted: AdoptedProtocol
    protocol: Protocol


def in_force() -> InForce | None:
    """The protocol that a medical director signed last; None while nobody can be treated."""
    adopted = current_protocol()
    return None if adopted is None else InForce(adopted, protocol_of(adopted))


def view_of(person: Person, protocol: Protocol, *, chart: Chart | None = None) -> View:
    """A person's chart now, with the protocol's maximum ages."""
    return look(protocol, load_chart(person) if chart is None else chart, at=clock.now())
