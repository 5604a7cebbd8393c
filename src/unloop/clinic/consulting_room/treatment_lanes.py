"""Past treatments as lanes under the curve of severity, on the axis of the course; what is uncertain is drawn paler."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.care.treatment_history import PartialDate, Staging, Treatment, read_partial_date
from unloop.clinic.chart.services import Timeline, placing, strokes
from unloop.clinic.consulting_room.treatments import say_name
from unloop.quantity import InputRefused
from unloop.rules import Truth

_SEVERITY_STEP = 8
_MOST_TICKS = 9
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Lane:
    """One treatment that has a start.

    Attributes:
        name, words: what it was, and what came of judging it.
        begin, surely_from: the first and the last day on which it can have begun.
        surely_until, end: the first and the last on which it can have ended; None where no end is known.
    """

    name: str
    words: str
    begin: datetime
    surely_from: datetime
    surely_until: datetime | None
    end: datetime | None


def lanes_of(staging: Staging) -> tuple[Lane, ...]:
    """The treatments whose start is known, the earliest first."""
    found = [lane for one in staging.treatments if (lane := _lane(one)) is not None]
    return tuple(sorted(found, key=lambda lane: (lane.begin, lane.name)))


def draw_lanes(lanes: tuple[Lane, ...], course: Timeline) -> SafeString | None:
    """The picture, 1180 units wide; None where no treatment has a date.

    Args:
        lanes: of the treatments.
        course: gives the ratings and the moment that it is now.
    """
    if not lanes:
        return None
    begin = min([lanes[0].begin, *(one.at for one in course.points)]) - timedelta(days=30)
    axis = strokes.Axis(begin, max(course.now, begin + _YEAR))
    height = strokes.TOP + strokes.PLOT + len(lanes) * strokes.LANE + strokes.FOOT
    parts = [*_grid(axis, height), *_severity(course, axis)]
    for row, lane in enumerate(lanes):
        parts += _bar(lane, axis, strokes.TOP + strokes.PLOT + row * strokes.LANE)
    title = _("Past treatments under the Y-BOCS ratings; the list of treatments says the same in words")
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="lanes-title" class="timeline">'
        '<title id="lanes-title">{}</title>{}</svg>',
        strokes.WIDTH, height, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _lane(one: Treatment) -> Lane | None:
    start, end = _date(one.record.get("start")), _date(one.record.get("end"))
    if start is None or (end is not None and end.latest < start.earliest):
        return None
    return Lane(
        name=say_name(one), words=_words(one), begin=_noon(start.earliest), surely_from=_noon(start.latest),
        surely_until=_noon(end.earliest) if end is not None else None, end=_noon(end.latest) if end is not None else None,
    )  # fmt: skip


def _words(one: Treatment) -> str:
    adequate = {Truth.TRUE: _("adequate"), Truth.FALSE: _("not adequate"), Truth.UNKNOWN: _("not judged")}[
        one.adequacy.answer
    ]
    dose, sessions = one.record.get("max_dose_mg_per_day"), one.record.get("sessions")
    if isinstance(dose, (int, float)):
        return _("up to %(dose)g mg a day, %(adequate)s") % {"dose": dose, "adequate": adequate}
    if isinstance(sessions, (int, float)):
        return _("%(n)g sessions, %(adequate)s") % {"n": sessions, "adequate": adequate}
    return adequate


def _date(value: object) -> PartialDate | None:
    try:
        return read_partial_date(value, where="") if isinstance(value, str) else None
    except InputRefused:
        return None


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _grid(axis: strokes.Axis, height: int) -> Iterator[SafeString]:
    for points in range(0, 41, _SEVERITY_STEP):
        y = axis.y(points)
        yield format_html('<path class="grid" d="M{} {}H{}"/>', strokes.LEFT, y, strokes.RIGHT)
        yield strokes.text_at(str(points), placing.Spot(strokes.LEFT - 10, y + (4 if points else -4), "end"))
    yield strokes.text_at(_("Severity"), placing.Spot(0, strokes.TOP + 6), "label")
    yield strokes.text_at(_("Y-BOCS, points"), placing.Spot(0, strokes.TOP + 23))
    years = range(axis.begin.year + 1, axis.end.year + 1)
    for year in years[:: max(1, -(-len(years) // _MOST_TICKS))]:
        x = axis.x(_noon(date(year, 1, 1)))
        yield format_html('<path class="grid" d="M{} {}V{}"/>', x, strokes.TOP, height - 30)
        yield strokes.text_at(str(year), placing.Spot(x, height - 12))


def _severity(course: Timeline, axis: strokes.Axis) -> Iterator[SafeString]:
    for run in course.runs:
        if len(run) > 1:
            line = " ".join(f"{axis.x(one.at)},{axis.y(one.total)}" for one in run)
            yield format_html('<polyline class="severity" points="{}"/>', line)
    for one in course.points:
        yield format_html(
            '<circle class="severity-point" cx="{}" cy="{}" r="5"/>', axis.x(one.at), axis.y(one.total)
        )


def _bar(lane: Lane, axis: strokes.Axis, top: float) -> Iterator[SafeString]:
    yield strokes.lane_at(lane.name, top)
    begin = axis.x(lane.begin)
    if lane.end is None or lane.surely_until is None:
        yield format_html('<circle class="erp" cx="{}" cy="{}" r="5"/>', begin, top + 20)
        right, words = begin + 6, _("%s; until when is not known") % lane.words
    else:
        right, words = max(axis.x(lane.end), begin + 3), lane.words
        yield _rect("medicine lower", top, left=begin, right=right)
        if lane.surely_from < lane.surely_until:
            yield _rect("medicine", top, left=axis.x(lane.surely_from), right=axis.x(lane.surely_until))
    room = strokes.WIDTH - right > placing.width_of(words, strokes.SMALL) + 8
    spot = placing.Spot(right + 8, top + 25) if room else placing.Spot(begin - 8, top + 25, "end")
    yield strokes.text_at(words, spot)


def _rect(kind: str, top: float, *, left: float, right: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="18"/>',
        kind,
        left,
        top + 11,
        round(max(1.0, right - left), 1),
    )
