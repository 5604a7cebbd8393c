"""Hundreds of documents here differ in one place: each condition is read once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from unloop.protocol import document
from unloop.rules import parse


@pytest.fixture(scope="session", autouse=True)
def _conditions_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "parse", cache(parse))
        yield
