"""What befell a person besides ratings, infusions and medicines, as marks on the axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unloop.care.outcome import Leaving, LeavingReason, read_adverse_event
from unloop.facts import Chart, Fact
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Mark:
    """Something of one day: a session of ERP, an event of the person's life, or what was said of sessions so far.

    Attributes:
        drawn: the words beside the mark in the picture; None for the same words, empty for none.
    """

    at: datetime
    words: str
    drawn: str | None = None


@dataclass(frozen=True, slots=True)
class AdverseMark:
    """An adverse event: what it was, how bad, and whether it was serious."""

    at: datetime
    words: str
    grade: int
    serious: bool


def number_of(fact: Fact) -> float:
    """The value of a fact that is a number."""
    return fact.value if isinstance(fact.value, float) else float(str(fact.value))


def erp_marks(chart: Chart, now: datetime) -> Iterator[Mark]:
    """Sessions as they were written down, and what the history of treatments said of them, in their order."""
    sessions = chart.standing("erp_session", at=now, known_at=now)
    last = len(sessions) - 1
    held = [
        Mark(fact.at, _("%(n)g min") % {"n": number_of(fact)}, _count(len(sessions)) if place == last else "")
        for place, fact in enumerate(sessions)
    ]
    yield from sorted([*_said_of_erp(chart, now), *held], key=lambda mark: mark.at)


def _count(sessions: int) -> str:
    return ngettext("%(n)d session written down", "%(n)d sessions written down", sessions) % {"n": sessions}


def _said_of_erp(chart: Chart, now: datetime) -> Iterator[Mark]:
    """What the history of treatments said about ERP each time it was taken; said once where nothing changed."""
    before = ""
    for fact in chart.standing("psychotherapies", at=now, known_at=now):
        erp = [one for one in records_of(fact) if one.get("kind") == "erp"]
        words = ", ".join(word for one in erp if (word := _amount_of(one)))
        if words and words != before:
            yield Mark(fact.at, words)
        before = words


def _amount_of(one: Mapping[str, object]) -> str:
    sessions, hours = one.get("sessions"), one.get("hours")
    if isinstance(sessions, (int, float)):
        return _("%(n)g sessions so far") % {"n": sessions}
    return _("%(n)g hours so far") % {"n": hours} if isinstance(hours, (int, float)) else _("taken")


def life_events(chart: Chart, now: datetime) -> Iterator[Mark]:
    """Events of the person's life, in their own words."""
    for fact in chart.standing("life_event", at=now, known_at=now):
        for one in records_of(fact):
            if words := str(one.get("in_own_words") or ""):
                yield Mark(fact.at, words)


def adverse_marks(chart: Chart, now: datetime) -> Iterator[AdverseMark]:
    """Adverse events at their onset."""
    for fact in chart.standing("adverse_event", at=now, known_at=now):
        for one in records_of(fact):
            try:
                event = read_adverse_event(one, fact.at)
            except (
                InputRefused
            ):  # an imported entry that says too little stays in the record, off the picture
                continue
            yield AdverseMark(event.onset, event.term, int(event.grade), event.is_serious)


def leaving_of(chart: Chart, now: datetime) -> Leaving | None:
    """When and why the person left treatment early, as it was said last; None where they did not."""
    said = chart.standing("left_treatment", at=now, known_at=now)
    return Leaving(said[-1].at, LeavingReason(str(said[-1].value))) if said else None


def records_of(fact: Fact) -> tuple[Mapping[str, object], ...]:
    """The entries of a fact that is a list of records."""
    value = fact.value
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, tuple) else ()
