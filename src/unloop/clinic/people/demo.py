"""The staff of a demo clinic. Every name is made up."""

from __future__ import annotations

PASSWORD = "everyone here is made up"  # noqa: S105 - printed on the demo's own pages


def seed() -> None:
    """A clinic with a place, two chairs and six members of staff, in a home marked as a demo."""
