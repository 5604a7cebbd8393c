"""Logs hold no secret of a link: whatever stands behind the question mark of an address is dropped."""

from __future__ import annotations

import logging
import re

_QUERY = re.compile(r"\?\S+")
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{20,}(?=/|\s|$)")


class WithoutQuery(logging.Filter):
    """Cuts query strings, long tokens and line breaks out of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, shortened."""
        message = record.getMessage()
        record.msg = _TOKEN.sub("…", _QUERY.sub("?…", message)).replace("\n", " ").replace("\x1b", "")
        record.args = None
        return True
