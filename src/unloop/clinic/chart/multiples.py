"""Small multiples: each part of severity in a picture of its own, all on the axis of the whole course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import assert_never

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.chart.parts import Group, Part
from unloop.clinic.chart.placing import shortened
from unloop.clinic.chart.timeline import Timeline

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 340, 150, 30, 300, 34, 122


@dataclass(frozen=True, slots=True)
class Multiples:
    """The parts of one group.

    Attributes:
        title, says: what they are, and how they were asked.
        pictures: one a part that was ever more than none.
        never: the names of the others, said in words since a line along the floor tells nothing.
        parts: all of them, for the table.
    """

    title: str
    says: str
    pictures: tuple[SafeString, ...]
    never: tuple[str, ...]
    parts: tuple[Part, ...]


def small_multiples(course: Timeline, zone: tzinfo) -> tuple[Multiples, ...]:
    """One picture a part, 340 units wide, group by group; empty where nothing was rated apart.

    Args:
        course: whose parts are drawn; its begin and end are the axis of all of them.
        zone: in which days are named.
    """
    return tuple(
        _group(group, tuple(parts), course, zone=zone)
        for group, parts in groupby(course.parts, key=lambda one: one.group)
    )


def _group(group: Group, parts: tuple[Part, ...], course: Timeline, *, zone: tzinfo) -> Multiples:
    title, says = _words(group)
    in_words = tuple(one for one in parts if one.never and group is not Group.RATED)
    drawn = (one for one in parts if one.rated and one not in in_words)
    return Multiples(
        title, says, tuple(_panel(part, course, zone) for part in drawn),
        tuple(part.name for part in in_words), parts,
    )  # fmt: skip


def _words(group: Group) -> tuple[str, str]:
    match group:
        case Group.RATED:
            return _("The parts of severity"), _("Each on the axis of the whole course, from none to the most its scale has. How far one rating of a part can be wrong is not known, so no band is drawn.")  # fmt: skip
        case Group.DIMENSION:
            return _("What obsessions are about"), _("As the person answered in the check-in. A line is broken where a question was not answered.")  # fmt: skip
        case Group.COMPULSION:
            return _("Compulsions"), _("As the person answered in the check-in, which asks about kinds only while there are compulsions.")  # fmt: skip
        case Group.LIFE_AREA:
            return _("Interference with life"), _("How much symptoms got in the way of each area, as the person answered in the check-in.")  # fmt: skip
        case Group.TARGET:
            return _("Target symptoms"), _("In the person's own words: how much each troubled them.")
        case _:
            assert_never(group)


def _panel(part: Part, course: Timeline, zone: tzinfo) -> SafeString:
    first, last = part.rated[0], part.rated[-1]
    title = _("%(name)s, %(scale)s: %(first)g on %(begin)s, %(last)g on %(end)s; all values stand in the table") % {
        "name": part.name, "scale": part.scale, "first": first[1], "last": last[1],
        "begin": date_format(first[0].astimezone(zone), "j M Y"), "end": date_format(last[0].astimezone(zone), "j M Y"),
    }  # fmt: skip
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" class="timeline part"><title>{}</title>{}</svg>', WIDTH, HEIGHT, title,
        format_html_join("", "{}", ((stroke,) for stroke in _strokes(part, course, zone))),
    )  # fmt: skip


def _strokes(part: Part, course: Timeline, zone: tzinfo) -> Iterator[SafeString]:
    yield _name(part)
    yield from _frame(part, course)
    for run in part.runs:
        if len(run) > 1:
            line = " ".join(f"{_x(course, at)},{_y(part, value)}" for at, value in run)
            yield format_html('<polyline class="severity thin" points="{}"/>', line)
    yield from (
        format_html(
            '<circle class="severity-point" cx="{}" cy="{}" r="3.5"/>', _x(course, at), _y(part, value)
        )
        for at, value in part.rated
    )
    latest = part.rated[-1][1]
    yield format_html('<text x="{}" y="{}" class="figure">{}</text>', RIGHT + 8, _y(part, latest) + 6, f"{latest:g}")  # fmt: skip
    for x, anchor, at, days in ((LEFT, "start", course.begin, "j M Y"), (RIGHT, "end", course.end, "j M")):
        yield format_html('<text x="{}" y="{}" class="tick" text-anchor="{}">{}</text>', x, HEIGHT - 8, anchor,
                          date_format(at.astimezone(zone), days))  # fmt: skip


def _name(part: Part) -> SafeString:
    if part.group is Group.TARGET:
        return format_html(
            '<text x="0" y="16" class="said">\u201c{}\u201d</text>', shortened(part.name, WIDTH - 24)
        )
    return format_html('<text x="0" y="16" class="label">{}</text>', part.name[:1].upper() + part.name[1:])


def _frame(part: Part, course: Timeline) -> Iterator[SafeString]:
    """The days of infusions, and the scale with its numbers."""
    if course.infusions:
        begin, end = _x(course, course.infusions[0].at), _x(course, course.infusions[-1].at)
        yield format_html('<rect class="window" x="{}" y="{}" width="{}" height="{}"/>', begin - 2, TOP,
                          round(end - begin + 4, 1), FLOOR - TOP)  # fmt: skip
    for value in (0.0, part.most / 2, part.most):
        y = _y(part, value)
        yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, y, RIGHT)
        yield format_html(
            '<text x="{}" y="{}" class="tick" text-anchor="end">{}</text>', LEFT - 6, y + 4, f"{value:g}"
        )


def _x(course: Timeline, moment: datetime) -> float:
    share = (moment - course.begin) / (course.end - course.begin)
    return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)


def _y(part: Part, value: float) -> float:
    return round(FLOOR - min(value / part.most, 1.0) * (FLOOR - TOP), 1)
