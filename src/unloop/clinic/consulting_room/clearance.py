"""Judging a person at a gate, and keeping the proof when it is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from unloop.care.evaluation import NotReady, Outcome, Ready, judge
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, load_chart
from unloop.clinic.consulting_room.models import Clearance, ClearanceVoided, GateChoice
from unloop.clinic.consulting_room.signer import signer
from unloop.facts import DICTIONARY, Chart
from unloop.protocol import Protocol

START_HOLDS_FOR = timedelta(minutes=15)
"""A start is judged over the facts of this minute; what was true a quarter of an hour ago is judged again."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def judge_person(
    gate: GateChoice,
    person: Person,
    protocol: Protocol,
    *,
    session: UUID | None = None,
    chart: Chart | None = None,
) -> Ready | NotReady:
    """Ask a gate about a person now, without keeping anything."""
    facts = load_chart(person) if chart is None else chart
    key = str(session) if session else None
    # In the clinic's zone: somebody turns 18 when the day begins here, not when it begins in Greenwich.
    now = localtime(clock.now())
    return judge("start" if gate == GateChoice.START else "evaluation", protocol, facts, at=now, session=key)


@transaction.atomic
def clear(
    gate: GateChoice,
    person: Person,
    protocol: Protocol,
    *,
    session: UUID | None = None,
    chart: Chart | None = None,
) -> Clearance | NotReady:
    """Ask a gate and, if it is open, keep the proof in the same transaction.

    Returns:
        The clearance, or the reasons why there is none.
    """
    answer = judge_person(gate, person, protocol, session=session, chart=chart)
    detail: dict[str, str | int | float | bool | list[str] | None] = {
        "gate": gate.value,
        "sha256": protocol.sha256,
    }
    if isinstance(answer, NotReady):
        record(
            "consulting_room.gate.shut",
            person=person.id,
            detail={**detail, "missing": list(answer.missing)[:20]},
        )
        return answer
    expires = answer.valid_until or _NEVER
    clearance = Clearance(
        person=person, gate=gate, session_id=session, protocol_id=protocol.id, version=protocol.version,
        sha256=protocol.sha256, judged_at=answer.at,
        valid_until=min(expires, answer.at + START_HOLDS_FOR) if gate == GateChoice.START else expires,
        rests_on=sorted(rests_on(answer)), by=signer(),
        verdicts=[{"rule": one.rule, "answer": one.answer.value, "outcome": one.outcome.value} for one in answer.verdicts],
    )  # fmt: skip
    clearance.save()
    record("consulting_room.gate.opened", person=person.id, about=clearance, detail=detail)
    return clearance


def rests_on(answer: Ready) -> frozenset[str]:
    """The recorded codes whose change would ask for a new judgement, the inputs of derived ones included."""
    used = {use.code for verdict in answer.verdicts for use in verdict.used}
    if any(verdict.outcome is Outcome.OVERRIDDEN for verdict in answer.verdicts):
        used.add("overrides")
    for code in tuple(used):
        definition = DICTIONARY[code]
        used |= {*definition.inputs, *((definition.complete_by,) if definition.complete_by else ())}
    return frozenset(code for code in used if not DICTIONARY[code].derived)


def current_clearance(person: Person, gate: GateChoice, *, protocol: Protocol) -> Clearance | None:
    """The clearance that holds now under this protocol, if there is one."""
    return (
        Clearance.objects.filter(
            person=person, gate=gate, sha256=protocol.sha256, voided__isnull=True, valid_until__gt=clock.now()
        )
        .order_by("-judged_at")
        .first()
    )


def void_what_rests_on(person: Person, codes: frozenset[str]) -> None:
    """Void every clearance of this person that rests on one of these codes. Called when facts are added."""
    standing = Clearance.objects.filter(person=person, voided__isnull=True, valid_until__gt=clock.now())
    for clearance in standing:
        because = codes.intersection(clearance.rests_on)
        if because:
            ClearanceVoided(clearance=clearance, at=clock.now(), because_of=sorted(because)).save()
            record("consulting_room.clearance.voided", person=person.id, about=clearance,
                   detail={"codes": sorted(because)})  # fmt: skip
