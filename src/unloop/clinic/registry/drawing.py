"""The clinic beside the published studies, as a forest of shares: a square for the estimate, a line for the interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.laboratory.services import Share

WIDTH, LEFT, RIGHT, ROW, HEAD, FOOT = 1180, 420, 900, 44, 16, 40


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the forest; `here` marks the clinic's own."""

    name: str
    said: str
    share: Share
    here: bool = False


def forest(rows: Sequence[Row], *, low: float, high: float) -> SafeString:
    """The rows on one axis from none to all, with the range in which a further clinic may find itself shaded."""
    height = HEAD + len(rows) * ROW + FOOT
    title = _(
        "Response here and in published studies, each with its exact interval; the same stands in the table"
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="forest-title" class="forest"><title id="forest-title">{}</title>{}</svg>',
        WIDTH, height, title, format_html_join("", "{}", ((part,) for part in _parts(rows, low, high))),
    )  # fmt: skip


def _parts(rows: Sequence[Row], low: float, high: float) -> Iterator[SafeString]:
    floor = HEAD + len(rows) * ROW
    yield format_html('<rect class="range" x="{}" y="{}" width="{}" height="{}"/>', _x(low), HEAD, _x(high) - _x(low),
                      floor - HEAD)  # fmt: skip
    for percent in range(0, 101, 20):
        x = _x(percent / 100)
        yield format_html('<path class="grid" d="M{} {}V{}"/>', x, HEAD, floor)
        yield format_html(
            '<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>', x, floor + 20, f"{percent}"
        )
    yield format_html(
        '<text class="tick" x="{}" y="{}">{}</text>', RIGHT + 24, floor + 20, _("of 100 people")
    )
    for place, row in enumerate(rows):
        yield from _line(row, HEAD + place * ROW + ROW / 2)


def _line(row: Row, y: float) -> Iterator[SafeString]:
    kind, share = "here" if row.here else "there", row.share
    yield format_html('<path class="row-rule" d="M0 {}H{}"/>', y + ROW / 2, WIDTH)
    yield format_html('<text class="label {}" x="0" y="{}">{}</text>', kind, y - 3, row.name)
    yield format_html('<text class="tick" x="0" y="{}">{}</text>', y + 14, row.said)
    yield format_html('<path class="interval {}" d="M{} {}H{}"/>', kind, _x(share.low), y, _x(share.high))
    yield format_html('<rect class="estimate {}" x="{}" y="{}" width="12" height="12"/>', kind,
                      round(_x(share.estimate) - 6, 1), y - 6)  # fmt: skip
    words = _("%(n)d of %(all)d: %(share).0f, could be %(low).0f to %(high).0f") % {
        "n": share.events, "all": share.people, "share": 100 * share.estimate, "low": 100 * share.low,
        "high": 100 * share.high,
    }  # fmt: skip
    yield format_html('<text class="label {}" x="{}" y="{}">{}</text>', kind, RIGHT + 24, y + 5, words)


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)
