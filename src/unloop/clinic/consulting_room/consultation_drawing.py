"""Small pictures of the comparison: people of a hundred, and a difference in points with its range on one scale."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_CELL, _WIDE, _MOST = 12, 200, 12.0
"""Twelve points are the end of the scale for every row; what reaches beyond is cut off there and said in words."""


def draw_hundred(classes: Iterable[str], label: str) -> SafeString:
    """A hundred people from the lower left, each drawn as its class says; the label holds all of it in words."""
    dots = format_html_join(
        "", '<circle class="{}" cx="{}" cy="{}" r="4.4"/>',
        ((one, 6 + place % 10 * _CELL, 114 - place // 10 * _CELL) for place, one in enumerate(classes)),
    )  # fmt: skip
    return format_html(
        '<svg viewBox="0 0 120 120" width="96" height="96" role="img" class="people" aria-label="{}">{}</svg>',
        label,
        dots,
    )


def draw_points(
    value: float, low: float | None, high: float | None, *, noticed: float, label: str
) -> SafeString:
    """A difference in points: a square, its range as a line, and the band in which nobody would notice it."""
    line: SafeString | str = ""
    if low is not None and high is not None:
        line = format_html('<path class="range-line" d="M{} 14H{}"/>', _x(low), _x(high))
    return format_html(
        '<svg viewBox="0 0 200 28" width="200" height="28" role="img" class="points" aria-label="{}">'
        '<rect class="small" x="0" y="2" width="{}" height="24"/><path class="zero" d="M1 0V28"/>{}'
        '<rect class="mark" x="{}" y="9" width="10" height="10"/></svg>',
        label, _x(noticed), line, _x(value) - 5,
    )  # fmt: skip


def _x(points: float) -> float:
    return round(min(points, _MOST) / _MOST * (_WIDE - 10), 1)
