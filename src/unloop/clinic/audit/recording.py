"""Adding to the trail, inside the caller's transaction: if the entry cannot be written, nothing happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from django.db import models

from unloop.clinic.audit import clock
from unloop.clinic.audit.actor import Actor, current_actor, current_route
from unloop.clinic.audit.models import AuditEntry, Outcome
from unloop.clinic.audit.sealing import share_lock

Detail = str | int | float | bool | None | list[str]
_WORDLESS = re.compile(r"[\w.:/+\-=,%]{0,64}", re.ASCII)


class FreeTextInAudit(ValueError):
    """A detail looks like words. The trail holds codes, ids, numbers and times only."""


def record(
    action: str,
    *,
    person: UUID | None = None,
    about: models.Model | tuple[str, str] | None = None,
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, Detail] | None = None,
    by: Actor | None = None,
) -> None:
    """Write one line of the trail.

    Args:
        action: what was done, as `app.verb` or `app.thing.verb`, e.g. `chart.fact.recorded`.
        person: whose data it was, if it was anybody's.
        about: the object, as a saved model or as (type, id).
        outcome: done, denied or failed.
        detail: codes, ids, numbers, ISO times; strings of at most 64 characters without a space.
        by: who did it; by default whoever acts now (`actor.acting`, set for every request).

    Raises:
        FreeTextInAudit: a detail holds words, which could be a name or something a person said.
    """
    actor = by or current_actor()
    object_type, object_id = _named(about)
    entry = AuditEntry(
        at=clock.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        role=actor.role,
        action=action,
        person_id=person,
        object_type=object_type,
        object_id=object_id,
        route=current_route(),
        outcome=outcome.value,
        detail=_checked(detail or {}),
    )
    entry.digest = entry.expected_digest()
    share_lock()
    entry.save()


def _named(about: models.Model | tuple[str, str] | None) -> tuple[str, str]:
    match about:
        case None:
            return "", ""
        case models.Model():
            return about._meta.label_lower, str(about.pk)
        case (kind, identity):
            return kind, identity


def _checked(detail: Mapping[str, Detail]) -> dict[str, Detail]:
    for key, value in detail.items():
        for text in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            if not _WORDLESS.fullmatch(text):
                raise FreeTextInAudit(f"audit detail {key!r} takes a code, an id or a time, not words")
    return dict(detail)
