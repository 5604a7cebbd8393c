"""The audit app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.audit import append_only, row_refusal
from unloop.clinic.audit.actor import Actor, ActorKind, acting, current_actor, current_route
from unloop.clinic.audit.append_only import AppendOnly
from unloop.clinic.audit.models import AuditEntry, Outcome
from unloop.clinic.audit.recording import Detail, FreeTextInAudit, record
from unloop.clinic.audit.row_refusal import RowRefusal
from unloop.clinic.audit.sealing import TrailBroken, seal
from unloop.clinic.audit.trail import Question, names_come_from, trail
from unloop.clinic.audit.verification import Verdict, verify

__all__ = [
    "Actor",
    "ActorKind",
    "AppendOnly",
    "AuditEntry",
    "Detail",
    "FreeTextInAudit",
    "Outcome",
    "Question",
    "RowRefusal",
    "TrailBroken",
    "Verdict",
    "acting",
    "append_only",
    "current_actor",
    "current_route",
    "names_come_from",
    "record",
    "row_refusal",
    "seal",
    "trail",
    "verify",
]
