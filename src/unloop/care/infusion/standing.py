"""Which events stand after corrections, with what was corrected still in view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from unloop.care.infusion.event_file import change_field
from unloop.care.infusion.events import Corrected, Happening, InfusionEvent, in_order, same_entry
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something in a stored list that cannot be as it is charted; it is shown, and nothing is dropped for it."""

    event: str
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record: what was charted first, what corrected it, and what stands now.

    Attributes:
        original: as it was charted.
        corrections: oldest first.
        now: as it stands; None when it was entered in error.
    """

    original: Happening
    corrections: tuple[Corrected, ...]
    now: Happening | None


@dataclass(frozen=True, slots=True)
class Record:
    """A session's events after duplicates and corrections were sorted out.

    Attributes:
        entries: one for each event that is no correction, in order of what stands.
        anomalies: what did not fit.
    """

    entries: tuple[Entry, ...]
    anomalies: tuple[Anomaly, ...]

    @property
    def standing(self) -> tuple[Happening, ...]:
        """What happened, in order, as it stands now."""
        return tuple(sorted((entry.now for entry in self.entries if entry.now is not None), key=in_order))


def sort_out(events: Iterable[InfusionEvent]) -> Record:
    """Drop what was sent twice and apply corrections; never refuses a stored list.

    The order in which events arrive plays no part.
    """
    unique, anomalies = _once(events)
    corrections: dict[str, list[Corrected]] = {}
    for event in sorted(unique.values(), key=lambda one: (one.recorded_at, one.id)):
        if isinstance(event, Corrected):
            root = _root(event, unique)
            if root is None:
                anomalies.append(Anomaly(event.id, "corrects an event that this session does not hold"))
            else:
                corrections.setdefault(root, []).append(event)
    entries: list[Entry] = []
    for event in sorted(unique.values(), key=in_order):
        if not isinstance(event, Corrected):
            mine = tuple(corrections.get(event.id, ()))
            now, refused = _apply(event, mine)
            anomalies.extend(refused)
            entries.append(Entry(event, mine, now))
    return Record(tuple(entries), tuple(anomalies))


def _once(events: Iterable[InfusionEvent]) -> tuple[dict[str, InfusionEvent], list[Anomaly]]:
    unique: dict[str, InfusionEvent] = {}
    anomalies: list[Anomaly] = []
    for event in sorted(events, key=lambda one: (*in_order(one), repr(one))):
        known = unique.setdefault(event.id, event)
        if not same_entry(known, event):
            anomalies.append(Anomaly(event.id, "two different entries have the same id; the first stands"))
    return unique, anomalies


def _root(correction: Corrected, unique: dict[str, InfusionEvent]) -> str | None:
    """The event at the end of a chain of corrections; None when the chain leads nowhere or round in a circle."""
    seen: set[str] = set()
    target = unique.get(correction.event)
    while isinstance(target, Corrected) and target.id not in seen:
        seen.add(target.id)
        target = unique.get(target.event)
    return None if target is None or isinstance(target, Corrected) else target.id


def _apply(event: Happening, corrections: tuple[Corrected, ...]) -> tuple[Happening | None, list[Anomaly]]:
    now: Happening = event
    refusals: list[Anomaly] = []
    for correction in corrections:
        if correction.entered_in_error:
            return None, refusals
        try:
            now = cast("Happening", change_field(now, correction, where=f"correction {correction.id}"))
        except InputRefused as refused:
            refusals.append(Anomaly(correction.id, f"cannot be applied: {refused.where}: {refused.mend}"))
    return now, refusals
