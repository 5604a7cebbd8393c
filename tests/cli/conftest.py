"""Commands that open a clinic are tried on its services."""

from __future__ import annotations

from models_ready import pytest_configure  # noqa: F401 - pytest finds its hook here
