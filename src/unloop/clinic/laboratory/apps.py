"""The laboratory app."""

from __future__ import annotations

from django.apps import AppConfig


class LaboratoryConfig(AppConfig):
    """Small computed answers at once."""

    name = "unloop.clinic.laboratory"
    label = "laboratory"
    default_auto_field = "django.db.models.BigAutoField"
