"""How many examples a law is tried with: few on every day, ten times as many in the long campaigns."""

from __future__ import annotations

import os

from hypothesis import settings

LONG = os.environ.get("UNLOOP_LONG") == "1"
"""Whether this is a long campaign; docs/campaigns.md keeps what they found."""

TIMES = 10


def tried(count: int) -> settings:
    """`count` examples on every day and ten times as many in a long campaign; for laws that cost more than most."""
    return settings(max_examples=count * (TIMES if LONG else 1))
