"""Going on although a relative rule stands against it: the right people, in writing, with their password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from unloop.care.evaluation import Outcome, Verdict, last_change, look, signature_in_time
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import NewFact, Person, add_facts, load_chart
from unloop.clinic.consulting_room.clearance import judge_person
from unloop.clinic.consulting_room.models import GateChoice
from unloop.clinic.consulting_room.standing import view_of
from unloop.clinic.consulting_room.treatments import records_of
from unloop.clinic.people.services import CredentialKind, Role, User, confirm_identity, holds_credential
from unloop.facts import Chart, Known, Phase, Record, View
from unloop.protocol import Override, Protocol
from unloop.quantity import InputRefused
from unloop.rules import codes


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under a rule, whether it still counts or not."""

    signer: str
    credential: str
    reason: str
    signed_at: datetime
    written: str


@dataclass(frozen=True, slots=True)
class AtStart:
    """The start gate of one infusion session, for rules of the day: the chart holds the readings of that session."""

    session: UUID
    chart: Chart


@dataclass(frozen=True, slots=True)
class NewSignature:
    """What somebody writes to go on.

    Attributes:
        rule: the rule that stands against treatment.
        credential: as what they sign, one of the rule's signers.
        reason: why.
        written: what else the protocol wants written, each need named in it.
    """

    rule: str
    credential: str
    reason: str
    written: str


def override_of(protocol: Protocol, rule: str) -> Override | None:
    """Who could go on although this rule stands against it; None for rules that nobody can override."""
    rules = (*protocol.document.gate, *protocol.document.sameday)
    return next((one.override for one in rules if one.id == rule), None)


def verdict_of(
    person: Person, protocol: Protocol, rule: str, *, start: AtStart | None = None
) -> Verdict | None:
    """What this rule says of the person now, at the evaluation or at the start of a session."""
    answer = (
        judge_person(GateChoice.EVALUATION, person, protocol) if start is None
        else judge_person(GateChoice.START, person, protocol, session=start.session, chart=start.chart)
    )  # fmt: skip
    return next((one for one in answer.verdicts if one.rule == rule), None)


def credentials_of(user: User, override: Override) -> tuple[str, ...]:
    """As which of the signers that a rule asks for somebody may sign."""
    return tuple(one for one in dict.fromkeys(override.signers) if _holds(user, one))


def seen_by_rules(person: Person, protocol: Protocol, *, start: AtStart | None = None) -> View:
    """The chart as the rules see it, with the readings of the session at its start."""
    if start is None:
        return view_of(person, protocol, chart=load_chart(person))
    return look(
        protocol, start.chart, at=clock.now(), session=str(start.session), phases=(Phase.BEFORE,)
    )  # fmt: skip


def signatures(rule: str, protocol: Protocol, view: View) -> tuple[Signature, ...]:
    """The signatures under a rule that were set after the facts which it reads were last changed, and are in time."""
    written = next(one for one in (*protocol.document.gate, *protocol.document.sameday) if one.id == rule)
    since = last_change(codes(written.when.condition), view)
    found = [_signature(one) for one in _standing(view) if one.get("rule") == rule]
    return tuple(
        one
        for one in found
        if (since is None or one.signed_at >= since) and signature_in_time(one.signed_at, view)
    )


@transaction.atomic
def sign_override(
    person: Person,
    protocol: Protocol,
    new: NewSignature,
    *,
    by: User,
    password: str,
    start: AtStart | None = None,
) -> Outcome:
    """Set one signature under a rule that stands against treatment.

    Args:
        person: who is treated.
        protocol: whose rule it is.
        new: what is written.
        by: who signs, with `password`.
        start: the session at whose start the rule stands; None for the evaluation.

    Returns:
        What the rule means for the gate now: overridden, or still excluding while a second person has to sign.

    Raises:
        InputRefused: the rule cannot be overridden or does not exclude, the signer lacks the credential or has
            signed already, or something is not written.
        IdentityNotConfirmed: wrong password.
    """
    rule = new.rule
    override, verdict = override_of(protocol, rule), verdict_of(person, protocol, rule, start=start)
    if override is None or verdict is None or verdict.outcome is not Outcome.EXCLUDES:
        raise InputRefused("rule", given=rule, allowed=_("a relative rule that stands against treatment"),
                           mend=_("go back to the evaluation and see what is open"))  # fmt: skip
    view = seen_by_rules(person, protocol, start=start)
    _check(new, override, by=by, set_already=signatures(rule, protocol, view))
    confirm_identity(by, password)
    signed = {
        "rule": rule, "signer": str(by.pk), "credential": new.credential, "reason": new.reason.strip(),
        "written": new.written.strip(), "signed_at": clock.now().isoformat(),
    }  # fmt: skip
    (row,) = add_facts(person, [NewFact("overrides", [*(dict(one) for one in _standing(view)), signed])])
    record(
        "consulting_room.override.signed",
        person=person.id,
        detail={"rule": rule, "credential": new.credential},
    )
    if start is not None:
        start = replace(start, chart=replace(start.chart, facts=(*start.chart.facts, row.as_fact())))
    now = verdict_of(person, protocol, rule, start=start)
    return Outcome.EXCLUDES if now is None else now.outcome


def _check(new: NewSignature, override: Override, *, by: User, set_already: tuple[Signature, ...]) -> None:
    if new.credential not in credentials_of(by, override):
        raise InputRefused("signature", given=new.credential, allowed=", ".join(override.signers),
                           mend=_("let somebody sign who holds it, verified and in date"))  # fmt: skip
    if any(one.signer == str(by.pk) for one in set_already):
        raise InputRefused("signature", given=_("your second"), allowed=_("two different people"),
                           mend=_("let the other person sign on this page"))  # fmt: skip
    if not new.reason.strip() or any(need not in new.written for need in override.needs):
        raise InputRefused("written", given=_("not everything"), allowed=", ".join(override.needs),
                           mend=_("write each of these"))  # fmt: skip


def _holds(user: User, credential: str) -> bool:
    if credential == Role.MEDICAL_DIRECTOR.value:
        return user.has_role(Role.MEDICAL_DIRECTOR)
    return credential in CredentialKind.values and holds_credential(user, CredentialKind(credential))


def _standing(view: View) -> tuple[Record, ...]:
    finding = view.find("overrides")
    return records_of(finding.value) if isinstance(finding, Known) else ()


def _signature(one: Mapping[str, object]) -> Signature:
    return Signature(
        signer=str(one.get("signer")), credential=str(one.get("credential")), reason=str(one.get("reason")),
        signed_at=datetime.fromisoformat(str(one.get("signed_at"))), written=str(one.get("written") or ""),
    )  # fmt: skip
