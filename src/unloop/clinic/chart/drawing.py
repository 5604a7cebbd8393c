"""Drawing a timeline as SVG: text is escaped, colours are the roles of the design, and nothing needs a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.chart.timeline import RatedPoint, Timeline

LEFT, RIGHT, TOP, PLOT, LANE = 120, 960, 16, 240, 40
_MOST = 40.0


@dataclass(frozen=True, slots=True)
class _Axis:
    begin: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        share = (moment - self.begin) / (self.end - self.begin)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)

    @staticmethod
    def y(points: float) -> float:
        return round(TOP + (1 - points / _MOST) * PLOT, 1)


def draw(course: Timeline, zone: tzinfo) -> SafeString:
    """The whole course as one picture, 1180 units wide.

    Args:
        course: what to draw.
        zone: in which days are named.
    """
    axis = _Axis(course.begin, course.end)
    lanes = 1 + len(course.medicines)
    height = TOP + PLOT + lanes * LANE + 44
    parts = [
        *_grid(course, axis, zone, height=height),
        *_windows(course, axis, height=height),
        *_borders(course, axis),
        *_severity(course, axis),
        *_lanes(course, axis),
    ]
    title = _(
        "Y-BOCS ratings with their measurement error, infusions and medicines over time; the same numbers stand in the table"
    )
    return format_html(
        '<svg viewBox="0 0 1180 {}" role="img" aria-labelledby="timeline-title" class="timeline"><title id="timeline-title">'
        "{}</title>{}</svg>",
        height, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _grid(course: Timeline, axis: _Axis, zone: tzinfo, *, height: int) -> Iterator[SafeString]:
    for points in range(0, 41, 8):
        y = axis.y(points)
        yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, y, RIGHT)
        yield format_html(
            '<text x="{}" y="{}" class="tick" text-anchor="end">{}</text>',
            LEFT - 10,
            y + (4 if points else -4),
            points,
        )
    yield format_html('<text x="0" y="{}" class="label">{}</text>', TOP + 6, _("Severity"))
    yield format_html('<text x="0" y="{}" class="tick">{}</text>', TOP + 24, _("Y-BOCS, points"))
    yield format_html('<text x="0" y="{}" class="tick">{}</text>', TOP + 40, _("clinician rated"))
    for moment in _ticks(course, zone):
        x = axis.x(moment)
        yield format_html('<path class="grid" d="M{} {}V{}"/>', x, TOP, height - 30)
        yield format_html(
            '<text x="{}" y="{}" class="tick">{}</text>', x, height - 12, date_format(moment, "j M")
        )


def _ticks(course: Timeline, zone: tzinfo) -> Iterator[datetime]:
    days = max(1, (course.end - course.begin).days)
    every = timedelta(days=next((step for step in (7, 14, 28, 56, 91, 182) if days / step <= 10), 365))
    moment = course.begin.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=1
    )
    while moment < course.end:
        yield moment
        moment += every


def _borders(course: Timeline, axis: _Axis) -> Iterator[SafeString]:
    borders = [(course.remission_at, _("Remission: 12 or less"))]
    if course.response_at is not None:
        borders.append((course.response_at, _("Response: 35% below the start")))
    for points, words in borders:
        y = axis.y(points)
        yield format_html('<path class="border" d="M{} {}H{}"/>', LEFT, y, RIGHT)
        yield format_html('<text x="{}" y="{}" class="tick">{}</text>', LEFT + 8, y - 5, words)


def _windows(course: Timeline, axis: _Axis, *, height: int) -> Iterator[SafeString]:
    if not course.infusions:
        return
    first, last = axis.x(course.infusions[0].at), axis.x(course.infusions[-1].at)
    yield format_html(
        '<rect class="window" x="{}" y="{}" width="{}" height="{}"/>',
        first - 4,
        TOP,
        last - first + 8,
        height - TOP - 30,
    )


def _severity(course: Timeline, axis: _Axis) -> Iterator[SafeString]:
    if course.half_width is not None and len(course.points) > 1:
        upper = [f"{axis.x(one.at)},{axis.y(one.high)}" for one in course.points]
        lower = [f"{axis.x(one.at)},{axis.y(one.low)}" for one in reversed(course.points)]
        yield format_html('<polygon class="error-band" points="{}"/>', " ".join([*upper, *lower]))
    line = " ".join(f"{axis.x(one.at)},{axis.y(one.total)}" for one in course.points)
    yield format_html('<polyline class="severity" points="{}"/>', line)
    for one in course.points:
        yield format_html(
            '<circle class="severity-point" cx="{}" cy="{}" r="5"/>', axis.x(one.at), axis.y(one.total)
        )
    if course.latest is not None:
        yield _last_value(course.latest, axis, band=course.half_width is not None)


def _last_value(last: RatedPoint, axis: _Axis, *, band: bool) -> SafeString:
    spread = _("%(low)d to %(high)d") % {"low": round(last.low), "high": round(last.high)} if band else ""
    return format_html(
        '<text x="{}" y="{}" class="last">{}</text><text x="{}" y="{}" class="tick">{}</text>',
        RIGHT + 14, axis.y(last.total) + 8, f"{last.total:g}", RIGHT + 52, axis.y(last.total) + 6, spread,
    )  # fmt: skip


def _lanes(course: Timeline, axis: _Axis) -> Iterator[SafeString]:
    top = TOP + PLOT
    yield format_html('<path class="lane-rule" d="M0 {}H1180"/>', top)
    yield format_html('<text x="0" y="{}" class="label">{}</text>', top + 25, _("Infusions"))
    for infusion in course.infusions:
        yield format_html(
            '<rect class="infusion" x="{}" y="{}" width="4" height="24"/>', axis.x(infusion.at) - 2, top + 8
        )
    if course.infusions:
        words = _("%(count)d given, last %(mg)s mg") % {
            "count": len(course.infusions),
            "mg": f"{course.infusions[-1].mg:.1f}",
        }
        yield format_html(
            '<text x="{}" y="{}" class="tick">{}</text>',
            axis.x(course.infusions[-1].at) + 12,
            top + 25,
            words,
        )
    for row, span in enumerate(course.medicines, start=1):
        y = top + row * LANE
        begin, end = axis.x(span.begin), axis.x(span.end or course.end)
        yield format_html('<path class="lane-rule" d="M0 {}H1180"/>', y)
        yield format_html('<text x="0" y="{}" class="label">{}</text>', y + 25, span.name)
        yield format_html(
            '<rect class="medicine" x="{}" y="{}" width="{}" height="18"/>',
            begin,
            y + 11,
            max(3, end - begin),
        )
