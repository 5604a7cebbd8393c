"""The registry app."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The clinic in numbers."""

    name = "unloop.clinic.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
