"""Django's models, importable before the tests that import them are collected; for the conftest of each Django room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the models importable, and the database closed to tests that are not marked for it."""
    import django
    from pytest_django.plugin import _setup_django

    django.setup()
    _setup_django(config)
