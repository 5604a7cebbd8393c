"""After the infusion: recovery scales, the discharge gate with what is missing, and the signature."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from unloop.care.infusion import GoingHome, InfusionEvent, going_home
from unloop.clinic.audit import clock
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.sessions import Charted, chart_event, events_of, protocol_of
from unloop.clinic.chart.services import load_chart
from unloop.clinic.people.services import User, confirm_identity
from unloop.facts import DICTIONARY, Chart, FactDefinition, Phase
from unloop.rules import codes

_IN_THE_VITALS_ROW = frozenset({"sbp", "dbp", "hr", "spo2", "rr", "rass"})


def questions_after(session: InfusionSession) -> tuple[FactDefinition, ...]:
    """What the discharge gate asks beside the vital signs, in the protocol's order."""
    asked: dict[str, None] = {}
    for rule in protocol_of(session).document.discharge.require:
        asked.update(dict.fromkeys(codes(rule.when.condition)))
    return tuple(
        definition
        for code in asked
        if Phase.RECOVERY in (definition := DICTIONARY[code]).phases
        and not definition.derived
        and code not in _IN_THE_VITALS_ROW
    )


def judge_leaving(
    session: InfusionSession, *, chart: Chart | None = None, events: tuple[InfusionEvent, ...] | None = None
) -> GoingHome:
    """What the discharge gate says now, or said when the person left."""
    return going_home(
        protocol_of(session), session.order, events_of(session) if events is None else events,
        session=str(session.id), chart=load_chart(session.person) if chart is None else chart, at=clock.now(),
    )  # fmt: skip


def discharge(session: InfusionSession, entry_id: UUID, *, at: datetime | None = None) -> Charted:
    """Chart that the person has left.

    Raises:
        DischargeRefused: something is missing or stands against it.
        ImpossibleTransition: the infusion has not ended.
    """
    return chart_event(session, _entry(entry_id, "discharged", at))


def sign(session: InfusionSession, entry_id: UUID, *, by: User, password: str) -> Charted:
    """Sign the record of a session with one's password.

    Raises:
        IdentityNotConfirmed: not the signer's password.
        ImpossibleTransition: the person has not left.
    """
    confirm_identity(by, password)
    return chart_event(session, _entry(entry_id, "signed", None))


def _entry(entry_id: UUID, kind: str, at: datetime | None) -> dict[str, object]:
    return {"id": str(entry_id), "type": kind, **({"at": at.isoformat()} if at else {})}
