"""Laboratory values with their ranges; a multiple of a limit exists only beside the limit of that laboratory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unloop.facts import FactType, Known, View

_GROUP = "laboratory"
_LIMITS = ("_lower_limit", "_upper_limit")
_MULTIPLE = "_over_limit"


class Place(StrEnum):
    """Where a value lies in the laboratory's own range."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    NO_RANGE = "no-range"


@dataclass(frozen=True, slots=True)
class LabValue:
    """One value that counts, with its range.

    Attributes:
        code, label, unit: of the dictionary.
        value, at: as measured, and when.
        low, high: of the laboratory, in the same unit; None where that side was not given with this value or later.
        multiple: of the upper limit; None where no rule asks for one or no limit was given.
        refused: whether a multiple is asked for and cannot be had.
    """

    code: str
    label: str
    unit: str
    value: float
    at: datetime
    low: float | None
    high: float | None
    multiple: float | None
    refused: bool

    @property
    def place(self) -> Place:
        """Below, within or above the range; never guessed without one."""
        if self.low is not None and self.value < self.low:
            return Place.BELOW
        if self.high is not None and self.value > self.high:
            return Place.ABOVE
        return Place.NO_RANGE if self.low is None and self.high is None else Place.WITHIN


def laboratory_values(view: View) -> tuple[LabValue, ...]:
    """The laboratory values that count now, in the order of the dictionary."""
    found: list[LabValue] = []
    for definition in view.dictionary.groups.get(_GROUP, ()):
        measured = definition.type is FactType.NUMBER and not definition.derived
        if not measured or definition.code.endswith(_LIMITS):
            continue
        finding = view.find(definition.code)
        if not isinstance(finding, Known) or not isinstance(finding.value, float):
            continue
        multiple = f"{definition.code}{_MULTIPLE}"
        asked = multiple in view.dictionary
        times = _number(multiple, view) if asked else None
        low, high = (_number(f"{definition.code}{side}", view, since=finding.at) for side in _LIMITS)
        found.append(LabValue(
            code=definition.code, label=definition.label, unit=definition.unit, value=finding.value, at=finding.at,
            low=low, high=high, multiple=times, refused=asked and times is None,
        ))  # fmt: skip
    return tuple(found)


def _number(code: str, view: View, *, since: datetime | None = None) -> float | None:
    finding = view.find(code) if code in view.dictionary else None
    if not isinstance(finding, Known) or not isinstance(finding.value, float):
        return None
    # A limit from before the value stood on another report.
    return finding.value if since is None or finding.at >= since else None
