"""What stands in somebody's way in one line, and the one page on which it is mended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from unloop.care.evaluation import Standing
from unloop.clinic.chart.services import undecided_medicines
from unloop.clinic.consulting_room.services import OpenItem
from unloop.clinic.front_desk.day import Expected
from unloop.clinic.people.services import User, may_open

NAMED = 2
"""So many facts are named one by one; more of them go by the name of the rule that asks for them."""
MOST = 6
"""So many items stand under a name; the evaluation page has them all."""

_VERBS: dict[str, Promise] = {
    "laboratory": _("Order"),
    "scales": _("Rate"),
    "measurements": _("Measure"),
    "medical": _("Enter"),
    "treatments": _("Enter"),
    "consent": _("Talk it through"),
}
_TESTED = {"urine_drug_screen", "pregnancy_test"}
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
    verb: str | Promise = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    verb: str | Promise
    route: str
    further: tuple[str, ...] = ()


_OWN_PAGES = {
    "medicine_decisions": _Way(_("Decide"), "consulting_room:medicine_decisions"),
    "medicines": _Way(_("Go through them"), "chart:medicines"),
    "medicines_complete": _Way(_("Go through them"), "chart:medicines"),
    "ybocs": _Way(_("Rate"), "questionnaires:rate", ("ybocs",)),
}


def _mend(item: OpenItem, one: Expected, reader: User, *, imported: Collection[UUID]) -> Mend:
    way = (
        _past(item)
        if item.state == "excludes"
        else _answer(item, imported=one.appointment.person_id in imported)
    )
    if not may_open(reader, way.route):
        return Mend(item.state, _words(item))
    address = reverse(way.route, args=[one.appointment.person_id, *way.further])
    return Mend(item.state, _words(item), way.verb, address)


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


def _past(item: OpenItem) -> _Way:
    """Past an answer that stands against treatment; the same places as on the evaluation page."""
    if item.contradicted:
        return _Way(_("Correct"), "chart:facts")
    if item.verdict.override is not None:
        return _Way(_("Decide"), "consulting_room:override", (item.verdict.rule,))
    if item.verdict.standing is Standing.MEDICINE:
        return _Way(_("Look"), "chart:medicines")
    if item.verdict.standing is Standing.REQUIRED and item.group:
        return _Way(_("Answer again"), "consulting_room:answer", (item.group,))
    return _Way(_("See the entry"), "chart:facts")


def _answer(item: OpenItem, *, imported: bool) -> _Way:
    """To where something that is missing or out of date is answered; the same places as on the evaluation page."""
    if imported and _MEDICINES & set(item.codes):
        return _Way(_("Decide"), "chart:imported")
    if item.contradicted:
        return _Way(_("Correct"), "chart:facts")
    own = next((_OWN_PAGES[code] for code in item.codes if code in _OWN_PAGES), None)
    if own is not None and (item.codes == ("ybocs",) or "ybocs" not in item.codes):
        return own
    if item.group == "consent":
        return _Way(_("Talk it through"), "consulting_room:consent")
    verb = _("Test") if _TESTED.issuperset(item.codes) else _VERBS.get(item.group, _("Ask"))
    return _Way(verb, "consulting_room:answer", (item.group,))


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
