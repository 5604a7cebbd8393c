"""The site's tests stand on the clinic's."""

from __future__ import annotations

from models_ready import pytest_configure  # noqa: F401 - pytest finds its hook here
