"""Small multiples: each part of severity in a picture of its own, all on the axis of the whole course."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.chart.befallen import Part
from unloop.clinic.chart.timeline import Timeline

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 340, 150, 30, 300, 34, 122


def small_multiples(course: Timeline, zone: tzinfo) -> tuple[SafeString, ...]:
    """One picture a part, 340 units wide; empty where nothing was rated apart.

    Args:
        course: whose parts are drawn; its begin and end are the axis of all of them.
        zone: in which days are named.
    """
    return tuple(_panel(part, course, zone) for part in course.parts)


def _panel(part: Part, course: Timeline, zone: tzinfo) -> SafeString:
    first, last = part.points[0], part.points[-1]
    title = _("%(name)s, %(scale)s: %(first)g on %(begin)s, %(last)g on %(end)s; all values stand in the table") % {
        "name": part.name, "scale": part.scale, "first": first[1], "last": last[1],
        "begin": date_format(first[0].astimezone(zone), "j M Y"), "end": date_format(last[0].astimezone(zone), "j M Y"),
    }  # fmt: skip
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" class="timeline part"><title>{}</title>{}</svg>', WIDTH, HEIGHT, title,
        format_html_join("", "{}", ((stroke,) for stroke in _strokes(part, course))),
    )  # fmt: skip


def _strokes(part: Part, course: Timeline) -> Iterator[SafeString]:
    yield format_html('<text x="0" y="16" class="label">{}</text>', part.name[:1].upper() + part.name[1:])
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
    if len(part.points) > 1:
        line = " ".join(f"{_x(course, at)},{_y(part, value)}" for at, value in part.points)
        yield format_html('<polyline class="severity thin" points="{}"/>', line)
    yield from (
        format_html(
            '<circle class="severity-point" cx="{}" cy="{}" r="3.5"/>', _x(course, at), _y(part, value)
        )
        for at, value in part.points
    )
    yield format_html('<text x="{}" y="{}" class="figure">{}</text>', RIGHT + 8, _y(part, part.points[-1][1]) + 6,
                      f"{part.points[-1][1]:g}")  # fmt: skip
    yield format_html(
        '<text x="{}" y="{}" class="tick">{}</text>', LEFT, HEIGHT - 8, date_format(course.begin, "j M Y")
    )
    yield format_html('<text x="{}" y="{}" class="tick" text-anchor="end">{}</text>', RIGHT, HEIGHT - 8,
                      date_format(course.end, "j M"))  # fmt: skip


def _x(course: Timeline, moment: datetime) -> float:
    share = (moment - course.begin) / (course.end - course.begin)
    return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)


def _y(part: Part, value: float) -> float:
    return round(FLOOR - value / part.most * (FLOOR - TOP), 1)
