"""The lanes of medicines: each from list to list, and the benzodiazepines together, in diazepam a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from unloop.care.treatment_history import AsDiazepam, Resolved, as_diazepam, resolve
from unloop.clinic.chart.befallen import number_of
from unloop.facts import Chart, Fact, Record

_LIST, _DOSES, _TYPED = "medicines", "medicine_doses", "diazepam_equivalent"
_ONE_VISIT = timedelta(hours=1)
"""List and doses of one visit are written one after the other; what stood between the two was never taken."""


@dataclass(frozen=True, slots=True)
class Span:
    """A medicine from when it was first said to be taken until it no longer was.

    Attributes:
        dose: as the record knows it, in words; empty where it does not.
        strength: the dose as a share of the highest of this lane, 0 to 1, for the shade.
        sources: by which its dose was compared with another medicine; empty where it was not.
    """

    name: str
    begin: datetime
    end: datetime | None
    dose: str = ""
    strength: float = 1.0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Daily:
    """What the benzodiazepines come to a day: milligrams of diazepam, in words, and by which sources."""

    mg: float
    words: str
    sources: tuple[str, ...] = ()


_NONE = _Daily(0.0, "")


def medicine_spans(chart: Chart, now: datetime) -> tuple[Span, ...]:
    """Each medicine from the first list that names it to the first later one that does not."""
    doses = _highest_doses(chart, now)
    spans: list[Span] = []
    open_since: dict[str, datetime] = {}
    for fact in chart.standing(_LIST, at=now, known_at=now):
        names = _names(fact)
        gone = [name for name in open_since if name not in names]
        spans += [Span(name, open_since.pop(name), fact.at, doses.get(name, "")) for name in gone]
        for name in names:
            open_since.setdefault(name, fact.at)
    return (*spans, *(Span(name, since, None, doses.get(name, "")) for name, since in open_since.items()))


def benzodiazepine_spans(chart: Chart, now: datetime) -> tuple[Span, ...]:
    """The daily dose as diazepam, from each change to the next.

    Where the list names them and their daily doses are charted, the amount follows from the shipped equivalents, whose
    sources differ: a range. Where a dose is not charted, what somebody typed stands, and says so.
    """
    said = {code: chart.standing(code, at=now, known_at=now) for code in (_LIST, _DOSES, _TYPED)}
    changes: list[tuple[datetime, _Daily]] = []
    for moment in _visits({fact.at for facts in said.values() for fact in facts}):
        daily = _daily(*(_last(said[code], moment) for code in (_LIST, _DOSES, _TYPED)))
        if daily != (changes[-1][1] if changes else _NONE):
            changes.append((moment, daily))
    ends: list[datetime | None] = [*(one[0] for one in changes[1:]), None]
    most = max((one[1].mg for one in changes), default=0.0)
    return tuple(
        Span(_("benzodiazepines"), begin, end, daily.words, daily.mg / most, daily.sources)
        for (begin, daily), end in zip(changes, ends, strict=False) if daily.mg > 0
    )  # fmt: skip


def _visits(moments: set[datetime]) -> Iterator[datetime]:
    """The last moment of each visit, in order."""
    ordered = sorted(moments)
    for moment, following in zip(ordered, [*ordered[1:], None], strict=False):
        if following is None or following - moment > _ONE_VISIT:
            yield moment


def _daily(taken: Fact | None, doses: Fact | None, typed: Fact | None) -> _Daily:
    coded = as_diazepam(_names(taken), _records(doses)) if taken else None
    if coded is not None and coded.parts and not coded.unknown:
        return _coded(coded, _("as diazepam %s mg a day"))
    if typed is not None and (coded is not None or taken is None or typed.at >= taken.at):
        mg = number_of(typed)
        return _Daily(mg, _("as diazepam %g mg a day, as entered") % mg) if mg > 0 else _NONE
    if coded is not None and coded.parts:
        return _coded(coded, _("as diazepam %s mg a day or more"))
    return _NONE


def _coded(coded: AsDiazepam, words: str) -> _Daily:
    least, most = f"{coded.low_mg:.3g}", f"{coded.high_mg:.3g}"
    amount = least if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
    return _Daily((coded.low_mg + coded.high_mg) / 2, words % amount, coded.sources)


def _last(facts: tuple[Fact, ...], moment: datetime) -> Fact | None:
    return next((fact for fact in reversed(facts) if fact.at <= moment), None)


def _names(fact: Fact | None) -> list[str]:
    return [str(one) for one in fact.value] if fact is not None and isinstance(fact.value, tuple) else []


def _records(fact: Fact | None) -> tuple[Record, ...]:
    value = fact.value if fact is not None else None
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, tuple) else ()


def _highest_doses(chart: Chart, now: datetime) -> dict[str, str]:
    """By ingredient, the highest dose that the history of treatments names: it has no day of its own."""
    found: dict[str, float] = {}
    said = chart.standing("sri_treatments", at=now, known_at=now)
    for one in _records(said[-1] if said else None):
        named, dose = resolve(str(one.get("name", ""))), one.get("max_dose_mg_per_day")
        if isinstance(named, Resolved) and isinstance(dose, (int, float)):
            found[named.ingredient] = max(float(dose), found.get(named.ingredient, 0.0))
    return {name: _("up to %(dose)g mg a day") % {"dose": dose} for name, dose in found.items()}
