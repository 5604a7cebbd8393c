"""The library app."""

from __future__ import annotations

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Public pages whose every number is looked up as they are shown."""

    name = "unloop.clinic.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"
