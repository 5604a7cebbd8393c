"""Drawing a timeline as SVG: text is escaped, colours are the roles of the design, and nothing needs a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unloop.clinic.chart.lanes import adverse_lane, erp_lane, life_lane
from unloop.clinic.chart.medicine_spans import Span
from unloop.clinic.chart.placing import Box, Plane, Spot, width_of
from unloop.clinic.chart.strokes import (
    FOOT,
    LANE,
    LEFT,
    PLOT,
    RIGHT,
    SMALL,
    TOP,
    WIDTH,
    Axis,
    lane_at,
    text_at,
)
from unloop.clinic.chart.timeline import RatedPoint, Timeline


def draw(course: Timeline, zone: tzinfo) -> SafeString:
    """The whole course as one picture, 1180 units wide.

    Args:
        course: what to draw.
        zone: in which days are named.
    """
    axis, plane = Axis(course.begin, course.end), Plane(Box(0, 0, WIDTH, 10_000))
    below = [
        lane
        for lane, said in ((erp_lane, course.erp), (adverse_lane, course.adverse), (life_lane, course.life))
        if said
    ]
    above = 1 + len(_by_name(course.medicines))
    lanes = above + len(below)
    height = TOP + PLOT + lanes * LANE + FOOT
    plane.take(Box(0, 0, LEFT - 8, height))  # the names of the lanes
    parts = [
        *_windows(course, axis, height=height),
        *_grid(course, axis, zone, height=height, plane=plane),
        *_severity(course, axis, plane, zone=zone),
        *_borders(course, axis, plane),
        *_infusions(course, axis, plane),
        *_medicines(course, axis, plane),
        *(
            part
            for row, lane in enumerate(below, start=above)
            for part in lane(course, axis, plane, y=TOP + PLOT + row * LANE)
        ),
    ]
    title = _(
        "Y-BOCS ratings with their measurement error, infusions, medicines, ERP and what befell the person over time; the same stands in the table"
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="timeline-title" class="timeline">'
        '<title id="timeline-title">{}</title>{}</svg>',
        WIDTH, height, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _grid(course: Timeline, axis: Axis, zone: tzinfo, *, height: int, plane: Plane) -> Iterator[SafeString]:
    for points in range(0, 41, 8):
        y = axis.y(points)
        yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, y, RIGHT)
        yield text_at(str(points), Spot(LEFT - 10, y + (4 if points else -4), "end"))
    for row, (words, kind) in enumerate([(_("Severity"), "label"), (_("Y-BOCS, points"), "tick"), (_("clinician rated"), "tick")]):  # fmt: skip
        yield text_at(words, Spot(0, TOP + 6 + row * 17), kind)
    year = None
    for moment in _ticks(course, zone):
        x = axis.x(moment)
        yield format_html('<path class="grid" d="M{} {}V{}"/>', x, TOP, height - 30)
        words = date_format(moment, "j M" if moment.year == year else "j M Y")
        spot = plane.place(f"{words} ", [Spot(x, height - 12)], size=SMALL)
        year = moment.year if spot else year
        yield text_at(words, spot)
    if course.now < course.end:
        x = axis.x(course.now)
        yield format_html('<path class="now" d="M{} {}V{}"/>', x, TOP, height - 30)
        yield text_at(_("today"), plane.place(_("today"), [Spot(x + 5, TOP + 11)], size=SMALL))


def _ticks(course: Timeline, zone: tzinfo) -> Iterator[datetime]:
    days = max(1, (course.end - course.begin).days)
    every = timedelta(days=next((step for step in (7, 14, 28, 56, 91, 182) if days / step <= 9), 365))
    moment = course.begin.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=1
    )
    while moment < course.end:
        yield moment
        moment += every


def _borders(course: Timeline, axis: Axis, plane: Plane) -> Iterator[SafeString]:
    borders = [(course.remission_at, _("Remission: 12 or less"))]
    if course.response_at is not None:
        borders.append((course.response_at, _("Response: 35% below the start")))
    for points, words in borders:
        y = axis.y(points)
        yield format_html('<path class="border" d="M{} {}H{}"/>', LEFT, y, RIGHT)
        spots = [Spot(LEFT + 8, y - 5), Spot(LEFT + 8, y + 15), Spot(RIGHT - 8, y - 5, "end"), Spot(RIGHT - 8, y + 15, "end")]  # fmt: skip
        yield text_at(words, plane.place(words, spots, size=SMALL))


def _windows(course: Timeline, axis: Axis, *, height: int) -> Iterator[SafeString]:
    if course.infusions:
        first, last = axis.x(course.infusions[0].at), axis.x(course.infusions[-1].at)
        yield format_html(
            '<rect class="window" x="{}" y="{}" width="{}" height="{}"/>',
            round(first - 4, 1), TOP, round(last - first + 8, 1), height - TOP - 30,
        )  # fmt: skip


def _severity(course: Timeline, axis: Axis, plane: Plane, *, zone: tzinfo) -> Iterator[SafeString]:
    for run in course.runs:
        yield from _run(run, axis, band=course.half_width is not None)
        plane.take(*_line_boxes(run, axis))
    for one in course.points:
        x, y = axis.x(one.at), axis.y(one.total)
        yield format_html('<circle class="severity-point" cx="{}" cy="{}" r="5"/>', x, y)
        plane.take(Box(x - 6, y - 6, x + 6, y + 6))
    for one in _worth_a_figure(course):
        x, y, figure = axis.x(one.at), axis.y(one.total), f"{one.total:g}"
        spots = [Spot(x, y - 12, "middle"), Spot(x, y + 25, "middle"), Spot(x - 12, y + 6, "end"), Spot(x + 12, y + 6)]  # fmt: skip
        yield text_at(figure, plane.place(figure, spots, size=17), "figure")
    yield from _last_value(course, axis, plane, zone=zone)


def _run(run: tuple[RatedPoint, ...], axis: Axis, *, band: bool) -> Iterator[SafeString]:
    """Ratings that are joined, with the band of their error; a single one has its band and no line."""
    if band:
        wide = 7 if len(run) == 1 else 0
        upper = [f"{axis.x(one.at) + side},{axis.y(one.high)}" for one in run for side in _sides(wide)]
        lower = [
            f"{axis.x(one.at) - side},{axis.y(one.low)}" for one in reversed(run) for side in _sides(wide)
        ]
        yield format_html('<polygon class="error-band" points="{}"/>', " ".join([*upper, *lower]))
    if len(run) > 1:
        line = " ".join(f"{axis.x(one.at)},{axis.y(one.total)}" for one in run)
        yield format_html('<polyline class="severity" points="{}"/>', line)


def _sides(wide: int) -> tuple[int, ...]:
    return (-wide, wide) if wide else (0,)


def _line_boxes(run: tuple[RatedPoint, ...], axis: Axis) -> Iterator[Box]:
    """The line between ratings in small steps, so that labels stay off it."""
    for one, other in pairwise(run):
        steps = max(1, int((axis.x(other.at) - axis.x(one.at)) / 8))
        for step in range(steps + 1):
            x = axis.x(one.at) + (axis.x(other.at) - axis.x(one.at)) * step / steps
            y = axis.y(one.total + (other.total - one.total) * step / steps)
            yield Box(x - 4, y - 3, x + 4, y + 3)


def _worth_a_figure(course: Timeline) -> Iterable[RatedPoint]:
    """The rating that change is counted from, and the lowest after it; the last one stands outside the plot."""
    if course.baseline is None:
        return []
    after = [one for one in course.points if one.at > course.baseline.at and one is not course.latest]
    return [course.baseline, *([min(after, key=lambda one: one.total)] if after else [])]


def _last_value(course: Timeline, axis: Axis, plane: Plane, *, zone: tzinfo) -> Iterator[SafeString]:
    last = course.latest
    if last is None:
        return
    y = axis.y(last.total)
    plane.take(Box(RIGHT + 10, y - 16, WIDTH, y + 18))
    yield text_at(f"{last.total:g}", Spot(RIGHT + 14, y + 8), "last")
    beside = RIGHT + 24 + width_of(f"{last.total:g}", 24)
    yield text_at(date_format(last.at.astimezone(zone), "j M"), Spot(beside, y - 2))
    if course.half_width is not None:
        words = _("%(low)d to %(high)d") % {"low": round(last.low), "high": round(last.high)}
        yield text_at(words, Spot(beside, y + 14))


def _infusions(course: Timeline, axis: Axis, plane: Plane) -> Iterator[SafeString]:
    top = TOP + PLOT
    yield lane_at(_("Infusions"), top)
    places = [axis.x(one.at) for one in course.infusions]
    nearest = min((other - one for one, other in pairwise(places)), default=8.0)
    wide = round(min(4.0, max(1.2, nearest * 0.5)), 1)
    for x in places:
        yield format_html(
            '<rect class="infusion" x="{}" y="{}" width="{}" height="24"/>',
            round(x - wide / 2, 1),
            top + 8,
            wide,
        )
        plane.take(Box(x - wide / 2, top + 8, x + wide / 2, top + 32))
    if places:
        words = infusions_in_words(course)
        spots = [Spot(places[-1] + 12, top + 25), Spot(places[0] - 12, top + 25, "end")]
        yield text_at(words, plane.place(words, spots, size=SMALL))


def infusions_in_words(course: Timeline) -> str:
    """How many, and how much each: `six, 49 mg each`, or from the least to the most."""
    least, most = min(one.mg for one in course.infusions), max(one.mg for one in course.infusions)
    count = ngettext("%(count)d given", "%(count)d given", len(course.infusions)) % {
        "count": len(course.infusions)
    }
    if round(least, 1) == round(most, 1):
        return _("%(count)s, %(mg)s mg each") % {"count": count, "mg": f"{most:.1f}"}
    return _("%(count)s, %(least)s to %(most)s mg") % {"count": count, "least": f"{least:.1f}", "most": f"{most:.1f}"}  # fmt: skip


def _by_name(spans: Iterable[Span]) -> dict[str, list[Span]]:
    lanes: dict[str, list[Span]] = {}
    for span in spans:
        lanes.setdefault(span.name, []).append(span)
    return lanes


def _medicines(course: Timeline, axis: Axis, plane: Plane) -> Iterator[SafeString]:
    for row, (name, spans) in enumerate(_by_name(course.medicines).items(), start=1):
        y = TOP + PLOT + row * LANE
        yield lane_at(name, y)
        for span in spans:
            begin, end = axis.x(span.begin), axis.x(span.end or course.now)
            wide = round(max(3.0, end - begin), 1)
            kind = "medicine" if span.strength > 0.6 else "medicine lower"
            yield format_html(
                '<rect class="{}" x="{}" y="{}" width="{}" height="18"/>', kind, begin, y + 11, wide
            )
            inside = width_of(span.dose, SMALL) + 16 < wide
            spots = [Spot(begin + 8, y + 25)] if inside else [Spot(begin + wide + 8, y + 25), Spot(begin - 8, y + 25, "end")]  # fmt: skip
            plane.take(*([] if inside else [Box(begin, y + 11, begin + wide, y + 29)]))
            yield text_at(
                span.dose, plane.place(span.dose, spots, size=SMALL), "tick on-lane" if inside else "tick"
            )
