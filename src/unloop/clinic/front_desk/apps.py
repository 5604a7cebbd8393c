"""The front desk app."""

from __future__ import annotations

from django.apps import AppConfig


class FrontDeskConfig(AppConfig):
    """Appointments and today's list."""

    name = "unloop.clinic.front_desk"
    label = "front_desk"
    default_auto_field = "django.db.models.BigAutoField"
