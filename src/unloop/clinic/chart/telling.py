"""A course in words: its one true sentence, and the argument in three parts. Never a cause."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unloop.care.outcome import Category
from unloop.clinic.chart.drawing import infusions_in_words
from unloop.clinic.chart.timeline import RatedPoint, Timeline
from unloop.clinic.people.services import spelled


@dataclass(frozen=True, slots=True)
class Told:
    """One part of the argument."""

    title: str
    words: str


def sentence(course: Timeline) -> str:
    """The one true sentence about a course; never a cause."""
    if course.latest is None:
        return _("No rating yet, so no course to draw.")
    if not course.infusions:
        return _("Y-BOCS %(now)g, before any infusion.") % {"now": course.latest.total}
    count = len(course.infusions)
    over = ngettext("%(count)s infusion", "%(count)s infusions", count) % {"count": spelled(count)}
    if course.baseline is None or course.latest.at <= course.baseline.at:
        return _capital(_("%(over)s given; not rated since.") % {"over": over})
    points = course.baseline.total - course.latest.total
    if points == 0:
        return _("Severity is unchanged over %(over)s.") % {"over": over}
    words = (
        _("Severity fell by %(points)g points over %(over)s.")
        if points > 0
        else _("Severity rose by %(points)g points over %(over)s.")
    )
    return words % {"points": abs(points), "over": over}


def word(course: Timeline) -> str:
    """The consensus word for the last rating and what it rests on, or that none is said yet; empty before infusions."""
    outcome = course.latest.outcome if course.latest is not None else None
    if outcome is None:
        return ""
    values = {"word": outcome.category, "pending": outcome.pending, "basis": outcome.basis}
    said = outcome.category not in {Category.NOT_RATED, Category.NOT_YET_SAID}
    if outcome.pending is None:
        words = _("The word today is %(word)s, %(basis)s.") if said else _("No word can be said yet.")
        return words % values
    waits = _(
        "The last rating is that of %(pending)s, %(basis)s; the word is said once it has lasted as long as its "
        "definition asks."
    )
    until = " " + _("Until then the word is %(word)s.") if said else ""
    return (waits + until) % values


def argument(course: Timeline) -> tuple[Told, ...]:
    """What the ratings show against their error, what was given, and what else went on in the same weeks."""
    return (_severity(course), _given(course), _beside(course)) if course.latest is not None else ()


def _severity(course: Timeline) -> Told:
    first, last = course.baseline or course.points[0], course.points[-1]
    if first.at == last.at:
        return Told(_("One rating is not yet a course"), _alone(last, course))
    error = course.reliable_change
    if error is None:
        return Told(_("Measurement error is not known"), _from_to(first, last))
    fell, beyond = first.total > last.total, abs(first.total - last.total) - error > 1e-9
    if first.total == last.total:
        title = _("The two ratings are equal")
    elif fell:
        title = (
            _("The fall is beyond measurement error") if beyond else _("The fall is within measurement error")
        )
    else:
        title = (
            _("The rise is beyond measurement error") if beyond else _("The rise is within measurement error")
        )
    words = _("%(course)s; two ratings of an unchanged person can differ by %(error).1f points.") % {
        "course": _from_to(first, last), "error": error,
    }  # fmt: skip
    return Told(title, words)


def _alone(last: RatedPoint, course: Timeline) -> str:
    if course.half_width is None:
        return _("%(total)g points on %(day)s.") % {"total": last.total, "day": _day(last)}
    return _("%(total)g points on %(day)s; measurement error alone could make it %(low)d to %(high)d.") % {
        "total": last.total, "day": _day(last), "low": round(last.low), "high": round(last.high),
    }  # fmt: skip


def _from_to(first: RatedPoint, last: RatedPoint) -> str:
    return _("%(first)g to %(last)g points, %(begin)s to %(end)s") % {
        "first": first.total, "last": last.total, "begin": _day(first), "end": _day(last),
    }  # fmt: skip


def _given(course: Timeline) -> Told:
    if not course.infusions:
        return Told(_("No infusion was given here"), _("What is drawn is the time before treatment."))
    title = ngettext("%(count)s infusion was given", "%(count)s infusions were given", len(course.infusions))
    first, last = (
        date_format(localtime(one.at), "j F Y") for one in (course.infusions[0], course.infusions[-1])
    )
    when = first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
    words = _("%(what)s of ketamine base as labelled, %(when)s.") % {
        "what": infusions_in_words(course).split(", ", 1)[1], "when": when,
    }  # fmt: skip
    return Told(_capital(title % {"count": spelled(len(course.infusions))}), words)


def _beside(course: Timeline) -> Told:
    """What changed between the first and the last rating that are compared, apart from infusions."""
    first, last = (course.baseline or course.points[0]).at, course.points[-1].at
    begun = [one.name for one in course.medicines if first < one.begin <= last]
    ended = [one.name for one in course.medicines if one.end is not None and first < one.end <= last]
    said = [
        *([_("new or changed: %s") % ", ".join(dict.fromkeys(begun))] if begun else []),
        *([_("ended or changed: %s") % ", ".join(dict.fromkeys(ended))] if ended else []),
        *(_("ERP: %s") % (one.drawn or one.words) for one in course.erp[-1:] if first < one.at <= last),
    ]
    lived = [one.words.rstrip(".") for one in course.life if first < one.at <= last]
    close = (
        _("In their own words: \u201c%s\u201d. Ask what else happened.") % "\u201d, \u201c".join(lived)
        if lived
        else _("What happened in the person's life is not in the record: ask.")
    )
    if not said:
        return Told(_("No other treatment is recorded to have changed"), close)
    words = "; ".join(said)
    return Told(_("Other treatment ran beside it"), f"{_capital(words)}. {close}")


def _day(point: RatedPoint) -> str:
    return date_format(localtime(point.at), "j F Y")


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
