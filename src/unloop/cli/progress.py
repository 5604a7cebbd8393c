"""How far a long command is, on standard error once it has lasted a second."""

from __future__ import annotations

import sys
import time

SILENT_S = 1.0
REDRAWN_S = 0.2
SAID_S = 5.0  # where nobody watches, in a log
WIDTH = 30


class Progress:
    """A bar that appears after a second and is gone when the work is done."""

    def __init__(self, whole: int, *, what: str) -> None:
        self._whole, self._what = whole, what
        self._every = REDRAWN_S if sys.stderr.isatty() else SAID_S
        self._last = time.monotonic() + SILENT_S - self._every
        self._drawn = False

    def reached(self, done: int) -> None:
        """So many of the whole are done."""
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last, self._drawn = now, True
        full = WIDTH * done // self._whole
        bar = "#" * full + "." * (WIDTH - full)
        print(f"\r{bar} {done:,} of {self._whole:,} {self._what}", end="", file=sys.stderr, flush=True)  # noqa: T201

    def over(self) -> None:
        """Nothing more will come; the line ends."""
        if self._drawn:
            print(file=sys.stderr, flush=True)  # noqa: T201
