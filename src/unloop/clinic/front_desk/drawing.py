"""Drawing the chairs of a day as SVG: text is escaped, colours are the roles of the design, nothing needs a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.clinic.front_desk.lanes import Lane, Stay

WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 1184, 112, 1160, 26, 52, 42
FIRST_HOUR, LAST_HOUR = 8, 16
"""The hours that are always drawn; the day is longer where somebody comes earlier or stays later."""
_LETTER = 8.2
"""Width of one letter of 15 px, rather too wide than too narrow."""


@dataclass(frozen=True, slots=True)
class _Axis:
    begin: datetime
    hours: int

    def x(self, moment: datetime) -> float:
        share = (moment - self.begin) / timedelta(hours=self.hours)
        return round(LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT), 1)


def draw(lanes: Sequence[Lane], day: datetime, zone: tzinfo, *, now: datetime | None) -> SafeString:
    """The chairs of a day, one lane each; the list beside it says the same.

    Args:
        lanes: chair by chair.
        day: its midnight in the clinic's zone.
        zone: in which hours are named.
        now: where the line of this moment stands; None on another day.
    """
    axis = _axis(lanes, day.astimezone(zone), now)
    rows = sum(len(lane.rows) for lane in lanes)
    height = TOP + rows * ROW + 8
    parts = [*_hours(axis, height), *_now(axis, now, height), *_lanes(lanes, axis)]  # no line through a name
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="chairs-drawn" class="chairs">'
        '<title id="chairs-drawn">{}</title>{}</svg>',
        WIDTH, height, _("Chairs over the day; the list says the same"),
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _axis(lanes: Sequence[Lane], day: datetime, now: datetime | None) -> _Axis:
    stays = [stay for lane in lanes for stay in lane.stays]
    moments = [moment for stay in stays for moment in (stay.begins, stay.ends)] + ([now] if now else [])
    hours = [(moment - day) / timedelta(hours=1) for moment in moments]
    first = max(0, min([FIRST_HOUR, *(int(hour) for hour in hours)]))
    last = min(24, max([LAST_HOUR, *(int(-(-hour // 1)) for hour in hours)]))
    return _Axis(day + timedelta(hours=first), last - first)


def _hours(axis: _Axis, height: int) -> Iterator[SafeString]:
    for hour in range(axis.hours + 1):
        moment = axis.begin + timedelta(hours=hour)
        x = axis.x(moment)
        yield format_html('<path class="grid" d="M{} {}V{}"/>', x, TOP, height)
        yield format_html(
            '<text class="tick" x="{}" y="14" text-anchor="middle">{}</text>', x, f"{moment:%H:%M}"
        )


def _lanes(lanes: Sequence[Lane], axis: _Axis) -> Iterator[SafeString]:
    top = TOP
    for lane in lanes:
        yield format_html('<text class="label" x="0" y="{}">{}</text>', top + 31, lane.chair)
        for row in lane.rows:
            for stay in row:
                yield from _stay(stay, axis, top + 5)
            top += ROW


def _stay(stay: Stay, axis: _Axis, y: int) -> Iterator[SafeString]:
    left, right = axis.x(stay.begins), max(axis.x(stay.ends), axis.x(stay.begins) + 4)
    turn = axis.x(stay.turns) if stay.turns else left
    yield format_html('<g class="stay {}"><title>{}, {}</title>', stay.phase.value, stay.name, stay.words)
    yield format_html('<rect class="whole" x="{}" y="{}" width="{}" height="{}" rx="6"/>', left, y, _span(left, right), BAR)  # fmt: skip
    if turn > left:
        yield format_html(
            '<path class="infused" d="M{} {}h{}v{}h-{}a6 6 0 0 1-6-6v-{}a6 6 0 0 1 6-6Z"/>',
            left + 6, y, _span(left + 6, max(turn, left + 7)), BAR, _span(left + 6, max(turn, left + 7)), BAR - 12,
        )  # fmt: skip
        yield _text("number", _number(stay, turn - left), x=(left + turn) / 2, y=y)
    yield _text("name", _fit(stay.name, right - turn), x=(turn + right) / 2, y=y)
    yield SafeString("</g>")


def _now(axis: _Axis, now: datetime | None, height: int) -> Iterator[SafeString]:
    if now is not None:
        yield format_html('<path class="now" d="M{} {}V{}"/>', axis.x(now), TOP - 4, height)


def _text(role: str, words: str, *, x: float, y: int) -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>', role, round(x, 1), y + 27, words)  # fmt: skip


def _span(left: float, right: float) -> float:
    return round(right - left, 1)


def _number(stay: Stay, width: float) -> str:
    if not stay.number:
        return ""
    whole = _("%(number)s of %(planned)s") % {"number": stay.number, "planned": stay.planned}
    return whole if stay.planned and len(whole) * _LETTER <= width else f"{stay.number}"


def _fit(name: str, width: float) -> str:
    """The name, or as much of it as the bar holds: the family name, or the first letters."""
    family, initials = name.rsplit(maxsplit=1)[-1], "".join(part[0] for part in name.split())
    return next((words for words in (name, family, initials) if len(words) * _LETTER <= width - 8), "")
