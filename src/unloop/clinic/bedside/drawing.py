"""The left side of the infusion screen as one SVG: strips under one another on one time axis.

Pressure with heart rate, oxygen, pump, models, events: in the order in which monitors read them out. Left of the line of
now it is measured, right of it planned (dashed); what models expect is dashed everywhere, in strips of its own below the
pump: concentration, and the dissociation that it leads to. Nothing needs a script, and every text is escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from unloop.care.infusion import Happening, SessionState, Symptom
from unloop.clinic.bedside.limits import Limit
from unloop.clinic.bedside.predicted import NotPredicted, Prediction, has_band, spread_of
from unloop.clinic.bedside.screen import Screen, readings_of
from unloop.clinic.bedside.wording import event_words
from unloop.clinic.laboratory.services import Curve, EffectCurve, EffectPoint, Point

LEFT, RIGHT, WIDTH = 40.0, 732.0, 740
BEFORE, AFTER = timedelta(minutes=12), timedelta(minutes=65)
MINUTE = timedelta(minutes=1)
FLAGGED = ("started", "rate_changed", "paused", "resumed", "stopped")


@dataclass(frozen=True, slots=True)
class Strip:
    """A band of the drawing with its own scale."""

    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Where a value lies, kept inside the band."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)


PRESSURE, OXYGEN, PUMP = Strip(16, 158, 40, 210), Strip(176, 214, 86, 100), Strip(232, 264, 0, 100)
EXPECTED, EFFECT = Strip(298, 342, 0, 100), Strip(376, 410, 0, 100)
EVENTS_AT, AXIS_AT, HEIGHT = 432, 452, 476
STROKES = (("dashed", _lazy("dashed: %s")), ("dotted", _lazy("dotted: %s")))
SENTENCE_WIDTH = 92
MOST_IN_QUARTERS = 70  # percent; above it quarters would stand too close
NOW_BOX = 52


@dataclass(frozen=True, slots=True)
class Axis:
    """Time from left to right."""

    begin: datetime
    zero: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        """Where a moment lies, kept inside the drawing."""
        share = (moment - self.begin) / (self.end - self.begin)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)


def axis_of(screen: Screen) -> Axis:
    """From the first reading to an hour after the end, as charted or as the pump is set."""
    state = screen.state
    zero = state.started_at or screen.at
    first = min((one.at for one in readings_of(screen.happened)), default=zero)
    planned = state.ended_at or state.bag_empty_at or zero + timedelta(minutes=screen.session.minutes)
    begin = max(min(zero - BEFORE, first - MINUTE), zero - timedelta(minutes=45))
    return Axis(begin, zero, max(planned + AFTER, screen.at + 5 * MINUTE))


def draw(
    screen: Screen, limits: tuple[Limit, ...], zone: tzinfo, *, prediction: Prediction | NotPredicted
) -> SafeString:
    """The whole session as one picture; the same numbers stand in the record and in the table of the models."""
    axis = axis_of(screen)
    parts = [
        *_grid(axis, screen.at),
        *_limits(screen, limits),
        *_pressure(screen, axis),
        *_oxygen(screen, axis),
        *_pump(screen, axis),
        *_now(screen, axis, zone),
        *_expected(prediction, axis),
        *_effects(prediction, axis),
        *_events(screen, axis, zone),
    ]
    title = _(
        "Blood pressure, heart rate, oxygen and pump rate as charted, and below them the plasma concentration and the "
        "dissociation that models expect, on one time axis; the same numbers stand in the record and in the table of "
        "the models"
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="session-title" class="session"><title id="session-title">{}'
        "</title>{}</svg>",
        WIDTH, HEIGHT, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _grid(axis: Axis, now: datetime) -> Iterator[SafeString]:
    minutes = (axis.end - axis.zero) / MINUTE
    every = 20 if minutes <= 160 else 60
    for minute in range(0, int(minutes) + 1, every):
        x = axis.x(axis.zero + minute * MINUTE)
        yield format_html('<path class="grid" d="M{} 8V{}"/>', x, AXIS_AT - 18)
        if x < RIGHT - 34 and abs(x - axis.x(now)) > NOW_BOX * 0.75:
            yield _text(x, AXIS_AT + 14, str(minute), anchor="middle")
    yield _text(RIGHT, AXIS_AT + 14, _("min"), anchor="end")
    scales = ((PRESSURE, (60, 100, 140, 180)), (OXYGEN, (90, 100)), (PUMP, (0,)))
    for strip, values in scales:
        for value in values:
            yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, strip.y(value), RIGHT)
            yield _text(LEFT - 8, strip.y(value) + 4.5, str(value), anchor="end")
    for strip in (PRESSURE, OXYGEN, PUMP, EXPECTED, EFFECT):
        yield format_html('<path class="rule" d="M0 {}H{}"/>', strip.bottom + 10, RIGHT)


def _limits(screen: Screen, limits: tuple[Limit, ...]) -> Iterator[SafeString]:
    for one in limits:
        strip = PRESSURE if one.code == "sbp" else OXYGEN
        y = strip.y(one.value)
        if one.value > strip.high or one.value < strip.low:
            continue
        yield format_html('<path class="limit {} {}" d="M{} {}H{}"/>', one.code, "acts" if one.acts else "", LEFT, y, RIGHT)  # fmt: skip
        below = one.code == "spo2" and one.acts  # two limits of oxygen lie close together
        yield _text(RIGHT, y + 12 if below else y - 4, f"{one.words} · {one.rule}", anchor="end")
    if "sbp" in screen.baseline and "dbp" in screen.baseline:
        sbp, dbp = screen.baseline["sbp"], screen.baseline["dbp"]
        for value in (sbp, dbp):
            yield format_html('<path class="baseline" d="M{} {}H{}"/>', LEFT, PRESSURE.y(value), RIGHT)
        yield _text(RIGHT, PRESSURE.y(sbp) - 4, _("before the start %s") % f"{sbp:g}/{dbp:g}", anchor="end")


def _pressure(screen: Screen, axis: Axis) -> Iterator[SafeString]:
    sets = readings_of(screen.happened)
    for one in sets:
        x, top, bottom = axis.x(one.at), PRESSURE.y(one.sbp.amount), PRESSURE.y(one.dbp.amount)
        yield format_html('<path class="bp" d="M{0} {1}V{2}M{3} {1}h14M{3} {2}h14"/>', x, top, bottom, x - 7)
    points = [(axis.x(one.at), PRESSURE.y(one.hr.amount)) for one in sets]
    yield format_html('<polyline class="hr" points="{}"/>', " ".join(f"{x},{y}" for x, y in points))
    for x, y in points:
        yield format_html('<circle class="hr-point" cx="{}" cy="{}" r="5"/>', x, y)


def _oxygen(screen: Screen, axis: Axis) -> Iterator[SafeString]:
    points = [(axis.x(one.at), OXYGEN.y(one.spo2.amount)) for one in readings_of(screen.happened)]
    yield format_html('<polyline class="spo2" points="{}"/>', " ".join(f"{x},{y}" for x, y in points))
    for x, y in points:
        yield format_html('<rect class="spo2-point" x="{}" y="{}" width="9" height="9"/>', x - 4.5, y - 4.5)


def _pump(screen: Screen, axis: Axis) -> Iterator[SafeString]:
    state = screen.state
    yield _text(RIGHT, PUMP.top + 2, _("pump, mL/h"), anchor="end")
    highest = max((leg.rate.ml_per_h for leg in state.pump.legs), default=100.0)
    strip = Strip(PUMP.top, PUMP.bottom, 0, max(highest * 1.15, 1))
    empty = state.bag_empty_at
    floor = strip.y(0)
    for leg in state.pump.legs:
        until = min(one for one in (leg.until, empty, screen.at) if one is not None)
        x1, x2, y = axis.x(leg.since), axis.x(max(until, leg.since)), strip.y(leg.rate.ml_per_h)
        yield format_html('<path class="pump" d="M{} {}V{}H{}V{}"/>', x1, floor, y, x2, floor)
        yield _text(x1 + 4, y - 4, f"{leg.rate.ml_per_h:g}")
    if state.state is SessionState.RUNNING and empty is not None and empty > screen.at:
        y = strip.y(state.rate.ml_per_h)
        yield format_html(
            '<path class="planned" d="M{} {}H{}V{}"/>', axis.x(screen.at), y, axis.x(empty), floor
        )


def _expected(prediction: Prediction | NotPredicted, axis: Axis) -> Iterator[SafeString]:
    """What models expect, in italics and never as a solid line, so that nobody takes it for a reading."""
    head = EXPECTED.top - 10
    match prediction:
        case NotPredicted(why=why):
            yield _text(LEFT, head, _("No concentration is expected here by models."), style="foretold")
            for number, line in enumerate(textwrap.wrap(why, SENTENCE_WIDTH)):
                yield _text(LEFT, head + 24 + 16 * number, line, style="foretold")
        case Prediction():
            words = _("Models expect, nobody measured: %s, ng/mL") % prediction.analyte
            yield _text(LEFT, head, words, style="foretold")
            yield from _models(prediction, axis, head)
        case _:
            assert_never(prediction)


def _models(prediction: Prediction, axis: Axis, head: float) -> Iterator[SafeString]:
    shown = [(one, _shown(one, prediction, axis)) for one in prediction.curves]
    highest = max((_top(one, point) for one, points in shown for point in points), default=0)
    strip = Strip(EXPECTED.top, EXPECTED.bottom, 0, max(highest * 1.05, 1))
    step = next((one for one in (20, 50, 100, 200, 500) if highest / one <= 3), 1000)
    for value in range(0, int(highest) + 1, step):
        yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, strip.y(value), RIGHT)
        yield _text(LEFT - 8, strip.y(value) + 4.5, str(value), anchor="end")
    for line, ((curve, points), (stroke, said)) in enumerate(zip(shown, STROKES, strict=False)):
        at = [axis.x(prediction.begun + one.minute * MINUTE) for one in points]
        if has_band(curve):
            yield _band("band", at, [(strip.y(one.low or 0), strip.y(one.high or 0)) for one in points])
        path = _path(zip(at, (strip.y(one.ng_per_ml) for one in points), strict=True))
        yield format_html('<polyline class="expected {}" points="{}"/>', stroke, path)
        words = said % f"{curve.name}, {spread_of(curve)}"
        yield _text(RIGHT, head + 17 * line, words, anchor="end", style="foretold")


def _effects(prediction: Prediction | NotPredicted, axis: Axis) -> Iterator[SafeString]:
    """What the same models lead to, in the same strokes; a band is how sure the average is, and nobody's spread."""
    if isinstance(prediction, NotPredicted) or not prediction.effects:
        return
    head = EFFECT.top - 10
    yield _text(LEFT, head, _("Speculative: dissociation, % of maximum"), style="foretold")
    yield _text(RIGHT, head, _("band: how sure the average is"), anchor="end", style="foretold")
    shown = [(one, _seen(one, prediction, axis)) for one in prediction.effects]
    highest = max((point.high or point.percent for _one, points in shown for point in points), default=0)
    strip = Strip(EFFECT.top, EFFECT.bottom, 0, max(highest * 1.05, 1))
    for value in range(0, int(highest) + 1, 25 if highest <= MOST_IN_QUARTERS else 50):
        yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, strip.y(value), RIGHT)
        yield _text(LEFT - 8, strip.y(value) + 4.5, str(value), anchor="end")
    for (curve, points), (stroke, _said) in zip(shown, STROKES, strict=False):
        at = [axis.x(prediction.begun + one.minute * MINUTE) for one in points]
        if curve.has_band:
            yield _band("sure", at, [(strip.y(one.low or 0), strip.y(one.high or 0)) for one in points])
        path = _path(zip(at, (strip.y(one.percent) for one in points), strict=True))
        yield format_html('<polyline class="effect {}" points="{}"/>', stroke, path)


def _seen(curve: EffectCurve, prediction: Prediction, axis: Axis) -> list[EffectPoint]:
    return [one for one in curve.points if prediction.begun + one.minute * MINUTE <= axis.end]


def _band(name: str, at: list[float], edges: list[tuple[float, float]]) -> SafeString:
    """The area between two lines."""
    upper = zip(at, (high for _low, high in edges), strict=True)
    lower = zip(at, (low for low, _high in edges), strict=True)
    return format_html('<polygon class="{}" points="{}"/>', name, _path([*upper, *reversed([*lower])]))


def _top(curve: Curve, point: Point) -> float:
    return max(point.ng_per_ml, (has_band(curve) and point.high) or 0)


def _shown(curve: Curve, prediction: Prediction, axis: Axis) -> list[Point]:
    return [one for one in curve.points if prediction.begun + one.minute * MINUTE <= axis.end]


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _events(screen: Screen, axis: Axis, zone: tzinfo) -> Iterator[SafeString]:
    flagged = list(_flagged(screen.happened))
    places = [axis.x(one.at) for one in flagged]
    for one, x, following in zip(flagged, places, [*places[1:], RIGHT], strict=True):
        yield format_html('<path class="flag" d="M{} {}l6 6-6 6-6-6Z"/>', x, EVENTS_AT - 6)
        words = event_words(one)
        if x + 10 + 6.6 * len(words) < following:
            yield _text(x + 10, EVENTS_AT + 4.5, words, style="event")
    empty = screen.state.bag_empty_at
    if screen.state.state is SessionState.RUNNING and empty is not None and empty > screen.at:
        x = axis.x(empty)
        yield format_html('<path class="flag open" d="M{} {}l6 6-6 6-6-6Z"/>', x, EVENTS_AT - 6)
        yield _text(x + 10, EVENTS_AT + 4.5, _("bag ends %s") % f"{empty.astimezone(zone):%H:%M}")


def _flagged(happened: tuple[Happening, ...]) -> Iterator[Happening]:
    for one in happened:
        if one.kind in FLAGGED or isinstance(one, Symptom):
            yield one


def _now(screen: Screen, axis: Axis, zone: tzinfo) -> Iterator[SafeString]:
    x = axis.x(screen.at)
    yield format_html('<path class="now" d="M{} 8V{}"/>', x, AXIS_AT - 4)
    left = min(max(x - NOW_BOX / 2, 0), WIDTH - NOW_BOX)
    yield format_html(
        '<rect class="now-box" x="{}" y="{}" width="{}" height="20" rx="3"/>', left, AXIS_AT, NOW_BOX
    )
    yield _text(
        left + NOW_BOX / 2,
        AXIS_AT + 14.5,
        f"{screen.at.astimezone(zone):%H:%M}",
        anchor="middle",
        style="now-text",
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "tick") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', x, y, style, anchor, words
    )
