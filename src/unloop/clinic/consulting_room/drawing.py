"""Drawing what is expected, and what is known of people: SVG with escaped text, no colour alone, no script."""

from __future__ import annotations

import math
from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.consulting_room.chances import Chance
from unloop.clinic.laboratory.services import Curve

LEFT, RIGHT, TOP, BOTTOM = 56, 640, 20, 300
_CELL = 12


def draw_curves(curves: tuple[Curve, ...], *, minutes: float) -> SafeString:
    """Predicted plasma concentrations of several models on one axis: dashed, a band only where spread is published.

    Args:
        curves: of the same plan.
        minutes: length of the infusion, drawn as a pale window.
    """
    last = max(point.minute for curve in curves for point in curve.points)
    highest = _round_up(max((point.high or point.ng_per_ml) for curve in curves for point in curve.points))
    frame = _Frame(last, highest)
    parts = [
        *_axes(frame, minutes),
        *(part for index, curve in enumerate(curves) for part in _curve(curve, index, frame)),
    ]
    return format_html(
        '<svg viewBox="0 0 900 350" role="img" aria-labelledby="curves-title" class="curves"><title id="curves-title">{}'
        "</title>{}</svg>",
        _("Predicted concentration of ketamine in plasma over time, one line a model; the same numbers stand in the table"),
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def draw_people(one: Chance, label: str) -> SafeString:
    """A hundred people, filled from the lower left: sure, best estimate, perhaps, the rest."""
    dots = format_html_join(
        "", '<circle class="{}" cx="{}" cy="{}" r="4.4"/>',
        ((person_class(one, number), 6 + number % 10 * _CELL, 114 - number // 10 * _CELL) for number in range(100)),
    )  # fmt: skip
    title = _("%(label)s: %(n)d of 100, could be %(low)d to %(high)d") % {
        "label": label, "n": one.hundred, "low": one.low, "high": one.high,
    }  # fmt: skip
    return format_html(
        '<svg viewBox="0 0 120 120" width="168" height="168" role="img" class="people" aria-label="{}">{}</svg>',
        title,
        dots,
    )


def person_class(one: Chance, number: int) -> str:
    """How the person of this number (0 to 99, from the lower left) is drawn."""
    if number < one.low:
        return "sure"
    if number < one.hundred:
        return "estimate"
    return "perhaps" if number < one.high else "rest"


class _Frame:
    """From minutes and ng/mL to the page."""

    def __init__(self, last: float, highest: float) -> None:
        self.last, self.highest = last, highest

    def x(self, minute: float) -> float:
        return round(LEFT + minute / self.last * (RIGHT - LEFT), 1)

    def y(self, ng_per_ml: float) -> float:
        return round(BOTTOM - ng_per_ml / self.highest * (BOTTOM - TOP), 1)


def _axes(frame: _Frame, minutes: float) -> Iterator[SafeString]:
    yield format_html(
        '<rect class="window" x="{}" y="{}" width="{}" height="{}"/>',
        LEFT,
        TOP,
        frame.x(minutes) - LEFT,
        BOTTOM - TOP,
    )
    for share in range(5):
        value = frame.highest * share / 4
        y = frame.y(value)
        yield format_html('<path class="grid" d="M{} {}H{}"/>', LEFT, y, RIGHT)
        yield format_html(
            '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>', LEFT - 8, y + 4, f"{value:g}"
        )
    for minute in range(0, int(frame.last) + 1, 20 if frame.last <= 160 else 40):
        yield format_html(
            '<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>',
            frame.x(minute),
            BOTTOM + 18,
            minute,
        )
    yield format_html(
        '<text class="tick" x="{}" y="{}">{}</text>', LEFT, BOTTOM + 40, _("minutes from the start; ng/mL")
    )
    yield format_html('<text class="tick" x="{}" y="{}">{}</text>', LEFT + 6, TOP - 6, _("infusion"))


def _curve(curve: Curve, index: int, frame: _Frame) -> Iterator[SafeString]:
    if curve.has_band:
        upper = [f"{frame.x(one.minute)},{frame.y(one.high or 0)}" for one in curve.points]
        lower = [f"{frame.x(one.minute)},{frame.y(one.low or 0)}" for one in reversed(curve.points)]
        yield format_html('<polygon class="range" points="{}"/>', " ".join([*upper, *lower]))
    line = " ".join(f"{frame.x(one.minute)},{frame.y(one.ng_per_ml)}" for one in curve.points)
    yield format_html('<polyline class="predicted dash-{}" points="{}"/>', index % 3, line)
    y = TOP + 24 + index * 76
    x, peak = RIGHT + 20, f"{curve.peak_ng_per_ml:.0f}"
    yield format_html('<path class="predicted dash-{}" d="M{} {}h44"/>', index % 3, x, y - 5)
    yield format_html('<text class="label" x="{}" y="{}">{}</text>', x + 54, y, curve.name)
    words = _("peak %(peak)s ng/mL at %(minute)s min") % {"peak": peak, "minute": f"{curve.peak_min:.0f}"}
    yield format_html('<text class="forecast" x="{}" y="{}">{}</text>', x, y + 20, words)
    spread = _("spread unknown")
    if curve.has_band:
        borrowed = curve.spread == "borrowed"
        spread = (
            _("90 of 100 in the band, spread borrowed") if borrowed else _("90 of 100 people in the band")
        )
    yield format_html('<text class="tick" x="{}" y="{}">{}</text>', x, y + 40, spread)


def _round_up(value: float) -> float:
    step: float = 10.0 ** math.floor(math.log10(max(value, 1)))
    return next((step * factor for factor in (1, 2, 4, 6, 8) if step * factor >= value), 10 * step)
