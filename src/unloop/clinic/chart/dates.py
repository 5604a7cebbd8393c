"""Dates as records write them, in words."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime


def in_words(text: str) -> str:
    """A date of a record as people write it: `1993`, `1993-01`, `1993-01-05`, or a moment, in the clinic's zone.

    What is no date is shown as it stands in the record.
    """
    if re.fullmatch(r"\d{4}", text):
        return text
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return date_format(date.fromisoformat(f"{text}-01"), "F Y")
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date_format(date.fromisoformat(text), "j F Y")
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return date_format(localtime(moment) if moment.tzinfo else moment, "j F Y")
