"""`unloop`, whose clock a test moves forward: the file named in UNLOOP_TEST_LATER holds the seconds to add.

A course takes weeks and a test takes minutes. Nothing but the time is changed, and nothing in Unloop knows of it.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

LATER = Path(os.environ["UNLOOP_TEST_LATER"])
_now = timezone.now  # noqa: TID251 - the very clock that is moved


def later() -> datetime:
    """The present moment, moved forward."""
    return _now() + timedelta(seconds=float(LATER.read_text(encoding="ascii")))


timezone.now = later  # noqa: TID251

if __name__ == "__main__":
    from unloop.cli import main, serve

    serve.PLAN_EVERY_SECONDS = 0.5  # a day passes in a moment, so what it asks for is planned at once
    main()
