"""Drawing what is expected, and what is known of people: SVG with escaped text, no colour alone, no script."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.consulting_room.chances import Chance
from unloop.clinic.laboratory.services import Curve, EffectCurve

LEFT, RIGHT, TOP, BOTTOM = 56, 640, 20, 300
_CELL = 12


@dataclass(frozen=True, slots=True)
class _Line:
    """One model's dashed line: its points as (minute, value, low, high), and the three lines of words beside it."""

    name: str
    points: tuple[tuple[float, float, float | None, float | None], ...]
    peak: str
    spread: str

    @property
    def has_band(self) -> bool:
        return all(low is not None and high is not None for _minute, _value, low, high in self.points)


def draw_curves(curves: tuple[Curve, ...], *, minutes: float) -> SafeString:
    """Predicted plasma concentrations of several models on one axis: dashed, a band only where spread is known.

    Args:
        curves: of the same plan.
        minutes: length of the infusion, drawn as a pale window.
    """
    lines = [
        _Line(
            one.name,
            tuple((point.minute, point.ng_per_ml, point.low, point.high) for point in one.points),
            _("peak %(peak)s ng/mL at %(minute)s min")
            % {"peak": f"{one.peak_ng_per_ml:.0f}", "minute": f"{one.peak_min:.0f}"},
            _spread(one),
        )
        for one in curves
    ]
    title = _("Predicted concentration of ketamine in plasma over time, one line a model; the same numbers stand in the table")  # fmt: skip
    return _picture("curves", lines, title=title, axis=_("minutes from the start; ng/mL"), minutes=minutes)


def draw_effects(effects: tuple[EffectCurve, ...], *, minutes: float) -> SafeString:
    """The dissociation that several models lead to, in percent of its maximum: as `draw_curves`.

    Args:
        effects: of the same plan.
        minutes: length of the infusion, drawn as a pale window.
    """
    lines = [
        _Line(
            one.name,
            tuple((point.minute, point.percent, point.low, point.high) for point in one.points),
            _("peak %(peak)s%% of maximum at %(minute)s min")
            % {"peak": f"{one.peak_percent:.0f}", "minute": f"{one.peak_min:.0f}"},
            _("band: how sure, not how strong") if one.has_band else _("spread unknown"),
        )
        for one in effects
    ]
    title = _("Speculative: expected dissociation over time, in percent of its maximum, one line a model; the same numbers stand in the table")  # fmt: skip
    return _picture(
        "effects", lines, title=title, axis=_("minutes from the start; % of maximum"), minutes=minutes
    )


def draw_pair(first: tuple[Curve, ...], second: tuple[Curve, ...]) -> tuple[SafeString, ...]:
    """Two plans on one axis, a picture for each model: as `draw_curves`, without bands, which would hide each other.

    Args:
        first, second: what the same models expect of each plan, in the same order.
    """
    return tuple(
        _picture(
            f"pair-{index}",
            [_pair_line(_("First plan"), one), _pair_line(_("Second plan"), two)],
            title=_("%s: predicted concentration of both plans over time; the peaks stand in the table")
            % one.name,
            axis=_("minutes from the start; ng/mL"),
            minutes=0,
        )
        for index, (one, two) in enumerate(zip(first, second, strict=True))
    )


def _pair_line(name: str, curve: Curve) -> _Line:
    points = tuple((point.minute, point.ng_per_ml, None, None) for point in curve.points)
    peak = _("peak %(peak)s ng/mL at %(minute)s min") % {
        "peak": f"{curve.peak_ng_per_ml:.0f}", "minute": f"{curve.peak_min:.0f}",
    }  # fmt: skip
    return _Line(name, points, peak, _("%s, typical person") % curve.name)


def _spread(one: Curve) -> str:
    if not one.has_band:
        return _("spread unknown")
    if one.spread == "borrowed":
        return _("90 of 100 in the band, spread borrowed")
    return _("90 of 100 people in the band")


def _picture(name: str, lines: list[_Line], *, title: str, axis: str, minutes: float) -> SafeString:
    points = [point for line in lines for point in line.points]
    highest = _round_up(max(high or value for _min, value, _low, high in points))
    frame = _Frame(max(minute for minute, *_rest in points), highest)
    parts = [
        *_axes(frame, minutes, axis),
        *(part for index, line in enumerate(lines) for part in _line(line, index, frame)),
    ]
    return format_html(
        '<svg viewBox="0 0 900 350" role="img" aria-labelledby="{0}-title" class="curves"><title id="{0}-title">{1}'
        "</title>{2}</svg>",
        name, title, format_html_join("", "{}", ((part,) for part in parts)),
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


def _axes(frame: _Frame, minutes: float, axis: str) -> Iterator[SafeString]:
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
    yield format_html('<text class="tick" x="{}" y="{}">{}</text>', LEFT, BOTTOM + 40, axis)
    if minutes:
        yield format_html('<text class="tick" x="{}" y="{}">{}</text>', LEFT + 6, TOP - 6, _("infusion"))


def _line(line: _Line, index: int, frame: _Frame) -> Iterator[SafeString]:
    if line.has_band:
        upper = [f"{frame.x(minute)},{frame.y(high or 0)}" for minute, _value, _low, high in line.points]
        lower = [
            f"{frame.x(minute)},{frame.y(low or 0)}" for minute, _value, low, _high in reversed(line.points)
        ]
        yield format_html('<polygon class="range" points="{}"/>', " ".join([*upper, *lower]))
    path = " ".join(f"{frame.x(minute)},{frame.y(value)}" for minute, value, _low, _high in line.points)
    yield format_html('<polyline class="predicted dash-{}" points="{}"/>', index % 3, path)
    x, y = RIGHT + 20, TOP + 24 + index * 76
    yield format_html('<path class="predicted dash-{}" d="M{} {}h44"/>', index % 3, x, y - 5)
    yield format_html('<text class="label" x="{}" y="{}">{}</text>', x + 54, y, line.name)
    yield format_html('<text class="forecast" x="{}" y="{}">{}</text>', x, y + 20, line.peak)
    yield format_html('<text class="tick" x="{}" y="{}">{}</text>', x, y + 40, line.spread)


def _round_up(value: float) -> float:
    step: float = 10.0 ** math.floor(math.log10(max(value, 1)))
    return next((step * factor for factor in (1, 2, 4, 6, 8) if step * factor >= value), 10 * step)
