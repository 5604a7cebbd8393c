"""Finding room for words in a drawing: no label stands on another one, or on a point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]
_PER_EM = 0.58
"""Width of an average letter as a share of the type's size; on the wide side for Inter, so that room is left."""
_ABOVE, _BELOW = 0.80, 0.25
"""How far letters reach above and below their line, as a share of the type's size."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, y growing downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any room."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text would stand: its line begins, is centred or ends at (x, y)."""

    x: float
    y: float
    anchor: Anchor = "start"


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in units of the drawing."""
    return len(text) * size * _PER_EM


def box_of(text: str, spot: Spot, size: float) -> Box:
    """The room that a text takes at a spot."""
    width = width_of(text, size)
    left = spot.x - {"start": 0.0, "middle": width / 2, "end": width}[spot.anchor]
    return Box(left, spot.y - size * _ABOVE, left + width, spot.y + size * _BELOW)


class Plane:
    """A drawing with the room that is taken so far."""

    def __init__(self, bounds: Box) -> None:
        self._bounds = bounds
        self._taken: list[Box] = []

    @property
    def taken(self) -> tuple[Box, ...]:
        """Every box that nothing else may stand on."""
        return tuple(self._taken)

    def take(self, *boxes: Box) -> None:
        """Keep room free of labels."""
        self._taken += boxes

    def place(self, text: str, spots: Iterable[Spot], *, size: float = 13) -> Spot | None:
        """The first spot where the text stands free, taken from now on; None where there is none.

        A label that finds no room is left out of the picture: the table beside it holds the same.
        """
        for spot in spots:
            box = box_of(text, spot, size)
            if self._inside(box) and not any(box.meets(other) for other in self._taken):
                self.take(box)
                return spot
        return None

    def _inside(self, box: Box) -> bool:
        return self._bounds.left <= box.left and box.right <= self._bounds.right


def shortened(text: str, room: float, *, size: float = 15) -> str:
    """A text cut to fit, with an ellipsis where letters are left out."""
    most = max(1, int(room / (size * _PER_EM)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\u2026"
