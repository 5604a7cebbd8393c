"""The lanes of what befell a person: sessions of ERP, adverse events, and their life in their own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.chart.befallen import Mark
from unloop.clinic.chart.placing import Box, Plane, Spot
from unloop.clinic.chart.strokes import SMALL, Axis, lane_at, text_at
from unloop.clinic.chart.timeline import Timeline

_LIFE = 15


def erp_lane(course: Timeline, axis: Axis, plane: Plane, *, y: float) -> Iterator[SafeString]:
    """An open circle for each session, or for each time it was said how many there were."""
    yield lane_at(_("ERP"), y)
    shown = [one for one in course.erp if one.at >= course.begin]  # what is older stands in the table
    yield from _marks(shown, axis, plane, y=y, shape='<circle class="erp" cx="{}" cy="{}" r="5"/>')


def adverse_lane(course: Timeline, axis: Axis, plane: Plane, *, y: float) -> Iterator[SafeString]:
    """A square for each adverse event, filled where it is serious, with its name."""
    yield lane_at(_("Adverse events"), y)
    shown = [one for one in course.adverse if one.at >= course.begin]  # what is older stands in the table
    plane.take(*(Box(axis.x(one.at) - 6, y + 14, axis.x(one.at) + 6, y + 26) for one in shown))
    for one in reversed(shown):
        x = axis.x(one.at)
        kind = "adverse serious" if one.serious else "adverse"
        yield format_html(
            '<rect class="{}" x="{}" y="{}" width="10" height="10"/>', kind, round(x - 5, 1), y + 15
        )
        spots = [Spot(x + 12, y + 25), Spot(x - 12, y + 25, "end")]
        yield text_at(one.words, plane.place(one.words, spots, size=SMALL))


def life_lane(course: Timeline, axis: Axis, plane: Plane, *, y: float) -> Iterator[SafeString]:
    """A diamond for each event of the person's life, with their words."""
    yield lane_at(_("Life"), y)
    shown = [one for one in course.life if one.at >= course.begin]
    plane.take(*(Box(axis.x(one.at) - 7, y + 12, axis.x(one.at) + 7, y + 28) for one in shown))
    for one in reversed(shown):
        x = axis.x(one.at)
        yield format_html('<path class="life" d="M{} {}l6 6l-6 6l-6 -6z"/>', x, y + 14)
        words = f"\u201c{one.words}\u201d"
        spots = [Spot(x + 13, y + 25), Spot(x - 13, y + 25, "end")]
        yield text_at(words, plane.place(words, spots, size=_LIFE), "said")


def _marks(marks: Sequence[Mark], axis: Axis, plane: Plane, *, y: float, shape: str) -> Iterator[SafeString]:
    places = [(axis.x(mark.at), mark.drawn if mark.drawn is not None else mark.words) for mark in marks]
    plane.take(*(Box(x - 6, y + 14, x + 6, y + 26) for x, _words in places))
    for x, words in reversed(places):
        yield format_html(shape, x, y + 20)
        if words:
            yield text_at(
                words, plane.place(words, [Spot(x + 12, y + 25), Spot(x - 12, y + 25, "end")], size=SMALL)
            )
