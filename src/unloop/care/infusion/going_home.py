"""The discharge gate over a session: what is still missing before somebody may let the person go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from unloop.care.evaluation import NotReady, Ready, judge
from unloop.care.infusion.events import InfusionEvent
from unloop.care.infusion.order import InfusionOrder
from unloop.care.infusion.prompts import NOBODY, Watch, watch, with_session
from unloop.care.infusion.state import SessionState
from unloop.facts import Chart
from unloop.protocol import Protocol

OVER = frozenset({SessionState.RECOVERING, SessionState.DISCHARGED, SessionState.SIGNED})


@dataclass(frozen=True, slots=True)
class GoingHome:
    """The answer of the discharge gate, which lists and does not decide.

    Attributes:
        verdict: of the protocol's rules.
        pump_off: whether the infusion has ended and somebody has confirmed that the pump is off.
    """

    verdict: Ready | NotReady
    pump_off: bool

    @property
    def ready(self) -> bool:
        """Whether nothing is missing and nothing stands against leaving."""
        return self.pump_off and isinstance(self.verdict, Ready)

    @property
    def missing(self) -> tuple[str, ...]:
        """What has not been answered since the end."""
        return (*(() if self.pump_off else ("pump_confirmed_off",)), *self.verdict.missing)

    @property
    def not_met(self) -> tuple[str, ...]:
        """The rules that were answered and stand against leaving."""
        return tuple(one.rule for one in self.verdict.verdicts if not one.outcome.opens and not one.missing)


def going_home(
    protocol: Protocol,
    order: InfusionOrder,
    events: Iterable[InfusionEvent],
    *,
    session: str,
    chart: Chart = NOBODY,
    at: datetime | None = None,
) -> GoingHome:
    """Ask the discharge gate of a session; arguments as `watch`.

    After the person has left it is the moment of leaving that is judged, not the age that readings have since.
    """
    listed = tuple(events)
    watched = watch(protocol, order, listed, session=session, chart=chart, at=at)
    left_at = watched.state.discharged_at
    if left_at is not None:
        watched = watch(protocol, order, listed, session=session, chart=chart, at=left_at)
    return judge_discharge(protocol, watched, session=session, chart=chart)


def judge_discharge(protocol: Protocol, watched: Watch, *, session: str, chart: Chart = NOBODY) -> GoingHome:
    """Ask the discharge gate of a session that is already watched at the moment to be judged.

    Raises:
        ValueError: the session holds no event and there is no moment to judge.
    """
    at = watched.state.at
    if at is None:
        raise ValueError("a session without events has no moment to judge")
    # What is charted late is known here: the record is judged as it stands, at the moment it speaks of.
    facts = tuple(replace(fact, recorded_at=min(fact.recorded_at, at)) for fact in watched.facts)
    verdict = judge(
        "discharge",
        protocol,
        with_session(chart, facts, session=session),
        at=at,
        session=session,
        prompts=watched.raised,
    )
    return GoingHome(verdict, pump_off=watched.state.state in OVER)
