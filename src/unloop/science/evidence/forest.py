"""A forest plot as SVG text: drawn from plain numbers, with the same numbers written beside each line.

Nothing in it is carried by colour alone, and it holds no script and no style sheet, so that it may stand in a page
under a strict content security policy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

ROW_PX, TOP_PX = 26.0, 54.0
NAME_PX, PLOT_PX, TEXT_PX = 220.0, 330.0, 270.0
INK, FAINT = "currentColor", "#8a979e"  # a page's own ink; black where the drawing stands alone


@dataclass(frozen=True, slots=True)
class Line:
    """One study: its name, effect, interval, and percent of weight where it has one."""

    name: str
    estimate: float
    low: float
    high: float
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """The pooled effect: interval and, where there is one, prediction interval."""

    name: str
    estimate: float
    low: float
    high: float
    predicted: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """Where a further study is expected, for studies that differ too much to be pooled into one number."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Axis:
    """What is drawn along the bottom.

    Attributes:
        title: what is compared, and which side is better where that is known.
        none: where no effect lies, or nothing for a proportion.
        log: whether the numbers are logarithms, whose labels are ratios.
        ends: where the axis begins and ends; nothing where the numbers decide.
        decimals: of every label; nothing for three digits.
    """

    title: str
    none: float | None = 0.0
    log: bool = False
    ends: tuple[float, float] | None = None
    decimals: int | None = None

    def label(self, value: float) -> str:
        """A value as it is printed."""
        shown = math.exp(min(value, 700.0)) if self.log else value
        return three_digits(shown) if self.decimals is None else f"{shown:.{self.decimals}f}"


def three_digits(value: float) -> str:
    """A number to three significant digits without an exponent where that reads well."""
    if value == 0.0:
        return "0"
    if 1e-3 <= abs(value) < 1e6:
        decimals = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:.{min(decimals, 4)}f}"
    return f"{value:.2e}"


def forest_svg(lines: Sequence[Line], whole: Whole | Further, axis: Axis) -> str:
    """The plot, and after every line its numbers as text.

    Args:
        lines: the studies in the order to be drawn.
        whole: the pooled effect, or only where a further study is expected.
        axis: labels and the line of no effect; every number is on its scale.
    """
    low, high = _span(lines, whole, axis)
    pooled = isinstance(whole, Whole)
    rows = 2 if isinstance(whole, Whole) and whole.predicted else 1
    frame = _Frame(low, high, bottom=TOP_PX + ROW_PX * (len(lines) + rows))
    parts = [frame.open(axis, lines, pooled=pooled)]
    if axis.none is not None:
        parts.append(frame.upright(axis.none, dashed=False))
    if isinstance(whole, Whole):
        parts.append(frame.upright(whole.estimate, dashed=True))
    for row, line in enumerate(lines):
        parts.append(_study(frame, line, y=frame.y(row), axis=axis))
    if isinstance(whole, Whole):
        parts.append(_pooled(frame, whole, row=len(lines), axis=axis))
    else:
        parts.append(_further(frame, whole, row=len(lines), axis=axis))
    parts.append(frame.axis(axis))
    parts.append("</svg>\n")
    return "\n".join(parts)


def _span(lines: Sequence[Line], whole: Whole | Further, axis: Axis) -> tuple[float, float]:
    """From the lowest to the highest number that is drawn; one endless interval does not flatten the others."""
    if axis.ends is not None:
        return axis.ends
    predicted = whole.predicted if isinstance(whole, Whole) and whole.predicted else ()
    centres = [*(line.estimate for line in lines), whole.low, whole.high, *predicted]
    if axis.none is not None:
        centres.append(axis.none)
    low, high = min(centres), max(centres)
    room = max(high - low, 1e-9 * max(abs(low), abs(high), 1e-9))
    ends = [end for line in lines for end in (line.low, line.high)]
    return max(min([low, *ends]), low - room) - 0.03 * room, min(
        max([high, *ends]), high + room
    ) + 0.03 * room


@dataclass(frozen=True, slots=True)
class _Frame:
    low: float
    high: float
    bottom: float

    def x(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return NAME_PX + PLOT_PX * min(max(share, 0.0), 1.0)

    def y(self, row: int) -> float:
        return TOP_PX + ROW_PX * (row + 0.5)

    def open(self, axis: Axis, lines: Sequence[Line], *, pooled: bool) -> str:
        width, height = NAME_PX + PLOT_PX + TEXT_PX, self.bottom + 56.0
        end = "their pooled effect" if pooled else "where a further one may lie; nothing is pooled"
        said = escape(f"Forest plot: {axis.title}; {len(lines)} studies and {end}", {'"': "&quot;"})
        weight = any(line.weight is not None for line in lines)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" '
            f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
            f'font-family="sans-serif" font-size="13" fill="{INK}">'
            + _text(8.0, 30.0, "study", weight="bold")
            + _text(NAME_PX + PLOT_PX + 16.0, 30.0, "effect (interval)", weight="bold")
            + (_text(width - 8.0, 30.0, "weight", anchor="end", weight="bold") if weight else "")
        )

    def upright(self, value: float, *, dashed: bool) -> str:
        dashes = ' stroke-dasharray="4 4"' if dashed else ""
        return (
            f'<line x1="{self.x(value):.1f}" y1="{TOP_PX - 8:.1f}" x2="{self.x(value):.1f}" '
            f'y2="{self.bottom:.1f}" stroke="{FAINT}"{dashes}/>'
        )

    def axis(self, axis: Axis) -> str:
        y = self.bottom + 4.0
        parts = [
            f'<line x1="{NAME_PX:g}" y1="{y:.1f}" x2="{NAME_PX + PLOT_PX:g}" y2="{y:.1f}" stroke="{INK}"/>'
        ]
        for step in range(5):
            share = (step + 0.5) / 5.0 if axis.ends is None else step / 4.0
            value = self.low + (self.high - self.low) * share
            parts.append(_text(self.x(value), y + 18.0, axis.label(value), anchor="middle"))
        parts.append(_text(NAME_PX + PLOT_PX / 2, y + 40.0, axis.title, anchor="middle"))
        return "\n".join(parts)


def _study(frame: _Frame, line: Line, *, y: float, axis: Axis) -> str:
    side = 4.0 if line.weight is None else 3.0 + 9.0 * math.sqrt(min(line.weight, 100.0) / 100.0)
    weight = "" if line.weight is None else f"{line.weight:.1f}%"
    return "\n".join(
        [
            _text(8.0, y + 4.0, _short(line.name)),
            _whisker(frame, line.low, line.high, y=y),
            _square(frame.x(line.estimate), y, side=side),
            _text(NAME_PX + PLOT_PX + 16.0, y + 4.0, _numbers(line, axis)),
            _text(NAME_PX + PLOT_PX + TEXT_PX - 8.0, y + 4.0, weight, anchor="end"),
        ]
    )


def _square(x: float, y: float, *, side: float) -> str:
    size = f'width="{2 * side:.1f}" height="{2 * side:.1f}"'
    return f'<rect x="{x - side:.1f}" y="{y - side:.1f}" {size} fill="{INK}"/>'


def _diamond(corners: tuple[float, float, float], y: float) -> str:
    left, middle, right = corners
    corners_of = (
        f"M{left:.1f} {y:.1f} L{middle:.1f} {y - 8:.1f} L{right:.1f} {y:.1f} L{middle:.1f} {y + 8:.1f} z"
    )
    return f'<path d="{corners_of}" fill="{INK}"/>'


def _whisker(frame: _Frame, low: float, high: float, *, y: float) -> str:
    """The interval; an end beyond the frame is an arrow head, so that nobody takes the edge for the end."""
    parts = [
        f'<line x1="{frame.x(low):.1f}" y1="{y:.1f}" x2="{frame.x(high):.1f}" y2="{y:.1f}" stroke="{INK}"/>'
    ]
    for end, beyond, back in ((low, low < frame.low, 7.0), (high, high > frame.high, -7.0)):
        if beyond:
            x = frame.x(end)
            parts.append(f'<path d="M{x:.1f} {y:.1f} l{back:g} -4 v8 z" fill="{INK}"/>')
    return "\n".join(parts)


def _pooled(frame: _Frame, whole: Whole, *, row: int, axis: Axis) -> str:
    y, middle = frame.y(row), frame.x(whole.estimate)
    parts = [
        _text(8.0, y + 4.0, _short(whole.name), weight="bold"),
        _diamond((frame.x(whole.low), middle, frame.x(whole.high)), y),
        _text(
            NAME_PX + PLOT_PX + 16.0,
            y + 4.0,
            _numbers(whole, axis),
            weight="bold",
        ),
    ]
    if whole.predicted:
        low, high = whole.predicted
        y = frame.y(row + 1)
        parts += [
            _text(8.0, y + 4.0, "a further study"),
            _whisker(frame, low, high, y=y),
            _text(NAME_PX + PLOT_PX + 16.0, y + 4.0, f"{axis.label(low)} to {axis.label(high)}"),
        ]
    return "\n".join(parts)


def _further(frame: _Frame, whole: Further, *, row: int, axis: Axis) -> str:
    y = frame.y(row)
    said = f"{axis.label(whole.low)} to {axis.label(whole.high)}"
    return "\n".join(
        (
            _text(8.0, y + 4.0, _short(whole.name), weight="bold"),
            _whisker(frame, whole.low, whole.high, y=y),
            _text(NAME_PX + PLOT_PX + 16.0, y + 4.0, said, weight="bold"),
        )
    )


def _numbers(one: Line | Whole, axis: Axis) -> str:
    return f"{axis.label(one.estimate)} ({axis.label(one.low)} to {axis.label(one.high)})"


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )
