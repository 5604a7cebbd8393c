"""The pen of a drawing over time: its scale, a text at a spot, and the rule and name of a lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from unloop.clinic.chart.placing import Spot, shortened

WIDTH, LEFT, RIGHT, TOP, PLOT, LANE, FOOT = 1180, 150, 980, 16, 256, 40, 44
MOST = 40.0
SMALL = 13


@dataclass(frozen=True, slots=True)
class Axis:
    """Time to the right, points upwards."""

    begin: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        """Where a moment stands, kept inside the plot."""
        share = (moment - self.begin) / (self.end - self.begin)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)

    @staticmethod
    def y(points: float) -> float:
        """Where a Y-BOCS total stands."""
        return round(TOP + (1 - points / MOST) * PLOT, 1)


def text_at(text: str, spot: Spot | None, kind: str = "tick") -> SafeString:
    """A text at its spot; nothing where it found no room."""
    if spot is None:
        return SafeString("")
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>',
        round(spot.x, 1), round(spot.y, 1), kind, spot.anchor, text,
    )  # fmt: skip


def lane_at(name: str, y: float) -> SafeString:
    """The rule above a lane and what it is called; a long name is cut, and whole on pointing at it and in the table."""
    return format_html(
        '<path class="lane-rule" d="M0 {}H{}"/><text x="0" y="{}" class="label">{}<title>{}</title></text>',
        y, WIDTH, y + 25, shortened(name, LEFT - 14), name,
    )  # fmt: skip
