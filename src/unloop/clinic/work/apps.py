"""The work app."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Tasks and the outbox."""

    name = "unloop.clinic.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
