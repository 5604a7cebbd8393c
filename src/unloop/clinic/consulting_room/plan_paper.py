"""The plan on paper, in plain words for the person: goals, infusions, dose, what goes beside, what ends it, versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import assert_never

import typst
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from unloop.care.evaluation import Hold
from unloop.care.plan import BASE_AS_LABELLED, Adjustment, Preparation, Step
from unloop.clinic.consulting_room.letters import letters
from unloop.clinic.consulting_room.models import Plan
from unloop.clinic.consulting_room.plan_words import Around, Version
from unloop.protocol import Protocol
from unloop.quantity import InputRefused, plain


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a part: what, how or why, and who says so."""

    strong: str
    text: str = ""
    small: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below their heads; `right` counts the last columns that hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the paper.

    Attributes:
        title: its heading.
        said: paragraphs.
        quotes: in the person's own words.
        table: numbers, where there are some.
        items: lines with a reason each.
        small: who says so.
    """

    title: str
    said: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    table: Table | None = None
    items: tuple[Item, ...] = ()
    small: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """Everything that the paper says.

    Attributes:
        plan: the version that stands.
        protocol: under which it was laid down.
        prepared: dose, bag and pump for the weight of today; or why there is none.
        changes: the rules that changed the dose, the ordered step among them.
        around: course, holds, stop rules and tailoring.
        versions: the last first.
        same: whether the protocol still gives what was planned.
    """

    plan: Plan
    protocol: Protocol
    prepared: Preparation | InputRefused
    changes: tuple[Adjustment, ...]
    around: Around
    versions: tuple[Version, ...]
    same: bool


def plan_pdf(planned: Planned, *, spoken_to: str, day: str) -> bytes:
    """The plan as a PDF.

    Args:
        planned: what it says.
        spoken_to: the person's name, on top of each page.
        day: on which it was printed.
    """
    source = resources.files("unloop.clinic.consulting_room").joinpath("typst", "plan.typ").read_bytes()
    # Everything that was written by people goes in as data and never as markup.
    data = {"plan": json.dumps(plan_document(planned, spoken_to=spoken_to, day=day))}
    return typst.compile(source, format="pdf", font_paths=letters(), sys_inputs=data)


def plan_document(planned: Planned, *, spoken_to: str, day: str) -> dict[str, object]:
    """Everything that stands on the paper, as plain data."""
    version = planned.versions[0]
    return {
        "title": _("Your plan"), "language": (get_language() or "en").split("-", maxsplit=1)[0],
        "for": _("For %(name)s, printed on %(day)s") % {"name": spoken_to, "day": day},
        "lead": _lead(planned),
        "warning": "" if planned.same else _(
            "The protocol gives something else today than when this plan was laid down. Ask before the next infusion."
        ),
        "parts": [asdict(part) for part in _parts(planned)],
        "foot": _("Version %(n)d, laid down on %(at)s by %(by)s, by protocol %(id)s %(version)s. SHA-256 of its terms: %(sha)s") % {
            "n": version.number, "at": _day(planned.plan), "by": version.by or _("nobody named"),
            "id": planned.protocol.id, "version": planned.protocol.version, "sha": planned.plan.sha256,
        },
    }  # fmt: skip


def _parts(planned: Planned) -> Iterator[Part]:
    yield _goals(planned.around)
    yield _infusions(planned)
    yield _dose(planned)
    yield _beside(planned.around)
    yield _held(planned.around.holds)
    yield _ends(planned.around)
    yield _versions(planned.versions)


def _lead(planned: Planned) -> str:
    schedule = planned.protocol.document.schedule
    course = _("Up to %(n)d infusions, at most %(per)d a week.") % {
        "n": schedule.infusions, "per": schedule.per_week,
    }  # fmt: skip
    if isinstance(planned.prepared, InputRefused):
        return course
    given = _("%(dose)s of ketamine into a vein over %(minutes)s, for the weight of today.") % {
        "dose": planned.prepared.dose, "minutes": planned.prepared.minutes,
    }  # fmt: skip
    return f"{given} {course}"


def _goals(around: Around) -> Part:
    goals = around.tailoring.goals if around.tailoring else ()
    none = () if goals else (_("Nothing is written here yet. You can say it at any visit."),)
    return Part(_("What you want to be able to do again"), said=none, quotes=goals)


def _infusions(planned: Planned) -> Part:
    schedule = planned.protocol.document.schedule
    head = (_("Infusion"), _("Day"), _("Days for ERP"), _("ERP sessions"), _("Then"))
    rows = tuple(
        (
            str(one.infusion), _("day %d") % one.day,
            _("days %(first)d to %(last)d") % {"first": one.window[0], "last": one.window[1]} if one.window else _("none"),
            ", ".join(_("day %d") % day for day in one.erp) or _("none planned"),
            _("how you are is rated") if one.assess else "",
        )
        for one in planned.around.course
    )  # fmt: skip
    said = (
        _("Day 1 is the first infusion; the real days are booked with you. There are at least %s between two.")
        % schedule.min_gap.words(),
        _("ERP is exposure with response prevention. Its days begin on the day after an infusion, since nobody decides "
          "much before a night's sleep, and end %s after it or before the next one.") % schedule.erp_within.words(),
    )  # fmt: skip
    return Part(
        _("The infusions"), said=said, table=Table(head, rows), small=f"{schedule.why} ({schedule.id})"
    )


def _dose(planned: Planned) -> Part:
    title = _("The dose, and how it is worked out")
    terms = planned.plan.terms
    planned_as = _("Planned are %(per_kg)s mg for each kilogram over %(minutes)s minutes, at most %(most)s mg. All doses: %(base)s.") % {
        "per_kg": f"{terms['mg_per_kg']:g}", "minutes": f"{terms['minutes']:g}", "most": f"{terms['most_mg']:g}",
        "base": BASE_AS_LABELLED,
    }  # fmt: skip
    then = _("When the plan was laid down that was %(dose)s mg for %(kg)s kg. On each day it is worked out anew.") % {
        "dose": f"{planned.plan.dose_mg:g}", "kg": f"{planned.plan.weight_kg:g}",
    }  # fmt: skip
    changes = tuple(
        Item(_("Because %s.") % one.words, one.why, _said_by(one.rule, one.sources))
        for one in planned.changes
    )
    none = () if changes else (_("No rule changes it: the dose is the protocol's own."),)
    if isinstance(planned.prepared, InputRefused):
        why = _("No dose can be worked out today: %s.") % planned.prepared.mend
        return Part(title, said=(planned_as, then, why, *none), items=changes)
    return Part(title, said=(planned_as, then, *none), table=_steps(planned.prepared.steps), items=changes)


def _steps(steps: Iterable[Step]) -> Table:
    rows = tuple((one.label, one.formula, f"{plain(one.result, decimals=2)} {one.unit}") for one in steps)
    return Table((_("Step"), _("How"), _("Result")), rows, right=1)


def _beside(around: Around) -> Part:
    tailoring = around.tailoring
    sessions = tailoring.erp_sessions if tailoring else 0
    erp = (
        ngettext("%d session after each infusion, on the day in the table above.",
                 "%d sessions after each infusion, on the days in the table above.", sessions) % sessions
        if sessions else _("None planned after the infusions.")
    )  # fmt: skip
    words = ": ".join(part for part in (around.sri, tailoring.sri_words if tailoring else "") if part)
    return Part(_("What goes beside the infusions"), items=(
        Item(_("Exposure with response prevention (ERP)"), erp),
        Item(_("Serotonin reuptake inhibitor"), _sentence(words) if words else _("Not decided yet.")),
    ))  # fmt: skip


def _held(holds: tuple[Hold, ...] | None) -> Part:
    title = _("What you leave out before an infusion")
    never = _(
        "Every other medicine goes on, on the day too. Do not stop any medicine by yourself: ask us first."
    )
    if holds is None:
        said = _("The list of your medicines is not known yet, so nobody can say what is left out. Ask us.")
        return Part(title, said=(said,))
    if not holds:
        return Part(title, said=(_("Nothing is left out."), never))
    items = tuple(Item(one.medicine, _hold(one), _said_by(one.rule, one.sources)) for one in holds)
    return Part(title, said=(never,), items=items)


def _hold(one: Hold) -> str:
    before = one.before.words() if one.before is not None else ""
    match one.state:
        case "hold":
            how = _("Left out for %s before each infusion.") % before if before else _("Left out on the day.")
        case "goes-on":
            how = _("Goes on, as was decided with you.")
        case "to-be-decided":
            how = _("Still to be decided: ask us before the first infusion.")
        case _:
            assert_never(one.state)
    return f"{how} {one.why}"


def _ends(around: Around) -> Part:
    rules = tuple(
        Item(
            f"{one.title}: {one.then}", f"{_('When: %s.') % one.words} {one.why}", f"{one.rule}: {one.source}"
        )
        for one in around.stops
    )
    own = tuple(Item(_("For you"), one) for one in (around.tailoring.stop_rules if around.tailoring else ()))
    said = _(
        "This was set before the start. And you can stop at any time, without a reason: nothing else of your care changes."
    )
    return Part(_("When the course ends"), said=(said,), items=(*rules, *own))


def _versions(versions: Sequence[Version]) -> Part:
    items = tuple(
        Item(
            _("Version %(n)d, %(at)s, %(by)s") % {"n": one.number, "at": _day(one.plan), "by": one.by or _("nobody named")},
            one.plan.reason or (_("The first one.") if one.number == 1 else _("The same again, for the weight of that day.")),
            "; ".join(one.changed),
        )
        for one in versions
    )  # fmt: skip
    said = _(
        "A plan is never overwritten. Your consent holds for one version, and is asked for again after a change."
    )
    return Part(_("Versions of this plan"), said=(said,), items=items)


def _said_by(rule: str, sources: Sequence[str]) -> str:
    return f"{rule}: {'; '.join(sources)}" if sources else rule


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _day(plan: Plan) -> str:
    return date_format(localtime(plan.at), "j F Y")
