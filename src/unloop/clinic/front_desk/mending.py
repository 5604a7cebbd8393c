"""What stands in somebody's way in one line, and the one page on which it is mended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import ngettext

from unloop.care.evaluation import Standing
from unloop.clinic.chart.services import undecided_medicines
from unloop.clinic.consulting_room.services import OpenItem, way
from unloop.clinic.front_desk.day import Expected
from unloop.clinic.people.services import User, may_open

NAMED = 2
"""So many facts are named one by one; more of them go by the name of the rule that asks for them."""
MOST = 6
"""So many items stand under a name; the evaluation page has them all."""

_MEDICINES = {"medicines", "medicines_complete"}


@dataclass(frozen=True, slots=True)
class Mend:
    """One open item as a line.

    Attributes:
        state: excludes, missing or stale.
        words: what it is, and how old where it is out of date.
        verb, address: the link; both empty where the reader may not open the page.
    """

    state: str
    words: str
    verb: str = ""
    address: str = ""


def _mend(item: OpenItem, one: Expected, reader: User, *, imported: Collection[UUID]) -> Mend:
    there = way(item, one.appointment.person, drafts=one.appointment.person_id in imported)
    if not may_open(reader, there.route):
        return Mend(item.state, _words(item))
    return Mend(item.state, _words(item), there.verb, there.address)


def _words(item: OpenItem) -> str:
    by_label = item.state != "excludes" and item.verdict.standing is not Standing.MEDICINE
    named = ", ".join(item.labels) if by_label and len(item.labels) <= NAMED else item.verdict.title
    words = named[:1].upper() + named[1:]
    oldest = max(item.answers, key=lambda last: last.days, default=None)
    if item.state != "stale" or oldest is None or not oldest.good_for:
        return words
    age = ngettext("%(what)s, %(n)s day old, good for %(good)s", "%(what)s, %(n)s days old, good for %(good)s",
                   oldest.days)  # fmt: skip
    return age % {"what": words, "n": oldest.days, "good": oldest.good_for}


def with_mends(visits: Sequence[Expected], reader: User) -> list[tuple[Expected, tuple[Mend, ...]]]:
    """Each visit with the first items that stand in the way, each place once, linked where the reader may go there."""
    asked = {
        one.appointment.person_id
        for one in visits
        if any(_MEDICINES & set(item.codes) for item in one.open_items)
    }
    imported = undecided_medicines(asked) if asked else set()
    return [
        (one, tuple(_mend(item, one, reader, imported=imported) for item in one.open_items[:MOST]))
        for one in visits
    ]
