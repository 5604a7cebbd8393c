"""The audit app."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Lowest app of the clinic; knows people only by id."""

    name = "unloop.clinic.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
