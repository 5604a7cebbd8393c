"""The letters in which a plan is printed: our own, read once, and none of the system."""

from __future__ import annotations

from functools import cache
from importlib import resources

import typst


@cache
def letters() -> typst.Fonts:
    """The fonts that ship with the consulting room."""
    with resources.as_file(resources.files("unloop.clinic.consulting_room").joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
