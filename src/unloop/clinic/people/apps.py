"""The people app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisation, staff, sign-in and adopted protocols."""

    name = "unloop.clinic.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
