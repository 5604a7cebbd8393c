"""Not now, because: the reasons of a shut gate for the person, in plain words, to be printed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from unloop.care.evaluation import Standing
from unloop.clinic.consulting_room.board import Board, OpenItem
from unloop.clinic.consulting_room.wording import GROUPS


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and what could happen next."""

    title: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked together: at which part of the evaluation, and there for what."""

    part: str
    what: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """What the person is told.

    Attributes:
        against: what was found that stands against treatment now.
        to_ask: what has not been asked or measured yet.
        to_ask_again: what was asked too long ago.
    """

    against: tuple[Reason, ...]
    to_ask: tuple[Asked, ...]
    to_ask_again: tuple[Asked, ...]


def tell(board: Board) -> NotNow:
    """Say the open items of a judgement to the person."""
    return NotNow(
        against=tuple(_reason(one) for one in board.excludes),
        to_ask=_together(board.missing),
        to_ask_again=_together(board.stale),
    )


def _reason(item: OpenItem) -> Reason:
    verdict = item.verdict
    title = verdict.title
    if verdict.standing is Standing.REQUIRED:
        title = _("This has to be so first, and is not: %s") % _small(title)
        later = _("Until it is so, this clinic does not give ketamine. If it changes, it is looked at again.")
    elif verdict.override is not None:
        later = _("It can be looked at again: a clinician can decide otherwise with a written reason.")
    else:
        later = _(
            "As long as this is so, this clinic does not give ketamine. If it changes, it is looked at again."
        )
    return Reason(title, f"{verdict.why} {later}", verdict.source)


def _small(title: str) -> str:
    """A title inside a sentence; one that begins with an abbreviation stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _together(items: tuple[OpenItem, ...]) -> tuple[Asked, ...]:
    """Part by part: threescore single lines would be read as threescore faults."""
    parts: dict[str, dict[str, None]] = {}
    for item in items:
        parts.setdefault(item.group, {}).update(dict.fromkeys(item.labels))
    return tuple(Asked(_part(group), ", ".join(labels)) for group, labels in parts.items())


def _part(group: str) -> str:
    return _("A visit") if group == "identity" else str(GROUPS.get(group, _("What we decide with you")))
