"""The site's tests stand on the clinic's."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the models importable before the tests are, and the database closed to unmarked ones."""
    import django
    from pytest_django.plugin import _setup_django

    django.setup()
    _setup_django(config)
